import type {Ratings} from '../../data/ratings'
import type {Arrays} from '../../files/arrayFile'
import {Arena, pointer} from '../../kernels/arena'
import {Pool, weightedBlocks} from '../../kernels/pool'
import {kernelConstants, kernelsOn} from '../../kernels/wasm'
import {cos} from '../../math/cosine'
import {pow} from '../../math/exponential'
import {Random} from '../../math/random'
import type {BiasNumbers} from '../../models/biases'
import {numbers} from '../../sound/arrays'
import type {Run} from '../run'
import type {Network, NetworkShape} from './training'

/** The options of AutoRec that its training needs. */
export interface AutoRecSettings {
  hidden: number
  inputDropout: number
  dropout: number
  regularization: number
  learningRate: number
  epochs: number
  batches: number
  seed: number
}

/** Ratings a kernel call: a few milliseconds each. */
const WEIGHT = 20_000

/** The width of a row: columns beyond the hidden units are zero and stay so. */
export function strideOf(hidden: number): number {
  return kernelConstants().autoStride(hidden)
}

/** The arrays of AutoRec under training, in single precision. */
export function autoRecShape(hidden: number): NetworkShape {
  const stride = strideOf(hidden)
  const b = numbers('single', [stride])
  return {
    weights: {
      v: numbers('single', ['users', stride]),
      w: numbers('single', ['users', stride]),
      c: numbers('single', ['users']),
      b
    },
    // Both moments of Adam, one behind the other.
    memory: {
      v: numbers('single', [2, 'users', stride]),
      w: numbers('single', [2, 'users', stride]),
      c: numbers('single', [2, 'users']),
      bFirst: b,
      bSecond: numbers('single', [stride], {min: 0}),
      step: numbers('single', [1], {min: 0})
    }
  }
}

/**
 * AutoRec under training, on kernels that touch only what was rated: a dense product would do 22 times the work on MovieLens 1M
 * and 60 times on latest-small. Arrays of the engine's head doc, each followed by Adam's two moments:
 *
 *   v, w [3 × users × stride]   c [3 × users]   b [stride]        h, y, back [movies × stride]: codes, thinned codes, gradients
 */
export class AutoRecTraining implements Network {
  private readonly arena: Arena = new Arena()
  private readonly pool: Pool
  private readonly stride: number
  private readonly users: number
  private readonly movies: number
  /** Movies with ratings; the others have nothing to learn from. */
  private readonly active: Int32Array
  private readonly by: ReturnType<AutoRecTraining['lay']>
  private readonly bMoments: {first: Float32Array; second: Float32Array}
  private readonly userBlocks: ReadonlyArray<readonly [number, number]>
  private readonly o: AutoRecSettings
  private readonly fitted: Ratings
  private readonly watched: Ratings | undefined
  private readonly biases: BiasNumbers
  private step = 0

  constructor(
    o: AutoRecSettings,
    data: {fitted: Ratings; watched?: Ratings | undefined; biases: BiasNumbers},
    run: Run
  ) {
    this.o = o
    this.fitted = data.fitted
    this.watched = data.watched
    this.biases = data.biases
    this.users = this.fitted.frame.userIds.length
    this.movies = this.fitted.frame.movieIds.length
    this.stride = strideOf(o.hidden)
    const {start} = this.fitted.byMovie
    this.active = Int32Array.from({length: this.movies}, (_, i) => i).filter(i => start[i + 1] > start[i])
    this.by = this.lay()
    this.bMoments = {first: new Float32Array(this.stride), second: new Float32Array(this.stride)}
    this.userBlocks = weightedBlocks(this.fitted.byUser.start, WEIGHT)
    this.draw()
    this.pool = new Pool(this.arena, run)
  }

