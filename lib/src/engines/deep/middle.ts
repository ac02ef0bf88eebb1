import type {Ratings} from '../../data/ratings'

/**
 * The mean vector of the movies, each counted as often as it was rated: the place from which a person's ratings are read, so that a
 * rating speaks of what sets its movie apart and her bias takes the rest. [factors] of `qi` [movies × factors], row-major
 */
export function middleOf(
  qi: Float32Array,
  factors: number,
  {byMovie: {start}, length}: Ratings
): Float64Array {
  const mean = new Float64Array(factors)
  for (let i = 0; i + 1 < start.length; i++)
    for (let f = 0; f < factors; f++) mean[f] += (qi[i * factors + f] * (start[i + 1] - start[i])) / length
  return mean
}
