import {faultOfId, type MovieId} from '../data/ids'
import {checkRatings, type Ratings} from '../data/ratings'
import {ArgumentError} from '../errors'
import {isProfile, type Who} from './asker'
import type {Directory} from './directory'
import {
  FALLBACKS,
  type Fallback,
  type PairScores,
  type Person,
  type PredictionDetails,
  type RatingModel,
  type When
} from './model'
import {type Explanation, Recommender} from './recommender'
import {scoringOf} from './scoring'

/** The year 5138 in seconds: larger times are milliseconds. */
const LARGEST_TIME = 1e11

/** A prediction with what stands behind it. */
export interface DetailedPrediction extends PredictionDetails {
  /** In stars, clipped to the scale. */
  rating: number
  /** Unclipped. */
  score: number
  /** Movies of the profile that the engine knows nothing of, where there are any. */
  leftOut?: readonly MovieId[]
}

/** What is predicted of many pairs, in their order. */
export interface Predictions {
  /** [pairs] in stars, clipped to the scale */
  ratings: Float32Array
  /** The fallback that each pair took; undefined for none. */
  fallbacks: Array<Fallback | undefined>
}

/** @internal A recommender whose scores are ratings: it also predicts. */
export class Rater<M extends RatingModel = RatingModel> extends Recommender<M> {
  constructor(
    model: M,
    directory: Directory,
    /** What unknown users and movies get instead of the equation without its unknown terms. */
    readonly instead: number | undefined
  ) {
    super(model, directory)
  }

  /**
   * The prediction of every pair, in the row order of its argument, with the fallback that each took: in steps that yield the share
   * done.
   */
  *predicting(pairs: Ratings): Generator<number, Predictions> {
    this.refuseScores()
    checkRatings(pairs, 'predictAll')
    const {userIds, items} = this.directory
    const scored = yield* scoringOf(this.model, pairs.indexedBy(userIds, items))
    const {score, fallback} = this.withInstead(scored)
    const [min, max] = this.directory.scale
    const ratings = new Float32Array(score.length)
    for (let n = 0; n < ratings.length; n++) ratings[n] = Math.min(max, Math.max(min, score[n]))
    return {ratings, fallbacks: Array.from(fallback, code => FALLBACKS[code])}
  }

  predict(who: Who, movieId: MovieId, when: When = {}): DetailedPrediction {
    this.refuseScores()
    if (when.timestamp !== undefined && !(Math.abs(when.timestamp) < LARGEST_TIME))
      throw new ArgumentError(`Expected a timestamp in seconds since 1970, got ${when.timestamp}.`)
    const fault = faultOfId(movieId)
    if (fault !== undefined) throw new ArgumentError(`Expected a movieId, got ${fault}.`)
    const {person, leftOut} = this.known(who)
    const i = this.indexOf(movieId)
    const detail = isProfile(who) ? this.forProfile(person, i, when) : this.forUser(person.u, i, when)
    const [min, max] = this.directory.scale
    const rating = Math.min(max, Math.max(min, detail.score))
    const told = leftOut.length > 0 ? {leftOut} : {}
    return {...detail, rating, ...this.model.details?.(person, i, when), ...told}
  }

  /** Of many movies for one person at once, clipped to the scale; those that nothing is known of get their fallback. */
  ratingsFor(person: Person, items: Int32Array): Float64Array {
    this.refuseScores()
    const {model, instead} = this
    const [min, max] = this.directory.scale
    const known = person.i.length === 0 ? new Int32Array(0) : items.filter(i => model.knows(i))
    const scores = known.length === 0 ? known : model.scores(person, known)
    let at = 0
    return Float64Array.from(items, i => {
      const scored = person.i.length > 0 && model.knows(i)
      const score = scored ? scores[at++] : (instead ?? model.scoreUnknown(person, i))
      return Math.min(max, Math.max(min, score))
    })
  }

  override explain(who: Who, movieId: MovieId): Explanation {
    const {person, leftOut} = this.known(who)
    const unrated = !this.model.knows(this.indexOf(movieId))
    if (this.instead === undefined || !(person.i.length === 0 || unrated)) return super.explain(who, movieId)
    const score = this.instead
    const sentence = `${this.directory.movies.title(movieId)} gets the mean rating, ${score.toFixed(2)}: the ${unrated ? 'movie' : 'user'} is unknown.`
    const terms: Explanation['terms'] = [{kind: 'mean', value: score, name: 'mean of all ratings'}]
    return this.without(leftOut, {score, terms, sentence})
  }

  private withInstead({score, fallback}: PairScores): PairScores {
    const {instead} = this
    if (instead === undefined) return {score, fallback}
    return {score: score.map((one, n) => (fallback[n] === 1 || fallback[n] === 2 ? instead : one)), fallback}
  }

  private forUser(u: number, i: number, {timestamp}: When): {score: number; fallback?: Fallback} {
    const t = timestamp === undefined ? {} : {t: Float64Array.of(timestamp)}
    const {score, fallback} = this.withInstead(
      this.model.scorePairs({u: Int32Array.of(u), i: Int32Array.of(i), ...t})
    )
    return {score: score[0], ...(fallback[0] === 0 ? {} : {fallback: FALLBACKS[fallback[0]] as Fallback})}
  }

  private forProfile(person: Person, i: number, when: When): {score: number; fallback?: Fallback} {
    if (person.i.length > 0 && this.model.knows(i))
      return {score: this.model.scores(person, Int32Array.of(i), when)[0]}
    const fallback: Fallback = person.i.length === 0 ? 'unknown user' : 'unknown movie'
    return {score: this.instead ?? this.model.scoreUnknown(person, i, when), fallback}
  }

  private refuseScores(): void {
    if (!this.model.predicts)
      throw new ArgumentError(
        "This model was fitted on signs of interest: it ranks movies and predicts no stars. Use recommend(), or fit it with feedback: 'explicit'."
      )
  }
}
