/**
 * Model files: what kind of model it is, its numbers and arrays, the catalogue, what the fit was, and all ratings it was fitted on, with
 * the ids of who gave them, or, on request, what is known without them.
 */
import {compareIds, IdIndex, type MovieId, type UserId} from '../data/ids'
import {Movies} from '../data/movies'
import {Ratings, type RatingsFrame, type User, type Withheld} from '../data/ratings'
import {ArrayFileError, ModelFileError, RatingsNeededError} from '../errors'
import {
  type ArrayFileContent,
  type ArrayFormat,
  type Arrays,
  type NumberArray,
  readArrayFile,
  writeArrayFile
} from '../files/arrayFile'
import {type ModelKind, type ModelState, type Since, Support} from '../models/model'
import type {Engine, EngineClass, Saved} from './engine'
import {isRatingEngine, RatingEngine} from './ratingEngine'
import {engineByName} from './registry'
import type {HistoryEntry} from './run'

const FORMAT: ArrayFormat = {
  magic: 'MOVIEREC',
  version: 3,
  noun: 'model',
  ifForeign: 'Make one with saveEngine() or movie-recs fit.',
  ifBroken: 'Fit and save it again.'
}

interface Header {
  engine: string
  model: ModelKind
  options: Record<string, unknown>
  values: Record<string, unknown>
  history: HistoryEntry[]
  userIds: readonly UserId[]
  movieIds: readonly MovieId[]
  scale: readonly [number, number]
  movies: Array<{
    movieId: MovieId
    title: string
    year?: number
    genres: readonly string[]
    texts?: Readonly<Record<string, string>>
  }>
  users: User[]
  /** Present where the ratings are clicks. */
  clicks?: true
  /** Ratings taken in by updates since the fit; whose they are stands in arrays. */
  since?: number
  /** Where the ratings were left out. */
  withheld?: Pick<Withheld, 'ratings' | 'users' | 'mean'>
}

/** What goes into a model file. */
export interface SaveOptions {
  /**
   * Whether the training ratings, the ids of users and what was learned of each of them go in. Without them the engine knows nobody and
   * answers for ratings typed in (a `Profile`), and the file may be much smaller. What was learned from all together stays: of a movie with
   * very few raters that can still tell what they gave. @default true
   */
  ratings?: boolean
}

/** The class of an engine. */
export interface LoadableEngine<E extends Engine<any, any>> {
  readonly name: string
  /** What its engines are made like. */
  readonly prototype: E
}

/** @internal */
export type ModelContent = Pick<ArrayFileContent, 'header' | 'arrays'>

/** The training ratings by user, which a file has beside the arrays of the engine. */
interface RatingArrays {
  start: Int32Array
  index: Int32Array
  value: Float32Array
  time?: Float64Array
}

/** What updates have changed since the fit. */
type SinceArrays = Omit<Since, 'ratings'>

/**
 * Writes a fitted engine to a file: to a temporary name beside it first, then renamed, so that a failure leaves no half file.
 *
 * **The file holds all training ratings** with the ids of users and movies, and what is known of users (age, gender, occupation), since
 * lists leave out what was rated: pass it on as you would the ratings, or write it with `{ratings: false}`. Neighbours, blends with them,
 * and weights that were learned by users where these are fewer than the movies (`ease`, `graph-filter`) are made of the ratings and
 * cannot do without.
 * @throws RatingsNeededError for such a model without ratings; NotFittedError; FileError for a full disk and its like.
 */
export async function saveEngine(engine: Engine<any, any>, path: string, o: SaveOptions = {}): Promise<void> {
  await writeArrayFile(path, FORMAT, contentOf(engine, o))
}

