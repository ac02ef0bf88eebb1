import {readFile} from 'node:fs/promises'
import {DUPLICATES} from '../data/duplicates'
import type {MovieId} from '../data/ids'
import type {Movies} from '../data/movies'
import type {Ratings} from '../data/ratings'
import {readMovies, readRatings} from '../data/reading/readers'
import {DATE_FORMATS} from '../data/times'
import {ContentBased} from '../engines/contentBased'
import type {Engine, EngineClass} from '../engines/engine'
import {loadEngine} from '../engines/modelFile'
import {type OptionSpec, parseOption} from '../engines/options'
import {engineByName, engines} from '../engines/registry'
import type {FitRun} from '../engines/run'
import type {Profile, Who} from '../models/recommender'
import {count} from '../show/numbers'
import {progressLine} from '../show/progressLine'
import {type Io, needed, number, text, UsageError, type Values} from './command'

/** Options that choose an engine. */
export const ENGINE_OPTIONS = {
  engine: {type: 'string'},
  set: {type: 'string', multiple: true},
  seed: {type: 'string'},
  workers: {type: 'string'}
} as const

/** Options that name files of ratings. */
export const FILE_OPTIONS = {
  ratings: {type: 'string'},
  movies: {type: 'string'},
  'movie-columns': {type: 'string'},
  users: {type: 'string'},
  columns: {type: 'string'},
  'no-header': {type: 'boolean'},
  scale: {type: 'string'},
  'date-format': {type: 'string'},
  duplicates: {type: 'string'},
  'skip-bad-lines': {type: 'boolean'}
} as const

/** The class that --engine names. */
export function engineClass(values: Values): EngineClass {
  return engineCalled(needed(values, 'engine', `one of ${names()}`))
}

/** The class of this name. */
export function engineCalled(name: string): EngineClass {
  const Class = engineByName(name)
  if (Class === undefined) throw new UsageError(`There is no engine "${name}": expected one of ${names()}.`)
  return Class
}

function names(): string {
  return engines()
    .map(engine => engine.spec.name)
    .join(', ')
}

/** The options of --set name=value and --seed, in the types of the engine's spec. */
export function engineOptions(Class: EngineClass, values: Values): Record<string, unknown> {
  const options: Record<string, unknown> = {}
  for (const pair of (values.set as string[] | undefined) ?? []) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`--set takes name=value, got "${pair}".`)
    const name = pair.slice(0, at)
    const option = Object.entries<OptionSpec>(Class.spec.options).find(([one]) => one === name)?.[1]
    if (option === undefined) {
      const known = Object.keys(Class.spec.options).join(', ')
      throw new UsageError(
        `--set ${pair}: ${Class.spec.name} has no option ${name}; it has ${known === '' ? 'none' : known}.`
      )
    }
    options[name] = parseOption(option, pair.slice(at + 1))
  }
  const seed = number(values, 'seed', {whole: true, min: 0})
  if (seed !== undefined && 'seed' in Class.spec.options) options.seed ??= seed
  return options
}

/** Reads a file of ratings with what --movies, --users, --columns, --scale, --date-format, --duplicates and --skip-bad-lines say of it; notes what was left out. */
export async function ratingsFrom(path: string, values: Values, io: Io): Promise<Ratings> {
  const movies = text(values, 'movies')
  const users = text(values, 'users')
  const columns = text(values, 'columns')
  const movieColumns = movieColumnsFrom(values)
  const scale = text(values, 'scale')
  const dates = text(values, 'date-format')
  const duplicates = text(values, 'duplicates')
  const ratings = await readRatings(path, {
    onBadLine: values['skip-bad-lines'] === true ? 'skip' : 'error',
    ...(values['no-header'] === true ? {header: false} : {}),
    ...(scale === undefined ? {} : {scale: scaleFrom(scale)}),
    ...(dates === undefined ? {} : {dateFormat: oneOf('date-format', dates, DATE_FORMATS)}),
    ...(duplicates === undefined ? {} : {duplicates: oneOf('duplicates', duplicates, DUPLICATES)}),
    ...(movies === undefined ? {} : {movies}),
    ...(users === undefined ? {} : {users}),
    ...(movieColumns === undefined ? {} : {movieColumns}),
    ...(columns === undefined ? {} : {columns: columnNames('columns', columns, ROLES)})
  })
  if (ratings.readAs !== undefined) io.note(ratings.readAs)
  for (const warning of ratings.warnings) io.note(warning)
  const {skipped} = ratings
  if (skipped.length > 0)
    io.note(
      `${path}: left out ${count(skipped.length)} bad lines; the first is line ${skipped[0].line}: ${skipped[0].reason}.`
    )
  return ratings
}

