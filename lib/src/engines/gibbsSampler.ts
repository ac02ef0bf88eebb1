import type {Ratings} from '../data/ratings'
import {DivergedError, OptionError} from '../errors'
import {type Arena, pointer} from '../kernels/arena'
import {type Pool, weightedBlocks} from '../kernels/pool'
import {quantile} from '../math/normal'
import {Random} from '../math/random'
import {drawColumns, drawNoisePrior, type NoisePrior, proposal} from './gibbsPriors'
import {type Days, daysOf, ratingsByDay} from './ratingDays'

/** Multiplications in one call of a kernel: about ten milliseconds. */
const BLOCK = 3e7
/** Ratings from which one call draws the links of one quad of columns, not of two. */
const MANY = 2e6

/** Sweeps from one draw of the cuts to the next, once settled: a million ratings hold them to a thousandth. */
const CUTS_EVERY = 4

/** Different ratings that count as stars. */
const MOST_STARS = 50

/** What is sampled, and on what: the options of BayesianFactorization that the sampler needs. */
export interface GibbsModel {
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
  readonly second: Int32Array
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

/**
 * Gibbs sampling of a factorisation machine over user, movie, movies rated, raters and rating day: the state of one chain on an
 * arena, and the sweep that moves it. The engine's head doc has the model.
 */
export class GibbsSampler {
  readonly quads: number
  readonly stride: number
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
  private readonly active: Float32Array
  private readonly scratch: Float32Array
  private readonly blocksOf: Map<Side, ReadonlyArray<readonly [number, number]>> = new Map()
  private readonly moments: Float64Array
  private chain = 0

  constructor(
    private readonly train: Ratings,
    private readonly model: GibbsModel,
    arena: Arena,
    private readonly pool: Pool
  ) {
    const {factors, probit} = model
    this.quads = Math.ceil(factors / 4)
    this.stride = 4 * this.quads + 4
    this.mean = probit ? 0 : train.mean
    this.stars = starsOf(train, probit)
    this.cuts = arena.f64(this.stars.length + 1)
    const {byUser, byMovie} = train
    this.active = arena.f32(
      Float32Array.from({length: this.stride}, (_, c) => Number(c < factors || c === this.bias))
    )
    const classOf = new Map(Array.from(this.stars, (star, k) => [star, k]))
    const value = (r: Float32Array): Float32Array => (probit ? r.map(star => classOf.get(star) as number) : r)
    this.days = model.days ? daysOf(train) : undefined
    const dayOf = (row: Int32Array): Int32Array =>
      this.days === undefined ? row : row.map(n => (this.days as Days).of[n])
    const side = (
      start: Int32Array,
      first: Int32Array,
      second: Int32Array,
      r: Float32Array,
      links?: Links
    ): Side => {
      const count = start.length - 1
      const second_ = this.days === undefined ? first : arena.i32(second)
      return {
        count,
        rows: arena.f32((count + 1) * this.stride),
        prior: arena.f32(count * this.stride),
        mu: arena.f32(this.stride),
        precision: arena.f32(this.stride),
        start: arena.i32(start),
        first: arena.i32(first),
        second: second_,
        value: arena.f32(value(r)),
        links,
        noise: {shape: 0, rate: 0}
      }
    }
    const links = (wanted: boolean, start: Int32Array, count: number): Links | undefined =>
      wanted
        ? {
            count,
            rows: arena.f32(count * this.stride),
            share: arena.f32(
              Float32Array.from(
                {length: start.length - 1},
                (_, k) => 1 / Math.sqrt(Math.max(1, start[k + 1] - start[k]))
              )
            ),
            mu: arena.f32(this.stride),
            precision: arena.f32(this.stride)
          }
        : undefined
    this.users = side(
      byUser.start,
      byUser.index,
      dayOf(byUser.row),
      byUser.value,
      links(model.ratedMovies, byUser.start, byMovie.start.length - 1)
    )
    this.movies = side(
      byMovie.start,
      byMovie.index,
      dayOf(byMovie.row),
      byMovie.value,
      links(model.raters, byMovie.start, byUser.start.length - 1)
    )
    if (this.days !== undefined) {
      const {start, u, i, r} = ratingsByDay(train, this.days)
      this.daySide = side(start, u, i, r)
    }
    let most = 0
    for (const one of this.sides) {
      const list = blocksByCost(one.start, this.stride)
      this.blocksOf.set(one, list)
      most = Math.max(most, list.length)
    }
    this.scratch = arena.f32(most * this.scratchFloats)
    this.moments = arena.f64(most * 3 * this.stars.length)
  }

