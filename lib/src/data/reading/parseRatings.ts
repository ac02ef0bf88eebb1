import {isAscii, isUtf8} from 'node:buffer'
import type {SkippedLine} from '../../errors'
import {type DateFormat, secondsOfForm, secondsOfIso} from '../times'
import {type FileBytes, type LineWindow, lineEnd} from './bytes'
import {
  brokenQuotes,
  expectFields,
  fieldText,
  isNumber,
  orSkip,
  type Problem,
  quote,
  readId,
  skipLine
} from './fields'
import type {RatingLayout} from './layout'
import {type Lines, LONGEST_RECORD, Records, splitLine, type TextRecord} from './records'

/** What a file of ratings holds, with the ids of the file: `IdColumn` turns them into dense indices later. */
export interface ParsedRatings {
  length: number
  readonly users: IdColumn
  readonly movies: IdColumn
  /** [capacity] */
  r: Float32Array
  /** [capacity] */
  t: Float64Array | undefined
  /** [capacity] line of each row, where it was asked for */
  lines: Int32Array | undefined
  readonly skipped: SkippedLine[]
  /** Numbers, from 0, of the bad records among all. */
  readonly bad: number[]
  readonly warnings: string[]
}

export interface ParseOptions {
  readonly skip: boolean
  readonly scale: readonly [number, number]
  /** Whether ids of both kinds, numbers and texts, may stand in one column (they all become texts then). */
  readonly mixedIds: boolean
  /** The form of dates that are not ISO, where there are such. */
  readonly dateFormat: DateFormat | undefined
  /** Keep the line of each row: only to say where a row stood. */
  readonly lines: boolean
}

/** Ids of the file in row order: whole numbers below 1e9 as they are, anything else as numbers of the texts seen. */
export class IdColumn {
  /** [capacity] the id itself, or the place of its text in `texts` */
  values: Int32Array
  /** The different texts, in the order of their first row; undefined while every id is a small whole number. */
  texts: string[] | undefined
  private places: Map<string, number> | undefined

  constructor(capacity: number) {
    this.values = new Int32Array(capacity)
  }

  /** The number that stands for an id at this row; `rows` so far are kept. */
  encode(id: string, rows: number): number {
    if (this.places === undefined) {
      if (/^(0|[1-9]\d{0,8})$/.test(id)) return Number(id)
      this.toTexts(rows)
    }
    const places = this.places as Map<string, number>
    const texts = this.texts as string[]
    const known = places.get(id)
    if (known !== undefined) return known
    places.set(id, texts.length)
    return texts.push(id) - 1
  }

  private toTexts(rows: number): void {
    const places = new Map<string, number>()
    const texts: string[] = []
    for (let n = 0; n < rows; n++) {
      const id = String(this.values[n])
      let place = places.get(id)
      if (place === undefined) {
        place = texts.push(id) - 1
        places.set(id, place)
      }
      this.values[n] = place
    }
    this.places = places
    this.texts = texts
  }
}

/**
 * Parses the lines of a ratings file. Plain lines (digits, separators, a line end) go through `plainRows`, byte by byte;
 * whatever is not plain is taken apart as text by `oneRecord`, which also words the errors.
 */
export function parseRatings(text: LineWindow, layout: RatingLayout, o: ParseOptions): ParsedRatings {
  const capacity = guessRows(text)
  const timed = layout.place.timestamp >= 0
  const out: ParsedRatings = {
    length: 0,
    users: new IdColumn(capacity),
    movies: new IdColumn(capacity),
    r: new Float32Array(capacity),
    t: timed ? new Float64Array(capacity) : undefined,
    lines: o.lines ? new Int32Array(capacity) : undefined,
    skipped: [],
    bad: [],
    warnings: []
  }
  const {place} = layout
  const inOrder = place.user === 0 && place.movie === 1 && place.rating === 2
  const plain = inOrder && layout.fields === (timed ? 4 : 3) && (!timed || place.timestamp === 3)
  const cursor: Cursor = {
    at: text.from,
    line: 1,
    encoding: undefined,
    kind: {user: undefined, movie: undefined}
  }
  const records = new Records(linesOf(text, cursor), layout.separator, layout.quoted)
  if (layout.header) skipHeader(text, cursor)
  for (;;) {
    if (cursor.at >= text.end) {
      cursor.at = text.moveTo(cursor.at)
      if (cursor.at >= text.end) return out
    }
    if (out.length === out.r.length) grow(out)
    const before = cursor.at
    if (plain && out.users.texts === undefined && out.movies.texts === undefined)
      plainRows(text, layout, o, out, cursor)
    if (cursor.at < text.end && (cursor.at === before || out.length < out.r.length))
      oneRecord(text, layout, o, out, cursor, records)
  }
}