/** @internal What a model file holds of an engine: the arrays are the engine's own. */
export function contentOf(engine: Engine<any, any>, o: SaveOptions = {}): ModelContent {
  const saved = engine.save()
  const {train, since, kind} = saved
  const {ratings = train.withheld === undefined} = o
  const state = ratings ? saved.state : anonymousState(engine)
  // Weights do not know movies that were first rated after the fit.
  const raters = (): Arrays<NumberArray> => ({
    'ratings.raters': Support.of(train, kind === 'weights' ? since?.movies : undefined).movies
  })
  return {
    header: headerOf(engine, {...saved, state}, ratings),
    arrays: {...(ratings ? {...arraysOf(train), ...sinceArrays(since)} : raters()), ...state.arrays}
  }
}

/**
 * Reads a fitted engine back; its scores are those it was saved with. With a class behind the path the engine is of that class, or the file is
 * refused: `RatingEngine` for any that predicts stars.
 * @throws ModelFileError for a file that is foreign, of another version, cut, corrupt, not sound, or of another class.
 * @example
 * const engine = await loadEngine('model.mrec', RatingEngine)
 * engine.predict(15, 2858)
 */
export async function loadEngine(path: string): Promise<Engine<any>>
export async function loadEngine(path: string, as: typeof RatingEngine): Promise<RatingEngine>
export async function loadEngine<E extends Engine<any, any>>(path: string, as: LoadableEngine<E>): Promise<E>
export async function loadEngine(path: string, as?: LoadableEngine<Engine<any, any>>): Promise<Engine<any>> {
  const engine = engineOf(path, await readContent(path))
  const rates = as === (RatingEngine as unknown)
  if (as === undefined || (rates ? isRatingEngine(engine) : engine instanceof (as as EngineClass)))
    return engine
  throw new ModelFileError(
    path,
    rates
      ? `${path} holds ${engine}, which ranks movies and predicts no stars. Load it without a class, and ask recommend().`
      : `${path} holds a ${engine.constructor.name}, and ${as.name} was asked for. Load it as what it is, or without a class.`
  )
}

/** @internal What a model file holds; its arrays in memory that threads can share where that is asked for. */
export function readContent(path: string, o: {shared?: boolean} = {}): Promise<ModelContent> {
  return readArrayFile(path, FORMAT, o).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new ModelFileError(path, `There is no model file ${path}. ${FORMAT.ifForeign}`)
    throw error instanceof ArrayFileError ? new ModelFileError(path, error.message) : error
  })
}

/** @internal The engine that a model file holds; `path` is for messages. @throws ModelFileError for a content that is not sound */
export function engineOf(path: string, file: ModelContent): Engine<any> {
  const header = file.header as Header
  const {
    'ratings.start': start,
    'ratings.index': index,
    'ratings.value': value,
    'ratings.time': time,
    'ratings.raters': raters,
    'since.u': u,
    'since.i': i,
    'since.was': was,
    'since.movies': unrated,
    ...arrays
  } = file.arrays
  const ratings = {start, index, value, time} as RatingArrays
  const taken = {u, i, was, movies: unrated} as SinceArrays
  const without = Object(header).withheld !== undefined
  const fault =
    faultOfHeader(header) ??
    (without ? faultOfRaters(header, raters) : faultOfRatings(header, ratings)) ??
    faultOfSince(header, taken)
  if (fault !== undefined)
    throw new ModelFileError(path, `${path} is not sound: ${fault}. ${FORMAT.ifBroken}`)
  const Class = engineByName(header.engine)
  if (Class === undefined)
    throw new ModelFileError(
      path,
      `${path} holds a model of engine "${header.engine}", which this version does not have.`
    )
  const engine = new Class(header.options)
  engine.load({
    options: header.options,
    kind: header.model,
    state: {values: header.values, arrays},
    train: without ? withheldOf(header, raters as Int32Array) : ratingsOf(header, ratings),
    history: header.history,
    ...(header.since === undefined ? {} : {since: {...taken, ratings: header.since}})
  })
  return engine
}

