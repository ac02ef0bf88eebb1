import {DataFormatError, type SkippedLine} from '../../errors'
import type {User} from '../ratings'
import {type FileBytes, lineAt, readBytes} from './bytes'
import {plain, quote, splitLine} from './layout'

/** A movie as its file has it, the id still a text. */
export interface MovieRow {
  id: string
  title: string
  genres: string[]
  year?: number
}

/** A user as the file has her, the id still a text. */
export type UserRow = Omit<User, 'userId'> & {id: string}

/** The 19 flags at the end of a line of u.item, in their order. */
const ITEM_GENRES =
  "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western".split(
    '|'
  )

/** What the numbers of the fourth column of users.dat mean. */
const OCCUPATIONS =
  'other|academic/educator|artist|clerical/admin|college/grad student|customer service|doctor/health care|executive/managerial|farmer|homemaker|K-12 student|lawyer|programmer|retired|sales/marketing|scientist|self-employed|technician/engineer|tradesman/craftsman|unemployed|writer'.split(
    '|'
  )

const TITLE_COLUMNS = {
  id: [
    'movieid',
    'itemid',
    'asin',
    'id',
    'movie',
    'item',
    'iid',
    'mid',
    'filmid',
    'film',
    'productid',
    'product'
  ],
  title: ['title', 'movietitle', 'name', 'moviename', 'filmtitle', 'primarytitle', 'originaltitle'],
  genres: ['genres', 'genre', 'categories', 'category'],
  year: ['year', 'releaseyear', 'startyear']
}
const USER_COLUMNS = {
  id: ['userid', 'user', 'uid', 'id'],
  age: ['age'],
  gender: ['gender', 'sex'],
  occupation: ['occupation', 'job']
}

interface Line {
  line: number
  fields: string[]
}

/**
 * The movies of a file in any of the known layouts, in file order.
 * @throws DataFormatError for a bad line, unless `skip` asks for it to be listed in `skipped`.
 */
export function readMovieRows(file: string, skip: boolean, skipped: SkippedLine[]): MovieRow[] {
  const text = readBytes(file, 'a file of movies')
  const seen = new Set<string>()
  const rows: MovieRow[] = []
  const read = (line: number, make: () => MovieRow): void =>
    orSkip(skip, skipped, line, () => {
      const row = make()
      if (seen.has(row.id))
        throw new DataFormatError(
          file,
          line,
          'every movie once',
          `movie ${row.id} again`,
          'Keep one of its lines.'
        )
      seen.add(row.id)
      rows.push(row)
    })
  const decoded = decode(text)
  const start = decoded.slice(0, 4000)
  const firstLine = start.slice(0, (start.search(/[\r\n]/) + 1 || start.length + 1) - 1)
  if (firstLine.includes('::')) {
    for (const {line, fields} of plainLines(decoded, '::'))
      read(line, () => {
        expectFields(file, line, fields, 3, "'::'")
        return movieRow(file, line, fields[0], fields[1], fields[2].split('|'))
      })
  } else if (firstLine.split('|').length >= 20) {
    for (const {line, fields} of plainLines(decoded, '|'))
      read(line, () => {
        expectFields(file, line, fields, 5 + ITEM_GENRES.length, "'|'")
        return movieRow(file, line, fields[0], fields[1], flaggedGenres(file, line, fields.slice(5)))
      })
  } else readMovieCsv(file, decoded, skip, skipped, read)
  skipped.sort((a, b) => a.line - b.line)
  if (rows.length === 0)
    throw new DataFormatError(
      file,
      skipped[0]?.line ?? 0,
      'at least one movie',
      skipped.length === 0 ? 'a header and nothing below it' : `only bad lines (${skipped[0].reason})`,
      'Copy or download the file again.'
    )
  return rows
}

function readMovieCsv(
  file: string,
  text: string,
  skip: boolean,
  skipped: SkippedLine[],
  read: (line: number, make: () => MovieRow) => void
): void {
  const {header, place, lines} = csv(file, text, TITLE_COLUMNS, ['id', 'title'], skip, skipped)
  for (const {line, fields} of lines)
    read(line, () => {
      expectFields(file, line, fields, header.length, 'separators')
      const genres = place.genres < 0 ? [] : splitGenres(fields[place.genres])
      const year = place.year < 0 ? Number.NaN : Number(fields[place.year])
      const row = movieRow(file, line, fields[place.id], fields[place.title], genres)
      return year >= 1870 && year < 2200 ? {...row, year} : row
    })
}

