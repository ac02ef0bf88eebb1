import type {Ratings} from '../../data/ratings'
import {DivergedError} from '../../errors'
import {type Arena, pointer} from '../../kernels/arena'
import {type Pool, scratchFor, weightedBlocks} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import {log} from '../../math/logarithms'
import {quantile} from '../../math/normal'
import {Random} from '../../math/random'
import type {Drawn} from '../../models/draws'
import {Chain, type Links, type SampledModel, type Side} from './chain'
import {
  type Belief,
  type Beliefs,
  beliefs,
  drawColumns,
  drawNoisePrior,
  type NoisePrior,
  proposal
} from './priors'

/** Multiplications in one call of a kernel: about ten milliseconds. */
const BLOCK = 3e7

/** Sweeps from one draw of the cuts to the next, once settled: a million ratings hold them to a thousandth. */
const CUTS_EVERY = 4

/** Added to the number of a chain, of which there are at most 1000, to keep apart the random streams of rows, links, priors and features. */
const LINKS = 1000
const PRIORS = 2000
const FEATURES = 3000

/**
 * Gibbs sampling of a factorisation machine over user, movie, movies rated, raters and rating day: the state of one chain on an
 * arena, and the sweep that moves it. The engine's head doc has the model.
 */
export class Sampler extends Chain {
  /** The address of each thread's own memory. */
  private readonly scratch: readonly number[]
  private readonly blocksOf: Map<Side, ReadonlyArray<readonly [number, number]>> = new Map()
  private readonly moments: Float64Array
  private readonly believed: Beliefs
  private chain = 0

  constructor(
    train: Ratings,
    model: SampledModel,
    arena: Arena,
    private readonly pool: Pool
  ) {
    super(train, model, arena)
    let most = 0
    for (const side of this.sides) {
      const list = blocksByCost(side.start, this.stride)
      this.blocksOf.set(side, list)
      most = Math.max(most, list.length)
    }
    const {gibbsCutsBytes, gibbsLinksScratch, gibbsRowsScratch} = kernelConstants()
    const needs = this.sides.flatMap(({count, links, features}) =>
      [links, features].map(vectors => gibbsLinksScratch(count, vectors?.count ?? 0))
    )
    this.scratch = scratchFor(arena, pool.size, Math.max(gibbsRowsScratch(this.quads), ...needs))
    this.moments = arena.f64((most * gibbsCutsBytes(this.stars.length)) / 8)
    const [min, max] = train.scale
    this.believed = beliefs(train.length, model.probit ? 1 : (max - min || 1) / 4)
  }

  /** Least variance of the noise that is believed in: a fiftieth of the scale, squared. */
  private get finest(): number {
    const [min, max] = this.train.scale
    return (0.02 * (max - min || 1)) ** 2
  }

