// Set-up, shared by start, test, lab and report: npm packages, a Python environment with Jupyter, the TypeScript
// kernel, the built library. Every step looks at what is in place and does only what is missing, so a second run
// takes well under a second, and a run after an interrupted one mends what that left behind.
// It runs before any package is installed: Node's own modules only.
import child from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'
import {atEnd, endsWithThis, isRunning} from '../ending.mjs'
import {diskFull, Remedy, step} from '../terminal.mjs'

export const root = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), '../..')
const windows = process.platform === 'win32'
export const venv = path.join(root, '.venv')
export const bin = path.join(venv, windows ? 'Scripts' : 'bin')
export const python = path.join(bin, windows ? 'python.exe' : 'python')
export const cache = path.join(root, '.cache')

/** @param {string} file @returns {string | undefined} */
const textOf = file => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined)

/** @param {string} command what people typed, named in the remedies */
export async function setUp(command = 'npm start') {
  fs.mkdirSync(cache, {recursive: true})
  const release = await takeTurn(command)
  try {
    if (!packagesInPlace()) await step('npm packages', () => installPackages(command))
    const version = await pythonEnvironment(command)
    if (!kernelInPlace()) await step('TypeScript kernel', () => installKernel(command))
    await build()
    const {setUpTensorFlow} = await import('./tensorflow.mjs')
    await step('TensorFlow', async note => {
      const {backend, how} = await setUpTensorFlow({root, progress: note})
      note(`${backend}, ${how}`)
    })
    return {python, pythonVersion: version}
  } finally {
    release()
  }
}

/** While a set-up works: its process, and that of the program it runs just now. */
const turn = path.join(cache, 'setup.pid')

/**
 * One set-up at a time in a folder: two would take each other's files away.
 * @param {string} command
 */
async function takeTurn(command) {
  const [other, program] = (textOf(turn) ?? '').split(' ').map(Number)
  if (other && other !== process.pid && worksHere(other))
    throw new Remedy(
      `Another set-up works in this folder (process ${other}): wait for its end, then run \`${command}\` again; if there is none, delete .cache/setup.pid.`
    )
  if (program && worksHere(program)) await leftBehind(program, command)
  fs.writeFileSync(turn, String(process.pid))
  return atEnd(() => fs.rmSync(turn, {force: true}))
}

/** Whether a process is there and, where the system tells, works in this folder: numbers are given out again. @param {number} pid */
function worksHere(pid) {
  if (!isRunning(pid)) return false
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(root)
  } catch {
    return true
  }
}

/** Seconds for which a program may go on that a killed set-up left: the longest step of one. */
const LEFT_BEHIND = 600

/**
 * A set-up that was killed leaves its pip or npm at work, which would put files into what is made anew.
 * @param {number} program @param {string} command
 */
async function leftBehind(program, command) {
  await step(`the end of what a set-up that was killed left at work (process ${program})`, async () => {
    const until = Date.now() + 1000 * LEFT_BEHIND
    while (worksHere(program) && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 200))
  })
  if (worksHere(program))
    throw new Remedy(
      `A set-up that was killed left process ${program} at work in this folder: end it, then run \`${command}\` again.`
    )
}

// ---- npm packages

/** npm writes node_modules/.package-lock.json last: it is the receipt of a finished installation. */
export function packagesInPlace() {
  const receipt = textOf(path.join(root, 'node_modules/.package-lock.json'))
  if (!receipt) return false
  const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(receipt).packages
  for (const place of Object.keys(installed)) {
    const entry = wanted[place]
    if (!entry || (!entry.link && entry.version !== installed[place].version)) return false
    if (!installed[place].link && !fs.existsSync(path.join(root, place, 'package.json'))) return false
  }
  return Object.keys(wanted).every(place => {
    const {optional, devOptional, peer} = wanted[place]
    return !place.startsWith('node_modules/') || installed[place] || optional || devOptional || peer
  })
}

