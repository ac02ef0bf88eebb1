import type {MovieId} from '../../data/ids'
import type {Ratings} from '../../data/ratings'
import {ArgumentError, DivergedError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {type InvertScratch, invertNegated, invertScratch, invertSize} from '../../kernels/invert'
import {blocks, type Pool, weightedBlocks, withPool} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import {Random} from '../../math/random'
import {FactorEngine, Ridge, type Taste} from '../../models/factorModel'
import type {EngineState, Person, Who} from '../engine'
import type {EngineSpec, OptionsOf} from '../options'
import {
  type DetailedPrediction,
  FALLBACK_SPEC,
  type FallbackOption,
  type PairScores,
  type Pairs
} from '../ratingEngine'
import type {Run} from '../run'
import {knownPairs} from './gradientDescent'

const OPTIONS = {
  factors: {kind: 'integer', default: 50, min: 1, max: 4096, about: 'Length of the taste vectors.'},
  epochs: {
    kind: 'integer',
    default: 12,
    min: 1,
    about: 'Rounds; in each all users are solved for, then all movies.'
  },
  regularization: {
    kind: 'number',
    default: 0.07,
    min: 0,
    about:
      'Weight of the squared factors: for each rating (explicit), or once for each user and movie (implicit).'
  },
  feedback: {
    kind: 'choice',
    default: 'explicit',
    choices: ['explicit', 'implicit'],
    about:
      'Predict stars from stars (explicit), or take every rating as a sign of interest, whose confidence grows with its stars (implicit). Implicit ranks by preference from about 0 to 1 and predicts no stars.'
  },
  confidence: {
    kind: 'number',
    default: 1,
    min: 0,
    about: 'For feedback=implicit: how much a star adds to the confidence 1 of what is not rated.'
  },
  steps: {
    kind: 'integer',
    default: 2,
    min: 1,
    about: 'Steps of conjugate gradients for each user and movie in each round.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of the first factors.'}
} as const

export type AlternatingLeastSquaresOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/** Steps that settle the users for good after the last round, so that a profile and a user with the same ratings agree. */
const LAST_STEPS = 30
/** Ratings that one call solves for. */
const BLOCK = 30_000
/** Parts of Y'Y, each with a sum of its own. */
const PARTS = 8

/**
 * Alternating least squares: with the movies fixed the best users are ridge regressions, and the other way round.
 *
 *   explicit    r_ui = mu + bu + bi + pu·qi                                      (Zhou, Wilkinson, Schreiber, Pan 2008, with biases)
 *     least of  sum of (r - r_ui)² + reg · sum of n (b² + |·|²), n the ratings of the user, of the movie
 *     update    (pu, bu) = (Q'Q + reg n)⁻¹ Q'(r - mu - bi), rows of Q being (qi, 1) of the movies rated
 *   implicit    preference s_ui = pu·qi near 1 where rated, near 0 elsewhere        (Hu, Koren, Volinsky 2008, equations 3 to 5)
 *     least of  sum over ALL pairs of c (p - s_ui)² + reg (sum of |pu|² + sum of |qi|²), c = 1 + confidence · r where rated, else 1
 *     update    pu = (Y'Y + Y'(C - 1)Y + reg)⁻¹ Y'C p, where Y'Y is formed once for all users
 *
 * The systems are not formed but moved along by a few steps of conjugate gradients from the last round's solution (Takács,
 * Pilászy, Tikk 2011). With implicit feedback (Y'Y + reg)⁻¹, which all users have in common, goes before each step: what is left
 * differs from the identity by a user's own ratings alone, and one step does more than three without. A bias is a factor whose
 * other side is fixed at 1. An unknown user has bu = 0 and no factors, an unknown movie likewise.
 * Cost of a round: (4 · steps + 2) · ratings × factors; implicit also (3 · steps + 2) · (users + movies) × factors².
 */
export class AlternatingLeastSquares extends FactorEngine<AlternatingLeastSquaresOptions> {
  static readonly spec: EngineSpec<AlternatingLeastSquaresOptions> = {
    name: 'als',
    about: 'Matrix factorisation by alternating least squares, from stars or from what was rated at all.',
    source: 'Zhou et al. 2008; Hu, Koren, Volinsky 2008, equations 3 to 7; Takács, Pilászy, Tikk 2011',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }
  /** Q'Q of all movies, [F × F], for implicit feedback; else empty. */
  private gram: Float64Array = new Float64Array(0)

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const {epochs, factors: F, regularization} = this.resolved
    const halves = new Halves(new Arena(), train, this.resolved)
    const validate = run.validation === undefined ? undefined : halves.watch(run.validation, train)
    await withPool(halves.arena, run, async pool => {
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const squares = await halves.solve(pool, 'users', this.resolved.steps)
        await halves.solve(pool, 'movies', this.resolved.steps)
        if (epoch === epochs) await halves.solve(pool, 'users', LAST_STEPS)
        const errors: {train?: number; validation?: number} = {}
        if (this.resolved.feedback === 'explicit') {
          errors.train = Math.sqrt(squares / train.length)
          if (validate !== undefined) errors.validation = await validate(pool)
        }
        this.steps.push({epoch, seconds: run.seconds, ...errors})
        run.report(epoch, epochs, errors)
      }
      this.gram =
        this.resolved.feedback === 'implicit' ? await halves.gramOfMovies(pool) : new Float64Array(0)
    })
    this.model = {mu: halves.mu, F, ...halves.model()}
    if (![this.model.pu, this.model.qi].every(rows => rows.every(Number.isFinite)))
      throw new DivergedError(
        `als: the factors are not finite with regularization ${regularization}. Raise regularization, to ${regularization * 2 || 0.05} say.`,
        'regularization'
      )
  }

  protected foldIn(person: Person): Taste {
    const {F} = this.model
    const x = this.ridge(person, true).solve(this.targets(person, 0))
    return {bias: this.resolved.feedback === 'explicit' ? x[F] : 0, factors: x.subarray(0, F), from: 0}
  }

  protected shares(person: Person, taste: Taste, i: number): Float64Array {
    const {F, qi} = this.model
    return this.ridge(person, false).shares(this.targets(person, taste.bias), qi.subarray(i * F, (i + 1) * F))
  }

  /** The person's system of equations; with her bias as the last unknown where stars are predicted. */
  private ridge(person: Person, withBias: boolean): Ridge {
    const {F, qi} = this.model
    const {regularization, feedback, confidence} = this.resolved
    if (feedback === 'explicit')
      return new Ridge(qi, F, person.i, regularization * person.i.length, {withBias})
    const weights = Float64Array.from(person.r, r => confidence * r)
    return new Ridge(qi, F, person.i, regularization, {weights, gram: this.gram})
  }

  /** What the factors have to explain of each rating. */
  private targets({i, r}: Person, bias: number): Float64Array {
    const {mu, bi} = this.model
    if (this.resolved.feedback === 'explicit') return Float64Array.from(i, (j, n) => r[n] - mu - bi[j] - bias)
    return Float64Array.from(r, one => 1 + this.resolved.confidence * one)
  }

  override predictDetailed(who: Who, movieId: MovieId, o: {timestamp?: number} = {}): DetailedPrediction {
    this.refuseStars()
    return super.predictDetailed(who, movieId, o)
  }

  protected override scorePairs(pairs: Pairs): PairScores {
    this.refuseStars()
    return super.scorePairs(pairs)
  }

  private refuseStars(): void {
    if (this.resolved?.feedback === 'implicit')
      throw new ArgumentError(
        "als: with feedback 'implicit' it ranks movies and predicts no stars. Use recommend(), or feedback 'explicit'."
      )
  }

  protected override dump(): EngineState {
    const {values, arrays} = super.dump()
    return {values, arrays: {...arrays, gram: this.gram}}
  }

  protected override restore(state: EngineState, train: Ratings): void {
    super.restore(state, train)
    this.gram = state.arrays.gram as Float64Array
  }
}

