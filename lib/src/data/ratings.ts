import {ArgumentError, checkCount, OptionError, RatingsNeededError, type SkippedLine} from '../errors'
import {shown} from '../printable'
import {type DataFrame, dataFrame} from '../show/dataFrame'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import {Table} from '../show/table'
import {type Compressed, group, transpose} from './compressed'
import {DUPLICATES, type Duplicates, duplicateRows, mergeDuplicates} from './duplicates'
import {compareIds, faultOfId, IdIndex, isWholeId, type MovieId, type UserId} from './ids'
import {Movies} from './movies'
import {describeRatings} from './statistics'
import {secondsOfIso, toSeconds} from './times'

/** One rating; `timestamp` in seconds since 1970. */
export interface RatingRow {
  userId: UserId
  movieId: MovieId
  /** In stars, or in whatever unit the ratings are. */
  rating: number
  /** Seconds since 1970. */
  timestamp?: number
}

/** One rating as people have it: its time in seconds since 1970, as a date, or as an ISO text (UTC where it names no zone). */
export type RatingInput = Omit<RatingRow, 'timestamp'> & {timestamp?: number | Date | string}

/** What some editions know of a user. */
export interface User {
  userId: UserId
  /** In years, or as the data groups it. */
  age?: number
  /** As the data has it. */
  gender?: string
  /** As the data has it. */
  occupation?: string
}

/** Ratings in the order of their rows; all arrays are [ratings]. */
export interface RatingColumns {
  readonly u: Int32Array
  readonly i: Int32Array
  readonly r: Float32Array
  readonly t?: Float64Array
}

/** What is known of ratings that were left out of a model file. */
export interface Withheld {
  /** How many ratings there were, of how many users, and their mean in stars. */
  readonly ratings: number
  /** How many users had at least one. */
  readonly users: number
  /** Their mean, in stars. */
  readonly mean: number
  /** @internal [movies] how many people rated each movie */
  readonly raters: Int32Array
}

/** What a split shares with its parent: ids, scale, catalogue, users. */
export interface RatingsFrame {
  readonly userIds: IdIndex<UserId>
  readonly movieIds: IdIndex<MovieId>
  readonly scale: readonly [min: number, max: number]
  readonly movies: Movies
  readonly users?: ReadonlyMap<UserId, User>
  /** What the reader left out, and what it has doubts about. */
  readonly skipped?: readonly SkippedLine[]
  readonly warnings?: readonly string[]
  /** How the reader took the columns, where that was a guess. */
  readonly readAs?: string
  readonly clicks?: boolean
  readonly withheld?: Withheld
}

/**
 * Who rated what: immutable, in typed arrays by row, by user and by movie. Dense indices follow the order of the ids, so the
 * order of rows in a file changes no result. Memory: 12 bytes a rating, 24 more once it is walked by user and by movie.
 */
export class Ratings {
  /** Number of ratings. */
  readonly length: number
  /** Users with at least one rating here. */
  readonly userCount: number
  /** Movies with at least one rating here; `movies.length` counts what is listed. */
  readonly movieCount: number
  /** Mean rating, in stars; NaN where there is none. */
  readonly mean: number
  /** The smallest and the largest rating seen; in a split, those of its parent. */
  readonly scale: readonly [min: number, max: number]
  /** The catalogue: all listed movies, rated or not. */
  readonly movies: Movies
  /** Age, gender and occupation by user, where the data has them. */
  readonly users?: ReadonlyMap<UserId, User>
  /** Lines of the file that were left out because `onBadLine: 'skip'` asked for it. */
  readonly skipped: readonly SkippedLine[]
  /**
   * Numbers, from 0, of the rows of the files that are no ratings here: bad lines, and rows of a pair of user and movie that was made one.
   * Rows are counted without header and blank lines; a part of the ratings has rows of its own.
   */
  readonly rowsLeftOut: readonly number[]
  /** What the reader could not decide: a last line without a line end. */
  readonly warnings: readonly string[]
  /** Which columns the reader took for what, where it guessed: "read as: user = uid, movie = asin, rating = stars." */
  readonly readAs?: string
  /** Whether the rows are clicks, signs of interest counted by pair, and no ratings in stars. */
  readonly clicks: boolean
  /** Where a model file was written without its ratings: what is known of them. There is not one row then, and nobody is known. */
  readonly withheld?: Withheld
  /** @internal Ids and dense indices, shared by a split and its parent. */
  readonly frame: RatingsFrame
  /** @internal The rows; never write to them. */
  readonly rows: RatingColumns
  #byUser: Compressed | undefined
  #byMovie: Compressed | undefined

