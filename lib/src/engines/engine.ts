/**
 * The contract of every engine, and the symbols used inside them:
 *
 *   u, i        dense index of a user, of a movie            r, r_ui     a rating, in stars
 *   mu          mean of the training ratings                 err         r - prediction
 *   bu[u]       how far a user rates above mu                pu[u * F + f]  factors of users   [users × F], row-major
 *   bi[i]       how far a movie is rated above mu            qi[i * F + f]  factors of movies  [movies × F], row-major
 *   F           number of factors                            k           number of neighbours
 *
 * `userId` and `movieId` are the ids of the files; indices never leave the library.
 */

import type {IdIndex, MovieId, UserId} from '../data/ids'
import type {Movies} from '../data/movies'
import {Ratings} from '../data/ratings'
import {ArgumentError, NotFittedError, UnknownIdError} from '../errors'
import {topN} from '../math/topN'
import {printAsText} from '../show/inspect'
import {Table} from '../show/table'
import type {EngineSpec} from './options'
import {resolveOptions} from './options'
import {type FitRun, Run} from './run'

/** Ratings typed in now, of a person who need not be in the data. */
export type Profile = ReadonlyArray<{movieId: MovieId; rating: number}>
/** A known user, or ratings typed in now. */
export type Who = UserId | Profile

export interface Recommendation {
  movieId: MovieId
  title: string
  /** What the list is sorted by: unclipped, in the engine's own unit (stars for a RatingEngine). */
  score: number
  year?: number
  genres?: readonly string[]
}

export interface Similar {
  movieId: MovieId
  title: string
  score: number
}

/** How alike some movies are, each with each. */
export interface SimilarityMatrix {
  movieIds: readonly MovieId[]
  titles: readonly string[]
  /** values[a][b] for the movies a and b */
  values: ReadonlyArray<ReadonlyArray<number>>
}

/** One addend of a score. */
export interface Term {
  name: string
  value: number
  movieId?: MovieId
  title?: string
}

/** A score as a sum: the values of `terms` add up to `score` within 1e-5. */
export interface Explanation {
  score: number
  terms: Term[]
  sentence: string
}

/** One step of the learning curve. */
export interface HistoryEntry {
  epoch: number
  seconds: number
  train?: number
  validation?: number
}

export interface RecommendOptions {
  /** @default 10 */
  n?: number
  /** List what she has rated, too. @default false */
  includeRated?: boolean
  /** Only these movies. */
  among?: Iterable<MovieId>
  /** Only movies of at least one of these genres. */
  genres?: Iterable<string>
  /**
   * From 0, the best scores, to 1, the most different movies: maximal marginal relevance (Carbonell and Goldstein 1998) on the
   * engine's own similarity, over the best 10 n. @default 0
   */
  diversity?: number
}

/** @internal Who asks: ratings in the engine's indices. `u` is -1 for a typed-in profile and for a stranger. */
export interface Person {
  readonly u: number
  /** [rated] dense movie indices, ascending */
  readonly i: Int32Array
  /** [rated] stars */
  readonly r: Float32Array
}

/** @internal What an engine learned, as named arrays and plain values: all that a model file holds of it. */
export interface EngineState {
  values: Record<string, unknown>
  arrays: Record<string, Float32Array | Float64Array | Int32Array | Uint8Array>
}

/** An engine's class, as the registry knows it. */
export interface EngineClass {
  new (options?: any): Engine<any>
  readonly spec: EngineSpec<any>
}

export abstract class Engine<O extends object = object> {
  /** As given; `fit` checks them and fills in the defaults of the spec. */
  readonly options: Readonly<O>
  protected resolved!: Readonly<Required<O>>
  protected steps: HistoryEntry[] = []
  /** Set in `learn` by an engine that holds a usable model although its fit was stopped. */
  protected usable = false
  #train: Ratings | undefined

