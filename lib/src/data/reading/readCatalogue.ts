import {isUtf8} from 'node:buffer'
import {DataFormatError, type SkippedLine} from '../../errors'
import type {User} from '../ratings'
import {type FileBytes, lineAt, readBytes} from './bytes'
import {
  brokenQuotes,
  expectFields,
  type Meeting,
  nothingIn,
  orSkip,
  type Problem,
  placeOfName,
  problemAt,
  quote,
  readId,
  type Separator
} from './fields'
import {genreTexts} from './genres'
import {columnAt, plain} from './layout'
import {linesIn, Records} from './records'

/** A movie as its file has it, the id still a text. */
export interface MovieRow {
  id: string
  title: string
  genres: string[]
  year?: number
  texts?: Record<string, string>
}

/** The names of the columns of a catalogue where they are not usual ones. */
export interface MovieColumnNames {
  /** The ids of movies. */
  id?: string
  /** Titles. */
  title?: string
  /** Genres, separated as the file does. */
  genres?: string
  /** Years of release. */
  year?: string
  /** Columns of other texts by the names under which each movie keeps them, as in `{overview: 'plot'}`: for `new ContentBased({text: 'overview'})`. */
  texts?: Readonly<Record<string, string>>
}

/** A catalogue as its file has it. */
export interface MovieRows {
  readonly rows: MovieRow[]
  /** The column of the ids where it is likely that they are another data set's: `id` beside `imdb_id`. */
  readonly idsOfOthers: string | undefined
  /** What was guessed. */
  readonly warnings: readonly string[]
}

/** A line of the Netflix Prize's titles: `1,2003,Dinosaur Planet`. A title may hold commas. */
const NETFLIX_TITLE = /^(\d+),(\d{4}|NULL),(.+)$/

/** Rows whose columns have names. */
export interface NamedRows {
  readonly header: readonly string[]
  readonly separator: Separator
  /** Numbered as a message has it. */
  readonly lines: Line[]
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
    'product',
    'isbn'
  ],
  title: [
    'title',
    'movietitle',
    'name',
    'moviename',
    'filmtitle',
    'primarytitle',
    'originaltitle',
    'booktitle'
  ],
  genres: ['genres', 'genre', 'categories', 'category', 'class'],
  year: ['year', 'releaseyear', 'startyear', 'yearofpublication', 'releasedate']
}
/** Columns that say that a file has more than one kind of ids. */
const OTHER_IDS = ['imdbid', 'imdb', 'tconst']
const USER_COLUMNS = {
  id: ['userid', 'user', 'uid', 'id'],
  age: ['age'],
  gender: ['gender', 'sex'],
  occupation: ['occupation', 'job']
}

/** A row of a file. */
export interface Line {
  line: number
  fields: string[]
}

/**
 * The movies of a file in any of the known layouts, in file order; `made` are its rows where it is no text.
 * @throws DataFormatError for a bad line, unless `skip` asks for it to be listed in `skipped`.
 */
export function readMovieRows(
  file: string,
  skip: boolean,
  skipped: SkippedLine[],
  columns: MovieColumnNames = {},
  made?: NamedRows
): MovieRows {
  const seen = new Set<string>()
  const rows: MovieRow[] = []
  const meeting: Meeting = {file, skip, skipped}
  const read = (line: number, make: (problem: Problem) => MovieRow): void =>
    orSkip(meeting, line, problem => {
      const row = make(problem)
      if (seen.has(row.id))
        throw problem('every movie once', `movie ${row.id} again`, 'Keep one of its lines.')
      seen.add(row.id)
      rows.push(row)
    })
  const decoded = made === undefined ? decode(readBytes(file, 'a file of movies')) : ''
  const first = firstLine(decoded)
  const bare = first.includes('::') || first.split('|').length >= 20 || NETFLIX_TITLE.test(first)
  const named = Object.values({...columns, ...columns.texts}).find(name => typeof name === 'string')
  if (bare && named !== undefined)
    throw new DataFormatError(
      file,
      1,
      `a header with a column called ${quote(named)}`,
      `rows of known columns: ${quote(first)}`,
      'Leave the names of columns out, or name another file of movies.'
    )
  let told: Omit<MovieRows, 'rows'> = {idsOfOthers: undefined, warnings: []}
  if (first.includes('::')) {
    for (const {line, fields} of plainLines(decoded, '::'))
      read(line, problem => {
        expectFields(fields, 3, '::', problem)
        return movieRow(fields[0], fields[1], fields[2].split('|'), problem)
      })
  } else if (first.split('|').length >= 20) {
    for (const {line, fields} of plainLines(decoded, '|'))
      read(line, problem => {
        expectFields(fields, 5 + ITEM_GENRES.length, '|', problem)
        return movieRow(fields[0], fields[1], flaggedGenres(fields.slice(5), problem), problem)
      })
  } else if (NETFLIX_TITLE.test(first)) {
    for (const [n, text] of decoded.split('\n').entries())
      if (text.trim() !== '')
        read(n + 1, problem => {
          const fields = NETFLIX_TITLE.exec(text.trim())
          if (fields === null) throw problem('an id, a year and a title', quote(text), 'Correct the line.')
          const [, id, year, title] = fields
          const row = movieRow(id, title.replace(/^"(.*)"$/, '$1'), [], problem)
          return year === 'NULL' ? row : {...row, year: Number(year)}
        })
  } else told = readNamed(file, made ?? csvRows(meeting, decoded), columns, read)
  skipped.sort((a, b) => a.line - b.line)
  if (rows.length === 0) throw nothingIn(file, 'movie', skipped)
  return {rows, ...told}
}