/** Where a parser is in a file, and what it has seen of it. */
export interface Cursor {
  at: number
  line: number
  /** Of text beyond ASCII: UTF-8, until the first line that is not and has ISO-8859-1's letters. */
  encoding: 'utf8' | 'latin1' | undefined
  /** What the first id of a column was. */
  readonly kind: Record<'user' | 'movie', 'number' | 'text' | undefined>
}

/** Rows by the length of the first lines, and a little more. */
function guessRows({bytes, from, end, size}: LineWindow): number {
  const sample = Math.min(end, from + (1 << 16))
  let lines = 0
  for (let at = bytes.indexOf(10, from); at >= 0 && at < sample; at = bytes.indexOf(10, at + 1)) lines++
  return Math.ceil((size / (sample - from)) * (lines + 1) * 1.06) + 16
}

/** Makes room for more rows. */
export function grow(out: ParsedRatings): void {
  const size = Math.ceil(out.r.length * 1.5) + 16
  const longer = <T extends Int32Array | Float32Array | Float64Array>(old: T): T => {
    const array = new (old.constructor as new (length: number) => T)(size)
    array.set(old)
    return array
  }
  out.users.values = longer(out.users.values)
  out.movies.values = longer(out.movies.values)
  out.r = longer(out.r)
  if (out.t !== undefined) out.t = longer(out.t)
  if (out.lines !== undefined) out.lines = longer(out.lines)
}

function skipHeader({bytes, end}: FileBytes, cursor: Cursor): void {
  for (let blank = true; blank && cursor.at < end; cursor.line++) {
    const stop = lineEnd(bytes, cursor.at, end)
    blank = bytes.toString('latin1', cursor.at, stop).trim() === ''
    cursor.at = Math.min(stop + 1, end)
  }
}

/**
 * Reads lines as long as they are plain: two ids of 1 to 9 digits without leading zeros, a rating of at most three digits and
 * perhaps one decimal, a timestamp of 1 to 15 digits, a line end. Stops in front of the first line that is not.
 * `digit = byte ^ 48` is 0 to 9 for the ten digits and more for every other byte.
 */
function plainRows(
  {bytes, end}: FileBytes,
  layout: RatingLayout,
  o: ParseOptions,
  out: ParsedRatings,
  cursor: Cursor
): void {
  const separator = layout.separator.charCodeAt(0)
  const width = layout.separator.length
  const users = out.users.values
  const movies = out.movies.values
  const {r, t, lines} = out
  const [lowest, highest] = o.scale
  const capacity = r.length
  let p = cursor.at
  let n = out.length
  let line = cursor.line
  let start = p
  for (; p < end && n < capacity; n++, line++) {
    start = p
    let user = bytes[p] ^ 48
    let digit = bytes[++p] ^ 48
    if (user > 9 || (user === 0 && digit < 10)) break
    for (; digit < 10; digit = bytes[++p] ^ 48) user = (Math.imul(user, 10) + digit) | 0
    if (p - start > 9 || bytes[p] !== separator || bytes[p + width - 1] !== separator) break

    let from = (p += width)
    let movie = bytes[p] ^ 48
    digit = bytes[++p] ^ 48
    if (movie > 9 || (movie === 0 && digit < 10)) break
    for (; digit < 10; digit = bytes[++p] ^ 48) movie = (Math.imul(movie, 10) + digit) | 0
    if (p - from > 9 || bytes[p] !== separator || bytes[p + width - 1] !== separator) break

    from = p += width
    let rating = bytes[p] ^ 48
    if (rating > 9) break
    for (digit = bytes[++p] ^ 48; digit < 10; digit = bytes[++p] ^ 48)
      rating = (Math.imul(rating, 10) + digit) | 0
    if (p - from > 3) break
    if (bytes[p] === 46) {
      digit = bytes[p + 1] ^ 48
      if (digit > 9) break
      rating = (rating * 10 + digit) / 10
      p += 2
    }
    if (rating < lowest || rating > highest) break

    if (t !== undefined) {
      if (bytes[p] !== separator || bytes[p + width - 1] !== separator) break
      from = p += width
      let seconds = 0
      for (digit = bytes[p] ^ 48; digit < 10 && p - from < 9; digit = bytes[++p] ^ 48)
        seconds = (Math.imul(seconds, 10) + digit) | 0
      if (p === from) break
      let long = seconds
      for (; digit < 10; digit = bytes[++p] ^ 48) long = long * 10 + digit
      if (p - from > 15) break
      t[n] = long
    }

    if (bytes[p] === 13) p++
    if (bytes[p] !== 10 || p >= end) break
    p++
    users[n] = user
    movies[n] = movie
    r[n] = rating
    if (lines !== undefined) lines[n] = line
    start = p
  }
  cursor.at = start
  cursor.line = line
  if (n > out.length) {
    cursor.kind.user ??= 'number'
    cursor.kind.movie ??= 'number'
  }
  out.length = n
}

