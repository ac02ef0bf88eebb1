import {ArgumentError} from '../errors'
import {show} from '../show/display'
import {escapeHtml} from '../show/html'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import {Table} from '../show/table'
import {layOut} from './wordCloudLayout'

/** How a word cloud is drawn. */
export interface WordCloudOptions {
  /** What the words are, for the text alternative: "words of the titles". @default 'words' */
  title?: string
  /** The same seed gives the same picture, byte for byte. @default 1 */
  seed?: number
  /** Pixels; the picture is cut to its words. @default 1000 */
  width?: number
  /** Pixels. @default 500 */
  height?: number
  /** Only so many, the heaviest; the text alternative says of how many. @default 100 */
  words?: number
}

/**
 * Words that are sized by weight: pairs `[word, weight]`, an object of weights by word, or rows such as those of `titleWords`, of
 * which the first text and the first number are taken.
 */
export type WordWeights =
  | Iterable<readonly [word: string, weight: number]>
  | ReadonlyArray<Readonly<Record<string, unknown>>>
  | Readonly<Record<string, number>>

/** The smallest size that still reads, and by how much the words shrink when they do not all fit. */
const SMALLEST = 12
const SHRINK = 0.9

/**
 * A picture of words whose sizes follow their weights, as a value: `show()` draws it in a notebook. No word is lost in silence:
 * all are drawn smaller until every one has a place, and those that a picture of this size cannot hold are named in `leftOut` and
 * in the text alternative. Sizes mislead (long words look heavier): the weights stand in `weights`, to be shown beside.
 */
export class WordCloud {
  /** The weights, heaviest first. */
  readonly weights: Table<{word: string; weight: number}>
  /** Words without a place: the picture is too small for them, or the shipped font has no letters for them. */
  readonly leftOut: readonly string[]
  /** What the picture shows, in words. */
  readonly alt: string
  private readonly picture: Uint8Array

  /** @internal Use `wordCloud`. */
  constructor(
    weights: ReadonlyArray<readonly [string, number]>,
    leftOut: readonly string[],
    picture: Uint8Array,
    title: string,
    given: number = weights.length
  ) {
    this.weights = new Table(weights.map(([word, weight]) => ({word, weight})))
    this.leftOut = Object.freeze([...leftOut])
    this.picture = picture
    const drawn = weights.filter(([word]) => !leftOut.includes(word))
    const largest = drawn.slice(0, 10).map(([word, weight]) => `${word} ${shortNumber(weight)}`)
    const most = given > weights.length ? `the ${weights.length} heaviest of ${given}` : drawn.length
    const missing = leftOut.length === 0 ? '' : ` Not drawn: ${leftOut.join(', ')}.`
    this.alt = `Word cloud of ${most} ${title}. Largest: ${largest.join(', ')}.${missing}`
    Object.freeze(this)
  }

  /** The picture; a copy. */
  toPNG(): Uint8Array {
    return Uint8Array.from(this.picture)
  }

  private base64(): string {
    return Buffer.from(this.picture).toString('base64')
  }

  /** An image element with its text alternative; the picture is inside. */
  toHTML(): string {
    return `<img alt="${escapeHtml(this.alt)}" src="data:image/png;base64,${this.base64()}">`
  }

  /** Draws the picture in the notebook cell that runs. */
  show(): void {
    show(
      {'image/png': this.base64(), 'text/plain': this.alt},
      {'movie-recs': {alt: this.alt}, needs_background: 'light'}
    )
  }

  /** The text alternative. */
  toString(): string {
    return this.alt
  }
}

printAsText(WordCloud)

/** Draws a word cloud by the package `wordcloud`. */
export function wordCloud(weights: WordWeights, o: WordCloudOptions = {}): WordCloud {
  const {title = 'words', seed = 1, width = 1000, height = 500, words = 100} = o
  const all = byWeight(weights)
  const list = all.slice(0, words)
  const drawable = list.filter(([word]) => hasLetters(word))
  const without = list.filter(([word]) => !hasLetters(word)).map(([word]) => word)
  const size = (weight: number): number =>
    Math.max(SMALLEST, scale * Math.sqrt(weight / (drawable[0]?.[1] ?? 1)))
  let scale = firstScale(drawable, width, height)
  let drawn = layOut(drawable, size, {seed, width, height})
  while (drawn.missing.length > 0 && scale > SMALLEST) {
    scale *= SHRINK
    drawn = layOut(drawable, size, {seed, width, height})
  }
  return new WordCloud(list, [...drawn.missing, ...without], drawn.picture, title, all.length)
}

function byWeight(weights: WordWeights): Array<readonly [string, number]> {
  const list =
    Symbol.iterator in weights ? Array.from(weights as Iterable<unknown>, pairOf) : Object.entries(weights)
  if (list.length === 0) throw new ArgumentError('A word cloud needs at least one word.')
  for (const [word, weight] of list) {
    if (!(weight > 0 && Number.isFinite(weight)))
      throw new ArgumentError(`Word cloud: expected a weight above 0 for "${word}", got ${weight}.`)
  }
  return list.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

function pairOf(row: unknown): readonly [string, number] {
  const values = Object.values(row as object)
  return [
    values.find(value => typeof value === 'string') ?? '',
    values.find(value => typeof value === 'number') ?? Number.NaN
  ]
}

/**
 * Sizes follow the square root of the weight, so that the area of a word does. The size of the heaviest word with which all letters would cover most of the picture, and that fits its width.
 */
function firstScale(list: ReadonlyArray<readonly [string, number]>, width: number, height: number): number {
  const letters = list.reduce((sum, [word, weight]) => sum + (word.length * weight) / list[0][1], 0)
  const widest = list.reduce(
    (most, [word, weight]) => Math.max(most, word.length * Math.sqrt(weight / list[0][1])),
    1
  )
  return Math.min(
    Math.sqrt((0.8 * width * height) / (0.55 * Math.max(1, letters))),
    (0.9 * width) / (0.55 * widest)
  )
}

/** The shipped font has the Latin letters, digits and marks. */
function hasLetters(word: string): boolean {
  return /^[\p{Script=Latin}\p{N}\p{P}\p{Zs}&+$]+$/u.test(word)
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? count(value) : value.toPrecision(3)
}
