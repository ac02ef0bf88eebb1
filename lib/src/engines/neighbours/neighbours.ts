import {availableParallelism} from 'node:os'
import type {MovieId, UserId} from '../../data/ids'
import type {Ratings} from '../../data/ratings'
import {ArgumentError} from '../../errors'
import {withPool} from '../../kernels/pool'
import {deviationOf} from '../../math/statistics'
import {topN} from '../../math/topN'
import {Centre, type CentreKind, deviations} from '../../models/centre'
import {Table} from '../../show/table'
import {Baseline, type Biases} from '../baseline'
import type {EngineState, Person, Term} from '../engine'
import type {EngineSpec} from '../options'
import {type DetailedPrediction, type PairScores, type Pairs, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {
  ITEM_OPTIONS,
  type ItemNeighboursOptions,
  type NeighboursOptions,
  USER_OPTIONS,
  type UserNeighboursOptions
} from './options'
import {Neighbourhood, type NeighbourStore, type Said} from './similarities'

type Side = 'user' | 'movie'

/**
 * Neighbours: what she gave to similar movies, or what similar users gave to the movie. One implementation, two orientations;
 * x are the entities compared (movies, or users), N the k most similar ones to x that can speak, those with similarity ≤ 0 left out.
 *
 *   prediction   score(u, i) = c(u, i) + sum of s_xy · (r_y - c_y) / (damping + sum of s_xy), y in N     s_xy > 0
 *                c is 0, the user's mean, the movie's mean or the baseline; with z-scores the distances are in the neighbour's
 *                deviation, and the sum is multiplied by x's
 *   similarity   s_xy = sim(x, y) · (n - 1) / (n - 1 + shrinkage), then raised to `amplification`; n: common ratings
 *   otherwise    unknown user or movie, or fewer neighbours than minK: c with the unknown parts 0; where c is 0, the baseline
 *
 * A rating never speaks for itself: x is not its own neighbour. Source: Koren 2010, "Factor in the neighbors", eq. 2 and 3 (around
 * baselines); Herlocker, Konstan, Riedl 2002 (users); Sarwar et al. 2001 (movies). Cost of predicting all: sum over raters of the
 * square of their number of ratings, once; then each pair walks the list of those who can speak. Memory O(entities) a worker.
 */
export abstract class Neighbours extends RatingEngine<NeighboursOptions> {
  /** @internal The side that is compared. */
  protected abstract readonly side: Side
  private biases: Biases = {mu: 0, bu: new Float64Array(0), bi: new Float64Array(0)}
  /** What the neighbours' ratings, and the score, are measured from. */
  private centre!: Centre
  /** The score where nobody speaks. */
  private alone!: Centre
  /** Standard deviation of each entity's ratings for z-scores, else 1. [entities] */
  private scale: Float64Array = new Float64Array(0)
  private near!: Neighbourhood
  /** Movies compared with movies, where the entities are users: for `similar`. */
  private nearMovies: Neighbourhood | undefined
  private store: NeighbourStore | undefined
  private workers: number = availableParallelism()

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const {userDamping, movieDamping, choose} = this.resolved
    const signal = run.signal === undefined ? {} : {signal: run.signal}
    this.biases = (await new Baseline({userDamping, movieDamping}).fit(train, signal)).biases
    await run.breathe()
    this.workers = run.workers
    this.prepare(train)
    if (choose === 'before')
      this.store = await withPool(this.near.arena, run, pool =>
        this.near.chooseBefore(pool, (done, total) => run.report(done, total))
      )
    else run.report(1, 1)
  }

  protected dump(): EngineState {
    const {mu, bu, bi} = this.biases
    const arrays: EngineState['arrays'] = {bu, bi}
    if (this.store !== undefined) {
      arrays.neighbours = this.store.index
      arrays.similarity = this.store.similarity
    }
    return {values: {mu}, arrays}
  }

  protected restore({values, arrays}: EngineState, train: Ratings): void {
    const {bu, bi, neighbours, similarity} = arrays
    this.biases = {mu: values.mu as number, bu: bu as Float64Array, bi: bi as Float64Array}
    this.workers = availableParallelism()
    this.prepare(train)
    if (neighbours === undefined) return
    this.store = {index: neighbours as Int32Array, similarity: similarity as Float32Array}
    this.near.useStore(this.store)
  }

  protected scorePairs({u, i}: Pairs): PairScores {
    const score = new Float64Array(u.length)
    const fallback = new Uint8Array(u.length)
    const {start} = this.train.byUser
    const asked: number[] = []
    for (let n = 0; n < u.length; n++) {
      const knowsUser = u[n] >= 0 && start[u[n] + 1] > start[u[n]]
      if (!knowsUser) fallback[n] = 1
      else if (!this.knows(i[n])) fallback[n] = 2
      else asked.push(n)
      if (fallback[n] !== 0) score[n] = this.alone.at(knowsUser ? u[n] : -1, this.knows(i[n]) ? i[n] : -1)
    }
    const [own, other] = this.side === 'movie' ? [i, u] : [u, i]
    const entity = Int32Array.from(asked, n => own[n])
    const {mean, spoke} = this.near.hearAll(
      entity,
      Int32Array.from(asked, n => other[n]),
      this.workers
    )
    for (let a = 0; a < asked.length; a++) {
      const n = asked[a]
      const enough = spoke[a] >= this.resolved.minK
      if (!enough) fallback[n] = 3
      score[n] = enough
        ? this.centre.at(u[n], i[n]) + this.scale[entity[a]] * mean[a]
        : this.alone.at(u[n], i[n])
    }
    return {score, fallback}
  }

  protected scoreUnknown(person: Person, i: number): number {
    return this.alone.of(person, this.knows(i) ? i : -1)
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const heard = this.side === 'user' ? this.hearUsers(person, items) : this.hearMovies(person, items)
    const {minK} = this.resolved
    return Float64Array.from(items, (i, n) =>
      heard[n].spoke < minK
        ? this.alone.of(person, i)
        : this.centre.of(person, i) + this.scaleOf(person, i) * heard[n].mean
    )
  }

  protected override details(person: Person, i: number): Partial<DetailedPrediction> {
    if (person.i.length === 0 || !this.knows(i)) return {neighbours: 0}
    const {spoke} = this.hear(person, i)
    return {neighbours: spoke, ...(spoke < this.resolved.minK ? {fallback: 'too few neighbours'} : {})}
  }

  protected similarTo(i: number): Float32Array {
    if (this.side === 'user') this.nearMovies ??= this.compare('movie', this.train).near
    const row = (this.nearMovies ?? this.near).similarities(i)
    return row.map(similarity => (similarity === 0 ? Number.NEGATIVE_INFINITY : similarity))
  }

  protected terms(person: Person, i: number): Term[] {
    const {spoke} = person.i.length > 0 && this.knows(i) ? this.hear(person, i) : {spoke: 0}
    if (spoke < this.resolved.minK) return this.alone.terms(person, this.knows(i) ? i : -1)
    const places = [...this.near.speakers(spoke)]
    const {start, index} = this.train.byMovie
    const weights = places.map(place =>
      this.near.weightInUse(this.side === 'movie' ? person.i[place] : index[start[i] + place])
    )
    const says = this.side === 'movie' ? this.saysOf(person) : this.near.saysOf(i)
    const sum = weights.reduce((total, weight) => total + weight, this.resolved.damping)
    const scale = this.scaleOf(person, i) / sum
    const pushes = places.map((place, h) => ({
      ...this.speaker(person, i, place),
      value: scale * weights[h] * says[place]
    }))
    pushes.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    return [...this.centre.terms(person, i), ...pushes]
  }

  protected override sentence(
    _person: Person,
    movieId: MovieId,
    score: number,
    terms: readonly Term[]
  ): string {
    const heard = terms.filter(term => term.name.includes('rated'))
    const loudest = [...heard].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 3)
    const start = `${this.movies.title(movieId)} scores ${score.toFixed(2)}`
    if (heard.length === 0)
      return `${start}: no neighbour speaks, so this is ${terms.map(term => term.name).join(' + ')}.`
    const reasons = loudest.map(({name, title, value}) => {
      const push = `${value < 0 ? '' : '+'}${value.toFixed(2)}`
      return title === undefined
        ? `${name} (${push})`
        : `you ${name.replace('rated', `rated ${title}`)} (${push})`
    })
    return `${start}, mostly because ${reasons.join(', ')}; ${heard.length} ${heard.length === 1 ? 'neighbour' : 'neighbours'} spoke.`
  }

  /** @internal The nearest users, most similar first; ties by id. */
  protected nearestUsers(userId: UserId, n: number): Table<NeighbourRow> {
    if (!Number.isInteger(n) || n < 1)
      throw new ArgumentError(`Expected n to be a whole number from 1 up, got ${n}.`)
    const person = this.person(userId)
    if (person.i.length === 0) throw this.unknownUser(userId)
    const row = this.near.similarities(person.u)
    const others = Int32Array.from(row.keys()).filter(v => v !== person.u && row[v] !== 0)
    const mine = new Set(person.i)
    const {start, index} = this.train.byUser
    const rows = Array.from(topN(row, n, others), v => ({
      userId: this.train.frame.userIds.ids[v],
      similarity: row[v],
      common: index.subarray(start[v], start[v + 1]).filter(i => mine.has(i)).length,
      ratings: start[v + 1] - start[v]
    }))
    return new Table(rows, {decimals: {similarity: 4}})
  }

  /** Everything that follows from the biases and the options. */
  private prepare(train: Ratings): void {
    const {around, fallback} = this.resolved
    const ownMean: CentreKind = this.side === 'movie' ? 'movie-mean' : 'user-mean'
    this.centre = this.centreOf(around === 'z-score' ? ownMean : around, train)
    this.alone =
      around === 'nothing' ? this.centreOf(fallback === 'mean' ? 'mean' : 'baseline', train) : this.centre
    const {near, scale} = this.compare(this.side, train)
    this.near = near
    this.scale = scale
    this.nearMovies = undefined
    this.store = undefined
  }

  private centreOf(kind: CentreKind, train: Ratings): Centre {
    return new Centre(kind, train, this.biases, this.resolved.userDamping)
  }

  /** One side compared with itself, and the deviation that its entities' distances are measured in. */
  private compare(side: Side, train: Ratings): {near: Neighbourhood; scale: Float64Array} {
    const {similarity, over, around, k} = this.resolved
    const [rows, columns] = side === 'movie' ? [train.byMovie, train.byUser] : [train.byUser, train.byMovie]
    const other = side === 'movie' ? 'user' : 'movie'
    const compared = this.comparedFrom(side, train)
    const values =
      compared === undefined
        ? {
            byRow: new Float32Array(rows.value.length).fill(1),
            byColumn: new Float32Array(rows.value.length).fill(1)
          }
        : {byRow: compared.distances(side, rows), byColumn: compared.distances(other, columns)}
    const scale =
      around === 'z-score'
        ? deviations(rows, deviationOf(train.rows.r, 1))
        : new Float64Array(rows.start.length - 1).fill(1)
    const says = this.centre
      .distances(other, columns)
      .map((distance, n) => distance / scale[columns.index[n]])
    const measure =
      similarity === 'jaccard'
        ? 'jaccard'
        : similarity === 'mean-squared-difference'
          ? 'distance'
          : similarity === 'pearson' && over === 'common'
            ? 'pearson'
            : 'cosine'
    const near = new Neighbourhood(rows, columns, values, says, {
      ...this.resolved,
      measure,
      overAll: over === 'all',
      k
    })
    return {near, scale}
  }

  /** What ratings are measured from when they are compared; nothing to measure for Jaccard. */
  private comparedFrom(side: Side, train: Ratings): Centre | undefined {
    const {similarity, over} = this.resolved
    if (similarity === 'jaccard') return undefined
    if (similarity === 'pearson-baseline') return this.centreOf('baseline', train)
    if (similarity === 'adjusted-cosine')
      return this.centreOf(side === 'movie' ? 'user-mean' : 'movie-mean', train)
    if (similarity === 'pearson' && over === 'all')
      return this.centreOf(side === 'movie' ? 'movie-mean' : 'user-mean', train)
    return this.centreOf('nothing', train) // Pearson over common ratings takes their means in the kernel.
  }

  /** One pair; the speakers can be asked for after it. */
  private hear(person: Person, i: number): Said {
    return (this.side === 'user' ? this.hearUsers(person, [i]) : this.hearMovies(person, [i]))[0]
  }

  private hearUsers(person: Person, items: ArrayLike<number>): Said[] {
    this.near.listenBy(this.weightsOf(person), person.u)
    return Array.from(items, i => this.near.hear(i))
  }

  /** By the rows of the movies she rated, or of those asked about, whichever are fewer: similarity is the same from both ends. */
  private hearMovies(person: Person, items: ArrayLike<number>): Said[] {
    const says = this.saysOf(person)
    if (this.store !== undefined || items.length <= person.i.length)
      return Array.from(items, i => {
        this.near.listenBy(this.near.weights(i), i)
        return this.near.hearOf(person.i, says)
      })
    return this.near.hearFrom(person.i, says, items)
  }

  /** The weights of all users for this one; for a profile they are computed from its ratings. */
  private weightsOf(person: Person): Float32Array {
    if (person.u >= 0) return this.near.weights(person.u)
    const from = this.comparedFrom('user', this.train)
    const value = person.r.map((r, n) => (from === undefined ? 1 : r - from.of(person, person.i[n])))
    return this.near.weightsOf(person.i, value)
  }

  /** What each movie a person rated says. */
  private saysOf(person: Person): Float32Array {
    if (person.u >= 0) return this.near.saysOf(person.u)
    return person.r.map((r, n) => (r - this.centre.of(person, person.i[n])) / this.scale[person.i[n]])
  }

  private scaleOf(person: Person, i: number): number {
    if (this.resolved.around !== 'z-score') return 1
    if (this.side === 'movie') return this.scale[i]
    return person.u >= 0 ? this.scale[person.u] : deviationOf(person.r, deviationOf(this.train.rows.r, 1))
  }

  /** The place-th of those who can speak: a movie that the person rated, or a user who rated the movie. */
  private speaker(person: Person, i: number, place: number): Omit<Term, 'value'> {
    const {movieIds, userIds} = this.train.frame
    if (this.side === 'movie') {
      const movieId = movieIds.ids[person.i[place]]
      return {name: `rated ${person.r[place]}`, movieId, title: this.movies.title(movieId)}
    }
    const {start, index, value} = this.train.byMovie
    return {name: `user ${userIds.ids[index[start[i] + place]]} rated it ${value[start[i] + place]}`}
  }
}

