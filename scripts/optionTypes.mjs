// The last step of building the types: what the engines declare of their options is written out in lib/dist, where
// `export type XOptions = OptionsOf<…>` becomes an interface whose every option has its sentence, values and default. So an editor
// shows them, and an old compiler has nothing to work out.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

const dist = path.resolve(import.meta.dirname, '../lib/dist')
const require = createRequire(import.meta.url)
/** @type {typeof import('../.cache/types/engines/registry.js')} */
const {engines} = require(path.join(dist, 'engines/registry.js'))
/** @type {typeof import('../.cache/types/engines/options.js')} */
const {valuesOf} = require(path.join(dist, 'engines/options.js'))

/** @typedef {import('../.cache/types/engines/options.js').OptionSpec} OptionSpec */

const DERIVED = /^export type (\w+)Options = OptionsOf<typeof \w+>.*;$/gm
/** What the types were derived from, with its comment: nothing else in a declaration file refers to it. */
const DECLARATION = /^(?:\/\*\* .* \*\/\n)?declare const OPTIONS: \{\n(?: .*\n)*\};\n/m
const IMPORT = /^import (type )?\{ (.*) \} from (.*);\n/gm

/** @param {unknown} value @returns {string} as TypeScript is written here */
const literal = value => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))

/** The type of a blend's members: an engine's name, an engine that is not fitted, or both as plain values. */
const MEMBERS =
  'ReadonlyArray<string | { readonly name: string; readonly options: object } | { readonly engine: string; readonly options?: Readonly<Record<string, unknown>> }>'

/** @param {OptionSpec} option @returns {string} */
function typeOf(option) {
  if (option.kind === 'choice') return option.choices.map(literal).join(' | ')
  if (option.kind === 'integers' || option.kind === 'numbers') return 'readonly number[]'
  if (option.kind === 'members') return MEMBERS
  if (option.kind === 'text') return 'string'
  return option.kind === 'boolean' ? 'boolean' : 'number'
}

/** The sentence, then the values where the type does not tell them. @param {OptionSpec} option @returns {string} */
function documentation(option) {
  const values = valuesOf(option)
  const told = ['boolean', 'choice', 'text'].includes(option.kind)
  const range = told ? '' : ` ${values[0].toUpperCase()}${values.slice(1)}.`
  return `/** ${option.about}${range} @default ${literal(option.default)} */`
}

/** @param {string} name @param {Record<string, OptionSpec>} options @returns {string} */
function written(name, options) {
  const lines = Object.entries(options).map(
    ([option, spec]) => `    ${documentation(spec)}\n    ${option}?: ${typeOf(spec)};\n`
  )
  return `/** Options of \`${name}\`. */\nexport interface ${name}Options {\n${lines.join('')}}`
}

/** Without the imports that only the derived type needed. @param {string} text @returns {string} */
function withoutIdleImports(text) {
  const rest = text.replace(IMPORT, '')
  const isUsed = (/** @type {string} */ name) => new RegExp(`\\b${name.replace('type ', '')}\\b`).test(rest)
  return text.replace(IMPORT, (_, type = '', names, from) => {
    const used = names.split(', ').filter(isUsed)
    return used.length > 0 ? `import ${type}{ ${used.join(', ')} } from ${from};\n` : ''
  })
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`build: ${message}`)
  process.exit(1)
}

const left = new Map(engines().map(engine => [engine.name, engine.spec.options]))
const folder = path.join(dist, 'engines')
for (const file of readdirSync(folder, {recursive: true, encoding: 'utf8'})) {
  if (!file.endsWith('.d.ts')) continue
  const text = readFileSync(path.join(folder, file), 'utf8')
  const plain = text.replace(DERIVED, (_, name) => {
    const options = left.get(name)
    if (!options)
      fail(`engines/${file} has the type ${name}Options, but no engine of the registry is called ${name}.`)
    left.delete(name)
    return written(name, options)
  })
  if (plain !== text)
    writeFileSync(path.join(folder, file), withoutIdleImports(plain.replace(DECLARATION, '')))
}
if (left.size > 0)
  fail(
    `${[...left.keys()].join(', ')}: no line "export type <class>Options = OptionsOf<typeof OPTIONS>" in the engine's file.`
  )
