import type {Split} from '../data/split'
import type {RatingEngine} from '../engines/ratingEngine'
import type {FitRun} from '../engines/run'
import {ArgumentError} from '../errors'
import {log2} from '../math/logarithms'
import {Random} from '../math/random'
import {Table} from '../show/table'
import {untold, Work} from '../work'
import {type Evaluation, evaluateAsync} from './errors'

/** One value of an option, or one size, and what it gives: a point of a curve. */
export interface SweepRow {
  /** The value. */
  x: number
  /** RMSE on the other part. */
  y: number
  /** Of fit and measurement. */
  seconds: number
}

/**
 * Fits and measures an engine for every value, in order: the error against an option. Use it on a part of train, not on the test part.
 * Progress counts the values.
 */
export async function sweep(
  make: (value: number) => RatingEngine<any>,
  values: Iterable<number>,
  {train, test}: Split,
  run: FitRun = {}
): Promise<Table<SweepRow>> {
  const rows: SweepRow[] = []
  const all = [...values]
  let work: Work | undefined
  for (const [k, x] of all.entries()) {
    const begun = performance.now()
    const engine = make(x)
    work ??= new Work(`trying values of ${engine.name}`, run)
    await engine.fit(train, {...run, ...work.part(k, all.length)})
    const {rmse} = await evaluateAsync(engine, test, untold(run))
    rows.push({x, y: rmse, seconds: (performance.now() - begun) / 1000})
  }
  work?.report(all.length, all.length)
  return new Table(rows, {headings: {x: 'value', y: 'rmse'}, decimals: {y: 4, seconds: 2}})
}

/** The same for shares of the training ratings, drawn at random: the error and the cost against size. `x` is how many ratings were fitted; progress counts the shares. */
export async function sweepSize(
  make: () => RatingEngine<any>,
  shares: Iterable<number>,
  {train, test}: Split,
  o: FitRun & {seed?: number} = {}
): Promise<Table<SweepRow>> {
  const {seed = 1, ...run} = o
  const order = new Random(seed).permutation(train.length)
  const rows: SweepRow[] = []
  const all = [...shares]
  const work = new Work('trying sizes of the training part', run)
  for (const [k, share] of all.entries()) {
    if (!(share > 0 && share <= 1))
      throw new ArgumentError(`sweepSize: expected shares above 0 and up to 1, got ${share}.`)
    const part = train.select(order.slice(0, Math.round(share * train.length)).sort())
    const [row] = await sweep(make, [part.length], {train: part, test}, {...run, ...work.part(k, all.length)})
    rows.push(row)
  }
  return new Table(rows, {headings: {x: 'ratings', y: 'rmse'}, decimals: {y: 4, seconds: 2}})
}

/** Errors of the test ratings whose movie has so many ratings in train. */
export interface SupportRow {
  /** From how many to how many training ratings a movie has. */
  ratings: string
  /** Test ratings of such movies. */
  pairs: number
  /** Root mean squared error, in stars. */
  rmse: number
}

/** Where the errors are: by how often the movie was rated in train, in bins that double. */
export function errorBySupport(evaluation: Evaluation, {train, test}: Split): Table<SupportRow> {
  const {start} = train.byMovie
  const square: number[] = []
  const count: number[] = []
  for (const [n, err] of evaluation.errors.entries()) {
    const i = test.rows.i[n]
    const bin = Math.ceil(log2(start[i + 1] - start[i] + 1))
    square[bin] = (square[bin] ?? 0) + err * err
    count[bin] = (count[bin] ?? 0) + 1
  }
  const rows = Object.keys(count)
    .map(Number)
    .map(bin => {
      const [from, to] = [Math.floor(2 ** (bin - 1)), 2 ** bin - 1]
      return {
        ratings: from === to ? String(to) : `${from} to ${to}`,
        pairs: count[bin],
        rmse: Math.sqrt(square[bin] / count[bin])
      }
    })
  return new Table(rows, {decimals: {rmse: 3}})
}