/** One of a user's neighbours. */
export interface NeighbourRow {
  userId: UserId
  similarity: number
  /** Movies that both rated. */
  common: number
  /** Movies that the neighbour rated. */
  ratings: number
}

/** What the users most like her gave to the movie: `Neighbours` with users compared. */
export class UserNeighbours extends Neighbours {
  static readonly spec: EngineSpec<UserNeighboursOptions> = {
    name: 'user-neighbours',
    about: 'What the users most like her gave to the movie.',
    source: 'Herlocker, Konstan, Riedl 2002; around baselines as in Koren 2010',
    options: USER_OPTIONS
  }
  protected readonly side = 'user'

  constructor(options: UserNeighboursOptions = {}) {
    super(options)
  }

  /** The users most like this one, with how many movies both rated; ties by id. */
  neighboursOf(userId: UserId, o: {n?: number} = {}): Table<NeighbourRow> {
    return this.nearestUsers(userId, o.n ?? 10)
  }
}

/** What she gave to the movies most like this one: `Neighbours` with movies compared. */
export class ItemNeighbours extends Neighbours {
  static readonly spec: EngineSpec<ItemNeighboursOptions> = {
    name: 'item-neighbours',
    about: 'What she gave to the movies most like this one.',
    source: 'Sarwar, Karypis, Konstan, Riedl 2001; around baselines as in Koren 2010',
    options: ITEM_OPTIONS
  }
  protected readonly side = 'movie'

  constructor(options: ItemNeighboursOptions = {}) {
    super(options)
  }
}
