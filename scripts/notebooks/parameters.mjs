// The parameters of a notebook are the constants of its cell tagged `parameters`; a run may give them other values.
import {Remedy} from '../terminal.mjs'
import {datasetFor} from './dataset.mjs'

/** @typedef {{name: string, start: number, end: number, value: string}} Parameter where its value stands in the cell */

/**
 * The constants that a cell declares, one a line: `const NAME: type = value // comment`, where the value may go on over lines.
 * @param {string} source @returns {Parameter[]}
 */
export function parametersOf(source) {
  /** @type {Parameter[]} */
  const found = []
  for (const match of source.matchAll(
    /^[ \t]*(?:const|let|var)[ \t]+([A-Za-z_$][\w$]*)[ \t]*(?::[^=\n]+)?=[ \t]*/gm
  )) {
    const start = match.index + match[0].length
    const end = endOfValue(source, start)
    found.push({name: match[1], start, end, value: source.slice(start, end)})
  }
  return found
}

/**
 * Where the expression at `start` ends: at a semicolon, a comment or a line's end outside brackets and quotes.
 * @param {string} source @param {number} start
 */
function endOfValue(source, start) {
  let depth = 0
  let quote = ''
  let i = start
  for (; i < source.length; i++) {
    const c = source[i]
    if (quote) {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (c === '"' || c === "'" || c === '`') quote = c
    else if ('([{'.includes(c)) depth++
    else if (')]}'.includes(c)) depth--
    else if (
      depth === 0 &&
      (c === ';' || c === '\n' || source.startsWith('//', i) || source.startsWith('/*', i))
    )
      break
  }
  while (i > start && /\s/.test(source[i - 1])) i--
  return i
}

/**
 * `text` as an expression of the kind that stands there now.
 * @param {Parameter} parameter @param {string} text
 */
function expression(parameter, text) {
  const {name, value} = parameter
  if (/^['"`]/.test(value)) return /^(['"`]).*\1$/s.test(text) ? text : `'${text.replace(/[\\']/g, '\\$&')}'`
  if (/^(true|false)$/.test(value)) return oneOf(name, text, /^(true|false)$/, 'true or false')
  if (/^[-+.\d]/.test(value))
    return oneOf(name, text, /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i, 'a number')
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw new Remedy(
      `--set ${name}=${text} is not a value: ${name} is ${value} now; write JSON, for example --set '${name}=[1, 2]'.`
    )
  }
}

/** @param {string} name @param {string} text @param {RegExp} form @param {string} what */
function oneOf(name, text, form, what) {
  if (form.test(text)) return text
  throw new Remedy(`--set ${name}=${text}: ${name} takes ${what}.`)
}

/** @param {any} notebook parsed JSON */
const parametersCell = notebook =>
  notebook.cells.find(
    (/** @type {any} */ cell) => cell.cell_type === 'code' && cell.metadata.tags?.includes('parameters')
  )

/** @param {any} cell @returns {string} */
const sourceOf = cell => (Array.isArray(cell.source) ? cell.source.join('') : cell.source)

/** @param {any} notebook @returns {Parameter[]} */
export function knownParameters(notebook) {
  const cell = parametersCell(notebook)
  return cell ? parametersOf(sourceOf(cell)) : []
}

/**
 * Puts the given values into a notebook's `parameters` cell; names that it lacks are left out.
 * @param {any} notebook @param {Map<string, string>} values
 */
export function override(notebook, values) {
  const cell = parametersCell(notebook)
  if (!cell) return
  let source = sourceOf(cell)
  for (const parameter of parametersOf(source).reverse()) {
    const text = values.get(parameter.name)
    if (text !== undefined)
      source = source.slice(0, parameter.start) + expression(parameter, text) + source.slice(parameter.end)
  }
  cell.source = source
}

/**
 * Refuses a name that none of the notebooks knows.
 * @param {Array<{name: string, notebook: any}>} notebooks @param {Map<string, string>} values
 */
export function refuseUnknown(notebooks, values) {
  for (const name of values.keys()) {
    if (notebooks.some(({notebook}) => knownParameters(notebook).some(known => known.name === name))) continue
    const known = notebooks.map(
      ({name, notebook}) =>
        `${name} has ${
          knownParameters(notebook)
            .map(p => p.name)
            .join(', ') || 'none'
        }`
    )
    throw new Remedy(`No parameter is called ${name}: ${known.join('; ')}.`)
  }
}

/**
 * Parameters by name, as `--set NAME=VALUE` and `--dataset NAME` give them.
 * @param {{set: string[], dataset?: string | undefined}} typed @param {string} folder where the notebooks' cells run
 * @returns {Map<string, string>}
 */
export function settingsOf({set, dataset}, folder) {
  const values = new Map(dataset ? [['DATASET', dataset]] : [])
  for (const setting of set) {
    const at = setting.indexOf('=')
    if (at < 1) throw new Remedy(`--set ${setting} has no value: write --set NAME=VALUE.`)
    values.set(setting.slice(0, at), setting.slice(at + 1))
  }
  const named = values.get('DATASET')
  if (named !== undefined) values.set('DATASET', datasetFor(named, folder))
  return values
}
