import {DataFormatError, OptionError} from '../../errors'
import {barename} from '../../text/titles'
import {type FileBytes, lineEnd} from './bytes'
import {isNumber, quote, type Separator} from './fields'
import type {RatingColumnNames} from './ratingColumns'
import {splitLine} from './records'

/** What a column of a ratings file holds. */
export type Role = 'user' | 'movie' | 'rating' | 'timestamp'

/** How the lines of a ratings file are to be read. */
export interface RatingLayout {
  readonly separator: Separator
  /** Whether the first line names the columns. */
  readonly header: boolean
  /** Number of fields of every line. */
  readonly fields: number
  /** The place of each column, from 0; -1 where there are no timestamps, or no ratings but clicks. */
  readonly place: Readonly<Record<Role, number>>
  /** One of MovieLens' own layouts: ids of one kind, ratings from 0.5 to 5. */
  readonly movieLens: boolean
  /** How the columns are read, where that was a guess. */
  readonly guess: string | undefined
  /** False where quotes are characters as others are. */
  readonly quoted?: boolean
  /** Whether the column of ratings has counts: clicks, and no stars. */
  readonly counts?: boolean
  /** Whether movies are named by their titles. */
  readonly titles?: boolean
  /** The rating that stands for none. */
  readonly none?: number
}

const SEPARATORS: readonly Separator[] = ['::', '\t\t', '\t', ',', ';', '|', ' ']
/** Those that stand in no other text: the first line that has three fields by them is divided by them. */
const SURE: readonly Separator[] = ['::', '\t\t', '\t']
export const ROLES: readonly Role[] = ['user', 'movie', 'rating', 'timestamp']

/** Usual names, lower case without punctuation, the best first. */
export const NAMES: Readonly<Record<Role, readonly string[]>> = {
  user: ['userid', 'user', 'uid', 'username', 'reviewerid', 'customerid', 'memberid', 'viewerid', 'u'],
  movie: [
    'movieid',
    'movie',
    'itemid',
    'item',
    'asin',
    'iid',
    'mid',
    'filmid',
    'film',
    'productid',
    'product',
    'isbn',
    'artistid',
    'i'
  ],
  rating: ['rating', 'ratings', 'stars', 'star', 'score', 'starrating', 'overall', 'bookrating', 'r'],
  timestamp: ['timestamp', 'time', 'unixtime', 'unixreviewtime', 'ts', 't', 'date', 'datetime']
}

/** Usual names of counts. */
const COUNTS = ['weight', 'plays', 'playcount']
/** Book-Crossing's column, in which 0 says that somebody took to a book without rating it. */
const NOUGHT_IS_NONE = 'bookrating'

/** Asks for no ratings, no timestamps or no file, whatever columns and files there are. */
export const NONE = 'none'

/** How many lines are looked at to learn the layout: the first may be a bad one. */
const SAMPLE = 25

/**
 * Finds out how a ratings file is laid out, from its first lines and nothing else.
 * @throws DataFormatError where no layout fits; OptionError where two fit.
 */
export function detectRatingLayout(
  text: FileBytes,
  columns: RatingColumnNames = {},
  header?: boolean
): RatingLayout {
  const {file} = text
  const sample = firstLines(text, SAMPLE)
  const clicks = columns.rating === NONE
  const separator = detectSeparator(file, sample, clicks ? 2 : 3)
  const lines = sample.map(({text}) => splitLine(text, separator))
  const first = lines[0] ?? []
  const placed = placedColumns(file, sample[0].line, first, columns)
  const rows = placed !== undefined && (clicks || isNumber(first[placed.rating]))
  if (placed !== undefined && (header === false || (header === undefined && rows)))
    return bareLayout(separator, first.length, placed, undefined)
  const named = header === false ? undefined : (placed ?? findColumns(file, sample[0].line, first, columns))
  if (named !== undefined) return namedLayout(separator, first, named, columns)
  if (clicks && header !== true) return bareClicks(separator, lines, columns)
  const model = lines.find(looksLikeRating)
  const sure = separator === '::' || separator === '\t'
  if (
    header === true ||
    model === undefined ||
    (!sure && !isNumber(first[2] ?? '') && first.length === model.length)
  )
    throw notAHeader(file, sample[0].line, first)
  if (!sure) askWhichIsFirst(file, lines)
  const timed = model.length === 4 && columns.timestamp !== NONE
  const place = {user: 0, movie: 1, rating: 2, timestamp: timed ? 3 : -1}
  return bareLayout(separator, model.length, place, sure ? undefined : toldByPlace(place), sure)
}