/** npm beside this Node, run by this Node: the same on Windows, where npm is a batch file. */
export function npm() {
  const here = path.dirname(process.execPath)
  const candidates = [
    /npm-cli\.c?js$/.test(process.env.npm_execpath || '') ? process.env.npm_execpath : '',
    path.join(here, 'node_modules/npm/bin/npm-cli.js'),
    path.join(here, '../lib/node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js'
  ]
  const found = candidates.find(file => file && fs.existsSync(file))
  return found ? [process.execPath, found] : [windows ? 'npm.cmd' : 'npm']
}

/** @param {string} command */
async function installPackages(command) {
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retry-mintimeout=2000']
  // Without a registry npm tries every package for minutes; asked once, it says so at once. Its cache may do, too.
  const ping = await spawn([...npm(), 'ping', '--fetch-retries=0', '--fetch-timeout=20000'])
  if (ping.code !== 0 && UNREACHABLE.test(ping.output)) flags.push('--offline')
  await run('npm ci', [...npm(), ...flags], command)
  if (!packagesInPlace())
    throw new Remedy(
      `npm left node_modules incomplete: delete the folder node_modules, then run \`${command}\` again.`
    )
}

// ---- Python

/** A Python that can make the environment. @param {string} command */
function findPython(command) {
  const named = process.env.PYTHON ? [[process.env.PYTHON]] : []
  const usual = windows ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ['python']]
  const minors = [14, 13, 12, 11, 10].map(minor => (windows ? ['py', `-3.${minor}`] : [`python3.${minor}`]))
  const ask = 'import sys; print(sys.version_info[0] * 100 + sys.version_info[1], sys.version.split()[0])'
  /** @type {string[]} */
  const seen = []
  for (const candidate of [...named, ...usual, ...minors]) {
    const {status, stdout} = child.spawnSync(candidate[0], [...candidate.slice(1), '-c', ask], {
      encoding: 'utf8'
    })
    if (status !== 0 || !stdout) continue
    const [number, version] = stdout.trim().split(' ')
    if (Number(number) < 310) seen.push(version)
    else {
      const probe = ['-c', 'import venv, ensurepip']
      if (child.spawnSync(candidate[0], [...candidate.slice(1), ...probe]).status === 0)
        return {candidate, version}
      const minor = version.split('.').slice(0, 2).join('.')
      throw new Remedy(
        `Python ${version} has no venv module: install it (Debian, Ubuntu: \`sudo apt install python${minor}-venv\`), then run \`${command}\` again.`
      )
    }
  }
  throw new Remedy(
    seen.length
      ? `Python ${seen[0]} is too old: install Python 3.10 or later (https://www.python.org), then run \`${command}\` again.`
      : `Python was not found: install Python 3.10 or later with venv (https://www.python.org; Debian, Ubuntu: \`sudo apt install python3-venv\`), then run \`${command}\` again; PYTHON=/path/to/python names one that is not on PATH.`
  )
}

/** @param {string} command @returns {Promise<string>} its version */
async function pythonEnvironment(command) {
  const requirements = path.join(root, 'scripts/setup/requirements.txt')
  const stamp = path.join(venv, '.ready')
  const digest = crypto.createHash('sha256').update(fs.readFileSync(requirements)).update(root).digest('hex')
  const ask = ['-c', 'import sys; print(sys.version.split()[0])']
  if (textOf(stamp) === digest) {
    const {status, stdout} = child.spawnSync(python, ask, {encoding: 'utf8'})
    if (status === 0) return stdout.trim()
  }
  const {candidate, version} = findPython(command)
  await step(`Python ${version} environment with JupyterLab`, async note => {
    removeEnvironment(command)
    note('making it')
    await run('python -m venv', [...candidate, '-m', 'venv', venv], command)
    note('installing')
    const flags = [
      '--disable-pip-version-check',
      '--no-input',
      '--require-hashes',
      '--retries',
      '2',
      '--timeout',
      '60'
    ]
    await run('pip install', [python, '-m', 'pip', 'install', ...flags, '-r', requirements], command)
    note('')
    fs.writeFileSync(stamp, digest)
  })
  return version
}

/** @param {string} command */
function removeEnvironment(command) {
  try {
    fs.rmSync(venv, {recursive: true, force: true, maxRetries: 10})
  } catch (error) {
    const {code} = /** @type {NodeJS.ErrnoException} */ (error)
    if (code !== 'ENOTEMPTY' && code !== 'EBUSY' && code !== 'EPERM') throw error
    throw new Remedy(
      `The folder .venv cannot be removed, since another program works in it (${code}): end that, then run \`${command}\` again.`
    )
  }
}

// ---- the kernel

const kernels = path.join(venv, 'share/jupyter/kernels')
/** How Jupyter starts the kernel: this Node and the project's own tslab, by full path, whatever is on PATH. */
const kernelCommand = () => [
  process.execPath,
  path.join(root, 'node_modules/tslab/bin/tslab'),
  'kernel',
  '--config-path',
  '{connection_file}'
]

