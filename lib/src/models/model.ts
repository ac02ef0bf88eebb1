/**
 * The contract of every model, and the symbols used in models, engines and kernels:
 *
 *   u, i        dense index of a user, of a movie            r, r_ui     a rating, in stars
 *   mu          mean of the training ratings                 err         r - prediction
 *   bu[u]       how far a user rates above mu                pu[u * F + f]  factors of users   [users × F], row-major
 *   bi[i]       how far a movie is rated above mu            qi[i * F + f]  factors of movies  [movies × F], row-major
 *   F           number of factors                            k           number of neighbours
 *
 * A model is what an engine learned and how it answers: an immutable value in dense indices, without ids, titles, files or threads, so
 * that it also answers in a browser. `Recommender` puts ids, titles and sentences around it. `userId` and `movieId` are the ids of the
 * files; indices never leave the library.
 */
import {type Compressed, lengthsOf} from '../data/compressed'

/** @internal Who asks: ratings in the model's indices. `u` is -1 for a profile typed in and for a stranger. */
export interface Person {
  readonly u: number
  /** [rated] dense movie indices, ascending */
  readonly i: Int32Array
  /** [rated] stars */
  readonly r: Float32Array
  /** Where she stands among factors, where that is known of somebody whose ratings are not there. */
  readonly place?: Place
}

/** @internal Whether anything is known of somebody. */
export function isKnown({i, place}: Person): boolean {
  return i.length > 0 || place !== undefined
}

/** @internal Whether anything is known of somebody that counts for a model. */
export function isHeard(model: Model, person: Person): boolean {
  return isKnown(person) && (model.hears?.(person) ?? true)
}

/** @internal Somebody of whom nothing is known. */
export const STRANGER: Person = {u: -1, i: new Int32Array(0), r: new Float32Array(0)}

/**
 * What an addend of a score stands for: the mean of all, how the user rates, how the movie is rated, one of her ratings, one
 * neighbour's rating, a genre, word of the title or of a text, or decade she and the movie share, how often it was rated, or what closes the sum.
 */
export type TermKind =
  | 'mean'
  | 'user'
  | 'movie'
  | 'rated'
  | 'neighbour'
  | 'genre'
  | 'word'
  | 'text'
  | 'year'
  | 'popularity'
  | 'rest'

/** @internal One addend of a score in dense indices. */
export interface Part {
  kind: TermKind
  value: number
  /** The movie she rated, with her stars. */
  i?: number
  /** The user who rated the movie, with that user's stars. */
  u?: number
  rating?: number
  /** What it is called, where the kind alone does not say. */
  name?: string
}

/** @internal What was learned, as named arrays and plain values: all that a model file holds of it. */
export interface ModelState {
  values: Record<string, unknown>
  arrays: Record<string, Float32Array | Float64Array | Int32Array | Uint8Array>
}

/** What kind of model it is: its equation, by which a model file is read back. */
export type ModelKind =
  | 'popularity'
  | 'biases'
  | 'factors'
  | 'weights'
  | 'terms'
  | 'posterior'
  | 'neighbours'
  | 'blend'

/** @internal A row of factors: where it begins, and what is added to all her scores. */
export interface Place {
  bias: number
  p: Float32Array | Float64Array
  from: number
}

/** @internal Scores that are mu + bias + bi[i] + p·qi[i] for some place of the person, added up in the order of `dotFrom`. */
export interface FactorForm {
  readonly kind: 'factors'
  readonly mu: number
  readonly factors: number
  /** [movies] */
  readonly bi: Float32Array | Float64Array
  /** [movies × factors], row-major */
  readonly qi: Float32Array | Float64Array
  placeOf(person: Person): Place
}

/** @internal Rows of a matrix most of whose entries are 0: row j has the columns and values from start[j] to start[j + 1]. */
export interface SparseRows {
  readonly start: Int32Array
  readonly index: Int32Array
  readonly value: Float32Array
}

/**
 * @internal Scores that are the sum over some rows j of x_j W_ji. Sums are taken in double, in the order of the rows, so that a kernel gets the
 * same bits.
 */
export interface WeightForm {
  readonly kind: 'weights'
  /** W [movies × movies], row-major, or its rows */
  readonly weights: Float32Array | SparseRows
  /** Whether rows count differently: `rowsOf` has a value for each then. */
  readonly valued: boolean
  /** The rows that count for a person, ascending. */
  rowsOf(person: Person): {readonly index: Int32Array; readonly value?: Float32Array}
}

/** What an engine has learned and how it answers; each kind has its fitted numbers. */
export interface Model {
  readonly kind: ModelKind
  /** How a score is spoken of: as stars that people would give, as a count of people, or as a number that orders movies. */
  readonly unit: 'stars' | 'people' | 'score'
  /** @internal True where something was learned of movie `i`; -1 stands for none. */
  knows(i: number): boolean
  /** @internal Whether anything that she rated counts; where nothing does, she gets what most people rated. @default true */
  hears?(person: Person): boolean
  /** @internal Unclipped scores of these movies (all known) for a person with at least one rating. [items] */
  scores(person: Person, items: Int32Array): Float64Array | Float32Array
  /** @internal How alike movie `i` and every movie are; -Infinity where there is nothing to compare. [movies] */
  similar(i: number): Float64Array | Float32Array
  /**
   * @internal How alike each of these movies, by its place among them, and each of them are, as `similar` has it: where many rows of a few
   * movies come cheaper than whole rows. [items]
   */
  alike?(items: Int32Array): (place: number) => Float64Array | Float32Array
  /** @internal The addends of a score, which sum to it. `i` is -1 for a listed movie that nobody rated; the person may have no ratings. */
  parts(person: Person, i: number): Part[]
  /** @internal */
  state(): ModelState
  /** @internal The state without a number of anybody who rated, for people who type their ratings in; undefined where it takes the ratings themselves. */
  anonymous?(): ModelState | undefined
  /** @internal How lists of many people can be made by a kernel; undefined where only `scores` knows. */
  listForm?(): FactorForm | WeightForm | undefined
}