  /** @internal Use `Ratings.from`, `readRatings` or `loadMovieLens`. */
  constructor(rows: RatingColumns, frame: RatingsFrame, rowsLeftOut: readonly number[] = []) {
    this.rows = rows
    this.rowsLeftOut = rowsLeftOut
    this.frame = frame
    this.length = rows.r.length
    this.scale = frame.scale
    this.movies = frame.movies
    if (frame.users !== undefined) this.users = frame.users
    this.skipped = frame.skipped ?? []
    this.warnings = frame.warnings ?? []
    this.clicks = frame.clicks ?? false
    if (frame.readAs !== undefined) this.readAs = frame.readAs
    const {mean, users, movies} = census(rows, frame.userIds.length, frame.movieIds.length)
    const {withheld} = frame
    if (withheld !== undefined) this.withheld = withheld
    this.mean = withheld?.mean ?? mean
    this.userCount = users
    this.movieCount =
      withheld === undefined ? movies : withheld.raters.reduce((n, one) => n + Number(one > 0), 0)
    Object.freeze(this)
  }

  /** @internal Not one rating, and what is known of those there were. */
  static withheld(frame: RatingsFrame & {readonly withheld: Withheld}): Ratings {
    const none = new Int32Array(0)
    return new Ratings({u: none, i: none, r: new Float32Array(0)}, frame)
  }

  /**
   * Ratings from rows in memory. Times that are too large to be seconds are read as milliseconds, microseconds or nanoseconds, which
   * `warnings` says.
   * @throws ArgumentError for a rating that is no number, a negative id, a time that is none, or a (user, movie) pair that comes twice; `duplicates`
   * keeps the `first` or the `last` of such by time, their `mean` or their `sum`.
   */
  static from(
    rows: Iterable<RatingInput>,
    movies?: Movies,
    o: {scale?: readonly [number, number]; users?: Iterable<User>; duplicates?: Duplicates} = {}
  ): Ratings {
    checkDuplicates(o.duplicates)
    if (typeof (rows as Partial<typeof rows> | undefined)?.[Symbol.iterator] !== 'function')
      throw new ArgumentError(
        `Expected rows as [{userId: 1, movieId: 2, rating: 4}], got ${shown(rows)}. Read a file with readRatings().`
      )
    const users: UserId[] = []
    const items: MovieId[] = []
    const r: number[] = []
    const t: number[] = []
    let timed = true
    for (const row of rows) {
      const where = `Row ${r.length}`
      if (typeof row !== 'object' || row === null)
        throw new ArgumentError(`${where}: expected {userId, movieId, rating}, got ${shown(row)}.`)
      const {userId, movieId, rating, timestamp} = row
      for (const id of [userId, movieId]) {
        const fault = faultOfId(id)
        if (fault !== undefined)
          throw new ArgumentError(`${where}: expected ids from 0 up or non-empty texts, got ${fault}.`)
      }
      if (typeof rating !== 'number' || !Number.isFinite(rating))
        throw new ArgumentError(`${where}: expected a finite rating, got ${String(rating)}.`)
      users.push(userId)
      items.push(movieId)
      r.push(rating)
      if (timestamp === undefined) timed = false
      t.push(timestamp === undefined ? Number.NaN : secondsOf(timestamp, where))
    }
    const userIds = indexOfColumn(users)
    const movieIds = indexOfColumn(items)
    const times = timed && r.length > 0 ? Float64Array.from(t) : undefined
    const columns = {
      u: Int32Array.from(users, id => userIds.indexOf(id)),
      i: Int32Array.from(items, id => movieIds.indexOf(id)),
      r: Float32Array.from(r),
      ...(times === undefined ? {} : {t: times})
    }
    const warnings = times === undefined ? [] : toSeconds(times)
    const frame = {
      userIds,
      movieIds,
      movies: movies ?? Movies.ofIds(movieIds.ids),
      warnings,
      ...(o.users === undefined ? {} : {users: new Map([...o.users].map(user => [user.userId, user]))})
    }
    return once(
      columns,
      frame,
      o,
      row =>
        new ArgumentError(
          `Row ${row}: user ${users[row]} rates movie ${items[row]} a second time. Keep one rating for each pair, or say which by duplicates: 'last' (first, mean, sum).`
        )
    )
  }

