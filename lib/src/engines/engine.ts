import {filledRows} from '../data/compressed'
import type {MovieId, UserId} from '../data/ids'
import type {Movies} from '../data/movies'
import {Ratings} from '../data/ratings'
import {ArgumentError, checkCount, NotFittedError, RatingsNeededError} from '../errors'
import {checkWritable} from '../files/writeWhole'
import {type Directory, directoryOf} from '../models/directory'
import type {ListBlock, ListsWanted} from '../models/lists'
import type {Model, ModelKind, ModelState, Person} from '../models/model'
import {
  type Explanation,
  type Recommendation,
  Recommender,
  type RecommendOptions,
  type Similar,
  type SimilarityMatrix,
  type Who
} from '../models/recommender'
import {restoreModel} from '../models/restore'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import type {Table} from '../show/table'
import {Work, type WorkOptions} from '../work'
import {type Listing, listingOf, listsOfMany} from './lists/lists'
import {asksForClicks, type EngineSpec, optionText, type Resolved, resolveOptions} from './options'
import {type FitRun, type HistoryEntry, Run} from './run'

/** An engine's class, as the registry knows it. */
export interface EngineClass {
  new (options?: any): Engine<any>
  readonly spec: EngineSpec<any>
}

/** @internal All that a model file holds of an engine. */
export interface Saved<O> {
  options: Required<O>
  kind: ModelKind
  state: ModelState
  train: Ratings
  history: readonly HistoryEntry[]
}

/** What one fit has put in place, as one value. */
interface Fitted<O extends object, M extends Model> {
  options: Resolved<O>
  train: Ratings
  history: readonly HistoryEntry[]
  recommender: Recommender<M>
}

/**
 * Options and `fit`: how a model is learned. What it has learned is a model (`models/`), whole before it takes the place of the one
 * before, so that an engine goes on answering while it is fitted again, and a fit that fails changes nothing.
 */