/** @internal Pairs in dense indices, -1 for unknown; all arrays are [pairs]. */
export interface Pairs {
  u: Int32Array
  i: Int32Array
  /** Seconds since 1970, for models that know days. */
  t?: Float64Array
}

/** @internal Unclipped scores, and the fallback that each pair took: an index into FALLBACKS. [pairs] */
export interface PairScores {
  score: Float64Array | Float32Array
  fallback: Uint8Array
}

/** Why a prediction is not the model's own. */
export type Fallback = 'unknown user' | 'unknown movie' | 'too few neighbours'

/** @internal Fallbacks as bytes, 0 for none. */
export const FALLBACKS: ReadonlyArray<Fallback | undefined> = [
  undefined,
  'unknown user',
  'unknown movie',
  'too few neighbours'
]

/** What a model knows of a prediction beside its score. */
export interface PredictionDetails {
  /** A 90 % interval, unclipped. */
  interval?: [lo: number, hi: number]
  /** Probability of each star of the scale. */
  stars?: Float32Array
  /** How many neighbours spoke. */
  neighbours?: number
  /** Why it is not the model's own, where it is not. */
  fallback?: Fallback
}

/** @internal When a prediction is for, in seconds since 1970: for models that know days. */
export interface When {
  timestamp?: number
}

/** A model whose score is a rating in stars. */
export interface RatingModel extends Model {
  /** False where it was fitted on signs of interest: it ranks, and is not asked for stars. */
  readonly predicts: boolean
  /** @internal As of every model; for some day, where the model knows days. */
  scores(person: Person, items: Int32Array, when?: When): Float64Array | Float32Array
  /** @internal Unclipped scores of pairs. Those with an unknown side get the equation without its unknown terms, and are marked. */
  scorePairs(pairs: Pairs): PairScores
  /** @internal Whose pairs are best scored together, one behind the other: a user's or a movie's. @default 'u' */
  readonly pairsBy?: 'u' | 'i'
  /** @internal As `scorePairs`, in steps that yield the share done: where a model is made of others (see `scoringOf`). */
  scoring?(pairs: Pairs): Generator<number, PairScores>
  /** @internal Score of a person without ratings, or of a movie nobody rated (`i` = -1): the equation without the unknown terms. */
  scoreUnknown(person: Person, i: number, when?: When): number
  /** @internal */
  details?(person: Person, i: number, when: When): PredictionDetails
}

/** @internal Who rated what, from both sides. */
export interface Rated {
  readonly byUser: Compressed
  readonly byMovie: Compressed
  /** Where the ratings themselves are not there. */
  readonly withheld?: {readonly raters: Int32Array}
}

/** @internal What updates have changed since the fit. Indices are those of now. */
export interface Since {
  /** Ratings taken in, those that took the place of another included. */
  readonly ratings: number
  /** [pairs] the user and movie of each pair that was rated since, ascending by user, then by movie */
  readonly u: Int32Array
  readonly i: Int32Array
  /** [pairs] what it was rated at the fit; NaN where it was not */
  readonly was: Float32Array
  /** [new] movies that had no rating at the fit, ascending */
  readonly movies: Int32Array
}

/** @internal New ratings among the old, for a model that takes them in. */
export interface Change {
  /** Who rated what now. */
  readonly rated: Rated
  /** [users before] the index of each now, ascending */
  readonly users: Int32Array
  /** [movies before] the index of each now, ascending */
  readonly movies: Int32Array
  readonly since: Since
}

/** @internal How many training ratings each user and each movie has: who and what is known at all. */
export class Support {
  constructor(
    /** [users] */
    readonly users: Int32Array,
    /** [movies] */
    readonly movies: Int32Array
  ) {}

  /** `unlearned` are movies that the model does not know, whoever has rated them by now. */
  static of(rated: Rated, unlearned?: Int32Array): Support {
    if (rated.withheld !== undefined) return new Support(new Int32Array(0), rated.withheld.raters)
    const movies = lengthsOf(rated.byMovie.start)
    for (const i of unlearned ?? []) movies[i] = 0
    return new Support(lengthsOf(rated.byUser.start), movies)
  }

  knowsUser(u: number): boolean {
    return u >= 0 && this.users[u] > 0
  }

  knowsMovie(i: number): boolean {
    return i >= 0 && this.movies[i] > 0
  }

  /** What each pair falls back to: an index into FALLBACKS. [pairs] */
  fallbacks({u, i}: Pairs): Uint8Array {
    const codes = new Uint8Array(u.length)
    for (let n = 0; n < codes.length; n++)
      codes[n] = this.knowsUser(u[n]) ? (this.knowsMovie(i[n]) ? 0 : 2) : 1
    return codes
  }
}
