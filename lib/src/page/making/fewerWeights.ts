import {split} from '../../data/split'
import type {Engine, EngineClass} from '../../engines/engine'
import {QUANTILE_95} from '../../math/normal'
import {Random} from '../../math/random'
import {figuresOf} from '../../math/rankingFigures'
import {meanOf, sampleDeviation} from '../../math/statistics'
import {topN} from '../../math/topN'
import {addRows} from '../../math/vectors'
import {ItemWeights} from '../../models/itemWeights'
import {type Model, Support} from '../../models/model'
import {CompletedWeights, DenseWeights, type Input, SparseWeights, type Weights} from '../../models/weights'
import type {Work} from '../../work'
import {LISTED, listsFor, type Trial, TYPED, trialsOf} from './trials'

/** What a page keeps of the weights between movies. */
export interface Kept {
  /** How many of each rated movie: its largest. */
  k: number
  /** The rank of the matrix that stands for all others, 0 for none. */
  rank: number
}

/** What is tried, the smallest first. */
const TRIED: readonly Kept[] = [100, 200, 400].flatMap(k => [
  {k, rank: 0},
  {k, rank: 64}
])
/**
 * Bytes of a page that a weight takes, with the place where it stands, and a factor of what stands for the others, both in half precision; and
 * what is left for them beside the app and the titles of ten thousand movies.
 */
const BYTES = {weight: 5.4, factor: 2.7, most: 5.2e6}
/** What lists may lose of their nDCG. */
const MAY_LOSE = 0.001
/** What is kept where nothing can be tried. */
const USUAL: Kept = {k: 200, rank: 16}
/** People that it is chosen on, at most, and the share of all that is held out for it. */
const PEOPLE = 2000
/** Lists that it is chosen on, at least. */
const LEAST = 500
const HELD_OUT = 0.2
/** How many of somebody's ratings are typed in: all. */
const ALL = [Number.POSITIVE_INFINITY]
/** Rounds of the subspace iteration that finds what stands for the others. */
const ROUNDS = 1