function splitGenres(text: string): string[] {
  return text.includes('|') ? text.split('|') : text.split(/[,;]/)
}

function movieRow(
  file: string,
  line: number,
  id: string,
  title: string,
  genres: readonly string[]
): MovieRow {
  return {
    id: checkId(file, line, id, 'movie'),
    title: title.trim(),
    genres: genres.map(genre => genre.trim()).filter(genre => genre !== '' && genre !== '(no genres listed)')
  }
}

function flaggedGenres(file: string, line: number, flags: readonly string[]): string[] {
  const odd = flags.find(flag => flag.trim() !== '0' && flag.trim() !== '1')
  if (odd !== undefined)
    throw new DataFormatError(
      file,
      line,
      '19 genre flags, 0 or 1',
      quote(odd),
      'Copy or download the file again.'
    )
  return ITEM_GENRES.filter((genre, k) => flags[k].trim() === '1' && genre !== 'unknown')
}

function checkId(file: string, line: number, field: string, what: string): string {
  const id = field.trim()
  if (id === '') throw new DataFormatError(file, line, `a ${what} id`, 'an empty field', 'Fill it in.')
  if (/^-\d+(\.\d+)?$/.test(id))
    throw new DataFormatError(
      file,
      line,
      `a ${what} id from 0 up`,
      `the negative id ${quote(id)}`,
      'Renumber the ids.'
    )
  return id
}

/** The users of users.dat, u.user or a CSV with a header. */
export function readUserRows(file: string): UserRow[] {
  const decoded = decode(readBytes(file, 'a file of users'))
  const firstLine = decoded.slice(0, 4000).split(/\r?\n/, 1)[0]
  if (firstLine.includes('::'))
    return [...plainLines(decoded, '::')].map(({line, fields}) => {
      expectFields(file, line, fields, 5, "'::'")
      const [id, gender, age, code] = fields
      const occupation = OCCUPATIONS[Number(code)] ?? code
      return userRow(file, line, id, age, gender, occupation)
    })
  if (firstLine.split('|').length === 5)
    return [...plainLines(decoded, '|')].map(({line, fields}) => {
      expectFields(file, line, fields, 5, "'|'")
      const [id, age, gender, occupation] = fields
      return userRow(file, line, id, age, gender, occupation)
    })
  const {header, place, lines} = csv(file, decoded, USER_COLUMNS, ['id'], false, [])
  return lines.map(({line, fields}) => {
    expectFields(file, line, fields, header.length, 'separators')
    const at = (k: number): string => (k < 0 ? '' : fields[k])
    return userRow(file, line, fields[place.id], at(place.age), at(place.gender), at(place.occupation))
  })
}

function userRow(
  file: string,
  line: number,
  id: string,
  ageField: string,
  gender: string,
  occupation: string
): UserRow {
  const age = Number(ageField)
  if (ageField.trim() !== '' && !(age >= 0 && age < 200))
    throw new DataFormatError(file, line, 'an age in years', quote(ageField), 'Correct it.')
  return {
    id: checkId(file, line, id, 'user'),
    ...(ageField.trim() === '' ? {} : {age}),
    ...(gender.trim() === '' ? {} : {gender: gender.trim()}),
    ...(occupation.trim() === '' ? {} : {occupation: occupation.trim()})
  }
}

function orSkip(skip: boolean, skipped: SkippedLine[], line: number, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!skip || !(error instanceof DataFormatError)) throw error
    skipped.push(Object.freeze({line, reason: `expected ${error.expected}, got ${error.got}`}))
  }
}

function expectFields(
  file: string,
  line: number,
  fields: readonly string[],
  wanted: number,
  by: string
): void {
  if (fields.length === wanted) return
  throw new DataFormatError(
    file,
    line,
    `${wanted} fields divided by ${by}`,
    `${fields.length === 1 ? '1 field' : `${fields.length} fields`}: ${quote(fields.join(' '))}`,
    fields.length < wanted
      ? 'The file may be cut: copy or download it again.'
      : 'Put fields that hold the separator in quotes.'
  )
}

function* plainLines(text: string, separator: string): Generator<Line> {
  let line = 0
  for (const row of text.split('\n')) {
    line++
    const bare = row.endsWith('\r') ? row.slice(0, -1) : row
    if (bare.trim() !== '') yield {line, fields: bare.split(separator)}
  }
}

