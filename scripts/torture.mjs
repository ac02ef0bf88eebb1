// npm run torture -- [--minutes 5] [--seed N] [--only SUBJECT …] [--tries N]: what the library promises to stand, tried at random
// (test/torture). Each subject runs in a process of its own, which a hang or a crash does not take along.
import './setup/require-node.mjs'
import child from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import url from 'node:url'
import util from 'node:util'
import {bundled} from './bundle.mjs'
import {atEnd} from './ending.mjs'
import {cache, root} from './setup/setup.mjs'
import {passedOn, Remedy, runCommand, secondsSince} from './terminal.mjs'

/** Directly in .cache: from there test/paths.ts finds the project as it does from its own folder. */
const program = path.join(cache, 'torture.cjs')
const usage = `npm run torture -- [options]     everything that is tortured, each for its share of the time

  --minutes N     how long in all, about: each subject has one try at least (5)
  --only SUBJECT  this alone; may be repeated
  --seed N        of everything that is drawn; a fault names the seed of its try
  --tries N       of each subject, at most`

/**
 * @typedef {{name: string, about: string, limit: number, skip?: string}} Subject
 * @typedef {{seed: number, said: string}} Broken
 * @typedef {Record<'tries' | 'held' | 'refused' | 'recovered', number> & {seconds: number, faults: Broken[]}} Counts
 */

/** Builds what is tortured, and lists it. @returns {Promise<Subject[]>} */
async function subjects() {
  const built = await passedOn([process.execPath, path.join(root, 'scripts/build.mjs')])
  if (built !== 0) throw new Remedy('The library does not build: mend what is named above.')
  await bundled('test/torture/run.ts', program)
  return JSON.parse(child.execFileSync(process.execPath, [program], {encoding: 'utf8', cwd: root}))
}

/**
 * Tortures one subject for some seconds, past crashes and hangs.
 * @param {Subject} subject @param {{seed: number, seconds: number, tries: number}} o @param {Counts} counts
 */
async function torture(subject, {seed, seconds, tries}, counts) {
  const started = Date.now()
  const folder = fs.mkdtempSync(path.join(cache, `torture-${subject.name}-`))
  const clean = atEnd(() => cleaned(folder))
  try {
    for (let next = seed; ; next = nextSeed(next)) {
      const left = seconds - (Date.now() - started) / 1000
      const before = counts.tries
      const over = await oneProcess(subject, folder, [next, Math.max(0, left), tries - counts.tries], counts)
      if (over || left <= 0 || counts.tries >= tries || counts.tries === before) break
    }
  } finally {
    clean()
  }
}

/** Of a process that goes on after a crash. @param {number} seed */
const nextSeed = seed => (Math.imul(seed, 48271) + 11) & 0x7fffffff

/**
 * @param {Subject} subject @param {string} folder @param {number[]} numbers seed, seconds, tries @param {Counts} counts
 * @returns {Promise<boolean>} whether it came to its end
 */
function oneProcess({name, limit}, folder, numbers, counts) {
  return new Promise(resolve => {
    // A group of its own, so that what it starts can be ended with it.
    const running = child.spawn(
      process.execPath,
      ['--enable-source-maps', program, name, folder, ...numbers.map(String)],
      {
        cwd: root,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc']
      }
    )
    const end = atEnd(() => endGroup(running))
    let seed = numbers[0]
    let under = false
    let errors = ''
    running.stderr?.on('data', chunk => {
      errors = (errors + chunk).slice(-2000)
    })
    /** @param {string} said */
    const fault = said => {
      counts.tries++
      counts.faults.push({seed, said})
      under = false
    }
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        fault(`It hangs: no end after ${limit} s.`)
        end()
      }, 1000 * limit)
    }
    watch()
    running.on('message', (/** @type {any} */ told) => {
      watch()
      if ('begins' in told) {
        seed = told.begins
        under = true
      } else if ('fault' in told) {
        seed = told.seed
        fault(told.fault)
      } else {
        counts.tries++
        counts[/** @type {'held'} */ (told.ending)]++
        under = false
      }
    })
    running.on('close', (status, signal) => {
      clearTimeout(timer)
      if (under) fault(`The process that tries it ended with ${status ?? signal}.\n${errors}`)
      end()
      resolve(status === 0)
    })
  })
}

/** @param {child.ChildProcess} leader */
function endGroup({pid}) {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {} // It is over.
}

