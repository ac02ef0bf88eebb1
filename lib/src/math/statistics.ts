/** The values added up in their order. */
export function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let k = 0; k < values.length; k++) total += values[k]
  return total
}

/** Their mean; `empty` where there is none. */
export function meanOf(values: ArrayLike<number>, empty: number = Number.NaN): number {
  return values.length === 0 ? empty : sum(values) / values.length
}

/** Standard deviation of these values themselves (divided by n); `constant` where they do not vary. */
export function deviationOf(values: ArrayLike<number>, constant: number): number {
  const square = squaresAbout(meanOf(values, 0), values)
  const {length} = values
  return square < 1e-9 * length || length === 0 ? constant : Math.sqrt(square / length)
}

/** Standard deviation of what the values are a sample of (divided by n - 1), as pandas has it. */
export function sampleDeviation(values: ArrayLike<number>, mean: number = meanOf(values)): number {
  return Math.sqrt(squaresAbout(mean, values) / (values.length - 1))
}

/** How often each value comes, the most frequent first, ties by value. */
export function tally<Value extends number | string>(
  values: Iterable<Value>
): Array<[value: Value, times: number]> {
  const times = new Map<Value, number>()
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1)
  return [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

/** Linear interpolation between the two nearest values, as numpy and pandas do. `sorted` ascends. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}

function squaresAbout(mean: number, values: ArrayLike<number>): number {
  let square = 0
  for (let k = 0; k < values.length; k++) square += (values[k] - mean) ** 2
  return square
}
