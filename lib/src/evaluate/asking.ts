import {beliefOf, type Ground, groundOf} from '../ask/ground'
import {disagreementOf, predictsStars} from '../ask/rateNext'
import {filledRows} from '../data/compressed'
import type {UserId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import type {Split} from '../data/split'
import type {RatingEngine} from '../engines/ratingEngine'
import {ArgumentError, checkCount} from '../errors'
import {Random} from '../math/random'
import {topN} from '../math/topN'
import {type Person, STRANGER} from '../models/model'
import {Table} from '../show/table'
import {Work, type WorkOptions} from '../work'
import {ErrorTally, type Evaluation} from './errors'

/** A way to choose what somebody is asked to rate. */
export type Asking = 'rateNext' | 'popular' | 'log(ratings) · entropy' | 'random'

const WAYS: readonly Asking[] = ['rateNext', 'popular', 'log(ratings) · entropy', 'random']

/** After so many questions. */
export interface AskedRow {
  /** Questions asked of each person. */
  x: number
  /** RMSE on ratings that she was not asked for. */
  y: number
  /** How many questions a person could answer, on average. */
  answers: number
}

/** What was measured of ways to ask. */
export interface AskedPeople {
  /** By way: what `plotCurve` draws. */
  curves: Record<Asking, Table<AskedRow>>
  /** By number of questions, then by way: what `compareEvaluations` compares. */
  evaluations: Record<number, Record<Asking, Evaluation>>
  /** How many were asked. */
  people: number
}

/** How people are asked, and by how much they are asked. */
export interface AskingOptions extends Pick<WorkOptions, 'signal' | 'onProgress'> {
  /** Numbers of questions after which it is measured. @default [0, 1, 2, 5, 10, 20, 40] */
  questions?: readonly number[]
  /** True where people are only asked for movies that they can rate: then every question is answered. @default false */
  onlySeen?: boolean
  /** People are divided into so many parts; each is asked by an engine fitted on the others. @default 5 */
  folds?: number
  /** People with fewer ratings are not asked. @default 40 */
  fewest?: number
  /** So many people are asked at most, drawn at random, as many of each part. @default 600 */
  most?: number
  /** The most rated movies, of which questions are chosen. @default 600 */
  candidates?: number
  /** Of the random numbers: the same seed gives the same result. @default 1 */
  seed?: number
}

/**
 * Which questions teach an engine fastest, measured on people it has never seen: those of one part after the other, the engine fitted on the rest.
 * Half of each person's ratings are hidden; she is asked for the movies that a way chooses, one after the other, and answers where the
 * movie is in her other half: nothing else is known of her. After so many questions the engine predicts the hidden half from her answers
 * alone. Movies of the hidden half are never asked for.
 * The ways: `rateNext`, the most rated movies, log(ratings) · entropy, and any of the `candidates` at random.
 * @param make an engine that is not fitted yet, for each part
 * @throws ArgumentError for an engine that predicts no stars, or where fewer than two people have `fewest` ratings
 * @example
 * const {curves} = await askStrangers(() => new UserNeighbours(), ratings)
 */
export async function askStrangers(
  make: () => RatingEngine<any>,
  ratings: Ratings,
  o: AskingOptions = {}
): Promise<AskedPeople> {
  const {questions = [0, 1, 2, 5, 10, 20, 40], folds = 5, fewest = 40, candidates = 600, seed = 1} = o
  const {most = 600} = o
  checkCount('most', most)
  checkAsking(ratings, {questions, folds, candidates})
  const work = new Work('asking strangers', o)
  const sums = WAYS.map(() => questions.map(() => new Tally()))
  const parts = partsOf(ratings, folds, seed)
  let asked = 0
  for (const [k, {train, test}] of parts.entries()) {
    work.report(k, parts.length)
    const engine = await make().fit(train, o.signal === undefined ? {} : {signal: o.signal})
    if (!predictsStars(engine))
      throw new ArgumentError(
        `askStrangers: ${(engine as RatingEngine<any>).name} predicts no stars, so there is no error to measure.`
      )
    const ground = await groundOf(engine, {candidates, people: 300, seed}, work)
    for (const one of someOf(peopleOf(engine, test, fewest, seed), Math.ceil(most / folds), seed)) {
      asked++
      for (const [w, way] of WAYS.entries())
        await interview(
          engine,
          ground,
          one,
          {way, onlySeen: o.onlySeen === true, seed},
          questions,
          sums[w],
          work
        )
    }
  }
  if (asked < 2)
    throw new ArgumentError(
      `askStrangers: expected two people or more with ${fewest} ratings, got ${asked}. Ask for fewer by fewest.`
    )
  work.report(parts.length, parts.length)
  const byWay = <T>(of: (w: number) => T): Record<Asking, T> =>
    Object.fromEntries(WAYS.map((way, w) => [way, of(w)])) as Record<Asking, T>
  const curves = byWay(w => {
    const rows = questions.map((x, at) => ({x, y: sums[w][at].evaluation.rmse, answers: sums[w][at].answers}))
    return new Table<AskedRow>(rows, {headings: {x: 'questions', y: 'rmse'}, decimals: {y: 4, answers: 1}})
  })
  const evaluations = Object.fromEntries(questions.map((q, at) => [q, byWay(w => sums[w][at].evaluation)]))
  return {curves, evaluations, people: asked}
}

/** Asks one person in one way, and measures after each of these numbers of questions. */
async function interview(
  engine: RatingEngine<any>,
  ground: Ground,
  one: Asked,
  o: {way: Asking; onlySeen: boolean; seed: number},
  questions: readonly number[],
  sums: readonly Tally[],
  work: Work
): Promise<void> {
  const asked = new Interview(engine, ground, one, o)
  for (let q = 0; q <= Math.max(...questions); q++) {
    if (work.outOfBreath) await work.breathe()
    if (q > 0) asked.ask()
    const at = questions.indexOf(q)
    if (at >= 0) sums[at].add(one, predictionsOf(engine, asked.answered, one.hidden.i), asked.answers)
  }
}

function checkAsking(
  ratings: Ratings,
  {questions, folds, candidates}: {questions: readonly number[]; folds: number; candidates: number}
): void {
  checkCount('candidates', candidates)
  if (questions.length === 0 || questions.some(q => !Number.isInteger(q) || q < 0))
    throw new ArgumentError(
      `askStrangers: expected numbers of questions from 0 up, got [${questions.join(', ')}].`
    )
  if (!Number.isInteger(folds) || folds < 2 || folds > ratings.userCount)
    throw new ArgumentError(
      `askStrangers: expected folds from 2 to the number of people, ${ratings.userCount}, got ${folds}.`
    )
}

/** All ratings of one part of the people, and all of the others; everybody is in the test part once. */
function partsOf(ratings: Ratings, folds: number, seed: number): Split[] {
  const users = filledRows(ratings.byUser.start)
  const part = new Int32Array(ratings.byUser.start.length - 1)
  for (const [k, at] of new Random(seed).permutation(users.length).entries()) part[users[at]] = k % folds
  const rows = Array.from(ratings.rows.u.keys())
  return Array.from({length: folds}, (_, fold) => ({
    train: ratings.select(rows.filter(n => part[ratings.rows.u[n]] !== fold)),
    test: ratings.select(rows.filter(n => part[ratings.rows.u[n]] === fold))
  }))
}

/** Ratings in the model's indices. */
type Rated = Pick<Person, 'i' | 'r'>

/** Somebody who is asked: the ratings that she can tell, and those that are to be predicted. */
interface Asked {
  readonly userId: UserId
  readonly told: ReadonlyMap<number, number>
  readonly hidden: Rated
}

/** The people with ratings enough, each with half of them hidden, whatever the order of the rows. */
function peopleOf(engine: RatingEngine<any>, strangers: Ratings, fewest: number, seed: number): Asked[] {
  const {byUser, frame} = strangers
  const {directory, model} = engine.recommender
  const items = frame.movieIds.ids.map(movieId => directory.items.indexOf(movieId))
  const people: Asked[] = []
  for (const u of filledRows(byUser.start)) {
    const rows = Int32Array.from(
      {length: byUser.start[u + 1] - byUser.start[u]},
      (_, n) => byUser.start[u] + n
    ).filter(at => model.knows(items[byUser.index[at]]))
    if (rows.length < Math.max(2, fewest)) continue
    const mixed = new Random(seed, u).shuffle(rows)
    const half = mixed.length >> 1
    const rated = (some: Int32Array): Rated => ({
      i: some.map(at => items[byUser.index[at]]),
      r: Float32Array.from(some, at => byUser.value[at])
    })
    const told = rated(mixed.subarray(0, half))
    people.push({
      userId: frame.userIds.ids[u],
      told: new Map(Array.from(told.i, (i, n) => [i, told.r[n]])),
      hidden: rated(mixed.subarray(half))
    })
  }
  return people
}

/** All of them, or as many as are wanted, drawn at random. */
function someOf(people: readonly Asked[], wanted: number, seed: number): readonly Asked[] {
  if (people.length <= wanted) return people
  return Array.from(
    new Random(seed, people.length).permutation(people.length).subarray(0, wanted),
    k => people[k]
  )
}

/** One person asked in one way. */
class Interview {
  readonly answered = new Map<number, number>()
  private readonly open: Set<number>
  private readonly fixed: readonly number[] | undefined
  private order: readonly number[] = []
  private stale = true
  private readonly belief

  constructor(
    engine: RatingEngine<any>,
    private readonly ground: Ground,
    private readonly person: Asked,
    private readonly o: {way: Asking; onlySeen: boolean; seed: number}
  ) {
    const hidden = new Set(person.hidden.i)
    const places = Array.from(ground.items.keys()).filter(c => {
      const i = ground.items[c]
      return !hidden.has(i) && (!o.onlySeen || person.told.has(i))
    })
    this.open = new Set(places)
    this.belief = o.way === 'rateNext' ? beliefOf(engine, ground, STRANGER).belief : undefined
    this.fixed = o.way === 'rateNext' ? undefined : fixedOrder(engine, ground, places, o.way, o.seed)
  }

  get answers(): number {
    return this.answered.size
  }

  /** Asks for one movie more, where one is left. */
  ask(): void {
    const c = this.next()
    if (c === undefined) return
    this.open.delete(c)
    const i = this.ground.items[c]
    const rating = this.person.told.get(i)
    if (rating === undefined) return
    this.answered.set(i, rating)
    this.belief?.learn(c)
    this.stale = true
  }

  private next(): number | undefined {
    if (this.fixed !== undefined) return this.fixed.find(c => this.open.has(c))
    if (this.belief !== undefined && this.stale) {
      const {known} = this.ground
      const score = this.belief.teaches().map((value, c) => (this.o.onlySeen ? value : value * known[c]))
      const left = Int32Array.from(this.open)
      this.order = Array.from(topN(score, left.length, left))
      this.stale = false
    }
    return this.order.find(c => this.open.has(c))
  }
}

/** The order of a way that is the same whatever she answers. */
function fixedOrder(
  {train}: RatingEngine<any>,
  {items}: Ground,
  places: readonly number[],
  way: Asking,
  seed: number
): number[] {
  if (way === 'popular') return [...places]
  if (way === 'random') return Array.from(new Random(seed, places.length).shuffle(Int32Array.from(places)))
  const score = Float64Array.from(items, i => disagreementOf(train, i))
  return Array.from(topN(score, places.length, Int32Array.from(places)))
}

/** What is predicted for these movies from her answers alone, clipped to the scale. */
function predictionsOf(
  engine: RatingEngine<any>,
  answered: ReadonlyMap<number, number>,
  items: Int32Array
): Float64Array {
  const order = [...answered.keys()].sort((a, b) => a - b)
  const r = Float32Array.from(order, i => answered.get(i) as number)
  return engine.recommender.ratingsFor({u: -1, i: Int32Array.from(order), r}, items)
}

/** Errors of many people, and how much they answered. */
class Tally {
  private readonly errors = new ErrorTally()
  private answered = 0

  add({userId, hidden}: Asked, predictions: Float64Array, answers: number): void {
    for (const [k, prediction] of predictions.entries()) this.errors.add(userId, hidden.r[k] - prediction)
    this.answered += answers
  }

  get answers(): number {
    return this.answered / this.errors.users
  }

  get evaluation(): Evaluation {
    return this.errors.evaluation
  }
}
