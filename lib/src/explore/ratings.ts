import type {Ratings} from '../data/ratings'
import {ArgumentError} from '../errors'
import {quantile, sum, tally} from '../math/statistics'
import {Table} from '../show/table'

/** How often each rating was given, in stars, ascending. */
export function ratingCounts(ratings: Ratings): Table<{rating: number; ratings: number; share: number}> {
  const {r} = ratings.rows
  const counts = tally(r).sort((a, b) => a[0] - b[0])
  return new Table(
    counts.map(([rating, ratings]) => ({rating, ratings, share: ratings / r.length})),
    {decimals: {rating: 1, share: 4}}
  )
}

/** How many ratings each user gave, the most active first. [users with ratings] */
export function ratingsPerUser(ratings: Ratings): Int32Array {
  return sizesDescending(ratings.byUser.start)
}

/** How many ratings each movie got, the most rated first. [movies with ratings] */
export function ratingsPerMovie(ratings: Ratings): Int32Array {
  return sizesDescending(ratings.byMovie.start)
}

/** Users by how many ratings they gave: quantiles, the least active first. */
export function userActivity(ratings: Ratings): Table<{users: string; ratings: number}> {
  const sizes = ratingsPerUser(ratings).reverse()
  const rows: Array<[string, number]> = [
    ['least active', 0],
    ['lower quartile', 0.25],
    ['median', 0.5],
    ['upper quartile', 0.75],
    ['top 10 %', 0.9],
    ['top 1 %', 0.99],
    ['most active', 1]
  ]
  return new Table(
    rows.map(([users, q]) => ({users, ratings: Math.round(quantile(sizes, q))})),
    {headings: {users: 'user', ratings: 'ratings given'}}
  )
}

/** Which share of all ratings the most rated movies have: the long tail. */
export function longTail(
  ratings: Ratings,
  o: {shares?: readonly number[]} = {}
): Table<{topMovies: number; movies: number; shareOfRatings: number}> {
  const {shares = [0.01, 0.05, 0.1, 0.2, 0.5, 1]} = o
  const sizes = ratingsPerMovie(ratings)
  const rows = shares.map(topMovies => {
    const movies = Math.max(1, Math.round(topMovies * sizes.length))
    return {topMovies, movies, shareOfRatings: sum(sizes.subarray(0, movies)) / ratings.length}
  })
  return new Table(rows, {
    decimals: {topMovies: 2, shareOfRatings: 3},
    headings: {topMovies: 'top share of movies', shareOfRatings: 'share of ratings'}
  })
}

/** Ratings and their mean by calendar year or month (UTC). Empty periods between the first and the last are listed with 0. */
export function ratingsOverTime(
  ratings: Ratings,
  o: {by?: 'year' | 'month'} = {}
): Table<{period: string; ratings: number; mean: number | null}> {
  const {by = 'year'} = o
  const {t, r} = ratings.rows
  if (t === undefined)
    throw new ArgumentError('These ratings have no timestamps, so they cannot be counted by time.')
  if (by !== 'year' && by !== 'month') throw new ArgumentError(`Expected by to be year or month, got ${by}.`)
  const step = by === 'year' ? 12 : 1
  const totals = new Map<number, {count: number; sum: number}>()
  for (let n = 0; n < t.length; n++) {
    const when = new Date(1000 * t[n])
    const key = Math.floor((12 * when.getUTCFullYear() + when.getUTCMonth()) / step)
    const total = totals.get(key) ?? {count: 0, sum: 0}
    total.count++
    total.sum += r[n]
    totals.set(key, total)
  }
  const first = Math.min(...totals.keys())
  const last = Math.max(...totals.keys())
  const rows = Array.from({length: last - first + 1}, (_, k) => {
    const month = (first + k) * step
    const {count, sum} = totals.get(first + k) ?? {count: 0, sum: 0}
    const year = String(Math.floor(month / 12))
    const period = by === 'year' ? year : `${year}-${String((month % 12) + 1).padStart(2, '0')}`
    return {period, ratings: count, mean: count === 0 ? null : sum / count}
  })
  return new Table(rows, {decimals: {mean: 3}})
}

function sizesDescending(start: Int32Array): Int32Array {
  const sizes: number[] = []
  for (let k = 0; k + 1 < start.length; k++) if (start[k + 1] > start[k]) sizes.push(start[k + 1] - start[k])
  return Int32Array.from(sizes).sort().reverse()
}
