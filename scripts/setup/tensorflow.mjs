// Gives the npm package @tensorflow/tfjs-node (here: `tfjs-node-native`, installed without its scripts) the native
// TensorFlow library it needs. The first way that works is taken:
//   1. the library inside the PyPI wheel of tensorflow-cpu, checked by its hash, with the binding compiled against it (Linux on x64);
//   2. only where MOVIE_RECS_TENSORFLOW=prebuilt asks for it: the package's own download of a library and a binding, which no hash checks;
//   3. none: deep engines then run on the wasm backend, slower.
// Never fatal. What was made is kept in .cache/tensorflow and survives `npm ci`, which wipes node_modules.
// On its own: node scripts/setup/tensorflow.mjs
import {spawn, spawnSync} from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import {request} from 'node:https'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {endsWithThis, isRunning} from '../ending.mjs'

/** Any wheel of this version holds the same library, so one is pinned, whatever Python the machine has. */
const WHEEL = {
  requirement: 'tensorflow-cpu==2.21.0',
  version: '2.21.0',
  sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  python: '3.12',
  platform: 'manylinux_2_27_x86_64',
  megabytes: 261
}
/** What is taken out of the wheel: 0.85 of its 1.3 GB. */
const WANTED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/'
]
const BINDING = 'lib/napi-v8/tfjs_binding.node'
const PROBE_SECONDS = 3
const PREBUILT_SECONDS = 600
/** A failed attempt is not repeated for a day, so that a second `npm start` costs nothing. */
const RETRY_HOURS = 24
const DISK_NEEDED_GB = 2

/**
 * @param {{root: string, log?: (line: string) => void, progress?: (line: string) => void}} where `log` gets whole
 *   lines; `progress` a line that replaces the one before it.
 * @returns {Promise<{backend: 'native' | 'wasm', how: string}>}
 */
export async function setUpTensorFlow({root, log = () => {}, progress = () => {}}) {
  const target = path.join(root, 'node_modules/tfjs-node-native')
  const cache = path.join(root, '.cache/tensorflow')
  const stamp = path.join(target, '.set-up.json')
  const failed = path.join(cache, 'failed.json')
  if (process.env.MOVIE_RECS_TENSORFLOW === 'wasm')
    return {backend: 'wasm', how: 'asked for by MOVIE_RECS_TENSORFLOW'}
  if (!existsSync(path.join(target, 'package.json')))
    return said(log, {backend: 'wasm', how: 'the package @tensorflow/tfjs-node is not installed'})
  const known = readJson(stamp)
  if (known && known.machine === machine() && existsSync(path.join(target, BINDING))) return known.result
  const ways = process.env.MOVIE_RECS_TENSORFLOW === 'prebuilt' ? [fromWheel, prebuilt] : [fromWheel]
  const before = readJson(failed)
  const tried = before && before.machine === machine() && before.ways === ways.length
  if (tried && Date.now() - before.at < RETRY_HOURS * 3600e3) return {backend: 'wasm', how: before.how}

  const reasons = []
  for (const way of ways) {
    try {
      const how = await way({target, cache, root, log, progress})
      await check(target)
      writeWhole(stamp, JSON.stringify({machine: machine(), result: {backend: 'native', how}}))
      rmSync(failed, {force: true})
      return said(log, {backend: 'native', how})
    } catch (error) {
      const reason = /** @type {Error} */ (error).message.split('\n')[0]
      reasons.push(`${way === prebuilt ? 'prebuilt' : 'wheel'}: ${reason}`)
    }
  }
  const how = `no native TensorFlow (${reasons.join('; ')})`
  try {
    mkdirSync(cache, {recursive: true})
    writeWhole(failed, JSON.stringify({machine: machine(), ways: ways.length, at: Date.now(), how}))
    log('TensorFlow: native set-up is tried again in a day, or once .cache/tensorflow is deleted')
  } catch {
    // A folder that cannot be written is told by the set-up itself, not here.
  }
  return said(log, {backend: 'wasm', how})
}

/** @param {(line: string) => void} log @param {{backend: 'native' | 'wasm', how: string}} result */
function said(log, result) {
  log(`TensorFlow: ${result.backend}, ${result.how}`)
  return result
}

/** What the choice depends on; another machine or compiler asks for a new try. */
function machine() {
  return [process.platform, process.arch, glibc(), WHEEL.version, onPath('g++') ? 'g++' : 'no compiler'].join(
    ' '
  )
}

/** @returns {string} the version of glibc, or '' where there is another C library */
function glibc() {
  const report = /** @type {any} */ (process.report.getReport())
  return report.header.glibcVersionRuntime ?? ''
}

