import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'
import {compileFunction} from 'node:vm'
import type {Canvas} from '@napi-rs/canvas'
import {ArgumentError} from '../errors'
import {Random} from '../math/random'
import {show} from './display'
import {escapeHtml} from './html'
import {printAsText} from './inspect'
import {PALETTE, PAPER} from './style'
import {Table} from './table'

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
  /** Only the heaviest words. @default 100 */
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
/** Words darken the paper in these: all with a contrast of at least 4.5:1 on white. */
const INKS = PALETTE.slice(0, 5)

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
  readonly alt: string
  private readonly picture: Uint8Array

  /** @internal Use `wordCloud`. */
  constructor(
    weights: ReadonlyArray<readonly [string, number]>,
    leftOut: readonly string[],
    picture: Uint8Array,
    title: string
  ) {
    this.weights = new Table(weights.map(([word, weight]) => ({word, weight})))
    this.leftOut = Object.freeze([...leftOut])
    this.picture = picture
    const drawn = weights.filter(([word]) => !leftOut.includes(word))
    const largest = drawn.slice(0, 10).map(([word, weight]) => `${word} ${shortNumber(weight)}`)
    const missing = leftOut.length === 0 ? '' : ` Not drawn: ${leftOut.join(', ')}.`
    this.alt = `Word cloud of ${drawn.length} ${title}. Largest: ${largest.join(', ')}.${missing}`
    Object.freeze(this)
  }

  /** The picture; a copy. */
  toPNG(): Buffer {
    return Buffer.from(this.picture)
  }

  /** An image element with its text alternative; the picture is inside. */
  toHTML(): string {
    return `<img alt="${escapeHtml(this.alt)}" src="data:image/png;base64,${this.toPNG().toString('base64')}">`
  }

  /** Draws the picture in the notebook cell that runs. */
  show(): void {
    show(
      {'image/png': this.toPNG().toString('base64'), 'text/plain': this.alt},
      {'movie-recs': {alt: this.alt}}
    )
  }

  toString(): string {
    return this.alt
  }
}

printAsText(WordCloud)

/** Draws a word cloud by the package `wordcloud`. */
export function wordCloud(weights: WordWeights, o: WordCloudOptions = {}): WordCloud {
  const {title = 'words', seed = 1, width = 1000, height = 500, words = 100} = o
  const list = heaviest(weights, words)
  const drawable = list.filter(([word]) => hasLetters(word))
  const without = list.filter(([word]) => !hasLetters(word)).map(([word]) => word)
  let scale = firstScale(drawable, width, height)
  for (;;) {
    const {canvas, missing} = draw(drawable, scale, {seed, width, height})
    const smallest = fontSize(drawable[drawable.length - 1]?.[1] ?? 0, scale, drawable)
    if (missing.length === 0 || smallest * SHRINK < SMALLEST)
      return new WordCloud(list, [...missing, ...without], cut(canvas).toBuffer('image/png'), title)
    scale *= SHRINK
  }
}

function heaviest(weights: WordWeights, words: number): Array<readonly [string, number]> {
  const list =
    Symbol.iterator in weights ? Array.from(weights as Iterable<unknown>, pairOf) : Object.entries(weights)
  if (list.length === 0) throw new ArgumentError('A word cloud needs at least one word.')
  for (const [word, weight] of list) {
    if (!(weight > 0 && Number.isFinite(weight)))
      throw new ArgumentError(`Word cloud: expected a weight above 0 for "${word}", got ${weight}.`)
  }
  return list.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, words)
}

function pairOf(row: unknown): readonly [string, number] {
  const values = Object.values(row as object)
  return [
    values.find(value => typeof value === 'string') ?? '',
    values.find(value => typeof value === 'number') ?? Number.NaN
  ]
}

/** Sizes follow the square root of the weight, so that the area of a word does. In pixels. */
function fontSize(weight: number, scale: number, list: ReadonlyArray<readonly [string, number]>): number {
  return Math.max(SMALLEST, scale * Math.sqrt(weight / (list[0]?.[1] ?? 1)))
}

/** The size of the heaviest word with which all letters would cover most of the picture, and that fits its width. */
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

const FAMILY = '"Movie Recs Sans", "Movie Recs Sans Extended"'

type CanvasPackage = typeof import('@napi-rs/canvas')
let canvasPackage: CanvasPackage | undefined

