/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// A JupyterLab of its own, and a notebook open in it, driven by JupyterLab's own commands.
import child from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import {jupyterEnvironment, labArguments} from '../../scripts/notebooks/jupyter.mjs'
import {must} from '../../scripts/results.mjs'
import {python, root} from '../../scripts/setup/setup.mjs'

/** @typedef {import('playwright-core').Page} Page */
const TOKEN = 'movie-recs-test'
const MINUTES = 60_000

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const {port} = /** @type {net.AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })

/**
 * Starts a server on a folder of copies without outputs, so that whatever is seen was made live; `whole` keeps the files as they are.
 * @param {string[]} notebooks @param {{whole?: boolean}} [options]
 */
export async function startLab(notebooks, {whole = false} = {}) {
  const folder = fs.mkdtempSync(path.join(root, '.cache/lab-'))
  for (const file of notebooks) {
    if (whole) {
      fs.copyFileSync(file, path.join(folder, path.basename(file)))
      continue
    }
    const notebook = JSON.parse(fs.readFileSync(file, 'utf8'))
    for (const cell of notebook.cells)
      if (cell.cell_type === 'code') Object.assign(cell, {outputs: [], execution_count: null})
    fs.writeFileSync(path.join(folder, path.basename(file)), JSON.stringify(notebook))
  }
  const port = await freePort()
  const flags = [
    '--no-browser',
    `--ServerApp.port=${port}`,
    '--ServerApp.port_retries=0',
    `--IdentityProvider.token=${TOKEN}`
  ]
  const argv = [...labArguments(folder), ...flags, '--LabApp.expose_app_in_browser=True', '--allow-root']
  const server = child.spawn(python, argv, {
    cwd: root,
    env: jupyterEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let log = ''
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', chunk => {
      log += chunk
    })
  const stop = async () => {
    const ended = new Promise(resolve => server.on('close', resolve))
    server.kill('SIGTERM')
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 10_000))])
    if (server.exitCode === null) server.kill('SIGKILL')
    fs.rmSync(folder, {recursive: true, force: true})
  }
  const address = `http://127.0.0.1:${port}`
  const deadline = Date.now() + MINUTES
  while (Date.now() < deadline && server.exitCode === null) {
    const answer = await fetch(`${address}/api?token=${TOKEN}`).catch(() => undefined)
    if (answer?.ok) return {address, folder, stop}
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  await stop()
  throw new Error(`JupyterLab did not start:\n${log.slice(-2000)}`)
}

/**
 * One notebook open in a page, driven by JupyterLab's own commands.
 * @param {import('playwright-core').Browser} browser @param {string} address @param {string} name
 */
export async function openNotebook(browser, address, name) {
  const page = await browser.newPage({viewport: {width: 1400, height: 1000}})
  page.setDefaultTimeout(2 * MINUTES)
  await page.goto(`${address}/lab/tree/${name}.ipynb?reset&token=${TOKEN}`)
  await page.waitForFunction(() => {
    const app = /** @type {any} */ (window).jupyterapp
    const panel = app?.shell.currentWidget
    return panel?.sessionContext?.session?.kernel?.status === 'idle' && panel.content?.model
  })
  return page
}

/** @param {Page} page @returns {Promise<{cells: any[], values: number[], most: number}>} the cells after Run All, and the progress seen */
export async function runAll(page, limit = 10 * MINUTES) {
  page.setDefaultTimeout(limit)
  return page.evaluate(async () => {
    const app = /** @type {any} */ (window).jupyterapp
    const panel = app.shell.currentWidget
    /** @type {Set<number>} */
    const values = new Set()
    let most = 0
    const look = () => {
      for (const output of document.querySelectorAll('.jp-OutputArea')) {
        const bars = output.querySelectorAll('progress')
        most = Math.max(most, bars.length)
        for (const bar of bars) values.add(bar.value)
      }
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['value']
    })
    const finished = await app.commands.execute('notebook:run-all-cells')
    while (panel.sessionContext.session.kernel.status !== 'idle') await new Promise(r => setTimeout(r, 100))
    await new Promise(r => setTimeout(r, 500))
    observer.disconnect()
    return {cells: panel.content.model.toJSON().cells, values: [...values], most, finished}
  })
}

/** @param {any[]} cells */
export function mustHaveRun(cells) {
  const code = cells.filter(cell => cell.cell_type === 'code' && String(cell.source).trim())
  code.forEach((cell, i) => {
    const text = cell.outputs
      .filter((/** @type {any} */ o) => o.output_type === 'error' || o.name === 'stderr')
      .map((/** @type {any} */ o) => [o.text, o.evalue].flat().join(''))
      .join('')
    must(cell.execution_count !== null, `Code cell ${i + 1} did not run`)
    must(!/error|exception|rejection/i.test(text), `Code cell ${i + 1} says: ${text.slice(0, 500)}`)
  })
}

