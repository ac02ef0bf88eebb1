import {existsSync} from 'node:fs'
import path from 'node:path'
import {ArgumentError, checkPath, DataFormatError, OptionError, type SkippedLine} from '../../errors'
import {isParquet} from '../../files/parquet/footer'
import type {Duplicates} from '../duplicates'
import {compareIds, IdIndex, idsAsWritten, type MovieId, otherKind, type UserId} from '../ids'
import {Movies} from '../movies'
import {checkDuplicates, once, type Ratings, type User} from '../ratings'
import {DATE_FORMATS, type DateFormat, toSeconds} from '../times'
import {LineWindow, readBytes, STANDARD_INPUT} from './bytes'
import {countedLayout} from './counted'
import {nothingIn} from './fields'
import {detectRatingLayout, NONE, type RatingLayout, scaleOfTen} from './layout'
import {parseParquet} from './parquetRatings'
import {parquetRows} from './parquetRows'
import {IdColumn, type ParsedRatings, type ParseOptions, parseRatings} from './parseRatings'
import {filesOfParts} from './parts'
import type {RatingColumnNames} from './ratingColumns'
import {
  type MovieColumnNames,
  type MovieRow,
  type MovieRows,
  readMovieRows,
  readUserRows
} from './readCatalogue'
import {reshape, shapeOf} from './shapes'

/** How a ratings file is read; its layout is found out, not configured. */
export interface ReadRatingsOptions {
  /** The file of titles and genres; `none` looks for none. @default movies.csv, movies.dat, u.item or movies.parquet beside the ratings */
  movies?: string
  /** The names of the columns of titles and genres where they are not usual ones. */
  movieColumns?: MovieColumnNames
  /** The file of ages, genders and occupations; `none` looks for none. @default users.dat, u.user, users.csv or users.parquet beside the ratings */
  users?: string
  /** The names of the columns where they are not usual ones. Ids may be texts. */
  columns?: RatingColumnNames
  /** Whether the first line names the columns. @default found out */
  header?: boolean
  /** `skip` leaves bad lines out and lists them in `ratings.skipped`. @default 'error' */
  onBadLine?: 'error' | 'skip'
  /** What becomes of a user's ratings of one movie: the first or the last by time, their mean or their sum. @default 'error', 'sum' of clicks */
  duplicates?: Duplicates
  /** Ratings outside are bad lines. @default 0.5 to 5 in MovieLens' own layouts, any finite number elsewhere */
  scale?: readonly [min: number, max: number]
  /** The form of dates that are not ISO ones. @default such dates are refused: 05/07/2018 may be May or July */
  dateFormat?: DateFormat
}

/** How a file of movies is read. */
export interface ReadMoviesOptions {
  /** The names of the columns where they are not usual ones. */
  columns?: MovieColumnNames
  /** `skip` leaves bad lines out and lists them in `movies.skipped`. @default 'error' */
  onBadLine?: 'error' | 'skip'
}

/** What is looked for beside the ratings. */
const BESIDE = {
  movies: ['movies.csv', 'movies.dat', 'u.item', 'movies.parquet'],
  users: ['users.dat', 'u.user', 'users.csv', 'users.parquet']
}
const MOVIELENS_SCALE: readonly [number, number] = [0.5, 5]
const SCALE_OF_TEN: readonly [number, number] = [0, 10]
const OF_TEN = 'read as: ratings on a scale 0 to 10, as most of the first are above 5.'
const ANY_SCALE: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]

/**
 * Reads ratings from a file in any layout: CSV with a header (people's own column names and text ids too), tab-separated
 * `u.data`, `::` .dat; with or without timestamps; packed by gzip or in UTF-16, too, and `-` is standard input; Parquet. Several files are read as
 * parts of one, and a folder stands for its parts: files of one name but for numbers, as Spark writes them.
 * @throws DataFormatError with file, line (in Parquet the row), what was expected and what to do; OptionError where it must be told which column is which.
 * @example
 * const ratings = await readRatings('reviews.csv', {columns: {user: 'uid', movie: 'asin', rating: 'stars'}})
 */
