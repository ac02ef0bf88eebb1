// What the commands print: steps that show they are alive, and failures of one line.
import {spawn} from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import {endBySignal, endsWithThis} from './ending.mjs'

// Whoever reads the output may stop reading (`npm start | head`).
process.stdout.on('error', error => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit(1)
  throw error
})

/**
 * A path as the person who typed it meant it: npm runs scripts in the project's folder and keeps in INIT_CWD where the command was typed.
 * @param {string} typed @param {string} [from] where it was typed
 */
export const asTyped = (typed, from = process.env.INIT_CWD || process.cwd()) => path.resolve(from, typed)

/** A failure that people can mend: its message is one line and names the remedy. */
export class Remedy extends Error {}

const live = process.stdout.isTTY === true

/** @param {number} started @returns {string} */
export function secondsSince(started) {
  const seconds = (Date.now() - started) / 1000
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`
}

/**
 * Prints `title`, then how long `work` took. On a terminal the line counts the seconds; elsewhere a line every half
 * minute says that the work goes on. `note` puts a word beside the title.
 * @template T
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now()
  let detail = ''
  const line = () => `  ${title}${detail && `: ${detail}`}`
  const draw = () =>
    process.stdout.write(
      `\r\x1b[2K${line()} … ${secondsSince(started)}`.slice(0, process.stdout.columns + 4 || 120)
    )
  const soon = live ? undefined : setTimeout(() => console.log(`${line()} …`), 500)
  const timer = setInterval(
    () => (live ? draw() : console.log(`${line()} … ${secondsSince(started)}`)),
    live ? 250 : 30_000
  )
  try {
    const result = await work(text => {
      detail = text
      if (live) draw()
    })
    if (live) process.stdout.write('\r\x1b[2K')
    console.log(`${line()} (${secondsSince(started)})`)
    return result
  } catch (error) {
    if (live) process.stdout.write('\r\x1b[2K')
    throw error
  } finally {
    clearTimeout(soon)
    clearInterval(timer)
  }
}

/**
 * Runs a command to its end: failures become one line and exit status 1, an interrupt one line and 130.
 * @param {string} again what to type to try again
 * @param {() => Promise<number | void>} main
 * @param {string} [interrupted] what becomes of an interrupted one
 */
export async function runCommand(again, main, interrupted = `\`${again}\` goes on from what is in place.`) {
  endBySignal(() => console.error(`\nInterrupted: ${interrupted}`))
  try {
    process.exitCode = (await main()) || 0
  } catch (error) {
    if (error instanceof Remedy) console.error(error.message)
    else if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOSPC') console.error(diskFull(again))
    else console.error(error)
    process.exitCode = 1
  }
}

/**
 * Runs a program with this one's standard streams to its end, and gives its status; one that a signal ended counts as failed.
 * @param {string[]} argv @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function passedOn([program, ...args], options = {}) {
  return new Promise((resolve, reject) => {
    const child = endsWithThis(spawn(program, args, {stdio: 'inherit', ...options}))
    child.on('error', reject)
    child.on('close', code => resolve(code ?? 1))
  })
}

/** @param {string} again */
export const diskFull = again => `The disk is full: free 3 GB, then run \`${again}\` again.`