  constructor(options: O = {} as O) {
    this.options = Object.freeze({...options})
  }

  /** The spec of the class. */
  get spec(): EngineSpec<O> {
    return (this.constructor as unknown as {spec: EngineSpec<O>}).spec
  }

  /** The one name of the engine, as the command line knows it. */
  get name(): string {
    return this.spec.name
  }

  /** The learning curve of the last fit; empty for engines without epochs. */
  get history(): ReadonlyArray<HistoryEntry> {
    return this.steps
  }

  /** True once `fit` or `loadEngine` is done. */
  get fitted(): boolean {
    return this.#train !== undefined
  }

  /**
   * Learns from ratings. A second fit forgets the first; one that fails or is stopped leaves the engine unfitted, except that a
   * network which was stopped keeps the best weights so far.
   * @throws OptionError before any work, ArgumentError for no ratings, DivergedError for NaN, InterruptedError for a stop.
   */
  async fit(train: Ratings, run: FitRun = {}): Promise<this> {
    const resolved = resolveOptions(this.spec, this.options)
    this.checkTrain(train)
    const task = new Run(`fitting ${this.name}`, run)
    this.#train = undefined
    this.steps = []
    this.resolved = resolved
    this.usable = false
    task.check()
    try {
      await this.learn(train, task)
    } catch (error) {
      if (this.usable) this.#train = train
      throw error
    }
    this.#train = train
    return this
  }

  /** The `n` best movies for a known user or for ratings typed in now; what she has rated is left out. */
  recommend(who: Who, o: RecommendOptions = {}): Table<Recommendation> {
    const {n = 10, diversity = 0} = o
    checkCount('n', n)
    if (!(diversity >= 0 && diversity <= 1))
      throw new ArgumentError(`Expected a diversity from 0 to 1, got ${diversity}.`)
    const person = this.person(who)
    if (person.i.length === 0) throw this.unknownUser(who)
    return this.listFor(person, o)
  }

  /** How alike these movies are, each with each, by the engine's own similarity: what `plotSimilarity` draws. */
  similarities(movieIds: Iterable<MovieId>): SimilarityMatrix {
    const ids = [...movieIds]
    const indices = ids.map(movieId => {
      const i = this.movieIndex(movieId)
      if (!this.knows(i)) throw this.unknownMovie(movieId)
      return i
    })
    const values = indices.map(i => {
      const scores = this.similarTo(i)
      return indices.map(j => (Number.isFinite(scores[j]) ? scores[j] : 0))
    })
    return {movieIds: ids, titles: ids.map(movieId => this.movies.title(movieId)), values}
  }

  /** Lists for many users, one at a time, in the order of `users` (all by default). */
  async *recommendAll(
    o: RecommendOptions & {users?: Iterable<UserId>; signal?: AbortSignal} = {}
  ): AsyncIterableIterator<{userId: UserId; movies: Recommendation[]}> {
    const {users = this.train.frame.userIds.ids, signal} = o
    const run = new Run(`recommending by ${this.name}`, signal === undefined ? {} : {signal})
    const {start} = this.train.byUser
    let yielded = performance.now()
    for (const userId of users) {
      if (performance.now() - yielded > 100) {
        await run.breathe()
        yielded = performance.now()
      }
      const u = this.train.frame.userIds.indexOf(userId)
      if (u >= 0 && start[u] === start[u + 1] && o.users === undefined) continue
      yield {userId, movies: [...this.recommend(userId, o)]}
    }
  }