export async function readRatings(
  file: string | readonly string[],
  o: ReadRatingsOptions = {}
): Promise<Ratings> {
  checkOptions(o)
  const files = [file].flat()
  for (const one of files) checkPath(one)
  if (files.length === 0) throw new ArgumentError('Expected a file of ratings, got an empty list.')
  return readRatingFiles(await filesOfParts(files), o, {beside: files[0]})
}

/**
 * Reads a catalogue: `movieId,title,genres` CSV, `::` movies.dat in ISO-8859-1 or UTF-8, `u.item`, or people's own CSV or Parquet.
 * @throws DataFormatError with file, line, what was expected and what to do.
 */
export async function readMovies(file: string, o: ReadMoviesOptions = {}): Promise<Movies> {
  checkPath(file)
  const skipped: SkippedLine[] = []
  const {rows} = readMovieRows(file, o.onBadLine === 'skip', skipped, o.columns, await parquetRows(file))
  return catalogue(rows, undefined, skipped)
}

/**
 * @internal Ratings of one or more files of the same layout, in turn, with what stands beside the first (or `beside`, which they are the parts of):
 * of an edition, it belongs to the ratings, and a fault in it is an error; elsewhere it steps aside with a warning.
 */
export async function readRatingFiles(
  files: readonly string[],
  o: ReadRatingsOptions,
  {edition = false, beside: place = files[0]}: {edition?: boolean; beside?: string} = {}
): Promise<Ratings> {
  const all: Part[] = []
  for (const file of files) all.push(await readPart(file, o))
  const parts = filledParts(all, files.length > 1 && files[0] !== place)
  const first = parts[0]
  const kept = parts.length === 1 ? first.parsed : join(parts.map(part => part.parsed))
  const userIds = denseIds<UserId>(kept.users, kept.length)
  const movieIds = denseIds<MovieId>(kept.movies, kept.length)
  const r = trimmed(kept.r, kept.length)
  const t = kept.t === undefined ? undefined : trimmed(kept.t, kept.length)
  if (t !== undefined) kept.warnings.push(...toSeconds(t).map(said => `${files[0]}: ${said}`))
  if (first.layout.none !== undefined) warnOfNone(r, first.layout.none, files[0], kept.warnings)
  const columns = {
    u: trimmed(kept.users.values, kept.length),
    i: trimmed(kept.movies.values, kept.length),
    r,
    ...(t === undefined ? {} : {t})
  }
  const beside = <T>(
    option: 'movies' | 'users',
    read: (file: string) => Promise<T>
  ): Promise<T | undefined> => fileFor(option, o[option], place, edition, kept.warnings, read)
  const movies = await beside('movies', file => moviesFor(file, movieIds, o, kept.warnings))
  const users = await beside('users', file => usersFor(file, userIds))
  const frame = {
    userIds,
    movieIds,
    movies: movies ?? (first.layout.titles === true ? ofTitles(movieIds.ids) : Movies.ofIds(movieIds.ids)),
    ...(users === undefined ? {} : {users}),
    skipped: Object.freeze(kept.skipped),
    warnings: kept.warnings,
    ...(first.layout.guess === undefined ? {} : {readAs: `${files[0]}: ${first.layout.guess}`}),
    clicks: first.layout.place.rating < 0 || first.layout.counts === true
  }
  const {u, i} = columns
  const error = (row: number): Error =>
    duplicateError(linesOf(parts, o)(row), userIds.ids[u[row]], movieIds.ids[i[row]])
  return once(columns, frame, o, error, Object.freeze(kept.bad))
}

/** Movies whose ids are their titles. */
function ofTitles(ids: readonly MovieId[]): Movies {
  return Movies.from(ids.map(movieId => ({movieId, title: String(movieId)})))
}

function warnOfNone(r: Float32Array, none: number, file: string, warnings: string[]): void {
  const count = r.reduce((sum, one) => sum + (one === none ? 1 : 0), 0)
  if (count > 0)
    warnings.push(
      `${file}: ${count} of ${r.length} ratings are ${none}, which stands for none in Book-Crossing. scale: [1, 10] and onBadLine: 'skip' (--scale 1,10 --skip-bad-lines) leave them out, rating: 'none' (--columns rating=none) takes all for clicks.`
    )
}

interface Part {
  readonly file: string
  readonly layout: RatingLayout
  readonly how: ParseOptions
  readonly parsed: ParsedRatings
  readonly parquet: boolean
}

