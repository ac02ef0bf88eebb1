// Runs notebooks and exports them: copies → executed copies → pictures → single HTML files.
import child from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import {endsWithThis} from '../ending.mjs'
import {python, root} from '../setup/setup.mjs'
import {asTyped, Remedy, secondsSince, step} from '../terminal.mjs'
import {aboutIndex, writeIndex} from './index-page.mjs'
import {jupyterEnvironment} from './jupyter.mjs'
import {override, refuseUnknown} from './parameters.mjs'
import {aboutRun, provenance} from './provenance.mjs'
import {runFolder} from './runFolder.mjs'

/**
 * @typedef {object} Run
 * @property {string} name
 * @property {string} source the notebook's file
 * @property {string} executed the executed copy
 * @property {string} report the HTML file
 * @property {number} seconds
 * @property {ReturnType<typeof provenance>} from what its report says of it
 * @property {string} [error] why it failed
 */

export const notebooksFolder = path.join(root, 'notebooks')
/** Where the reports of the shipped notebooks stand; those of other runs are in folders below. */
export const reportsFolder = path.join(root, 'reports')

/**
 * The notebooks whose names begin so ("01" is 01-explore), or whose paths are given; all where none is named.
 * @param {string[]} names @param {string} [folder]
 */
export function findNotebooks(names, folder = notebooksFolder) {
  if (names.length && names.every(name => name.endsWith('.ipynb') && fs.existsSync(asTyped(name))))
    return names.map(name => asTyped(name))
  const all = fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter(file => file.endsWith('.ipynb'))
        .sort()
    : []
  if (!all.length) throw new Remedy(`There is no notebook in ${path.relative(root, folder)}.`)
  if (!names.length) return all.map(file => path.join(folder, file))
  return names.map(name => {
    const stem = path.basename(name, '.ipynb')
    const file = all.find(file => file === `${stem}.ipynb`) || all.find(file => file.startsWith(stem))
    if (!file)
      throw new Remedy(
        `No notebook is called ${name}: there are ${all.map(file => file.slice(0, -6)).join(', ')}.`
      )
    return path.join(folder, file)
  })
}

/**
 * @param {string[]} files
 * @param {object} options
 * @param {Map<string, string>} [options.values] parameters to override
 * @param {string} options.out the folder of the reports
 * @param {number} [options.timeout] seconds a cell may take
 * @param {boolean} [options.update] writes the executed notebooks back
 * @param {boolean} [options.pictures] a PNG beside each figure
 * @param {boolean} [options.pdf] a PDF beside each report
 * @returns {Promise<Run[]>}
 */
export async function runNotebooks(
  files,
  {values = new Map(), out, timeout = 600, update = false, pictures = true, pdf = false}
) {
  const sources = files.map(file => ({
    name: path.basename(file, '.ipynb'),
    file,
    notebook: JSON.parse(fs.readFileSync(file, 'utf8'))
  }))
  refuseUnknown(sources, values)
  fs.mkdirSync(out, {recursive: true})
  const {folder: work, remove} = runFolder()
  try {
    const runs = sources.map(({name, file, notebook}) => {
      const shipped = structuredClone(notebook)
      override(notebook, values)
      const copy = path.join(work, `${name}.source.ipynb`)
      fs.writeFileSync(copy, JSON.stringify(notebook))
      return {
        name,
        source: file,
        copy,
        executed: path.join(work, `${name}.ipynb`),
        report: path.join(out, `${name}.html`),
        seconds: 0,
        from: provenance(shipped, notebook)
      }
    })
    await inTurn(runs, Math.min(2, os.cpus().length), run => execute(run, timeout))
    const good = runs.filter(run => !(/** @type {Run} */ (run).error))
    if (pictures && good.length) await drawPictures(good)
    if (good.length) await exportReports(good, out, path.join(work, 'jobs.json'))
    if (update) for (const run of good) fs.copyFileSync(run.executed, run.source)
    if (good.length) writeIndices(out, aboutRun(values))
    if (pdf && good.length) await printReports(good)
    return runs
  } finally {
    remove()
  }
}

/**
 * @template T
 * @param {T[]} items @param {number} lanes how many at a time @param {(item: T) => Promise<void>} work
 */
export async function inTurn(items, lanes, work) {
  const queue = [...items]
  const lane = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({length: lanes}, lane))
}

/** @param {Run & {copy: string}} run @param {number} timeout */
async function execute(run, timeout) {
  const started = Date.now()
  console.log(`  ${run.name} starts`)
  const {code, errors} = await runNotebook(run.copy, run.executed, {
    cwd: path.dirname(run.source),
    name: run.name,
    timeout,
    onLine: line => console.log(`  ${line}`)
  })
  run.seconds = (Date.now() - started) / 1000
  if (code !== 0) {
    run.error = errors.trim() || `${run.name}: the runner ended with status ${code} and no message.`
    console.error(`\n${run.error}\n`)
  } else console.log(`  ${run.name} done (${secondsSince(started)})`)
}

