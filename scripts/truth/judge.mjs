// Judges what an executed notebook says by what it shows. Each text of `say` carries a record of its claims; here the words are said
// again from the record by rules of their own, and every value of it must stand in an output: a number somewhere, a number that
// belongs to a name in the row of that name, a tie as the letters of the comparison have it.
import {agrees, evidenceOf, joined, numbersIn, seriesOf} from './evidence.mjs'
import {amount, relates, words} from './words.mjs'

/** @typedef {import('./evidence.mjs').Evidence} Evidence */
/**
 * What a claim may rest on.
 * @typedef {object} Ground
 * @property {Evidence[]} all outputs of the whole notebook
 * @property {import('./evidence.mjs').Series[]} series figures of the section
 * @property {import('./evidence.mjs').Series[]} figures of all sections
 * @property {string} source of the cell and of the parameters
 */

/** @param {any} notebook executed @returns {string[]} what does not hold, a line each */
export function complaintsOf(notebook) {
  const code = notebook.cells.filter((/** @type {any} */ cell) => cell.cell_type === 'code')
  const all = code.map(evidenceOf)
  const parameters = code
    .filter((/** @type {any} */ cell) => cell.metadata.tags?.includes('parameters'))
    .map((/** @type {any} */ cell) => joined(cell.source))
    .join('\n')
  const figures = code.flatMap(seriesOf)
  return sectionsOf(notebook).flatMap(cells => {
    const series = cells.flatMap(seriesOf)
    return cells.flatMap(cell =>
      (cell.outputs ?? []).flatMap((/** @type {any} */ output) => {
        const spoken = output.data?.['text/markdown']
        if (spoken === undefined) return []
        const ground = {all, series, figures, source: `${joined(cell.source)}\n${parameters}`}
        return judged(joined(spoken), output.metadata?.['movie-recs']?.said, ground)
      })
    )
  })
}

/** How many texts an executed notebook says. @param {any} notebook */
export const saidIn = notebook =>
  notebook.cells
    .flatMap((/** @type {any} */ cell) => cell.outputs ?? [])
    .filter((/** @type {any} */ output) => output.metadata?.['movie-recs']?.said).length