function readNamed(
  file: string,
  {header, separator, lines}: NamedRows,
  columns: MovieColumnNames,
  read: (line: number, make: (problem: Problem) => MovieRow) => void
): Omit<MovieRows, 'rows'> {
  const needed = ['id', 'title'] as const
  const {texts: asked = {}, ...named} = columns
  const place = placesOf(file, header, separator, TITLE_COLUMNS, needed, named)
  const texts = Object.entries(asked).map(
    ([name, column]) => [name, columnAt(file, header, column, 'text')] as const
  )
  const {split, said} = genreTexts(
    place.genres < 0 ? [] : lines.map(({fields}) => fields[place.genres] ?? '')
  )
  for (const {line, fields} of lines)
    read(line, problem => {
      expectFields(fields, header.length, separator, problem)
      const genres = place.genres < 0 ? [] : split(fields[place.genres])
      const year = place.year < 0 ? Number.NaN : yearOf(fields[place.year])
      const row = {
        ...movieRow(fields[place.id], fields[place.title], genres, problem),
        ...textsIn(fields, texts)
      }
      return year >= 1870 && year < 2200 ? {...row, year} : row
    })
  const guessed = columns.id === undefined && plain(header[place.id]) === 'id'
  const others = guessed && header.some(name => OTHER_IDS.includes(plain(name)))
  return {
    idsOfOthers: others ? header[place.id] : undefined,
    warnings: said === undefined ? [] : [`${file}: ${said}`]
  }
}

/** The texts that were asked for, where there are such. */
function textsIn(
  fields: readonly string[],
  places: ReadonlyArray<readonly [name: string, place: number]>
): {texts?: Record<string, string>} {
  if (places.length === 0) return {}
  return {texts: Object.fromEntries(places.map(([name, place]) => [name, fields[place].trim()]))}
}

/** The year in a year or an ISO date. */
function yearOf(field: string): number {
  return Number(/^\s*(\d{4})(?:\.0|-\d\d(?:-\d\d)?)?\s*$/.exec(field)?.[1] ?? Number.NaN)
}

function movieRow(id: string, title: string, genres: readonly string[], problem: Problem): MovieRow {
  return {
    id: readId(id, 'movie', problem),
    title: title.trim(),
    genres: genres.map(genre => genre.trim()).filter(genre => genre !== '' && genre !== '(no genres listed)')
  }
}

function flaggedGenres(flags: readonly string[], problem: Problem): string[] {
  const odd = flags.find(flag => flag.trim() !== '0' && flag.trim() !== '1')
  if (odd !== undefined)
    throw problem('19 genre flags, 0 or 1', quote(odd), 'Copy or download the file again.')
  return ITEM_GENRES.filter((genre, k) => flags[k].trim() === '1' && genre !== 'unknown')
}

/** The users of users.dat, u.user or a CSV with a header; `made` are its rows where it is no text. */
export function readUserRows(file: string, made?: NamedRows): UserRow[] {
  const decoded = made === undefined ? decode(readBytes(file, 'a file of users')) : ''
  const first = firstLine(decoded)
  // MovieTweetings knows nothing of its users but their number at Twitter.
  const bare = first.split('::').length === 2
  if (first.includes('::'))
    return [...plainLines(decoded, '::')].map(({line, fields}) => {
      const problem = problemAt(file, line)
      if (bare) {
        expectFields(fields, 2, '::', problem)
        return userRow(fields[0], '', '', '', problem)
      }
      expectFields(fields, 5, '::', problem)
      const [id, gender, age, code] = fields
      const occupation = OCCUPATIONS[Number(code)] ?? code
      return userRow(id, age, gender, occupation, problem)
    })
  if (first.split('|').length === 5)
    return [...plainLines(decoded, '|')].map(({line, fields}) => {
      const problem = problemAt(file, line)
      expectFields(fields, 5, '|', problem)
      const [id, age, gender, occupation] = fields
      return userRow(id, age, gender, occupation, problem)
    })
  const {header, separator, lines} = made ?? csvRows({file, skip: false, skipped: []}, decoded)
  const place = placesOf(file, header, separator, USER_COLUMNS, ['id'])
  return lines.map(({line, fields}) => {
    const problem = problemAt(file, line)
    expectFields(fields, header.length, separator, problem)
    const at = (k: number): string => (k < 0 ? '' : fields[k])
    return userRow(fields[place.id], at(place.age), at(place.gender), at(place.occupation), problem)
  })
}

