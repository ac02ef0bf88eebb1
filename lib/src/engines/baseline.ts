import type {Ratings} from '../data/ratings'
import type {EngineState, Person, Term} from './engine'
import type {EngineSpec, OptionsOf} from './options'
import {FALLBACK_SPEC, type FallbackOption, type PairScores, type Pairs, RatingEngine} from './ratingEngine'
import type {Run} from './run'

const OPTIONS = {
  userDamping: {
    kind: 'number',
    default: 5,
    min: 0,
    about: 'Ratings of deviation 0 that every user is given beforehand: pulls few ratings towards the mean.'
  },
  movieDamping: {
    kind: 'number',
    default: 3,
    min: 0,
    about: 'Ratings of deviation 0 that every movie is given beforehand.'
  },
  epochs: {kind: 'integer', default: 10, min: 1, about: 'Rounds of alternating least squares.'}
} as const

export type BaselineOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * How far a user rates above the mean, and how far a movie is rated above it: what every personal engine has to beat, and what
 * they fall back to.
 *
 *   prediction   score(u, i) = mu + bu[u] + bi[i]             unknown user or movie: its term is 0
 *   objective    sum of (r_ui - mu - bu[u] - bi[i])² + userDamping · sum of bu² + movieDamping · sum of bi²
 *   update       bi[i] = sum over i's raters of (r - mu - bu[u]) / (movieDamping + n_i), then
 *                bu[u] = sum over u's movies of (r - mu - bi[i]) / (userDamping + n_u)
 *
 * The last update is that of the users, so a profile typed in now gets the very bias that a known user with these ratings has.
 * userDamping 15, movieDamping 10, 10 epochs are Surprise's defaults. Cost: 2 · epochs passes over the ratings.
 */
export class Baseline extends RatingEngine<BaselineOptions> {
  static readonly spec: EngineSpec<BaselineOptions> = {
    name: 'baseline',
    about: 'Mean plus how far the user rates above it plus how far the movie is rated above it.',
    source: 'Koren 2010, "Factor in the neighbors", section 2.1; alternating as in Surprise',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }
  private mu = 0
  /** [users] */
  private bu: Float64Array = new Float64Array(0)
  /** [movies] */
  private bi: Float64Array = new Float64Array(0)

  /** @internal mu, bu and bi, for engines that work on what the baseline leaves over. */
  get biases(): Biases {
    return {mu: this.mu, bu: this.bu, bi: this.bi}
  }

  /** @internal The bias of a person: the trained one, or the same equation on the ratings typed in. */
  biasOf({u, i, r}: Person): number {
    return u >= 0 ? this.bu[u] : foldIn(i, r, this.mu, this.bi, this.resolved.userDamping)
  }

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const {userDamping, movieDamping, epochs} = this.resolved
    this.mu = train.mean
    this.bu = new Float64Array(train.frame.userIds.length)
    this.bi = new Float64Array(train.frame.movieIds.length)
    let rested = performance.now()
    for (let epoch = 1; epoch <= epochs; epoch++) {
      alternate(train.byMovie, this.mu, this.bu, movieDamping, this.bi)
      alternate(train.byUser, this.mu, this.bi, userDamping, this.bu)
      run.report(epoch, epochs)
      if (performance.now() - rested < 100) continue
      await run.breathe()
      rested = performance.now()
    }
  }

  protected scorePairs({u, i}: Pairs): PairScores {
    const {byUser, byMovie} = this.train
    const score = new Float64Array(u.length)
    const fallback = new Uint8Array(u.length)
    for (let n = 0; n < u.length; n++) {
      const knowsUser = u[n] >= 0 && byUser.start[u[n] + 1] > byUser.start[u[n]]
      const knowsMovie = i[n] >= 0 && byMovie.start[i[n] + 1] > byMovie.start[i[n]]
      score[n] = this.mu + (knowsUser ? this.bu[u[n]] : 0) + (knowsMovie ? this.bi[i[n]] : 0)
      fallback[n] = knowsUser ? (knowsMovie ? 0 : 2) : 1
    }
    return {score, fallback}
  }

  protected scoreUnknown(person: Person, i: number): number {
    return this.mu + this.biasOf(person) + (this.knows(i) ? this.bi[i] : 0)
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const bu = this.biasOf(person)
    return Float64Array.from(items, i => this.mu + bu + this.bi[i])
  }

  /** All that the engine knows of a movie is its bias: 1 for equal ones, down by 1 a star of distance. */
  protected similarTo(i: number): Float64Array {
    return this.bi.map(other => 1 - Math.abs(other - this.bi[i]))
  }

  protected terms(person: Person, i: number): Term[] {
    return [
      {name: 'mean', value: this.mu},
      {name: 'user', value: this.biasOf(person)},
      {name: 'movie', value: this.knows(i) ? this.bi[i] : 0}
    ]
  }

  protected override sentence(
    _person: Person,
    movieId: number | string,
    score: number,
    terms: Term[]
  ): string {
    const [mean, user, movie] = terms.map(term => term.value)
    const than = (by: number): string => `${Math.abs(by).toFixed(2)} ${by < 0 ? 'below' : 'above'}`
    return `${this.movies.title(movieId)} scores ${score.toFixed(2)}: the mean is ${mean.toFixed(2)}, this user rates ${than(user)} it, this movie is rated ${than(movie)} it.`
  }

  protected dump(): EngineState {
    return {values: {mu: this.mu}, arrays: {bu: this.bu, bi: this.bi}}
  }

  protected restore(state: EngineState): void {
    this.mu = state.values.mu as number
    this.bu = state.arrays.bu as Float64Array
    this.bi = state.arrays.bi as Float64Array
  }
}

/** @internal */
export interface Biases {
  readonly mu: number
  /** [users] */
  readonly bu: Float64Array
  /** [movies] */
  readonly bi: Float64Array
}

/** One half round: the biases `b` of the rows, given those of the other side. */
function alternate(
  {start, index, value}: Ratings['byUser'],
  mu: number,
  other: Float64Array,
  damping: number,
  b: Float64Array
): void {
  for (let row = 0; row < b.length; row++) {
    const from = start[row]
    const to = start[row + 1]
    let sum = 0
    for (let n = from; n < to; n++) sum += value[n] - mu - other[index[n]]
    b[row] = to === from ? 0 : sum / (damping + to - from)
  }
}

/** @internal The users' half round for one person. */
export function foldIn(
  i: Int32Array,
  r: Float32Array,
  mu: number,
  bi: Float64Array,
  damping: number
): number {
  let sum = 0
  for (let n = 0; n < i.length; n++) sum += r[n] - mu - bi[i[n]]
  return i.length === 0 ? 0 : sum / (damping + i.length)
}