/** The canvas with the shipped font: loaded when the first cloud is drawn, not with the library. */
function canvases(): CanvasPackage {
  if (canvasPackage === undefined) {
    canvasPackage = require('@napi-rs/canvas') as CanvasPackage
    const fonts = path.join(__dirname, '..', '..', 'fonts')
    for (const [file, family] of [
      ['source-sans-3-latin-600-normal.woff2', 'Movie Recs Sans'],
      ['source-sans-3-latin-ext-600-normal.woff2', 'Movie Recs Sans Extended']
    ])
      canvasPackage.GlobalFonts.registerFromPath(path.join(fonts, file), family)
  }
  return canvasPackage
}

/** One attempt: every word at its size, or the list of those that found no place. */
function draw(
  list: ReadonlyArray<readonly [string, number]>,
  scale: number,
  o: {seed: number; width: number; height: number}
): {canvas: Canvas; missing: string[]} {
  const canvas = canvases().createCanvas(o.width, o.height)
  const random = new Random(o.seed)
  const missing: string[] = []
  const browser = new Browser(canvas, (word, drawn) => {
    if (!drawn) missing.push(word)
  })
  let inked = 0
  const WordCloud2 = browser.load(() => random.uniform())
  WordCloud2(browser.element, {
    list: list.map(([word, weight]) => [word, weight]),
    fontFamily: FAMILY,
    fontWeight: 'normal',
    weightFactor: (weight: number) => fontSize(weight, scale, list),
    color: () => INKS[inked++ % INKS.length],
    backgroundColor: PAPER,
    gridSize: 10,
    rotateRatio: 0,
    shuffle: true,
    shape: 'square',
    ellipticity: o.height / o.width
  })
  browser.run()
  return {canvas, missing}
}

/** White border around the words. In pixels. */
const BORDER = 16

/** The part of a picture that has words. */
function cut(canvas: Canvas): Canvas {
  const {width, height} = canvas
  const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer)
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x] === 0xffffffff) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  }
  if (right <= left) return canvas
  const small = canvases().createCanvas(right - left + 2 * BORDER, bottom - top + 2 * BORDER)
  const context = small.getContext('2d')
  context.fillStyle = PAPER
  context.fillRect(0, 0, small.width, small.height)
  context.drawImage(canvas, BORDER - left, BORDER - top)
  return small
}

type WordCloud2 = (element: object, options: Record<string, unknown>) => void

/**
 * What `wordcloud` needs of a browser: a document that makes canvases, an element that takes events, `setImmediate`. Its source
 * runs as a function of these and of a Math whose random numbers are seeded, so no global is touched, and nothing else can draw
 * from the stream; its steps are queued and run at once, so a picture is finished when `run` returns.
 */
class Browser {
  readonly element: Canvas
  private readonly steps: Array<() => void> = []

  constructor(canvas: Canvas, onWord: (word: string, drawn: boolean) => void) {
    this.element = Object.assign(canvas, {
      tagName: 'CANVAS',
      addEventListener() {},
      removeEventListener() {},
      dispatchEvent(event: {type: string; detail: {item: [string, number]; drawn: boolean}}): boolean {
        if (event.type === 'wordclouddrawn') onWord(event.detail.item[0], event.detail.drawn)
        return true
      }
    })
  }

  load(random: () => number): WordCloud2 {
    const module: {exports: unknown} = {exports: {}}
    const window = {
      setImmediate: (step: () => void) => this.steps.push(step),
      clearImmediate() {}
    }
    const seeded = Object.create(Math, {random: {value: random}})
    source()(window, {createElement: makeCanvas}, module, seeded, CustomEvent)
    return module.exports as WordCloud2
  }

  run(): void {
    for (let step = this.steps.shift(); step !== undefined; step = this.steps.shift()) step()
  }
}

/** A canvas element: its size is also set by attributes. */
function makeCanvas(): object {
  const canvas = canvases().createCanvas(1, 1)
  return Object.assign(canvas, {
    setAttribute(name: 'width' | 'height', value: number): void {
      canvas[name] = value
    }
  })
}

class CustomEvent {
  readonly type: string
  readonly detail: unknown
  constructor(type: string, o: {detail: unknown}) {
    this.type = type
    this.detail = o.detail
  }
}

type Source = (window: object, document: object, module: object, math: object, event: object) => void
let compiled: Source | undefined

function source(): Source {
  if (compiled === undefined) {
    const file = createRequire(__filename).resolve('wordcloud')
    compiled = compileFunction(
      readFileSync(file, 'utf8'),
      ['window', 'document', 'module', 'Math', 'CustomEvent'],
      {
        filename: file
      }
    ) as unknown as Source
  }
  return compiled
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(3)
}