  /** Everything on the arena. */
  private lay() {
    const {arena, users, movies, stride} = this
    const {byMovie, byUser, length} = this.fitted
    const {mu, bu, bi} = this.biases
    const target = new Float32Array(length)
    const at = new Int32Array(length)
    for (let i = 0; i < movies; i++) {
      for (let k = byMovie.start[i]; k < byMovie.start[i + 1]; k++) {
        target[k] = byMovie.value[k] - mu - bu[byMovie.index[k]] - bi[i]
        at[byMovie.row[k]] = k
      }
    }
    return {
      start: arena.i32(byMovie.start),
      user: arena.i32(byMovie.index),
      value: arena.f32(byMovie.value),
      target: arena.f32(target),
      x: arena.f32(length),
      err: arena.f32(length),
      userStart: arena.i32(byUser.start),
      movie: arena.i32(byUser.index),
      place: arena.i32(byUser.row.map(row => at[row])),
      order: arena.i32(this.active),
      batchOf: arena.i32(movies),
      v: arena.f32(3 * users * stride),
      w: arena.f32(3 * users * stride),
      c: arena.f32(3 * users),
      b: arena.f32(stride),
      h: arena.f32(movies * stride),
      y: arena.f32(movies * stride),
      back: arena.f32(movies * stride),
      gradients: arena.u8(kernelConstants().autoLearnScratch(users, stride))
    }
  }

  /** Glorot: uniform in ± sqrt(6 / (users + hidden)). */
  private draw(): void {
    const random = new Random(this.o.seed, 1)
    const spread = Math.sqrt(6 / (this.users + this.o.hidden))
    for (const table of [this.by.v, this.by.w])
      for (let u = 0; u < this.users; u++)
        for (let f = 0; f < this.o.hidden; f++)
          table[u * this.stride + f] = spread * (2 * random.uniform() - 1)
  }

  async epoch(epoch: number, told: (share: number) => void): Promise<number> {
    const {o, active, by} = this
    by.order.set(new Random(o.seed, 2, epoch).shuffle(active.slice()))
    const rate = o.learningRate * (0.5 + 0.5 * cos((Math.PI * (epoch - 1)) / o.epochs))
    const batches = Math.min(o.batches, active.length)
    const bounds = Array.from({length: batches + 1}, (_, k) => Math.floor((k * active.length) / batches))
    for (let k = 0; k < batches; k++)
      for (let n = bounds[k]; n < bounds[k + 1]; n++) by.batchOf[by.order[n]] = k
    let squares = 0
    for (let k = 0; k < batches; k++) {
      squares += await this.learn(bounds[k], bounds[k + 1], k, epoch, rate)
      told((k + 1) / batches)
    }
    return Math.sqrt(squares / this.fitted.length)
  }

  /** One step of Adam on the movies order[from] to order[to - 1]; gives the sum of squared errors before it. */
  private async learn(from: number, to: number, batch: number, epoch: number, rate: number): Promise<number> {
    const {by, pool, stride, users} = this
    const calls = this.blocksOf(from, to)
    const scaleH = 1 / (1 - this.o.dropout)
    const decoding = [by.start, by.user, by.target, by.err, by.w, by.c, by.h, by.y, by.back].map(pointer)
    this.step++
    const count = this.countOf(from, to)
    const reg = this.o.regularization / this.fitted.length
    const {ADAM_BETA1, ADAM_BETA2} = kernelConstants()
    const correct = [1 - pow(ADAM_BETA1, this.step), 1 - pow(ADAM_BETA2, this.step)]
    const lists = [by.userStart, by.movie, by.place, by.batchOf].map(pointer)
    const tables = [by.x, by.err, by.y, by.back, by.v, by.w, by.c].map(pointer)
    const tail = [users, pointer(by.gradients), stride, 1 / count, reg, rate, ...correct]
    const values = await pool.inTurn([
      {kernel: 'autoEncode', calls: calls.map(block => this.encoding(block, true, epoch))},
      {
        kernel: 'autoDecode',
        calls: calls.map(([a, z]) => [pointer(by.order), a, z, ...decoding, stride, scaleH])
      },
      {
        kernel: 'autoLearn',
        calls: this.userBlocks.map(([a, z]) => [a, z, ...lists, batch, ...tables, ...tail])
      }
    ])
    this.learnOffsets(from, to, 1 / count, rate, correct)
    return values.subarray(calls.length, 2 * calls.length).reduce((sum, one) => sum + one, 0)
  }

  private encoding([from, to]: readonly [number, number], thinned: boolean, epoch: number): number[] {
    const {by, stride} = this
    const {inputDropout, dropout, seed} = this.o
    const threshold = (share: number): number => (thinned ? Math.floor(share * 2 ** 32) : 0)
    const scale = (share: number): number => (thinned ? 1 / (1 - share) : 1)
    const rows = [by.start, by.user, by.value, by.x, by.v, by.b, by.h, by.y].map(pointer)
    const drops = [threshold(inputDropout), scale(inputDropout), threshold(dropout), scale(dropout)]
    return [pointer(by.order), from, to, ...rows, stride, ...drops, new Random(seed, 3, epoch).bits()]
  }