/** Rows whose columns have these names, some of which people chose. */
export function namedLayout(
  separator: Separator,
  names: readonly string[],
  place: Readonly<Record<Role, number>>,
  columns: RatingColumnNames
): RatingLayout {
  const clicks = columns.rating === NONE
  const strict = ['userId', 'movieId', 'rating', 'timestamp'].slice(0, names.length)
  const movieLens = names.length >= 3 && strict.every((name, k) => names[k].trim() === name)
  const counts = !clicks && columns.rating === undefined && COUNTS.includes(plain(names[place.rating]))
  const sure = ROLES.every(
    role => place[role] < 0 || columns[role] !== undefined || PLAIN_WORDS.has(plain(names[place[role]]))
  )
  return {
    separator,
    header: true,
    fields: names.length,
    place,
    movieLens,
    guess: sure ? undefined : told(place, k => names[k].trim(), counts),
    counts,
    ...(clicks || plain(names[place.rating]) !== NOUGHT_IS_NONE ? {} : {none: 0})
  }
}

/** Rows without a header. */
export function bareLayout(
  separator: Separator,
  fields: number,
  place: Readonly<Record<Role, number>>,
  guess: string | undefined,
  movieLens = false
): RatingLayout {
  return {separator, header: false, fields, place, movieLens, guess}
}

/** Clicks without a header: user, movie and perhaps a time. */
function bareClicks(
  separator: Separator,
  lines: ReadonlyArray<string[] | undefined>,
  columns: RatingColumnNames
): RatingLayout {
  const fields = lines.find(fields => fields !== undefined)?.length ?? 0
  const timed = columns.timestamp !== NONE && lines.every(line => isNumber(line?.[2] ?? ''))
  const place = {user: 0, movie: 1, rating: -1, timestamp: timed ? 2 : -1}
  return bareLayout(separator, fields, place, toldByPlace(place))
}

/** Names that say by themselves what stands in a column. */
const PLAIN_WORDS = new Set(['user', 'userid', 'movie', 'movieid', 'item', 'itemid', 'rating', 'timestamp'])

export function told(
  place: Readonly<Record<Role, number>>,
  name: (k: number) => string,
  counts = false
): string {
  const pairs = ROLES.filter(role => place[role] >= 0).map(
    role => `${counts && role === 'rating' ? 'clicks counted by' : `${role} =`} ${name(place[role])}`
  )
  return `read as: ${pairs.join(', ')}.`
}

function toldByPlace(place: Readonly<Record<Role, number>>): string {
  return told(place, k => `column ${k + 1}`)
}

/** The columns where all are given by their places from 1. */
function placedColumns(
  file: string,
  line: number,
  first: readonly string[],
  columns: RatingColumnNames
): Record<Role, number> | undefined {
  const {user, movie, rating, timestamp = NONE} = columns
  if (![user, movie].every(isPlace)) return undefined
  if (![rating, timestamp].every(given => given === NONE || isPlace(given))) return undefined
  const place = {
    user: Number(user) - 1,
    movie: Number(movie) - 1,
    rating: rating === NONE ? -1 : Number(rating) - 1,
    timestamp: timestamp === NONE ? -1 : Number(timestamp) - 1
  }
  const last = Math.max(...Object.values(place))
  if (last >= first.length)
    throw new DataFormatError(
      file,
      line,
      `${last + 1} columns, as the places of columns say`,
      `${first.length}: ${quote(first.join(' | '))}`,
      'Count the columns from 1.'
    )
  refuseShared(file, place, k => String(k + 1))
  return place
}

/** One column cannot be two things. */
function refuseShared(
  file: string,
  place: Readonly<Record<Role, number>>,
  name: (k: number) => string
): void {
  const taken = ROLES.filter(role => place[role] >= 0)
  const second = taken.find((role, k) => taken.findIndex(other => place[other] === place[role]) < k)
  if (second === undefined) return
  const first = taken.find(role => place[role] === place[second])
  throw new OptionError(
    'columns',
    name(place[second]),
    `${file}: expected a column of its own for each, got ${name(place[second])} for ${first} and for ${second}. Name another: --columns ${first}=…,${second}=… (columns: {${first}: …, ${second}: …}).`
  )
}

function isPlace(given: string | number | undefined): boolean {
  return /^[1-9]\d?$/.test(String(given))
}

/** A product's code, as Amazon's ASIN or a book's ISBN: ten capitals and digits. */
const PRODUCT = /^(?=.*\d)[A-Z0-9]{10}$/

/** Movie first, or user first: where the first column looks like products and the second does not, only its owner knows. */
function askWhichIsFirst(file: string, lines: ReadonlyArray<string[] | undefined>): void {
  const rows = lines.filter(looksLikeRating)
  const products = (k: number): number => rows.filter(fields => PRODUCT.test(fields[k].trim())).length
  const numbers = rows.every(([id]) => /^(0|[1-9]\d*)$/.test(id.trim()))
  if (numbers || products(0) < 0.8 * rows.length || products(1) >= 0.5 * rows.length) return
  const time = rows[0].length === 4 ? ',timestamp=4' : ''
  throw new OptionError(
    'columns',
    undefined,
    `${file}: there is no header, and the first column looks like codes of products. Say which is which: --columns user=2,movie=1,rating=3${time} (columns: {user: 2, movie: 1, …}) or --columns user=1,movie=2,rating=3${time}.`
  )
}