interface Side {
  start: Int32Array
  index: Int32Array
  value: Float32Array
  /** [rows × stride], row-major */
  rows: Float32Array
  /** The entry of each row that stands for the other side's bias: always 1. */
  fixed: number
  blocks: ReadonlyArray<readonly [from: number, to: number]>
}

/**
 * Users and movies on an arena. With stars a user's row is (pu, bu, 1) and a movie's (qi, 1, bi), so that their product is the
 * whole prediction but for mu; with implicit feedback the rows are pu and qi. Rows are padded with zeros.
 */
class Halves {
  readonly mu: number
  private readonly users: Side
  private readonly movies: Side
  private readonly stride: number
  private readonly explicit: boolean
  private readonly scale: readonly [number, number]

  constructor(
    readonly arena: Arena,
    train: Ratings,
    private readonly o: Required<AlternatingLeastSquaresOptions>
  ) {
    const F = o.factors
    this.explicit = o.feedback === 'explicit'
    this.mu = this.explicit ? train.mean : 0
    this.scale = train.scale
    this.stride = kernelConstants().conjugateGradientStride(F + (this.explicit ? 2 : 0))
    this.users = this.side(train.byUser, F + 1, new Random(o.seed, 0))
    this.movies = this.side(train.byMovie, F, new Random(o.seed, 1))
  }

