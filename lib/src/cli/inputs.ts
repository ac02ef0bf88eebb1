import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {DUPLICATES} from '../data/duplicates'
import type {MovieId} from '../data/ids'
import {EDITIONS, type Edition, loadMovieLens} from '../data/movieLens/movieLens'
import type {Ratings} from '../data/ratings'
import type {MovieColumnNames} from '../data/reading/readCatalogue'
import {readMovies, readRatings} from '../data/reading/readers'
import {DATE_FORMATS} from '../data/times'
import {ContentBased} from '../engines/contentBased'
import type {Engine, EngineClass} from '../engines/engine'
import {loadEngine} from '../engines/modelFile/load'
import {type OptionSpec, parseOption} from '../engines/options'
import {engineByName, engines} from '../engines/registry'
import type {FitRun} from '../engines/run'
import {readProfile} from '../models/readProfile'
import type {Profile, Who} from '../models/recommender'
import {count} from '../show/numbers'
import {progressLine} from '../show/progressLine'
import {namesOfTitle} from '../text/titles'
import type {WatchOptions} from '../work'
import {type Io, needed, number, text, UsageError, type Values} from './command'
import {interruptibly} from './interruptibly'

/** Options that choose an engine. */
export const ENGINE_OPTIONS = {
  engine: {type: 'string'},
  set: {type: 'string', multiple: true},
  seed: {type: 'string'},
  workers: {type: 'string'}
} as const

/** Options that name files of ratings. */
export const FILE_OPTIONS = {
  ratings: {type: 'string', multiple: true},
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
  if (seed === undefined) return options
  if (Object.hasOwn(Class.spec.options, 'seed')) options.seed ??= seed
  else if (values.holdout === undefined)
    throw new UsageError(`--seed has no effect: ${Class.spec.name} draws no random numbers. Leave it out.`)
  return options
}

/** Reads a file of ratings with what --movies, --users, --columns, --scale, --date-format, --duplicates and --skip-bad-lines say of it; notes what was left out. */
export async function ratingsFrom(
  path: string | readonly string[],
  values: Values,
  io: Io
): Promise<Ratings> {
  const onBadLine = values['skip-bad-lines'] === true ? 'skip' : 'error'
  const edition = editionFrom(path, values)
  if (edition !== undefined) return interruptibly(() => loadMovieLens(edition, {onBadLine}))
  const movies = text(values, 'movies')
  const users = text(values, 'users')
  const columns = text(values, 'columns')
  const movieColumns = movieColumnsFrom(values)
  const scale = text(values, 'scale')
  const dates = text(values, 'date-format')
  const duplicates = text(values, 'duplicates')
  const options = {
    onBadLine,
    ...(values['no-header'] === true ? {header: false} : {}),
    ...(scale === undefined ? {} : {scale: scaleFrom(scale)}),
    ...(dates === undefined ? {} : {dateFormat: oneOf('date-format', dates, DATE_FORMATS)}),
    ...(duplicates === undefined ? {} : {duplicates: oneOf('duplicates', duplicates, DUPLICATES)}),
    ...(movies === undefined ? {} : {movies}),
    ...(users === undefined ? {} : {users}),
    ...(movieColumns === undefined ? {} : {movieColumns}),
    ...(columns === undefined ? {} : {columns: columnNames('columns', columns, ROLES)})
  } as const
  const ratings = await interruptibly(() => readRatings(path, options))
  if (ratings.readAs !== undefined) io.note(ratings.readAs)
  for (const warning of ratings.warnings) io.note(warning)
  const {skipped} = ratings
  if (skipped.length > 0)
    io.note(
      `${typeof path === 'string' ? path : path.join(', ')}: left out ${count(skipped.length)} bad lines; the first is line ${skipped[0].line}: ${skipped[0].reason}.`
    )
  return ratings
}

/** An edition of MovieLens, named where a file stands; nothing of how a file is read has an effect there. */
function editionFrom(path: string | readonly string[], values: Values): Edition | undefined {
  const [name, ...more] = [path].flat()
  if (more.length > 0 || !Object.hasOwn(EDITIONS, name) || existsSync(name)) return undefined
  const idle = Object.keys(FILE_OPTIONS).find(
    option => option !== 'ratings' && option !== 'skip-bad-lines' && values[option] !== undefined
  )
  if (idle !== undefined)
    throw new UsageError(`${name} is an edition of MovieLens, which is read as it is: leave --${idle} out.`)
  return name as Edition
}

