/** What factors mean: tables and places of what an engine of factors has learned. */
import type {MovieId, UserId} from '../data/ids'
import type {RatingEngine} from '../engines/ratingEngine'
import {ArgumentError} from '../errors'
import {crossProducts, principalPlaces, symmetricEigen} from '../math/jacobi'
import {meanOf, tally} from '../math/statistics'
import type {FactorModel} from '../models/factorModel'
import type {MapPoint} from '../show/drawn'
import {Table} from '../show/table'

/** An engine of factors and biases: mf, als, truncated-svd, embedding-net, auto-rec. */
export type Factored = RatingEngine<any, FactorModel>

/** One row of biases and factors: `f1`, `f2` … are the factors. */
export type FactorRow = {name: string; bias: number} & Record<string, number | string>

/** Biases and factors as they were learned, of users or of movies: for models small enough to read. */
export function factorTable(engine: Factored, of: 'users' | 'movies'): Table<FactorRow> {
  const {factors: F, bu, bi, pu, qi} = engine.model
  const {userIds, movieIds} = engine.train.frame
  const users = of === 'users'
  const names = users ? userIds.ids.map(id => `user ${id}`) : movieIds.ids.map(id => engine.movies.title(id))
  const rows = names.map((name, k): FactorRow => {
    const row: FactorRow = {name, bias: users ? bu[k] : bi[k]}
    for (let f = 0; f < F; f++) row[`f${f + 1}`] = (users ? pu : qi)[k * F + f]
    return row
  })
  const numbers = ['bias', ...Array.from({length: F}, (_, f) => `f${f + 1}`)]
  return new Table(rows, {decimals: Object.fromEntries(numbers.map(name => [name, 3]))})
}

/** The movies whose bias is largest and smallest, of those with enough ratings: what taste cannot explain. */
export function largestBiases(
  engine: Factored,
  o: {n?: number; minRatings?: number} = {}
): Table<{title: string; ratings: number; mean: number; bias: number}> {
  const {n = 5, minRatings = 50} = o
  const {start, value} = engine.train.byMovie
  const rows = wellKnown(engine, minRatings).map(i => ({
    title: engine.movies.title(engine.train.frame.movieIds.ids[i]),
    ratings: start[i + 1] - start[i],
    mean: meanOf(value.subarray(start[i], start[i + 1])),
    bias: engine.model.bi[i]
  }))
  rows.sort((a, b) => b.bias - a.bias)
  const shown = rows.length <= 2 * n ? rows : [...rows.slice(0, n), ...rows.slice(-n)]
  return new Table(shown, {decimals: {mean: 2, bias: 2}})
}

/** A movie's place on the main axes of taste. */
export interface FactorPlace {
  movieId: MovieId
  title: string
  /** How many rated it in training. */
  ratings: number
  /** By axis, the most important first: stars by which it moves a user whose taste is one deviation along the axis. */
  places: number[]
}

/**
 * The main axes of what the factors do to well-known movies. Factors can be turned without changing one prediction, so single
 * ones mean nothing; but the part of the scores that differs between movies, p·(q - mean q), has main axes: with C = P'P / users
 * and C = L L', those of L'(q - mean q). The first axis moves the scores most. Each axis points to where its farthest movie is.
 */
export function factorPlaces(engine: Factored, o: {axes?: number; minRatings?: number} = {}): FactorPlace[] {
  const {axes = 3, minRatings = 50} = o
  const {factors: F, pu, qi} = engine.model
  const {byMovie, frame, userCount} = engine.train
  const movies = wellKnown(engine, minRatings)
  const root = symmetricEigen(
    crossProducts(pu, F).map(value => value / userCount),
    F
  )
  // L' of C = L L' by its eigenvectors: L' = sqrt(values) · vectors'.
  const turned = new Float64Array(movies.length * F)
  for (const [m, i] of movies.entries())
    for (let a = 0; a < F; a++) {
      let sum = 0
      for (let f = 0; f < F; f++) sum += root.vectors[f * F + a] * qi[i * F + f]
      turned[m * F + a] = Math.sqrt(Math.max(0, root.values[a])) * sum
    }
  const found = Math.min(axes, F)
  const places = principalPlaces(turned, F, found)
  return movies.map((i, m) => ({
    movieId: frame.movieIds.ids[i],
    title: engine.movies.title(frame.movieIds.ids[i]),
    ratings: byMovie.start[i + 1] - byMovie.start[i],
    places: Array.from(places.subarray(m * found, (m + 1) * found))
  }))
}

