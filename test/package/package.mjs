// The package as people get it: packed, installed into an empty folder, required, imported, bundled, compiled against, run.
import {execFileSync, spawnSync} from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {checkPackage as areTheTypesWrong, createPackageFromTarballData} from '@arethetypeswrong/core'
import {must} from '../../scripts/results.mjs'
import {npm, root} from '../../scripts/setup/setup.mjs'
import {firstSteps} from './firstSteps.mjs'

const module = (/** @type {string} */ name) => path.join(root, 'node_modules', name)
const NEEDED = [
  'dist/index.js',
  'dist/index.d.ts',
  'dist/index.js.map',
  'dist/kernels.wasm',
  'spark/job.py',
  'spark/requirements.txt',
  'dist/page/app.js',
  'dist/page/app.css',
  'dist/page/page.html',
  'dist/ml-latest-small/README.md',
  'dist/ml-latest-small/ratings.csv',
  'src/index.ts',
  'bin/movie-recs.js',
  'README.md',
  'LICENSE',
  'package.json'
]

/** Compilers that read the types, from the kernel's on, and how. TypeScript 7 has no node10 any more. */
const COMPILERS = [
  {version: '5.0.4', tsc: '@tslab/typescript-for-tslab/bin/tsc', node10: true},
  {version: '5.9', tsc: 'typescript-5.9/bin/tsc', node10: true},
  {version: '7', tsc: 'typescript/bin/tsc', node10: false}
]
const WAYS = [
  {way: 'CommonJS', file: 'consumer.cts', options: {module: 'node16', moduleResolution: 'node16'}},
  {way: 'ESM', file: 'consumer.mts', options: {module: 'node16', moduleResolution: 'node16'}},
  {way: 'a bundler', file: 'consumer.ts', options: {module: 'esnext', moduleResolution: 'bundler'}},
  {way: 'node10', file: 'consumer.ts', options: {module: 'commonjs', moduleResolution: 'node10'}}
]

/** @param {import('../../scripts/results.mjs').Results} results */
export async function checkPackage(results) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-package-'))
  const [command, ...first] = npm()
  const run = (/** @type {string[]} */ args, cwd = folder) =>
    execFileSync(command, [...first, ...args], {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})
  const node = (/** @type {string[]} */ ...args) => {
    const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd: folder, encoding: 'utf8'})
    must(status === 0, `status ${status}\n${stdout}${stderr}`)
    return stdout
  }
  try {
    let tarball = ''
    await results.check('package: npm pack holds the library, the command and nothing else', () => {
      const [packed] = JSON.parse(
        run(['pack', '--json', '--pack-destination', folder], path.join(root, 'lib'))
      )
      tarball = path.join(folder, packed.filename)
      const files = packed.files.map((/** @type {{path: string}} */ file) => file.path)
      for (const needed of NEEDED) must(files.includes(needed), `${needed} is missing`)
      const strange = files.filter(
        (/** @type {string} */ file) =>
          !/^(dist|src|bin|fonts|spark)\/|^(package\.json|README\.md|LICENSE)$/.test(file) ||
          /(^|\/)\./.test(file)
      )
      must(strange.length === 0, `It also holds ${strange.join(', ')}`)
    })
    await results.check('package: its licence is that of the project', () => {
      const [ours, its] = ['LICENSE', 'lib/LICENSE'].map(file =>
        fs.readFileSync(path.join(root, file), 'utf8')
      )
      must(ours === its, 'lib/LICENSE is another text than LICENSE')
    })
    await results.check('package: publint finds nothing to mend', () => {
      node(module('publint/src/cli.js'), path.join(root, 'lib'), '--strict', '--pack', 'npm')
    })
    await results.check('package: arethetypeswrong finds nothing to mend', async () => {
      const found = await areTheTypesWrong(createPackageFromTarballData(fs.readFileSync(tarball)))
      must(found.types !== false, 'It has no types.')
      must(!('problems' in found) || found.problems.length === 0, JSON.stringify(found, undefined, 1))
    })
    await results.check('package: installs into an empty folder', () => {
      fs.writeFileSync(path.join(folder, 'package.json'), '{"private": true}')
      run(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball])
    })
    await results.check('package: require() and import give the library', () => {
      const code =
        "const m = require('movie-recs'); if (typeof m.Ratings !== 'function') throw new Error('no Ratings'); console.log('required')"
      must(node('-e', code).includes('required'), 'require failed')
      const esm =
        "import {Ratings} from 'movie-recs'; if (!Ratings) throw new Error(); console.log('imported')"
      must(node('--input-type=module', '-e', esm).includes('imported'), 'import failed')
    })
    await results.check('package: required or imported, it reads Parquet', () => {
      const file = path.join(root, 'test/fixtures/parquet/zstd.parquet')
      const read = `readRatings(${JSON.stringify(file)}).then(ratings => console.log(String(ratings)))`
      for (const code of [`require('movie-recs').${read}`, `import('movie-recs').then(m => m.${read})`])
        must(node('-e', code).includes('60 ratings, 12 users'), `${code} gives something else`)
    })
    await results.check('package: a bundle by esbuild that leaves it outside runs', () => {
      const program =
        "import {engines} from 'movie-recs'; console.log(engines().length > 10 ? 'bundled' : '')"
      fs.writeFileSync(path.join(folder, 'program.mjs'), program)
      const settings = '--bundle --platform=node --external:movie-recs --format=esm --outfile=bundle.mjs'
      node(module('esbuild/bin/esbuild'), 'program.mjs', ...settings.split(' '), '--log-level=error')
      must(node('bundle.mjs').includes('bundled'), 'the bundle says nothing')
    })
    await results.check('package: a stack trace points to a line of what is shipped', () => {
      const code =
        "const {Ratings} = require('movie-recs'); try { Ratings.from([{userId: 1, movieId: 1, rating: NaN}]) } catch (error) { console.log(error.stack) }"
      const stack = node('--enable-source-maps', '-e', code)
      const [, file, line] = /\(([^()]*\.ts):(\d+):\d+\)/.exec(stack) ?? []
      must(file !== undefined, `no line of TypeScript in ${stack}`)
      const source = fs.readFileSync(file, 'utf8').split('\n')[Number(line) - 1]
      must(/throw new ArgumentError/.test(source), `${file}:${line} is ${source}`)
    })
    // No @types/node is in the folder, and none of its types are asked for.
    const consumer = fs.readFileSync(path.join(root, 'test/package/consumer.ts'), 'utf8')
    for (const {file} of WAYS) fs.writeFileSync(path.join(folder, file), consumer)
    for (const {version, tsc, node10} of COMPILERS)
      await results.check(`package: TypeScript ${version} reads its types`, () => {
        for (const {way, file, options} of WAYS) {
          if (way === 'node10' && !node10) continue
          const compilerOptions = {
            ...{
              noEmit: true,
              strict: true,
              skipLibCheck: false,
              target: 'es2022',
              lib: ['es2022'],
              types: []
            },
            ...options
          }
          fs.writeFileSync(
            path.join(folder, 'tsconfig.json'),
            JSON.stringify({compilerOptions, files: [file]})
          )
          const {status, stdout} = spawnSync(process.execPath, [module(tsc), '-p', '.'], {
            cwd: folder,
            encoding: 'utf8'
          })
          must(status === 0, `as ${way}: ${stdout}`)
        }
      })
    await results.check('package: the installed command answers', () => {
      must(/baseline/.test(node('node_modules/movie-recs/bin/movie-recs.js', 'engines')), 'no engines')
    })
    await firstSteps(results, folder, node)
  } finally {
    fs.rmSync(folder, {recursive: true, force: true})
  }
}