  /** The `n` movies most like this one, by the engine's own similarity; ties in file order. The movie itself on request. */
  similar(movieId: MovieId, o: {n?: number; includeSelf?: boolean} = {}): Table<Similar> {
    const {n = 10, includeSelf = false} = o
    checkCount('n', n)
    const i = this.movieIndex(movieId)
    if (!this.knows(i)) throw this.unknownMovie(movieId)
    const scores = this.similarTo(i)
    const candidates = Int32Array.from({length: this.items.length}, (_, j) => j).filter(
      j => (includeSelf || j !== i) && this.knows(j) && scores[j] > Number.NEGATIVE_INFINITY
    )
    const best = topN(scores, n, candidates, this.fileOrder())
    return new Table(
      Array.from(best, j => ({
        movieId: this.items.ids[j],
        title: this.movies.title(this.items.ids[j]),
        score: scores[j]
      })),
      {decimals: {score: 4}}
    )
  }

  /** Why this score: terms that sum to it, and one sentence. */
  explain(who: Who, movieId: MovieId): Explanation {
    const person = this.person(who)
    const i = this.itemIndexOf(movieId)
    if (i < 0 && !this.movies.has(movieId)) throw this.unknownMovie(movieId)
    const terms = this.terms(person, i)
    const score = terms.reduce((sum, term) => sum + term.value, 0)
    return {score, terms, sentence: this.sentence(person, movieId, score, terms)}
  }

  /** "MatrixFactorization(factors=50) on 671 users × 9,066 movies": the options that were given, and what it was fitted on. */
  toString(): string {
    const given = Object.entries(this.options).map(([name, value]) => `${name}=${String(value)}`)
    return `${this.constructor.name}(${given.join(', ')}) ${this.fitted ? this.fittedOn() : 'not fitted'}`
  }

  /** @internal What a model file keeps. */
  save(): {options: Required<O>; state: EngineState; train: Ratings} {
    return {options: this.resolved, state: this.dump(), train: this.train}
  }

  /** @internal The engine of a model file. */
  load(saved: {options: Required<O>; state: EngineState; train: Ratings; history: HistoryEntry[]}): void {
    this.resolved = resolveOptions(this.spec, saved.options)
    this.steps = saved.history
    this.restore(saved.state, saved.train)
    this.#train = saved.train
  }

  /** Refuses what it cannot be fitted on, before any work. */
  protected checkTrain(train: Ratings): void {
    if (!(train instanceof Ratings))
      throw new ArgumentError(
        `${this.name}: fit expects Ratings, got ${typeof train}. Read some with readRatings().`
      )
    if (train.length === 0) throw new ArgumentError(`${this.name}: there is not one rating to fit on.`)
  }

  /** "on 671 users × 9,066 movies" */
  protected fittedOn(): string {
    const {userCount, movieCount} = this.train
    return `on ${userCount.toLocaleString('en-US')} users × ${movieCount.toLocaleString('en-US')} movies`
  }

  /** Fits `this.resolved`; reports and breathes through `run`, pushes to `this.steps`. */
  protected abstract learn(train: Ratings, run: Run): Promise<void>
  /** Unclipped scores of these movies (indices, none negative) for a person with at least one rating. */
  protected abstract scoresOf(person: Person, items: Int32Array): Float64Array | Float32Array
  /** Similarity of every movie to movie `i`; -Infinity where there is none to speak of. [items] */
  protected abstract similarTo(i: number): Float64Array | Float32Array
  /** The addends of a score. `i` is -1 for a listed movie that nobody rated; the person may have no ratings. */
  protected abstract terms(person: Person, i: number): Term[]
  protected abstract dump(): EngineState
  protected abstract restore(state: EngineState, train: Ratings): void

  /** One sentence for people; engines with a better one override it. */
  protected sentence(_person: Person, movieId: MovieId, score: number, terms: readonly Term[]): string {
    const named = terms
      .filter(term => term.title !== undefined && term.value > 0)
      .sort((a, b) => b.value - a.value)
    const because = named.slice(0, 3).map(term => term.title)
    const reason =
      because.length === 0
        ? terms.map(term => term.name).join(', ')
        : `mostly because of ${because.join(', ')}`
    return `${this.movies.title(movieId)} scores ${score.toFixed(2)}: ${reason}.`
  }

