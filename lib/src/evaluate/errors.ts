import type {UserId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import {kFold} from '../data/split'
import type {RatingEngine} from '../engines/ratingEngine'
import type {FitRun} from '../engines/run'
import {ArgumentError} from '../errors'
import {meanOf, sampleDeviation} from '../math/statistics'
import type {Fallback} from '../models/model'
import {Table} from '../show/table'

/** How far predictions are from the test ratings, in stars. Every test rating counts. */
export interface Evaluation {
  /** Root mean squared error. */
  rmse: number
  /** Mean absolute error. */
  mae: number
  /** Test ratings. */
  n: number
  /** How many predictions took each fallback. */
  fallbacks: Record<Fallback, number>
  /** [n] rating - prediction, in the row order of the test part. */
  errors: Float32Array
  /** Per user: squared error and number of test ratings, for paired tests. */
  byUser: ReadonlyMap<UserId, {n: number; rmse: number}>
}

/** RMSE = sqrt(mean of err²), MAE = mean of |err|, over all test ratings, unknown users and movies included. */
export function evaluate(engine: RatingEngine<any>, test: Ratings): Evaluation {
  if (test.length === 0) throw new ArgumentError('There is not one test rating to evaluate on.')
  const {ratings, fallbacks} = engine.predictAllDetailed(test)
  const counts: Record<Fallback, number> = {'unknown user': 0, 'unknown movie': 0, 'too few neighbours': 0}
  const errors = new Float32Array(test.length)
  const users = test.frame.userIds.length
  const squares = new Float64Array(users)
  const count = new Int32Array(users)
  let square = 0
  let absolute = 0
  for (let n = 0; n < errors.length; n++) {
    const err = test.rows.r[n] - ratings[n]
    if (Number.isNaN(err))
      throw new ArgumentError(
        `${engine.name} gave no number for test row ${n}: every rating must be predicted.`
      )
    errors[n] = err
    square += err * err
    absolute += Math.abs(err)
    squares[test.rows.u[n]] += err * err
    count[test.rows.u[n]]++
    const fallback = fallbacks[n]
    if (fallback !== undefined) counts[fallback]++
  }
  const byUser = new Map<UserId, {n: number; rmse: number}>()
  for (let u = 0; u < users; u++) {
    if (count[u] > 0)
      byUser.set(test.frame.userIds.ids[u], {n: count[u], rmse: Math.sqrt(squares[u] / count[u])})
  }
  return {
    rmse: Math.sqrt(square / errors.length),
    mae: absolute / errors.length,
    n: errors.length,
    fallbacks: counts,
    errors,
    byUser
  }
}

/** One fold of a cross-validation, or its mean and deviation. */
export interface FoldRow {
  fold: string
  rmse: number
  mae: number
  fitSeconds: number
  predictSeconds: number
}

/**
 * Fits a fresh engine on every fold's train part and measures it on the other part; the last two rows are the mean and the
 * standard deviation over the folds.
 */
export async function crossValidate(
  make: () => RatingEngine<any>,
  ratings: Ratings,
  o: {folds?: number; seed?: number} & Pick<FitRun, 'signal' | 'workers' | 'onProgress'> = {}
): Promise<Table<FoldRow>> {
  const {folds = 5, seed = 1, ...run} = o
  const rows: FoldRow[] = []
  for (const {train, test} of kFold(ratings, {folds, seed})) {
    const begun = performance.now()
    const engine = await make().fit(train, run)
    const fitted = performance.now()
    const {rmse, mae} = evaluate(engine, test)
    const predictSeconds = (performance.now() - fitted) / 1000
    rows.push({fold: String(rows.length + 1), rmse, mae, fitSeconds: (fitted - begun) / 1000, predictSeconds})
  }
  const summary = (fold: string, of: (values: number[]) => number): FoldRow => ({
    fold,
    rmse: of(rows.map(row => row.rmse)),
    mae: of(rows.map(row => row.mae)),
    fitSeconds: of(rows.map(row => row.fitSeconds)),
    predictSeconds: of(rows.map(row => row.predictSeconds))
  })
  return new Table([...rows, summary('mean', meanOf), summary('sd', sampleDeviation)], {
    decimals: {rmse: 4, mae: 4, fitSeconds: 2, predictSeconds: 2}
  })
}
