// DATASET as it is typed on a command line: an edition's name stays what it is; a path, typed from where the command was typed, becomes
// one from the notebooks' folder, where the cells run.
import fs from 'node:fs'
import path from 'node:path'
import {asTyped} from '../terminal.mjs'

/**
 * @param {string} typed @param {string} folder where the notebook's cells run
 * @param {string} [from] where it was typed
 */
export function datasetFor(typed, folder, from) {
  const place = asTyped(typed, from)
  if (!fs.existsSync(place)) return typed
  const relative = path.relative(folder, place).split(path.sep).join('/')
  return relative.startsWith('.') ? relative : `./${relative}`
}
