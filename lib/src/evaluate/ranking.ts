import type {MovieId, UserId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import {checkSplit, type Split} from '../data/split'
import type {Engine} from '../engines/engine'
import {ArgumentError, checkCount} from '../errors'
import {
  FIGURES,
  figuresBy,
  type RankingConventions,
  type RankingFigure,
  resolveConventions
} from '../math/rankingFigures'
import {meanOf} from '../math/statistics'
import {Table} from '../show/table'
import {Work, type WorkOptions} from '../work'
import {type Doubted, withDoubts} from './doubts'
import {Exposure, type ListTraits} from './exposure'

/** How lists are measured. */
export interface RankingOptions extends RankingConventions {
  /** The length of the lists; several are measured on the same lists. @default 10 */
  k?: number | readonly number[]
  /** Stars from which on a test rating is relevant. @default every test rating */
  relevant?: number
  /** Whose figures the means are over: users with something relevant, or all of both parts, those without counting 0. @default 'relevant' */
  users?: 'relevant' | 'all'
}

/** How an engine's lists are made and measured. */
export interface EvaluateRankingOptions extends RankingOptions, WorkOptions {
  /** Whether movies of the train part are left out of a user's list. @default 'train' */
  masked?: 'train' | 'none'
  /** More ratings whose movies are left out: a validation part. */
  alsoMasked?: Ratings
}

/** Means over the users at one k, and what the lists are like as a whole. */
export interface RankingRow extends Record<RankingFigure, number>, ListTraits {
  /** Length of the lists. */
  k: number
}

/** How good lists are. */
export interface RankingEvaluation extends Doubted {
  /** A row for each k. */
  ranking: Table<RankingRow>
  /** Whom the means are over, in the order of the figures by user. */
  users: readonly UserId[]
  /** How many of them got no list at all, since the engine does not know them: their figures are 0. */
  withoutList: number
  /** Of each k, the figures by user, for paired tests. Each array is [users]. */
  byUser: ReadonlyArray<Readonly<Record<RankingFigure, Float64Array>>>
}

/**
 * Makes a list for every user of the test part, from the whole catalogue that the engine can score and never from a sample of it,
 * and compares it with what she rated there. Formulas stand at `figuresOf` and `ListTraits`. Nothing of size users × movies is kept.
 * @throws ArgumentError where no test rating is relevant, or k is no whole number from 1 up
 */
export async function evaluateRanking(
  engine: Engine<any, any>,
  parts: Split,
  o: EvaluateRankingOptions = {}
): Promise<RankingEvaluation> {
  checkSplit(parts, 'evaluateRanking')
  const {train, test} = parts
  const {masked = 'train', alsoMasked, onProgress: _heard, signal: _stop, workers: _threads, ...rest} = o
  if (masked !== 'train' && masked !== 'none')
    throw new ArgumentError(`masked: expected train or none, got ${String(masked)}.`)
  const {directory} = engine.recommender
  const places: Places = {users: directory.userIds, movies: directory.items}
  const measure = new Measure(train, test, places, rest)
  const work = new Work(`ranking by ${engine.name}`, o)
  const out = [...(masked === 'train' ? [train] : []), ...(alsoMasked === undefined ? [] : [alsoMasked])]
  const {allowed} = engine.recommender.wanted(measure.length)
  const wanted = {n: measure.length, allowed, without: leftOut(out, places)}
  const people = measure.asked.map(userId => engine.recommender.person(userId))
  let done = 0
  for await (const {people: some, movies} of engine.lists(people, wanted, work)) {
    for (const [n, {i}] of some.entries()) {
      if (work.outOfBreath) await work.breathe()
      const list = movies.subarray(n * measure.length, (n + 1) * measure.length)
      measure.add(done++, list, i.length > 0)
    }
    work.report(done, people.length)
  }
  let catalogue = 0
  for (const one of allowed) catalogue += one
  return measure.result(catalogue)
}

/**
 * The same for lists from anywhere, best movie first: those of another library, say. Users of the test part without a list count as
 * having an empty one.
 */
export function evaluateLists(
  lists: Iterable<{userId: UserId; movies: Iterable<MovieId>}>,
  parts: Split,
  o: RankingOptions = {}
): RankingEvaluation {
  checkSplit(parts, 'evaluateLists')
  const {train, test} = parts
  const {userIds, movieIds} = train.frame
  const measure = new Measure(train, test, {users: userIds, movies: movieIds}, o)
  const given = new Map<string, MovieId[]>()
  for (const {userId, movies} of lists) {
    if (given.has(String(userId))) throw new ArgumentError(`User ${userId} has two lists. Keep one.`)
    const list = [...movies]
    if (new Set(list.map(String)).size < list.length)
      throw new ArgumentError(`The list of user ${userId} has a movie twice.`)
    given.set(String(userId), list)
  }
  for (const [n, userId] of measure.asked.entries()) {
    const list = given.get(String(userId)) ?? []
    measure.addIds(n, list)
  }
  return measure.result(train.movieCount)
}

/** Whose indices lists are written in. */
interface Places {
  users: {indexOf(id: UserId): number}
  movies: {readonly ids: readonly MovieId[]; indexOf(id: MovieId): number}
}

/** Compares lists with what is relevant to each user, one after the other. */
class Measure {
  /** Whom lists are asked for. */
  readonly asked: readonly UserId[]
  /** The longest k. */
  readonly length: number
  private readonly ks: readonly number[]
  private readonly conventions: Required<RankingConventions>
  /** By asked user: the ids of her relevant movies. */
  private readonly relevant: ReadonlyArray<ReadonlySet<string>>
  private readonly figures: Array<Record<RankingFigure, Float64Array>>
  private readonly exposure: Exposure
  private withoutList = 0

  constructor(
    private readonly train: Ratings,
    private readonly test: Ratings,
    private readonly places: Places,
    {k = 10, relevant, users = 'relevant', ...conventions}: RankingOptions
  ) {
    this.ks = typeof k === 'number' ? [k] : [...k]
    if (this.ks.length === 0) throw new ArgumentError('Expected at least one k, got none.')
    for (const one of this.ks) checkCount('k', one)
    if (users !== 'relevant' && users !== 'all')
      throw new ArgumentError(`users: expected relevant or all, got ${String(users)}.`)
    if (relevant !== undefined && !Number.isFinite(relevant))
      throw new ArgumentError(`relevant: expected a number of stars, got ${relevant}.`)
    this.length = Math.max(...this.ks)
    this.conventions = resolveConventions(conventions)
    const hers = relevantTo(test, relevant ?? Number.NEGATIVE_INFINITY)
    if (hers.size === 0)
      throw new ArgumentError(
        `Not one of ${test.length} test ratings is relevant${relevant === undefined ? '' : `: none has ${relevant} stars or more`}.`
      )
    this.asked = users === 'all' ? everybody(train, test) : [...hers.keys()]
    this.relevant = this.asked.map(userId => hers.get(userId) ?? new Set())
    this.figures = this.ks.map(
      () =>
        Object.fromEntries(FIGURES.map(name => [name, new Float64Array(this.asked.length)])) as Record<
          RankingFigure,
          Float64Array
        >
    )
    this.exposure = new Exposure(train, places.movies, this.ks)
  }

  /** The list of the n-th user: indices, -1 behind its end. `known` where the engine knew her. */
  add(n: number, list: Int32Array, known: boolean): void {
    const end = list.indexOf(-1)
    const movies = end < 0 ? list : list.subarray(0, end)
    if (!known) this.withoutList++
    const relevant = this.relevant[n]
    const {ids} = this.places.movies
    this.count(
      n,
      Array.from(movies, i => relevant.has(String(ids[i])))
    )
    this.exposure.add(this.asked[n], movies)
  }

  addIds(n: number, list: readonly MovieId[]): void {
    if (list.length === 0) this.withoutList++
    this.count(
      n,
      list.map(movieId => this.relevant[n].has(String(movieId)))
    )
    const known = list.map(movieId => this.places.movies.indexOf(movieId))
    this.exposure.add(this.asked[n], Int32Array.from(known))
  }

  result(catalogue: number): RankingEvaluation {
    const traits = this.exposure.traits(catalogue)
    const rows = this.ks.map(
      (k, n): RankingRow => ({
        k,
        ...(Object.fromEntries(FIGURES.map(name => [name, meanOf(this.figures[n][name])])) as Record<
          RankingFigure,
          number
        >),
        ...traits[n]
      })
    )
    const decimals = Object.fromEntries(Object.keys(rows[0]).map(name => [name, name === 'novelty' ? 2 : 4]))
    const evaluation = {
      ranking: new Table(rows, {decimals: {...decimals, k: 0}}),
      users: this.asked,
      withoutList: this.withoutList,
      byUser: this.figures
    }
    return withDoubts(evaluation, this.train, this.test)
  }

  private count(n: number, hits: readonly boolean[]): void {
    const relevant = this.relevant[n].size
    if (relevant === 0) return
    for (const [at, k] of this.ks.entries()) {
      const figures = figuresBy(this.conventions, hits, relevant, k)
      for (const name of FIGURES) this.figures[at][name][n] = figures[name]
    }
  }
}

/** The movies of each user that have enough stars in the test part, users and movies by what is written. */
function relevantTo(test: Ratings, atLeast: number): Map<UserId, Set<string>> {
  const {u, i, r} = test.rows
  const {userIds, movieIds} = test.frame
  const sets = new Map<number, Set<string>>()
  for (let n = 0; n < u.length; n++) {
    if (r[n] < Math.fround(atLeast)) continue
    const hers = sets.get(u[n])
    if (hers === undefined) sets.set(u[n], new Set([String(movieIds.ids[i[n]])]))
    else hers.add(String(movieIds.ids[i[n]]))
  }
  return new Map([...sets].sort(([a], [b]) => a - b).map(([user, hers]) => [userIds.ids[user], hers]))
}

/** Every user with a rating in one of the parts, each once, however both write her id. */
function everybody(...parts: readonly Ratings[]): UserId[] {
  const users = new Map<string, UserId>()
  for (const {rows, frame} of parts) {
    for (const userId of new Set(rows.u)) {
      const id = frame.userIds.ids[userId]
      if (!users.has(String(id))) users.set(String(id), id)
    }
  }
  return [...users.values()]
}

/** For a user the movies that she rated in any of these parts, in the indices of lists. */
function leftOut(parts: readonly Ratings[], places: Places): (person: {readonly u: number}) => Int32Array {
  const maps = parts.map(part => {
    const {userIds, movieIds} = part.frame
    const users = new Map(userIds.ids.map((id, at) => [places.users.indexOf(id), at]))
    const movies = Int32Array.from(movieIds.ids, id => places.movies.indexOf(id))
    return {byUser: part.byUser, users, movies}
  })
  return ({u}) => {
    const out: number[] = []
    for (const {byUser, users, movies} of maps) {
      const at = u < 0 ? undefined : users.get(u)
      if (at === undefined) continue
      for (let k = byUser.start[at]; k < byUser.start[at + 1]; k++) {
        const i = movies[byUser.index[k]]
        if (i >= 0) out.push(i)
      }
    }
    return Int32Array.from(out)
  }
}