  /** @internal The rows of these positions, in this order, in the same frame. */
  select(positions: ArrayLike<number>, rowsLeftOut: readonly number[] = []): Ratings {
    const n = positions.length
    const {u, i, r, t} = this.rows
    const rows = {
      u: new Int32Array(n),
      i: new Int32Array(n),
      r: new Float32Array(n),
      ...(t ? {t: new Float64Array(n)} : {})
    }
    for (let k = 0; k < n; k++) {
      const p = positions[k]
      rows.u[k] = u[p]
      rows.i[k] = i[p]
      rows.r[k] = r[p]
      if (t !== undefined && rows.t !== undefined) rows.t[k] = t[p]
    }
    return new Ratings(rows, this.frame, rowsLeftOut)
  }

  /** @internal By user: indices are movies. Made on first use. */
  get byUser(): Compressed {
    if (this.withheld !== undefined)
      throw new RatingsNeededError(
        'That takes the ratings of training, and the model was saved without them. Save it with its ratings.'
      )
    if (this.#byUser === undefined) {
      const {u, i, r} = this.rows
      this.#byUser = transpose(group(i, u, r, this.frame.movieIds.length), this.frame.userIds.length)
    }
    return this.#byUser
  }

  /** @internal By movie: indices are users. Made on first use. */
  get byMovie(): Compressed {
    this.#byMovie ??= transpose(this.byUser, this.frame.movieIds.length)
    return this.#byMovie
  }

  /** @internal The rows in the dense indices of other ids, -1 where an id is not among them. */
  indexedBy(
    userIds: IdIndex<UserId>,
    movieIds: IdIndex<MovieId>
  ): {u: Int32Array; i: Int32Array; t?: Float64Array} {
    const {u, i, t} = this.rows
    const times = t === undefined ? {} : {t}
    if (this.frame.userIds === userIds && this.frame.movieIds === movieIds) return {u, i, ...times}
    const users = Int32Array.from(this.frame.userIds.ids, id => userIds.indexOf(id))
    const movies = Int32Array.from(this.frame.movieIds.ids, id => movieIds.indexOf(id))
    return {u: u.map(one => users[one]), i: i.map(one => movies[one]), ...times}
  }

  /** @internal All rows but these, which ascend; those left out before are of the same file. */
  without(rows: readonly number[]): Ratings {
    const kept = new Int32Array(this.length - rows.length)
    for (let n = 0, k = 0; n < this.length; n++) {
      if (n === rows[k]) k++
      else kept[n - k] = n
    }
    return this.select(kept, mergedRows(this.rowsLeftOut, rows))
  }

