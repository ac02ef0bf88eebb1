// npm run example -- nightly ratings.csv model.mrec: runs a program of examples/ on any Node that the library runs on. Its TypeScript
// is bundled, since Node reads it by itself only from 22.18 on; the library stays outside, where its threads and kernels are.
import fs from 'node:fs'
import path from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {passedOn, runCommand} from './terminal.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const folder = path.join(root, 'examples')

/** The names of the examples. @returns {string[]} */
export function examples() {
  return fs
    .readdirSync(folder)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -'.ts'.length))
}

/** Makes a program of an example. @param {string} name @returns {Promise<string>} its path */
export async function bundled(name) {
  const {build} = await import('esbuild')
  // Not in a temporary folder: from below the project `movie-recs` is found.
  const outfile = path.join(root, '.cache/examples', `${name}.mjs`)
  const entryPoints = [path.join(folder, `${name}.ts`)]
  await build({
    ...{entryPoints, outfile, bundle: true, sourcemap: 'inline', logLevel: 'error'},
    ...{platform: 'node', target: 'node20', format: 'esm', packages: 'external'}
  })
  return outfile
}

/** @param {string[]} argv */
async function main([name = '', ...args]) {
  if (!examples().includes(name)) {
    console.error(`npm run example -- NAME …: there are ${examples().join(', ')}.`)
    return 2
  }
  if ((await passedOn([process.execPath, path.join(root, 'scripts/build.mjs')])) !== 0) return 1
  // Relative paths begin where the command was typed.
  const cwd = process.env.INIT_CWD ?? process.cwd()
  return passedOn([process.execPath, '--enable-source-maps', await bundled(name), ...args], {cwd})
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runCommand('npm run example', () => main(process.argv.slice(2)))
