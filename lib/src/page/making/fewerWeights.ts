import {split} from '../../data/split'
import type {Engine, EngineClass} from '../../engines/engine'
import {Random} from '../../math/random'
import {figuresOf} from '../../math/rankingFigures'
import {meanOf} from '../../math/statistics'
import {topN} from '../../math/topN'
import {dot} from '../../math/vectors'
import {ItemWeights} from '../../models/itemWeights'
import {type Model, Support} from '../../models/model'
import {CompletedWeights, DenseWeights, type Input, SparseWeights, type Weights} from '../../models/weights'
import type {Work} from '../../work'
import {LISTED, listsFor, type Trial, trialsOf} from './trials'

/** How many weights of a movie are tried, the fewest first. */
const TRIED = [100, 200, 400]
/** What lists may lose of their nDCG. */
export const MAY_LOSE = 0.001
/** What weights are kept where nothing can be tried. */
const USUAL: Kept = {k: 200, completed: true}
/** People that k is chosen on, and the share of the ratings that is held out for it. */
const PEOPLE = 2000
const HELD_OUT = 0.1
/** How many of somebody's ratings are typed in: all. */
const ALL = [Number.POSITIVE_INFINITY]
/** Columns of what stands for the weights that are left out, and rounds of the subspace iteration that finds it. */
const RANK = 16
const ROUNDS = 3

/** How many weights of a movie are kept, and whether something stands for the others. */
export interface Kept {
  k: number
  completed: boolean
}

interface Row {
  index: Int32Array
  values: Float32Array
}

/**
 * How many weights of a rated movie an engine needs: the fewest by which lists lose no more than MAY_LOSE of their nDCG, or the most that are
 * tried. Measured on ratings that were held out from a second fit with the same options: on those that it was fitted on, the many tiny
 * weights seem to be worth more than they are. Where the small weights are missed, a matrix of rank RANK stands for them.
 */
export async function neededWeights(engine: Engine<any, any>, work: Work): Promise<Kept & {lost?: number}> {
  const {train} = engine
  if (train.length < 1 / HELD_OUT) return USUAL
  const {train: part, test} = split(train, {test: HELD_OUT, seed: 1})
  const second = new (engine.constructor as EngineClass)(engine.options)
  await second.fit(part, work.part(0, 2))
  const model = second.model as ItemWeights
  const movies = train.frame.movieIds.length
  const support = Support.of(part)
  const written = await writtenOut(model, support, work)
  // Few ratings, as they are typed in, need few weights; all that somebody has rated need the small ones, too.
  const groups = [trialsOf(second, PEOPLE, {test}), trialsOf(second, PEOPLE, {test, sizes: ALL})]
  const ndcgs = async (one: ItemWeights): Promise<number[]> => {
    const figures: number[] = []
    for (const trials of groups) figures.push(await ndcgOf(one, trials, movies, work))
    return figures
  }
  const whole = await ndcgs(model)
  const most = TRIED[TRIED.length - 1]
  let tried: Kept & {lost: number} = {k: most, completed: true, lost: 0}
  for (const [t, k] of TRIED.entries())
    for (const completed of [false, true]) {
      const fewer = await fewerWeights(written, {k, completed}, support, work)
      const left = await ndcgs(fewer)
      tried = {k, completed, lost: Math.max(...whole.map((figure, g) => figure - left[g]))}
      work.report(1 + (t + 1) / TRIED.length, 2)
      if (tried.lost <= MAY_LOSE) return tried
    }
  return tried
}

/** The same model with the largest weights of each rated movie, and what stands for the others. */
export async function fewerWeights(
  model: ItemWeights,
  {k, completed}: Kept = USUAL,
  support: Support,
  work: Work
): Promise<ItemWeights> {
  const written = await writtenOut(model, support, work)
  const rows: Row[] = []
  for (let j = 0; j < support.movies.length; j++) {
    if (work.outOfBreath) await work.breathe()
    rows.push(largest(rowOf(written.weights, j), k))
  }
  const kept = SparseWeights.ofRows(rows)
  // Where no movie has more, nothing is left out.
  const whole = rows.every(({index}) => index.length < k)
  return withWeights(
    model,
    completed && !whole ? await completion(written.weights, kept, work) : kept,
    support
  )
}