/** The movies at both ends of an axis, counted from 1. */
export function axisExtremes(
  places: readonly FactorPlace[],
  axis: number,
  o: {n?: number} = {}
): Table<{low: string; at: number; high: string; to: number}> {
  const {n = 6} = o
  if (places.length === 0 || !(axis >= 1 && axis <= places[0].places.length))
    throw new ArgumentError(
      `axisExtremes: expected an axis from 1 to ${places[0]?.places.length ?? 0}, got ${axis}.`
    )
  const sorted = [...places].sort((a, b) => a.places[axis - 1] - b.places[axis - 1])
  const rows = Array.from({length: Math.min(n, sorted.length)}, (_, k) => {
    const low = sorted[k]
    const high = sorted[sorted.length - 1 - k]
    return {low: low.title, at: low.places[axis - 1], high: high.title, to: high.places[axis - 1]}
  })
  return new Table(rows, {
    headings: {low: `low end of axis ${axis}`, at: 'stars', high: `high end of axis ${axis}`, to: 'stars'},
    decimals: {at: 2, to: 2}
  })
}

/** The best-known movies as points of a map on two axes, counted from 1: for `plotMovieMap`. */
export function placesOnMap(
  places: readonly FactorPlace[],
  o: {n?: number; x?: number; y?: number} = {}
): MapPoint[] {
  const {n = 60, x = 1, y = 2} = o
  return [...places]
    .sort((a, b) => b.ratings - a.ratings)
    .slice(0, n)
    .map(({title, places}) => ({title, x: places[x - 1], y: places[y - 1]}))
}

/** More than six colours and marks are hard to tell apart: the other genres share one. */
const GENRES_ON_MAP = 5
const OTHER = 'other'

/** The most rated movies on the plane on which their factors differ most, with the first of their genres: for `plotMovieMap`. */
export function movieMap(engine: Factored, o: {n?: number} = {}): MapPoint[] {
  const {n = 60} = o
  const {factors: F, qi} = engine.model
  const {byMovie, frame, movies} = engine.train
  const {start} = byMovie
  const often = Array.from({length: start.length - 1}, (_, i) => i)
    .sort((a, b) => start[b + 1] - start[b] - (start[a + 1] - start[a]) || a - b)
    .slice(0, n)
  const chosen = new Float64Array(often.length * F)
  for (const [k, i] of often.entries()) chosen.set(qi.subarray(i * F, i * F + F), k * F)
  const plane = principalPlaces(chosen, F, 2)
  const genreOf = (i: number): string => movies.get(frame.movieIds.ids[i])?.genres[0] ?? OTHER
  const named = tally(often.map(genreOf))
    .slice(0, GENRES_ON_MAP)
    .map(([genre]) => genre)
  return often.map((i, k) => {
    const genre = genreOf(i)
    const title = movies.title(frame.movieIds.ids[i])
    return {title, x: plane[2 * k], y: plane[2 * k + 1], group: named.includes(genre) ? genre : OTHER}
  })
}

/** What an engine that knows its uncertainty says of one user and one movie. */
export interface Sureness {
  userId: UserId
  /** How many movies the user rated. */
  ratings: number
  /** The prediction, unclipped, in stars. */
  score: number
  /** The lower end of the interval, in stars. */
  low: number
  /** The upper end of the interval, in stars. */
  high: number
  /** Of the interval, in stars. */
  width: number
}

/**
 * Two users for whom a movie gets the same score, within 0.02 stars, of whom the engine is as differently sure as of no other
 * such two: the first has the narrower interval. Only users who have not rated the movie.
 */
export function sureAndUnsure(engine: RatingEngine<any>, movieId: MovieId): Table<Sureness> {
  const {start, index} = engine.train.byUser
  const i = engine.train.frame.movieIds.indexOf(movieId)
  const all = engine.train.frame.userIds.ids.flatMap((userId, u): Sureness[] => {
    const rated = index.subarray(start[u], start[u + 1])
    if (rated.length === 0 || rated.includes(i)) return []
    const {score, interval} = engine.predictDetailed(userId, movieId)
    if (interval === undefined)
      throw new ArgumentError(`${engine.name} gives no intervals. Use an engine that does: bayesian.`)
    const [low, high] = interval
    return [{userId, ratings: rated.length, score, low, high, width: high - low}]
  })
  all.sort((a, b) => a.score - b.score)
  let found: Sureness[] = []
  for (const [k, one] of all.entries()) {
    for (let m = k + 1; m < all.length && all[m].score - one.score <= 0.02; m++) {
      const other = all[m]
      if (found.length === 0 || Math.abs(other.width - one.width) > found[1].width - found[0].width)
        found = other.width > one.width ? [one, other] : [other, one]
    }
  }
  return new Table(found, {decimals: {score: 2, low: 2, high: 2, width: 2}})
}

/** Dense indices of the movies with enough training ratings. */
function wellKnown(engine: Factored, minRatings: number): number[] {
  const {start} = engine.train.byMovie
  const movies = Array.from({length: start.length - 1}, (_, i) => i).filter(
    i => start[i + 1] - start[i] >= Math.max(1, minRatings)
  )
  if (movies.length === 0)
    throw new ArgumentError(`No movie has ${minRatings} training ratings. Lower minRatings.`)
  return movies
}
