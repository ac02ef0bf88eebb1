import {ArgumentError, checkCount} from '../errors'
import {exp} from '../math/exponential'
import {Random} from '../math/random'
import {sum} from '../math/statistics'
import {IdIndex} from './ids'
import {Movies} from './movies'
import {Ratings, scaleOf} from './ratings'

/** The size of a made-up world, and what it plants. */
export interface SyntheticOptions {
  /** How many users. */
  users: number
  /** How many movies. */
  movies: number
  /** Ratings in all; no pair comes twice, every user has at least one. */
  ratings: number
  /** Planted factors: tastes of users, traits of movies. @default 4 */
  factors?: number
  /** Deviation of what taste adds to a rating, in stars; 0 plants nothing but biases. @default 0.6 */
  taste?: number
  /** Deviation of what no engine can know, in stars. @default 0.7 */
  noise?: number
  /** Ratings are whole steps of this many stars from 1 to 5; 0 leaves them unrounded and unclipped. @default 1 */
  step?: number
  /** Of the random numbers: the same seed gives the same result. @default 1 */
  seed?: number
}

/**
 * Made-up ratings with a known cause, for tests and for timings at sizes no shipped data has:
 *
 *   r_ui = 3.6 + bu[u] + bi[i] + taste / sqrt(F) · pu[u] · qi[i] + noise · e       bu, bi, e, pu, qi normal; deviations of bu, bi 0.4
 *
 * As in real data a few users and a few movies have most of the ratings: the activity of users is log-normal, the popularity
 * of movies falls as 1 / sqrt(rank + 10). Ids count from 1. Cost: O(ratings · factors).
 */
export function syntheticRatings(o: SyntheticOptions): Ratings {
  const {users, movies, ratings, factors = 4, taste = 0.6, noise = 0.7, step = 1, seed = 1} = o
  for (const [name, value] of Object.entries({users, movies, ratings})) checkCount(name, value)
  if (ratings < users || ratings > users * movies)
    throw new ArgumentError(
      `syntheticRatings: ${users} users and ${movies} movies can have ${users} to ${users * movies} ratings, got ${ratings}.`
    )
  const planted = plant(users, movies, factors, seed)
  const counts = activity(users, movies, ratings, seed)
  const popularity = cumulativePopularity(movies, seed)
  const rows = {u: new Int32Array(ratings), i: new Int32Array(ratings), r: new Float32Array(ratings)}
  const chosenBy = new Int32Array(movies).fill(-1)
  let n = 0
  for (let u = 0; u < users; u++) {
    const random = new Random(seed, 3, u)
    for (const i of choose(counts[u], popularity, chosenBy, u, random)) {
      let score = 3.6 + planted.bu[u] + planted.bi[i] + noise * random.normal()
      for (let f = 0; f < factors; f++)
        score += (taste / Math.sqrt(factors)) * planted.pu[u * factors + f] * planted.qi[i * factors + f]
      rows.u[n] = u
      rows.i[n] = i
      rows.r[n++] = step === 0 ? score : Math.min(5, Math.max(1, Math.round(score / step) * step))
    }
  }
  const ids = (count: number): IdIndex<number> => new IdIndex(Array.from({length: count}, (_, k) => k + 1))
  const movieIds = ids(movies)
  return new Ratings(rows, {
    userIds: ids(users),
    movieIds,
    scale: step === 0 ? scaleOf(rows.r) : [1, 5],
    movies: Movies.ofIds(movieIds.ids)
  })
}

interface Planted {
  /** [users], [movies] */
  bu: Float64Array
  bi: Float64Array
  /** [users × factors], [movies × factors], row-major */
  pu: Float64Array
  qi: Float64Array
}

function plant(users: number, movies: number, factors: number, seed: number): Planted {
  const random = new Random(seed, 0)
  const normals = (count: number, deviation: number): Float64Array =>
    Float64Array.from({length: count}, () => deviation * random.normal())
  return {
    bu: normals(users, 0.4),
    bi: normals(movies, 0.4),
    pu: normals(users * factors, 1),
    qi: normals(movies * factors, 1)
  }
}

/** How many movies each user rates: log-normal shares of the whole, at least 1 and at most all movies. [users] */
function activity(users: number, movies: number, ratings: number, seed: number): Int32Array {
  const random = new Random(seed, 1)
  const share = Float64Array.from({length: users}, () => exp(random.normal()))
  const total = sum(share)
  const counts = Int32Array.from(share, one =>
    Math.min(movies, Math.max(1, Math.floor((one / total) * ratings)))
  )
  let left = ratings - sum(counts)
  while (left !== 0) {
    for (let u = 0; u < users && left !== 0; u++) {
      if (left > 0 ? counts[u] === movies : counts[u] === 1) continue
      counts[u] += Math.sign(left)
      left -= Math.sign(left)
    }
  }
  return counts
}

/** Running sums of the movies' weights, which stand in random order. [movies] */
function cumulativePopularity(movies: number, seed: number): Float64Array {
  const rank = new Random(seed, 2).permutation(movies)
  const sums = new Float64Array(movies)
  let total = 0
  for (let i = 0; i < movies; i++) sums[i] = total += 1 / Math.sqrt(rank[i] + 10)
  return sums
}

/** `count` different movies by popularity: draws that repeat one are thrown away; who rates over a quarter gets the rest in order of a random walk. */
function choose(
  count: number,
  popularity: Float64Array,
  chosenBy: Int32Array,
  u: number,
  random: Random
): Int32Array {
  const movies = popularity.length
  const chosen = new Int32Array(count)
  const drawn = Math.min(count, Math.ceil(movies / 4))
  let n = 0
  while (n < drawn) {
    const i = firstAbove(popularity, random.uniform() * popularity[movies - 1])
    if (chosenBy[i] === u) continue
    chosenBy[i] = u
    chosen[n++] = i
  }
  for (let i = random.below(movies); n < count; i = (i + 1) % movies) {
    if (chosenBy[i] === u) continue
    chosenBy[i] = u
    chosen[n++] = i
  }
  return chosen
}

/** Index of the first running sum above `value`. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle] > value) high = middle
    else low = middle + 1
  }
  return low
}
