import {ArgumentError} from '../errors'
import {Random} from '../math/random'
import {quantile} from '../math/statistics'

/**
 * An interval of a mean over users, by drawing as many users with replacement again and again (percentile bootstrap, Efron and Tibshirani
 * 1993, section 13.3): what the mean could have been with other people of the same kind. Draw users, not ratings: those of one user hang
 * together. O(draws · users)
 */
export function meanInterval(
  values: ArrayLike<number>,
  o: {
    /** @default 0.95 */
    level?: number
    /** @default 2000 */
    draws?: number
    /** @default 1 */
    seed?: number
  } = {}
): [low: number, high: number] {
  const {level = 0.95, draws = 2000, seed = 1} = o
  if (values.length === 0) throw new ArgumentError('meanInterval: there is not one value.')
  if (!(level > 0 && level < 1))
    throw new ArgumentError(`meanInterval: expected a level between 0 and 1, got ${level}.`)
  const [totals] = drawnTotals([values], draws, seed)
  return percentiles(
    totals.map(total => total / values.length),
    level
  )
}

/**
 * @internal The totals of values by user over as many users drawn with replacement, again and again: the same draws for each of the values.
 * [values][draws]
 */
export function drawnTotals(
  values: ReadonlyArray<ArrayLike<number>>,
  draws: number,
  seed: number
): Float64Array[] {
  const random = new Random(seed)
  const totals = values.map(() => new Float64Array(draws))
  const users = new Int32Array(values[0].length)
  for (let draw = 0; draw < draws; draw++) {
    for (let n = 0; n < users.length; n++) users[n] = random.below(users.length)
    for (const [k, own] of values.entries()) {
      let total = 0
      for (let n = 0; n < users.length; n++) total += own[users[n]]
      totals[k][draw] = total
    }
  }
  return totals
}

/** @internal Between which this share of the values lies, as much of the rest below as above. */
export function percentiles(values: Float64Array, level: number): [low: number, high: number] {
  const ascending = values.slice().sort()
  return [quantile(ascending, (1 - level) / 2), quantile(ascending, (1 + level) / 2)]
}
