// The licence of every package that is locked, and of every package of Python that is installed: one of those allowed, or named with its reason in licences.json. What is installed says it
// in its own package.json, which is believed before the lock; packages for other systems are known from the lock alone.
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'
import {pythonLicensed} from './pythonLicences.mjs'

const root = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), '../..')

/** @typedef {{name: string, version: string, licence: string}} Licensed */
/** @typedef {{allowed: string[], named: Record<string, {licence: string, reason: string}>}} Terms */

/** @param {string} [folder] with a package-lock.json @returns {Licensed[]} every package that is locked, but the project's own */
export function licensed(folder = root) {
  const {packages} = readJson(path.join(folder, 'package-lock.json'))
  return Object.entries(packages).flatMap(([place, entry]) => {
    const at = place.lastIndexOf('node_modules/')
    if (at < 0 || entry.link) return []
    const file = path.join(folder, place, 'package.json')
    const own = fs.existsSync(file) ? readJson(file) : entry
    return [{name: place.slice(at + 13), version: entry.version, licence: licenceOf(own)}]
  })
}

/** The licence as SPDX has it; also in the forms of long ago. @param {any} manifest @returns {string} 'none' where none is named */
function licenceOf({license, licenses}) {
  const named = license ?? licenses?.map((/** @type {any} */ one) => one.type ?? one).join(' OR ')
  return (typeof named === 'object' ? named?.type : named) || 'none'
}

/** @param {Licensed[]} packages @param {Terms} terms @returns {string[]} what has no place here, a line each */
export function strangeLicences(packages, {allowed, named}) {
  const odd = packages.filter(
    ({name, licence}) => !isAllowed(licence, allowed) && named[name]?.licence !== licence
  )
  const needless = Object.keys(named).filter(
    name => !packages.some(one => one.name === name && one.licence === named[name].licence)
  )
  return [
    ...odd.map(
      ({name, version, licence}) =>
        `${name} ${version} has the licence ${licence}: take another package, or name it with the reason in scripts/supply/licences.json.`
    ),
    ...needless.map(name => `scripts/supply/licences.json names ${name}, which is no longer so: take it out.`)
  ]
}

/** Whether an expression of SPDX is met: every part of an AND, one of an OR. @param {string} licence @param {string[]} allowed @returns {boolean} */
export function isAllowed(licence, allowed) {
  const words = licence.replace(/[()]/g, ' $& ').trim().split(/\s+/)
  let at = 0
  const either = () => {
    let met = both()
    while (words[at] === 'OR') {
      at++
      met = both() || met
    }
    return met
  }
  const both = () => {
    let met = one()
    while (words[at] === 'AND') {
      at++
      met = one() && met
    }
    return met
  }
  /** @returns {boolean} */
  const one = () => {
    if (words[at++] !== '(') return allowed.includes(words[at - 1])
    const met = either()
    at++
    return met
  }
  return either() && at === words.length
}

/** @param {string} file @returns {any} */
const readJson = file => JSON.parse(fs.readFileSync(file, 'utf8'))

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  const {allowed, named, namedOfPython} = readJson(path.join(root, 'scripts/supply/licences.json'))
  const [node, python] = [licensed(), pythonLicensed(path.join(root, '.venv'))]
  const strange = [
    ...strangeLicences(node, {allowed, named}),
    ...(python.length ? strangeLicences(python, {allowed, named: namedOfPython}) : [])
  ]
  for (const line of strange) console.log(line)
  const ofPython = python.length
    ? `${python.length} of Python`
    : 'those of Python are not set up: not looked at'
  if (strange.length === 0) console.log(`${node.length} packages, ${ofPython}`)
  process.exitCode = strange.length ? 1 : 0
}
