import {filledRows, lengthsOf} from '../data/compressed'
import type {Ratings} from '../data/ratings'
import {Random} from '../math/random'
import {quantile} from '../math/statistics'
import {topN} from '../math/topN'
import type {Model, Person} from '../models/model'
import type {Who} from '../models/recommender'
import type {Work} from '../work'
import {Belief} from './belief'

/** Which movies and which people are looked at. */
export interface GroundOptions {
  /** So many of the most rated movies may be asked for, and are what is to be predicted. */
  candidates: number
  /** So many people of the training ratings stand for what somebody may be like. */
  people: number
  seed: number
}

/** What an engine predicts of people it knows, the same for whoever asks. */
export interface Ground {
  /** [movies] the movies that may be asked for, in the model's indices, the most rated first */
  readonly items: Int32Array
  /** [people × movies] predictions less their mean over the people, divided by the root of people - 1 */
  readonly spread: Float64Array
  /** [movies × movies] covariance of the predictions over the people */
  readonly covariance: Float64Array
  /** Mean squared error on the people's own ratings of these movies: how much of a rating is mood. */
  readonly noise: number
  /** [movies] share of all people who rated the movie */
  readonly known: Float64Array
  /** [people] who they are, in dense indices */
  readonly users: Int32Array
}

/** Who predicts: an engine, or another model of what an engine was fitted on. */
export interface Predicting {
  readonly model: Model
  readonly train: Ratings
  readonly recommender: {person(who: Who): Person}
}

/** Made once for each model and setting. */
const GROUNDS = new WeakMap<Model, Map<string, Ground>>()

/** The ground of an engine, made where it is asked for the first time. O(people · movies²) */
export async function groundOf(engine: Predicting, o: GroundOptions, work: Work): Promise<Ground> {
  const made = GROUNDS.get(engine.model) ?? new Map<string, Ground>()
  GROUNDS.set(engine.model, made)
  const key = JSON.stringify([o.candidates, o.people, o.seed])
  const known = made.get(key)
  if (known !== undefined) return known
  const ground = await newGround(engine, o, work)
  made.set(key, ground)
  return ground
}

/** What is believed of somebody of whom these ratings are known. */
export function beliefOf(
  engine: Predicting,
  ground: Ground,
  rated: {readonly i: Int32Array}
): {belief: Belief; places: Int32Array} {
  const place = new Map<number, number>(Array.from(ground.items, (i, c) => [i, c]))
  const others = rated.i.filter(i => !place.has(i) && engine.model.knows(i))
  const m = ground.items.length
  const size = m + others.length
  const covariance = others.length === 0 ? ground.covariance.slice() : widened(engine, ground, others)
  for (const [k, i] of others.entries()) place.set(i, m + k)
  const weights = new Float64Array(size)
  weights.set(ground.known)
  const belief = new Belief(covariance, weights, ground.noise)
  const places = Int32Array.from(rated.i, i => place.get(i) ?? -1).filter(c => c >= 0)
  for (const c of places) belief.learn(c)
  return {belief, places}
}

async function newGround(
  engine: Predicting,
  {candidates, people, seed}: GroundOptions,
  work: Work
): Promise<Ground> {
  const {train} = engine
  const counts = countsOf(train)
  const rated = Int32Array.from(counts.keys()).filter(i => engine.model.knows(i))
  const items = topN(counts, candidates, rated)
  const users = somePeople(train, people, seed)
  const m = items.length
  const spread = new Float64Array(users.length * m)
  const column = new Int32Array(counts.length).fill(-1)
  for (let c = 0; c < m; c++) column[items[c]] = c
  let [squares, pairs] = [0, 0]
  for (const [k, u] of users.entries()) {
    if (work.outOfBreath) await work.breathe()
    work.report(k, users.length)
    const person = engine.recommender.person(train.frame.userIds.ids[u])
    const scores = engine.model.scores(person, items)
    spread.set(scores, k * m)
    for (let n = 0; n < person.i.length; n++) {
      const c = column[person.i[n]]
      if (c < 0) continue
      squares += (person.r[n] - scores[c]) ** 2
      pairs++
    }
  }
  centre(spread, m)
  const covariance = new Float64Array(m * m)
  for (let a = 0; a < users.length; a++) {
    if (work.outOfBreath) await work.breathe()
    addSquare(covariance, spread.subarray(a * m, (a + 1) * m))
  }
  work.report(users.length, users.length)
  const known = Float64Array.from(items, i => counts[i] / train.userCount)
  return {items, spread, covariance, noise: Math.max(squares / Math.max(1, pairs), 1e-6), known, users}
}

/** The covariance with some movies more, which are rated and not asked for. */
function widened(engine: Predicting, ground: Ground, others: Int32Array): Float64Array {
  const {spread, covariance, users} = ground
  const [m, e] = [ground.items.length, others.length]
  const size = m + e
  const own = new Float64Array(users.length * e)
  for (const [k, u] of users.entries())
    own.set(engine.model.scores(engine.recommender.person(engine.train.frame.userIds.ids[u]), others), k * e)
  centre(own, e)
  const wide = new Float64Array(size * size)
  for (let a = 0; a < m; a++) wide.set(covariance.subarray(a * m, (a + 1) * m), a * size)
  for (let k = 0; k < users.length; k++)
    for (let b = 0; b < e; b++) {
      const value = own[k * e + b]
      for (let a = 0; a < m; a++) wide[(m + b) * size + a] += value * spread[k * m + a]
      for (let a = 0; a < e; a++) wide[(m + b) * size + m + a] += value * own[k * e + a]
    }
  for (let b = m; b < size; b++) for (let a = 0; a < m; a++) wide[a * size + b] = wide[b * size + a]
  return wide
}

/** How many training ratings each movie has. [movies] */
export function countsOf({byMovie: {start}}: Ratings): Float64Array {
  return Float64Array.from(lengthsOf(start))
}

/** People drawn from the half with the most ratings: of the others an engine predicts little more than the mean. Ascending. */
function somePeople({byUser: {start}}: Ratings, people: number, seed: number): Int32Array {
  const all = Int32Array.from(filledRows(start))
  const sizes = Float64Array.from(all, u => start[u + 1] - start[u])
  const median = quantile(sizes.slice().sort(), 0.5)
  const busy = all.filter((_, k) => sizes[k] >= median)
  return new Random(seed).shuffle(busy).slice(0, people).sort()
}

/** Takes the mean of each column off, and divides by the root of rows - 1. */
function centre(values: Float64Array, columns: number): void {
  const rows = values.length / columns
  const root = Math.sqrt(Math.max(1, rows - 1))
  for (let c = 0; c < columns; c++) {
    let mean = 0
    for (let k = 0; k < rows; k++) mean += values[k * columns + c] / rows
    for (let k = 0; k < rows; k++) values[k * columns + c] = (values[k * columns + c] - mean) / root
  }
}

/** Adds x x'. */
function addSquare(matrix: Float64Array, x: Float64Array): void {
  const n = x.length
  for (let a = 0; a < n; a++) {
    const value = x[a]
    for (let b = 0, at = a * n; b < n; b++, at++) matrix[at] += value * x[b]
  }
}
