// What package-lock.json must have: a hash for every package, no address (so that a mirror serves as well), and the binaries of every
// system: npm leaves those of others out where it mends a lock beside an installed node_modules.
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'

const root = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), '../..')

/** @typedef {{link?: boolean, version?: string, integrity?: string, resolved?: string, optionalDependencies?: Record<string, string>}} Entry */

/** @param {Record<string, Entry>} packages by where they are @returns {string[]} what is not right, a line each */
export function lockFaults(packages) {
  return Object.entries(packages).flatMap(
    ([place, {link, integrity, resolved, optionalDependencies = {}}]) => {
      const missing = Object.keys(optionalDependencies).filter(name => !found(packages, place, name))
      const installed = place.includes('node_modules/') && !link
      return [
        ...missing.map(
          name =>
            `package-lock.json lacks ${name}, which ${place} needs on another system: npm install --package-lock-only in an empty folder with this dependency gives its entry.`
        ),
        ...(installed && !integrity?.startsWith('sha512-')
          ? [`package-lock.json has no sha512 of ${place}.`]
          : []),
        ...(installed && resolved
          ? [`package-lock.json has an address for ${place}: .npmrc leaves these out.`]
          : [])
      ]
    }
  )
}

/** As Node looks for it: beside the package, then in every folder above. @param {Record<string, Entry>} packages @param {string} place @param {string} name */
function found(packages, place, name) {
  for (let from = place; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${from && `${from}/`}node_modules/${name}`]) return true
    if (from === '') return false
  }
}

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  const {packages} = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  const faults = lockFaults(packages)
  for (const line of faults) console.log(line)
  process.exitCode = faults.length ? 1 : 0
}
