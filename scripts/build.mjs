// Builds lib/dist: the TypeScript of lib/src, the page's app in it, and the AssemblyScript kernels of lib/assembly.
// `node scripts/build.mjs` skips a part whose sources have not changed since it was last built.
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'lib/dist')
const internalTypes = path.join(root, '.cache/types')

/** Every file below a folder, sorted. @param {string} dir @returns {string[]} */
function filesUnder(dir) {
  return readdirSync(dir, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort()
}

/** Runs `make` unless `stamp` says that these sources were built. @param {string} stamp @param {string[]} sources @param {() => void} make */
function unlessBuilt(stamp, sources, make) {
  const hash = createHash('sha256')
  for (const file of sources)
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  const digest = hash.digest('hex')
  const file = path.join(dist, stamp)
  if (existsSync(file) && readFileSync(file, 'utf8') === digest) return
  rmSync(file, {force: true})
  make()
  writeFileSync(file, digest)
}

/** @param {string} what @param {string[]} args */
function node(what, args) {
  const {status} = spawnSync(process.execPath, args, {
    cwd: path.join(root, 'lib'),
    stdio: ['ignore', 'inherit', 'inherit']
  })
  if (status !== 0) {
    console.error(`build: ${what} failed; the messages above say where.`)
    process.exit(1)
  }
}

mkdirSync(dist, {recursive: true})
const writeOptionTypes = path.join(root, 'scripts/optionTypes.mjs')
const configs = ['tsconfig.json', 'lib/tsconfig.json', 'lib/package.json', 'package-lock.json'].map(file =>
  path.join(root, file)
)
const sources = [...filesUnder(path.join(root, 'lib/src')), ...configs, writeOptionTypes]
unlessBuilt('.types-built', sources, () => {
  // What was built from files that have moved must not stay.
  for (const entry of readdirSync(dist, {withFileTypes: true}))
    if (entry.isDirectory() || /\.(js|d\.ts|js\.map)$/.test(entry.name))
      if (!['plotly.min.js', 'ml-latest-small'].includes(entry.name))
        rmSync(path.join(dist, entry.name), {recursive: true})
  const tsc = [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']
  node('TypeScript', tsc)
  // The types with what is internal, which do not ship: tests and bench look into it.
  rmSync(internalTypes, {recursive: true, force: true})
  node('TypeScript', [...tsc, '--emitDeclarationOnly', '--stripInternal', 'false', '--outDir', internalTypes])
  node('writing out the types of options', [writeOptionTypes])
})

// The page to share: script, style and template, which writePage makes one file of. The types' own sources, since those clear the folder.
unlessBuilt('.page-built', sources, () => {
  const app = path.join(root, 'lib/src/page/app')
  const made = path.join(dist, 'page')
  const licences = ['preact', 'fflate'].map(
    name => `${name}\n${readFileSync(path.join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()}`
  )
  node('the page', [
    path.join(root, 'node_modules/esbuild/bin/esbuild'),
    path.join(app, 'main.tsx'),
    path.join(app, 'app.css'),
    '--bundle',
    '--minify',
    '--format=iife',
    '--target=es2022',
    '--jsx=automatic',
    '--jsx-import-source=preact',
    '--external:danfojs-node',
    '--charset=utf8',
    `--banner:js=/*! ${licences.join('\n\n')} */`,
    `--outdir=${made}`,
    '--entry-names=app',
    '--log-level=error'
  ])
  copyFileSync(path.join(app, 'page.html'), path.join(made, 'page.html'))
})

unlessBuilt(
  '.kernels-built',
  [...filesUnder(path.join(root, 'lib/assembly')), path.join(root, 'package-lock.json')],
  () => {
    const flags =
      '--runtime stub --enable simd --enable threads --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --noExportMemory -O3 --noAssert'
    const made = path.join(dist, 'kernels.wasm.tmp')
    node('AssemblyScript', [
      path.join(root, 'node_modules/assemblyscript/bin/asc.js'),
      'assembly/index.ts',
      '-o',
      made,
      ...flags.split(' ')
    ])
    renameSync(made, path.join(dist, 'kernels.wasm'))
  }
)

// plotly.js for the reports, minified once: the package brings the readable file only.
unlessBuilt(
  '.plotly-built',
  [
    path.join(root, 'node_modules/plotly.js-dist/package.json'),
    path.join(root, 'package-lock.json'),
    path.join(root, 'scripts/build.mjs')
  ],
  () => {
    const made = path.join(dist, 'plotly.min.js.tmp')
    const bundle = path.join(root, 'node_modules/plotly.js-dist/plotly.js')
    // Its licence asks for the notice at its head, which is none of those that esbuild keeps.
    const [notice] = /^\/\*\*[\s\S]*?\*\//.exec(readFileSync(bundle, 'utf8')) ?? ['']
    node('plotly.js', [
      path.join(root, 'node_modules/esbuild/bin/esbuild'),
      bundle,
      '--minify',
      '--legal-comments=inline',
      '--charset=utf8',
      `--banner:js=${notice.replace('/**', '/*!')}`,
      `--outfile=${made}`,
      '--log-level=error'
    ])
    renameSync(made, path.join(dist, 'plotly.min.js'))
  }
)

// The data that the first steps need, with their terms, which are not those of the code.
const data = path.join(root, 'data')
unlessBuilt(
  '.data-built',
  [path.join(data, 'README.md'), ...filesUnder(path.join(data, 'ml-latest-small'))],
  () => {
    const made = path.join(dist, 'ml-latest-small')
    rmSync(made, {recursive: true, force: true})
    cpSync(path.join(data, 'ml-latest-small'), made, {recursive: true})
    copyFileSync(path.join(data, 'README.md'), path.join(made, 'README.md'))
  }
)
