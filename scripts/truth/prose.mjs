// What stands in a notebook's text as it was typed: numbers, titles and comparisons there cannot follow a rerun. Each has to stand in
// the list of `allowed.json` with its reason, or to be said by `say` from values of the run.
import fs from 'node:fs'
import path from 'node:path'
import ts from '@tslab/typescript-for-tslab'
import {root} from '../setup/setup.mjs'
import {joined} from './evidence.mjs'

/** @typedef {{text: string, why: string}} Allowed a piece of a sentence, and why it holds in every run */

/** @returns {Record<string, Allowed[]>} by notebook; '' is for all */
export const readAllowed = () =>
  JSON.parse(fs.readFileSync(path.join(root, 'scripts/truth/allowed.json'), 'utf8'))

const NUMBER_WORD =
  'three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|sixty|seventy|hundreds?|thousands?|millions?|half|twice|thrice|dozens?|quarter|fifth|tenth|twentieth'
const COMPARISON =
  'better|best|worse|worst|beats?|beaten|wins?|won|loses?|lost|ties? with|higher|highest|lower|lowest|larger|largest|smaller|smallest|greater|greatest|more|most|mostly|less|least|fewer|fewest|rises?|falls?|grows?|leads?|ahead|nearer|nearest|farther|farthest|faster|fastest|slower|slowest|wider|widest|narrower|narrowest|heavier|heaviest|lighter|lightest|longer|longest|shorter|shortest|rarer|rarest|nearly'
const GENRES =
  'Action|Adventure|Animation|Comedy|Comedies|Crime|Documentary|Drama|Dramas|Fantasy|Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|Western'

/**
 * What is typed and may not be. A worked example, with numbers that the reader computes along, is a cell tagged `worked-example`; it stands
 * before the cell that loads the data, so that nothing in it can be about them.
 * @param {any} notebook @param {Allowed[]} allowed @param {readonly string[]} titles of movies, without years
 * @returns {{complaints: string[], unused: string[], sentences: string[]}} and what of the list is in no text
 */
export function typedIn(notebook, allowed, titles) {
  const known = new Set(allowed.map(({text}) => text))
  const used = new Set()
  const sentences = new Set()
  /** @type {string[]} */
  const complaints = []
  let loaded = false
  for (const cell of notebook.cells) {
    const source = joined(cell.source)
    const code = cell.cell_type === 'code'
    if (code && /\bload(Ratings|MovieLens)\(/.test(source)) loaded = true
    if (cell.metadata.tags?.includes('worked-example')) {
      if (loaded)
        complaints.push(`a cell after the data were loaded is no worked example: "${source.slice(0, 60)}"`)
      continue
    }
    for (const piece of code ? wordsOfSay(source) : [source])
      for (const sentence of sentencesOf(bare(piece))) {
        const found = faults(sentence, titles)
        if (found.length === 0) continue
        if (known.has(sentence)) used.add(sentence)
        else {
          sentences.add(sentence)
          complaints.push(
            ...found.map(what => `${what} is typed${code ? ' in a cell that speaks' : ''}: "${sentence}"`)
          )
        }
      }
  }
  return {complaints, unused: [...known].filter(text => !used.has(text)), sentences: [...sentences]}
}

/** The typed words of a cell: those of its `say` templates, and texts handed to the functions of `say`. @param {string} source */
export function wordsOfSay(source) {
  const tree = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, true)
  /** @type {string[]} */
  const found = []
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isTaggedTemplateExpression(node) && /^say\b/.test(node.tag.getText())) {
      const {template} = node
      if (ts.isNoSubstitutionTemplateLiteral(template)) found.push(template.text)
      else
        found.push([template.head.text, ...template.templateSpans.map(span => span.literal.text)].join(' … '))
    }
    if (ts.isCallExpression(node) && /^say\.choose$|^showWhere$/.test(node.expression.getText()))
      found.push(
        ...node.arguments
          .filter(ts.isStringLiteral)
          .map(({text}) => text)
          .filter(text => !/^[<>=]+$/.test(text))
      )
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** A text without what is no sentence of it: citations, the way to the next notebook, names in code, headings' marks. @param {string} text */
const bare = text =>
  text
    .replace(/^#+ (?:\d+ · )?(.*)$/gm, '$1.')
    .replace(/\s+/g, ' ')
    .replace(/\*\*(References|Sources)\.\*\*.*$/, '')
    .replace(/Next: \[[^\]]*\]\([^)]*\)/g, ' ')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/`[^`]*[A-Za-z_][^`]*`/g, '`…`')
    .replace(/<\/?(details|summary)>/g, ' ')

/** What of a sentence would have to follow a rerun. @param {string} sentence @param {readonly string[]} titles */
function faults(sentence, titles) {
  return [
    ...new Set([
      ...matches(sentence, /(?<![A-Za-z_])[+−-]?\d[\d,.]*\d|\d/g, 'the number'),
      ...matches(sentence, new RegExp(`\\b(?:${NUMBER_WORD})\\b`, 'gi'), 'the number'),
      ...matches(sentence, new RegExp(`\\b(?:${GENRES})\\b`, 'g'), 'the genre'),
      ...titles.filter(title => named(sentence, title)).map(title => `the title "${title}"`),
      // A question claims nothing.
      ...(sentence.endsWith('?')
        ? []
        : matches(sentence, new RegExp(`\\b(?:${COMPARISON})\\b`, 'gi'), 'the comparison'))
    ])
  ]
}

/** @param {string} text @param {RegExp} pattern @param {string} what */
const matches = (text, pattern, what) => [...text.matchAll(pattern)].map(([found]) => `${what} "${found}"`)

/** @param {string} text */
const sentencesOf = text =>
  text
    .split(/(?<=[.!?:;])(?:\*\*)?\s+|\s-\s/)
    .map(sentence => sentence.trim())
    .filter(Boolean)

/** @param {string} sentence @param {string} title */
function named(sentence, title) {
  const at = sentence.indexOf(title)
  return at >= 0 && !/\w/.test(sentence[at - 1] ?? ' ') && !/\w/.test(sentence[at + title.length] ?? ' ')
}

/**
 * Titles that are looked for: of the catalogue those of two words or more, whose words are written large, and single words that are
 * no words of the language. @param {Iterable<string>} all as in the catalogue
 */
export function titlesToFind(all) {
  const bare = [...all].map(title => title.replace(/ \(\d{4}\)$/, '').replace(/ \([^)]*\)/g, ''))
  return bare.filter(
    title => title.split(' ').filter(word => /^[A-Z]/.test(word)).length > 1 || FAMOUS.has(title)
  )
}

const FAMOUS = new Set(
  'Alien Aliens Amadeus Armageddon Babe Braveheart Casablanca Chocolat Clueless Dune Eraser Fargo Gladiator Goodfellas GoldenEye Jaws Jumanji Memento Psycho Rocky Shrek Snatch Speed Titanic Twister Vertigo'.split(
    ' '
  )
)