/** Movies up to which weights that are kept as something else are written out once, in 4 bytes each: 576 MB. */
const WRITTEN_OUT = 12_000

/** The same model with rows that can be read as they are. */
async function writtenOut(model: ItemWeights, support: Support, work: Work): Promise<ItemWeights> {
  const movies = support.movies.length
  if (model.weights.rows() !== undefined || movies > WRITTEN_OUT) return model
  const values = new Float32Array(movies * movies)
  for (let j = 0; j < movies; j++) {
    if (work.outOfBreath) await work.breathe()
    values.set(rowOf(model.weights, j), j * movies)
  }
  return withWeights(model, new DenseWeights(values, movies), support)
}

/** The mean nDCG of the trials' lists, by the hidden ratings. */
async function ndcgOf(model: Model, trials: readonly Trial[], movies: number, work: Work): Promise<number> {
  const lists = await listsFor(model, trials, movies, work)
  const figures = trials.map(({hidden}, k) => {
    const relevant = new Set(hidden.i)
    const list = lists.movies.subarray(k * LISTED, (k + 1) * LISTED)
    return relevant.size === 0
      ? 0
      : figuresOf(
          Array.from(list, i => relevant.has(i)),
          relevant.size,
          LISTED
        ).ndcg
  })
  return meanOf(figures, 0)
}

function rowOf(weights: Weights, j: number): Float64Array {
  return weights.sumOfRows(Int32Array.of(j), Float32Array.of(1))
}

/** The largest weights of a row, in the order of columns. */
function largest(row: Float64Array, k: number): Row {
  const there = Int32Array.from(row.keys()).filter(i => row[i] !== 0)
  const index = topN(row.map(Math.abs), k, there).sort()
  return {index, values: Float32Array.from(index, i => row[i])}
}

/** What is kept, and the nearest matrix of rank RANK to the rest, by subspace iteration (Golub and Van Loan 2013, section 8.2.4). */
async function completion(weights: Weights, kept: SparseWeights, work: Work): Promise<CompletedWeights> {
  const movies = kept.start.length - 1
  const random = new Random(1)
  let basis = Array.from({length: RANK}, () => Float64Array.from({length: movies}, () => random.normal()))
  const left = new Float32Array(movies * RANK)
  for (let round = 0; round <= ROUNDS; round++) {
    orthonormalise(basis)
    const next = basis.map(() => new Float64Array(movies))
    for (let j = 0; j < movies; j++) {
      if (work.outOfBreath) await work.breathe()
      const rest = rowOf(weights, j)
      for (let n = kept.start[j]; n < kept.start[j + 1]; n++) rest[kept.index[n]] = 0
      for (const [f, column] of basis.entries()) {
        const place = dot(rest, 0, column, 0, movies)
        left[j * RANK + f] = place
        if (round < ROUNDS) for (let i = 0; i < movies; i++) next[f][i] += place * rest[i]
      }
    }
    if (round < ROUNDS) basis = next
  }
  const right = Float32Array.from({length: movies * RANK}, (_, at) => basis[at % RANK][Math.floor(at / RANK)])
  return new CompletedWeights(kept, left, right)
}

/** Gram and Schmidt. A column that the others span becomes 0. */
function orthonormalise(columns: Float64Array[]): void {
  for (const [a, column] of columns.entries()) {
    const before = dot(column, 0, column, 0, column.length)
    for (const other of columns.slice(0, a)) {
      const shared = dot(column, 0, other, 0, column.length)
      for (let i = 0; i < column.length; i++) column[i] -= shared * other[i]
    }
    const left = dot(column, 0, column, 0, column.length)
    const scale = left > 1e-20 * before ? 1 / Math.sqrt(left) : 0
    for (let i = 0; i < column.length; i++) column[i] *= scale
  }
}

function withWeights(model: ItemWeights, weights: Weights, support: Support): ItemWeights {
  const {values, arrays} = model.state()
  const {from, to, above} = arrays as Record<string, Float64Array>
  return new ItemWeights(weights, values as unknown as Input, {from, to}, above, support)
}
