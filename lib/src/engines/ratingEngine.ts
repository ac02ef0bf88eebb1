import type {MovieId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import {Engine, type Explanation, isProfile, type Person, type Who} from './engine'
import type {OptionsOf} from './options'

/** Why a prediction is not the engine's own. */
export type Fallback = 'unknown user' | 'unknown movie' | 'too few neighbours'

/** @internal Fallbacks as bytes, 0 for none. */
export const FALLBACKS: ReadonlyArray<Fallback | undefined> = [
  undefined,
  'unknown user',
  'unknown movie',
  'too few neighbours'
]

/** A prediction with what stands behind it. */
export interface DetailedPrediction {
  /** In stars, clipped to the scale. */
  rating: number
  /** Unclipped. */
  score: number
  /** A 90 % interval, unclipped, from engines that know their uncertainty. */
  interval?: [lo: number, hi: number]
  /** Probability of each star of the scale, from engines that know it. */
  stars?: Float32Array
  /** How many neighbours spoke. */
  neighbours?: number
  fallback?: Fallback
}

/** @internal Pairs in dense indices, -1 for unknown; all arrays are [pairs]. */
export interface Pairs {
  u: Int32Array
  i: Int32Array
  t?: Float64Array
}

/** @internal Unclipped scores, and the fallback taken by each pair (an index into FALLBACKS). */
export interface PairScores {
  score: Float64Array | Float32Array
  fallback: Uint8Array
}

/** The option that every rating engine has beside its own, for the spec. */
export const FALLBACK_SPEC = {
  kind: 'choice',
  default: 'equation',
  choices: ['equation', 'mean'],
  about:
    "What an unknown user or movie gets: the engine's equation with the unknown terms 0 (equation), or the mean of the training ratings (mean)."
} as const

/** The same, for the options. */
export type FallbackOption = OptionsOf<{fallback: typeof FALLBACK_SPEC}>

/** An engine whose score is a rating in stars. */
export abstract class RatingEngine<O extends FallbackOption = FallbackOption> extends Engine<O> {
  /** The rating this person would give, in stars, clipped to the scale. Unknown ids get the fallback of the equation. */
  predict(who: Who, movieId: MovieId, o: {timestamp?: number} = {}): number {
    return this.predictDetailed(who, movieId, o).rating
  }

  /** The prediction of every pair, in the row order of its argument; its ratings are not looked at. */
  predictAll(pairs: Ratings): Float32Array {
    return this.predictAllDetailed(pairs).ratings
  }

  /** As `predictAll`, with the fallback that each pair took. */
  predictAllDetailed(pairs: Ratings): {ratings: Float32Array; fallbacks: Array<Fallback | undefined>} {
    const {score, fallback} = this.settled(this.pairsOf(pairs))
    const [min, max] = this.train.scale
    const ratings = new Float32Array(score.length)
    for (let n = 0; n < score.length; n++) ratings[n] = Math.min(max, Math.max(min, score[n]))
    return {ratings, fallbacks: Array.from(fallback, code => FALLBACKS[code])}
  }

  /** The prediction with its unclipped score, the fallback taken, and what else the engine knows of it. */
  predictDetailed(who: Who, movieId: MovieId, o: {timestamp?: number} = {}): DetailedPrediction {
    const person = this.person(who)
    const i = this.itemIndexOf(movieId)
    const detail = isProfile(who) ? this.forProfile(person, i) : this.forUser(person.u, i, o)
    const [min, max] = this.train.scale
    return {...detail, rating: Math.min(max, Math.max(min, detail.score)), ...this.details(person, i, o)}
  }

  /** As `Engine.explain`; with `fallback: 'mean'` an unknown user or movie has one term, the mean. */
  override explain(who: Who, movieId: MovieId): Explanation {
    const person = this.person(who)
    const i = this.itemIndexOf(movieId)
    const unknown = person.i.length === 0 || !this.knows(i)
    if (this.resolved.fallback !== 'mean' || !unknown) return super.explain(who, movieId)
    const score = this.train.mean
    const sentence = `${this.movies.title(movieId)} gets the mean rating, ${score.toFixed(2)}: the ${person.i.length === 0 ? 'user' : 'movie'} is unknown.`
    return {score, terms: [{name: 'mean', value: score}], sentence}
  }

  /** Unclipped scores of pairs. Pairs with an unknown side get the equation without its unknown terms and are marked. */
  protected abstract scorePairs(pairs: Pairs): PairScores
  /** Score of a person without ratings, or of a movie nobody rated (`i` = -1): the equation without the unknown terms. */
  protected abstract scoreUnknown(person: Person, i: number): number

  /** More for `predictDetailed`: interval, stars, neighbours. */
  protected details(_person: Person, _i: number, _o: {timestamp?: number}): Partial<DetailedPrediction> {
    return {}
  }

  /** @internal Rows of ratings in this engine's indices. */
  protected pairsOf(pairs: Ratings): Pairs {
    const {userIds, movieIds} = this.train.frame
    const {u, i, t} = pairs.rows
    if (pairs.frame.userIds === userIds && pairs.frame.movieIds === movieIds)
      return {u, i, ...(t === undefined ? {} : {t})}
    const users = Int32Array.from(pairs.frame.userIds.ids, id => userIds.indexOf(id))
    const movies = Int32Array.from(pairs.frame.movieIds.ids, id => movieIds.indexOf(id))
    return {u: u.map(one => users[one]), i: i.map(one => movies[one]), ...(t === undefined ? {} : {t})}
  }

  /** Applies `fallback: 'mean'`. */
  private settled(pairs: Pairs): PairScores {
    const scored = this.scorePairs(pairs)
    if (this.resolved.fallback !== 'mean') return scored
    const score = Float64Array.from(scored.score)
    for (let n = 0; n < score.length; n++)
      if (scored.fallback[n] === 1 || scored.fallback[n] === 2) score[n] = this.train.mean
    return {score, fallback: scored.fallback}
  }

  private forUser(u: number, i: number, o: {timestamp?: number}): {score: number; fallback?: Fallback} {
    const t = o.timestamp === undefined ? {} : {t: Float64Array.of(o.timestamp)}
    const {score, fallback} = this.settled({u: Int32Array.of(u), i: Int32Array.of(i), ...t})
    return {score: score[0], ...(fallback[0] === 0 ? {} : {fallback: FALLBACKS[fallback[0]] as Fallback})}
  }

  private forProfile(person: Person, i: number): {score: number; fallback?: Fallback} {
    if (person.i.length > 0 && this.knows(i)) return {score: this.scoresOf(person, Int32Array.of(i))[0]}
    const fallback: Fallback = person.i.length === 0 ? 'unknown user' : 'unknown movie'
    return {
      score: this.resolved.fallback === 'mean' ? this.train.mean : this.scoreUnknown(person, i),
      fallback
    }
  }
}
