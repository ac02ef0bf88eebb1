import type {MovieId} from '../data/ids'
import type {Movie, Movies} from '../data/movies'
import {placeOfName} from '../data/reading/fields'
import {linesIn, Records, splitLine} from '../data/reading/records'
import {ArgumentError} from '../errors'
import {barename, namesOfTitle} from '../text/titles'
import type {Profile} from './recommender'

/** What became of a person's own file of ratings. */
export interface ProfileFile {
  /** The ratings that were found in the catalogue. */
  profile: Profile
  /** Titles that are not in the catalogue, or that more than one movie has, as the file writes them. */
  unmatched: string[]
  /** What was taken for what: the scale, movies rated again. */
  said: string[]
}

/** Usual names of columns, in small letters without punctuation: Letterboxd's, IMDb's, and people's own. */
const COLUMNS = {
  id: ['movieid', 'itemid', 'id'],
  title: ['title', 'name', 'movie', 'film', 'movietitle'],
  original: ['originaltitle'],
  year: ['year', 'releaseyear'],
  rating: ['yourrating', 'rating', 'stars', 'score', 'myrating']
}
type Column = keyof typeof COLUMNS

/**
 * Reads a person's own ratings from the text of a CSV file: an export of Letterboxd or IMDb, `title,year,stars` or `movieId,rating`.
 * Titles are matched by title and year (one year off at most), whatever their case, accents and article, by a second title, too. Stars keep their share
 * of the largest: 8 of 10 are 4 of 5. Needs nothing of Node.
 * @param o.scale the scale of the training ratings, `engine.train.scale`; default 0.5 to 5
 * @param o.of the largest rating of the file; default 5 for Letterboxd, 10 for IMDb, 10 elsewhere where a rating is above 5
 * @throws ArgumentError for a file without these columns, or with a rating that is none
 * @example
 * const {profile, unmatched} = readProfile(readFileSync('ratings.csv', 'utf8'), engine.movies, {scale: engine.train.scale})
 */
export function readProfile(
  text: string,
  movies: Movies,
  o: {scale?: readonly [min: number, max: number]; of?: number} = {}
): ProfileFile {
  const [min, max] = o.scale ?? [0.5, 5]
  const {rows, place, header} = table(text)
  const rated = rows.filter(({fields}) => fields[place.rating].trim() !== '')
  const stars = rated.map(({fields, line}) => starsOf(fields[place.rating], line))
  const source = header.includes('const') ? 10 : header.includes('letterboxduri') ? 5 : undefined
  const top = o.of ?? source ?? (stars.some(one => one > 5) ? 10 : Math.min(max, 5))
  const over = stars.findIndex(one => one > top || one < 0)
  if (over >= 0)
    throw new ArgumentError(
      `Line ${rated[over].line}: expected a rating from 0 to ${top}, got ${stars[over]}. Give the largest rating of the file by of: 100.`
    )
  const said =
    top === max ? [] : [`Ratings of ${top} at most are read as shares of ${max}: ${top} is ${max}.`]
  const catalogue = new Catalogue(movies)
  const profile = new Map<MovieId, number>()
  const unmatched: string[] = []
  let again = 0
  rated.forEach(({fields}, n) => {
    const movie = catalogue.find(fields, place)
    if (movie === undefined) {
      unmatched.push(nameOf(fields, place))
      return
    }
    if (profile.has(movie.movieId)) again++
    profile.set(movie.movieId, Math.min(max, Math.max(min, (stars[n] * max) / top)))
  })
  if (again > 0) said.push(`${again} movies are rated again: the last rating is kept.`)
  if (rated.length < rows.length)
    said.push(`${rows.length - rated.length} movies without a rating are left out.`)
  return {profile: [...profile].map(([movieId, rating]) => ({movieId, rating})), unmatched, said}
}

/** Movies by their names, to be found by title and year. */
class Catalogue {
  private readonly named = new Map<string, Movie[]>()

  constructor(private readonly movies: Movies) {
    for (const movie of movies)
      for (const name of new Set([movie.title, movie.originalTitle].flatMap(namesOfTitle))) {
        const known = this.named.get(name)
        if (known === undefined) this.named.set(name, [movie])
        else known.push(movie)
      }
  }

  /** The one movie a row speaks of: by its id, else by a title and the year, or the nearest year but one. */
  find(fields: readonly string[], place: Readonly<Record<Column, number>>): Movie | undefined {
    if (place.id >= 0) {
      const id = fields[place.id].trim()
      return this.movies.get(/^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id)
    }
    const year = place.year < 0 ? Number.NaN : Number.parseInt(fields[place.year], 10)
    for (const column of [place.title, place.original]) {
      if (column < 0) continue
      const names = namesOfTitle(fields[column])
      const found = [...new Set(names.flatMap(name => this.named.get(name) ?? []))]
      const written = /\((\d{4})\)\s*$/.exec(fields[column])?.[1]
      const wanted = Number.isNaN(year) && written !== undefined ? Number(written) : year
      if (Number.isNaN(wanted)) {
        if (found.length === 1) return found[0]
        continue
      }
      const near = [0, 1].map(off =>
        found.filter(one => one.year !== undefined && Math.abs(one.year - wanted) === off)
      )
      const of = near[0].length > 0 ? near[0] : near[1]
      if (of.length === 1) return of[0]
    }
    return undefined
  }
}

function nameOf(fields: readonly string[], place: Readonly<Record<Column, number>>): string {
  if (place.id >= 0) return fields[place.id].trim()
  const title = fields[place.title].trim()
  return place.year < 0 || fields[place.year].trim() === ''
    ? title
    : `${title} (${fields[place.year].trim()})`
}

function starsOf(field: string, line: number): number {
  const stars = Number(field.trim().replace(',', '.'))
  if (Number.isFinite(stars)) return stars
  throw new ArgumentError(`Line ${line}: expected a rating that is a number, got ${JSON.stringify(field)}.`)
}

interface Row {
  readonly line: number
  readonly fields: readonly string[]
}

/** The rows below the header, and where their columns are. */
function table(given: string): {rows: Row[]; place: Record<Column, number>; header: string[]} {
  const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const lines = linesIn(text)
  let [line, top, start] = [1, lines(0), 0]
  for (; top !== undefined && top.text.trim() === ''; line++) {
    start = top.below
    top = lines(start)
  }
  const first = top?.text ?? ''
  const separator = ([';', '\t'] as const).find(one => first.split(one).length > 2) ?? ','
  const header = (splitLine(first, separator) ?? []).map(barename)
  const place = {} as Record<Column, number>
  for (const column of Object.keys(COLUMNS) as Column[]) place[column] = placeOfName(header, COLUMNS[column])
  if (place.rating < 0 || (place.id < 0 && place.title < 0))
    throw new ArgumentError(
      `Expected a first line with a title (or movieId) and a rating, as Letterboxd and IMDb write them, got ${JSON.stringify(first.slice(0, 80))}.`
    )
  if (header.includes('const')) place.id = -1
  const rows: Row[] = []
  // A review may run over lines.
  const records = new Records(lines, separator)
  for (let at = top?.below ?? 0; at <= text.length; ) {
    line++
    const {fields, text: record, lines: more, below} = records.at(at)
    at = below
    if (record.trim() !== '') {
      if (fields === undefined || fields.length < header.length)
        throw new ArgumentError(
          `Line ${line}: expected ${header.length} fields, got ${fields?.length ?? 'a quote that is not closed'}: ${JSON.stringify(record.slice(0, 60))}.`
        )
      rows.push({line, fields})
    }
    line += more - 1
  }
  return {rows, place, header}
}
