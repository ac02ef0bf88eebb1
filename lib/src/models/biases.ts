import type {ModelState, PairScores, Pairs, Part, Person, RatingModel, Support} from './model'

/** How far users and movies are from the mean. */
export interface BiasNumbers {
  /** Mean of the training ratings, in stars. */
  readonly mu: number
  /** [users] */
  readonly bu: Float64Array
  /** [movies] */
  readonly bi: Float64Array
}

/**
 * score(u, i) = mu + bu[u] + bi[i], the unknown terms 0. A profile gets the bias that a user with these ratings has:
 * sum of (r - mu - bi) / (userDamping + n). All that is known of a movie is its bias: two are alike by 1 less a star of distance each.
 */
export class Biases implements RatingModel, BiasNumbers {
  readonly kind = 'biases'
  readonly unit = 'stars'
  readonly predicts = true
  /** Mean of the training ratings, in stars. */
  readonly mu: number
  readonly bu: Float64Array
  readonly bi: Float64Array

  /** @internal */
  constructor(
    {mu, bu, bi}: BiasNumbers,
    /** Ratings of deviation 0 that every user is given beforehand. */
    readonly userDamping: number,
    private readonly support: Support
  ) {
    this.mu = mu
    this.bu = bu
    this.bi = bi
  }

  /** @internal */
  static restore({values, arrays}: ModelState, support: Support): Biases {
    const {bu, bi} = arrays as {bu: Float64Array; bi: Float64Array}
    return new Biases({mu: values.mu as number, bu, bi}, values.userDamping as number, support)
  }

  /** @internal */
  state(): ModelState {
    const {mu, userDamping, bu, bi} = this
    return {values: {mu, userDamping}, arrays: {bu, bi}}
  }

  /** @internal */
  anonymous(): ModelState {
    const {values, arrays} = this.state()
    return {values, arrays: {...arrays, bu: new Float64Array(0)}}
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal The bias of a person: the trained one, or the same equation on the ratings typed in; 0 for a stranger. */
  biasOf({u, i, r}: Person): number {
    if (u >= 0) return this.bu[u]
    let sum = 0
    for (let n = 0; n < i.length; n++) sum += r[n] - this.mu - this.bi[i[n]]
    return i.length === 0 ? 0 : sum / (this.userDamping + i.length)
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    const bu = this.biasOf(person)
    const scores = new Float64Array(items.length)
    for (let n = 0; n < scores.length; n++) scores[n] = this.mu + bu + this.bi[items[n]]
    return scores
  }

  /** @internal */
  scorePairs(pairs: Pairs): PairScores {
    const {mu, bu, bi, support} = this
    const {u, i} = pairs
    const score = new Float64Array(u.length)
    for (let n = 0; n < score.length; n++)
      score[n] = mu + (support.knowsUser(u[n]) ? bu[u[n]] : 0) + (support.knowsMovie(i[n]) ? bi[i[n]] : 0)
    return {score, fallback: support.fallbacks(pairs)}
  }

  /** @internal */
  scoreUnknown(person: Person, i: number): number {
    return this.mu + this.biasOf(person) + (this.knows(i) ? this.bi[i] : 0)
  }

  /** @internal */
  similar(i: number): Float64Array {
    return this.bi.map(other => 1 - Math.abs(other - this.bi[i]))
  }

  /** @internal */
  parts(person: Person, i: number): Part[] {
    return [
      {kind: 'mean', value: this.mu},
      {kind: 'user', value: this.biasOf(person)},
      {kind: 'movie', value: this.knows(i) ? this.bi[i] : 0}
    ]
  }
}