  /** Begins a chain: rows near zero, loose priors, cuts at the quantiles of the ratings. */
  begin(chain: number): void {
    this.chain = chain
    for (const [s, side] of this.sides.entries()) {
      const random = new Random(this.model.seed, PRIORS + chain, 0, s)
      for (let k = 0; k < side.count; k++)
        for (let f = 0; f < this.model.factors; f++) side.rows[k * this.stride + f] = 0.1 * random.normal()
      for (let k = 0; k <= side.count; k++) side.rows.set([0, 1], k * this.stride + this.bias)
      side.prior.fill(0)
      side.mu.fill(0)
      side.precision.fill(1)
      for (const vectors of [side.links, side.features]) {
        vectors?.mu.fill(0)
        vectors?.precision.fill(10)
        vectors?.rows.fill(0)
        vectors?.moved?.fill(0)
      }
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

  /** The draw as it stands, for those who keep it: views on the arena. */
  get drawn(): Drawn {
    const {users, movies, daySide, stride, bias, noiseAt, cuts} = this
    return {
      rows: {
        users: users.rows,
        movies: movies.rows,
        ...(daySide === undefined ? {} : {days: daySide.rows}),
        ...(users.links === undefined ? {} : {links: users.links.rows})
      },
      stride,
      bias,
      noise: noiseAt,
      precision: users.precision,
      cuts
    }
  }

  /** Goes on with a chain whose `state` is about to be written back. */
  resume(chain: number, noise: ReadonlyArray<NoisePrior>): void {
    this.chain = chain
    for (const [s, side] of this.sides.entries()) side.noise = noise[s]
  }

  /** One sweep: every user, every movie, every day, the noise, the cuts, the links, the priors. `step` counts from 1 in a chain. */
  async sweep(step: number, settling: boolean): Promise<void> {
    const random = new Random(this.model.seed, PRIORS + this.chain, step)
    await this.drawRows(this.users, this.movies, this.daySide, step, 0)
    this.drawUserNoise(random)
    await this.drawRows(this.movies, this.users, this.daySide, step, 1)
    if (this.movies.noise.shape > 0) this.drawNoiseOf(this.movies, random, true)
    if (this.daySide !== undefined) await this.drawRows(this.daySide, this.users, this.movies, step, 2)
    if (this.model.probit && (settling || step % CUTS_EVERY === 0)) await this.drawCuts(random, settling)
    for (const side of this.sides) this.drawPrior(side, random)
    await this.drawLinks('links', LINKS, step)
    await this.drawLinks('features', FEATURES, step)
    for (const side of this.sides) {
      side.rows.set(this.averageOf(side), side.count * this.stride)
      if (side.links === undefined && side.features === undefined)
        for (let k = 0; k < side.count; k++) side.prior.set(side.mu, k * this.stride)
    }
  }

  /** The row of somebody, or of a movie, without ratings: the mean of the prior, and what is known of the others on average. */
  private averageOf({mu, links, features, count, prior}: Side): Float32Array {
    const {bias, stride} = this
    const average = mu.slice(0, bias + 1)
    if (features === undefined) return average
    const moved = links === undefined ? prior : (features.moved as Float32Array)
    for (let c = 0; c <= bias; c++) {
      let sum = 0
      for (let k = 0; k < count; k++) sum += moved[k * stride + c]
      average[c] = sum / count + (links === undefined ? 0 : mu[c])
    }
    return average
  }

  private async drawRows(
    own: Side,
    first: Side,
    second: Side | undefined,
    step: number,
    phase: number
  ): Promise<void> {
    const {shape, rate} = own.noise
    const calls = (this.blocksOf.get(own) ?? []).map(([from, to]) => [
      from,
      to,
      pointer(own.rows),
      pointer(first.rows),
      pointerTo(second?.rows),
      this.quads,
      this.model.factors,
      pointer(own.start),
      pointer(own.first),
      pointerTo(own.second),
      pointer(own.value),
      pointer(own.prior),
      pointer(own.precision),
      this.mean,
      this.model.probit ? pointer(this.cuts) : 0,
      shape,
      rate,
      this.model.seed,
      this.chain,
      4 * step + phase
    ])
    await this.pool.all('gibbsRows', calls, undefined, this.scratch)
  }

  /** The noise of the users: the prior that their precisions share, or one precision for all. */
  private drawUserNoise(random: Random): void {
    const {users} = this
    let squares = 0
    for (let u = 0; u < users.count; u++) squares += users.rows[u * this.stride + this.squaresAt]
    if (!Number.isFinite(squares))
      throw new DivergedError(
        `bayesian: the draws have run away to ${squares}. Use fewer factors, or check the ratings for extreme values.`,
        'factors'
      )
    if (users.noise.shape > 0) this.drawNoiseOf(users, random, this.model.probit)
    else if (!this.model.probit) {
      const n = this.train.length
      const {rows, squares: their} = this.believed.noise
      const precision = random.gamma((rows + n) / 2) / ((their + squares + n * this.finest) / 2)
      for (let u = 0; u <= users.count; u++) users.rows[u * this.stride + this.noiseAt] = precision
    }
  }

  /** The prior of a side's precisions, and the average row's precision: the prior's mean. */
  private drawNoiseOf(side: Side, random: Random, unit: boolean): void {
    const {count, rows, start} = side
    const rated = Array.from({length: count}, (_, k) => k).filter(k => start[k + 1] > start[k])
    const precisions = Float64Array.from(rated, k => rows[k * this.stride + this.noiseAt])
    side.noise = drawNoisePrior(
      precisions,
      side.noise,
      unit,
      {finest: this.finest, believed: this.believed.noise},
      random
    )
    rows[count * this.stride + this.noiseAt] = side.noise.shape / side.noise.rate
  }

  /** Precision and mean of a side's prior, and of its links', column by column, from the rows as they stand. */
  private drawPrior(side: Side, random: Random): void {
    const active = this.active.subarray(0, this.bias + 1)
    const {factors, bias, links: vectors} = this.believed
    const ofRows = (c: number): Belief => (c === this.bias ? bias : factors)
    drawColumns(side.rows, side.prior, side.count, side.mu, side.precision, active, ofRows, random)
    for (const [group, belief] of [
      [side.links, vectors],
      [side.features, factors]
    ] as const) {
      if (group === undefined) continue
      const {rows, count, mu, precision} = group
      drawColumns(rows, undefined, count, mu, precision, active, () => belief, random)
    }
  }

  /** Draws the vectors of implicit feedback, or of what is known of the rows, on both sides at once, given the others. */
  private async drawLinks(kind: 'links' | 'features', stream: number, step: number): Promise<void> {
    const drawn = [this.users, this.movies].flatMap((side, phase) => {
      const links = side[kind]
      return links === undefined || links.count === 0 ? [] : [{side, links, phase}]
    })
    if (drawn.length === 0) return
    const together = kernelConstants().GIBBS_LINK_QUADS
    const calls: number[][] = []
    for (const {side, links, phase} of drawn) {
      const rows = side.apart === undefined ? side.rows : withoutOther(side, kind)
      for (let from = 0; from <= this.quads; from += together)
        calls.push([
          from,
          Math.min(from + together, this.quads + 1),
          this.quads,
          side.count,
          links.count,
          pointer(rows),
          pointer(side.prior),
          pointer(links.rows),
          pointer(links.of.start),
          pointer(links.of.index),
          pointer(links.by.start),
          pointer(links.by.index),
          pointer(links.share),
          pointer(side.mu),
          pointer(side.precision),
          pointer(links.mu),
          pointer(links.precision),
          pointer(this.active),
          this.model.seed,
          stream + this.chain,
          2 * step + phase
        ])
    }
    await this.pool.all('gibbsLinks', calls, undefined, this.scratch)
    for (const {side} of drawn) if (side.apart !== undefined) addOther(side, kind)
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
    const luck = log(1 - random.uniform())
    if (!ordered) return
    this.cuts.set(next)
    if (settling) return
    const then = proposal(next, await this.cutMoments())
    const gain = then.value - now.value + then.logDensity(here) - now.logDensity(next)
    if (!(luck < gain)) this.cuts.set(here)
  }

  /** [log-likelihood, gradient, second derivatives] at the cuts as they stand, summed over the blocks in their order. */
  private async cutMoments(): Promise<Float64Array> {
    const size = kernelConstants().gibbsCutsBytes(this.stars.length) / 8
    const list = this.blocksOf.get(this.users) ?? []
    const {users, movies, daySide} = this
    await this.pool.all(
      'gibbsCuts',
      list.map(([from, to], block) => [
        from,
        to,
        pointer(users.rows),
        pointer(movies.rows),
        pointerTo(daySide?.rows),
        this.quads,
        pointer(users.start),
        pointer(users.first),
        pointerTo(users.second),
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

/** The rows of a side without what its other kind of vectors adds to their prior means. */
function withoutOther({rows, apart, links, features}: Side, kind: 'links' | 'features'): Float32Array {
  const {moved} = (kind === 'links' ? features : links) as Links
  const rest = apart as Float32Array
  for (let at = 0; at < rest.length; at++) rest[at] = rows[at] - (moved as Float32Array)[at]
  return rest
}

/** Keeps what one kind of vectors has just added to the prior means, and adds what the other kind does. */
function addOther({count, prior, mu, links, features}: Side, kind: 'links' | 'features'): void {
  const own = (links as Links).moved as Float32Array
  const its = (features as Links).moved as Float32Array
  const [drawn, other] = kind === 'links' ? [own, its] : [its, own]
  for (let k = 0, at = 0; k < count; k++) {
    for (let c = 0; c < mu.length; c++, at++) {
      drawn[at] = prior[at] - mu[c]
      prior[at] += other[at]
    }
  }
}

/** The address of an array, 0 where there is none. */
function pointerTo(view: {readonly byteOffset: number} | undefined): number {
  return view === undefined ? 0 : pointer(view)
}

/** Blocks of rows with about BLOCK multiplications: stride² / 2 for a rating, stride³ / 4 more for a row. */
function blocksByCost(start: Int32Array, stride: number): Array<readonly [from: number, to: number]> {
  const cost = start.map((before, row) => before + row * (stride >> 1))
  return weightedBlocks(cost, Math.ceil((2 * BLOCK) / stride ** 2))
}
