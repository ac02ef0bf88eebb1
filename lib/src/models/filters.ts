import type {MovieId} from '../data/ids'
import {ArgumentError, UnknownIdError} from '../errors'
import type {Directory} from './directory'

/** Which movies may be listed. */
export interface Filters {
  /** Only these movies. @throws UnknownIdError for one there is not */
  among?: Iterable<MovieId>
  /** Not these: ids, of which some may be unknown, or those that it is true of. */
  except?: Iterable<MovieId> | ((movieId: MovieId) => boolean)
  /** Only movies of at least one of these genres. @throws ArgumentError for one that no movie has */
  genres?: Iterable<string>
  /** Only movies of these years, both included; one without a year is left out. */
  years?: readonly [from: number, to: number]
  /** Only movies that at least so many people rated in training. @default 0 */
  minRatings?: number
}

/** @internal [movies] 1 where a movie of those that the model knows may be listed: `known` itself where nothing is asked. */
export function allowedBy(directory: Directory, known: Uint8Array, o: Filters): Uint8Array {
  const tests = [
    amongTest(directory, o.among),
    exceptTest(directory, o.except),
    genreTest(directory, o.genres),
    yearTest(directory, o.years),
    countTest(directory, o.minRatings)
  ].filter(test => test !== undefined)
  if (tests.length === 0) return known
  const allowed = known.slice()
  for (let i = 0; i < allowed.length; i++)
    if (allowed[i] === 1 && !tests.every(test => test(i))) allowed[i] = 0
  return allowed
}

type Test = ((i: number) => boolean) | undefined

function amongTest({items, itemsAre}: Directory, among: Filters['among']): Test {
  if (among === undefined) return undefined
  const wanted = new Set<number>()
  for (const movieId of among) {
    const i = items.indexOf(movieId)
    if (i < 0)
      throw new UnknownIdError(
        'movie',
        movieId,
        `Unknown movieId ${movieId}: ${items.describe('movie')} ${itemsAre}.`
      )
    wanted.add(i)
  }
  return i => wanted.has(i)
}

function exceptTest({items}: Directory, except: Filters['except']): Test {
  if (except === undefined) return undefined
  if (typeof except === 'function') return i => !except(items.ids[i])
  const unwanted = new Set<number>()
  for (const movieId of except) unwanted.add(items.indexOf(movieId))
  return i => !unwanted.has(i)
}

function genreTest({items, movies}: Directory, named: Filters['genres']): Test {
  if (named === undefined) return undefined
  const genres = new Set(typeof named === 'string' ? [named] : named)
  const known = movies.genres().map(({genre}) => genre)
  for (const genre of genres) {
    if (!known.includes(genre))
      throw new ArgumentError(`No movie has the genre "${genre}": the genres are ${known.join(', ')}.`)
  }
  return i => movies.get(items.ids[i])?.genres.some(genre => genres.has(genre)) ?? false
}

function yearTest({items, movies}: Directory, years: Filters['years']): Test {
  if (years === undefined) return undefined
  const [from, to] = Array.isArray(years) ? years : []
  if (typeof from !== 'number' || typeof to !== 'number' || !(from <= to))
    throw new ArgumentError(
      `years: expected the first and the last year, as in [1990, 1999], got ${JSON.stringify(years)}.`
    )
  return i => {
    const year = movies.get(items.ids[i])?.year
    return year !== undefined && year >= from && year <= to
  }
}

function countTest({ratersOf}: Directory, least: Filters['minRatings']): Test {
  if (least === undefined) return undefined
  if (!(Number.isInteger(least) && least >= 0))
    throw new ArgumentError(`minRatings: expected a whole number from 0 up, got ${String(least)}.`)
  return i => ratersOf(i) >= least
}
