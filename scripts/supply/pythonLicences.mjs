// The licence of every package of Python that Jupyter brings into .venv. A package says it as SPDX has it (License-Expression, PEP 639), in
// words of its own (License), or by a class (Classifier): words and classes are read as the licence that they begin with the name of.
import fs from 'node:fs'
import path from 'node:path'

/** @typedef {import('./licences.mjs').Licensed} Licensed */

/** @type {Array<[RegExp, string]>} */
const NAMES = [
  [/^apache/i, 'Apache-2.0'],
  [/^mit\b/i, 'MIT'],
  [/^bsd.?3/i, 'BSD-3-Clause'],
  [/^bsd.?2/i, 'BSD-2-Clause'],
  [/^bsd/i, 'BSD'],
  [/^isc\b/i, 'ISC'],
  [/^(psf|python software foundation)/i, 'PSF-2.0'],
  [/^(mpl.?2|mozilla public license 2)/i, 'MPL-2.0']
]

/** @param {string} venv @returns {Licensed[]} every package that is installed there; none where it is not set up */
export function pythonLicensed(venv) {
  return sitesOf(venv).flatMap(site =>
    fs
      .readdirSync(site)
      .filter(name => name.endsWith('.dist-info'))
      .map(name => packageOf(fs.readFileSync(path.join(site, name, 'METADATA'), 'utf8')))
  )
}

/** Folders of installed packages: on Windows Lib/site-packages, elsewhere lib/python3.x/site-packages. @param {string} venv @returns {string[]} */
function sitesOf(venv) {
  const lib = path.join(venv, 'lib')
  const pythons = fs.existsSync(lib) ? fs.readdirSync(lib).map(name => path.join(lib, name)) : []
  const sites = [path.join(venv, 'Lib'), ...pythons].map(folder => path.join(folder, 'site-packages'))
  return [...new Set(sites.filter(site => fs.existsSync(site)))]
}

/** @param {string} metadata @returns {Licensed} */
export function packageOf(metadata) {
  const head = metadata.split(/\r?\n\r?\n/)[0]
  const all = (/** @type {string} */ field) =>
    [...head.matchAll(new RegExp(`^${field}:[ \t]*(.*)$`, 'gm'))].map(([, value]) => value.trim())
  const classes = all('Classifier').filter(one => one.startsWith('License ::'))
  const words = [...all('License'), ...classes.map(one => one.split(' :: ').at(-1) ?? '')]
  const known = words.map(word => NAMES.find(([begins]) => begins.test(word))?.[1])
  const licence = all('License-Expression')[0] ?? known.find(name => name !== undefined) ?? 'none'
  return {name: all('Name')[0], version: all('Version')[0], licence}
}