/** Removes a folder, with the disks that a try that was killed left mounted in it. @param {string} folder */
function cleaned(folder) {
  const mounts = process.platform === 'linux' ? fs.readFileSync('/proc/mounts', 'utf8').split('\n') : []
  for (const place of mounts.map(line => line.split(' ')[1]).filter(place => place?.startsWith(`${folder}/`)))
    child.spawnSync('umount', ['-l', place])
  fs.rmSync(folder, {recursive: true, force: true, maxRetries: 5})
}

/** @param {string} name @param {Counts} counts */
export function line(name, {tries, held, refused, recovered, faults, seconds}) {
  const count = (/** @type {number} */ n) => n.toLocaleString('en').padStart(6)
  return `${name.padEnd(16)}${count(tries)} tries ${count(held)} held ${count(refused)} refused ${count(recovered)} recovered ${count(faults.length)} faults  ${seconds.toFixed(0).padStart(4)} s`
}

/** @param {string} name @param {Counts} counts @returns {string[]} */
export function faultLines(name, {faults}) {
  return faults.map(
    ({seed, said}) =>
      `✗ ${name}: ${said.trim()}\n  again: npm run torture -- --only ${name} --seed ${seed} --tries 1`
  )
}

/**
 * Tortures subjects in turn, and tells each one's counts as it ends.
 * @param {{minutes?: number, seed?: number, only?: string[], tries?: number}} o
 * @param {(name: string, counts: Counts) => void} onEnd @param {(text: string) => void} say
 */
export async function tortureAll(
  {minutes = 5, seed = 1, only = [], tries = Number.MAX_SAFE_INTEGER},
  onEnd,
  say
) {
  const all = await subjects()
  const unknown = only.find(name => !all.some(one => one.name === name))
  if (unknown !== undefined)
    throw new Remedy(
      `Nothing that is tortured is called ${unknown}: there are ${all.map(({name}) => name).join(', ')}.`
    )
  const chosen = all.filter(({name}) => !only.length || only.includes(name))
  const until = Date.now() + 60_000 * minutes
  for (const [k, subject] of chosen.entries()) {
    if (subject.skip) {
      say(`${subject.name.padEnd(16)} left out: ${subject.skip}`)
      continue
    }
    const seconds = Math.max(0, (until - Date.now()) / 1000 / (chosen.length - k))
    /** @type {Counts} */
    const counts = {tries: 0, held: 0, refused: 0, recovered: 0, seconds: 0, faults: []}
    const begun = Date.now()
    const told = atEnd(() => onEnd(subject.name, {...counts, seconds: (Date.now() - begun) / 1000}))
    await torture(subject, {seed, seconds, tries}, counts)
    told()
  }
}

/** @param {string[]} argv */
function optionsOf(argv) {
  try {
    const {values} = util.parseArgs({
      args: argv,
      options: {
        minutes: {type: 'string', default: '5'},
        seed: {type: 'string'},
        only: {type: 'string', multiple: true, default: []},
        tries: {type: 'string'},
        help: {type: 'boolean', short: 'h', default: false}
      }
    })
    const {help, only, minutes, seed, tries} = values
    /** @param {string} name @param {string | undefined} value @param {number} instead */
    const number = (name, value, instead) => {
      const parsed = value === undefined ? instead : Number(value)
      if (!(parsed >= 0)) throw new Error(`--${name} takes a number from 0 up, got ${value}.`)
      return parsed
    }
    return {
      ...{help, only, minutes: number('minutes', minutes, 5)},
      seed: number('seed', seed, Date.now() % 1_000_000_000),
      tries: number('tries', tries, Number.MAX_SAFE_INTEGER)
    }
  } catch (error) {
    throw new Remedy(`${/** @type {Error} */ (error).message}\n\n${usage}`)
  }
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href)
  await runCommand(
    'npm run torture',
    async () => {
      const {help, ...o} = optionsOf(process.argv.slice(2))
      if (help) return console.log(usage)
      const started = Date.now()
      let [tries, faults] = [0, 0]
      const report = atEnd(() =>
        console.log(
          `${tries.toLocaleString('en')} tries, ${faults} faults in ${secondsSince(started)}, seed ${o.seed}`
        )
      )
      await tortureAll(
        o,
        (name, counts) => {
          console.log([line(name, counts), ...faultLines(name, counts)].join('\n'))
          tries += counts.tries
          faults += counts.faults.length
        },
        text => console.log(text)
      )
      report()
      return faults > 0 ? 1 : 0
    },
    'the counts so far follow.'
  )
