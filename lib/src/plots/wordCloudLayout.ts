import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'
import {compileFunction} from 'node:vm'
import type {Canvas} from '@napi-rs/canvas'
import {loadPackage} from '../errors'
import {Random} from '../math/random'
import {PALETTE, PAPER} from './style'

/** Words darken the paper in these: all with a contrast of at least 4.5:1 on white. */
const INKS = PALETTE.slice(0, 5)

const FAMILY = '"Movie Recs Sans", "Movie Recs Sans Extended"'

type CanvasPackage = typeof import('@napi-rs/canvas')
let canvasPackage: CanvasPackage | undefined

/** The canvas with the shipped font: loaded when the first cloud is drawn, not with the library. */
function canvases(): CanvasPackage {
  if (canvasPackage === undefined) {
    canvasPackage = loadPackage(
      () => require('@napi-rs/canvas') as CanvasPackage,
      'A word cloud is drawn by the package @napi-rs/canvas',
      '@napi-rs/canvas'
    )
    const fonts = path.join(__dirname, '..', '..', 'fonts')
    for (const [file, family] of [
      ['source-sans-3-latin-600-normal.woff2', 'Movie Recs Sans'],
      ['source-sans-3-latin-ext-600-normal.woff2', 'Movie Recs Sans Extended']
    ])
      canvasPackage.GlobalFonts.registerFromPath(path.join(fonts, file), family)
  }
  return canvasPackage
}

/** One attempt: the picture, and the words that found no place in it. `size` gives the pixels of a weight. */
export function layOut(
  list: ReadonlyArray<readonly [string, number]>,
  size: (weight: number) => number,
  o: {seed: number; width: number; height: number}
): {picture: Uint8Array; missing: string[]} {
  const canvas = canvases().createCanvas(o.width, o.height)
  const random = new Random(o.seed)
  const missing: string[] = []
  const browser = new Browser(canvas, (word, drawn) => {
    if (!drawn) missing.push(word)
  })
  let inked = 0
  const draw = browser.load(() => random.uniform())
  draw(browser.element, {
    list: list.map(([word, weight]) => [word, weight]),
    fontFamily: FAMILY,
    fontWeight: 'normal',
    weightFactor: size,
    color: () => INKS[inked++ % INKS.length],
    backgroundColor: PAPER,
    gridSize: 10,
    rotateRatio: 0,
    shuffle: true,
    shape: 'square',
    ellipticity: o.height / o.width
  })
  browser.run()
  return {picture: cut(canvas).toBuffer('image/png'), missing}
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
    const file = loadPackage(
      () => createRequire(__filename).resolve('wordcloud'),
      'A word cloud is laid out by the package wordcloud',
      'wordcloud'
    )
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