/**
 * Executes one notebook and writes the executed copy.
 * @param {string} source @param {string} executed
 * @param {{cwd?: string, name?: string, timeout?: number, onLine?: (line: string) => void}} [options] where its cells run (beside
 *   the source), how messages call it, seconds a cell may take, what gets a line after each cell
 */
export function runNotebook(
  source,
  executed,
  {cwd = path.dirname(source), name = path.basename(source, '.ipynb'), timeout = 600, onLine = () => {}} = {}
) {
  const where = ['--out', executed, '--cwd', cwd, '--root', root]
  const how = ['--timeout', String(timeout), '--name', name, '--with-parent']
  return followed(['scripts/notebooks/run_notebook.py', source, ...where, ...how], onLine)
}

/**
 * Runs a script of the environment's Python in Jupyter's surroundings; `onLine` gets each line that it prints.
 * @param {string[]} argv @param {(line: string) => void} onLine
 * @returns {Promise<{code: number, errors: string}>}
 */
export function followed(argv, onLine) {
  return new Promise((resolve, reject) => {
    // Nothing is written to its standard input, whose end tells a runner that this process is gone.
    const process_ = endsWithThis(child.spawn(python, argv, {cwd: root, env: jupyterEnvironment()}))
    let errors = ''
    readline.createInterface({input: process_.stdout}).on('line', onLine)
    process_.stderr.on('data', chunk => {
      errors += chunk
    })
    process_.on('error', reject)
    process_.on('close', code => resolve({code: code ?? 1, errors}))
  })
}

/** @param {Run[]} runs */
async function drawPictures(runs) {
  const {addPictures} = await import('./pictures.mjs')
  await step('pictures of the figures', async note => {
    const outcome = await addPictures(runs.map(run => run.executed))
    note(outcome)
  })
}

/** @param {Run[]} runs @param {string} out @param {string} file gets what the exporter is to do */
async function exportReports(runs, out, file) {
  await step('reports', async note => {
    const reports = otherReports(runs, out)
    const notebooks = address(out, notebooksFolder)
    const jobs = runs.map(({executed, report, seconds, from}) => ({
      source: executed,
      target: report,
      run: {...from, seconds, index: 'index.html', reports, notebooks}
    }))
    fs.writeFileSync(file, JSON.stringify(jobs))
    const {code, errors} = await followed(['scripts/notebooks/export_report.py', file], line => note(line))
    note('')
    if (code !== 0) throw new Error(`The export failed:\n${errors}`)
  })
}

/** @param {Run[]} runs */
async function printReports(runs) {
  const {printed} = await import('./print.mjs')
  await step('PDF', async note => {
    await printed(
      runs.map(run => run.report),
      file => note(path.basename(file))
    )
    note('')
  })
}

/**
 * Where a link to a notebook leads, seen from the folder of these reports: to its report there, else in the folder above or to the shipped
 * one.
 * @param {Run[]} runs @param {string} out
 */
function otherReports(runs, out) {
  const made = new Set(runs.map(run => run.name))
  const names = fs.existsSync(notebooksFolder)
    ? findNotebooks([]).map(file => path.basename(file, '.ipynb'))
    : []
  return Object.fromEntries(
    [...new Set([...names, ...made])].flatMap(name => {
      const places = [out, path.dirname(out), reportsFolder].map(folder => path.join(folder, `${name}.html`))
      const place = made.has(name) ? places[0] : places.find(fs.existsSync)
      return place ? [[`${name}.ipynb`, address(out, place)]] : []
    })
  )
}

/** A file as a page in `folder` links to it. @param {string} folder @param {string} file */
const address = (folder, file) =>
  path.relative(folder, file).split(path.sep).map(encodeURIComponent).join('/')

/** The index of these reports; that of the folder above, too, where it lists this one. @param {string} out @param {string} about */
function writeIndices(out, about) {
  const above = path.dirname(out)
  const aboutAbove = aboutIndex(above)
  writeIndex(out, {about, home: aboutAbove !== undefined})
  if (aboutAbove !== undefined) writeIndex(above, {about: aboutAbove})
}

/** @param {Run[]} runs */
export function summary(runs) {
  const wide = Math.max(...runs.map(run => run.name.length), 'notebook'.length)
  const rows = runs.map(run => {
    const result = run.error ? 'FAILED, see above' : path.relative(process.cwd(), run.report)
    return `${run.name.padEnd(wide)}  ${run.seconds.toFixed(1).padStart(7)}  ${result}`
  })
  return [`${'notebook'.padEnd(wide)}  ${'seconds'.padStart(7)}  report`, ...rows].join('\n')
}
