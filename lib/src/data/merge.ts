import {ArgumentError} from '../errors'
import {placeIn} from '../math/search'
import {count} from '../show/numbers'
import {compareIds, IdIndex, isWholeId, type MovieId, type UserId} from './ids'
import {type Movie, Movies} from './movies'
import {Ratings, type RatingsFrame, shortest} from './ratings'

/** @internal Ratings with new ones among them, and what became of the old ones' indices. */
export interface Merged {
  readonly ratings: Ratings
  /** [users before] the dense index of each now */
  readonly users: Int32Array
  /** [movies before] the dense index of each now */
  readonly movies: Int32Array
  /** The new ratings, and what stood in the place of each before; NaN where nothing did. All arrays are [new ratings]. */
  readonly taken: {readonly u: Int32Array; readonly i: Int32Array; readonly was: Float32Array}
  /** Users who had no rating before. */
  readonly newUsers: number
  /** [new] movies that had no rating before, ascending */
  readonly newMovies: Int32Array
  /** Pairs of user and movie that were there: their rating is the new one's now, their clicks the sum. */
  readonly replaced: number
  /** What should be looked at: one sentence each, with its numbers. */
  readonly warnings: readonly string[]
}

/** Fewer ratings than this say nothing of the scale that they are on. */
const ENOUGH = 20

/**
 * @internal Old ratings with new ones. The new rating of a pair takes the place of the old one; clicks are added up. Ids, catalogue
 * and users are those of both; the scale is the old one. Merging all at once or in parts gives the same. O(old + new · log).
 * @throws ArgumentError where the new ratings are clicks and the old ones stars, are outside the scale, or have other kinds of ids.
 */
export function mergeRatings(old: Ratings, added: Ratings): Merged {
  checkAlike(old, added)
  const {frame, u, i} = widened(old, added)
  const from = old.frame
  const users = placesOf(from.userIds, frame.userIds)
  const movies = placesOf(from.movieIds, frame.movieIds)
  const timed = added.rows.t !== undefined && (old.rows.t !== undefined || old.length === 0)
  const rows = {
    u: new Int32Array(old.length + added.length),
    i: new Int32Array(old.length + added.length),
    r: new Float32Array(old.length + added.length),
    ...(timed ? {t: new Float64Array(old.length + added.length)} : {})
  }
  for (let n = 0; n < old.length; n++) {
    rows.u[n] = users[old.rows.u[n]]
    rows.i[n] = movies[old.rows.i[n]]
  }
  rows.r.set(old.rows.r)
  if (timed && old.rows.t !== undefined) rows.t?.set(old.rows.t)
  const before = {u: inverseOf(users, frame.userIds.length), i: inverseOf(movies, frame.movieIds.length)}
  const was = new Float32Array(added.length).fill(Number.NaN)
  let length = old.length
  for (let n = 0; n < added.length; n++) {
    const known = rowOfPair(old, before.u[u[n]], before.i[i[n]])
    const at = known < 0 ? length++ : known
    if (known >= 0) was[n] = old.rows.r[known]
    rows.u[at] = u[n]
    rows.i[at] = i[n]
    rows.r[at] = added.rows.r[n] + (old.clicks && known >= 0 ? old.rows.r[known] : 0)
    if (timed && rows.t !== undefined) rows.t[at] = (added.rows.t as Float64Array)[n]
  }
  const {userIds, movieIds} = frame
  const rated = {u: ratedIn(u, userIds.length), i: ratedIn(i, movieIds.length)}
  const had = {u: ratedIn(old.rows.u, from.userIds.length), i: ratedIn(old.rows.i, from.movieIds.length)}
  const isNew = (side: 'u' | 'i', k: number): boolean =>
    before[side][k] < 0 || had[side][before[side][k]] === 0
  const newMovies = indicesWhere(rated.i, k => isNew('i', k))
  return {
    ratings: new Ratings(
      shortened(rows, length),
      old.clicks ? {...frame, scale: scaleOf(old, rows.r)} : frame
    ),
    users,
    movies,
    taken: {u, i, was},
    newUsers: indicesWhere(rated.u, k => isNew('u', k)).length,
    newMovies,
    replaced: old.length + added.length - length,
    warnings: warningsOf(old, added, rated.i, newMovies, timed)
  }
}

