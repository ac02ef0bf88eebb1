import {lengthsOf} from '../../data/compressed'
import type {Ratings} from '../../data/ratings'
import {type Arena, pointer} from '../../kernels/arena'
import {blocks as ranges} from '../../kernels/pool'
import type {Team} from '../../kernels/team'
import {kernelConstants, kernelsOn} from '../../kernels/wasm'
import {type Eigen, lanczos} from '../../math/lanczos'
import {sum} from '../../math/statistics'
import {withoutPadding} from '../../math/vectors'
import type {Run} from '../run'

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

/** Residual below which a singular vector is settled, against its eigenvalue: values to 1e-12, scores to 1e-8 (measured). */
const TOLERANCE = 1e-7
/** Ratings that one product is shared out in calls for, at least. */
const BLOCK = 100_000
/** Calls of one product, at most: each has a sum of its own, and adding these up takes time, too. */
const PARTS = 16
/** Columns that one call makes orthogonal, even. */
const COLUMNS = 1024
/** Rows that are not worth sharing out. */
const FEW = 8

/**
 * A = R - offset 1', on an arena, with its products. Its columns are the movies with ratings, the most rated first, so that what
 * is needed most often stays in the processor's caches.
 */
export class CentredMatrix {
  /** The movie of each column. */
  private readonly movieOf: number[]
  private readonly movies: number
  /** By user. */
  private readonly ratings: readonly [start: Int32Array, index: Int32Array, value: Float32Array]
  /** [users] taken off every column of the row */
  private readonly offset: Float64Array
  private readonly blocks: ReadonlyArray<readonly [from: number, to: number]>
  /** Length of a vector: the columns, and one more, always 0, where their number is odd. */
  private readonly n: number
  private basis: Float64Array = new Float64Array(0)

  constructor(
    readonly arena: Arena,
    train: Ratings,
    base: Base
  ) {
    const {byUser, byMovie} = train
    const {mu, bu} = base
    this.movies = byMovie.start.length - 1
    this.movieOf = mostRatedFirst(byMovie.start)
    this.n = this.movieOf.length + (this.movieOf.length % 2)
    const start = arena.i32(byUser.start)
    const index = arena.i32(train.length)
    renumber(byUser.index, this.movieOf, this.movies, index)
    const value = arena.f32(byUser.value)
    if (base.centred) takeOff(value, byUser, base)
    this.ratings = [start, index, value]
    this.offset = arena.f64(bu.length)
    if (!base.centred)
      for (let u = 0; u < bu.length; u++) if (start[u] < start[u + 1]) this.offset[u] = mu + bu[u]
    this.blocks = taperedBlocks(start, Math.min(PARTS, Math.ceil(train.length / BLOCK)))
  }

  /** The largest eigenvalues of A'A. */
  async eigen(team: Team, k: number, run: Run): Promise<Eigen> {
    const {arena, n} = this
    const {basisProducts, scaleInto, subtractBasis} = kernelsOn(arena.memory)
    const columns = this.movieOf.length
    // Ratings settle with about 3 k rows; in a space of no more than these many the values are exact.
    const most = Math.min(columns, 8 * k + 100)
    const room = most + kernelConstants().BASIS_ROWS
    this.basis = arena.f64(room * n)
    const w = [arena.f64(n), arena.f64(n)] as const
    const product = this.product(team, w)
    const ends = ranges(n, COLUMNS)
    const parts = arena.f64(ends.length * room)
    const h = arena.f64(room)
    return lanczos(
      {
        most,
        w,
        multiply: async row => {
          product(row)
          if (!run.outOfBreath) return
          run.report(Math.min(row, 3 * k), 3 * k)
          await run.breathe()
        },
        restrict: x => {
          x.fill(0, columns)
        },
        append: (row, which, scale) => {
          scaleInto(pointer(w[which]), n, scale, pointer(this.basis) + 8 * n * row)
        },
        orthogonalize: (which, from, to) => {
          const common = [pointer(w[which]), pointer(this.basis) + 8 * n * from, n, to - from]
          if (to - from <= FEW) {
            h.fill(0)
            basisProducts(0, n, ...common, pointer(h))
            h.fill(0, to - from)
            return {h, left: Math.sqrt(subtractBasis(0, n, ...common, pointer(h)))}
          }
          team.all(
            'basisProducts',
            ends.map(([c0, c1], b) => [c0, c1, ...common, pointer(parts) + 8 * room * b])
          )
          h.fill(0)
          for (let b = 0; b < ends.length; b++)
            for (let j = 0; j < to - from; j++) h[j] += parts[b * room + j]
          const squares = team.all(
            'subtractBasis',
            ends.map(([c0, c1]) => [c0, c1, ...common, pointer(h)])
          )
          return {h, left: Math.sqrt(sum(squares))}
        }
      },
      k,
      TOLERANCE
    )
  }

