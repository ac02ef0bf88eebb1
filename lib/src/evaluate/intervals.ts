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
  const random = new Random(seed)
  const means = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0
    for (let n = 0; n < values.length; n++) sum += values[random.below(values.length)]
    means[draw] = sum / values.length
  }
  means.sort()
  return [quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)]
}