/** "1,10" as the ends of a scale. */
function scaleFrom(given: string): [number, number] {
  const ends = given.split(',').map(end => (end.trim() === '' ? Number.NaN : Number(end)))
  if (ends.length !== 2 || !(ends[0] < ends[1]) || !ends.every(Number.isFinite))
    throw new UsageError(`--scale takes smallest,largest, as in 1,10; got "${given}".`)
  return [ends[0], ends[1]]
}

function oneOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find(one => one === given)
  if (found === undefined)
    throw new UsageError(`--${option} takes one of ${known.join(', ')}; got "${given}".`)
  return found
}

const ROLES = ['user', 'movie', 'rating', 'timestamp']
const MOVIE_ROLES = ['id', 'title', 'genres', 'year']

function movieColumnsFrom(values: Values): Record<string, string> | undefined {
  const given = text(values, 'movie-columns')
  return given === undefined ? undefined : columnNames('movie-columns', given, MOVIE_ROLES)
}

/** "user=uid,movie=asin" as an object. */
function columnNames(option: string, given: string, roles: readonly string[]): Record<string, string> {
  const columns: Record<string, string> = {}
  for (const pair of given.split(',')) {
    const [name, column, ...rest] = pair.split('=')
    if (!roles.includes(name) || column === undefined || column === '' || rest.length > 0)
      throw new UsageError(
        `--${option} takes names of columns, as in ${roles.map(role => `${role}=…`).join(',')}; got "${pair}".`
      )
    columns[name] = column
  }
  return columns
}

/** A fitted engine: read from --model, or fitted on --ratings (for `content` also on --movies alone). */
export async function fittedEngine(values: Values, io: Io): Promise<Engine<any>> {
  const model = text(values, 'model')
  if (model !== undefined) {
    const idle = Object.keys({...ENGINE_OPTIONS, ...FILE_OPTIONS}).find(name => values[name] !== undefined)
    if (idle !== undefined) throw new UsageError(`--model names a fitted engine: leave --${idle} out.`)
    return loadEngine(model)
  }
  const Class = engineClass(values)
  const engine = new Class(engineOptions(Class, values))
  const movies = text(values, 'movies')
  const path = text(values, 'ratings')
  if (path === undefined && movies !== undefined && engine instanceof ContentBased) {
    const catalogue = await readMovies(movies, {columns: movieColumnsFrom(values)})
    return fitWithProgress(run => engine.fit(catalogue, run), values, io)
  }
  const ratings = await ratingsFrom(needed(values, 'ratings', 'a file of ratings to fit on'), values, io)
  return fitWithProgress(run => engine.fit(ratings, run), values, io)
}

/** Fits with a progress line, stopped by Ctrl-C, as --workers, --checkpoint and --resume say. */
export async function fitWithProgress<E extends Engine<any>>(
  fit: (run: FitRun) => Promise<E>,
  values: Values,
  io: Io
): Promise<E> {
  const workers = number(values, 'workers', {whole: true, min: 1, max: 256})
  const checkpoint = text(values, 'checkpoint')
  const line = progressLine()
  try {
    return await fit({
      signal: io.signal,
      onProgress: line.update,
      ...(workers === undefined ? {} : {workers}),
      ...(checkpoint === undefined ? {} : {checkpoint}),
      ...(values.resume === true ? {resume: true} : {})
    })
  } finally {
    line.clear()
  }
}

/** --user 15 or --profile "2858=5,1=2". */
export function whoFrom(values: Values, engine: Engine<any>): Who {
  const user = text(values, 'user')
  const profile = text(values, 'profile')
  if ((user === undefined) === (profile === undefined))
    throw new UsageError('Name either --user ID or --profile "movieId=rating,…".')
  return user === undefined ? profileFrom(profile as string, engine.movies) : user
}

function profileFrom(given: string, movies: Movies): Profile {
  return given.split(',').map(pair => {
    const at = pair.lastIndexOf('=')
    const rating = pair.slice(at + 1).trim()
    if (at < 1 || rating === '' || !Number.isFinite(Number(rating)))
      throw new UsageError(`--profile takes "movieId=rating,…", got "${pair}".`)
    return {movieId: movieIdFrom(pair.slice(0, at).trim(), movies), rating: Number(rating)}
  })
}

/** A movie named by its id or its title. */
export function movieIdFrom(given: string, movies: Movies): MovieId {
  return movies.find(given).movieId
}

/** Row numbers, one a line, counted from 0. */
export async function rowNumbers(path: string): Promise<number[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/)
  return lines.flatMap((line, k) => {
    if (line.trim() === '') return []
    if (!/^\d+$/.test(line.trim()))
      throw new UsageError(`${path}:${k + 1}: expected a row number from 0 up, got "${line}".`)
    return [Number(line)]
  })
}