/** The lines that a window shows, their places counted from the start of the file. */
function linesOf(text: LineWindow, cursor: Cursor): Lines {
  return place => {
    const {bytes, end, before} = text
    const from = place - before
    if (from >= end) return undefined
    const stop = lineEnd(bytes, from, end)
    return {text: bytes.toString(cursor.encoding, from, stop), below: before + stop + 1}
  }
}

/** The record at the cursor whose first line leaves quotes open or broken; the window then shows all of it. */
function longRecord(text: LineWindow, cursor: Cursor, records: Records): TextRecord {
  if (!text.atEnd && text.end - cursor.at < LONGEST_RECORD) cursor.at = text.moveTo(cursor.at)
  return records.at(text.before + cursor.at)
}

/** UTF-8 where the first line beyond ASCII is, else ISO-8859-1, which is said; a file is one or the other. */
function findEncoding({bytes, file}: FileBytes, stop: number, cursor: Cursor, warnings: string[]): void {
  const line = bytes.subarray(cursor.at, stop)
  if (cursor.encoding !== undefined || isAscii(line)) return
  if (isUtf8(line)) cursor.encoding = 'utf8'
  else if (!line.some(byte => byte === 0 || (byte >= 0x80 && byte < 0xa0))) {
    cursor.encoding = 'latin1'
    warnings.push(`${file}:${cursor.line}: from here on the file is read as ISO-8859-1: it is not UTF-8.`)
  }
}

function recordText(bytes: Buffer, from: number, stop: number, encoding: BufferEncoding = 'utf8'): string {
  return bytes.toString(encoding, from, stop).replace(/\r$/, '')
}

/** Reads the record at the cursor as text: one row, a blank line, or a bad one, each line of which is listed. */
function oneRecord(
  text: LineWindow,
  layout: RatingLayout,
  o: ParseOptions,
  out: ParsedRatings,
  cursor: Cursor,
  records: Records
): void {
  let stop = lineEnd(text.bytes, cursor.at, text.end)
  if (cursor.encoding !== 'latin1') findEncoding(text, stop, cursor, out.warnings)
  let line = recordText(text.bytes, cursor.at, stop, cursor.encoding)
  let fields = splitLine(line, layout.separator, layout.quoted)
  if (fields === undefined) {
    const record = longRecord(text, cursor, records)
    ;({text: line, fields} = record)
    stop = record.below - 1 - text.before
  }
  const {end, file} = text
  const cut = stop === end
  const lines = line.split('\n')
  const bad = out.skipped.length
  if (line.trim() !== '')
    orSkip({file, skip: o.skip, skipped: out.skipped}, cursor.line, problem => {
      const row = readRow(line, fields, problem, layout, o, cursor)
      if (cut) {
        checkLastLine(line, problem, row, layout, out, text)
        out.warnings.push(
          `${file}:${cursor.line}: the last line has no line end. Where the file was cut, its last field may be short.`
        )
      }
      addRow(row, out, cursor.line)
    })
  if (out.skipped.length > bad) {
    out.bad.push(out.length + out.bad.length)
    for (let k = 1; k < lines.length; k++)
      if (lines[k].trim() !== '')
        skipLine(out.skipped, cursor.line + k, 'the end of a record', quote(lines[k]))
  }
  cursor.at = Math.min(stop + 1, end)
  cursor.line += lines.length
}

/** A row whose fields are good. */
export interface TextRow {
  user: string
  movie: string
  rating: number
  timestamp: number
}

/** Reads the fields of a row; `text` is what a message shows of it. */
export function readRow(
  text: string,
  fields: readonly string[] | undefined,
  problem: Problem,
  layout: RatingLayout,
  o: ParseOptions,
  cursor: Pick<Cursor, 'kind'>
): TextRow {
  const {place, separator, fields: wanted} = layout
  if (text.includes('\uFFFD') || text.includes('\0'))
    throw problem('text in UTF-8', `bytes that are none in ${quote(text)}`, 'Save the file as UTF-8.')
  if (fields === undefined) throw brokenQuotes(text, problem)
  expectFields(fields, wanted, separator, problem)
  for (const role of ['user', 'movie', 'rating', 'timestamp'] as const)
    if (place[role] >= 0 && fields[place[role]].includes('\n'))
      throw problem(
        `a ${role} in one line`,
        quote(fields[place[role]]),
        'Close the quote where the field ends.'
      )
  const user = readIdAsBefore(fields[place.user], 'user', problem, o, cursor)
  const movie = readIdAsBefore(fields[place.movie], 'movie', problem, o, cursor)
  const rating = place.rating < 0 ? 1 : readRating(fields[place.rating], problem, o)
  const timestamp = place.timestamp < 0 ? Number.NaN : readTimestamp(fields[place.timestamp], problem, o)
  cursor.kind.user ??= kindOf(user)
  cursor.kind.movie ??= kindOf(movie)
  return {user, movie, rating, timestamp}
}

