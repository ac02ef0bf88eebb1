import {placeIn} from '../math/search'

const SECONDS = 86400

/** The whole day since 1970 (UTC) of a time in seconds. */
export function dateOf(time: number): number {
  return Math.floor(time / SECONDS)
}

/** The dense day of a timestamp, -1 for a day without training ratings. `dates` are whole days since 1970, ascending. */
export function dayOf(dates: Int32Array, time: number): number {
  return placeIn(dates, dateOf(time))
}
