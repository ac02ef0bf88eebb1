import type {UserId} from '../data/ids'
import {checkRatings, type Ratings} from '../data/ratings'
import type {RatingEngine} from '../engines/ratingEngine'
import {ArgumentError} from '../errors'
import type {Fallback} from '../models/model'
import type {Predictions} from '../models/rater'
import type {WatchOptions} from '../work'
import {type Doubted, withDoubts} from './doubts'

/** How far predictions are from the test ratings, in stars. Every test rating counts. */
export interface Evaluation extends Doubted {
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
  /** Per user: number of test ratings and both errors, for paired tests. */
  byUser: ReadonlyMap<UserId, {n: number; rmse: number; mae: number}>
}

/**
 * RMSE = sqrt(mean of err²), MAE = mean of |err|, over all test ratings, unknown users and movies included. Nothing else is heard until it is
 * done: on a million ratings await `evaluateAsync`.
 */
export function evaluate(engine: RatingEngine<any>, test: Ratings): Evaluation {
  checkTest(test)
  return evaluationOf(engine, test, engine.predictAllDetailed(test))
}

/**
 * The same figures as those of `evaluate`, while timers and interrupts are heard. @throws InterruptedError for a stop
 * @example
 * const {rmse} = await evaluateAsync(engine, test, progress())
 */
export async function evaluateAsync(
  engine: RatingEngine<any>,
  test: Ratings,
  run: WatchOptions = {}
): Promise<Evaluation> {
  checkTest(test)
  return evaluationOf(engine, test, await engine.predictAllDetailedAsync(test, run))
}

function checkTest(test: Ratings): void {
  checkRatings(test, 'evaluate')
  if (test.length === 0) throw new ArgumentError('There is not one test rating to evaluate on.')
}

/** @internal Of what was predicted for each test rating. */
export function evaluationOf(
  engine: RatingEngine<any>,
  test: Ratings,
  {ratings, fallbacks}: Predictions
): Evaluation {
  const counts: Record<Fallback, number> = {'unknown user': 0, 'unknown movie': 0, 'too few neighbours': 0}
  const errors = new Float32Array(test.length)
  const users = test.frame.userIds.length
  const squares = new Float64Array(users)
  const absolutes = new Float64Array(users)
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
    absolutes[test.rows.u[n]] += Math.abs(err)
    count[test.rows.u[n]]++
    const fallback = fallbacks[n]
    if (fallback !== undefined) counts[fallback]++
  }
  const byUser = new Map<UserId, {n: number; rmse: number; mae: number}>()
  for (let u = 0; u < users; u++) {
    if (count[u] > 0)
      byUser.set(test.frame.userIds.ids[u], {
        n: count[u],
        rmse: Math.sqrt(squares[u] / count[u]),
        mae: absolutes[u] / count[u]
      })
  }
  const evaluation = {
    rmse: Math.sqrt(square / errors.length),
    mae: absolute / errors.length,
    n: errors.length,
    fallbacks: counts,
    errors,
    byUser
  }
  return withDoubts(evaluation, engine.train, test)
}

/** @internal Errors as they come, gathered by user; `evaluate`'s are of one test part and its engine. */
export class ErrorTally {
  private readonly errors: number[] = []
  private readonly sums = new Map<UserId, {n: number; square: number; absolute: number}>()

  add(userId: UserId, err: number): void {
    this.errors.push(err)
    const hers = this.sums.get(userId) ?? {n: 0, square: 0, absolute: 0}
    hers.n++
    hers.square += err * err
    hers.absolute += Math.abs(err)
    this.sums.set(userId, hers)
  }

  /** How many users there are. */
  get users(): number {
    return this.sums.size
  }

  get byUser(): Evaluation['byUser'] {
    return new Map(
      Array.from(this.sums, ([userId, {n, square, absolute}]) => [
        userId,
        {n, rmse: Math.sqrt(square / n), mae: absolute / n}
      ])
    )
  }

  get evaluation(): Evaluation {
    const {errors, byUser} = this
    const n = errors.length
    return {
      rmse: Math.sqrt(errors.reduce((sum, err) => sum + err * err, 0) / n),
      mae: errors.reduce((sum, err) => sum + Math.abs(err), 0) / n,
      n,
      fallbacks: {'unknown user': 0, 'unknown movie': 0, 'too few neighbours': 0},
      errors: Float32Array.from(errors),
      byUser
    }
  }
}
