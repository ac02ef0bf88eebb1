// Advisories for what is locked, where the registry answers npm's question; elsewhere it says that it did not ask, and nothing fails. An
// advisory for what the library needs fails; those for tools, notebooks and TensorFlow are told.
import url from 'node:url'
import {npm, root, spawn} from '../setup/setup.mjs'

const SECONDS = 20
const SEVERE = ['high', 'critical']

/**
 * @typedef {{severity: string, via: Array<string | {title: string, url: string}>, range: string}} Vulnerability
 * @typedef {{vulnerabilities?: Record<string, Vulnerability>, message?: string, error?: {summary?: string}}} Report
 */

/** @param {string[]} flags @param {string} [folder] @returns {Promise<Report | undefined>} undefined where the registry does not answer */
async function audit(flags, folder = root) {
  const args = [
    'audit',
    '--json',
    '--package-lock-only',
    '--audit=true',
    '--fetch-retries=0',
    `--fetch-timeout=${SECONDS * 1000}`
  ]
  const {output} = await spawn([...npm(), ...args, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2 * SECONDS * 1000
  })
  try {
    const report = JSON.parse(output)
    return report.vulnerabilities ? report : undefined
  } catch {
    return undefined
  }
}

/** @param {string} [folder] @returns {Promise<{words: string, faults: string[]}>} */
export async function judge(folder = root) {
  const all = await audit([], folder)
  if (!all) return {words: 'the registry does not tell advisories: not asked', faults: []}
  const needed = await audit(['--workspace', 'movie-recs', '--omit', 'dev', '--omit', 'peer'], folder)
  const faults = Object.entries(needed?.vulnerabilities ?? {}).filter(([, {severity}]) =>
    SEVERE.includes(severity)
  )
  const others = Object.keys(all.vulnerabilities ?? {}).filter(
    name => !(name in (needed?.vulnerabilities ?? {}))
  )
  return {
    words: others.length
      ? `none for what the library needs; for tools, notebooks and TensorFlow: ${others.join(', ')} (npm audit)`
      : 'no advisories',
    faults: faults.map(([name, {severity, via, range}]) => {
      const titles = via.map(one => (typeof one === 'string' ? one : `${one.title} ${one.url}`)).join('; ')
      return `${name} ${range}, ${severity}: ${titles}. Take a version without it in lib/package.json, then npm install.`
    })
  }
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  const {words, faults} = await judge()
  console.log(faults.length ? faults.join('\n') : words)
  process.exitCode = faults.length ? 1 : 0
}