function looksLikeRating(fields: string[] | undefined): fields is string[] {
  return fields !== undefined && (fields.length === 3 || fields.length === 4) && isNumber(fields[2])
}

const CLICKS_TOO = ' Rows without ratings are read as clicks by --columns rating=none.'

/** A first line that names nothing. */
export function notAHeader(file: string, line: number, fields: readonly string[]): DataFormatError {
  return new DataFormatError(
    file,
    line,
    'a header that names a user, a movie and a rating column, or rows of user, movie, rating and perhaps timestamp',
    quote(fields.join(' | ')),
    'Name the columns as the first line has them, as in --columns user=uid,movie=asin,rating=stars, or give their places where there is no header: --no-header --columns user=1,movie=2,rating=3.' +
      CLICKS_TOO
  )
}

function detectSeparator(
  file: string,
  sample: ReadonlyArray<{line: number; text: string}>,
  least: number
): Separator {
  const count = (text: string, separator: Separator): number => splitLine(text, separator)?.length ?? 0
  for (const {text} of sample) {
    let best: Separator | undefined
    for (const separator of SEPARATORS) {
      const fields = count(text, separator)
      if (fields < least) continue
      if (SURE.includes(separator)) return separator
      if (best === undefined || fields > count(text, best)) best = separator
    }
    if (best !== undefined) return best
  }
  throw new DataFormatError(
    file,
    sample[0].line,
    `at least ${least === 2 ? 'two' : 'three'} fields, divided by '::', tabs, commas, semicolons or spaces`,
    quote(sample[0].text),
    `Check that this is the ratings file, whole and as text.${least === 2 ? '' : CLICKS_TOO}`
  )
}

/** The place of each role in a header, undefined where the line is no header at all. */
export function findColumns(
  file: string,
  line: number,
  header: readonly string[],
  columns: RatingColumnNames
): Record<Role, number> | undefined {
  const place: Record<Role, number> = {user: -1, movie: -1, rating: -1, timestamp: -1}
  const names = header.map(plain)
  for (const role of ROLES) {
    const given = columns[role]
    if ((role === 'timestamp' || role === 'rating') && given === NONE) continue
    if (given === undefined) {
      const taken = new Set(Object.values(place))
      const usual = role === 'rating' ? [...NAMES.rating, ...COUNTS] : NAMES[role]
      const name = usual.find(known => names.includes(known) && !taken.has(names.indexOf(known)))
      if (name !== undefined) place[role] = names.indexOf(name)
      continue
    }
    place[role] =
      isPlace(given) && Number(given) <= header.length
        ? Number(given) - 1
        : columnAt(file, header, String(given), role, line)
  }
  refuseShared(file, place, k => header[k].trim())
  const rated = place.rating >= 0 || columns.rating === NONE
  return place.user >= 0 && place.movie >= 0 && rated ? place : undefined
}

/** The place of a column that somebody named. @throws DataFormatError with the names that there are */
export function columnAt(
  file: string,
  header: readonly string[],
  name: string,
  role: string,
  line = 1
): number {
  const exact = header.findIndex(field => field.trim() === name)
  const place = exact >= 0 ? exact : header.map(plain).indexOf(plain(name))
  if (place >= 0) return place
  throw new DataFormatError(
    file,
    line,
    `a column called ${quote(name)} (${role})`,
    `the columns ${header.map(field => field.trim()).join(', ')}`,
    'Give the name as it stands in the first line.'
  )
}

/** A column name in the form in which names are compared: user_id, "User ID", userId and RecBole's user_id:token are one. */
export function plain(name: string): string {
  return barename(name.replace(/:(token|float)(_seq)?$/, ''))
}

/** The scale of MovieTweetings, whose rows look like MovieLens': most of the first ratings are above five stars. */
export function scaleOfTen(text: FileBytes, {separator, movieLens, place}: RatingLayout): boolean {
  if (separator !== '::' || !movieLens) return false
  const ratings = firstLines(text, SAMPLE).map(({text}) => Number(splitLine(text, separator)?.[place.rating]))
  if (!ratings.every(rating => Number.isInteger(rating) && rating >= 0 && rating <= 10)) return false
  return ratings.filter(rating => rating > 5).length > ratings.length / 2
}

/** The first lines that are not blank, with their numbers; a line is cut at 4,000 bytes. */
export function firstLines(
  {bytes, from, end}: FileBytes,
  count: number,
  encoding: BufferEncoding = 'utf8'
): Array<{line: number; text: string}> {
  const lines: Array<{line: number; text: string}> = []
  for (let at = from, line = 1; at < end && lines.length < count && line < 10_000; line++) {
    const stop = lineEnd(bytes, at, end)
    const text = bytes.toString(encoding, at, Math.min(stop, at + 4000)).replace(/\r$/, '')
    if (text.trim() !== '') lines.push({line, text})
    at = stop + 1
  }
  return lines.length > 0 ? lines : [{line: 1, text: ''}]
}