async function readPart(file: string, o: ReadRatingsOptions): Promise<Part> {
  const howFor = (layout: RatingLayout, ofTen: boolean): ParseOptions => ({
    skip: o.onBadLine === 'skip',
    scale: o.scale ?? (ofTen ? SCALE_OF_TEN : layout.movieLens ? MOVIELENS_SCALE : ANY_SCALE),
    mixedIds: !layout.movieLens || o.columns !== undefined,
    dateFormat: o.dateFormat,
    lines: false
  })
  if (await isParquet(file)) {
    const read = await parseParquet(file, o.columns ?? {}, o.header, layout => howFor(layout, false))
    return {file, parquet: true, ...read}
  }
  return looking(file, o, (text, shaped) => {
    const found = shaped ?? detectRatingLayout(text, o.columns, o.header)
    const ofTen = o.scale === undefined && scaleOfTen(text, found)
    const layout = ofTen ? {...found, guess: OF_TEN} : found
    const how = howFor(layout, ofTen)
    return {file, layout, how, parsed: parseRatings(text, layout, how), parquet: false}
  })
}

/** The parts that have ratings. A part of a folder may have none; a file that was named is one by mistake then. */
function filledParts(parts: readonly Part[], ofFolder: boolean): Part[] {
  const empty = parts.find(({parsed}) => parsed.length === 0)
  const filled = parts.filter(({parsed}) => parsed.length > 0)
  if (empty !== undefined && (!ofFolder || filled.length === 0))
    throw nothingIn(empty.file, 'rating', empty.parsed.skipped)
  return filled
}

const WHAT = 'a file of ratings'

/** Opens a file for as long as it is looked at; what is of another shape is made rows, whose layout is known then. */
function looking<T>(
  file: string,
  o: ReadRatingsOptions,
  look: (text: LineWindow, layout: RatingLayout | undefined) => T
): T {
  const whole = new LineWindow(file, WHAT)
  try {
    const shape = o.header === undefined ? shapeOf(whole) : undefined
    const known = o.header === undefined && o.columns === undefined
    if (shape === undefined) return look(whole, known ? countedLayout(whole) : undefined)
    const {text, layout} = reshape(shape, readBytes(file, WHAT), o.columns ?? {}, o.scale ?? ANY_SCALE)
    return look(new LineWindow(file, WHAT, text), layout)
  } finally {
    whole.close()
  }
}

/** Says where a row stood: parses texts again, this time with the lines. */
function linesOf(
  parts: readonly Part[],
  o: ReadRatingsOptions
): (row: number) => {file: string; line: number} {
  const found = parts.map(({file, layout, how, parsed, parquet}) => ({
    file,
    parsed: parquet ? parsed : looking(file, o, text => parseRatings(text, layout, {...how, lines: true}))
  }))
  return row => {
    for (const {file, parsed} of found) {
      if (row < parsed.length) return {file, line: parsed.lines?.[row] ?? rowNumber(row, parsed.bad)}
      row -= parsed.length
    }
    return {file: parts[0].file, line: 0}
  }
}

/** The number of a row, from 1, where these rows were left out. */
function rowNumber(row: number, out: readonly number[]): number {
  for (const bad of out) if (bad <= row) row++
  return row + 1
}

function duplicateError(at: {file: string; line: number}, userId: UserId, movieId: MovieId): DataFormatError {
  return new DataFormatError(
    at.file,
    at.line,
    'one rating for each pair of user and movie',
    `a second rating of user ${userId} for movie ${movieId}`,
    "Keep one of them, or say which: duplicates: 'last' or --duplicates last (first, mean, sum)."
  )
}

/** Makes one of several files, read as if their rows stood in one. */
function join(parts: readonly ParsedRatings[]): ParsedRatings {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const timed = parts.every(part => part.t !== undefined)
  const r = new Float32Array(length)
  const t = timed ? new Float64Array(length) : undefined
  let to = 0
  for (const part of parts) {
    r.set(part.r.subarray(0, part.length), to)
    if (part.t !== undefined) t?.set(part.t.subarray(0, part.length), to)
    to += part.length
  }
  return {
    length,
    users: joinedIds(parts, 'users', length),
    movies: joinedIds(parts, 'movies', length),
    r,
    t,
    lines: undefined,
    skipped: parts.flatMap(part => part.skipped),
    bad: parts.flatMap(({bad}, n) => bad.map(row => row + rowsBefore(parts, n))),
    warnings: parts.flatMap(part => part.warnings)
  }
}