interface Row {
  index: Int32Array
  values: Float32Array
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

/** What is tried of weights between so many movies: what a page has room for, but the smallest at any rate. */
function triedFor(movies: number): readonly Kept[] {
  const bytes = ({k, rank}: Kept): number => movies * (BYTES.weight * k + 2 * BYTES.factor * rank)
  return TRIED.filter((kept, t) => t === 0 || bytes(kept) <= BYTES.most)
}

/**
 * What an engine needs to be kept of its weights: the least by which lists lose no more than MAY_LOSE of their nDCG, or else, of what a
 * page has room for, that by which they lose least. Measured on people who were held out from a second fit with the same options, as
 * whoever opens a page was: on those that it was fitted on, the many tiny weights are worth more, since they know them again.
 */
export async function neededWeights(
  engine: Engine<any, any>,
  work: Work
): Promise<{kept: Kept; loss?: Lost}> {
  const {train} = engine
  if (train.userCount * HELD_OUT < 2) return {kept: USUAL}
  const {train: part, test: people} = split(train, {by: 'cold-users', test: HELD_OUT, seed: 1})
  const second = new (engine.constructor as EngineClass)(engine.options)
  await second.fit(part, work.part(0, 2))
  const support = Support.of(part)
  const movies = support.movies.length
  const tried = triedFor(movies)
  const most = {k: Math.max(...tried.map(({k}) => k)), rank: Math.max(...tried.map(({rank}) => rank))}
  const ranked = await Ranked.of(second.model as ItemWeights, support, most, work)
  // Few ratings, as they are typed in, need few weights; all that somebody has rated need the small ones, too.
  const groups = [TYPED, ALL].map(sizes => trialsOf(second, PEOPLE, {people, sizes, least: LEAST}))
  const ndcgs = async (model: ItemWeights): Promise<Float64Array[]> => {
    const figures: Float64Array[] = []
    for (const trials of groups) figures.push(await ndcgsOf(model, trials, movies, work))
    return figures
  }
  const whole = await ndcgs(ranked.model)
  let best = {kept: USUAL, loss: {lost: Number.POSITIVE_INFINITY, error: 0}}
  for (const [t, kept] of tried.entries()) {
    const left = await ndcgs(await ranked.fewer(kept, work))
    const losses = groups.map((trials, g) => lossOf(trials, whole[g], left[g]))
    const loss = losses.reduce((larger, one) => (one.lost > larger.lost ? one : larger))
    work.report(1 + (t + 1) / tried.length, 2)
    if (loss.lost <= MAY_LOSE) return {kept, loss}
    if (loss.lost < best.loss.lost) best = {kept, loss}
  }
  return best
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

/** The same model with the largest weights of each rated movie, and what stands for the others. */
export async function fewerWeights(
  model: ItemWeights,
  kept: Kept = USUAL,
  support: Support,
  work: Work
): Promise<ItemWeights> {
  return (await Ranked.of(model, support, kept, work)).fewer(kept, work)
}

/** Movies up to which weights that are kept as something else are written out once, in 4 bytes each: 576 MB. */
const MOST_WRITTEN = 12_000

/** A model with the largest weights of each row, and rows that can be read as they are where something is to stand for the others. */
class Ranked {
  private constructor(
    readonly model: ItemWeights,
    private readonly support: Support,
    /** The largest of each row, the largest first. */
    private readonly largest: readonly Row[]
  ) {}

  static async of(model: ItemWeights, support: Support, {k, rank}: Kept, work: Work): Promise<Ranked> {
    const movies = support.movies.length
    const largest: Row[] = []
    const readable = rank === 0 || model.weights.rows() !== undefined || movies > MOST_WRITTEN
    const values = readable ? undefined : new Float32Array(movies * movies)
    for (let j = 0; j < movies; j++) {
      if (work.outOfBreath) await work.breathe()
      const row = rowOf(model.weights, j)
      values?.set(row, j * movies)
      largest.push(largestOf(row, k))
    }
    const written =
      values === undefined ? model : withWeights(model, new DenseWeights(values, movies), support)
    return new Ranked(written, support, largest)
  }

  async fewer({k, rank}: Kept, work: Work): Promise<ItemWeights> {
    const {model, support, largest} = this
    const kept = SparseWeights.ofRows(largest.map(row => firstOf(row, k)))
    // Where no movie has more, nothing is left out.
    const whole = largest.every(({index}) => index.length < k)
    const weights = rank === 0 || whole ? kept : await completion(model.weights, kept, rank, work)
    return withWeights(model, weights, support)
  }
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

function rowOf(weights: Weights, j: number): Float64Array {
  return weights.sumOfRows(Int32Array.of(j), Float32Array.of(1))
}

/** The largest weights of a row, the largest first. */
function largestOf(row: Float64Array, most: number): Row {
  const sizes = new Float64Array(row.length)
  const there = new Int32Array(row.length)
  let count = 0
  for (let i = 0; i < row.length; i++) {
    if (row[i] === 0) continue
    sizes[i] = Math.abs(row[i])
    there[count++] = i
  }
  const index = topN(sizes, most, there.subarray(0, count))
  return {index, values: Float32Array.from(index, i => row[i])}
}

/** The first `k` of a row, in the order of columns. */
function firstOf({index, values}: Row, k: number): Row {
  const order = Int32Array.from(index.subarray(0, k).keys()).sort((a, b) => index[a] - index[b])
  return {index: order.map(n => index[n]), values: Float32Array.from(order, n => values[n])}
}

/** Rows of W that are read at a time. */
const AT_ONCE = 4

/** What is kept, and the nearest matrix of this rank to the rest, by subspace iteration (Golub and Van Loan 2013, section 8.2.4). */
async function completion(
  weights: Weights,
  kept: SparseWeights,
  rank: number,
  work: Work
): Promise<CompletedWeights> {
  const movies = kept.start.length - 1
  const random = new Random(1)
  const everyone = Int32Array.from({length: movies}, (_, i) => i)
  const left = new Float32Array(movies * rank)
  let right = Float64Array.from({length: movies * rank}, () => random.normal())
  for (let round = 0; round <= ROUNDS; round++) {
    orthonormalise(right, rank)
    const next = new Float64Array(movies * rank)
    for (let j = 0; j < movies; j += AT_ONCE) {
      if (work.outOfBreath) await work.breathe()
      const rests = Array.from({length: AT_ONCE}, (_, n) => restOf(weights, kept, j + n))
      const places = rests.map(rest => {
        const place = new Float64Array(rank)
        addRows(place, right, everyone, rest)
        return place
      })
      for (const [n, place] of places.entries()) if (j + n < movies) left.set(place, (j + n) * rank)
      if (round < ROUNDS) addProducts(next, rests, places)
    }
    if (round < ROUNDS) right = next
  }
  return new CompletedWeights(kept, left, Float32Array.from(right))
}

/** What is not kept of a row; zeros behind the last one. */
function restOf(weights: Weights, {start, index}: SparseWeights, j: number): Float64Array {
  if (j + 1 >= start.length) return new Float64Array(start.length - 1)
  const rest = rowOf(weights, j)
  for (let n = start[j]; n < start[j + 1]; n++) rest[index[n]] = 0
  return rest
}

/** Adds the sum of the outer products of four rows with their places, to [movies × rank]. */
function addProducts(sum: Float64Array, [k, l, m, n]: Float64Array[], [p, q, r, s]: Float64Array[]): void {
  const rank = p.length
  for (let i = 0, at = 0; i < k.length; i++) {
    const [a, b, c, d] = [k[i], l[i], m[i], n[i]]
    for (let f = 0; f < rank; f++, at++) sum[at] += a * p[f] + b * q[f] + c * r[f] + d * s[f]
  }
}

/** Gram and Schmidt on the columns of [rows × rank]. A column that the others span becomes 0. */
function orthonormalise(x: Float64Array, rank: number): void {
  const product = (a: number, b: number): number => {
    let sum = 0
    for (let at = 0; at < x.length; at += rank) sum += x[at + a] * x[at + b]
    return sum
  }
  for (let a = 0; a < rank; a++) {
    const before = product(a, a)
    for (let b = 0; b < a; b++) {
      const shared = product(a, b)
      for (let at = 0; at < x.length; at += rank) x[at + a] -= shared * x[at + b]
    }
    const left = product(a, a)
    const scale = left > 1e-20 * before ? 1 / Math.sqrt(left) : 0
    for (let at = a; at < x.length; at += rank) x[at] *= scale
  }
}

function withWeights(model: ItemWeights, weights: Weights, support: Support): ItemWeights {
  const {values, arrays} = model.state()
  const {from, to, above} = arrays as Record<string, Float64Array>
  return new ItemWeights(weights, values as unknown as Input, {from, to}, above, support)
}