  /** Least variance of the noise that is believed in: a fiftieth of the scale, squared. */
  private get finest(): number {
    const [min, max] = this.train.scale
    return (0.02 * (max - min || 1)) ** 2
  }

  get bias(): number {
    return 4 * this.quads
  }

  get sides(): Side[] {
    return this.daySide === undefined ? [this.users, this.movies] : [this.users, this.movies, this.daySide]
  }

  /** Begins a chain: rows near zero, loose priors, cuts at the quantiles of the ratings. */
  begin(chain: number): void {
    this.chain = chain
    for (const [s, side] of this.sides.entries()) {
      const random = new Random(this.model.seed, chain, -1, s)
      for (let k = 0; k < side.count; k++)
        for (let f = 0; f < this.model.factors; f++) side.rows[k * this.stride + f] = 0.1 * random.normal()
      for (let k = 0; k <= side.count; k++) side.rows.set([0, 1], k * this.stride + this.bias)
      side.prior.fill(0)
      for (const group of [side, side.links]) {
        group?.mu.fill(0)
        group?.precision.fill(1)
      }
      side.links?.precision.fill(10)
      side.links?.rows.fill(0)
    }
    this.users.noise = {shape: this.model.noise === 'one' ? 0 : 10, rate: 10}
    this.movies.noise = {shape: this.model.noise === 'both' ? 10 : 0, rate: 10}
    const {value} = this.users
    const counts = new Float64Array(this.stars.length)
    if (this.model.probit) for (let n = 0; n < value.length; n++) counts[value[n]]++
    this.cuts.fill(Number.POSITIVE_INFINITY)
    this.cuts[0] = Number.NEGATIVE_INFINITY
    let below = 0
    for (let k = 1; k < this.stars.length; k++) {
      below += counts[k - 1] / value.length
      this.cuts[k] = 1.2 * quantile(below)
    }
  }

  /** Goes on with a chain whose `state` is about to be written back. */
  resume(chain: number, noise: ReadonlyArray<NoisePrior>): void {
    this.chain = chain
    for (const [s, side] of this.sides.entries()) side.noise = noise[s]
  }

