// npm run check: formatting and lint, the rules of the house (which room of lib/src may import which), licences, advisories and the bill
// of materials, the types of everything, and the library's declarations as the notebook kernel reads them: its TypeScript is 5.0.4, which silently
// takes newer syntax in a .d.ts for `any`. They are read without the types of Node, which who uses the library need not have.
import './setup/require-node.mjs'
import path from 'node:path'
import url from 'node:url'
import {root, spawn} from './setup/setup.mjs'

const node = process.execPath
const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
const kernelTsc = path.join(root, 'node_modules/@tslab/typescript-for-tslab/bin/tsc')

/** @type {Array<{name: string, argv: string[], says?: boolean}>} `says`: a line of its own where all is well */
export const checks = [
  {
    name: 'format and lint',
    argv: [node, path.join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '.']
  },
  {name: 'rules of the house', argv: [node, path.join(root, 'scripts/house/rules.mjs')]},
  {name: 'lock file', argv: [node, path.join(root, 'scripts/supply/lock.mjs')]},
  {name: 'licences', argv: [node, path.join(root, 'scripts/supply/licences.mjs')], says: true},
  {name: 'advisories', argv: [node, path.join(root, 'scripts/supply/audit.mjs')], says: true},
  {name: 'bill of materials', argv: [node, path.join(root, 'scripts/supply/bill.mjs')]},
  {name: 'types of the library', argv: [node, tsc, '-p', 'lib/tsconfig.json', '--noEmit']},
  {name: 'types of the page', argv: [node, tsc, '-p', 'lib/src/page/app']},
  {name: 'types of tests, scripts and bench', argv: [node, tsc, '-p', '.']},
  {name: 'types of the examples, by what ships', argv: [node, tsc, '-p', 'examples']},
  {
    name: "declarations read by the kernel's TypeScript 5.0.4",
    argv: [node, kernelTsc, '-p', 'test/package/tsconfig.kernel.json']
  }
]

/**
 * @param {{argv: string[], says?: boolean}} check
 * @returns {Promise<{complaint: string, words: string}>} what it complained of, empty where all is well; then what it says
 */
export async function judged({argv, says = false}) {
  const {code, output} = await spawn(argv)
  const said = output.trim()
  return code === 0
    ? {complaint: '', words: says ? said : ''}
    : {complaint: said || `status ${code}`, words: ''}
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  let failed = 0
  for (const check of checks) {
    const {complaint, words} = await judged(check)
    console.log(complaint ? `✗ ${check.name}\n${complaint}` : `✓ ${check.name}${words && `: ${words}`}`)
    if (complaint) failed++
  }
  process.exitCode = failed ? 1 : 0
}
