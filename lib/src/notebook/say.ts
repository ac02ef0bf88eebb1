import {ArgumentError} from '../errors'
import type {Comparison} from '../evaluate/comparison'
import {show} from '../show/display'
import {lowIsGood} from '../show/wording'
import {amountOf, type Claim, type Digits, type Measured, type Relation, wordsOf} from './claims'
import {inKernel} from './kernel'

/** Words that follow from values: what the functions of `say` give, to be put into a sentence. */
export class Said {
  constructor(
    /** What it says, to be judged by the outputs. */
    readonly claim: Claim
  ) {
    Object.freeze(this)
  }

  /** As Markdown. */
  toString(): string {
    return wordsOf(this.claim)
  }
}

/** A number of this run. None is an error where it is spoken, not in a sentence that stays silent. */
export type Amount = number | null | undefined

/** What a sentence may hold: numbers, names (titles are escaped), what has a title, lists of these, and what the functions of `say` give. */
export type Sayable = number | string | Said | {readonly title: string} | ReadonlyArray<Sayable>

/** A tagged template that speaks. */
export type Speak = (strings: TemplateStringsArray, ...values: Sayable[]) => void

/**
 * Prose whose numbers are this run's: a tagged template that writes Markdown into the cell. Numbers get separators and sensible digits,
 * titles are escaped, lists become "a, b and c"; comparisons and superlatives are chosen from the values by the functions below. Beside
 * the text stands a record of its values, from which `npm test` judges every sentence. Outside of a notebook it prints plain text.
 * @example
 * say`Most ratings: ${say.highest(genres, 'ratings')}. The error ${say.change(first, last)}.`
 */
export interface Say extends Speak {
  /** Speaks only where it holds: a remark on what only this run shows, or on data that are there. */
  when(condition: boolean): Speak
  /** A part of a sentence, for `choose` and for other sentences. */
  text(strings: TemplateStringsArray, ...values: Sayable[]): Said
  /** A number with so many decimals, '%' as a share. */
  number(value: Amount, digits: Digits): Said
  /** "28.7 %" of a share between 0 and 1. */
  share(value: Amount, decimals?: number): Said
  /** "no movie", "one movie", "1,155 movies". */
  count(value: Amount, noun: string, plural?: string): Said
  /** "4.1 s", "2 min 5 s". */
  seconds(value: Amount): Said
  /** The titles or names of the first rows: "a, b and c". */
  names(rows: Iterable<object>, n?: number): Said
  /** The number in a column of a row, which belongs to what the row is called. */
  cell(row: object | undefined, column: string, digits?: Digits): Said
  /** "2.4 to 4.2" */
  range(low: Amount, high: Amount, digits?: Digits): Said
  /** How far two numbers are apart, without sign. */
  difference(a: Amount, b: Amount, digits?: Digits): Said
  /** All of them added up. */
  sum(values: readonly Amount[], digits?: Digits): Said
  /** "36 times": how often b goes into a. */
  ratio(a: Amount, b: Amount): Said
  /** "17.8 %": what share a is of b. */
  part(a: Amount, b: Amount, decimals?: number): Said
  /** "falls from 0.886 to 0.870", "rises from …", "stays at …". */
  change(from: Amount, to: Amount, digits?: Digits): Said
  /** The name of the row with the largest number in a column, and the number: "Film-Noir (3.96)". */
  highest(rows: Iterable<object>, column: string, digits?: Digits): Said
  /** The same with the smallest number. */
  lowest(rows: Iterable<object>, column: string, digits?: Digits): Said
  /** One of two wordings, by how two numbers stand. */
  choose(a: Amount | Said, relation: Relation, b: Amount | Said, yes: Sayable, no?: Sayable): Said
  /** How many rows have a value in a column, or in its list: "six movies". */
  tally(rows: Iterable<object>, column: string, wanted: string, noun: string): Said
  /** "AutoRec beats mf, 0.844 to 0.860", "loses to", or "ties with … within the uncertainty of these test ratings". */
  beats(comparison: Compares, one: string, other: string, digits?: Digits): Said
  /** All engines of a comparison, best first, and which neighbours cannot be told apart. */
  order(comparison: Compares, digits?: Digits): Said
}

/** What `compareEvaluations` and `compareOverSplits` give. */
export type Compares = Pick<Comparison, 'figure' | 'engines'>