/** The files of --ratings, parts of one. */
export function ratingFiles(values: Values): readonly string[] {
  const files = values.ratings as string[] | undefined
  if (files === undefined || files.includes(''))
    throw new UsageError('--ratings is missing: a file of ratings, or more than one that belong together.')
  return files
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

/** --movie-columns, and the column of the text that the engine asks for. */
function movieColumnsFrom(values: Values): MovieColumnNames | undefined {
  const given = text(values, 'movie-columns')
  const asked = textAsked(values)
  if (given === undefined && asked === undefined) return undefined
  const roles = asked === undefined ? MOVIE_ROLES : [...MOVIE_ROLES, asked]
  const columns = given === undefined ? {} : columnNames('movie-columns', given, roles)
  if (asked === undefined) return columns
  const {[asked]: column = asked, ...rest} = columns
  return {...rest, texts: {[asked]: column}}
}

/** The text whose words the engine learns from: --set text=overview. */
function textAsked(values: Values): string | undefined {
  const Class = engineByName(text(values, 'engine') ?? '')
  if (Class === undefined || !Object.hasOwn(Class.spec.options, 'text')) return undefined
  const {text: asked} = engineOptions(Class, values)
  return typeof asked === 'string' && asked !== '' && !MOVIE_ROLES.includes(asked) ? asked : undefined
}

/** --columns, for what reads without our reader. */
export function columnsFrom(values: Values): Record<string, string> | undefined {
  const given = text(values, 'columns')
  return given === undefined ? undefined : columnNames('columns', given, ['user', 'movie', 'rating'])
}

/** "user=uid,movie=asin" as an object. */
export function columnNames(option: string, given: string, roles: readonly string[]): Record<string, string> {
  const columns: Record<string, string> = {}
  for (const pair of given.split(',')) {
    const [name, column, ...rest] = pair.split('=')
    if (!roles.includes(name) || column === undefined || column === '' || rest.length > 0)
      throw new UsageError(
        `--${option} takes names of columns, as in ${roles.map(role => `${role}=…`).join(',')}; got "${pair}".`
      )
    if (Object.hasOwn(columns, name))
      throw new UsageError(`--${option} names ${name} twice, ${columns[name]} and ${column}: name one.`)
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
    return interruptibly(() => loadEngine(model))
  }
  const Class = engineClass(values)
  const engine = new Class(engineOptions(Class, values))
  const movies = text(values, 'movies')
  if (values.ratings === undefined && movies !== undefined && engine instanceof ContentBased) {
    const columns = movieColumnsFrom(values)
    const catalogue = await interruptibly(() => readMovies(movies, {columns}))
    return fitWithProgress(run => engine.fit(catalogue, run), values, io)
  }
  const ratings = await ratingsFrom(ratingFiles(values), values, io)
  return fitWithProgress(run => engine.fit(ratings, run), values, io)
}

/** Does long work with a progress line, stopped by Ctrl-C. */
export async function watched<Done>(work: (run: WatchOptions) => Promise<Done>, io: Io): Promise<Done> {
  const line = progressLine()
  try {
    return await work({signal: io.signal, onProgress: line.update})
  } finally {
    line.clear()
  }
}

/** Fits, or does other long work, with a progress line, stopped by Ctrl-C, as --workers, --checkpoint and --resume say. */
export async function fitWithProgress<Done>(
  fit: (run: FitRun) => Promise<Done>,
  values: Values,
  io: Io
): Promise<Done> {
  const workers = number(values, 'workers', {whole: true, min: 1, max: 256})
  const checkpoint = text(values, 'checkpoint')
  return watched(
    run =>
      fit({
        ...run,
        ...(workers === undefined ? {} : {workers}),
        ...(checkpoint === undefined ? {} : {checkpoint}),
        ...(values.resume === true ? {resume: true} : {})
      }),
    io
  )
}

/** The options of which one says for whom a list is. */
export const WHO_OPTIONS = {
  user: {type: 'string'},
  profile: {type: 'string'},
  'profile-file': {type: 'string'}
} as const

/** Refuses, before any work, no or more than one of `WHO_OPTIONS`. */
export function checkWho(values: Values): void {
  if (Object.keys(WHO_OPTIONS).filter(name => values[name] !== undefined).length !== 1)
    throw new UsageError('Name one of --user ID, --profile "movieId=rating,…" and --profile-file FILE.')
}

/** --user 15, --profile "2858=5,1=2" or --profile-file ratings.csv. */
export async function whoFrom(values: Values, engine: Engine<any>, io: Io): Promise<Who> {
  const typed = text(values, 'profile')
  const file = text(values, 'profile-file')
  if (typed === undefined && file === undefined) return text(values, 'user') as string
  const profile =
    typed === undefined ? await profileOfFile(file as string, engine, io) : profileFrom(typed, engine, io)
  const idle = profile.filter(({movieId}) => !engine.knowsMovie(movieId))
  if (idle.length > 0 && idle.length < profile.length)
    io.note(
      `${idle.length} of ${profile.length} movies of the profile were not rated in training and say nothing: ${listed(idle.map(({movieId}) => engine.movies.title(movieId)))}.`
    )
  return profile
}

/** The first of many, with semicolons between. */
function listed(names: readonly string[]): string {
  return `${names.slice(0, MOST_LISTED).join('; ')}${names.length > MOST_LISTED ? '; …' : ''}`
}

const MOST_LISTED = 10

/** One movie and its rating; a title may hold commas. */
const PAIR = /^\s*(.+?)\s*=\s*([+-]?(?:\d+(?:\.\d+)?|\.\d+))\s*(?:,|$)/

/** What was typed; a movie that is not in the catalogue is told and left out. */
function profileFrom(given: string, engine: Engine<any>, io: Io): Profile {
  const profile: Array<{movieId: MovieId; rating: number}> = []
  const unknown: string[] = []
  for (let rest = given; rest.trim() !== '' || profile.length + unknown.length === 0; ) {
    const pair = PAIR.exec(rest)
    if (pair === null) throw new UsageError(`--profile takes "movieId=rating,…", got "${rest}".`)
    const [whole, name, rating] = pair
    if (isListed(name, engine)) profile.push({movieId: movieIdFrom(name, engine, io), rating: Number(rating)})
    else unknown.push(`no movie is called "${name}". ${engine.movies.didYouMean(name)}`.trim())
    rest = rest.slice(whole.length)
  }
  if (profile.length === 0)
    throw new UsageError(`--profile: not one of its movies is in the catalogue: ${unknown.join(' ')}`)
  for (const one of unknown) io.note(`--profile: left out, ${one}`)
  return profile
}

/** The ratings of a person's own file; what was not found in the catalogue is told. */
async function profileOfFile(file: string, engine: Engine<any>, io: Io): Promise<Profile> {
  const {profile, unmatched, said} = readProfile(await readFile(file, 'utf8'), engine.movies, {
    scale: engine.train.scale
  })
  for (const one of said) io.note(`${file}: ${one}`)
  if (unmatched.length > 0)
    io.note(
      `${file}: ${count(unmatched.length)} of ${count(unmatched.length + profile.length)} rated movies are not in the catalogue and are left out: ${listed(unmatched)}.`
    )
  for (const title of unmatched.slice(0, MOST_LISTED)) {
    const near = engine.movies.didYouMean(title)
    if (near !== '') io.note(`${file}: ${title} is not in the catalogue. ${near}`)
  }
  if (profile.length === 0)
    throw new UsageError(
      `${file}: not one of its movies is in the catalogue. Check that titles or ids are those of --movies.`
    )
  return profile
}

/** Whether something in the catalogue, or in the ratings alone, is called so. */
function isListed(given: string, {movies, train}: Engine<any>): boolean {
  return movies.meant(given).length > 0 || train.frame.movieIds.indexOf(given) >= 0
}

/** A movie named by its id or its title; a number that is both is taken for the id, which is told. */
export function movieIdFrom(given: string, {movies, train}: Engine<any>, io: Io): MovieId {
  const {movieIds} = train.frame
  if (!movies.has(given) && movieIds.indexOf(given) >= 0) return movieIds.ids[movieIds.indexOf(given)]
  const movie = movies.find(given)
  if (!/^\d+$/.test(given)) return movie.movieId
  const called = [...movies.search(given)].find(
    one => one !== movie && namesOfTitle(one.title).includes(given)
  )
  if (called !== undefined)
    io.note(
      `${given} is taken for the id of ${movie.title} [${movie.movieId}], not for ${called.title} [${called.movieId}].`
    )
  return movie.movieId
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
