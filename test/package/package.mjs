// The package as people get it: packed, installed into an empty folder, required, run.
import {execFileSync, spawnSync} from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {must} from '../../scripts/results.mjs'
import {npm, root} from '../../scripts/setup/setup.mjs'

/** @param {import('../../scripts/results.mjs').Results} results */
export async function checkPackage(results) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-package-'))
  const [command, ...first] = npm()
  const run = (/** @type {string[]} */ args, cwd = folder) =>
    execFileSync(command, [...first, ...args], {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})
  try {
    let tarball = ''
    await results.check('package: npm pack holds the library, the command and nothing else', () => {
      const [packed] = JSON.parse(
        run(['pack', '--json', '--pack-destination', folder], path.join(root, 'lib'))
      )
      tarball = path.join(folder, packed.filename)
      const files = packed.files.map((/** @type {{path: string}} */ file) => file.path)
      for (const needed of [
        'dist/index.js',
        'dist/index.d.ts',
        'dist/kernels.wasm',
        'dist/page/app.js',
        'dist/page/app.css',
        'dist/page/page.html',
        'bin/movie-recs.js',
        'package.json'
      ])
        must(files.includes(needed), `${needed} is missing`)
      const strange = files.filter(
        (/** @type {string} */ file) =>
          !/^(dist|bin|fonts)\/|^(package\.json|README\.md|LICENSE)$/.test(file) || /(^|\/)\./.test(file)
      )
      must(strange.length === 0, `It also holds ${strange.join(', ')}`)
    })
    await results.check('package: publint finds nothing to mend', () => {
      const bin = path.join(root, 'node_modules/publint/src/cli.js')
      const {status, stdout, stderr} = spawnSync(
        process.execPath,
        [bin, path.join(root, 'lib'), '--strict', '--pack', 'npm'],
        {encoding: 'utf8'}
      )
      must(status === 0, stdout + stderr)
    })
    await results.check('package: installs into an empty folder', () => {
      fs.writeFileSync(path.join(folder, 'package.json'), '{"private": true}')
      run(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball])
    })
    await results.check('package: require() and import give the library', () => {
      const code =
        "const m = require('movie-recs'); if (typeof m.Ratings !== 'function') throw new Error('no Ratings'); console.log('required')"
      must(
        execFileSync(process.execPath, ['-e', code], {cwd: folder, encoding: 'utf8'}).includes('required'),
        'require failed'
      )
      const esm =
        "import {Ratings} from 'movie-recs'; if (!Ratings) throw new Error(); console.log('imported')"
      must(
        execFileSync(process.execPath, ['--input-type=module', '-e', esm], {
          cwd: folder,
          encoding: 'utf8'
        }).includes('imported'),
        'import failed'
      )
    })
    await results.check('package: the installed command answers', () => {
      const cli = path.join(folder, 'node_modules/movie-recs/bin/movie-recs.js')
      const {status, stdout, stderr} = spawnSync(process.execPath, [cli, 'engines'], {
        cwd: folder,
        encoding: 'utf8'
      })
      must(status === 0 && /baseline/.test(stdout), `status ${status}\n${stdout}${stderr}`)
    })
  } finally {
    fs.rmSync(folder, {recursive: true, force: true})
  }
}
