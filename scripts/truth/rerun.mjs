// Runs notebooks with other parameters and judges what they say by what they show. Nothing is exported or kept.
import fs from 'node:fs'
import path from 'node:path'
import {runNotebook} from '../notebooks/notebooks.mjs'
import {override} from '../notebooks/parameters.mjs'
import {runFolder} from '../notebooks/runFolder.mjs'
import {complaintsOf, saidIn} from './judge.mjs'

/**
 * @typedef {object} Judged
 * @property {string} name
 * @property {number} said texts that were judged
 * @property {number} seconds
 * @property {string[]} complaints of what it says
 * @property {string} [error] why it did not run to its end
 */

/**
 * @param {string} file a notebook
 * @param {Record<string, string>} values parameters by name; those it does not have are left out
 * @param {{timeout?: number, onLine?: (line: string) => void}} [options]
 * @returns {Promise<Judged>}
 */
export async function rerun(file, values, {timeout = 600, onLine = () => {}} = {}) {
  const name = path.basename(file, '.ipynb')
  const {folder: work, remove} = runFolder()
  const [copy, executed] = ['source', 'executed'].map(kind => path.join(work, `${kind}.ipynb`))
  const started = Date.now()
  try {
    const notebook = JSON.parse(fs.readFileSync(file, 'utf8'))
    override(notebook, new Map(Object.entries(values)))
    fs.writeFileSync(copy, JSON.stringify(notebook))
    const {code, errors} = await runNotebook(copy, executed, {cwd: path.dirname(file), name, timeout, onLine})
    const seconds = (Date.now() - started) / 1000
    if (code !== 0) return {name, said: 0, seconds, complaints: [], error: errors.trim()}
    const run = JSON.parse(fs.readFileSync(executed, 'utf8'))
    return {name, said: saidIn(run), seconds, complaints: complaintsOf(run)}
  } finally {
    remove()
  }
}