  /** A'A times two rows of the basis, into w. */
  private product(team: Team, w: readonly [Float64Array, Float64Array]): (row: number) => void {
    const {arena, n, blocks, basis} = this
    const {gramPairs} = kernelsOn(arena.memory)
    const pairs = arena.f64(2 * n)
    const total = arena.f64(2)
    const part = kernelConstants().gramProductBytes(n)
    const parts = arena.u8(blocks.length * part)
    const shared = [...this.ratings, this.offset, pairs, total].map(pointer)
    const products = blocks
      .map(([from, to], b) => [from, to, ...shared, pointer(parts) + part * b, n])
      .reverse()
    const columns = this.movieOf.length
    const sums = ranges(n, COLUMNS).map(([from, to]) => [
      ...[from, to, pointer(parts), blocks.length, n, columns],
      ...w.map(pointer)
    ])
    return row => {
      const at = pointer(basis) + 8 * n * row
      gramPairs(at, at + 8 * n, n, pointer(pairs), pointer(total))
      team.all('gramProduct', products)
      team.all('gramVectors', sums)
    }
  }

  /** V [movies × k] and U S = A V [users × k], row-major. */
  vectors(team: Team, eigen: Eigen): {v: Float64Array; us: Float64Array} {
    const {arena} = this
    const k = eigen.values.length
    const {v, even} = this.rotated(team, eigen)
    const total = arena.f64(columnSums(v, even))
    const us = arena.f64(this.offset.length * even)
    const projection = [...this.ratings, this.offset, v, total].map(pointer)
    team.all(
      'projectRows',
      this.blocks.map(([from, to]) => [from, to, ...projection, even, pointer(us)]).reverse()
    )
    return {v: this.byMovie(v, even, k), us: withoutPadding(us, even, k)}
  }

  /** V alone. [movies × k] */
  rightVectors(team: Team, eigen: Eigen): Float64Array {
    const {v, even} = this.rotated(team, eigen)
    return this.byMovie(v, even, eigen.values.length)
  }

  /** V by columns of A, each row padded to an even number. */
  private rotated(team: Team, {values, weights, rows}: Eigen): {v: Float64Array; even: number} {
    const {arena, n, basis} = this
    const k = values.length
    const even = k + (k % 2)
    const padded = arena.f64(rows * even)
    for (let j = 0; j < rows; j++) padded.set(weights.subarray(j * k, (j + 1) * k), j * even)
    const v = arena.f64(n * even)
    const rotation = [pointer(basis), n, rows, pointer(padded), even, pointer(v)]
    team.all(
      'rotateBasis',
      ranges(n, 256).map(([from, to]) => [from, to, ...rotation])
    )
    fixSigns(v, even)
    return {v, even}
  }

  private byMovie(v: Float64Array, even: number, k: number): Float64Array {
    const byMovie = new Float64Array(this.movies * k)
    for (const [c, i] of this.movieOf.entries()) byMovie.set(v.subarray(c * even, c * even + k), i * k)
    return byMovie
  }
}

/** The movies with ratings, by falling number of ratings. */
function mostRatedFirst(start: Int32Array): number[] {
  const count = lengthsOf(start)
  const rated = [...count.keys()].filter(i => count[i] > 0)
  return rated.sort((i, j) => count[j] - count[i] || i - j)
}

/** The column of each entry, whose movie is in `index`. */
function renumber(index: Int32Array, movieOf: readonly number[], movies: number, out: Int32Array): void {
  const column = new Int32Array(movies)
  for (const [c, i] of movieOf.entries()) column[i] = c
  for (let k = 0; k < index.length; k++) out[k] = column[index[k]]
}

/** Puts what each rating is above its base in its place. */
function takeOff(value: Float32Array, {start, index}: Ratings['byUser'], {mu, bu, bi}: Base): void {
  for (let u = 0; u < bu.length; u++)
    for (let k = start[u]; k < start[u + 1]; k++)
      value[k] -= mu + bu[u] + (bi === undefined ? 0 : bi[index[k]])
}

/**
 * Blocks of rows, the first smallest and each larger by the same number of entries: where the last are taken first, no thread waits
 * long for the others. `start` is that of a compressed table.
 */
function taperedBlocks(start: Int32Array, count: number): Array<readonly [from: number, to: number]> {
  const rows = start.length - 1
  const blocks: Array<readonly [number, number]> = []
  let from = 0
  for (let row = 1; row <= rows; row++) {
    const b = blocks.length + 1
    if (row < rows && start[row] < (start[rows] * b * (b + 1)) / (count * (count + 1))) continue
    blocks.push([from, row])
    from = row
  }
  return blocks
}

/** Makes the largest entry of each column positive; of equals the first. `v` is [rows × k]. */
function fixSigns(v: Float64Array, k: number): void {
  const largest = new Float64Array(k)
  for (let at = 0, f = 0; at < v.length; at++, f = f + 1 === k ? 0 : f + 1)
    if (Math.abs(v[at]) > Math.abs(largest[f])) largest[f] = v[at]
  const signs = largest.map(value => (value < 0 ? -1 : 1))
  for (let at = 0, f = 0; at < v.length; at++, f = f + 1 === k ? 0 : f + 1) v[at] *= signs[f]
}

/** [k] of `v` [rows × k] */
function columnSums(v: Float64Array, k: number): Float64Array {
  const sums = new Float64Array(k)
  for (let at = 0, f = 0; at < v.length; at++, f = f + 1 === k ? 0 : f + 1) sums[f] += v[at]
  return sums
}