  /** The ratings of one user with titles, best first; ties by id. An unknown user has none. */
  of(userId: UserId): Table<{movieId: MovieId; title: string; rating: number; timestamp?: number}> {
    const u = this.frame.userIds.indexOf(userId)
    const rows: Array<{movieId: MovieId; title: string; rating: number; timestamp?: number}> = []
    if (u >= 0) {
      const {start, index, value, row} = this.byUser
      for (let k = start[u]; k < start[u + 1]; k++) {
        const movieId = this.frame.movieIds.ids[index[k]]
        const timestamp = this.rows.t?.[row[k]]
        rows.push({
          movieId,
          title: this.movies.title(movieId),
          rating: value[k],
          ...(timestamp === undefined ? {} : {timestamp})
        })
      }
      rows.sort((a, b) => b.rating - a.rating)
    }
    return new Table(rows, {columns: ['movieId', 'title', 'rating'], decimals: {rating: 1}})
  }

  /** The first rows with the titles of their movies. */
  head(n = 5): Table<RatingRow & {title: string}> {
    checkCount('n', n)
    const rows: Array<RatingRow & {title: string}> = []
    for (const row of this) {
      if (rows.length === n) break
      rows.push({...row, title: this.movies.title(row.movieId)})
    }
    const caption = rows.length < this.length ? `${this}, the first ${count(n)}` : String(this)
    return new Table(rows, {
      columns: ['userId', 'movieId', 'title', 'rating'],
      decimals: {rating: 1},
      caption
    })
  }

  /** Draws the first rows, and how many there are, in the notebook cell that runs. */
  show(): void {
    this.head().show()
  }

  /** Count, users, movies, mean, deviation, quartiles and density; the same as `describeRatings`. */
  describe(): Table<{statistic: string; value: string}> {
    return describeRatings(this)
  }

  /**
   * The rows as a data frame of danfojs, with the columns userId, movieId, rating and (where known) timestamp. It holds ordinary
   * arrays: good for a hundred thousand rows, slow for millions, where the tables of this library are the way.
   * @throws MovieRecsError where danfojs-node is not installed.
   */
  toDataFrame(): DataFrame {
    const {u, i, r, t} = this.rows
    const {userIds, movieIds} = this.frame
    return dataFrame({
      userId: Array.from(u, index => userIds.ids[index]),
      movieId: Array.from(i, index => movieIds.ids[index]),
      rating: Array.from(r),
      ...(t === undefined ? {} : {timestamp: Array.from(t)})
    })
  }

  /** Every row with its ids, in row order. For small data: a million rows of objects are slow. */
  *[Symbol.iterator](): Iterator<RatingRow> {
    const {u, i, r, t} = this.rows
    for (let n = 0; n < r.length; n++) {
      yield {
        userId: this.frame.userIds.ids[u[n]],
        movieId: this.frame.movieIds.ids[i[n]],
        rating: r[n],
        ...(t === undefined ? {} : {timestamp: t[n]})
      }
    }
  }

  /** "100,004 ratings, 671 users × 9,066 movies" */
  toString(): string {
    if (this.withheld !== undefined)
      return `${count(this.withheld.ratings)} ratings that are not here, ${count(this.withheld.users)} users × ${count(this.movieCount)} movies`
    return `${count(this.length)} ${this.clicks ? 'pairs with clicks' : 'ratings'}, ${count(this.userCount)} users × ${count(this.movieCount)} movies`
  }
}

printAsText(Ratings, ratings => `Ratings(${ratings})`)

/** Ids of rows in memory: where both kinds stand in one column, 15 and '15' are the same, as numbers where all can be. */
function indexOfColumn<Id extends number | string>(column: readonly Id[]): IdIndex<Id> {
  const ids = [...new Set(column)]
  const kinds = new Set(ids.map(id => typeof id))
  const whole = ids.every(id => isWholeId(String(id)))
  const alike = kinds.size < 2 ? ids : [...new Set(ids.map(id => (whole ? Number(id) : String(id)) as Id))]
  return new IdIndex(alike.sort(compareIds))
}