const speak: Speak = (strings, ...values) => {
  const claim = textOf(strings, values)
  const markdown = wordsOf(claim).trim()
  if (markdown === '') return
  const text = plainOf(markdown)
  if (inKernel()) show({'text/markdown': markdown, 'text/plain': text}, {'movie-recs': {said: claim}})
  else console.log(text)
}

const silent: Speak = () => {}

/** Prose whose numbers are this run's, in the notebook cell that runs: see `Say`. */
export const say: Say = Object.assign(speak, {
  when: (condition: boolean): Speak => (condition ? speak : silent),
  text: (strings: TemplateStringsArray, ...values: Sayable[]): Said => new Said(textOf(strings, values)),
  number: (value: Amount, digits: Digits): Said => sure([value], value => ({kind: 'number', value, digits})),
  share: (value: Amount, decimals?: number): Said =>
    sure([value], value => ({kind: 'share', value, ...(decimals === undefined ? {} : {decimals})})),
  count: (value: Amount, noun: string, plural: string = `${noun}s`): Said =>
    sure([value], value => ({kind: 'count', value, noun, plural})),
  seconds: (value: Amount): Said => sure([value], value => ({kind: 'seconds', value})),
  names: (rows: Iterable<object>, n: number = Number.POSITIVE_INFINITY): Said =>
    new Said({kind: 'list', of: [...rows].slice(0, n).map(named)}),
  cell: (row: object | undefined, column: string, digits?: Digits): Said => {
    const value = numberIn(row, column)
    return sure([value], value => ({kind: 'cell', row: nameOf(row ?? {}), column, value, ...more(digits)}))
  },
  range: (low: Amount, high: Amount, digits?: Digits): Said =>
    sure([low, high], (low, high) => ({kind: 'range', low, high, ...more(digits)})),
  difference: (a: Amount, b: Amount, digits?: Digits): Said =>
    sure([a, b], (a, b) => ({kind: 'difference', of: [a, b], ...more(digits)})),
  sum: (values: readonly Amount[], digits?: Digits): Said =>
    sure(values, (...of) => ({kind: 'sum', of, ...more(digits)})),
  ratio: (a: Amount, b: Amount): Said => sure([a, b], (a, b) => ({kind: 'ratio', of: [a, b]})),
  part: (a: Amount, b: Amount, decimals?: number): Said =>
    sure([a, b], (a, b) => ({kind: 'part', of: [a, b], ...(decimals === undefined ? {} : {decimals})})),
  change: (from: Amount, to: Amount, digits?: Digits): Said =>
    sure([from, to], (from, to) => ({kind: 'change', from, to, ...more(digits)})),
  highest: (rows: Iterable<object>, column: string, digits?: Digits): Said =>
    extreme('highest', rows, column, digits),
  lowest: (rows: Iterable<object>, column: string, digits?: Digits): Said =>
    extreme('lowest', rows, column, digits),
  choose: (a: Amount | Said, relation: Relation, b: Amount | Said, yes: Sayable, no: Sayable = ''): Said => {
    const of: [Claim, Claim] = [claimOf(a ?? Number.NaN), claimOf(b ?? Number.NaN)]
    return sure(of.map(amountOf), () => ({kind: 'choice', of, relation, yes: wording(yes), no: wording(no)}))
  },
  tally: (rows: Iterable<object>, column: string, wanted: string, noun: string): Said => {
    const all = [...rows]
    const have = all.map(row => [(row as Readonly<Record<string, unknown>>)[column]].flat().includes(wanted))
    return new Said({kind: 'tally', column, wanted, noun, names: all.map(nameOf), have})
  },
  beats: ({figure, engines}: Compares, one: string, other: string, digits?: Digits): Said =>
    new Said({
      kind: 'beats',
      one: measured(engines, one),
      other: measured(engines, other),
      lowIsGood: lowIsGood(figure),
      told: lowIsGood(figure) ? 'these test ratings' : 'these test lists',
      ...more(digits)
    }),
  order: ({figure, engines}: Compares, digits?: Digits): Said =>
    new Said({
      kind: 'order',
      of: engines.map(({engine}) => measured(engines, engine)),
      lowIsGood: lowIsGood(figure),
      ...more(digits)
    })
})

