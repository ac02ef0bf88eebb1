import type {Ratings} from '../data/ratings'
import {Arena, pointer} from '../kernels/arena'
import {type Pool, blocks as ranges, weightedBlocks, withPool} from '../kernels/pool'
import {kernelsOn} from '../kernels/wasm'
import {type Eigen, lanczos} from '../math/lanczos'
import {Baseline} from './baseline'
import type {EngineState, Person} from './engine'
import {FactorEngine, type Taste} from './factorEngine'
import type {EngineSpec} from './options'
import {FALLBACK_SPEC, type FallbackOption} from './ratingEngine'
import type {Run} from './run'

export interface TruncatedSvdOptions extends FallbackOption {
  /** How many of the largest singular values are kept. @default 50 */
  factors?: number
  /**
   * What stands where a user has not rated: `zero` is the article's recipe, rows centred by their mean over all movies;
   * `user-mean`, her mean over what she rated; `baseline`, mean plus her bias plus the movie's. @default 'zero'
   */
  missing?: 'zero' | 'user-mean' | 'baseline'
}

/**
 * Truncated singular value decomposition of the matrix of ratings, its gaps filled in (Sarwar, Karypis, Konstan, Riedl 2000).
 *
 *   A = R - base, with R = base where nothing is rated and base_ui = bu (zero, user-mean) or mu + bu + bi (baseline);
 *       for `zero` R is 0 where nothing is rated and bu the mean of the user's whole row
 *   A ≈ U S V', the best approximation of its rank in squared error over all cells, gaps included
 *   prediction    r_ui = base_ui + (U S)_u · V_i, and (U S)_u = A_u V: a profile is projected like a user
 *
 * A is never formed: the centring enters the products A'(A x) as a rank-one term, and Lanczos' method finds V from them
 * (math/lanczos.ts). The sign of each column of V makes its largest entry positive. An unknown user has base without bu.
 * Cost: about 3 · factors products of 2 · ratings each, and 4 · movies · (3 · factors)² for the orthogonality.
 */
