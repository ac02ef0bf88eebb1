import {DataFormatError} from '../../errors'
import {type FileBytes, lineEnd} from './bytes'
import {isNumber, quote, type Separator, splitLine} from './fields'

/** What a column of a ratings file holds. */
export type Role = 'user' | 'movie' | 'rating' | 'timestamp'

/** The names of the columns in people's own files; a role without a name is found by its usual names. */
export interface RatingColumnNames {
  user?: string
  movie?: string
  rating?: string
  /** `none` leaves the column out. */
  timestamp?: string
}

/** How the lines of a ratings file are to be read. */
export interface RatingLayout {
  readonly separator: Separator
  /** Whether the first line names the columns. */
  readonly header: boolean
  /** Number of fields of every line. */
  readonly fields: number
  /** The place of each column, from 0; -1 where there are no timestamps. */
  readonly place: Readonly<Record<Role, number>>
  /** One of MovieLens' own layouts: ids of one kind, ratings from 0.5 to 5. */
  readonly movieLens: boolean
}

const SEPARATORS: readonly Separator[] = ['::', '\t', ',', ';', '|']
const ROLES: readonly Role[] = ['user', 'movie', 'rating', 'timestamp']

/** Usual names, lower case without punctuation, the best first. */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
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
    'i'
  ],
  rating: ['rating', 'ratings', 'stars', 'star', 'score', 'starrating', 'overall', 'bookrating', 'r'],
  timestamp: ['timestamp', 'time', 'unixtime', 'unixreviewtime', 'ts', 't', 'date', 'datetime']
}

/** Asks for no timestamps, whatever columns there are. */
const NONE = 'none'

/** How many lines are looked at to learn the layout: the first may be a bad one. */
const SAMPLE = 25

/**
 * Finds out how a ratings file is laid out, from its first lines and nothing else.
 * @throws DataFormatError where no layout fits.
 */
export function detectRatingLayout(text: FileBytes, columns: RatingColumnNames = {}): RatingLayout {
  const sample = firstLines(text, SAMPLE)
  const separator = detectSeparator(text.file, sample)
  const first = splitLine(sample[0].text, separator) ?? []
  const named = findColumns(text.file, sample[0].line, first, columns)
  if (named !== undefined) {
    const strict = ['userId', 'movieId', 'rating', 'timestamp'].slice(0, first.length)
    return {
      separator,
      header: true,
      fields: first.length,
      place: named,
      movieLens: first.length >= 3 && strict.every((name, k) => first[k].trim() === name)
    }
  }
  const model = sample.map(({text}) => splitLine(text, separator)).find(looksLikeRating)
  const looseText = separator === ',' || separator === ';' || separator === '|'
  if (model === undefined || (looseText && !isNumber(first[2] ?? '') && first.length === model.length))
    throw notAHeader(text.file, sample[0].line, first)
  return {
    separator,
    header: false,
    fields: model.length,
    place: {
      user: 0,
      movie: 1,
      rating: 2,
      timestamp: model.length === 4 && columns.timestamp !== NONE ? 3 : -1
    },
    movieLens: !looseText
  }
}

function looksLikeRating(fields: string[] | undefined): fields is string[] {
  return fields !== undefined && (fields.length === 3 || fields.length === 4) && isNumber(fields[2])
}

function notAHeader(file: string, line: number, fields: readonly string[]): DataFormatError {
  return new DataFormatError(
    file,
    line,
    'a header that names a user, a movie and a rating column, or rows of user, movie, rating and perhaps timestamp',
    quote(fields.join(' | ')),
    `Name the columns yourself, as in columns: {user: '${fields[0] ?? 'uid'}', movie: '…', rating: '…'} or --columns user=…,movie=…,rating=….`
  )
}

function detectSeparator(file: string, sample: ReadonlyArray<{line: number; text: string}>): Separator {
  const count = (text: string, separator: Separator): number => splitLine(text, separator)?.length ?? 0
  for (const {text} of sample) {
    let best: Separator | undefined
    for (const separator of SEPARATORS) {
      const fields = count(text, separator)
      if (fields < 3) continue
      if (separator === '::' || separator === '\t') return separator
      if (best === undefined || fields > count(text, best)) best = separator
    }
    if (best !== undefined) return best
  }
  throw new DataFormatError(
    file,
    sample[0].line,
    "at least three fields, divided by '::', a tab, a comma or a semicolon",
    quote(sample[0].text),
    'Check that this is the ratings file, whole and as text.'
  )
}

/** The place of each role in a header, undefined where the line is no header at all. */
function findColumns(
  file: string,
  line: number,
  header: readonly string[],
  columns: RatingColumnNames
): Record<Role, number> | undefined {
  const place: Record<Role, number> = {user: -1, movie: -1, rating: -1, timestamp: -1}
  const names = header.map(plain)
  for (const role of ROLES) {
    const given = columns[role]
    if (role === 'timestamp' && given === NONE) continue
    if (given === undefined) {
      const taken = new Set(Object.values(place))
      const name = NAMES[role].find(known => names.includes(known) && !taken.has(names.indexOf(known)))
      if (name !== undefined) place[role] = names.indexOf(name)
      continue
    }
    place[role] = columnAt(file, header, given, role, line)
  }
  return place.user >= 0 && place.movie >= 0 && place.rating >= 0 ? place : undefined
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

/** A column name in the form in which names are compared: user_id, "User ID" and userId are one. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
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