/** A time as people have it, in seconds since 1970. */
function secondsOf(time: number | Date | string, where: string): number {
  const seconds =
    typeof time === 'string' ? secondsOfIso(time) : time instanceof Date ? time.getTime() / 1000 : time
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return seconds
  throw new ArgumentError(
    `${where}: expected a timestamp in seconds since 1970, a Date or an ISO date as 2018-03-22, got ${String(time)}.`
  )
}

/** Rows of a file that were left out first, and those left out then, which are counted without them: all in one count, ascending. */
function mergedRows(first: readonly number[], then: readonly number[]): number[] {
  const merged: number[] = []
  let k = 0
  for (const row of then) {
    while (k < first.length && first[k] <= row + k) merged.push(first[k++])
    merged.push(row + k)
  }
  return [...merged, ...first.slice(k)]
}

/** @internal Ratings of rows with each pair once, by `o.duplicates`; `error` says of a row what is wrong where that is an error. */
export function once(
  rows: RatingColumns,
  frame: Omit<RatingsFrame, 'scale' | 'warnings'> & {warnings: string[]},
  o: {scale?: readonly [number, number] | undefined; duplicates?: Duplicates | undefined},
  error: (row: number) => Error,
  rowsLeftOut: readonly number[] = []
): Ratings {
  const {userIds, movieIds, clicks = false, warnings} = frame
  const {duplicates = clicks ? 'sum' : 'error'} = o
  const again = duplicateRows(rows.u, rows.i, userIds.length, movieIds.length, duplicates !== 'error')
  let given = o.scale
  let out: readonly number[] = []
  if (again.length > 0) {
    if (duplicates === 'error') throw error(again[0])
    const merged = mergeDuplicates(rows, again, movieIds.length, duplicates)
    warnings.push(merged.said)
    out = merged.out
    if (duplicates === 'sum') given = undefined
  }
  const [min, max] = given ?? scaleOf(rows.r)
  const all = new Ratings(
    rows,
    {...frame, scale: [clicks && given === undefined ? 0 : min, max]},
    rowsLeftOut
  )
  return out.length === 0 ? all : all.without(out)
}

/** @internal @throws OptionError */
export function checkDuplicates(duplicates: Duplicates = 'error'): void {
  if (!DUPLICATES.includes(duplicates))
    throw new OptionError(
      'duplicates',
      duplicates,
      `Option duplicates: expected one of ${DUPLICATES.join(', ')}, got ${String(duplicates)}.`
    )
}

/** @internal The smallest and largest value, in as few decimals as name them; 1 to 5 where there is none. */
export function scaleOf(r: Float32Array): readonly [number, number] {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let n = 0; n < r.length; n++) {
    if (r[n] < min) min = r[n]
    if (r[n] > max) max = r[n]
  }
  return r.length === 0 ? [1, 5] : [shortest(min), shortest(max)]
}

/** @internal The shortest decimal number that a single-precision number is the nearest to: 8.7 where 8.699999809 is kept. */
export function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

/** Mean rating and how many users and movies have one, in one pass. */
function census(
  {u, i, r}: RatingColumns,
  userCount: number,
  movieCount: number
): {mean: number; users: number; movies: number} {
  const hasUser = new Uint8Array(userCount)
  const hasMovie = new Uint8Array(movieCount)
  let sum = 0
  for (let n = 0; n < r.length; n++) {
    sum += r[n]
    hasUser[u[n]] = 1
    hasMovie[i[n]] = 1
  }
  let users = 0
  for (let k = 0; k < userCount; k++) users += hasUser[k]
  let movies = 0
  for (let k = 0; k < movieCount; k++) movies += hasMovie[k]
  return {mean: sum / r.length, users, movies}
}

/** @internal Refuses what are no ratings, where `what` expects some: no compiler has seen a call from JavaScript. */
export function checkRatings(ratings: unknown, what: string): asserts ratings is Ratings {
  if (!(ratings instanceof Ratings))
    throw new ArgumentError(`${what} expects Ratings, got ${shown(ratings)}. Read some with readRatings().`)
}