export class TruncatedSvd extends FactorEngine<TruncatedSvdOptions> {
  static readonly spec: EngineSpec<TruncatedSvdOptions> = {
    name: 'truncated-svd',
    about: 'The largest singular values of the matrix of ratings, gaps filled in.',
    source: 'Sarwar, Karypis, Konstan, Riedl 2000; Golub and Van Loan 2013, sections 10.1 to 10.4',
    options: {
      factors: {
        kind: 'integer',
        default: 50,
        min: 1,
        max: 2000,
        about: 'How many of the largest singular values are kept.'
      },
      missing: {
        kind: 'choice',
        default: 'zero',
        choices: ['zero', 'user-mean', 'baseline'],
        about: 'What stands where a user has not rated: 0, her mean, or mean plus biases.'
      },
      fallback: FALLBACK_SPEC
    }
  }
  /** The kept singular values, largest first. */
  singularValues: Float64Array = new Float64Array(0)
  protected override readonly restName: string = 'not rated counts as 0'

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const k = Math.min(this.resolved.factors, train.userCount, train.movieCount)
    const arena = new Arena()
    // The threads start while the matrix is laid out.
    await withPool(arena, run, async pool => {
      const base = await this.baseOf(train, run)
      const matrix = new CentredMatrix(arena, train, base)
      const eigen = await matrix.eigen(pool, k, run)
      this.singularValues = eigen.values.map(value => Math.sqrt(Math.max(0, value)))
      const {v, us} = await matrix.vectors(pool, eigen)
      const {mu, bu, bi} = base
      this.model = {mu, F: k, bu, bi, pu: us, qi: v}
    })
    run.report(1, 1)
  }

  /** base_ui = mu + bu + bi; bi is 0 but for `baseline`. */
  private async baseOf(train: Ratings, run: Run): Promise<Base> {
    const {byUser, byMovie} = train
    if (this.resolved.missing === 'baseline') {
      const signal = run.signal === undefined ? {} : {signal: run.signal}
      const {mu, bu, bi} = (await new Baseline().fit(train, signal)).biases
      return {mu, bu, bi, centred: true}
    }
    const whole = this.resolved.missing === 'zero'
    const mu = whole ? (train.mean * train.length) / (train.userCount * train.movieCount) : train.mean
    const bu = new Float64Array(byUser.start.length - 1)
    for (let u = 0; u < bu.length; u++) {
      const rated = byUser.value.subarray(byUser.start[u], byUser.start[u + 1])
      if (rated.length > 0) bu[u] = sum(rated) / (whole ? train.movieCount : rated.length) - mu
    }
    return {mu, bu, bi: new Float64Array(byMovie.start.length - 1), centred: !whole}
  }

  protected foldIn(person: Person): Taste {
    const {F, mu, bi, qi} = this.model
    const bias = this.biasOf(person)
    const factors = new Float64Array(F)
    const weights = this.weights(person, bias)
    for (const [n, j] of person.i.entries())
      for (let f = 0; f < F; f++) factors[f] += weights[n] * qi[j * F + f]
    if (this.resolved.missing === 'zero')
      for (let j = 0; j < bi.length; j++)
        for (let f = 0; f < F; f++) factors[f] -= (mu + bias) * qi[j * F + f]
    return {bias, factors, from: 0}
  }

  /** Each rated movie's entry in A times Vj·Vi. */
  protected shares(person: Person, taste: Taste, i: number): Float64Array {
    const {F, qi} = this.model
    return this.weights(person, taste.bias).map((weight, n) => {
      let product = 0
      for (let f = 0; f < F; f++) product += qi[person.i[n] * F + f] * qi[i * F + f]
      return weight * product
    })
  }

  private biasOf({i, r}: Person): number {
    const {mu, bi} = this.model
    if (this.resolved.missing === 'zero') return sum(r) / this.train.movieCount - mu
    if (this.resolved.missing === 'user-mean') return sum(r) / r.length - mu
    const errors = Float64Array.from(i, (j, n) => r[n] - mu - bi[j])
    return sum(errors) / ((Baseline.spec.options.userDamping.default as number) + i.length)
  }

  /** What each rating is above its base; for `zero`, the rating itself. */
  private weights({i, r}: Person, bias: number): Float64Array {
    const {mu, bi} = this.model
    const zero = this.resolved.missing === 'zero'
    return Float64Array.from(i, (j, n) => (zero ? r[n] : r[n] - mu - bias - bi[j]))
  }

  protected override dump(): EngineState {
    const {values, arrays} = super.dump()
    return {values, arrays: {...arrays, singularValues: this.singularValues}}
  }

  protected override restore(state: EngineState, train: Ratings): void {
    super.restore(state, train)
    this.singularValues = state.arrays.singularValues as Float64Array
  }
}

interface Base {
  mu: number
  /** [users], [movies] */
  bu: Float64Array
  bi: Float64Array
  /** Whether the values stored are what is above the base; else they are the ratings, and the base is taken off every cell. */
  centred: boolean
}

/** Residual below which a singular vector is settled, against its eigenvalue: singular values to 1e-12, scores to 1e-7. */
const TOLERANCE = 1e-9
/** Ratings that one call multiplies by, at least. */
const BLOCK = 60_000
/** Calls of one product, at most: each has a sum of its own. */
const PARTS = 4

/** A = R - offset 1', on an arena, with its products. Only movies with ratings are columns. */
class CentredMatrix {
  private readonly start: Int32Array
  private readonly index: Int32Array
  private readonly value: Float32Array
  /** [users] taken off every column of the row */
  private readonly offset: Float64Array
  /** [movies] 1 for a column of the matrix */
  private readonly known: Uint8Array
  private readonly columns: number
  private readonly blocks: ReadonlyArray<readonly [from: number, to: number]>
  /** Length of a vector: the movies, and one more where their number is odd. */
  private readonly n: number
  private basis: Float64Array = new Float64Array(0)

  constructor(
    readonly arena: Arena,
    train: Ratings,
    base: Base
  ) {
    const {byUser, byMovie} = train
    this.start = arena.i32(byUser.start)
    this.index = arena.i32(byUser.index)
    this.value = arena.f32(byUser.value)
    this.offset = arena.f64(base.bu.length)
    if (base.centred) takeOff(this.value, byUser, base)
    else for (let u = 0; u < base.bu.length; u++) this.offset[u] = base.mu + base.bu[u]
    const movies = byMovie.start.length - 1
    this.known = Uint8Array.from({length: movies}, (_, i) =>
      byMovie.start[i + 1] > byMovie.start[i] ? 1 : 0
    )
    this.columns = train.movieCount
    this.blocks = weightedBlocks(byUser.start, Math.max(BLOCK, Math.ceil(train.length / PARTS)))
    this.n = movies + (movies % 2)
  }

