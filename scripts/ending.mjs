// What a command undoes at its end, whatever ends it but SIGKILL: programs it started, folders it made for itself.
import fs from 'node:fs'
import os from 'node:os'
import process from 'node:process'

/** @type {Set<() => void>} */
const undone = new Set()
process.on('exit', () => {
  for (const undo of [...undone].reverse()) undo()
})

/**
 * Has `undo` run when the process ends, unless it was run before.
 * @param {() => void} undo what it does is done when it returns
 * @returns {() => void} runs it now
 */
export function atEnd(undo) {
  const once = () => {
    if (!undone.delete(once)) return
    try {
      undo()
    } catch {} // a full disk: the next command cleans up
  }
  undone.add(once)
  return once
}

/**
 * Ends a program with this process.
 * @template {import('node:child_process').ChildProcess} Child
 * @param {Child} program @returns {Child}
 */
export function endsWithThis(program) {
  const over = atEnd(() => program.kill())
  program.once('exit', over)
  return program
}

/**
 * Signals end the process as a shell expects it, with 128 and their number (130 for Ctrl-C).
 * @param {() => void} say what is said before
 */
export function endBySignal(say) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      say()
      process.exit(128 + os.constants.signals[signal])
    })
}

/**
 * Whether a process is there; one of another user counts, one that has ended and that nobody has asked for its status does not.
 * @param {number} pid
 */
export function isRunning(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
  try {
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return true
  }
}
