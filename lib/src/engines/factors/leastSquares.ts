import type {Compressed} from '../../data/compressed'
import type {Ratings} from '../../data/ratings'
import {type Arena, pointer} from '../../kernels/arena'
import type {Task} from '../../kernels/crew'
import {type InvertScratch, invertNegated, invertScratch, invertSize} from '../../kernels/invert'
import {blocks, type Pool, weightedBlocks} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import {pow} from '../../math/exponential'
import {Random} from '../../math/random'
import {meanOf, sum} from '../../math/statistics'
import {withoutPadding} from '../../math/vectors'
import type {BiasNumbers} from '../../models/biases'
import {knownPairs} from '../heldOut'

/** Ratings that one call solves for. */
const BLOCK = 30_000
/** Parts of Y'Y, each with a sum of its own. */
const PARTS = 8

/** What the systems of equations depend on. */
export interface LeastSquaresOptions {
  factors: number
  regularization: number
  shrinkage: number
  regularizationExponent: number
  feedback: 'explicit' | 'implicit'
  confidence: number
  seed: number
}

interface Side {
  start: Int32Array
  index: Int32Array
  value: Float32Array
  /** [rows × stride], row-major */
  rows: Float32Array
  /** [rows] what the squared factors of each row weigh beside what its ratings make them; and a value in their middle */
  penalties: Float32Array
  penalty: number
  /** The entry of each row that stands for the other side's bias: always 1; -1 where there is none. */
  fixed: number
  blocks: ReadonlyArray<readonly [from: number, to: number]>
}

/**
 * Users and movies on an arena. With stars a user's row is (pu, bu, 1) and a movie's (qi, 1, bi), so that their product is the
 * whole prediction but for mu; where biases are `held`, and with implicit feedback, the rows are pu and qi. Rows are padded with zeros.
 */
export class LeastSquares {
  readonly mu: number
  private readonly users: Side
  private readonly movies: Side
  private readonly stride: number
  private readonly explicit: boolean
  /** Whether biases are entries of the rows. */
  private readonly joint: boolean
  private readonly scale: readonly [number, number]

  constructor(
    readonly arena: Arena,
    train: Ratings,
    private readonly o: LeastSquaresOptions,
    private readonly held?: BiasNumbers
  ) {
    const F = o.factors
    this.explicit = o.feedback === 'explicit'
    this.joint = this.explicit && held === undefined
    this.mu = this.explicit ? train.mean : 0
    this.scale = train.scale
    this.stride = kernelConstants().conjugateGradientStride(F + (this.joint ? 2 : 0))
    const [users, movies] = [train.byUser, train.byMovie]
    this.users = this.side(users, movies, held?.bu, held?.bi, F + 1, new Random(o.seed, 0))
    this.movies = this.side(movies, users, held?.bi, held?.bu, F, new Random(o.seed, 1))
  }

  private side(
    {start, index, value}: Compressed,
    others: Compressed,
    bias: Float64Array | undefined,
    otherBias: Float64Array | undefined,
    fixed: number,
    random: Random
  ): Side {
    const {arena, stride, explicit, joint, mu} = this
    const rows = arena.f32((start.length - 1) * stride)
    const deviation = 0.1 / Math.sqrt(this.o.factors)
    for (let row = 0; row + 1 < start.length; row++) {
      if (start[row] === start[row + 1]) continue
      for (let f = 0; f < this.o.factors; f++) rows[row * stride + f] = deviation * random.normal()
      if (joint) rows[row * stride + fixed] = 1
    }
    const penalties = explicit
      ? new Float32Array(start.length - 1).fill(this.o.shrinkage)
      : this.penaltiesOf(start, value, others.start.length - 1)
    const left = explicit ? value.map(r => r - mu) : value
    if (bias !== undefined && otherBias !== undefined)
      for (let row = 0; row + 1 < start.length; row++)
        for (let n = start[row]; n < start[row + 1]; n++)
          left[n] = value[n] - mu - bias[row] - otherBias[index[n]]
    return {
      penalties: arena.f32(penalties),
      penalty: meanOf(penalties, 0),
      start: arena.i32(start),
      index: arena.i32(index),
      value: arena.f32(left),
      rows,
      fixed: joint ? fixed : -1,
      blocks: weightedBlocks(start, BLOCK)
    }
  }

  /** regularization · (all that the squared errors of the row weigh)^exponent. */
  private penaltiesOf(start: Int32Array, value: Float32Array, others: number): Float32Array {
    const {regularization, regularizationExponent, confidence} = this.o
    return Float32Array.from({length: start.length - 1}, (_, row) => {
      const weight = others + confidence * sum(value.subarray(start[row], start[row + 1]))
      return regularization * pow(weight, regularizationExponent)
    })
  }

  /** Half a round. Returns the sum of err² before it. */
  async solve(pool: Pool, which: 'users' | 'movies', steps: number): Promise<number> {
    const [side, other] = this.sides(which)
    const gram = this.explicit ? undefined : await this.gramOf(pool, other)
    const inverse = gram === undefined ? 0 : await this.inverseOf(pool, gram, side.penalty)
    const {kernel, calls} = this.half(which, steps, gram, inverse)
    return sum(await pool.all(kernel, calls))
  }

