// npm run same-bytes: fits every engine but TensorFlow's under other versions of Node, other processors, compilers, locales and time zones,
// and compares what comes of it, byte by byte, with test/golden/bytes.json. `--write` writes that file anew, where code was changed so
// that other bytes are meant; `--node 'command of another Node'` adds a condition, `-- Node arm64` runs those whose names hold a word.
import './setup/require-node.mjs'
import child from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import url from 'node:url'
import {parseArgs} from 'node:util'
import {nodeBinary} from './setup/nodes.mjs'
import {root} from './setup/setup.mjs'

const golden = path.join(root, 'test/golden/bytes.json')
const fits = path.join(root, 'scripts/sameBytes/fits.mjs')
/** An emulated processor is some ten times slower. */
const MINUTES = 30

/**
 * @typedef {{name: string, command?: string[] | (() => string[]), workers?: number, env?: Record<string, string>, missing?: string}} Condition
 */

/** @param {string} command */
const onPath = command =>
  (process.env.PATH ?? '').split(path.delimiter).some(folder => fs.existsSync(path.join(folder, command)))

const linux = process.platform === 'linux'
const notLinux = linux && process.arch === 'x64' ? undefined : 'needs Linux on x64'
const qemu = ['qemu-aarch64', 'qemu-aarch64-static'].find(onPath)
const libraries = process.env.QEMU_LD_PREFIX ?? '/usr/aarch64-linux-gnu'
const noEmulator =
  notLinux ??
  (qemu && fs.existsSync(path.join(libraries, 'lib'))
    ? undefined
    : 'Debian: qemu-user, libc6-arm64-cross, libstdc++6-arm64-cross')

/** @type {Condition[]} */
const CONDITIONS = [
  {name: 'as it is here'},
  {name: 'one worker', workers: 1},
  {name: 'three workers', workers: 3},
  {
    name: 'one core',
    command: ['taskset', '-c', '0', process.execPath],
    ...(linux && onPath('taskset') ? {} : {missing: 'needs taskset'})
  },
  {name: 'JavaScript never optimised', command: [process.execPath, '--no-opt', '--no-sparkplug']},
  {name: 'kernels never optimised', command: [process.execPath, '--liftoff-only']},
  {name: 'Turkish', env: {LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', LANGUAGE: 'tr'}},
  {name: 'German', env: {LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8', LANGUAGE: 'de'}},
  {name: 'Arabic', env: {LC_ALL: 'ar_EG.UTF-8', LANG: 'ar_EG.UTF-8', LANGUAGE: 'ar'}},
  {name: 'no locale', env: {LC_ALL: 'C', LANG: 'C'}},
  {name: 'Kathmandu, UTC+5:45', env: {TZ: 'Asia/Kathmandu'}},
  {name: 'Apia, a day skipped', env: {TZ: 'Pacific/Apia'}},
  {name: "St. John's, UTC-3:30", env: {TZ: 'America/St_Johns'}},
  ...['20', '22', '24'].map(version => ({
    name: `Node ${version}, x64`,
    command: () => [nodeBinary(version)],
    ...(notLinux ? {missing: notLinux} : {})
  })),
  ...['20', '22', '24'].map(version => ({
    name: `Node ${version}, arm64 (emulated)`,
    command: () => [String(qemu), '-L', libraries, nodeBinary(version, 'arm64')],
    ...(noEmulator ? {missing: noEmulator} : {})
  }))
]

/** @param {Condition} condition @returns {{hashes?: Record<string, Record<string, string>>, seconds: number, fault?: string}} */
function run({command = [process.execPath], workers = 2, env = {}}) {
  const started = Date.now()
  const [program, ...first] = typeof command === 'function' ? command() : command
  const {status, stdout, stderr, error} = child.spawnSync(
    program,
    [...first, fits, '--workers', String(workers)],
    {
      cwd: root,
      encoding: 'utf8',
      env: {...process.env, ...env},
      timeout: MINUTES * 60_000
    }
  )
  const seconds = (Date.now() - started) / 1000
  if (status === 0) return {hashes: JSON.parse(stdout), seconds}
  return {
    seconds,
    fault:
      error?.message ??
      (stderr
        .trim()
        .split('\n')
        .find(line => /Error|error/.test(line)) ||
        `status ${status}`)
  }
}

/**
 * @param {Record<string, Record<string, string>>} expected @param {Record<string, Record<string, string>>} got
 * @returns {string[]} what differs: 'ease: model, lists'
 */
export function differences(expected, got) {
  return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap(name => {
    const parts = [...new Set(Object.keys({...expected[name], ...got[name]}))]
    const other = parts.filter(part => expected[name]?.[part] !== got[name]?.[part])
    return other.length ? [`${name}: ${other.join(', ')}`] : []
  })
}

function main() {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {write: {type: 'boolean'}, node: {type: 'string', multiple: true}}
  })
  const {status} = child.spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], {
    stdio: 'inherit'
  })
  if (status !== 0) {
    process.exitCode = 1
    return
  }
  if (values.write) {
    const {hashes, fault} = run({name: 'here', workers: 1})
    if (!hashes) throw new Error(fault)
    fs.writeFileSync(golden, `${JSON.stringify(hashes, undefined, 1)}\n`)
    console.log(`${path.relative(root, golden)} is written anew.`)
    return
  }
  const expected = JSON.parse(fs.readFileSync(golden, 'utf8'))
  const others = (values.node ?? []).map(text => ({name: text, command: text.split(' ')}))
  const asked = [...CONDITIONS, ...others].filter(
    ({name}) => !positionals.length || positionals.some(word => name.includes(word))
  )
  if (!asked.length) {
    console.error(
      `same-bytes: no condition has ${positionals.join(' or ')} in its name; there are ${CONDITIONS.map(({name}) => name).join('; ')}.`
    )
    process.exitCode = 2
    return
  }
  console.log(`Node ${process.versions.node}, ${process.arch}, ${os.cpus()[0]?.model ?? 'unknown processor'}`)
  const faults = asked.filter(condition => !holds(condition, expected))
  process.exitCode = faults.length ? 1 : 0
}

/** @param {Condition} condition @param {Record<string, Record<string, string>>} expected */
function holds(condition, expected) {
  const say = (/** @type {string} */ mark, /** @type {string} */ words) =>
    console.log(`${mark} ${condition.name.padEnd(28)} ${words}`)
  if (condition.missing) {
    say('-', `not run: ${condition.missing}`)
    return true
  }
  const {hashes, seconds, fault} = run(condition)
  const apart = hashes ? differences(expected, hashes) : [String(fault)]
  say(
    apart.length ? '✗' : '✓',
    `${apart.join('; ') || `all ${Object.keys(expected).length} the same`} (${seconds.toFixed(0)} s)`
  )
  return apart.length === 0
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) main()
