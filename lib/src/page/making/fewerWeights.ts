import {split} from '../../data/split'
import type {Engine, EngineClass} from '../../engines/engine'
import {QUANTILE_95} from '../../math/normal'
import {figuresOf} from '../../math/rankingFigures'
import {meanOf, sampleDeviation} from '../../math/statistics'
import {topN} from '../../math/topN'
import {ItemWeights} from '../../models/itemWeights'
import {type Model, Support} from '../../models/model'
import {type Input, SparseWeights} from '../../models/weights'
import type {Work} from '../../work'
import {inSteps, lengthOf, pack} from '../numbers'
import {LISTED, listsFor, type Trial, TYPED, trialsOf} from './trials'

/** How many weights of each rated movie are tried, its largest. */
const TRIED: readonly number[] = [100, 200, 400, 600, 800, 1200, 1600]
/** Characters that a page has for them beside the app and the titles of ten thousand movies. */
const ROOM = 5.2e6
/** What lists may lose of their nDCG. */
const MAY_LOSE = 0.001
/** How many are kept where nothing can be tried. */
const USUAL = 200
/** People that it is chosen on, at most, and the share of all that is held out for it. */
const PEOPLE = 2000
/** Lists that it is chosen on, at least. */
const LEAST = 500
const HELD_OUT = 0.2
/** How many of somebody's ratings are typed in: all. */
const ALL = [Number.POSITIVE_INFINITY]

/** The largest weights of a row, in the order of columns. */
interface Row {
  index: Int32Array
  values: Float32Array
  /** Which place each has by its size: 0 the largest. */
  place: Int32Array
}

/** What lists lost of their nDCG, and its standard error. */
export interface Lost {
  lost: number
  error: number
}

/** Whether it may be more than lists may lose by the luck of who was asked alone: one-sided, at a level of 5 %. */
export function isLittle({lost, error}: Lost): boolean {
  return lost - QUANTILE_95 * error <= MAY_LOSE
}

/**
 * How many weights of each movie an engine needs to keep: the fewest by which lists lose no more than MAY_LOSE of their nDCG, or else, of
 * what a page has room for, that by which they lose least. Measured on people who were held out from a second fit with the same options,
 * as whoever opens a page was: on those that it was fitted on, the many tiny weights are worth more, since they know them again.
 */
export async function neededWeights(
  engine: Engine<any, any>,
  work: Work
): Promise<{kept: number; loss?: Lost}> {
  const {train} = engine
  if (train.userCount * HELD_OUT < 2) return {kept: USUAL}
  const {train: part, test: people} = split(train, {by: 'cold-users', test: HELD_OUT, seed: 1})
  const second = new (engine.constructor as EngineClass)(engine.options)
  await second.fit(part, work.part(0, 2))
  const support = Support.of(part)
  const movies = support.movies.length
  const model = second.model as ItemWeights
  const largest = await largestOfAll(model, movies, Math.max(...TRIED), work)
  // Few ratings, as they are typed in, need few weights; all that somebody has rated need the small ones, too.
  const groups = [TYPED, ALL].map(sizes => trialsOf(second, PEOPLE, {people, sizes, least: LEAST}))
  const ndcgs = async (model: ItemWeights): Promise<Float64Array[]> => {
    const figures: Float64Array[] = []
    for (const trials of groups) figures.push(await ndcgsOf(model, trials, movies, work))
    return figures
  }
  const whole = await ndcgs(model)
  let best = {kept: USUAL, loss: {lost: Number.POSITIVE_INFINITY, error: 0}}
  for (const [t, kept] of TRIED.entries()) {
    const weights = firstOfAll(largest, kept)
    if (t > 0 && (await charactersOf(weights, work)) > ROOM) break
    const rounded = new SparseWeights(weights.start, weights.index, inSteps(weights.values))
    const left = await ndcgs(withWeights(model, rounded, support))
    const losses = groups.map((trials, g) => lossOf(trials, whole[g], left[g]))
    const loss = losses.reduce((larger, one) => (one.lost > larger.lost ? one : larger))
    work.report(1 + (t + 1) / TRIED.length, 2)
    if (loss.lost <= MAY_LOSE) return {kept, loss}
    if (loss.lost < best.loss.lost) best = {kept, loss}
  }
  return best
}

