import type {Ratings} from '../data/ratings'
import {type Arena, pointer} from '../kernels/arena'
import {blocks as ranges, weightedBlocks} from '../kernels/pool'
import type {Team} from '../kernels/team'
import {kernelsOn} from '../kernels/wasm'
import {type Eigen, lanczos} from '../math/lanczos'
import type {Run} from './run'

/** What stands for a rating before the factors: base_ui = mu + bu + bi. */
export interface Base {
  mu: number
  /** [users] */
  bu: Float64Array
  /** [movies]; none where no movie has a bias. */
  bi?: Float64Array
  /** Whether cells without a rating are 0 and the others what is above the base; else 0 counts as a rating and the base is taken off every cell. */
  centred: boolean
}

/** Residual below which a singular vector is settled, against its eigenvalue: singular values to 1e-12, scores to 1e-7. */
const TOLERANCE = 1e-9
/** Ratings that one call multiplies by, about. */
const BLOCK = 250_000
/** Calls of one product, at most: each has a sum of its own, and adding these up is nobody's gain. */
const PARTS = 16
/** Milliseconds after which events are let through. */
const BREATH = 50

/** A = R - offset 1', on an arena, with its products. Only movies with ratings are columns. */
export class CentredMatrix {
  private readonly ratings: readonly [start: Int32Array, index: Int32Array, value: Float32Array]
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
    this.ratings = [arena.i32(byUser.start), arena.i32(byUser.index), arena.f32(byUser.value)]
    this.offset = arena.f64(base.bu.length)
    if (base.centred) takeOff(this.ratings[2], byUser, base)
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
  async eigen(team: Team, k: number, run: Run): Promise<Eigen> {
    const {arena, n, blocks, known} = this
    // Ratings settle after about 3 k steps; in a space of no more than these many the values are exact.
    const most = Math.min(this.columns, 8 * k + 100)
    this.basis = arena.f64((most + 4) * n)
    const w = arena.f64(n)
    const sums = blocks.map(() => arena.f64(n))
    const shared = [...this.ratings, this.offset].map(pointer)
    const {orthogonalize} = kernelsOn(arena.memory)
    let breath = performance.now()
    const multiply = async (row: number, w: Float64Array): Promise<void> => {
      const x = this.basis.subarray(row * n, (row + 1) * n)
      const total = sum(x)
      const calls = blocks.map(([from, to], b) => [
        from,
        to,
        ...shared,
        pointer(x),
        total,
        pointer(sums[b]),
        n
      ])
      const common = sum(team.all('gramProduct', calls))
      for (let c = 0; c < known.length; c++) {
        let value = known[c] === 1 ? -common : 0
        for (let b = 0; b < sums.length; b++) value += sums[b][c]
        w[c] = value
      }
      if (performance.now() - breath < BREATH) return
      run.report(Math.min(row, 3 * k), 3 * k)
      await run.breathe()
      breath = performance.now()
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
  vectors(team: Team, {values, weights, steps}: Eigen): {v: Float64Array; us: Float64Array} {
    const {arena, n, basis} = this
    const k = values.length
    const even = k + (k % 2)
    const padded = arena.f64(steps * even)
    for (let j = 0; j < steps; j++) padded.set(weights.subarray(j * k, (j + 1) * k), j * even)
    const v = arena.f64(n * even)
    const rotation = [pointer(basis), n, steps, pointer(padded), even, pointer(v)]
    team.all(
      'rotateBasis',
      ranges(n, 256).map(([from, to]) => [from, to, ...rotation])
    )
    fixSigns(v, even)
    const total = arena.f64(even)
    for (let at = 0; at < v.length; at++) total[at % even] += v[at]
    const us = arena.f64(this.offset.length * even)
    const projection = [...this.ratings, this.offset, v, total].map(pointer)
    team.all(
      'projectRows',
      this.blocks.map(([from, to]) => [from, to, ...projection, even, pointer(us)])
    )
    return {v: compact(v, even, k).slice(0, this.known.length * k), us: compact(us, even, k)}
  }
}

/** Puts what each rating is above its base in its place. */
function takeOff(value: Float32Array, {start, index}: Ratings['byUser'], {mu, bu, bi}: Base): void {
  for (let u = 0; u < bu.length; u++)
    for (let k = start[u]; k < start[u + 1]; k++)
      value[k] -= mu + bu[u] + (bi === undefined ? 0 : bi[index[k]])
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