  /** The same step for b, the one vector that all movies share: sums in the order of the batch. */
  private learnOffsets(from: number, to: number, share: number, rate: number, correct: number[]): void {
    const {by, stride, bMoments} = this
    const {ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON} = kernelConstants()
    const sums = new Float64Array(stride)
    for (let n = from; n < to; n++)
      for (let f = 0, at = by.order[n] * stride; f < stride; f++) sums[f] += by.back[at + f]
    for (let f = 0; f < this.o.hidden; f++) {
      const slope = sums[f] * share
      bMoments.first[f] = ADAM_BETA1 * bMoments.first[f] + (1 - ADAM_BETA1) * slope
      bMoments.second[f] = ADAM_BETA2 * bMoments.second[f] + (1 - ADAM_BETA2) * slope * slope
      const size = Math.sqrt(bMoments.second[f] / correct[1]) + ADAM_EPSILON
      by.b[f] -= (rate * bMoments.first[f]) / correct[0] / size
    }
  }

  /** Ranges of the order with about WEIGHT ratings each. */
  private blocksOf(from: number, to: number): Array<readonly [number, number]> {
    const {start, order} = this.by
    const sizes = new Int32Array(to - from + 1)
    for (let n = from; n < to; n++)
      sizes[n - from + 1] = sizes[n - from] + start[order[n] + 1] - start[order[n]]
    return weightedBlocks(sizes, WEIGHT).map(([a, z]) => [from + a, from + z] as const)
  }

  private countOf(from: number, to: number): number {
    const {start, order} = this.by
    let count = 0
    for (let n = from; n < to; n++) count += start[order[n] + 1] - start[order[n]]
    return count
  }

  async error(): Promise<number> {
    const {by, stride, biases} = this
    const {rows, length, scale} = this.watched as Ratings
    const calls = this.blocksOf(0, this.active.length)
    await this.pool.all(
      'autoEncode',
      calls.map(block => this.encoding(block, false, 0))
    )
    let squares = 0
    for (let n = 0; n < length; n++) {
      const u = rows.u[n]
      const i = rows.i[n]
      let score = biases.mu + biases.bu[u] + biases.bi[i]
      if (by.start[i + 1] > by.start[i]) {
        score += by.c[u]
        for (let f = 0; f < stride; f++) score += by.w[u * stride + f] * by.h[i * stride + f]
      }
      squares += (rows.r[n] - Math.min(scale[1], Math.max(scale[0], score))) ** 2
    }
    return Math.sqrt(squares / length)
  }

  /** The codes of all movies under these weights, nothing dropped: [movies × stride], zeros for a movie without ratings. */
  codes(weights: Arrays): Float32Array {
    const {by} = this
    by.v.set(weights.v)
    by.b.set(weights.b)
    by.order.set(this.active)
    const {autoEncode} = kernelsOn(this.arena.memory)
    for (const block of this.blocksOf(0, this.active.length)) autoEncode(...this.encoding(block, false, 0))
    return by.h.slice()
  }

  weights(): Arrays {
    const {by, users, stride} = this
    const size = users * stride
    return {v: by.v.slice(0, size), w: by.w.slice(0, size), c: by.c.slice(0, users), b: by.b.slice()}
  }

  memory(): Arrays {
    const {by, users, stride, bMoments} = this
    const size = users * stride
    const moments = {v: by.v.slice(size), w: by.w.slice(size), c: by.c.slice(users)}
    return {
      ...moments,
      bFirst: bMoments.first.slice(),
      bSecond: bMoments.second.slice(),
      step: Float32Array.of(this.step)
    }
  }

  restore(weights: Arrays, memory: Arrays): void {
    const {by, users, stride} = this
    by.b.set(weights.b)
    for (const name of ['v', 'w', 'c'] as const) {
      by[name].set(weights[name])
      by[name].set(memory[name], name === 'c' ? users : users * stride)
    }
    this.bMoments.first.set(memory.bFirst)
    this.bMoments.second.set(memory.bSecond)
    this.step = memory.step[0]
  }

  close(): void {
    this.pool.close()
  }
}