/** What they take in a page. */
async function charactersOf({start, index, values}: SparseWeights, work: Work): Promise<number> {
  let characters = 0
  for (const [array, as] of [
    [start, 'gaps'],
    [index, 'gaps'],
    [values, 'steps']
  ] as const) {
    await work.breathe()
    characters += lengthOf(pack(array, as))
  }
  return characters
}

/** The mean over people of what each of them lost. */
function lossOf(trials: readonly Trial[], before: Float64Array, after: Float64Array): Lost {
  const byPerson = new Map<number, number[]>()
  for (const [k, {of}] of trials.entries())
    byPerson.set(of, [...(byPerson.get(of) ?? []), before[k] - after[k]])
  const losses = Float64Array.from(byPerson.values(), own => meanOf(own))
  const error = losses.length < 2 ? 0 : sampleDeviation(losses) / Math.sqrt(losses.length)
  return {lost: meanOf(losses, 0), error}
}

/** The same model with the largest weights of each rated movie. */
export async function fewerWeights(
  model: ItemWeights,
  kept: number = USUAL,
  support: Support,
  work: Work
): Promise<ItemWeights> {
  const largest = await largestOfAll(model, support.movies.length, kept, work)
  return withWeights(model, firstOfAll(largest, kept), support)
}

async function largestOfAll(
  {weights}: ItemWeights,
  movies: number,
  most: number,
  work: Work
): Promise<Row[]> {
  const largest: Row[] = []
  for (let j = 0; j < movies; j++) {
    if (work.outOfBreath) await work.breathe()
    largest.push(largestOf(weights.sumOfRows(Int32Array.of(j), Float32Array.of(1)), most))
  }
  return largest
}

/** The first of each row by size. */
function firstOfAll(rows: readonly Row[], kept: number): SparseWeights {
  return SparseWeights.ofRows(
    rows.map(({index, values, place}) => ({
      index: index.filter((_, n) => place[n] < kept),
      values: values.filter((_, n) => place[n] < kept)
    }))
  )
}

/** The nDCG of each trial's list, by the hidden ratings. */
async function ndcgsOf(
  model: Model,
  trials: readonly Trial[],
  movies: number,
  work: Work
): Promise<Float64Array> {
  const lists = await listsFor(model, trials, movies, work)
  return Float64Array.from(trials, ({hidden}, k) => {
    const relevant = new Set(hidden.i)
    const hits = Array.from(lists.movies.subarray(k * LISTED, (k + 1) * LISTED), i => relevant.has(i))
    return relevant.size === 0 ? 0 : figuresOf(hits, relevant.size, LISTED).ndcg
  })
}

function largestOf(row: Float64Array, most: number): Row {
  const sizes = new Float64Array(row.length)
  const there = new Int32Array(row.length)
  let count = 0
  for (let i = 0; i < row.length; i++) {
    if (row[i] === 0) continue
    sizes[i] = Math.abs(row[i])
    there[count++] = i
  }
  const bySize = topN(sizes, most, there.subarray(0, count))
  const places = new Int32Array(row.length)
  for (const [place, i] of bySize.entries()) places[i] = place
  const index = bySize.slice().sort()
  return {index, values: Float32Array.from(index, i => row[i]), place: index.map(i => places[i])}
}

function withWeights(model: ItemWeights, weights: SparseWeights, support: Support): ItemWeights {
  const {values, arrays} = model.state()
  const {from, to, above} = arrays as Record<string, Float64Array>
  return new ItemWeights(weights, values as unknown as Input, {from, to}, above, support)
}