/** Digits are a number, however many: those that a number would not hold exactly are kept as they are written. */
function kindOf(id: string): 'number' | 'text' {
  return /^\d+(\.0)?$/.test(id) ? 'number' : 'text'
}

function readIdAsBefore(
  field: string,
  of: 'user' | 'movie',
  problem: Problem,
  o: ParseOptions,
  cursor: Pick<Cursor, 'kind'>
): string {
  const id = readId(field, of, problem)
  if (!o.mixedIds && cursor.kind[of] === 'number' && kindOf(id) === 'text')
    throw problem(
      `a ${of} id that is a whole number, as in the lines before`,
      quote(id),
      'Correct it; if ids are texts, name the columns in a header or by the option columns.'
    )
  return id
}

function readRating(field: string, problem: Problem, o: ParseOptions): number {
  if (!isNumber(field)) throw problem('a rating that is a number', fieldText(field), 'Write it as in 3.5.')
  const rating = Number(field)
  const [lowest, highest] = o.scale
  if (!Number.isFinite(Math.fround(rating)) || rating < lowest || rating > highest)
    throw problem(
      Number.isFinite(lowest) ? `a rating from ${lowest} to ${highest}` : 'a finite rating',
      quote(field.trim()),
      'Correct it, or give the scale of your data by the option scale, as in scale: [1, 10] or --scale 1,10.'
    )
  return rating
}

function readTimestamp(field: string, problem: Problem, {dateFormat}: ParseOptions): number {
  const seconds = isNumber(field)
    ? Number(field)
    : (secondsOfIso(field) ?? (dateFormat === undefined ? undefined : secondsOfForm(field, dateFormat)))
  if (seconds !== undefined && Number.isFinite(seconds)) return seconds
  throw problem(
    `a timestamp in seconds since 1970${dateFormat === undefined ? ' or an ISO date' : `, an ISO date or a date as ${dateFormat}`}`,
    fieldText(field),
    "Correct it, say what form dates have by dateFormat: 'd/m/y' or --date-format d/m/y, or leave the column out by timestamp=none."
  )
}

/**
 * A last line without a line end may be cut. It is taken for cut where its last field is shorter than in every line before;
 * otherwise it may be whole, and the reader warns.
 */
function checkLastLine(
  text: string,
  problem: Problem,
  row: TextRow,
  layout: RatingLayout,
  out: ParsedRatings,
  {bytes, from, end}: FileBytes
): void {
  const {timestamp, rating} = layout.place
  const last = layout.fields - 1
  const tooShort = (what: string): ReturnType<Problem> =>
    problem(
      'a last line as long as the others',
      `${quote(text)}, whose ${what}`,
      'The file is cut: copy or download it again.'
    )
  if (timestamp === last && out.t !== undefined && out.length > 0) {
    let shortest = Number.POSITIVE_INFINITY
    for (let n = 0; n < out.length; n++) if (out.t[n] < shortest) shortest = out.t[n]
    if (String(row.timestamp).length < String(shortest).length)
      throw tooShort('timestamp has fewer digits than any before')
  }
  if (rating === last && out.length > 0 && !/\.\d+\s*"?$/.test(text)) {
    const before = bytes.toString('latin1', Math.max(from, end - 4000), end - Buffer.byteLength(text))
    const others = before
      .split('\n')
      .slice(layout.header ? 1 : 0)
      .filter(other => other.trim() !== '')
    if (others.length > 0 && others.slice(-20).every(other => /\.\d+\s*"?\r?$/.test(other)))
      throw tooShort('rating has no decimals as those before have')
  }
}

/** Puts a row behind those that are there. */
export function addRow(row: TextRow, out: ParsedRatings, line: number): void {
  if (out.length === out.r.length) grow(out)
  const n = out.length
  out.users.values[n] = out.users.encode(row.user, n)
  out.movies.values[n] = out.movies.encode(row.movie, n)
  out.r[n] = row.rating
  if (out.t !== undefined) out.t[n] = row.timestamp
  if (out.lines !== undefined) out.lines[n] = line
  out.length = n + 1
}
