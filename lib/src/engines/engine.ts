import {filledRows} from '../data/compressed'
import type {MovieId, UserId} from '../data/ids'
import {mergeRatings} from '../data/merge'
import type {Movies} from '../data/movies'
import {checkRatings, type RatingInput, Ratings} from '../data/ratings'
import {
  ArgumentError,
  checkCount,
  NotFittedError,
  RatingsNeededError,
  UnsoundError,
  UpdateError
} from '../errors'
import {checkWritable} from '../files/writeWhole'
import {type Directory, directoryOf} from '../models/directory'
import type {ListBlock, ListsWanted} from '../models/lists'
import {
  type Change,
  isKnown,
  type Model,
  type ModelKind,
  type ModelState,
  type Person,
  type Since
} from '../models/model'
import type {Recommendation, Recommendations, Similar} from '../models/recommendations'
import {
  type Explanation,
  Recommender,
  type RecommendOptions,
  type SimilarityMatrix,
  type Who
} from '../models/recommender'
import {restoreModel} from '../models/restore'
import {checkModelState} from '../models/states'
import {takeIn} from '../models/takeIn'
import {shown} from '../printable'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import type {Table} from '../show/table'
import {Work, type WorkOptions} from '../work'
import {isOnSpark, type OnSpark} from './elsewhere'
import {type Listing, listingOf, listsOfMany} from './lists/lists'
import {asksForClicks, type EngineSpec, optionText, type Resolved, resolveOptions} from './options'
import {type FitRun, type HistoryEntry, Run} from './run'
import {changeOf, Updated} from './update'

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
  /** What updates have changed since the fit. */
  since?: Since
}