  /** @internal The ratings it was fitted on. */
  get train(): Ratings {
    if (this.#train === undefined)
      throw new NotFittedError(
        `${this.constructor.name} is not fitted: call await engine.fit(ratings) first.`
      )
    return this.#train
  }

  /** @internal The movies it can score: those rated in training, unless an engine knows more. */
  get items(): IdIndex<MovieId> {
    return this.train.frame.movieIds
  }

  /** @internal The catalogue. */
  get movies(): Movies {
    return this.train.movies
  }

  /** @internal Dense index of a movie, -1 where the engine does not know it. */
  protected itemIndexOf(movieId: MovieId): number {
    return this.items.indexOf(movieId)
  }

  /** True where the engine learned something of movie `i`: at least one training rating, unless an engine knows more. */
  protected knows(i: number): boolean {
    const {start} = this.train.byMovie
    return i >= 0 && start[i + 1] > start[i]
  }

  protected movieIndex(movieId: MovieId): number {
    const i = this.itemIndexOf(movieId)
    if (i < 0) throw this.unknownMovie(movieId)
    return i
  }

  /** @internal A user's training ratings, or a profile's, in dense indices. A stranger has none. */
  person(who: Who): Person {
    if (isProfile(who)) return this.profile(who)
    const u = this.train.frame.userIds.indexOf(who)
    if (u < 0) return STRANGER
    const {start, index, value} = this.train.byUser
    return {u, i: index.subarray(start[u], start[u + 1]), r: value.subarray(start[u], start[u + 1])}
  }

  /** Movies that are listed but were never rated in training say nothing to most engines: they are left out. */
  private profile(profile: Profile): Person {
    const [min, max] = this.train.scale
    const rated = new Map<number, number>()
    const seen = new Set<MovieId>()
    for (const {movieId, rating} of profile) {
      if (typeof rating !== 'number' || !(rating >= min && rating <= max))
        throw new ArgumentError(
          `Profile: expected a rating from ${min} to ${max} for movie ${String(movieId)}, got ${String(rating)}.`
        )
      if (seen.has(movieId))
        throw new ArgumentError(`Profile: movie ${movieId} is rated twice. Keep one rating.`)
      seen.add(movieId)
      const i = this.itemIndexOf(movieId)
      if (i >= 0) rated.set(i, rating)
      else if (!this.movies.has(movieId)) throw this.unknownMovie(movieId)
    }
    const order = [...rated.keys()].sort((a, b) => a - b)
    return {u: -1, i: Int32Array.from(order), r: Float32Array.from(order, i => rated.get(i) as number)}
  }

  private listFor(person: Person, o: RecommendOptions): Table<Recommendation> {
    const {n = 10, diversity = 0} = o
    const candidates = this.candidates(person, o)
    const scores = new Float64Array(this.items.length)
    const computed = this.scoresOf(person, candidates)
    for (let c = 0; c < candidates.length; c++) scores[candidates[c]] = computed[c]
    const ranked = topN(scores, diversity > 0 ? 10 * n : n, candidates, this.idOrder())
    const best = diversity > 0 ? this.diversify(ranked, scores, n, diversity) : ranked
    return new Table(
      Array.from(best, i => this.row(i, scores[i])),
      {decimals: {score: 4}}
    )
  }

  private candidates(person: Person, o: RecommendOptions): Int32Array {
    const count = this.items.length
    const allowed = new Uint8Array(count).fill(o.among === undefined ? 1 : 0)
    for (const movieId of o.among ?? []) allowed[this.movieIndex(movieId)] = 1
    if (o.includeRated !== true) for (const i of person.i) allowed[i] = 0
    const genres = o.genres === undefined ? undefined : this.genresOf(o.genres)
    const list = new Int32Array(count)
    let length = 0
    for (let i = 0; i < count; i++) {
      if (allowed[i] === 1 && this.knows(i) && (genres === undefined || this.hasGenre(i, genres)))
        list[length++] = i
    }
    return list.subarray(0, length)
  }

  /** The genres asked for. @throws ArgumentError for one that no movie has. */
  private genresOf(given: Iterable<string>): ReadonlySet<string> {
    const genres = new Set(typeof given === 'string' ? [given] : given)
    const known = this.movies.genres().map(({genre}) => genre)
    for (const genre of genres) {
      if (!known.includes(genre))
        throw new ArgumentError(`No movie has the genre "${genre}": the genres are ${known.join(', ')}.`)
    }
    return genres
  }

  private hasGenre(i: number, genres: ReadonlySet<string>): boolean {
    return this.movies.get(this.items.ids[i])?.genres.some(genre => genres.has(genre)) ?? false
  }

  /** Maximal marginal relevance: the next movie has the best (1 - diversity) · score - diversity · similarity to those chosen. */
  private diversify(ranked: Int32Array, scores: Float64Array, n: number, diversity: number): Int32Array {
    if (ranked.length === 0) return ranked
    const high = scores[ranked[0]]
    const spread = high - scores[ranked[ranked.length - 1]] || 1
    const left = [...ranked]
    const nearest = new Map<number, number>(left.map(i => [i, 0]))
    const chosen: number[] = []
    while (chosen.length < n && left.length > 0) {
      let at = 0
      let bestGain = Number.NEGATIVE_INFINITY
      for (let k = 0; k < left.length; k++) {
        const gain =
          (1 - diversity) * (1 - (high - scores[left[k]]) / spread) -
          diversity * (nearest.get(left[k]) as number)
        if (gain > bestGain) {
          bestGain = gain
          at = k
        }
      }
      const [next] = left.splice(at, 1)
      chosen.push(next)
      const similarity = this.similarTo(next)
      for (const i of left) nearest.set(i, Math.max(nearest.get(i) as number, Math.min(1, similarity[i])))
    }
    return Int32Array.from(chosen)
  }

  private row(i: number, score: number): Recommendation {
    const movieId = this.items.ids[i]
    const movie = this.movies.get(movieId)
    return {
      movieId,
      title: this.movies.title(movieId),
      score,
      ...(movie?.year === undefined ? {} : {year: movie.year}),
      ...(movie === undefined ? {} : {genres: movie.genres})
    }
  }

  /** Rank of every item by id; undefined where the indices have that order already. */
  protected idOrder(): Int32Array | undefined {
    return undefined
  }

  /** Rank of every item by its place in the catalogue's file; unlisted ones last. */
  private fileOrder(): Int32Array {
    return Int32Array.from(this.items.ids, movieId => {
      const position = this.movies.positionOf(movieId)
      return position < 0 ? this.movies.length : position
    })
  }

  protected unknownUser(who: Who): Error {
    if (isProfile(who))
      return new ArgumentError(
        `The profile rates no movie that was rated in training. Add one of its ${this.items.length} movies.`
      )
    const {userIds} = this.train.frame
    const known = userIds.indexOf(who) >= 0
    return new UnknownIdError(
      'user',
      who,
      known
        ? `User ${who} has no rating in the training part, so nothing can be recommended. Pass a profile of ratings instead.`
        : `Unknown userId ${who}: ${userIds.describe('user')} were in the training ratings.`
    )
  }

  protected unknownMovie(movieId: MovieId): UnknownIdError {
    return new UnknownIdError(
      'movie',
      movieId,
      `Unknown movieId ${movieId}: ${this.items.describe('movie')} were in the training ratings.`
    )
  }
}

printAsText(Engine)

const STRANGER: Person = {u: -1, i: new Int32Array(0), r: new Float32Array(0)}

export function isProfile(who: Who): who is Profile {
  return Array.isArray(who)
}

function checkCount(name: string, n: number): void {
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(`Expected ${name} to be a whole number from 1 up, got ${n}.`)
}
