const SECONDS = 86400

/** The whole day since 1970 (UTC) of a time in seconds. */
export function dateOf(time: number): number {
  return Math.floor(time / SECONDS)
}

/** The dense day of a timestamp, -1 for a day without training ratings. `dates` are whole days since 1970, ascending. */
export function dayOf(dates: Int32Array, time: number): number {
  const date = dateOf(time)
  let low = 0
  let high = dates.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (dates[middle] === date) return middle
    if (dates[middle] < date) low = middle + 1
    else high = middle - 1
  }
  return -1
}