/** How many rows the files before this one have, bad ones, too. */
function rowsBefore(parts: readonly ParsedRatings[], part: number): number {
  return parts.slice(0, part).reduce((sum, {length, bad}) => sum + length + bad.length, 0)
}

/** The ids of several files as one column: texts where they are in one of them. */
function joinedIds(parts: readonly ParsedRatings[], side: 'users' | 'movies', length: number): IdColumn {
  const joined = new IdColumn(length)
  const texts: string[] = []
  const places = new Map<string, number>()
  const placeOf = (text: string): number => {
    const place = places.get(text) ?? texts.push(text) - 1
    places.set(text, place)
    return place
  }
  const numbers = parts.every(part => part[side].texts === undefined)
  let to = 0
  for (const part of parts) {
    const {values, texts: own} = part[side]
    const moved = own?.map(placeOf)
    for (let n = 0; n < part.length; n++, to++)
      joined.values[to] = numbers
        ? values[n]
        : moved === undefined
          ? placeOf(String(values[n]))
          : moved[values[n]]
  }
  if (!numbers) joined.texts = texts
  return joined
}

/** Replaces the ids of a column by dense indices in the order of `compareIds`. */
function denseIds<Id extends UserId>(column: IdColumn, length: number): IdIndex<Id> {
  return column.texts === undefined
    ? denseNumbers(column.values, length)
    : denseTexts(column.texts, column.values, length)
}

const LARGEST_TABLE = 1 << 24

function denseNumbers<Id extends UserId>(values: Int32Array, length: number): IdIndex<Id> {
  let largest = 0
  for (let n = 0; n < length; n++) if (values[n] > largest) largest = values[n]
  if (largest >= LARGEST_TABLE) {
    const sorted = new Int32Array(new Set(values.subarray(0, length))).sort()
    const index = new IdIndex<Id>(Array.from(sorted) as Id[])
    for (let n = 0; n < length; n++) values[n] = index.indexOf(values[n])
    return index
  }
  const place = new Int32Array(largest + 1)
  for (let n = 0; n < length; n++) place[values[n]] = 1
  const ids: number[] = []
  for (let id = 0; id <= largest; id++) if (place[id] === 1) place[id] = ids.push(id) - 1
  for (let n = 0; n < length; n++) values[n] = place[values[n]]
  return new IdIndex<Id>(ids as Id[])
}

function denseTexts<Id extends UserId>(
  texts: readonly string[],
  values: Int32Array,
  length: number
): IdIndex<Id> {
  const used = new Uint8Array(texts.length)
  for (let n = 0; n < length; n++) used[values[n]] = 1
  const there = [...used.keys()].filter(k => used[k] === 1)
  const ids = idsAsWritten(there.map(k => texts[k]))
  const order = [...ids.keys()].sort((a, b) => compareIds(ids[a], ids[b]))
  const place = new Int32Array(texts.length)
  for (const [rank, k] of order.entries()) place[there[k]] = rank
  for (let n = 0; n < length; n++) values[n] = place[values[n]]
  return new IdIndex<Id>(order.map(k => ids[k]) as Id[])
}

/** The front of an array; copied only where much would be left over. */
function trimmed<T extends Int32Array | Float32Array | Float64Array>(array: T, length: number): T {
  return (array.length > length * 1.25 + 64 ? array.slice(0, length) : array.subarray(0, length)) as T
}

/** What is in the file that was named, or in one found beside the ratings: that may be anything, so it steps aside with a word. */
async function fileFor<T>(
  option: keyof typeof BESIDE,
  named: string | undefined,
  ratings: string,
  belongs: boolean,
  warnings: string[],
  read: (file: string) => Promise<T>
): Promise<T | undefined> {
  if (named === NONE) return undefined
  if (named !== undefined) return read(named)
  if (ratings === STANDARD_INPUT) return undefined
  const found = BESIDE[option]
    .map(name => path.join(path.dirname(ratings), name))
    .find(file => existsSync(file))
  if (found === undefined) return undefined
  try {
    return await read(found)
  } catch (error) {
    if (belongs || !(error instanceof DataFormatError)) throw error
    warnings.push(
      `${error.message} It stands beside the ratings, nobody named it, and it is left out; --${option} none (${option}: 'none') looks for none.`
    )
    return undefined
  }
}