/** @param {string} command @returns {string | undefined} */
function onPath(command) {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.map(folder => path.join(folder, command)).find(file => existsSync(file))
}

/** @param {string} file @returns {any} */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {string} file @param {string} text */
function writeWhole(file, text) {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

/**
 * Way 1.
 * @param {{target: string, cache: string, root: string, log: (line: string) => void, progress: (line: string) => void}} context
 */
async function fromWheel({target, cache, root, log, progress}) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('only Linux on x64 has this wheel')
  if (!glibc() || Number(glibc().split('.')[1]) < 27) throw new Error('it needs glibc 2.27 or newer')
  const store = path.join(cache, WHEEL.version)
  if (!existsSync(path.join(store, 'tfjs_binding.node'))) {
    const compiler = onPath('g++') ?? onPath('c++') ?? onPath('clang++')
    if (!compiler) throw new Error('no C++ compiler (Debian: apt-get install g++)')
    const headers = nodeHeaders()
    if (!existsSync(path.join(store, 'tensorflow'))) await unpackWheel({cache, store, root, log, progress})
    progress('TensorFlow: compiling the binding')
    await compile(compiler, headers, target, store)
  }
  link(store, target)
  return `the library of the PyPI wheel ${WHEEL.requirement}, binding compiled here`
}

/** @returns {string} */
function nodeHeaders() {
  const prefix = path.resolve(process.execPath, '../..')
  const folders = [path.join(prefix, 'include/node'), '/usr/include/node', '/usr/local/include/node']
  const found = folders.find(folder => existsSync(path.join(folder, 'node_api.h')))
  if (!found) throw new Error(`Node's headers (node_api.h) are not in ${folders[0]}`)
  return found
}

/**
 * Downloads into a folder of its own and renames it at the end: what an interrupt leaves behind is never taken for
 * whole, and is swept away by the next try.
 * @param {{cache: string, store: string, root: string, log: (line: string) => void, progress: (line: string) => void}} context
 */
async function unpackWheel({cache, store, root, log, progress}) {
  mkdirSync(cache, {recursive: true})
  for (const name of readdirSync(cache))
    if (name.startsWith('partial-') && !isRunning(Number(name.slice(8))))
      rmSync(path.join(cache, name), {recursive: true, force: true, maxRetries: 10})
  const {bavail, bsize} = statfsSync(cache)
  const freeGb = (bavail * bsize) / 1e9
  if (freeGb < DISK_NEEDED_GB)
    throw new Error(`${freeGb.toFixed(1)} GB of disk free, ${DISK_NEEDED_GB} GB needed`)
  const partial = path.join(cache, `partial-${process.pid}`)
  const temporary = path.join(partial, 'tmp')
  mkdirSync(temporary, {recursive: true})
  try {
    const python = await pythonWithPip(root, partial)
    writeFileSync(path.join(partial, 'wheel.txt'), `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`)
    log(`TensorFlow: downloading its library from PyPI (${WHEEL.megabytes} MB, once)`)
    const watch = setInterval(() => {
      const done = Math.min(WHEEL.megabytes, Math.round(sizeOf(partial) / 2 ** 20))
      progress(`TensorFlow: ${done} of ${WHEEL.megabytes} MB`)
    }, 500)
    const options = [
      '--no-deps',
      '--only-binary=:all:',
      '--python-version',
      WHEEL.python,
      '--platform',
      WHEEL.platform
    ]
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--retries',
      '2',
      '--timeout',
      '20'
    ]
    const args = [...pip, ...options, '--require-hashes', '-r', 'wheel.txt', '-d', '.']
    try {
      await run(python, args, {cwd: partial, env: {...process.env, TMPDIR: temporary}, seconds: 1800})
    } finally {
      clearInterval(watch)
    }
    progress('TensorFlow: unpacking')
    const wheel = readdirSync(partial).find(name => name.endsWith('.whl'))
    const unpack =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n' +
      "z.extractall('whole', [n for n in z.namelist() if n.startswith(tuple(sys.argv[2:]))])"
    await run(python, ['-c', unpack, String(wheel), ...WANTED], {cwd: partial, seconds: 300})
    rmSync(store, {recursive: true, force: true})
    renameSync(path.join(partial, 'whole'), store)
  } finally {
    rmSync(partial, {recursive: true, force: true})
  }
}

/** The project's Python, else the system's, else one made for the purpose. @param {string} root @param {string} partial */
async function pythonWithPip(root, partial) {
  const candidates = [path.join(root, '.venv/bin/python'), 'python3', 'python']
  const works = candidates.find(python => spawnSync(python, ['-m', 'pip', '--version']).status === 0)
  if (works) return works
  const python = candidates.find(name => spawnSync(name, ['--version']).status === 0)
  if (!python) throw new Error('no Python')
  await run(python, ['-m', 'venv', 'venv'], {cwd: partial, seconds: 120})
  return path.join(partial, 'venv/bin/python')
}