function kernelInPlace() {
  const spec = textOf(path.join(kernels, 'tslab/kernel.json'))
  try {
    return spec !== undefined && JSON.stringify(JSON.parse(spec).argv) === JSON.stringify(kernelCommand())
  } catch {
    return false
  }
}

/** @param {string} command */
async function installKernel(command) {
  const tslab = kernelCommand()[1]
  await run(
    'tslab install',
    [process.execPath, tslab, 'install', '--python', python, '--prefix', venv],
    command
  )
  fs.rmSync(path.join(kernels, 'jslab'), {recursive: true, force: true})
  const file = path.join(kernels, 'tslab/kernel.json')
  const spec = JSON.parse(fs.readFileSync(file, 'utf8'))
  fs.writeFileSync(file, JSON.stringify({...spec, argv: kernelCommand()}, null, 2))
}

// ---- the library

async function build() {
  const {code, output} = await spawn([process.execPath, path.join(root, 'scripts/build.mjs')])
  if (code !== 0)
    throw new Remedy(
      `${output.trim()}\nThe library does not build: mend what is named above, then run \`npm run build\`.`
    )
}

// ---- running things

/**
 * @param {string[]} argv @param {child.SpawnOptions} [options] @param {(pid: number) => void} [onStart]
 * @returns {Promise<{code: number, output: string}>}
 */
export function spawn(argv, options = {}, onStart = () => {}) {
  return new Promise((resolve, reject) => {
    const shell = windows && /\.cmd$/.test(argv[0])
    const process_ = endsWithThis(
      child.spawn(argv[0], argv.slice(1), {
        cwd: root,
        shell,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...options
      })
    )
    if (process_.pid !== undefined) onStart(process_.pid)
    let output = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    process_.stdout?.on('data', keep)
    process_.stderr?.on('data', keep)
    process_.on('error', reject)
    process_.on('close', code => resolve({code: code ?? 1, output}))
  })
}

/**
 * Runs one step of the set-up; its failure becomes one line with the remedy.
 * @param {string} what @param {string[]} argv @param {string} command
 */
async function run(what, argv, command) {
  /** @param {number} pid */
  const note = pid => fs.writeFileSync(turn, `${process.pid} ${pid}`)
  const {code, output} = await spawn(argv, {}, note).catch(error => ({code: 1, output: String(error)}))
  if (code === 0) return
  const log = path.join(cache, 'setup.log')
  try {
    fs.writeFileSync(log, output)
  } catch {} // a full disk
  throw new Remedy(remedyFor(what, output, command))
}

const UNREACHABLE =
  /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|Failed to establish|Temporary failure in name|ConnectTimeout|Read timed out|ProxyError|Connection (aborted|refused|reset)/i

/**
 * @param {string} what @param {string} output what it printed @param {string} command what to type again
 * @returns {string}
 */
export function remedyFor(what, output, command) {
  const again = `then run \`${command}\` again`
  const registry = what.startsWith('npm') ? 'npm registry' : 'Python package index'
  if (/ENOSPC|No space left|not enough space/i.test(output)) return diskFull(command)
  if (
    /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CERT_|CERTIFICATE_VERIFY_FAILED|certificate has expired/i.test(output)
  )
    return `The ${registry}'s certificate was not accepted: set NODE_EXTRA_CA_CERTS and PIP_CERT to your network's certificates, ${again}.`
  if (UNREACHABLE.test(output))
    return `The ${registry} cannot be reached: check the connection and the proxy settings, ${again}.`
  if (/EACCES|EPERM|Permission denied/i.test(output))
    return `${what} may not write in this folder: give yourself the rights to it (no sudo), ${again}.`
  if (/EUSAGE|in sync/i.test(output))
    return `package-lock.json does not fit package.json: run \`git checkout package.json package-lock.json\`, ${again}.`
  if (/ensurepip/i.test(output))
    return `This Python has no venv module: install it (Debian, Ubuntu: \`sudo apt install python3-venv\`), ${again}.`
  if (/DO NOT MATCH THE HASHES/i.test(output))
    return `A Python package is not the one that was recorded (hash differs): run \`python -m pip cache purge\`, ${again}.`
  const lines = output
    .trim()
    .split(/\r?\n/)
    .filter(line => line.trim() && !/complete log|npm warn/i.test(line))
  const error = lines.find(line => /error/i.test(line)) || lines[lines.length - 1] || 'no message'
  return `${what} failed (${error.trim().slice(0, 160)}): see .cache/setup.log, mend it, ${again}.`
}
