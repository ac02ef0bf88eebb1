/**
 * @internal The mean vector of the movies, each counted as often as it was rated: the place from which a person's ratings are read, so that a
 * rating speaks of what sets its movie apart and her bias takes the rest. Likewise of the people, from where a movie's ratings are read.
 * [factors] of `rows` [movies × factors], row-major; the ratings of row k are those from start[k] to start[k + 1]
 */
export function middleOf(
  rows: Float32Array | Float64Array,
  factors: number,
  {start}: {readonly start: Int32Array}
): Float64Array {
  const mean = new Float64Array(factors)
  const length = start[start.length - 1]
  for (let k = 0; k + 1 < start.length; k++)
    for (let f = 0; f < factors; f++) mean[f] += (rows[k * factors + f] * (start[k + 1] - start[k])) / length
  return mean
}
