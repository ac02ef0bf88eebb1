import type {Ratings} from '../../data/ratings'
import {OptionError} from '../../errors'
import type {Arena} from '../../kernels/arena'
import {kernelConstants} from '../../kernels/wasm'
import {type Days, daysOf, ratingsByDay} from './days'
import type {NoisePrior} from './priors'

/** Different ratings that count as stars: what the ordered probit takes for classes. */
export const MOST_STARS = 50

/** What is sampled, and on what: the options of BayesianFactorization that the sampler needs. */
export interface SampledModel {
  factors: number
  probit: boolean
  /** Whose noise has a precision of its own; `one` for all ratings alike. */
  noise: 'one' | 'users' | 'both'
  ratedMovies: boolean
  raters: boolean
  days: boolean
  seed: number
}

/**
 * One side of the rating grid: users, movies or days. A row is `stride` floats: factors (padded with zeros to whole quads), bias,
 * precision of the noise (users), sum of squared errors, zero.
 */
export interface Side {
  readonly count: number
  /** [(count + 1) × stride]; the last row is the average of the side, for those without ratings */
  readonly rows: Float32Array
  /** [count × stride] prior means of the rows */
  readonly prior: Float32Array
  /** [stride] mean of the prior, and its precision, of each column */
  readonly mu: Float32Array
  readonly precision: Float32Array
  /** [count + 1] ratings of each row */
  readonly start: Int32Array
  /** [ratings] rows of the other sides, in this side's order */
  readonly first: Int32Array
  readonly second: Int32Array | undefined
  /** [ratings] stars, or classes of stars for the probit */
  readonly value: Float32Array
  readonly links: Links | undefined
  /** Prior of the rows' noise precisions, Gamma(shape / 2, rate / 2); shape 0 leaves them as they are. */
  noise: NoisePrior
}

/** Implicit feedback of a side: one vector for each row of the opposite side. */
interface Links {
  readonly count: number
  /** [count × stride] */
  readonly rows: Float32Array
  /** [rows of the side] 1 / sqrt(ratings of the row) */
  readonly share: Float32Array
  readonly mu: Float32Array
  readonly precision: Float32Array
}

/** One chain's rows, priors and cuts on an arena, and the ratings that tie them together. */
export class Chain {
  readonly quads: number
  readonly stride: number
  /** Columns of the bias, of the noise's precision and of the sum of squared errors. */
  readonly bias: number
  readonly noiseAt: number
  readonly squaresAt: number
  readonly users: Side
  readonly movies: Side
  readonly daySide: Side | undefined
  readonly days: Days | undefined
  /** Added to every score: the mean of the ratings; 0 for the probit, whose cuts take its place. */
  readonly mean: number
  /** [classes] the different ratings, ascending; empty where they are no classes */
  readonly stars: Float64Array
  /** [classes + 1] borders of the latent ratings, the outer two infinite; for the probit */
  readonly cuts: Float64Array
  /** [stride] 1 for columns in use, 0 for padding */
  protected readonly active: Float32Array

  constructor(
    protected readonly train: Ratings,
    protected readonly model: SampledModel,
    private readonly arena: Arena
  ) {
    const {factors, probit, ratedMovies, raters} = model
    const {byUser, byMovie} = train
    this.quads = Math.ceil(factors / 4)
    const {GIBBS_NOISE, GIBBS_SQUARES, gibbsBias, gibbsStride} = kernelConstants()
    this.bias = gibbsBias(this.quads)
    this.noiseAt = this.bias + GIBBS_NOISE
    this.squaresAt = this.bias + GIBBS_SQUARES
    this.stride = gibbsStride(this.quads)
    this.mean = probit ? 0 : train.mean
    this.stars = starsOf(train, probit)
    this.cuts = arena.f64(this.stars.length + 1)
    const active = new Float32Array(this.stride).map((_, c) => Number(c < factors || c === this.bias))
    this.active = arena.f32(active)
    this.days = model.days ? daysOf(train) : undefined
    const [users, movies] = [byUser.start.length - 1, byMovie.start.length - 1]
    this.users = this.side(
      byUser.start,
      byUser.index,
      this.daysAt(byUser.row),
      byUser.value,
      ratedMovies ? movies : 0
    )
    this.movies = this.side(
      byMovie.start,
      byMovie.index,
      this.daysAt(byMovie.row),
      byMovie.value,
      raters ? users : 0
    )
    if (this.days === undefined) return
    const {start, u, i, r} = ratingsByDay(train, this.days)
    this.daySide = this.side(start, u, i, r, 0)
  }

  get sides(): Side[] {
    return this.daySide === undefined ? [this.users, this.movies] : [this.users, this.movies, this.daySide]
  }

  /** Everything that the next sweep depends on, by name: views on the arena, to be copied for a checkpoint or written from one. */
  get state(): Record<string, Float32Array | Float64Array> {
    const state: Record<string, Float32Array | Float64Array> = {cuts: this.cuts}
    for (const [s, {rows, prior, mu, precision, links}] of this.sides.entries()) {
      Object.assign(state, {
        [`rows${s}`]: rows,
        [`prior${s}`]: prior,
        [`mu${s}`]: mu,
        [`precision${s}`]: precision
      })
      if (links !== undefined)
        Object.assign(state, {
          [`links${s}`]: links.rows,
          [`linkMu${s}`]: links.mu,
          [`linkPrecision${s}`]: links.precision
        })
    }
    return state
  }

  /** A side with links to `opposite` rows, with none for 0. */
  private side(
    start: Int32Array,
    first: Int32Array,
    second: Int32Array | undefined,
    r: Float32Array,
    opposite: number
  ): Side {
    const {arena, stride} = this
    const count = start.length - 1
    return {
      count,
      rows: arena.f32((count + 1) * stride),
      prior: arena.f32(count * stride),
      mu: arena.f32(stride),
      precision: arena.f32(stride),
      start: arena.i32(start),
      first: arena.i32(first),
      second: second === undefined ? undefined : arena.i32(second),
      value: arena.f32(this.valuesOf(r)),
      links: opposite > 0 ? this.linksOf(start, opposite) : undefined,
      noise: {shape: 0, rate: 0}
    }
  }

  private linksOf(start: Int32Array, count: number): Links {
    const {arena, stride} = this
    const share = (_: number, k: number): number => 1 / Math.sqrt(Math.max(1, start[k + 1] - start[k]))
    return {
      count,
      rows: arena.f32(count * stride),
      share: arena.f32(new Float32Array(start.length - 1).map(share)),
      mu: arena.f32(stride),
      precision: arena.f32(stride)
    }
  }

  /** Stars, or for the probit their classes. */
  private valuesOf(r: Float32Array): Float32Array {
    if (!this.model.probit) return r
    const classOf = new Map(Array.from(this.stars, (star, k) => [star, k]))
    return r.map(star => classOf.get(star) as number)
  }

  private daysAt(rows: Int32Array): Int32Array | undefined {
    const {days} = this
    return days === undefined ? undefined : rows.map(n => days.of[n])
  }
}

/** The different ratings, ascending; none where there are more than MOST_STARS of them, so that they are no classes. */
function starsOf(train: Ratings, probit: boolean): Float64Array {
  const stars = Float64Array.from(new Set(train.rows.r)).sort()
  if (stars.length <= MOST_STARS) return stars
  if (probit)
    throw new OptionError(
      'likelihood',
      'probit',
      `Option likelihood of bayesian: probit takes at most ${MOST_STARS} different ratings, got ${stars.length}. Use normal.`
    )
  return new Float64Array(0)
}
