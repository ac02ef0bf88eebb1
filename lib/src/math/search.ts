/** @internal The place of a value in ascending numbers, between two places of them, -1 where it is not there. O(log n) */
export function placeIn(sorted: Int32Array, value: number, from = 0, to: number = sorted.length): number {
  let low = from
  let high = to - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (sorted[middle] === value) return middle
    if (sorted[middle] < value) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** @internal These numbers ascending, each once, in their own place. */
export function sortedOnce(values: Int32Array): Int32Array {
  values.sort()
  let count = 0
  for (let n = 0; n < values.length; n++)
    if (n === 0 || values[n] !== values[n - 1]) values[count++] = values[n]
  return values.subarray(0, count)
}
