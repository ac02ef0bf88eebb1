/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// A live JupyterLab in a browser: Run All, progress that moves in place, figures, a changed parameter, an interrupt.
import fs from 'node:fs'
import path from 'node:path'
import {runNotebook} from '../../scripts/notebooks/notebooks.mjs'
import {must} from '../../scripts/results.mjs'
import {root} from '../../scripts/setup/setup.mjs'
import {
  changeParameter,
  figuresInCells,
  figuresOf,
  leaveAndComeBack,
  mustHaveRun,
  mustShowFigures,
  openNotebook,
  popUps,
  runAll,
  runCell,
  startLab
} from './live.mjs'

/** @typedef {import('playwright-core').Page} Page */

/** Milliseconds that a look at a live notebook may take. */
const ANSWER = 60_000
/** How often it is looked at before what is seen counts as a fault. */
const TRIES = 4

/** @param {number} limit @returns {Promise<never>} */
const late = limit =>
  new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`It was not done after ${limit / 1000} s.`)), limit).unref()
  )

/**
 * @param {import('../../scripts/results.mjs').Results} results
 * @param {import('playwright-core').Browser} browser
 * @param {{fixture: string, longWork: string, lastValues: string, longOutput: string, unknownId: string, notebooks: string[]}} files
 */
export async function checkLab(
  results,
  browser,
  {fixture, longWork, lastValues, longOutput, unknownId, notebooks}
) {
  /**
   * A fresh server for each try, since a browser and a server on a busy machine may miss each other.
   * @param {string[]} files the first is opened @param {{whole?: boolean, tries: number, limit?: number}} how
   * @param {(page: Page, at: {folder: string, address: string}) => Promise<void>} look
   */
  const inLab = async (files, {tries, limit, whole = false}, look) => {
    const attempt = async () => {
      const {address, folder, stop} = await startLab(files, {whole})
      try {
        const page = await openNotebook(browser, address, path.basename(files[0], '.ipynb'))
        try {
          const done = look(page, {folder, address})
          // Where it is late, the page is closed under it.
          done.catch(() => {})
          await (limit === undefined ? done : Promise.race([done, late(limit)]))
        } finally {
          await page.close()
        }
      } finally {
        await stop()
      }
    }
    for (let tried = 1; ; tried++) {
      try {
        return await attempt()
      } catch (error) {
        if (tried === tries) throw error
        console.log(`  again, with a fresh server: ${String(error).split('\n')[0]}`)
      }
    }
  }
  /** @param {string | string[]} files @param {(page: Page, address: string) => Promise<void>} look */
  const withLab = (files, look) => inLab([files].flat(), {tries: 2}, (page, {address}) => look(page, address))
  /**
   * The same with a notebook that was run before, as the committed ones are, and another beside it.
   * @param {string} source @param {string} other
   * @param {(page: Page, at: {file: string, address: string}) => Promise<void>} look
   */
  const withExecuted = async (source, other, look) => {
    const run = path.join(root, '.cache/test', path.basename(source))
    await runNotebook(source, run)
    // A question of JupyterLab that nobody answers would be waited for without end.
    const how = {whole: true, tries: TRIES, limit: ANSWER}
    await inLab([run, other], how, (page, {folder, address}) =>
      look(page, {file: path.join(folder, path.basename(source)), address})
    )
  }
  await results.check(
    'JupyterLab: Run All draws the figure, progress moves in place, a changed parameter changes the figure',
    () =>
      withLab(fixture, async page => {
        const {cells, values, most} = await runAll(page)
        mustHaveRun(cells)
        await mustShowFigures(page, figuresOf(cells).length)
        must(values.length > 2, `Progress showed ${values.length} values: ${values}`)
        must(most === 1, `${most} progress bars stood in one output, not one that moves`)
        must(await changeParameter(page, /K = 5/, 'K = 8'), 'The parameter was not found')
        const again = await runAll(page)
        mustHaveRun(again.cells)
        must(
          figuresOf(again.cells)[0].data['application/vnd.plotly.v1+json'].data[0].y.length === 8,
          'The figure holds the old data'
        )
        await page.waitForFunction(() => {
          const plot = /** @type {any} */ (document.querySelector('.jp-OutputArea .js-plotly-plot'))
          return plot?.data?.[0].y.length === 8
        })
      })
  )
  await results.check(
    'JupyterLab: long work shows progress in place, an interrupt stops it in two seconds, the kernel goes on',
    () =>
      withLab(longWork, async page => {
        await runCell(page, 0)
        const long = await runCell(page, 1, 3)
        must(long.values >= 3, `Progress showed ${long.values} values: ${long.text}`)
        must(long.most === 1, `${long.most} progress bars stood in one cell, not one that moves`)
        must(
          long.said.some(text => text.startsWith('Interrupted: this cell was stopped.')),
          `The cell does not begin by saying that it was interrupted: ${long.text}`
        )
        must(/stopped at \d+ of/.test(long.text), `The cell does not say how far it came: ${long.text}`)
        must(long.seconds < 2, `It took ${long.seconds.toFixed(1)} s from the interrupt to an idle kernel`)
        await page.waitForTimeout(500) // after a failed cell the kernel drops what it is sent for 200 ms
        const after = await runCell(page, 2)
        must(
          after.kernel === long.kernel && /alive: MatrixFactorization/.test(after.text),
          `Afterwards: ${after.text}`
        )
        must(!/interrupt/i.test(after.text), `The next cell is interrupted too: ${after.text}`)
      })
  )
  await results.check(
    'JupyterLab: opened and saved, a notebook stays as it is on disk; figures stay when their tab is left, dark in a dark theme; no pop-up; File, Export has our report',
    () =>
      withExecuted(lastValues, fixture, async (page, {file, address}) => {
        await page.waitForTimeout(2000) // what JupyterLab does after it has started: the question about news comes then
        const before = fs.readFileSync(file, 'utf8')
        const dirty = () =>
          page.evaluate(() => /** @type {any} */ (window).jupyterapp.shell.currentWidget.context.model.dirty)
        must(!(await dirty()), 'Opening the notebook changed it')
        const told = await popUps(page)
        must(told.length === 0, `Without being asked it says: ${told.join('; ')}`)
        const picture = await page.evaluate(async () => {
          const app = /** @type {any} */ (window).jupyterapp
          const turnTo = (/** @type {string} */ theme) =>
            app.commands.execute('apputils:change-theme', {theme: `JupyterLab ${theme}`})
          await turnTo('Dark')
          while (document.body.dataset.jpThemeLight !== 'false') await new Promise(r => setTimeout(r, 50))
          const image = document.querySelector('.jp-RenderedPlotly img')
          const filter = image && getComputedStyle(image).filter
          await turnTo('Light')
          return filter
        })
        must(
          picture?.includes('invert(1)'),
          `On dark ground the picture of a stored figure has the filter ${picture}`
        )
        await page.evaluate(() => /** @type {any} */ (window).jupyterapp.commands.execute('docmanager:save'))
        must(fs.readFileSync(file, 'utf8') === before, 'Opening and saving the notebook changed its file')

        mustHaveRun((await runAll(page)).cells)
        await mustShowFigures(page, 1)
        for (let time = 0; time < 3; time++) {
          await leaveAndComeBack(page, path.basename(fixture))
          const [{height}] = await figuresInCells(page)
          must(height > 100, `After its tab was left and entered again the figure is ${height} px high`)
        }
        await page.evaluate(() =>
          /** @type {any} */ (window).jupyterapp.commands.execute('apputils:change-theme', {
            theme: 'JupyterLab Dark'
          })
        )
        await page.waitForSelector('body[data-jp-theme-light="false"]', {state: 'attached'})
        const [{ink}] = await figuresInCells(page)
        must(ink === 'rgb(227, 231, 238)', `On dark ground the figure's title is ${ink}`)

        await page.evaluate(() => /** @type {any} */ (window).jupyterapp.commands.execute('docmanager:save'))
        page.setDefaultTimeout(15_000)
        await page.click('.lm-MenuBar-itemLabel:text-is("File")')
        await page.hover('.lm-Menu-itemLabel:text-is("Save and Export Notebook As")')
        await page.waitForSelector('.lm-Menu-itemLabel:text-is("Report")')
        const html = await page.evaluate(
          async place => (await fetch(place)).text(),
          `${address}/nbconvert/report/${path.basename(file)}`
        )
        for (const part of ['data-alt="one bar of height 2"', 'application/json', 'class="run"'])
          must(html.includes(part), `The exported report lacks ${part}: ${html.slice(0, 200)}`)
      })
  )
  await results.check(
    'JupyterLab: 20,000 lines arrive, and the figure after them; an error begins with its message',
    () =>
      withLab([longOutput, unknownId], async (page, address) => {
        const {cells} = await runAll(page)
        mustHaveRun(cells.slice(0, 2))
        const [lines, figure] = cells[2].outputs
        must(
          lines.text.split('\n').length === 20_001 && lines.text.includes('line 20000\n'),
          `${lines.text.split('\n').length - 1} lines arrived`
        )
        must(figure.data?.['text/plain'] === 'drawn after the lines', 'The figure did not arrive')
        const other = await openNotebook(browser, address, path.basename(unknownId, '.ipynb'))
        await runCell(other, 0)
        const {said} = await runCell(other, 1)
        await other.close()
        must(
          /^UnknownIdError: Unknown movieId 99999: [^\n]*\n$/.test(said.join('')),
          `The cell says: ${said.join('')}`
        )
      })
  )
  for (const file of notebooks)
    await results.check(`JupyterLab: ${path.basename(file)} runs all its cells and draws its figures`, () =>
      withLab(file, async page => {
        const {cells} = await runAll(page)
        mustHaveRun(cells)
        await mustShowFigures(page, figuresOf(cells).length)
      })
    )
}
