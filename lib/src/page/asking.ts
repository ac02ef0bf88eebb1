import {Belief} from '../ask/belief'
import type {MovieId} from '../data/ids'
import type {Profile, Recommender} from '../models/recommender'
import {type PackedArray, unpack} from './numbers'

/** What a page needs to choose questions: a `Ground` of few numbers, or an order that is the same for everyone. */
export interface PageAsking {
  /** [movies] those that may be asked for, as indices of the model: the most rated first, or the best questions first */
  items: PackedArray
  /** Only of models that predict stars. */
  ground?: {
    /** Columns of `axes`. */
    rank: number
    /** [movies × rank] covariance of the predictions over people is axes · axes' */
    axes: PackedArray
    /** [movies] share of all people who rated the movie */
    known: PackedArray
    /** Mean squared error of the predictions. */
    noise: number
  }
}

/** @internal */
type RateNext = (profile: Profile, n: number, among?: Iterable<MovieId>) => MovieId[]

/**
 * @internal What to rate next, as `rateNext` has it: the covariance of predictions is rebuilt from its largest axes, and movies that are rated but not
 * among those that may be asked for say nothing here.
 */
export function askingOf(recommender: Recommender, {items: packed, ground}: PageAsking): RateNext {
  const items = unpack(packed) as Int32Array
  const {ids, indexOf} = namesOf(recommender)
  const open = (rated: Int32Array, among: Iterable<MovieId> | undefined): Int32Array => {
    const wanted = among === undefined ? undefined : new Set(Array.from(among, indexOf))
    const out = new Set(rated)
    return Int32Array.from(items.keys()).filter(
      c => !out.has(items[c]) && (wanted === undefined || wanted.has(items[c]))
    )
  }
  if (ground === undefined)
    return (profile, n, among) =>
      Array.from(open(recommender.person(profile).i, among).slice(0, n), c => ids[items[c]])
  const covariance = squareOf(unpack(ground.axes) as Float32Array, ground.rank)
  const known = unpack(ground.known) as Float64Array
  const place = new Map<number, number>(Array.from(items, (i, c) => [i, c]))
  return (profile, n, among) => {
    const {i} = recommender.person(profile)
    const belief = new Belief(covariance.slice(), known, ground.noise)
    for (const rated of i) {
      const c = place.get(rated)
      if (c !== undefined) belief.learn(c)
    }
    const left = new Set(open(i, among))
    const chosen: MovieId[] = []
    while (chosen.length < n && left.size > 0) {
      const {c} = belief.next(Int32Array.from(left), known)
      chosen.push(ids[items[c]])
      left.delete(c)
      belief.learn(c, known[c])
    }
    return chosen
  }
}

function namesOf({directory: {items}}: Recommender): {
  ids: readonly MovieId[]
  indexOf: (movieId: MovieId) => number
} {
  return {ids: items.ids, indexOf: movieId => items.indexOf(movieId)}
}

/** A A' of rows of `rank` numbers. [rows × rows] */
function squareOf(axes: Float32Array, rank: number): Float64Array {
  const rows = axes.length / rank
  const square = new Float64Array(rows * rows)
  for (let a = 0; a < rows; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0
      for (let f = 0; f < rank; f++) sum += axes[a * rank + f] * axes[b * rank + f]
      square[a * rows + b] = sum
      square[b * rows + a] = sum
    }
  return square
}