function anonymousState(engine: Engine<any, any>): ModelState {
  const state = engine.model.anonymous?.()
  if (state !== undefined) return state
  throw new RatingsNeededError(
    `${engine.name}: this model answers out of the training ratings themselves and cannot be saved without them. Save it with its ratings, or fit an engine that can do without, such as mf, als, bayesian or slim.`
  )
}

/** Seconds are left out: the same fit writes the same bytes. */
function headerOf(
  engine: Engine<any>,
  {options, kind, state, train, history, since}: Saved<object>,
  ratings: boolean
): Header {
  return {
    engine: engine.name,
    model: kind,
    options: options as Record<string, unknown>,
    values: state.values,
    history: history.map(entry => ({...entry, seconds: 0})),
    userIds: ratings ? train.frame.userIds.ids : [],
    movieIds: train.frame.movieIds.ids,
    scale: train.scale,
    movies: Array.from(train.movies, ({movieId, originalTitle, year, genres, texts}) => ({
      movieId,
      title: originalTitle,
      ...(year === undefined ? {} : {year}),
      genres,
      ...(texts === undefined ? {} : {texts})
    })),
    users: train.users === undefined || !ratings ? [] : [...train.users.values()],
    ...(train.clicks ? {clicks: true as const} : {}),
    ...(since === undefined || !ratings ? {} : {since: since.ratings}),
    ...(ratings ? {} : {withheld: countsOf(train)})
  }
}

/** What is known of ratings that are left out. */
function countsOf({withheld, length, userCount, mean}: Ratings): NonNullable<Header['withheld']> {
  const {ratings, users} = withheld ?? {ratings: length, users: userCount}
  return {ratings, users, mean}
}

function arraysOf({byUser, rows}: Ratings): Arrays<NumberArray> {
  const {start, index, value, row} = byUser
  const {t} = rows
  return {
    'ratings.start': start,
    'ratings.index': index,
    'ratings.value': value,
    ...(t === undefined ? {} : {'ratings.time': Float64Array.from(row, n => t[n])})
  }
}

function sinceArrays(since: Since | undefined): Arrays<NumberArray> {
  if (since === undefined) return {}
  const {u, i, was, movies} = since
  return {'since.u': u, 'since.i': i, 'since.was': was, 'since.movies': movies}
}

function ratingsOf(header: Header, {start, index, value, time}: RatingArrays): Ratings {
  const u = new Int32Array(value.length)
  for (let user = 0; user + 1 < start.length; user++) u.fill(user, start[user], start[user + 1])
  return new Ratings(
    {u, i: index, r: value, ...(time === undefined ? {} : {t: time})},
    {
      ...frameOf(header),
      ...(header.users.length === 0 ? {} : {users: new Map(header.users.map(user => [user.userId, user]))})
    }
  )
}

/** Not one rating, and what is known of those there were. */
function withheldOf(header: Header, raters: Int32Array): Ratings {
  const none = new Int32Array(0)
  const counts = header.withheld as NonNullable<Header['withheld']>
  return new Ratings(
    {u: none, i: none, r: new Float32Array(0)},
    {...frameOf(header), withheld: {...counts, raters}}
  )
}

function frameOf({userIds, movieIds, scale, movies, clicks}: Header): RatingsFrame {
  return {
    userIds: new IdIndex(userIds),
    movieIds: new IdIndex(movieIds),
    scale,
    movies: Movies.from(movies),
    ...(clicks === true ? {clicks} : {})
  }
}

/** What is wrong with a header; undefined where it is one that `headerOf` could have made. */
function faultOfHeader(header: Header): string | undefined {
  const {engine, model, options, values, history, userIds, movieIds, scale, movies, users} = Object(
    header
  ) as Header
  if (!isText(engine) || !isText(model)) return 'it names no engine or no kind of model'
  if (!isObject(options) || !isObject(values)) return 'its options or values are missing'
  if (!isListOf(history, isObject)) return 'its history is no list of steps'
  if (!areIds(userIds)) return 'its user ids are no ids in ascending order'
  if (!areIds(movieIds)) return 'its movie ids are no ids in ascending order'
  if (!isScale(scale))
    return `its scale is ${JSON.stringify(scale)}, expected the least and the greatest rating`
  if (!isListOf(movies, isMovie)) return 'its catalogue is no list of movies with id, title and genres'
  if (!isListOf(users, isUser)) return 'its users are no list of users with ids'
  return undefined
}