/** The code cells between headings. @param {any} notebook @returns {any[][]} */
function sectionsOf(notebook) {
  /** @type {any[][]} */
  const sections = [[]]
  for (const cell of notebook.cells) {
    if (cell.cell_type === 'code') sections[sections.length - 1].push(cell)
    else if (/^## /m.test(joined(cell.source))) sections.push([])
  }
  return sections
}

/** @param {string} spoken @param {any} claim @param {Ground} ground @returns {string[]} */
function judged(spoken, claim, ground) {
  const head = `"${spoken.replace(/\s+/g, ' ').slice(0, 70)}…"`
  if (!claim) return [`${head} has no record of its claims: write it by say.`]
  const again = words(claim).trim()
  const faults = again === spoken ? [] : [`its record says "${again.replace(/\s+/g, ' ').slice(0, 200)}"`]
  return [...faults, ...unfounded(claim, ground)].map(fault => `${head}: ${fault}`)
}

/** What of a claim no output shows. @param {any} claim @param {Ground} ground @returns {string[]} */
function unfounded(claim, ground) {
  const number = (/** @type {number} */ value) => (isShown(value, ground) ? [] : [`${value} is in no output`])
  const inRow = (/** @type {string} */ name, /** @type {number} */ value) =>
    ofName(name, value, ground) ? [] : [`no output shows ${value} for ${name}`]
  switch (claim.kind) {
    case 'words':
      return []
    case 'text':
      return [
        ...claim.parts.flatMap((/** @type {any} */ part) => unfounded(part, ground)),
        ...turned(claim.parts)
      ]
    case 'list':
      return claim.of.flatMap((/** @type {any} */ part) => unfounded(part, ground))
    case 'name':
      return isNamed(claim.name, ground) ? [] : [`${claim.name} is in no output`]
    case 'cell':
      return inRow(claim.row, claim.value)
    case 'range':
      return [claim.low, claim.high].flatMap(number)
    case 'change':
      return [claim.from, claim.to].flatMap(number)
    case 'difference':
    case 'ratio':
    case 'part':
    case 'sum':
      return claim.of.flatMap(number)
    case 'extreme':
      return [...inRow(...winner(claim)), ...misread(claim, ground)]
    case 'tally':
      return mistold(claim, ground)
    case 'choice':
      return [
        ...claim.of.flatMap((/** @type {any} */ one) => unfounded(one, ground)),
        ...unfounded(relates(claim.of.map(amount), claim.relation) ? claim.yes : claim.no, ground)
      ]
    case 'beats':
      return [claim.one, claim.other].flatMap(one => [
        ...inRow(one.name, one.value),
        ...misgrouped(one, ground)
      ])
    case 'order':
      return claim.of.flatMap((/** @type {any} */ one) => [
        ...inRow(one.name, one.value),
        ...misgrouped(one, ground)
      ])
    default:
      return number(claim.value)
  }
}

const UP = /\b(largest|highest|most|widest|busiest|longest|best|leads|lead)\b/i
const DOWN = /\b(smallest|lowest|least|narrowest|rarest|shortest|fewest|ends|end)\b/i

/** Superlatives beside a name that is the other end of its table: of the words before it and behind it, those of its clause. @param {any[]} parts @returns {string[]} */
function turned(parts) {
  const typed = (/** @type {any} */ part) => (part?.kind === 'words' ? part.words.replace(/\s+/g, ' ') : '')
  return parts.flatMap((part, k) => {
    if (part.kind !== 'extreme') return []
    const before =
      typed(parts[k - 1])
        .split(/[;:.,]/)
        .at(-1) ?? ''
    const behind = typed(parts[k + 1]).split(/[;:.,]|\band\b/)[0]
    const clause = UP.test(before) || DOWN.test(before) ? before : behind
    const wrong =
      part.pick === 'highest' ? DOWN.test(clause) && !UP.test(clause) : UP.test(clause) && !DOWN.test(clause)
    return wrong ? [`"${clause.trim()}" is said of the ${part.pick} in ${part.column}`] : []
  })
}

/** @param {any} claim @returns {[string, number]} */
function winner({pick, names, values}) {
  const best = pick === 'highest' ? Math.max(...values) : Math.min(...values)
  return [names[values.indexOf(best)], best]
}

/** A number that an output shows, that the code states, or that is nothing or all. @param {number} value @param {Ground} ground */
function isShown(value, {all, series, source}) {
  return (
    value === 0 ||
    value === 1 ||
    all.some(({numbers}) => numbers.some(shown => agrees(shown, value))) ||
    series.some(({numbers}) =>
      numbers.some((/** @type {any} */ array) =>
        array.some((/** @type {any} */ shown) => agrees(shown, value))
      )
    ) ||
    numbersIn(source).some(shown => shown.value === value)
  )
}

/** @param {string} name @param {Ground} ground */
function isNamed(name, {all, figures, source}) {
  return (
    all.some(({text}) => text.includes(name)) ||
    figures.some(({names}) => names.some((/** @type {any} */ array) => array.includes(name))) ||
    source.includes(name)
  )
}

/** Whether an output shows this number in the row, or at the place, of this name. @param {string} name @param {number} value @param {Ground} ground */
function ofName(name, value, {all, series}) {
  const inTable = all.some(({tables}) =>
    tables.some(({rows}) =>
      rows.some(
        row => row.includes(name) && row.some(cell => numbersIn(cell).some(shown => agrees(shown, value)))
      )
    )
  )
  const inText = all.some(({alternatives}) =>
    alternatives.some(text =>
      text
        .split(name)
        .slice(1)
        .some(rest => {
          const [next] = numbersIn(rest.slice(0, 24).replace(/^\W*(with|:)?\s*/, ''))
          return next !== undefined && agrees(next, value)
        })
    )
  )
  return inTable || inText || inSeries(name, value, series)
}

/** @param {string} name @param {number} value @param {any[]} series */
function inSeries(name, value, series) {
  return series.some(({names, numbers}) =>
    names.some((/** @type {string[]} */ array) => {
      const place = array.indexOf(name)
      return place >= 0 && numbers.some((/** @type {any[]} */ of) => of[place] && agrees(of[place], value))
    })
  )
}

/** Rows of a shown table that has the column, where they show another number than the record. @param {any} claim @param {Ground} ground */
function misread({names, values, column}, {all}) {
  const grids = all.flatMap(({tables}) => tables).filter(({header}) => header.includes(column))
  return names.flatMap((/** @type {string} */ name, /** @type {number} */ k) => {
    const cells = grids.flatMap(({header, rows}) =>
      rows.filter(row => row.includes(name)).map(row => row[header.indexOf(column)])
    )
    const right =
      cells.length === 0 || cells.some(cell => numbersIn(cell).some(shown => agrees(shown, values[k])))
    return right ? [] : [`the tables show ${cells[0]} for ${column} of ${name}, not ${values[k]}`]
  })
}

/** @param {any} claim @param {Ground} ground */
function mistold({names, have, wanted}, {all}) {
  const rows = all.flatMap(({tables}) => tables).flatMap(({rows}) => rows)
  return names.flatMap((/** @type {string} */ name, /** @type {number} */ k) => {
    const own = rows.filter(row => row.includes(name))
    const has = own.some(row => row.some(cell => cell.split(', ').includes(wanted)))
    return own.length > 0 && has === have[k] ? [] : [`no table shows whether ${name} has ${wanted}`]
  })
}

/** The letters beside a name, where they are others than in the record or stand nowhere. @param {any} one @param {Ground} ground */
function misgrouped({name, value, group}, {all, figures}) {
  const inTable = all
    .flatMap(({tables}) => tables)
    .filter(({header}) => header.includes('group'))
    .flatMap(({header, rows}) =>
      rows
        .filter(
          row => row.includes(name) && row.some(cell => numbersIn(cell).some(shown => agrees(shown, value)))
        )
        .map(row => row[header.indexOf('group')])
    )
  const inFigure = figures.flatMap(({texts, numbers}) =>
    [texts].flat().flatMap((/** @type {any} */ text, /** @type {number} */ k) => {
      const at = numbers.some((/** @type {any[]} */ of) => of[k] && agrees(of[k], value))
      const letters = /^[\d.−-]+ ([a-z\d]+)$/.exec(String(text))
      return at && letters ? [letters[1]] : []
    })
  )
  const shown = [...inTable, ...inFigure]
  if (shown.includes(group)) return []
  const elsewhere = all.some(({alternatives}) => alternatives.some(text => text.includes(`${name} `)))
  if (shown.length === 0 && elsewhere) return []
  return [`the comparison shows ${shown[0] ?? 'no'} letters for ${name}, not ${group}`]
}
