import {type Compressed, group} from '../../data/compressed'
import type {Ratings} from '../../data/ratings'
import {OptionError} from '../../errors'
import type {Arena} from '../../kernels/arena'
import {kernelConstants} from '../../kernels/wasm'
import {type Days, daysOf, ratingsByDay} from './days'
import {type Features, featuresOf} from './features'
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
  sideInformation: boolean
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
  /** Implicit feedback: one vector for each row of the opposite side. */
  readonly links: Links | undefined
  /** What is known of the rows: one vector for each age, genre and so on. */
  readonly features: Links | undefined
  /** [count × stride] room for the rows without what one of the two moves, where there are both */
  readonly apart: Float32Array | undefined
  /** Prior of the rows' noise precisions, Gamma(shape / 2, rate / 2); shape 0 leaves them as they are. */
  noise: NoisePrior
}

/** Vectors whose sum moves the prior means of a side's rows: each row has some of them, all with the same share. */
export interface Links {
  readonly count: number
  /** [count × stride] */
  readonly rows: Float32Array
  /** [rows of the side] 1 / sqrt(how many the row has) */
  readonly share: Float32Array
  readonly mu: Float32Array
  readonly precision: Float32Array
  /** Which of them each row has, and which rows have each: start [rows + 1] and index, as of ratings. */
  readonly of: Indexed
  readonly by: Indexed
  /** [rows of the side × stride] by how much they move the prior mean; only where a side has two kinds of them */
  readonly moved: Float32Array | undefined
}

/** Rows of indices: row k has those from start[k] to start[k + 1]. */
interface Indexed {
  readonly start: Int32Array
  readonly index: Int32Array
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
  /** What is known of users and movies beside ratings. */
  readonly features: {readonly users: Features; readonly movies: Features} | undefined
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
    readonly model: SampledModel,
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
    this.features = model.sideInformation ? featuresOf(train) : undefined
    this.users = this.side(
      byUser,
      this.daysAt(byUser.row),
      ratedMovies ? byMovie : undefined,
      this.features?.users
    )
    this.movies = this.side(
      byMovie,
      this.daysAt(byMovie.row),
      raters ? byUser : undefined,
      this.features?.movies
    )
    if (this.days === undefined) return
    const {start, u, i, r} = ratingsByDay(train, this.days)
    this.daySide = this.side({start, index: u, value: r}, i)
  }

  get sides(): Side[] {
    return this.daySide === undefined ? [this.users, this.movies] : [this.users, this.movies, this.daySide]
  }

  /** Everything that the next sweep depends on, by name: views on the arena, to be copied for a checkpoint or written from one. */
  get state(): Record<string, Float32Array | Float64Array> {
    const state: Record<string, Float32Array | Float64Array> = {cuts: this.cuts}
    for (const [s, {rows, prior, mu, precision, links, features}] of this.sides.entries()) {
      Object.assign(state, {
        [`rows${s}`]: rows,
        [`prior${s}`]: prior,
        [`mu${s}`]: mu,
        [`precision${s}`]: precision
      })
      for (const [name, vectors] of Object.entries({link: links, feature: features})) {
        if (vectors === undefined) continue
        Object.assign(state, {
          [`${name}s${s}`]: vectors.rows,
          [`${name}Mu${s}`]: vectors.mu,
          [`${name}Precision${s}`]: vectors.precision
        })
        if (vectors.moved !== undefined) state[`${name}Moved${s}`] = vectors.moved
      }
    }
    return state
  }

  /** A side of these ratings; with links to the rows of the `opposite` side, and with what is known of its own. */
  private side(
    {start, index, value}: Omit<Compressed, 'row'>,
    second: Int32Array | undefined,
    opposite?: Compressed,
    features?: Features
  ): Side {
    const {arena, stride} = this
    const count = start.length - 1
    const known = features?.names.length ? features : undefined
    const ratings = {start: arena.i32(start), index: arena.i32(index)}
    const both = opposite !== undefined && known !== undefined
    return {
      count,
      rows: arena.f32((count + 1) * stride),
      prior: arena.f32(count * stride),
      mu: arena.f32(stride),
      precision: arena.f32(stride),
      start: ratings.start,
      first: ratings.index,
      second: second === undefined ? undefined : arena.i32(second),
      value: arena.f32(this.valuesOf(value)),
      links: opposite === undefined ? undefined : this.linksOf(ratings, opposite, both),
      features: known === undefined ? undefined : this.linksOf(known, byFeature(known), both),
      apart: both ? arena.f32(count * stride) : undefined,
      noise: {shape: 0, rate: 0}
    }
  }

  private linksOf(of: Indexed, by: Indexed, moved: boolean): Links {
    const {arena, stride} = this
    const [rows, count] = [of.start.length - 1, by.start.length - 1]
    const share = (_: number, k: number): number => 1 / Math.sqrt(Math.max(1, of.start[k + 1] - of.start[k]))
    return {
      count,
      rows: arena.f32(count * stride),
      share: arena.f32(new Float32Array(rows).map(share)),
      mu: arena.f32(stride),
      precision: arena.f32(stride),
      of: {start: arena.i32(of.start), index: arena.i32(of.index)},
      by: {start: arena.i32(by.start), index: arena.i32(by.index)},
      moved: moved ? arena.f32(rows * stride) : undefined
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

/** Which rows have each feature. */
function byFeature({start, index, names}: Features): Compressed {
  const rows = index.slice()
  for (let row = 0; row + 1 < start.length; row++) rows.fill(row, start[row], start[row + 1])
  return group(index, rows, new Float32Array(index.length), names.length)
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
