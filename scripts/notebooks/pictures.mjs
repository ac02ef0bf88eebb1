// A PNG beside each figure of an executed notebook, for places that run no scripts: drawn by the plotly.js and the
// browser that draw the report.
import fs from 'node:fs'
import path from 'node:path'
import {root} from '../setup/setup.mjs'
import {launchBrowser, NoBrowser} from './browser.mjs'

const FIGURE = 'application/vnd.plotly.v1+json'

/**
 * Writes image/png into the outputs that hold a figure and no picture.
 * @param {string[]} files executed notebooks, changed in place
 * @returns {Promise<string>} one line on what was done
 */
export async function addPictures(files) {
  const notebooks = files.map(file => ({file, notebook: JSON.parse(fs.readFileSync(file, 'utf8'))}))
  const wanting = notebooks.flatMap(({notebook}) =>
    outputsOf(notebook).filter(o => o.data?.[FIGURE] && !o.data['image/png'])
  )
  if (!wanting.length) return 'none is needed'
  let pictures
  try {
    pictures = await draw(wanting.map(output => output.data[FIGURE]))
  } catch (error) {
    if (!(error instanceof NoBrowser)) throw error
    return `left out (the reports draw their figures all the same). ${error.message}`
  }
  wanting.forEach((output, k) => {
    // In the order in which JupyterLab writes them: whoever opens and saves the notebook changes nothing.
    output.data = sorted({...output.data, 'image/png': pictures[k]})
  })
  for (const {file, notebook} of notebooks) fs.writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`)
  return `${wanting.length} drawn`
}

/**
 * PNGs in base64 of figures ({data, layout}), in their order.
 * @param {any[]} figures @returns {Promise<string[]>}
 */
export async function draw(figures) {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({viewport: {width: 900, height: 700}})
    await page.setContent('<!doctype html><meta charset="utf-8"><div id="figure"></div>')
    await page.addScriptTag({path: path.join(root, 'lib/dist/plotly.min.js')})
    const pictures = []
    for (const figure of figures) pictures.push(await page.evaluate(picture, figure))
    return pictures
  } finally {
    await browser.close()
  }
}

/** @param {Record<string, unknown>} data */
const sorted = data => Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))

/** @param {any} notebook @returns {any[]} */
const outputsOf = notebook => notebook.cells.flatMap((/** @type {any} */ cell) => cell.outputs || [])

/**
 * In the page: one figure as base64 PNG, on white, so that it can be read in any theme.
 * @param {any} figure
 */
async function picture(figure) {
  const {data, layout = {}} = figure
  const white = {paper_bgcolor: 'white', plot_bgcolor: 'white'}
  const template = {...layout.template, layout: {...white, ...layout.template?.layout}}
  const Plotly = /** @type {any} */ (globalThis).Plotly
  const size = {format: 'png', width: layout.width || 760, height: layout.height || 450}
  const image = await Plotly.toImage({data, layout: {...layout, template}}, size)
  return image.slice(image.indexOf(',') + 1)
}