/** @param {string} folder @returns {number} bytes in files below it */
function sizeOf(folder) {
  let bytes = 0
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue
    try {
      bytes += statSync(path.join(entry.parentPath, entry.name)).size
    } catch {
      // pip moved it meanwhile
    }
  }
  return bytes
}

/**
 * The flags of the package's binding.gyp, without node-gyp: two files against the stable Node-API.
 * @param {string} compiler @param {string} headers @param {string} target @param {string} store
 */
async function compile(compiler, headers, target, store) {
  const libraries = path.join(store, 'tensorflow')
  const made = path.join(store, 'tfjs_binding.node.tmp')
  const args = [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...['-I.', `-I${headers}`, `-I${path.join(libraries, 'include')}`],
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-o', made],
    ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/../../deps/lib'
  ]
  await run(compiler, args, {cwd: target, seconds: 300})
  renameSync(made, path.join(store, 'tfjs_binding.node'))
}

/** @param {string} store @param {string} target */
function link(store, target) {
  clear(target)
  const libraries = path.join(target, 'deps/lib')
  mkdirSync(libraries, {recursive: true})
  mkdirSync(path.join(target, path.dirname(BINDING)), {recursive: true})
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    symlinkSync(path.relative(libraries, path.join(store, 'tensorflow', name)), path.join(libraries, name))
  copyFileSync(path.join(store, 'tfjs_binding.node'), path.join(target, BINDING))
}

/** @param {string} target */
function clear(target) {
  for (const name of ['deps', 'lib']) rmSync(path.join(target, name), {recursive: true, force: true})
}

/**
 * Way 2. No hash is published of what the package's install script downloads. It has no time limit of its own and hangs behind a silent
 * firewall, so its host is asked first.
 * @param {{target: string, log: (line: string) => void}} context
 */
async function prebuilt({target, log}) {
  const {binary} = readJson(path.join(target, 'package.json'))
  if (!(await answers(binary.host))) throw new Error(`${new URL(binary.host).hostname} does not answer`)
  log('TensorFlow: downloading the prebuilt library')
  clear(target)
  const bin = path.join(target, '../.bin')
  const env = {...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`}
  await run(process.execPath, ['scripts/install.js'], {cwd: target, env, seconds: PREBUILT_SECONDS})
  return 'the prebuilt library of tfjs-node 4.22.0'
}

/** @param {string} url @returns {Promise<boolean>} */
function answers(url) {
  return new Promise(resolve => {
    const timer = setTimeout(() => probe.destroy(new Error('too slow')), PROBE_SECONDS * 1000)
    const probe = request(url, {method: 'HEAD'}, response => {
      clearTimeout(timer)
      response.resume()
      resolve((response.statusCode ?? 500) < 500)
    })
    probe.on('error', () => {
      clearTimeout(timer)
      resolve(false)
    })
    probe.end()
  })
}

/** Loads it in another process and multiplies two numbers: a library that crashes must not take set-up with it. @param {string} target */
async function check(target) {
  const script = `const util = require('node:util')
    util.isNullOrUndefined ??= value => value == null
    util.isArray ??= Array.isArray
    const tf = require(${JSON.stringify(target)})
    if (tf.getBackend() !== 'tensorflow' || tf.mul(6, 7).dataSync()[0] !== 42) process.exit(3)`
  await run(process.execPath, ['-e', script], {env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3'}, seconds: 60})
}

/**
 * @param {string} command @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, seconds: number}} options
 * @returns {Promise<void>}
 */
function run(command, args, {cwd, env, seconds}) {
  return new Promise((resolve, reject) => {
    const child = endsWithThis(
      spawn(command, args, {
        cwd,
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: seconds * 1000
      })
    )
    let errors = ''
    child.stderr.on('data', data => {
      errors = (errors + data).slice(-4000)
    })
    child.on('error', reject)
    child.on('close', (status, signal) => {
      const last = errors.trim().split('\n').at(-1)
      const name = path.basename(command)
      if (status === 0) resolve()
      else
        reject(
          new Error(signal ? `${name} stopped after ${seconds} s` : `${name}: ${last || `exit ${status}`}`)
        )
    })
  })
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
  const progress = process.stderr.isTTY
    ? (/** @type {string} */ line) => process.stderr.write(`\r\x1b[K${line}`)
    : () => {}
  const {backend, how} = await setUpTensorFlow({root, log: () => progress(''), progress})
  console.log(`TensorFlow: ${backend}, ${how}`)
}
