import type {Ratings} from '../data/ratings'
import {ArgumentError} from '../errors'
import {hypot} from '../math/hypot'
import {Random} from '../math/random'
import {Table} from '../show/table'

/** One figure of the defect. */
export interface RawRowError {
  engine: 'user-based' | 'item-based'
  /** Root mean square over all three columns, as it was printed: in no unit at all. */
  printed: number
  /** The same of each column by itself. */
  userId: number
  movieId: number
  /** In stars. */
  rating: number
}

/**
 * What happens when neighbours are computed on the table of ratings itself instead of on people by movies: a tutorial well known
 * on the web did it. Each sampled row (userId, movieId, rating) is taken for a person with three ratings, each column for an item:
 *
 *   user-based   pred[a] = mean(a) + sum over b of s_ab · (b - mean(b)) / sum of |s_ab|      s_ab: correlation of two rows of three numbers
 *   item-based   pred[a][c] = sum over d of a[d] · s_cd / sum of |s_cd|                      s_cd: correlation of two columns
 *
 * and the error is the mean over all three columns, so an error of a movieId counts as one of stars. Every number depends on how
 * ids were given out. Here to be looked at, not to be used: ids must be numbers. Cost: O(sample²), a second for 16,000 rows.
 */
export function rawRowNeighbours(
  ratings: Ratings,
  o: {sample?: number; train?: number; seed?: number} = {}
): Table<RawRowError> {
  const {sample = 20_000, train = 0.8, seed = 1} = o
  const drawn = new Random(seed).permutation(ratings.length).subarray(0, Math.min(sample, ratings.length))
  const rows = rawRows(ratings, drawn.subarray(0, Math.round(train * drawn.length)))
  const errors = (engine: RawRowError['engine'], predicted: Float64Array): RawRowError => {
    const square = [0, 0, 0]
    for (let k = 0; k < rows.length; k++) square[k % 3] += (predicted[k] - rows[k]) ** 2
    const [userId, movieId, rating] = square.map(sum => Math.sqrt(sum / (rows.length / 3)))
    const printed = Math.sqrt(square.reduce((sum, one) => sum + one, 0) / rows.length)
    return {engine, printed, userId, movieId, rating}
  }
  return new Table([errors('user-based', byRows(rows)), errors('item-based', byColumns(rows))], {
    decimals: {printed: 2, userId: 2, movieId: 2, rating: 2}
  })
}

/** [rows × 3] userId, movieId, rating */
function rawRows(ratings: Ratings, drawn: Int32Array): Float64Array {
  const {userIds, movieIds} = ratings.frame
  const {u, i, r} = ratings.rows
  const rows = new Float64Array(3 * drawn.length)
  for (let k = 0; k < drawn.length; k++) {
    const [userId, movieId] = [userIds.ids[u[drawn[k]]], movieIds.ids[i[drawn[k]]]]
    if (typeof userId !== 'number' || typeof movieId !== 'number')
      throw new ArgumentError(
        'rawRowNeighbours: the defect needs ids that are numbers, as those of MovieLens.'
      )
    rows.set([userId, movieId, r[drawn[k]]], 3 * k)
  }
  return rows
}

/** Each row a person, each of its three numbers a rating. */
function byRows(rows: Float64Array): Float64Array {
  const n = rows.length / 3
  const mean = new Float64Array(n)
  const apart = rows.slice()
  const unit = new Float64Array(3 * n)
  for (let a = 0; a < n; a++) {
    mean[a] = (rows[3 * a] + rows[3 * a + 1] + rows[3 * a + 2]) / 3
    for (let c = 0; c < 3; c++) apart[3 * a + c] -= mean[a]
    const length = hypot(apart[3 * a], apart[3 * a + 1], apart[3 * a + 2])
    for (let c = 0; c < 3; c++) unit[3 * a + c] = length === 0 ? 0 : apart[3 * a + c] / length
  }
  const predicted = new Float64Array(3 * n)
  for (let a = 0; a < n; a++) {
    const [x, y, z] = [unit[3 * a], unit[3 * a + 1], unit[3 * a + 2]]
    let weight = 0
    let first = 0
    let second = 0
    let third = 0
    for (let b = 0; b < 3 * n; b += 3) {
      const s = x * unit[b] + y * unit[b + 1] + z * unit[b + 2]
      weight += Math.abs(s)
      first += s * apart[b]
      second += s * apart[b + 1]
      third += s * apart[b + 2]
    }
    for (const [c, sum] of [first, second, third].entries())
      predicted[3 * a + c] = mean[a] + (weight === 0 ? 0 : sum / weight)
  }
  return predicted
}

/** Each of the three columns an item. */
function byColumns(rows: Float64Array): Float64Array {
  const n = rows.length / 3
  const mean = [0, 1, 2].map(c => columnSum(n, k => rows[3 * k + c]) / n)
  const product = (c: number, d: number): number =>
    columnSum(n, k => (rows[3 * k + c] - mean[c]) * (rows[3 * k + d] - mean[d]))
  const s = [0, 1, 2].map(c =>
    [0, 1, 2].map(d => {
      const length = Math.sqrt(product(c, c) * product(d, d))
      return length === 0 ? 0 : product(c, d) / length
    })
  )
  return rows.map((_, k) => {
    const c = k % 3
    const from = k - c
    const weight = Math.abs(s[c][0]) + Math.abs(s[c][1]) + Math.abs(s[c][2])
    const sum = rows[from] * s[c][0] + rows[from + 1] * s[c][1] + rows[from + 2] * s[c][2]
    return weight === 0 ? 0 : sum / weight
  })
}

function columnSum(n: number, value: (k: number) => number): number {
  let sum = 0
  for (let k = 0; k < n; k++) sum += value(k)
  return sum
}