function checkAlike(old: Ratings, added: Ratings): void {
  if (old.length > 0 && old.clicks !== added.clicks) {
    const kind = (clicks: boolean): string => (clicks ? 'clicks' : 'stars')
    throw new ArgumentError(
      `The new rows are ${kind(added.clicks)}, those it was fitted on ${kind(old.clicks)}. Read them alike: --columns rating=none reads clicks, rating=NAME the column of the stars.`
    )
  }
  if (old.clicks) return
  const [min, max] = old.scale
  const outside = added.rows.r.filter(r => r < Math.fround(min) || r > Math.fround(max))
  if (outside.length > 0)
    throw new ArgumentError(
      `${count(outside.length)} of ${count(added.length)} new ratings are outside the scale of the training ratings, ${min} to ${max}: the first is ${shortest(outside[0])}. Put them on that scale, or fit again on all ratings, read with a wider one: scale: [1, 10], or --scale 1,10.`
    )
}

/** The frame of both, and the new rows in its indices. */
function widened(old: Ratings, added: Ratings): {frame: RatingsFrame; u: Int32Array; i: Int32Array} {
  const {frame} = old
  if (added.frame === frame) return {frame, u: added.rows.u, i: added.rows.i}
  const users = adopted('user', frame.userIds, added.frame.userIds, added.rows.u)
  const movies = adopted('movie', frame.movieIds, added.frame.movieIds, added.rows.i)
  const all = added.users === undefined ? old.users : new Map([...(old.users ?? []), ...added.users])
  return {
    frame: {
      userIds: users.ids,
      movieIds: movies.ids,
      scale: frame.scale,
      movies: bothCatalogues(old.movies, added.movies, frame.movieIds),
      ...(all === undefined ? {} : {users: all}),
      ...((old.length === 0 ? added : old).clicks ? {clicks: true} : {})
    },
    u: added.rows.u.map(k => users.places[k]),
    i: added.rows.i.map(k => movies.places[k])
  }
}

/** Old ids with those new ones that have a row, and the places of the new ones among them, -1 for those without rows. */
function adopted<Id extends MovieId | UserId>(
  noun: 'user' | 'movie',
  old: IdIndex<Id>,
  added: IdIndex<Id>,
  rows: Int32Array
): {ids: IdIndex<Id>; places: Int32Array} {
  const present = ratedIn(rows, added.length)
  const as = kindOf(old)
  const known = Int32Array.from(added.ids, id => old.indexOf(id))
  const strangers = added.ids
    .filter((_, k) => present[k] === 1 && known[k] < 0)
    .map(id => {
      const own = as(id)
      if (own === undefined)
        throw new ArgumentError(
          `The ${noun} ids of the new ratings are of another kind than those of the training ratings: these are ${old.describe(noun)}, and a new one is ${JSON.stringify(id)}. Write the same ids in both files.`
        )
      return own
    })
  if (strangers.length === 0) return {ids: old, places: known}
  const ids = new IdIndex([...old.ids, ...strangers].sort(compareIds))
  return {ids, places: Int32Array.from(added.ids, (id, k) => (present[k] === 1 ? ids.indexOf(id) : -1))}
}

/** An id as the old ones are written, numbers or texts; undefined where it is none of their kind. */
function kindOf<Id extends MovieId | UserId>({ids}: IdIndex<Id>): (id: Id) => Id | undefined {
  const numbers = ids.some(id => typeof id === 'number')
  const texts = ids.some(id => typeof id === 'string')
  const whole = texts && ids.some(id => typeof id === 'string' && isWholeId(id))
  return id => {
    if (numbers === texts || (numbers && typeof id === 'number') || (texts && typeof id === 'string'))
      return id
    if (numbers) return isWholeId(String(id)) ? (Number(id) as Id) : undefined
    return whole ? (String(id) as Id) : undefined
  }
}

