import type {Ratings} from '../../data/ratings'
import {OptionError} from '../../errors'
import {dateOf, dayOf} from '../../models/days'

/** The days on which there are ratings: dense numbers by date. */
export interface Days {
  /** [days] whole days since 1970 (UTC), ascending */
  readonly dates: Int32Array
  /** [ratings] dense day of each rating, in row order */
  readonly of: Int32Array
}

/** The rating days of ratings that have timestamps. */
export function daysOf(ratings: Ratings): Days {
  const {t} = ratings.rows
  if (t === undefined)
    throw new OptionError(
      'days',
      true,
      'Option days of bayesian: the ratings have no timestamps. Set it to false, or read a file that has them.'
    )
  const dates = Int32Array.from(new Set(Int32Array.from(t, dateOf))).sort()
  return {dates, of: Int32Array.from(t, time => dayOf(dates, time))}
}

/** The ratings grouped by day: those of day d stand at start[d] to start[d + 1] - 1, by user and movie. */
export function ratingsByDay(
  ratings: Ratings,
  days: Days
): {start: Int32Array; u: Int32Array; i: Int32Array; r: Float32Array} {
  const {byUser} = ratings
  const start = new Int32Array(days.dates.length + 1)
  for (const day of days.of) start[day + 1]++
  for (let d = 0; d < days.dates.length; d++) start[d + 1] += start[d]
  const next = start.slice(0, -1)
  const count = ratings.length
  const grouped = {start, u: new Int32Array(count), i: new Int32Array(count), r: new Float32Array(count)}
  for (let u = 0; u + 1 < byUser.start.length; u++) {
    for (let n = byUser.start[u]; n < byUser.start[u + 1]; n++) {
      const to = next[days.of[byUser.row[n]]]++
      grouped.u[to] = u
      grouped.i[to] = byUser.index[n]
      grouped.r[to] = byUser.value[n]
    }
  }
  return grouped
}
