import type {MovieId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import type {Engine} from '../engines/engine'
import {RatingEngine} from '../engines/ratingEngine'
import {ArgumentError, checkCount} from '../errors'
import {log, log2} from '../math/logarithms'
import {topN} from '../math/topN'
import type {Person} from '../models/model'
import type {Who} from '../models/recommender'
import {Table} from '../show/table'
import {Work, type WorkOptions} from '../work'
import {beliefOf, countsOf, type GroundOptions, groundOf} from './ground'

/** A movie that somebody might be asked to rate. */
export interface Question {
  movieId: MovieId
  title: string
  /** Of release, where it is known. */
  year?: number
  /** Share of the people in training who rated it: the chance that she can answer at all. */
  known: number
  /** Standard deviation of what is predicted of her for it, in stars. Only of engines that predict stars. */
  unsure?: number
  /** Share of what is not yet known of all other movies that her rating is expected to tell. Only of engines that predict stars. */
  teaches?: number
  /** Entropy of its ratings in bits: how far people disagree. Only of engines that predict no stars. */
  entropy?: number
  /** What the questions are sorted by. */
  score: number
}

/** How many movies to ask for, and which. */
export interface RateNextOptions extends Pick<WorkOptions, 'signal' | 'onProgress'> {
  /** Movies to ask about. @default 10 */
  n?: number
  /** Only these movies. */
  among?: Iterable<MovieId>
  /** False where she can rate whatever she is asked for: then it does not count how many people know a movie. @default true */
  weighKnown?: boolean
  /** So many of the most rated movies are looked at. @default 1000 */
  candidates?: number
  /** So many people of the training ratings stand for what she may be like. @default 300 */
  people?: number
  /** Of the random numbers: the same seed gives the same result. @default 1 */
  seed?: number
}

/**
 * The movies whose ratings would teach an engine most about somebody, best first: active learning (Rubens, Elahi, Sugiyama, Kaplan 2015).
 *
 *   people       what the engine predicts of people it knows says what she may be like: a Gaussian over movies with the covariance of these
 *                predictions, and noise as large as the engine's errors on them
 *   teaches      expected fall of the variance of all other movies, each weighed by how many people rated it, given what she has rated
 *                (Cohn, Ghahramani, Jordan 1996; over factors Yu, Bi, Tresp 2006)
 *   score        known · teaches: a movie that she has not seen tells nothing (Rashid et al. 2002; Elahi, Ricci, Rubens 2016)
 *   one by one   the first is counted as answered with the chance `known` before the second is chosen, so they do not all ask the same
 *
 * It takes the engine's predictions alone, so it works for any that predicts stars; for one with factors it is the variance left in her
 * factors. Where no stars are predicted, the order is log(ratings) · entropy (Rashid et al. 2002), the same for everyone.
 * O(people · candidates²) once for an engine, O(candidates² (rated + n)) for somebody.
 * @param who a user, or ratings typed in now; none at all are a stranger's
 * @example
 * (await rateNext(engine, [{movieId: 2858, rating: 5}], {n: 5})).show()
 */
export async function rateNext(
  engine: Engine<any, any>,
  who: Who,
  o: RateNextOptions = {}
): Promise<Table<Question>> {
  const {n = 10, weighKnown = true, among} = o
  const {candidates = 1000, people = 300, seed = 1, ...run} = o
  checkCount('n', n)
  checkCount('candidates', candidates)
  if (!Number.isInteger(people) || people < 2)
    throw new ArgumentError(`Expected people to be a whole number from 2 up, got ${people}.`)
  const work = new Work(`asking for ${engine.name}`, run)
  const person = engine.recommender.person(who)
  const allowed = allowedOf(engine, person, among)
  const chosen = predictsStars(engine)
    ? await byBelief(engine, person, allowed, {n, weighKnown, candidates, people, seed}, work)
    : byEntropy(engine, allowed, {n, candidates})
  const rows = chosen.map(({i, ...figures}) => rowOf(engine, i, figures))
  return new Table(rows, {
    columns: ['title', 'known', ...(predictsStars(engine) ? ['unsure', 'teaches'] : ['entropy'])],
    headings: {known: 'share who rated it', unsure: 'unsure (stars)', teaches: 'share it tells'},
    decimals: {known: 3, unsure: 2, teaches: 4, entropy: 2}
  })
}

type Chosen = Omit<Question, 'movieId' | 'title' | 'year'> & {i: number}

/** @internal Whether its scores are stars that people would give. */
export function predictsStars(engine: Engine<any, any>): engine is RatingEngine<any> {
  return engine instanceof RatingEngine && engine.model.predicts && engine.model.unit === 'stars'
}

async function byBelief(
  engine: RatingEngine<any>,
  person: Person,
  allowed: Uint8Array,
  o: GroundOptions & {n: number; weighKnown: boolean},
  work: Work
): Promise<Chosen[]> {
  const ground = await groundOf(engine, o, work)
  const {belief} = beliefOf(engine, ground, person)
  const left = Int32Array.from(ground.items.keys()).filter(c => allowed[ground.items[c]] === 1)
  const open = new Set(left)
  const chosen: Chosen[] = []
  while (chosen.length < o.n && open.size > 0) {
    if (work.outOfBreath) await work.breathe()
    const {c, teaches, score} = belief.next(Int32Array.from(open), o.weighKnown ? ground.known : undefined)
    const known = ground.known[c]
    chosen.push({i: ground.items[c], known, unsure: Math.sqrt(belief.variance(c)), teaches, score})
    open.delete(c)
    belief.learn(c, o.weighKnown ? known : 1)
  }
  return chosen
}

/** An engine may know movies that nobody rated: its indices need not be those of the ratings. */
function byEntropy(
  {train, recommender}: Engine<any, any>,
  allowed: Uint8Array,
  {n, candidates}: {n: number; candidates: number}
): Chosen[] {
  const {items} = recommender.directory
  const places = Int32Array.from(train.frame.movieIds.ids, movieId => items.indexOf(movieId))
  const counts = countsOf(train)
  const most = topN(
    counts,
    candidates,
    Int32Array.from(counts.keys()).filter(i => counts[i] > 0)
  )
  const score = new Float64Array(counts.length)
  for (const i of most) score[i] = disagreementOf(train, i)
  return Array.from(
    topN(
      score,
      n,
      most.filter(i => allowed[places[i]] === 1)
    ),
    i => ({
      i: places[i],
      known: counts[i] / train.userCount,
      entropy: entropyOf(train, i),
      score: score[i]
    })
  )
}

/** @internal log(ratings) · entropy of a movie: by how much people disagree, where there are people. */
export function disagreementOf(train: Ratings, i: number): number {
  const {start} = train.byMovie
  return log(start[i + 1] - start[i]) * entropyOf(train, i)
}

/** Of the ratings of a movie, in bits. */
function entropyOf({byMovie: {start, value}}: Ratings, i: number): number {
  const counts = new Map<number, number>()
  for (const r of value.subarray(start[i], start[i + 1])) counts.set(r, (counts.get(r) ?? 0) + 1)
  const all = start[i + 1] - start[i]
  let bits = 0
  for (const count of counts.values()) bits -= (count / all) * log2(count / all)
  return bits
}

/** [movies] 1 where it may be asked for. */
function allowedOf(
  engine: Engine<any, any>,
  person: Person,
  among: Iterable<MovieId> | undefined
): Uint8Array {
  const {items, itemsAre} = engine.recommender.directory
  const allowed = new Uint8Array(items.length).fill(among === undefined ? 1 : 0)
  for (const movieId of among ?? []) {
    const i = items.indexOf(movieId)
    if (i < 0)
      throw new ArgumentError(
        `rateNext: movie ${movieId} of among is unknown: ${items.describe('movie')} ${itemsAre}.`
      )
    allowed[i] = 1
  }
  for (const i of person.i) allowed[i] = 0
  return allowed
}

function rowOf(engine: Engine<any, any>, i: number, figures: Omit<Chosen, 'i'>): Question {
  const movieId = engine.recommender.directory.items.ids[i]
  const year = engine.movies.get(movieId)?.year
  return {movieId, title: engine.movies.title(movieId), ...(year === undefined ? {} : {year}), ...figures}
}