function userRow(
  id: string,
  ageField: string,
  gender: string,
  occupation: string,
  problem: Problem
): UserRow {
  const age = Number(ageField)
  if (ageField.trim() !== '' && !(age >= 0 && age < 200))
    throw problem('an age in years', quote(ageField), 'Correct it.')
  return {
    id: readId(id, 'user', problem),
    ...(ageField.trim() === '' ? {} : {age}),
    ...(gender.trim() === '' ? {} : {gender: gender.trim()}),
    ...(occupation.trim() === '' ? {} : {occupation: occupation.trim()})
  }
}

function firstLine(text: string): string {
  return text.slice(0, 4000).split(/[\r\n]/, 1)[0]
}

function* plainLines(text: string, separator: string): Generator<Line> {
  let line = 0
  for (const row of text.split('\n')) {
    line++
    const bare = row.endsWith('\r') ? row.slice(0, -1) : row
    if (bare.trim() !== '') yield {line, fields: bare.split(separator)}
  }
}

/** The rows of a CSV below its header. */
function csvRows(meeting: Meeting, text: string): NamedRows {
  const first = firstLine(text.trimStart())
  const count = (by: string): number => first.split(by).length
  const separator = ([',', ';', '\t', '|'] as const).reduce((best, by) =>
    count(by) > count(best) ? by : best
  )
  const lines = csvLines(meeting, text, separator)
  return {header: lines.shift()?.fields ?? [], separator, lines}
}

/** The places of columns, by the names that somebody gave them, or by their usual ones. */
function placesOf<Names extends Record<string, readonly string[]>>(
  file: string,
  header: readonly string[],
  separator: Separator,
  names: Names,
  needed: ReadonlyArray<keyof Names & string>,
  columns: Partial<Record<keyof Names, string>> = {}
): Record<keyof Names, number> {
  const known = header.map(plain)
  const place = {} as Record<keyof Names, number>
  for (const role of Object.keys(names) as Array<keyof Names & string>) {
    const given = columns[role]
    place[role] = given === undefined ? placeOfName(known, names[role]) : columnAt(file, header, given, role)
  }
  const missing = needed.filter(role => place[role] < 0)
  if (missing.length > 0)
    throw new DataFormatError(
      file,
      1,
      `a header with the columns ${needed.map(role => names[role][0]).join(', ')}`,
      quote(header.join(separator)),
      `Put a first line with these names above the rows${needed.includes('title') ? ', or name the columns: --movie-columns id=…,title=…' : ''}.`
    )
  return place
}

function csvLines(meeting: Meeting, text: string, separator: Separator): Line[] {
  const rows: Line[] = []
  const records = new Records(linesIn(text), separator)
  let line = 1
  for (let place = 0; place <= text.length; ) {
    const {fields, text: record, lines, below} = records.at(place)
    if (fields === undefined)
      orSkip(meeting, line, problem => {
        throw brokenQuotes(record, problem)
      })
    else if (fields.length > 1 || fields[0].trim() !== '') rows.push({line, fields})
    line += lines
    place = below
  }
  return rows
}

/** A character of more than one byte in UTF-8, in bytes. */
const CHARACTER = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g

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
  if (isUtf8(bytes.subarray(from, end))) return bytes.toString('utf8', from, end)
  const latin = bytes.toString('latin1', from, end)
  const rest = latin.replace(CHARACTER, character => '.'.repeat(character.length))
  const bad = rest.search(/[\x80-\xff]/)
  if (bad < 0) return bytes.toString('utf8', from, end)
  const hex = (at: number): string => `the byte 0x${bytes[from + at].toString(16)}`
  if (rest !== latin) throw problem(from + bad, `${hex(bad)}, which is not UTF-8 as the rest is`)
  const control = latin.search(/[\x80-\x9f]/)
  if (control >= 0) throw problem(from + control, `${hex(control)}, as Windows writes it`)
  return latin
}
