import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {Engine} from '../engines/engine'
import {ArgumentError, PageError} from '../errors'
import {checkWritable, writeWhole} from '../files/writeWhole'
import type {Model} from '../models/model'
import {Work, type WorkOptions} from '../work'
import {dataWordsOf} from './making/dataWords'
import {isLittle} from './making/fewerWeights'
import {lossesOf} from './making/losses'
import {pageAskingOf} from './making/pageAsking'
import {pageHeaderOf} from './making/pageHeader'
import {pageModelOf} from './making/pageModel'
import {checkPage, has, NDCG_ERROR, NDCG_LOST, slimModel} from './making/slimModel'
import {smallNumbers} from './making/smallNumbers'
import {toHtml} from './making/toHtml'
import {trialsOf} from './making/trials'
import type {About, Measure, PageFile} from './pageFile'
import {restorePage} from './restorePage'

/** What a page is called, what it says of its data, and how its numbers are written. */
export interface PageOptions extends Pick<WorkOptions, 'signal' | 'onProgress'> {
  /** @default "What to watch" */
  title?: string
  /** What the data are called. @default "MovieLens latest-small" where they are that, else "ratings of its maker" */
  data?: string
  /** How the data ask to be cited. @default the article of MovieLens where the data are latest-small */
  cite?: string
  /** Whether the page may be passed on; where not, it says so. @default true for latest-small, false for all else */
  redistribute?: boolean
  /** `small`: in as few bytes as leave lists what they are; `single`: single precision, scores differ by less than a millionth. @default 'small' */
  numbers?: 'small' | 'single'
}

/** A page that was written. */
export interface WrittenPage {
  /** Where it was written, as given. */
  file: string
  /** Its size. */
  bytes: number
  /** Whether it may be passed on. Where not: for your own use, do not redistribute. */
  redistribute: boolean
  /** What its numbers lose against the engine's own. */
  measured: readonly Measure[]
  /** What makes it a worse page than another engine's would be: one sentence each. */
  warnings: readonly string[]
}

/** People that lists are compared on, and those where a list takes the engine itself a tenth of a second or more. */
const TRIALS = 300
const FEW_TRIALS = 40

/** Bytes from which a page is said to be large. */
const LARGE = 6e6
const SMALLER = 'Pages of truncated-svd, als and mf are smaller, and nearer to their engines.'

/** The app in a browser, which the build leaves here. */
const APP = path.resolve(__dirname, 'app.js')

/**
 * Writes an engine as one HTML file that anyone can open: it searches, takes ratings and recommends in the browser, without a network.
 * It holds learned numbers and titles, and no ratings of others.
 * @throws PageError for an engine that answers from the ratings of others: neighbours, and blends with such a member
 * @example
 * await writePage(engine, 'page.html', {title: 'What to watch on Friday'})
 */
export async function writePage(
  engine: Engine<any, any>,
  file: string,
  o: PageOptions = {}
): Promise<WrittenPage> {
  checkPage(engine)
  await checkWritable(file)
  if (!existsSync(APP))
    throw new PageError(
      engine.name,
      `The page's app is not there: ${path.basename(APP)} was not built. Build the library (npm run build), or install the package again.`
    )
  const page = await pageFileOf(engine, o)
  const [template, app, css] = await Promise.all(
    ['page.html', 'app.js', 'app.css'].map(name => readFile(path.resolve(__dirname, name), 'utf8'))
  )
  const html = toHtml(page, {template, app, css})
  await writeWhole(file, [html])
  const {redistribute, measured} = page.header.about
  const bytes = Buffer.byteLength(html)
  return {file, bytes, redistribute, measured, warnings: warningsOf(bytes, measured)}
}

function warningsOf(bytes: number, measured: readonly Measure[]): string[] {
  const measure = (name: string): number => measured.find(({what}) => what === name)?.value ?? 0
  const [lost, error] = [NDCG_LOST, NDCG_ERROR].map(measure)
  return [
    ...(bytes > LARGE
      ? [`The page has ${(bytes / 1e6).toFixed(1)} MB, which takes long to send and to open. ${SMALLER}`]
      : []),
    ...(!isLittle({lost, error})
      ? [
          `Its lists lose ${lost.toFixed(4)} of the engine's nDCG@10, since a page has no room for all weights. ${SMALLER}`
        ]
      : [])
  ]
}

/** @internal What a page of this engine carries. */
export async function pageFileOf(engine: Engine<any, any>, o: PageOptions = {}): Promise<PageFile> {
  const {title = 'What to watch', numbers = 'small', signal, onProgress} = o
  if (numbers !== 'small' && numbers !== 'single')
    throw new ArgumentError(`numbers: expected small or single, got ${String(numbers)}.`)
  checkPage(engine)
  const task = `making a page of ${engine.name}`
  const work = new Work(task, {
    ...(signal === undefined ? {} : {signal}),
    ...(onProgress === undefined ? {} : {onProgress})
  })
  const {recommender} = engine
  const own: Model = engine.model
  const raters = Int32Array.from(recommender.directory.items.ids.keys(), i =>
    recommender.directory.ratersOf(i)
  )
  const trials = trialsOf(engine, has(own, 'posterior') ? FEW_TRIALS : TRIALS)
  work.report(0, 4)
  await work.breathe()
  const {model: slim, measured: already} = await slimModel(engine, raters, new Work(task, work.part(0, 4)))
  work.report(1, 4)
  await work.breathe()
  const model =
    numbers === 'single'
      ? pageModelOf(slim)
      : await smallNumbers(slim, raters, trials, new Work(task, work.part(1, 4)))
  work.report(2, 4)
  await work.breathe()
  const opened = restorePage(model, raters)
  const asking = await pageAskingOf(engine, opened, new Work(task, work.part(2, 4)))
  work.report(3, 4)
  await work.breathe()
  const measured = [...already, ...(await lossesOf(own, opened, trials, raters.length, work))]
  work.report(4, 4)
  const words = {...dataWordsOf(engine.train), ...wordsOf(o), title}
  const header = pageHeaderOf(engine, raters, words, measured)
  return {version: 1, header, model, ...(asking === undefined ? {} : {asking})}
}

/** What the maker says of the data. Another name stands for other data, of which nothing is known. */
function wordsOf({data, cite, redistribute}: PageOptions): Partial<About> {
  return {
    ...(data === undefined ? {} : {data}),
    ...(cite === undefined ? {} : {cite}),
    ...(redistribute === undefined ? {} : {redistribute})
  }
}