  private side({start, index, value}: Ratings['byUser'], fixed: number, random: Random): Side {
    const {arena, stride, explicit, mu} = this
    const rows = arena.f32((start.length - 1) * stride)
    const deviation = 0.1 / Math.sqrt(this.o.factors)
    for (let row = 0; row + 1 < start.length; row++) {
      if (start[row] === start[row + 1]) continue
      for (let f = 0; f < this.o.factors; f++) rows[row * stride + f] = deviation * random.normal()
      if (explicit) rows[row * stride + fixed] = 1
    }
    return {
      start: arena.i32(start),
      index: arena.i32(index),
      value: arena.f32(explicit ? value.map(r => r - mu) : value),
      rows,
      fixed: explicit ? fixed : -1,
      blocks: weightedBlocks(start, BLOCK)
    }
  }

  /** Half a round. Returns the sum of err² before it. */
  async solve(pool: Pool, which: 'users' | 'movies', steps: number): Promise<number> {
    const [side, other] = which === 'users' ? [this.users, this.movies] : [this.movies, this.users]
    const {stride, explicit} = this
    const {regularization, confidence} = this.o
    const gram = explicit ? undefined : await this.gramOf(pool, other)
    const inverse = gram === undefined ? 0 : await this.inverseOf(pool, gram)
    const system = explicit
      ? [1, 0, 0, 1, 0, regularization]
      : [0, confidence, 1, confidence, regularization, 0]
    const pointers = [side.start, side.index, side.value, side.rows, other.rows].map(pointer)
    const scratch = kernelConstants().conjugateGradientScratch(stride)
    this.work ??= this.arena.u8(scratch * Math.max(this.users.blocks.length, this.movies.blocks.length))
    const work = pointer(this.work)
    const squares = await pool.all(
      'conjugateGradient',
      side.blocks.map(([from, to], b) => [
        ...[from, to, ...pointers, stride, gram === undefined ? 0 : pointer(gram), inverse],
        ...[...system, side.fixed, steps, work + scratch * b]
      ])
    )
    return squares.reduce((sum, one) => sum + one, 0)
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
   * Address of the inverse of Y'Y + regularization, [stride × stride]: what every row of this half has in common, so that little is
   * left to its own steps. 0 where there is none.
   */
  private async inverseOf(pool: Pool, gram: Float32Array): Promise<number> {
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
      a[f * n + f] += f < this.o.factors ? this.o.regularization : 1
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
    const {arena, users, movies, stride} = this
    const {u, i, r} = knownPairs(validation, train)
    const none = arena.f32(Math.max(users.rows.length, movies.rows.length) / stride)
    const views = [arena.i32(u), arena.i32(i), arena.f32(r), users.rows, movies.rows, none, none]
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
  model(): {bu: Float32Array; bi: Float32Array; pu: Float32Array; qi: Float32Array} {
    const {factors: F} = this.o
    const column = ({rows}: Side, f: number): Float32Array =>
      Float32Array.from({length: rows.length / this.stride}, (_, k) =>
        this.explicit ? rows[k * this.stride + f] : 0
      )
    const factors = ({rows}: Side): Float32Array => {
      const out = new Float32Array((rows.length / this.stride) * F)
      for (let from = 0, to = 0; from < rows.length; from += this.stride, to += F)
        out.set(rows.subarray(from, from + F), to)
      return out
    }
    return {
      bu: column(this.users, F),
      bi: column(this.movies, F + 1),
      pu: factors(this.users),
      qi: factors(this.movies)
    }
  }
}