/** @internal The catalogue of a file, undefined where it is another data set's; how many of the rated movies it lists is looked at. */
export async function moviesFor(
  file: string,
  rated: IdIndex<MovieId>,
  o: Pick<ReadRatingsOptions, 'onBadLine' | 'movieColumns'>,
  warnings: string[]
): Promise<Movies | undefined> {
  const skipped: SkippedLine[] = []
  const skip = o.onBadLine === 'skip'
  const read = readMovieRows(file, skip, skipped, o.movieColumns, await parquetRows(file))
  const movies = catalogue(read.rows, rated, skipped)
  warnings.push(...read.warnings)
  return joins(file, read, movies, rated, warnings) ? movies : undefined
}

/** The share of rated movies from which a catalogue whose ids may be another data set's is taken to be of these ratings. */
const SURELY = 0.9

function joins(
  file: string,
  {idsOfOthers}: MovieRows,
  movies: Movies,
  rated: IdIndex<MovieId>,
  warnings: string[]
): boolean {
  const listed = rated.ids.filter(id => movies.has(id)).length
  const name = path.basename(file)
  const all = `${rated.length} rated movies are listed in ${name}`
  if (idsOfOthers !== undefined && listed < SURELY * rated.length) {
    warnings.push(
      `0 of ${all}: its column ${idsOfOthers}, beside ids of IMDb, holds ids of another data set (${listed} are equal by chance), so it is left out. If they are the same ids, say so by movieColumns: {id: '${idsOfOthers}'} or --movie-columns id=${idsOfOthers}.`
    )
    return false
  }
  if (listed < rated.length / 2)
    warnings.push(
      `${listed} of ${all}: the others have neither title nor genres. Check that it belongs to these ratings, and that its ids are theirs.`
    )
  return true
}

/** The movies of a file, their ids of the kind that those of the ratings are. */
function catalogue(
  rows: readonly MovieRow[],
  rated: IdIndex<MovieId> | undefined,
  skipped: readonly SkippedLine[]
): Movies {
  const ids = idsLike(
    rated,
    rows.map(({id}) => id)
  )
  return Movies.from(
    rows.map(({id: _, ...movie}, k) => ({...movie, movieId: ids[k]})),
    skipped
  )
}

/** The ids of a column as they are written, of the kind of another source's where they can be. */
function idsLike(
  other: IdIndex<number | string> | undefined,
  texts: readonly string[]
): Array<number | string> {
  const ids = idsAsWritten(texts)
  const wanted = typeof other?.ids[0]
  return ids.map(id => (wanted === 'undefined' || typeof id === wanted ? id : (otherKind(id) ?? id)))
}

/** Age, gender and occupation by the ids of the ratings, whichever kind of value those are. */
async function usersFor(file: string, rating: IdIndex<UserId>): Promise<ReadonlyMap<UserId, User>> {
  const rows = readUserRows(file, await parquetRows(file))
  const ids = idsLike(
    rating,
    rows.map(({id}) => id)
  )
  return new Map(
    rows.map(({id: _, ...user}, k) => [ids[k], Object.freeze({userId: ids[k], ...user})] as const)
  )
}

function checkOptions(o: ReadRatingsOptions): void {
  const {onBadLine = 'error', scale, dateFormat} = o
  checkDuplicates(o.duplicates)
  if (onBadLine !== 'error' && onBadLine !== 'skip')
    throw new OptionError(
      'onBadLine',
      onBadLine,
      `Option onBadLine: expected 'error' or 'skip', got ${String(onBadLine)}.`
    )
  if (scale !== undefined && !(scale.length === 2 && scale[0] < scale[1]))
    throw new OptionError(
      'scale',
      scale,
      `Option scale: expected [smallest, largest], got [${scale.join(', ')}].`
    )
  if (dateFormat !== undefined && !DATE_FORMATS.includes(dateFormat))
    throw new OptionError(
      'dateFormat',
      dateFormat,
      `Option dateFormat: expected one of ${DATE_FORMATS.join(', ')}, got ${String(dateFormat)}.`
    )
}
