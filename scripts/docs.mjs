// npm run docs: the reference of the library as a folder of pages that open offline, docs/reference/index.html.
import './setup/require-node.mjs'
import path from 'node:path'
import url from 'node:url'
import {root, spawn} from './setup/setup.mjs'

const folder = path.join(root, 'scripts/reference')

/**
 * Runs typedoc, which has a TypeScript of its own; it fails for a warning as for an error.
 * @param {string[]} argv more of its options @returns {Promise<{code: number, output: string}>}
 */
export function typedoc(argv = []) {
  const bin = path.join(folder, 'node_modules/typedoc/bin/typedoc')
  return spawn([process.execPath, bin, '--options', path.join(folder, 'typedoc.config.mjs'), ...argv], {
    cwd: folder
  })
}

async function main() {
  const built = await spawn([process.execPath, path.join(root, 'scripts/build.mjs')])
  const {code, output} = built.code === 0 ? await typedoc() : built
  console.log(code === 0 ? 'The reference is in docs/reference/index.html.' : output.trim())
  return code
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href)
  process.exitCode = await main()