  /**
   * All rounds of explicit feedback, one half after the other without a word in between, `last` steps for the users at the end; `told` hears
   * the sum of err² before each round.
   */
  async rounds(
    pool: Pool,
    {epochs, steps, last}: {epochs: number; steps: number; last: number},
    told: (squares: number) => void
  ): Promise<void> {
    const round = [this.half('users', steps), this.half('movies', steps)]
    const tasks = [...Array.from({length: epochs}, () => round).flat(), this.half('users', last)]
    const [users, whole] = [round[0].calls.length, round[0].calls.length + round[1].calls.length]
    let epoch = 0
    await pool.inTurn(tasks, (done, values) => {
      for (; epoch < epochs && done >= (epoch + 1) * whole; epoch++)
        told(sum(values.subarray(epoch * whole, epoch * whole + users)))
    })
  }

  private sides(which: 'users' | 'movies'): readonly [Side, Side] {
    return which === 'users' ? [this.users, this.movies] : [this.movies, this.users]
  }

  /** The calls of half a round. */
  private half(which: 'users' | 'movies', steps: number, gram?: Float32Array, inverse: number = 0): Task {
    const [side, other] = this.sides(which)
    const {stride, explicit} = this
    const {regularization, confidence} = this.o
    const system = explicit
      ? [1, 0, 0, 1, pointer(side.penalties), regularization]
      : [0, confidence, 1, confidence, pointer(side.penalties), 0]
    const pointers = [side.start, side.index, side.value, side.rows, other.rows].map(pointer)
    const scratch = kernelConstants().conjugateGradientScratch(stride)
    this.work ??= this.arena.u8(scratch * Math.max(this.users.blocks.length, this.movies.blocks.length))
    const work = pointer(this.work)
    const calls = side.blocks.map(([from, to], b) => [
      ...[from, to, ...pointers, stride, gram === undefined ? 0 : pointer(gram), inverse],
      ...[...system, side.fixed, steps, work + scratch * b]
    ])
    return {kernel: 'conjugateGradient', calls}
  }
  private work: Uint8Array | undefined
  private parts: Float32Array[] | undefined

  /** Y'Y of one side's rows, [stride × stride]: parts of fixed rows, added in their order. */
  private async gramOf(pool: Pool, {rows}: Side): Promise<Float32Array> {
    const {stride, arena} = this
    this.parts ??= Array.from({length: PARTS}, () => arena.f32(stride * stride))
    const {parts} = this
    const count = rows.length / stride
    const ranges = blocks(count, Math.ceil(count / PARTS))
    await pool.all(
      'gramOfRows',
      ranges.map(([from, to], b) => [from, to, pointer(rows), stride, pointer(parts[b])])
    )
    for (let b = 1; b < ranges.length; b++)
      for (let k = 0; k < parts[0].length; k++) parts[0][k] += parts[b][k]
    return parts[0]
  }

  /**
   * Address of the inverse of Y'Y + penalty, [stride × stride]: what every row of this half has in common, so that little is
   * left to its own steps. 0 where there is none.
   */
  private async inverseOf(pool: Pool, gram: Float32Array, penalty: number): Promise<number> {
    const {stride, arena} = this
    const n = invertSize(stride)
    this.inversion ??= {
      a: arena.f64(n * n),
      scratch: invertScratch(arena, n),
      inverse: arena.f32(stride * stride)
    }
    const {a, scratch, inverse} = this.inversion
    a.fill(0)
    for (let f = 0; f < n; f++) {
      if (f < stride) for (let g = 0; g <= f; g++) a[f * n + g] = gram[f * stride + g]
      a[f * n + f] += f < this.o.factors ? penalty : 1
    }
    if (!(await invertNegated(scratch, pool, a, n))) return 0
    for (let f = 0; f < stride; f++)
      for (let g = 0; g <= f; g++) inverse[f * stride + g] = inverse[g * stride + f] = -a[f * n + g]
    return pointer(inverse)
  }
  private inversion: {a: Float64Array; scratch: InvertScratch; inverse: Float32Array} | undefined

  /** Q'Q, [F × F]. */
  async gramOfMovies(pool: Pool): Promise<Float64Array> {
    const {factors: F} = this.o
    const gram = await this.gramOf(pool, this.movies)
    return Float64Array.from({length: F * F}, (_, k) => gram[Math.floor(k / F) * this.stride + (k % F)])
  }

  /** Measures the RMSE on pairs, clipped to the scale. */
  watch(validation: Ratings, train: Ratings): (pool: Pool) => Promise<number> {
    const {arena, users, movies, stride, held} = this
    const {u, i, r} = knownPairs(validation, train)
    const biases = [[users.rows, held?.bu] as const, [movies.rows, held?.bi] as const].map(([rows, bias]) =>
      arena.f32(bias === undefined ? rows.length / stride : Float32Array.from(bias))
    )
    const views = [arena.i32(u), arena.i32(i), arena.f32(r), users.rows, movies.rows, ...biases]
    const calls = blocks(r.length, BLOCK).map(([from, to]) => [
      ...[from, to, ...views.map(pointer), stride, this.mu],
      ...this.scale
    ])
    return async pool => {
      const squares = await pool.all('squaredErrors', calls)
      return Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / r.length)
    }
  }

  /** bu, bi, pu and qi out of the rows. */
  numbers(): {bu: Float32Array; bi: Float32Array; pu: Float32Array; qi: Float32Array} {
    const {factors: F} = this.o
    const {held, joint, stride} = this
    const column = ({rows}: Side, bias: Float64Array | undefined, f: number): Float32Array =>
      bias !== undefined
        ? Float32Array.from(bias)
        : Float32Array.from({length: rows.length / stride}, (_, k) => (joint ? rows[k * stride + f] : 0))
    return {
      bu: column(this.users, held?.bu, F),
      bi: column(this.movies, held?.bi, F + 1),
      pu: withoutPadding(this.users.rows, this.stride, F),
      qi: withoutPadding(this.movies.rows, this.stride, F)
    }
  }
}