  /** One sweep: every user, every movie, every day, the noise, the cuts, the links, the priors. `step` counts from 1 in a chain. */
  async sweep(step: number, settling: boolean): Promise<void> {
    const random = new Random(this.model.seed, this.chain, step, 7)
    await this.drawRows(this.users, this.movies, this.daySide, step, 0)
    this.drawUserNoise(random)
    await this.drawRows(this.movies, this.users, this.daySide, step, 1)
    if (this.movies.noise.shape > 0) this.drawNoiseOf(this.movies, random, true)
    if (this.daySide !== undefined) await this.drawRows(this.daySide, this.users, this.movies, step, 2)
    if (this.model.probit && (settling || step % CUTS_EVERY === 0)) await this.drawCuts(random, settling)
    for (const side of this.sides) this.drawPrior(side, random)
    await this.drawLinks(step)
    for (const side of this.sides) {
      side.rows.set(side.mu.subarray(0, this.bias + 1), side.count * this.stride)
      if (side.links === undefined)
        for (let k = 0; k < side.count; k++) side.prior.set(side.mu, k * this.stride)
    }
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

  private get scratchFloats(): number {
    return this.stride * (96 + this.stride)
  }

  private async drawRows(
    own: Side,
    first: Side,
    second: Side | undefined,
    step: number,
    phase: number
  ): Promise<void> {
    const {shape, rate} = own.noise
    const calls = (this.blocksOf.get(own) ?? []).map(([from, to], block) => [
      from,
      to,
      pointer(own.rows),
      pointer(first.rows),
      second === undefined ? 0 : pointer(second.rows),
      this.quads,
      this.model.factors,
      pointer(own.start),
      pointer(own.first),
      pointer(own.second),
      pointer(own.value),
      pointer(own.prior),
      pointer(own.precision),
      this.mean,
      this.model.probit ? pointer(this.cuts) : 0,
      shape,
      rate,
      this.model.seed,
      this.chain,
      4 * step + phase,
      pointer(this.scratch) + 4 * block * this.scratchFloats
    ])
    await this.pool.all('gibbsRows', calls)
  }

  /** The noise of the users: the prior that their precisions share, or one precision for all. */
  private drawUserNoise(random: Random): void {
    const {users} = this
    let squares = 0
    for (let u = 0; u < users.count; u++) squares += users.rows[u * this.stride + this.bias + 2]
    if (!Number.isFinite(squares))
      throw new DivergedError(
        `bayesian: the draws have run away to ${squares}. Use fewer factors, or check the ratings for extreme values.`,
        'factors'
      )
    if (users.noise.shape > 0) this.drawNoiseOf(users, random, this.model.probit)
    else if (!this.model.probit) {
      const n = this.train.length
      const precision = random.gamma((1 + n) / 2) / ((1 + squares + n * this.finest) / 2)
      for (let u = 0; u <= users.count; u++) users.rows[u * this.stride + this.bias + 1] = precision
    }
  }

  /** The prior of a side's precisions, and the average row's precision: the prior's mean. */
  private drawNoiseOf(side: Side, random: Random, unit: boolean): void {
    const {count, rows, start} = side
    const rated = Array.from({length: count}, (_, k) => k).filter(k => start[k + 1] > start[k])
    const precisions = Float64Array.from(rated, k => rows[k * this.stride + this.bias + 1])
    side.noise = drawNoisePrior(precisions, side.noise, unit, this.finest, random)
    rows[count * this.stride + this.bias + 1] = side.noise.shape / side.noise.rate
  }

  /** Precision and mean of a side's prior, and of its links', column by column, from the rows as they stand. */
  private drawPrior(side: Side, random: Random): void {
    drawColumns(side.rows, side.prior, side.count, side.mu, side.precision, this.active, random)
    const {links} = side
    if (links !== undefined)
      drawColumns(links.rows, undefined, links.count, links.mu, links.precision, this.active, random)
  }

  private async drawLinks(step: number): Promise<void> {
    const calls: number[][] = []
    for (const [phase, side, other] of [
      [0, this.users, this.movies],
      [1, this.movies, this.users]
    ] as const) {
      const {links} = side
      if (links === undefined) continue
      const quads = this.train.length < MANY ? 2 : 1
      for (let from = 0; from <= this.quads; from += quads)
        calls.push([
          from,
          Math.min(from + quads, this.quads + 1),
          this.quads,
          side.count,
          links.count,
          pointer(side.rows),
          pointer(side.prior),
          pointer(links.rows),
          pointer(side.start),
          pointer(side.first),
          pointer(other.start),
          pointer(other.first),
          pointer(links.share),
          pointer(side.mu),
          pointer(side.precision),
          pointer(links.mu),
          pointer(links.precision),
          pointer(this.active),
          this.model.seed,
          this.chain + 1000,
          2 * step + phase
        ])
    }
    if (calls.length > 0) await this.pool.all('gibbsLinks', calls)
  }

  /** Metropolis on the cuts with the latent ratings integrated out: a Newton step with its own Gaussian noise as proposal. */
  private async drawCuts(random: Random, settling: boolean): Promise<void> {
    const inner = this.stars.length - 1
    if (inner < 1) return
    const here = this.cuts.slice()
    const now = proposal(here, await this.cutMoments())
    const next = here.slice()
    const drawn = now.draw(random)
    for (let k = 0; k < inner; k++) next[k + 1] = drawn[k]
    const ordered = next.every((cut, k) => k === 0 || cut > next[k - 1])
    const luck = Math.log(1 - random.uniform())
    if (!ordered) return
    this.cuts.set(next)
    if (settling) return
    const then = proposal(next, await this.cutMoments())
    const gain = then.value - now.value + then.logDensity(here) - now.logDensity(next)
    if (!(luck < gain)) this.cuts.set(here)
  }

  /** [log-likelihood, gradient, second derivatives] at the cuts as they stand, summed over the blocks in their order. */
  private async cutMoments(): Promise<Float64Array> {
    const size = 3 * this.stars.length
    const list = this.blocksOf.get(this.users) ?? []
    const {users, movies, daySide} = this
    await this.pool.all(
      'gibbsCuts',
      list.map(([from, to], block) => [
        from,
        to,
        pointer(users.rows),
        pointer(movies.rows),
        daySide === undefined ? 0 : pointer(daySide.rows),
        this.quads,
        pointer(users.start),
        pointer(users.first),
        pointer(users.second),
        pointer(users.value),
        this.mean,
        pointer(this.cuts),
        this.stars.length,
        pointer(this.moments) + 8 * block * size
      ])
    )
    const sum = new Float64Array(size)
    for (let block = 0; block < list.length; block++)
      for (let k = 0; k < size; k++) sum[k] += this.moments[block * size + k]
    return sum
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

/** Blocks of rows with about BLOCK multiplications: stride² / 2 for a rating, stride³ / 4 more for a row. */
function blocksByCost(start: Int32Array, stride: number): Array<readonly [from: number, to: number]> {
  const cost = start.map((before, row) => before + row * (stride >> 1))
  return weightedBlocks(cost, Math.ceil((2 * BLOCK) / stride ** 2))
}