/** Whether this run has the values that the notebook was shipped with: remarks on what only that run shows ask it. */
export function shippedRun(now: readonly unknown[], shipped: readonly unknown[]): boolean {
  return JSON.stringify(now) === JSON.stringify(shipped)
}

/** Shows a figure or a table where the data have what it needs; else says what they lack. */
export function showWhere(there: boolean, make: () => {show(): void}, lacking: string): void {
  if (there) make().show()
  else speak`${new Said({kind: 'words', words: lacking})}`
}

function textOf(strings: TemplateStringsArray, values: readonly Sayable[]): Claim {
  const parts: Claim[] = []
  for (const [k, words] of strings.entries()) {
    if (words !== '') parts.push({kind: 'words', words})
    if (k < values.length) parts.push(claimOf(values[k]))
  }
  return {kind: 'text', parts}
}

function claimOf(value: Sayable | undefined): Claim {
  if (value instanceof Said) return value.claim
  if (typeof value === 'number') return sure([value], () => ({kind: 'number', value})).claim
  if (typeof value === 'string') return {kind: 'name', name: value}
  if (Array.isArray(value)) return {kind: 'list', of: (value as readonly Sayable[]).map(claimOf)}
  return named((value ?? {}) as object)
}

/** The wordings of `choose`: a text there is the author's, no title. */
function wording(value: Sayable): Claim {
  return typeof value === 'string' ? {kind: 'words', words: value} : claimOf(value)
}

function more(digits: Digits | undefined): {digits?: Digits} {
  return digits === undefined ? {} : {digits}
}

/** A claim about numbers, or the fault that one of them is none. */
function sure(values: readonly Amount[], make: (...numbers: number[]) => Claim): Said {
  const numbers = values.filter((value): value is number => Number.isFinite(value))
  if (numbers.length === values.length) return new Said(make(...numbers))
  const wrong = values.find(value => !Number.isFinite(value))
  return new Said({
    kind: 'fault',
    fault: `expected a number, got ${String(wrong)}. Was it computed by this run?`
  })
}

/** NaN where there is none. */
function numberIn(row: object | undefined, column: string): number {
  const value = (row as Readonly<Record<string, unknown>> | undefined)?.[column]
  return typeof value === 'number' ? value : Number.NaN
}

/** What a row is called: its title, its name, else the first text in it, else its first value. '' where it has none. */
function nameOf(row: object): string {
  const {title, name, engine} = row as Readonly<Record<string, unknown>>
  const values = Object.values(row)
  const found = [title, name, engine, ...values].find(one => typeof one === 'string') ?? values[0]
  // Ratings are kept as floats of 32 bits: 3.3 is not called 3.299999952316284.
  if (typeof found === 'number') return String(Number(found.toPrecision(6)))
  return found === undefined ? '' : String(found)
}

function named(row: object): Claim {
  const name = nameOf(row)
  if (name !== '') return {kind: 'name', name}
  return {kind: 'fault', fault: `expected something with a title or a name, got ${JSON.stringify(row)}.`}
}

function extreme(pick: 'highest' | 'lowest', rows: Iterable<object>, column: string, digits?: Digits): Said {
  const all = [...rows].filter(row => Number.isFinite(numberIn(row, column)))
  if (all.length === 0)
    return new Said({kind: 'fault', fault: `expected rows with a number in column ${column}, got none.`})
  const names = all.map(nameOf)
  const values = all.map(row => numberIn(row, column))
  return new Said({kind: 'extreme', pick, column, names, values, ...more(digits)})
}

function measured(engines: Comparison['engines'], name: string): Measured {
  const found = engines.find(({engine}) => engine === name)
  if (found === undefined)
    throw new ArgumentError(
      `say: ${name} is not compared there. There are ${engines.map(({engine}) => engine).join(', ')}.`
    )
  return {name, value: found.value, group: found.group}
}

/** The words of a piece of Markdown. */
function plainOf(markdown: string): string {
  return markdown
    .replace(/^#+ |^[-*] /gm, '')
    .replace(/<\/?(details|summary)>/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<!\\)[*_`]/g, '')
    .replace(/\\([\\`*_[\]#|~])/g, '$1')
    .replace(
      /&(amp|lt|gt|#36);/g,
      (_, name: string) => ({amp: '&', lt: '<', gt: '>', '#36': '$'})[name] ?? ''
    )
}
