// Where the copies of notebooks stand while they run.
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {atEnd, isRunning} from '../ending.mjs'
import {cache} from '../setup/setup.mjs'

const runs = path.join(cache, 'runs')

/**
 * A new folder, removed at the end of the process at the latest. What processes that were killed left of theirs is removed, too.
 * @returns {{folder: string, remove: () => void}}
 */
export function runFolder() {
  fs.mkdirSync(runs, {recursive: true})
  for (const name of fs.readdirSync(runs)) {
    const [, pid] = /^run-(\d+)-/.exec(name) ?? []
    if (pid === undefined || !isRunning(Number(pid))) removed(path.join(runs, name))
  }
  const folder = fs.mkdtempSync(path.join(runs, `run-${process.pid}-`))
  return {folder, remove: atEnd(() => removed(folder))}
}

/** @param {string} folder which a program that is just ending may still write to */
const removed = folder => fs.rmSync(folder, {recursive: true, force: true, maxRetries: 3})
