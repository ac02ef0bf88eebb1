// What the outputs of an executed notebook show: the numbers, names and rows that its sentences may speak of.

/** @typedef {{value: number, tolerance: number}} Shown a number as it is shown: true to half a unit of its last digit */
/** @typedef {{header: string[], rows: string[][]}} Grid a table that was shown, cell by cell */
/** @typedef {{names: string[][], numbers: Shown[][], texts: string[]}} Series what of a figure belongs together, place by place */
/**
 * @typedef {object} Evidence
 * @property {string} text all that is shown, as text
 * @property {Grid[]} tables
 * @property {Shown[]} numbers of tables, text and streams
 * @property {string[]} alternatives texts of figures and other lines that are no table
 */

const FIGURE = 'application/vnd.plotly.v1+json'
const NUMBER = /(?<![\w.])([+−-]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(?:e([+-]?\d+))?( ?%)?/g

/** @param {any} text a string or its lines */
export const joined = text => [text ?? ''].flat().join('')

/** The numbers of a text, with what their digits leave open. @param {string} text @returns {Shown[]} */
export function numbersIn(text) {
  return [...text.matchAll(NUMBER)].map(([, sign, digits, power = '0', percent]) => {
    const scale = 10 ** Number(power) / (percent ? 100 : 1)
    const plain = digits.replaceAll(',', '')
    const decimals = plain.includes('.') ? plain.length - plain.indexOf('.') - 1 : 0
    const value = Number(plain) * scale * (sign === '−' || sign === '-' ? -1 : 1)
    return {
      value,
      tolerance: 0.5000001 * 10 ** -decimals * scale * (decimals === 0 && !percent ? 0.000001 : 1)
    }
  })
}

/** @param {Shown} shown @param {number} value */
export const agrees = (shown, value) =>
  Math.abs(shown.value - value) <= Math.max(shown.tolerance, 2e-6 * Math.abs(value))

/** A table as the library prints it: a heading, a line of dashes as wide as the columns, the rows. @param {string} text @returns {Grid | undefined} */
export function gridOf(text) {
  const lines = text.split('\n')
  const rule = lines.findIndex(line => /^─+( {2}─+)*$/.test(line))
  if (rule < 1) return undefined
  const columns = [...lines[rule].matchAll(/─+/g)].map(({0: dashes, index}) => [index, index + dashes.length])
  const cut = (/** @type {string} */ line) => columns.map(([from, to]) => line.slice(from, to).trim())
  return {
    header: cut(lines[rule - 1]),
    rows: lines
      .slice(rule + 1)
      .filter(Boolean)
      .map(cut)
  }
}

/** @param {any} cell @returns {Evidence} */
export function evidenceOf(cell) {
  /** @type {Evidence} */
  const found = {text: '', tables: [], numbers: [], alternatives: []}
  for (const output of cell.outputs ?? []) {
    if (output.metadata?.['movie-recs']?.said) continue
    const text = joined(output.text ?? output.data?.['text/plain'])
    if (String(joined(output.data?.['text/html'])).includes('role="status"')) continue
    const grid = output.data?.['text/html'] ? gridOf(text) : undefined
    found.text += `${text}\n`
    found.numbers.push(...numbersIn(text))
    if (grid) {
      found.tables.push(grid)
      found.numbers.push({value: grid.rows.length, tolerance: 0})
    } else found.alternatives.push(text)
  }
  return found
}

/** Names and numbers of the figures of a cell, trace by trace. @param {any} cell @returns {Series[]} */
export function seriesOf(cell) {
  return (cell.outputs ?? []).flatMap((/** @type {any} */ output) =>
    (output.data?.[FIGURE]?.data ?? []).map((/** @type {any} */ trace) => {
      const arrays = ['x', 'y', 'z', 'customdata', 'text'].map(key => trace[key]).filter(Array.isArray)
      return {
        names: arrays.map(array => array.map(String)),
        numbers: arrays.map(array => array.flat(2).map(exactly)),
        texts: trace.text ?? []
      }
    })
  )
}

/** A figure's number as it stands there, to six digits. @param {unknown} value @returns {Shown} */
function exactly(value) {
  const number = typeof value === 'number' ? value : Number.NaN
  return {value: number, tolerance: 1e-5 * Math.abs(number)}
}