/** The old catalogue, movies without a title given those of the new one, then what only the new one lists. */
function bothCatalogues(old: Movies, added: Movies, ids: IdIndex<MovieId>): Movies {
  if (old === added) return old
  const as = kindOf(ids)
  const only = [...added].flatMap(movie => {
    const movieId = old.has(movie.movieId) ? undefined : as(movie.movieId)
    return movieId === undefined ? [] : [{...movie, movieId}]
  })
  const better = (movie: Movie): Movie =>
    movie.originalTitle === '' ? {...(added.get(movie.movieId) ?? movie), movieId: movie.movieId} : movie
  return Movies.from(
    [...old]
      .map(better)
      .concat(only)
      .map(movie => ({...movie, title: movie.originalTitle}))
  )
}

/** Clicks of a pair may add up to more than there were of any. */
function scaleOf({scale: [min, max]}: Ratings, r: Float32Array): readonly [number, number] {
  return [min, shortest(r.reduce((most, one) => Math.max(most, one), max))]
}

function placesOf<Id extends MovieId | UserId>(old: IdIndex<Id>, now: IdIndex<Id>): Int32Array {
  return Int32Array.from(old.ids, (id, k) => (old === now ? k : now.indexOf(id)))
}

/** Where each index of now was before, -1 for a new one. */
function inverseOf(places: Int32Array, length: number): Int32Array {
  const inverse = new Int32Array(length).fill(-1)
  for (let k = 0; k < places.length; k++) inverse[places[k]] = k
  return inverse
}

function rowOfPair({byUser: {start, index, row}}: Ratings, u: number, i: number): number {
  if (u < 0 || i < 0) return -1
  const at = placeIn(index, i, start[u], start[u + 1])
  return at < 0 ? -1 : row[at]
}

function ratedIn(rows: Int32Array, length: number): Uint8Array {
  const rated = new Uint8Array(length)
  for (let n = 0; n < rows.length; n++) rated[rows[n]] = 1
  return rated
}

function indicesWhere(marks: Uint8Array, of: (k: number) => boolean): Int32Array {
  return Int32Array.from(marks.keys()).filter(k => marks[k] === 1 && of(k))
}

type Rows = {u: Int32Array; i: Int32Array; r: Float32Array; t?: Float64Array}

function shortened({u, i, r, t}: Rows, length: number): Rows {
  if (length === u.length) return {u, i, r, ...(t === undefined ? {} : {t})}
  const times = t === undefined ? {} : {t: t.slice(0, length)}
  return {u: u.slice(0, length), i: i.slice(0, length), r: r.slice(0, length), ...times}
}

function warningsOf(
  old: Ratings,
  added: Ratings,
  rated: Uint8Array,
  newMovies: Int32Array,
  timed: boolean
): string[] {
  const said: string[] = []
  const movies = rated.reduce((sum, one) => sum + one, 0)
  if (newMovies.length > movies / 2 && old.length > 0)
    said.push(
      `${count(movies - newMovies.length)} of ${count(movies)} movies of the new ratings are in the training ratings: check that both files write the same ids.`
    )
  const [min, max] = old.scale
  const most = added.rows.r.reduce((high, r) => Math.max(high, r), Number.NEGATIVE_INFINITY)
  if (!old.clicks && added.length >= ENOUGH && most <= (min + max) / 2)
    said.push(
      `The largest new rating is ${shortest(most)}, on a scale from ${min} to ${max}: check that both files are on the same scale.`
    )
  if (old.rows.t !== undefined && !timed && added.length > 0)
    said.push('The new ratings have no times, so the times of the training ratings are left out, too.')
  return said
}