/** The rows below a header whose columns are found by their usual names. */
function csv<Names extends Record<string, readonly string[]>>(
  file: string,
  text: string,
  names: Names,
  needed: ReadonlyArray<keyof Names & string>,
  skip: boolean,
  skipped: SkippedLine[]
): {header: string[]; place: Record<keyof Names, number>; lines: Line[]} {
  const first = text.trimStart().split(/\r?\n/, 1)[0]
  const count = (by: string): number => first.split(by).length
  const separator = ([',', ';', '\t', '|'] as const).reduce((best, by) =>
    count(by) > count(best) ? by : best
  )
  const lines = csvLines(file, text, separator, skip, skipped)
  const header = lines.shift()?.fields ?? []
  const known = header.map(plain)
  const place = {} as Record<keyof Names, number>
  for (const role of Object.keys(names) as Array<keyof Names & string>) {
    const name = names[role].find(one => known.includes(one))
    place[role] = name === undefined ? -1 : known.indexOf(name)
  }
  const missing = needed.filter(role => place[role] < 0)
  if (missing.length > 0)
    throw new DataFormatError(
      file,
      1,
      `a header with the columns ${needed.map(role => names[role][0]).join(', ')}`,
      quote(header.join(separator)),
      'Put a first line with these names above the rows.'
    )
  return {header, place, lines}
}

/** A quoted field may run over lines, but not for longer than this: a quote that is never closed is a bad line, not the end. */
const LONGEST_FIELD = 1 << 16

function csvLines(
  file: string,
  text: string,
  separator: ',' | ';' | '\t' | '|',
  skip: boolean,
  skipped: SkippedLine[]
): Line[] {
  const lines: Line[] = []
  let line = 1
  for (let at = 0; at < text.length; ) {
    const first = line
    const next = (from: number): number => {
      const stop = text.indexOf('\n', from)
      return stop < 0 ? text.length : stop
    }
    let stop = next(at)
    const bare = (): string => text.slice(at, text[stop - 1] === '\r' ? stop - 1 : stop)
    let fields = splitLine(bare(), separator)
    let ends = 1
    const oneLine = stop
    while (fields === undefined && stop < text.length && stop - at < LONGEST_FIELD && ends < 200) {
      stop = next(stop + 1)
      ends++
      fields = splitLine(bare(), separator)
    }
    if (fields === undefined) {
      orSkip(skip, skipped, first, () => {
        throw new DataFormatError(
          file,
          first,
          'quotes around whole fields',
          quote(text.slice(at, oneLine)),
          'Close the quote and double the quotes inside; the file may be cut.'
        )
      })
      stop = oneLine
      ends = 1
    } else if (fields.length > 1 || fields[0].trim() !== '') lines.push({line: first, fields})
    line += ends
    at = stop + 1
  }
  return lines
}

/**
 * UTF-8 where the bytes are UTF-8, else ISO-8859-1. Bytes that are neither (both kinds mixed, or the controls 0x80 to 0x9f that
 * no ISO-8859-1 text holds) are a wrong encoding.
 */
function decode(text: FileBytes): string {
  const {bytes, from, end, file} = text
  const zero = bytes.subarray(from, end).indexOf(0)
  const problem = (position: number, got: string): DataFormatError =>
    new DataFormatError(file, lineAt(text, position), 'text in UTF-8 or ISO-8859-1', got, 'Save it as UTF-8.')
  if (zero >= 0) throw problem(from + zero, 'a zero byte')
  let firstBad = -1
  let characters = 0
  for (let at = from; at < end; ) {
    const length = sequence(bytes, at, end)
    if (length === 0) {
      if (firstBad < 0) firstBad = at
      at++
    } else {
      if (length > 1) characters++
      at += length
    }
  }
  if (firstBad < 0) return bytes.toString('utf8', from, end)
  const hex = `the byte 0x${bytes[firstBad].toString(16)}`
  if (characters > 0) throw problem(firstBad, `${hex}, which is not UTF-8 as the rest is`)
  for (let at = from; at < end; at++)
    if (bytes[at] >= 0x80 && bytes[at] < 0xa0)
      throw problem(at, `the byte 0x${bytes[at].toString(16)}, as Windows writes it`)
  return bytes.toString('latin1', from, end)
}

/** The length of the UTF-8 character at a place, 0 where there is none. */
function sequence(bytes: Buffer, at: number, end: number): number {
  const lead = bytes[at]
  if (lead < 0x80) return 1
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
  if (length === 0 || at + length > end) return 0
  for (let k = 1; k < length; k++) if ((bytes[at + k] & 0xc0) !== 0x80) return 0
  return length
}