/** @param {any[]} cells */
export const figuresOf = cells =>
  cells.flatMap(cell => cell.outputs || []).filter(output => output.data?.['application/vnd.plotly.v1+json'])

/** Scrolls through the notebook until every figure is there as a plotly drawing. @param {Page} page @param {number} count */
export async function mustShowFigures(page, count) {
  const drawn = () =>
    page.evaluate(async () => {
      for (const cell of document.querySelectorAll('.jp-Notebook .jp-Cell')) {
        cell.scrollIntoView()
        await new Promise(r => setTimeout(r, 30))
      }
      const plots = [...document.querySelectorAll('.jp-OutputArea .js-plotly-plot')]
      return plots.filter(plot => (plot.querySelector('.main-svg')?.getBoundingClientRect().width ?? 0) > 100)
        .length
    })
  const deadline = Date.now() + MINUTES
  let seen = await drawn()
  while (seen < count && Date.now() < deadline) seen = await drawn()
  must(seen >= count, `${seen} of ${count} figures are drawn`)
}

/**
 * Gives a parameter another value. @param {Page} page @param {RegExp} from @param {string} to
 */
export const changeParameter = (page, from, to) =>
  page.evaluate(
    ({source, flags, to}) => {
      const panel = /** @type {any} */ (window).jupyterapp.shell.currentWidget
      const cells = [...panel.content.model.cells]
      const cell = cells.find(cell => (cell.getMetadata('tags') || []).includes('parameters'))
      const before = cell.sharedModel.getSource()
      cell.sharedModel.setSource(before.replace(new RegExp(source, flags), to))
      return before !== cell.sharedModel.getSource()
    },
    {source: from.source, flags: from.flags, to}
  )

/**
 * Runs one code cell, counted from 0; with `interruptAfter`, interrupts the kernel once the cell's progress has shown that many
 * values. @param {Page} page @param {number} index @param {number} [interruptAfter]
 */
export const runCell = (page, index, interruptAfter = 0) =>
  page.evaluate(
    async ({index, interruptAfter}) => {
      const app = /** @type {any} */ (window).jupyterapp
      const panel = app.shell.currentWidget
      const {kernel} = panel.sessionContext.session
      const notebook = panel.content
      const cell = notebook.widgets.filter((/** @type {any} */ widget) => widget.model.type === 'code')[index]
      notebook.activeCellIndex = notebook.widgets.indexOf(cell)
      const ran = app.commands.execute('notebook:run-cell')
      const values = new Set()
      let most = 0
      const deadline = Date.now() + 60_000
      while (interruptAfter && values.size < interruptAfter && Date.now() < deadline) {
        const bars = cell.node.querySelectorAll('.jp-OutputArea-output progress')
        most = Math.max(most, bars.length)
        for (const bar of bars) values.add(bar.value)
        await new Promise(r => setTimeout(r, 20))
      }
      const asked = performance.now()
      if (interruptAfter) await kernel.interrupt()
      await ran
      while (kernel.status !== 'idle') await new Promise(r => setTimeout(r, 20))
      const seconds = (performance.now() - asked) / 1000
      const {outputs} = cell.model.toJSON()
      const text = JSON.stringify(outputs)
      /** @type {string[]} */
      const said = outputs
        .filter((/** @type {any} */ output) => output.output_type === 'stream')
        .map((/** @type {any} */ output) => [output.text].flat().join(''))
      return {text, said, values: values.size, most, seconds, status: kernel.status, kernel: kernel.id}
    },
    {index, interruptAfter}
  )

/** Whether it is told to a person: dialogs and notes in the corner. @param {Page} page */
export const popUps = page =>
  page.$$eval('.jp-Dialog, .Toastify__toast', all => all.map(one => one.textContent ?? ''))

/** Opens another notebook in a tab of its own, then comes back to the one that was in front. @param {Page} page @param {string} other */
export const leaveAndComeBack = (page, other) =>
  page.evaluate(async path => {
    const app = /** @type {any} */ (window).jupyterapp
    const {id} = app.shell.currentWidget
    await app.commands.execute('docmanager:open', {path})
    await new Promise(r => setTimeout(r, 800))
    app.shell.activateById(id)
    await new Promise(r => setTimeout(r, 800))
  }, other)

/** Pixels that the figures are high in their cells, and the colour of their titles. @param {Page} page */
export const figuresInCells = page =>
  page.$$eval('.jp-OutputArea .js-plotly-plot', all =>
    all.map(figure => ({
      height: figure.getBoundingClientRect().height,
      ink: getComputedStyle(/** @type {Element} */ (figure.querySelector('.gtitle'))).fill
    }))
  )
