// npm run sbom: the bills of materials, CycloneDX 1.5, from the lock file alone, so that every machine writes the same. What the package
// needs or holds is committed as docs/movie-recs.cdx.json; the whole project's goes to .cache/sbom. Without `--write` the committed one is
// compared with what it would be.
import child from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import url from 'node:url'
import {cache, npm, root} from '../setup/setup.mjs'

const committed = path.join(root, 'docs/movie-recs.cdx.json')
/**
 * Packages of which something is inside what ships, though nobody installs them with it; fflate is installed, too, and left out by npm, since
 * a tool that no user has needs it as well.
 */
const HELD = {
  preact: 'bundled into dist/page/app.js',
  fflate: 'bundled into dist/page/app.js',
  assemblyscript: 'parts of its standard library are compiled into dist/kernels.wasm'
}

/**
 * @typedef {{'bom-ref': string, name: string, version: string, purl: string, properties: Array<{name: string, value: string}>,
 *   hashes?: Array<{alg: string, content: string}>, licenses?: unknown[]}} Component
 * @typedef {{metadata: {component: Component}, components: Component[], dependencies: Array<{ref: string, dependsOn: string[]}>}} Bill
 */

/** @param {string[]} [flags] @returns {Bill} */
function bill(flags = []) {
  const [command, ...first] = npm()
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...flags]
  const text = child.execFileSync(command, [...first, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28
  })
  const {serialNumber: _number, metadata, ...rest} = JSON.parse(text)
  // When and by which npm it was made is no part of what it says.
  const {timestamp: _time, tools: _tools, ...what} = metadata
  return {...rest, metadata: what}
}

/** @returns {Bill} what the package movie-recs needs and holds, on whatever system */
export function billOfPackage() {
  const flags = ['--workspace', 'movie-recs', '--omit', 'dev', '--omit', 'peer', '--omit', 'optional']
  const {dependencies, components, ...rest} = bill(flags)
  const own = components.find(({purl}) => purl.startsWith('pkg:npm/movie-recs@'))
  if (!own) throw new Error('npm sbom does not list the workspace movie-recs.')
  const {packages} = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  const others = components.filter(component => component !== own)
  // npm lists the binaries of the system it runs on; the bill has those of all.
  const binaries = others.flatMap(({name}) =>
    Object.keys(packages[`node_modules/${name}`].optionalDependencies ?? {}).map(binary =>
      locked(packages, binary, {scope: 'optional', properties: []})
    )
  )
  const held = Object.entries(HELD).map(([name, value]) =>
    locked(packages, name, {scope: 'required', properties: [{name: 'movie-recs:held', value}]})
  )
  return {
    ...rest,
    // npm calls a workspace after its folder.
    metadata: {...rest.metadata, component: {...own, name: 'movie-recs', properties: []}},
    components: [...others.map(one => ({...one, properties: []})), ...binaries, ...held].sort((a, b) =>
      a.purl < b.purl ? -1 : 1
    ),
    dependencies: dependencies.filter(({ref}) => ref !== rest.metadata.component['bom-ref'])
  }
}

/**
 * A package that npm leaves out, as npm writes the others.
 * @param {Record<string, {version: string, integrity: string, license: string}>} packages @param {string} name
 * @param {{scope: string, properties: Component['properties']}} more
 * @returns {Component}
 */
function locked(packages, name, more) {
  const {version, integrity, license} = packages[`node_modules/${name}`]
  const [algorithm, hash] = integrity.split('-')
  return {
    ...{'bom-ref': `${name}@${version}`, type: 'library', name, version},
    ...more,
    ...{purl: `pkg:npm/${name.replace('@', '%40')}@${version}`, externalReferences: []},
    hashes: [{alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex')}],
    licenses: [{license: {id: license}}]
  }
}

/** @param {Bill} bill */
export const written = bill => `${JSON.stringify(bill, undefined, 1)}\n`

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  const now = written(billOfPackage())
  if (process.argv.includes('--write')) {
    const whole = path.join(cache, 'sbom/movie-recs-workbench.cdx.json')
    fs.mkdirSync(path.dirname(whole), {recursive: true})
    fs.writeFileSync(committed, now)
    const everything = bill()
    fs.writeFileSync(
      whole,
      written({
        ...everything,
        metadata: {component: {...everything.metadata.component, name: 'movie-recs-workbench'}}
      })
    )
    for (const file of [committed, whole]) console.log(path.relative(root, file))
  } else if (!fs.existsSync(committed) || fs.readFileSync(committed, 'utf8') !== now) {
    console.log('docs/movie-recs.cdx.json is not what package-lock.json says: npm run sbom writes it anew.')
    process.exitCode = 1
  }
}