  /** The largest eigenvalues of A'A. */
  async eigen(pool: Pool, k: number, run: Run): Promise<Eigen> {
    const {arena, n, blocks, known, offset} = this
    // Ratings settle after about 3 k steps; in a space of no more than these many the values are exact.
    const most = Math.min(this.columns, 8 * k + 100)
    this.basis = arena.f64((most + 4) * n)
    const sums = blocks.map(() => arena.f64(n))
    const w = arena.f64(n)
    const {orthogonalize} = kernelsOn(arena.memory)
    const shared = [this.start, this.index, this.value, offset].map(pointer)
    const multiply = async (row: number, w: Float64Array): Promise<void> => {
      const x = this.basis.subarray(row * n, (row + 1) * n)
      const total = sum(x)
      const common = sum(
        await pool.all(
          'gramProduct',
          blocks.map(([from, to], b) => [from, to, ...shared, pointer(x), total, pointer(sums[b]), n])
        )
      )
      for (let c = 0; c < known.length; c++) {
        let value = known[c] === 1 ? -common : 0
        for (let b = 0; b < sums.length; b++) value += sums[b][c]
        w[c] = value
      }
      if (row % 10 === 0) run.report(Math.min(row, 3 * k), 3 * k)
    }
    return lanczos(
      {
        basis: this.basis,
        n,
        most,
        w,
        multiply,
        restrict: x => {
          for (let c = 0; c < n; c++) if (known[c] !== 1) x[c] = 0
        },
        orthogonalize: (w, count) => {
          orthogonalize(pointer(w), pointer(this.basis), n, count)
        }
      },
      k,
      TOLERANCE
    )
  }

  /** V [movies × k] and U S = A V [users × k], row-major. */
  async vectors(pool: Pool, {values, weights, steps}: Eigen): Promise<{v: Float64Array; us: Float64Array}> {
    const {arena, n, basis} = this
    const k = values.length
    const even = k + (k % 2)
    const padded = arena.f64(steps * even)
    for (let j = 0; j < steps; j++) padded.set(weights.subarray(j * k, (j + 1) * k), j * even)
    const v = arena.f64(n * even)
    const rotation = [pointer(basis), n, steps, pointer(padded), even, pointer(v)]
    await pool.all(
      'rotateBasis',
      ranges(n, 512).map(([from, to]) => [from, to, ...rotation])
    )
    fixSigns(v, even)
    const total = arena.f64(even)
    for (let at = 0; at < v.length; at++) total[at % even] += v[at]
    const us = arena.f64(this.offset.length * even)
    const projection = [this.start, this.index, this.value, this.offset, v, total].map(pointer)
    await pool.all(
      'projectRows',
      this.blocks.map(([from, to]) => [from, to, ...projection, even, pointer(us)])
    )
    return {v: compact(v, even, k).slice(0, this.known.length * k), us: compact(us, even, k)}
  }
}

/** Puts what each rating is above its base in its place. */
function takeOff(value: Float32Array, {start, index}: Ratings['byUser'], {mu, bu, bi}: Base): void {
  for (let u = 0; u < bu.length; u++)
    for (let k = start[u]; k < start[u + 1]; k++) value[k] -= mu + bu[u] + bi[index[k]]
}

/** Makes the largest entry of each column positive; of equals the first. `v` is [rows × k]. */
function fixSigns(v: Float64Array, k: number): void {
  for (let f = 0; f < k; f++) {
    let largest = 0
    for (let at = f; at < v.length; at += k) if (Math.abs(v[at]) > Math.abs(largest)) largest = v[at]
    if (largest < 0) for (let at = f; at < v.length; at += k) v[at] = -v[at]
  }
}

/** The first k of each row's `stride` values. */
function compact(rows: Float64Array, stride: number, k: number): Float64Array {
  const out = new Float64Array((rows.length / stride) * k)
  for (let from = 0, to = 0; from < rows.length; from += stride, to += k)
    out.set(rows.subarray(from, from + k), to)
  return out
}

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let k = 0; k < values.length; k++) total += values[k]
  return total
}