/** What one fit has put in place, as one value. */
interface Fitted<O extends object, M extends Model> {
  options: Resolved<O>
  train: Ratings
  history: readonly HistoryEntry[]
  since?: Since | undefined
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
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      throw new ArgumentError(`Expected options as in {factors: 50}, got ${shown(options)}.`)
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
   * Learns from ratings, here or on Spark (`als`). Until it is done, and where it fails or is stopped, the engine answers as before; only
   * a network that was stopped in its very first fit is kept as good as it got.
   * @throws OptionError before any work, ArgumentError for no ratings or while another fit of this engine is under way, DivergedError for
   * NaN, InterruptedError for a stop; SparkError where Spark cannot be had or its job fails.
   */
  async fit(train: Ratings | OnSpark, run: FitRun = {}): Promise<this> {
    const options = resolveOptions(this.spec, this.options)
    if (isOnSpark(train)) return this.#fitOn(train, options, run)
    this.#checkLearnable(train, options)
    this.checkIdle()
    this.checkRun(run)
    return this.#alone(new Run(`fitting ${this.name}`, run), async task => {
      const place = (model: M): this => this.#place({options, train, history: task.history}, model)
      if (run.checkpoint !== undefined) await checkWritable(run.checkpoint)
      try {
        return place(await this.learn(train, options, task))
      } catch (error) {
        if (task.usable !== undefined && !this.fitted) place(task.usable as M)
        throw error
      }
    })
  }

  async #fitOn(source: OnSpark, options: Resolved<O>, run: FitRun): Promise<this> {
    this.checkIdle()
    if (run.validation !== undefined || run.checkpoint !== undefined)
      throw new ArgumentError(
        `${this.name}: on Spark there is no validation part and no checkpoint of ours. Leave them out, and evaluate() the model.`
      )
    return this.#alone(new Run(`fitting ${this.name} on ${source.on}`, run), async task => {
      const {model, train, resolved} = await this.learnOn(source, options, task)
      this.checkCounting(train, options)
      return this.#place({options: resolved, train, history: task.history}, model)
    })
  }

  /**
   * Takes in new ratings without a fit: of people known and new, of movies known and new. A new rating of a pair of user and movie
   * takes the place of the old one (clicks are added up). The engine answers as before until the new model is whole, and where the
   * update fails or is stopped. Updates one after the other end where one with all their ratings does; `train` has the new ratings too.
   * How it is done, and so how near it comes to a fit, is `spec.updates`; see docs/updating.md.
   * @throws UpdateError where the engine takes in none; ArgumentError for ratings of another kind or scale, with other kinds of ids, or
   * none, and while a fit or update of this engine is under way; InterruptedError for a stop.
   */
  async update(newRatings: Ratings | Iterable<RatingInput>, run: WorkOptions = {}): Promise<Updated> {
    const {options, train, history, since} = this.save()
    if (this.spec.updates === undefined)
      throw new UpdateError(
        `${this.name} takes in no new ratings. Fit again on all of them: await engine.fit(ratings).`
      )
    if (train.withheld !== undefined)
      throw new RatingsNeededError(
        `${this.name}: the model was saved without its ratings, which an update joins the new ones to. Update the model that has them, then save it without.`
      )
    const added = newRatings instanceof Ratings ? newRatings : Ratings.from(newRatings)
    if (added.length === 0) throw new ArgumentError(`${this.name}: there is not one new rating to take in.`)
    this.checkIdle()
    return this.#alone(new Run(`updating ${this.name}`, run), async task => {
      const merged = mergeRatings(train, added)
      this.#checkLearnable(merged.ratings, options)
      await task.breathe()
      if (this.spec.updates === 'anew') {
        const model = await this.learn(merged.ratings, options, task)
        this.#place({options, train: merged.ratings, history: task.history}, model)
      } else {
        const change = changeOf(merged, since)
        const model = await this.takeIn(change, merged.ratings, options, task)
        this.#place({options, train: merged.ratings, history, since: change.since}, model)
      }
      const rated = this.#fitted?.since?.movies ?? merged.newMovies
      const {ids} = merged.ratings.frame.movieIds
      const unlearned = rated.filter(i => !this.knowsMovie(ids[i]))
      return new Updated(merged, added.length, this.#fitted?.since, unlearned, task.seconds)
    })
  }

  /** True for a user with at least one rating in training; 15 and '15' are the same user. */
  knowsUser(userId: UserId): boolean {
    return this.recommender.knowsUser(userId)
  }

  /** True for a movie that the engine can score. */
  knowsMovie(movieId: MovieId): boolean {
    return this.recommender.knowsMovie(movieId)
  }

  /**
   * The `n` best movies for a known user or for ratings typed in now; what she has rated is left out. A profile without ratings gets what
   * most people rated, and so does whoever has rated nothing that counts (`atLeast`): the rows say so (`fallback`). Movies of a profile that
   * the engine knows nothing of are left out of it, which the list tells (`leftOut`, `note`).
   * @throws UnknownIdError for a user, or a whole profile, that nothing is known of (`unknown: 'popular'` gives what most people rated)
   */
  recommend(who: Who, o: RecommendOptions = {}): Recommendations {
    return this.recommender.recommend(who, o)
  }

  /** Lists for many users, one at a time, in the order of `users` (all by default). They are made many at once; progress counts users. */
  async *recommendAll(
    o: Omit<RecommendOptions, 'unknown'> & {users?: Iterable<UserId>} & WorkOptions = {}
  ): AsyncIterableIterator<{userId: UserId; movies: Recommendation[]}> {
    const {recommender, train} = this.whole
    const {users, signal, workers, onProgress, n = 10, diversity = 0, ...which} = o
    if ('unknown' in which)
      throw new ArgumentError('recommendAll is of known users: leave unknown out, or ask recommend().')
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
      for (const [k, person] of block.people.entries()) {
        const [from, to] = [k * n, (k + 1) * n]
        const movies = recommender.rows(block.movies.subarray(from, to), block.scores.subarray(from, to))
        const heard = recommender.hears(person)
        yield {
          userId: ids[person.u],
          movies: heard ? movies : movies.map(row => ({...row, fallback: 'popular'}))
        }
      }
      tell(block.people.length)
    }
  }

  /** @internal Lists of many people, in blocks and in their order. Who is known and not heard gets what most people rated. */
  async *lists(people: Iterable<Person>, wanted: ListsWanted, work: Work): AsyncIterableIterator<ListBlock> {
    const {model, recommender} = this
    for await (const block of listsOfMany(model, people, wanted, work, this.listing(wanted, work))) {
      for (const [k, person] of block.people.entries()) {
        if (!isKnown(person) || recommender.hears(person)) continue
        const {movies, scores} = recommender.mostRated(wanted, person)
        block.movies.fill(-1, k * wanted.n, (k + 1) * wanted.n).set(movies, k * wanted.n)
        block.scores.fill(0, k * wanted.n, (k + 1) * wanted.n).set(scores, k * wanted.n)
      }
      yield block
    }
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
    const {options, train, history, since} = this.whole
    const state = this.model.state()
    return {options, kind: this.model.kind, state, train, history, ...(since === undefined ? {} : {since})}
  }

  /** @internal The engine of a model file. @throws UnsoundError for numbers that are none of a model of this engine; OptionError */
  load({options: given, kind, state, train, history, since}: Saved<O>): void {
    const options = resolveOptions(this.spec, given)
    const {model} = this.spec
    if (kind !== model) throw new UnsoundError('model', shown(model), shown(kind))
    if (train.withheld === undefined) this.checkTrain(train)
    else if (Number.isNaN(train.mean) && model !== 'terms')
      throw new UnsoundError('withheld.mean', 'a number', 'null')
    checkModelState(kind, state, this.sizes(train, options))
    this.#place({options, train, history, since}, this.revive(kind, state, train, options, since))
  }

  /** @internal An engine around a model that was learned from these ratings with its options. */
  hold(model: M, train: Ratings, since?: Since): this {
    this.#place({options: resolveOptions(this.spec, this.options), train, history: [], since}, model)
    return this
  }

  /** @internal A member of a blend: this engine with new ratings, which `train` has already. */
  async heldWith(change: Change, train: Ratings, run: Run): Promise<this> {
    const {options} = this.whole
    const anew = this.spec.updates === 'anew'
    const model = await (anew ? this.learn(train, options, run) : this.takeIn(change, train, options, run))
    return this.hold(model, train, change.since)
  }

  /** @internal The sizes that its model's arrays have to do with, by the names of `models/states`. */
  protected sizes({frame, movies}: Ratings, _options: Resolved<O>): Record<string, number> {
    return {users: frame.userIds.length, movies: frame.movieIds.length, items: movies.length}
  }

  /** @internal Learns with these options; reports and breathes through `run`. */
  protected abstract learn(train: Ratings, options: Resolved<O>, run: Run): Promise<M>
  /** @internal Has Spark learn, where an engine can: the model, its ratings, and the options as Spark takes them. */
  protected learnOn(
    _source: OnSpark,
    _options: Resolved<O>,
    _run: Run
  ): Promise<{model: M; train: Ratings; resolved: Resolved<O>}> {
    throw new ArgumentError(
      `${this.name} does not learn on Spark. Fit als there, or give ratings: await engine.fit(ratings).`
    )
  }
  /** @internal The model of a file; an engine whose model needs kernels makes it itself. */
  protected revive(
    kind: ModelKind,
    state: ModelState,
    train: Ratings,
    _options: Resolved<O>,
    since?: Since
  ): M {
    return restoreModel(kind as Exclude<ModelKind, 'neighbours' | 'blend'>, state, train, since) as M
  }

  /** @internal What the model becomes with new ratings, which `train` has already: read back as from a file, so that a file answers alike. */
  protected async takeIn(change: Change, train: Ratings, options: Resolved<O>, run: Run): Promise<M> {
    const steps = takeIn(this.model, change)
    if (steps === undefined) return this.learn(train, options, run)
    return this.revive(this.model.kind, await run.through(steps), train, options, change.since)
  }

  /** @internal Refuses what it cannot be fitted on, before any work. */
  protected checkTrain(train: Ratings): void {
    checkRatings(train, `${this.name}: fit`)
    if (train.length === 0) throw new ArgumentError(`${this.name}: there is not one rating to fit on.`)
  }

  /** Refuses, before any work, what there is nothing to learn from with these options. */
  #checkLearnable(train: Ratings, options: Resolved<O>): void {
    this.checkTrain(train)
    this.checkClicks(train, options)
    this.checkCounting(train, options)
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

  /** Where not one rating counts, lists would be of nothing. */
  private checkCounting({rows: {r}}: Ratings, options: Resolved<O>): void {
    const {atLeast} = options as {atLeast?: number}
    if (atLeast === undefined || r.some(rating => rating >= atLeast)) return
    const highest = r.reduce((most, rating) => Math.max(most, rating), Number.NEGATIVE_INFINITY)
    throw new ArgumentError(
      `${this.name}: not one rating has ${atLeast} stars or more; the highest has ${highest}. Lower atLeast.`
    )
  }

  private checkIdle(): void {
    if (this.#fitting)
      throw new ArgumentError(
        `${this.name}: this engine is being fitted already. Await that fit, or make a second engine.`
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

  /** A fit or an update, while which no other begins. */
  async #alone<T>(task: Run, learning: (task: Run) => Promise<T>): Promise<T> {
    task.check()
    this.#fitting = true
    try {
      return await learning(task)
    } finally {
      this.#fitting = false
    }
  }

  #place(of: Omit<Fitted<O, M>, 'recommender'>, model: M): this {
    this.#fitted = {...of, recommender: this.around(model, of.train, of.options)}
    return this
  }
}

printAsText(Engine)