export abstract class Engine<O extends object = object, M extends Model = Model> {
  /** As given; `fit` checks them and fills in the defaults of the spec. */
  readonly options: Readonly<O>
  #fitted: Fitted<O, M> | undefined
  #fitting = false

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
    return this.#fitted?.history ?? []
  }

  /** True once `fit` or `loadEngine` is done. */
  get fitted(): boolean {
    return this.#fitted !== undefined
  }

  /** What was learned: its numbers are public and read-only, each documented with its shape. */
  get model(): M {
    return this.recommender.model
  }

  /** The ratings it was fitted on. */
  get train(): Ratings {
    return this.whole.train
  }

  /** The catalogue. */
  get movies(): Movies {
    return this.train.movies
  }

  /**
   * Learns from ratings. Until it is done, and where it fails or is stopped, the engine answers as before; only a network
   * that was stopped in its very first fit is kept as good as it got.
   * @throws OptionError before any work, ArgumentError for no ratings or while another fit of this engine is under way, DivergedError for
   * NaN, InterruptedError for a stop.
   */
  async fit(train: Ratings, run: FitRun = {}): Promise<this> {
    const options = resolveOptions(this.spec, this.options)
    this.checkTrain(train)
    this.checkClicks(train, options)
    if (this.#fitting)
      throw new ArgumentError(
        `${this.name}: this engine is being fitted already. Await that fit, or make a second engine.`
      )
    this.checkRun(run)
    const task = new Run(`fitting ${this.name}`, run)
    task.check()
    this.#fitting = true
    const place = (model: M): void => this.#place({options, train, history: task.history}, model)
    try {
      if (run.checkpoint !== undefined) await checkWritable(run.checkpoint)
      place(await this.learn(train, options, task))
    } catch (error) {
      if (task.usable !== undefined && !this.fitted) place(task.usable as M)
      throw error
    } finally {
      this.#fitting = false
    }
    return this
  }

  /** True for a user with at least one rating in training; 15 and '15' are the same user. */
  knowsUser(userId: UserId): boolean {
    return this.recommender.knowsUser(userId)
  }

  /** True for a movie that the engine can score. */
  knowsMovie(movieId: MovieId): boolean {
    return this.recommender.knowsMovie(movieId)
  }

  /** The `n` best movies for a known user or for ratings typed in now; what she has rated is left out. */
  recommend(who: Who, o: RecommendOptions = {}): Table<Recommendation> {
    return this.recommender.recommend(who, o)
  }

  /** Lists for many users, one at a time, in the order of `users` (all by default). They are made many at once; progress counts users. */
  async *recommendAll(
    o: RecommendOptions & {users?: Iterable<UserId>} & WorkOptions = {}
  ): AsyncIterableIterator<{userId: UserId; movies: Recommendation[]}> {
    const {recommender, train} = this.whole
    const {users, signal, workers, onProgress, n = 10, diversity = 0, ...which} = o
    const work = new Work(`recommending by ${this.name}`, {
      ...(signal === undefined ? {} : {signal}),
      ...(workers === undefined ? {} : {workers}),
      ...(onProgress === undefined ? {} : {onProgress})
    })
    const {ids} = train.frame.userIds
    if (users === undefined && train.withheld !== undefined)
      throw new RatingsNeededError(
        `${this.name}: the model was saved without its ratings and knows no users. Ask for a profile of ratings, or save it with them.`
      )
    const asked = users ?? filledRows(train.byUser.start).map(u => ids[u])
    // Users may come one by one, as many as are asked for; only who wants to hear how far it is has them counted.
    const known = onProgress === undefined ? asked : [...asked]
    const tell = (more: number): void => {
      done += more
      if (Array.isArray(known) && onProgress !== undefined) work.report(done, known.length)
    }
    let done = 0
    if (diversity !== 0) {
      for (const userId of known) {
        if (work.outOfBreath) await work.breathe()
        yield {userId, movies: [...recommender.recommend(userId, {...which, n, diversity})]}
        tell(1)
      }
      return
    }
    checkCount('n', n)
    const people = recommender.people(known)
    for await (const block of this.lists(people, recommender.wanted(n, which), work)) {
      for (const [k, {u}] of block.people.entries()) {
        const [from, to] = [k * n, (k + 1) * n]
        const movies = recommender.rows(block.movies.subarray(from, to), block.scores.subarray(from, to))
        yield {userId: ids[u], movies}
      }
      tell(block.people.length)
    }
  }

  /** @internal Lists of many people, in blocks and in their order. */
  async *lists(people: Iterable<Person>, wanted: ListsWanted, work: Work): AsyncIterableIterator<ListBlock> {
    yield* listsOfMany(this.model, people, wanted, work, this.listing(wanted, work))
  }

  /** @internal How kernels make its lists: by the form that its model has for them, unless an engine knows more. */
  protected listing(wanted: ListsWanted, work: Work): Listing | undefined {
    return listingOf(this.model, wanted, work)
  }

  /** The `n` movies most like this one, by the engine's own similarity; ties in file order. The movie itself on request. */
  similar(movieId: MovieId, o: {n?: number; includeSelf?: boolean} = {}): Table<Similar> {
    return this.recommender.similar(movieId, o)
  }

  /** How alike these movies are, each with each, by the engine's own similarity: what `plotSimilarity` draws. */
  similarities(movieIds: Iterable<MovieId>): SimilarityMatrix {
    return this.recommender.similarities(movieIds)
  }

  /** Why this score: terms that sum to it, and one sentence. */
  explain(who: Who, movieId: MovieId): Explanation {
    return this.recommender.explain(who, movieId)
  }

  /** "MatrixFactorization(factors=50) on 671 users × 9,066 movies": the options that are not the defaults, and what it was fitted on. */
  toString(): string {
    const {options} = this.spec as EngineSpec<Record<string, unknown>>
    const other = Object.entries(this.options)
      .map(([name, value]) => [name, optionText(value), optionText(options[name]?.default)])
      .flatMap(([name, value, usual]) => (value === usual ? [] : `${name}=${value}`))
    return `${this.constructor.name}(${other.join(', ')}) ${this.fitted ? this.fittedOn() : 'not fitted'}`
  }

  /** @internal What a model file keeps. */
  save(): Saved<O> {
    const {options, train, history} = this.whole
    return {options, kind: this.model.kind, state: this.model.state(), train, history}
  }

  /** @internal The engine of a model file. */
  load({options: given, kind, state, train, history}: Saved<O>): void {
    const options = resolveOptions(this.spec, given)
    this.#place({options, train, history}, this.revive(kind, state, train, options))
  }

  /** @internal Learns with these options; reports and breathes through `run`. */
  protected abstract learn(train: Ratings, options: Resolved<O>, run: Run): Promise<M>
  /** @internal The model of a file; an engine whose model needs kernels makes it itself. */
  protected revive(kind: ModelKind, state: ModelState, train: Ratings, _options: Resolved<O>): M {
    return restoreModel(kind as Exclude<ModelKind, 'neighbours' | 'blend'>, state, train) as M
  }

  /** @internal Refuses what it cannot be fitted on, before any work. */
  protected checkTrain(train: Ratings): void {
    if (!(train instanceof Ratings))
      throw new ArgumentError(
        `${this.name}: fit expects Ratings, got ${typeof train}. Read some with readRatings().`
      )
    if (train.length === 0) throw new ArgumentError(`${this.name}: there is not one rating to fit on.`)
  }

  /** Clicks say nothing of stars: engines that learn from stars refuse them. */
  private checkClicks(train: Ratings, options: Resolved<O>): void {
    if (!train.clicks || this.spec.clicks === true) return
    const {wanted, asked} = asksForClicks(this.spec, options)
    if (asked) return
    const how = wanted.map(([name, value]) => `${name}: '${value}'`).join(', ')
    throw new ArgumentError(
      `${this.name} learns from stars, and these rows are clicks. ${how === '' ? '' : `With ${how} it takes them, too. `}Engines for clicks: popularity, ease, slim, graph-filter, random-walk, click-neighbours, a blend of them, and als with feedback: 'implicit' (--set feedback=implicit).`
    )
  }

  /** What would have no effect is refused. */
  private checkRun({checkpoint, resume}: FitRun): void {
    if (checkpoint !== undefined && this.spec.resumes !== true)
      throw new ArgumentError(
        `${this.name}: its fit writes no checkpoint and cannot be resumed. Leave checkpoint out.`
      )
    if (resume === true && checkpoint === undefined)
      throw new ArgumentError(`${this.name}: resume needs the checkpoint to go on from. Name it.`)
  }

  /** @internal Who and what the model's indices stand for: who rated what in training, unless an engine knows more. */
  protected directory(train: Ratings): Directory {
    return directoryOf(train)
  }

  /** @internal The model with ids, titles and sentences around it. */
  protected around(model: M, train: Ratings, _options: Resolved<O>): Recommender<M> {
    return new Recommender(model, this.directory(train))
  }

  /** @internal "on 671 users × 9,066 movies" */
  protected fittedOn(): string {
    const {userCount, movieCount, withheld} = this.train
    if (withheld !== undefined)
      return `on ${count(withheld.users)} users × ${count(movieCount)} movies, whose ratings it has not`
    return `on ${count(userCount)} users × ${count(movieCount)} movies`
  }

  /** @internal The options of the last fit, defaults filled in. */
  protected get resolved(): Resolved<O> {
    return this.whole.options
  }

  /** @internal Answers by ids, around the model. */
  get recommender(): Recommender<M> {
    return this.whole.recommender
  }

  private get whole(): Fitted<O, M> {
    if (this.#fitted === undefined)
      throw new NotFittedError(
        `${this.constructor.name} is not fitted: call await engine.fit(ratings) first.`
      )
    return this.#fitted
  }

  #place(of: Omit<Fitted<O, M>, 'recommender'>, model: M): void {
    this.#fitted = {...of, recommender: this.around(model, of.train, of.options)}
  }
}

printAsText(Engine)