/** What is wrong with the ratings of a file: a row that leaves its bounds would be read without an error. */
function faultOfRatings(
  {userIds, movieIds}: Header,
  {start, index, value, time}: RatingArrays
): string | undefined {
  const typed = start instanceof Int32Array && index instanceof Int32Array && value instanceof Float32Array
  if (!typed || !(time === undefined || time instanceof Float64Array))
    return 'its ratings are missing or of another type'
  if (start.length !== userIds.length + 1)
    return `it has ${userIds.length} users, and ratings of ${start.length - 1}`
  if (start[0] !== 0 || start.some((from, u) => from < start[u - 1])) return "its users' ratings overlap"
  if ([start[userIds.length], value.length, time?.length ?? index.length].some(n => n !== index.length))
    return 'its arrays of ratings differ in length'
  if (index.some(i => i < 0 || i >= movieIds.length)) return 'it has ratings of movies that it does not name'
  if (!value.every(Number.isFinite)) return 'it has ratings that are no numbers'
  return undefined
}

/** What is wrong with what updates have changed. */
function faultOfSince({since, userIds, movieIds}: Header, taken: SinceArrays): string | undefined {
  const {u, i, was, movies} = taken
  if (since === undefined && Object.values(taken).every(array => array === undefined)) return undefined
  const areBelow = (indices: Int32Array, length: number): boolean =>
    indices instanceof Int32Array && indices.every(k => k >= 0 && k < length)
  const sound =
    Number.isInteger(since) &&
    was instanceof Float32Array &&
    areBelow(u, userIds.length) &&
    areBelow(i, movieIds.length) &&
    areBelow(movies, movieIds.length) &&
    u.length === i.length &&
    u.length === was.length
  return sound ? undefined : 'what its updates changed are no ratings of users and movies that it names'
}

/** What is wrong with what stands for the ratings of a file without them. */
function faultOfRaters(
  {userIds, movieIds, withheld}: Header,
  raters: NumberArray | undefined
): string | undefined {
  const {ratings, users, mean} = Object(withheld) as NonNullable<Header['withheld']>
  // The mean of no ratings is none, which JSON writes as null.
  if (![ratings, users].every(Number.isInteger) || !(mean === null || Number.isFinite(mean)))
    return 'the counts of its ratings are missing'
  if (userIds.length > 0) return 'it has users, and none of their ratings'
  if (!(raters instanceof Int32Array) || raters.length !== movieIds.length)
    return 'it does not say how many rated each movie'
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf<T>(value: unknown, is: (element: unknown) => element is T): value is T[] {
  return Array.isArray(value) && value.every(is)
}

function isId(value: unknown): value is MovieId | UserId {
  return typeof value === 'string' || Number.isFinite(value)
}

function areIds(value: unknown): boolean {
  return isListOf(value, isId) && value.every((id, k) => k === 0 || compareIds(value[k - 1], id) < 0)
}

function isScale(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] <= value[1]
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isMovie(value: unknown): value is Header['movies'][number] {
  if (!isObject(value)) return false
  const {movieId, title, year = 0, genres, texts = {}} = value
  if (!isObject(texts) || !Object.values(texts).every(isText)) return false
  return isId(movieId) && isText(title) && Number.isFinite(year) && isListOf(genres, isText)
}

function isUser(value: unknown): value is User {
  if (!isObject(value)) return false
  const {userId, age = 0, gender = '', occupation = ''} = value
  return isId(userId) && Number.isFinite(age) && isText(gender) && isText(occupation)
}
