import {hypot} from './hypot'
import {log10} from './logarithms'
import {Random} from './random'
import {tridiagonalEigen, tridiagonalise} from './tridiagonal'

/** A symmetric positive semidefinite matrix [n × n] that is known by its products alone; and its Lanczos basis, kept elsewhere: rows of n. */
export interface LanczosProblem {
  /** The most rows there can be: the dimension of the space that the matrix acts on. */
  most: number
  /** Zeroes the entries outside the space that the matrix acts on. */
  restrict: (x: Float64Array) => void
  /** w = matrix · (row and the next row of the basis) */
  multiply: (row: number) => Promise<void>
  /** w[which] -= V V'w[which] for the rows V of the basis from `from` to `to` - 1. */
  orthogonalize: (which: 0 | 1, from: number, to: number) => Projected
  /** Row of the basis = scale · w[which] */
  append: (row: number, which: 0 | 1, scale: number) => void
  w: readonly [Float64Array, Float64Array]
}

export interface Projected {
  /** [to - from] V'w, what was taken off; valid until the next call. */
  h: Float64Array
  /** Length of what is left. */
  left: number
}

export interface Eigen {
  /** [k] from the largest down */
  values: Float64Array
  /** [rows × k] row-major: eigenvector c is the sum over j of basis row j · weights[j, c] */
  weights: Float64Array
  rows: number
}

/** The band reaches this many rows back: what a product has along these is taken off first. */
const NEAR = 4
/** Rows that a factor of ten in the residuals takes, or more: convergence is not looked for before. */
const ROWS_A_DIGIT = 4

/**
 * The `k` largest eigenvalues by the block Lanczos method, blocks of two, with full reorthogonalisation (Golub and Van Loan 2013,
 * sections 10.3.6 and 10.3.7): with A'A as the matrix that is Golub-Kahan-Lanczos bidiagonalisation of A, kept orthogonal on one
 * side (Simon and Zha 2000). Two vectors share each walk over the ratings. In the basis the matrix has two diagonals below the main
 * one. Stops when every residual |A'A v - value v| is below `tolerance` · value. Rows needed: about 3 k on ratings.
 */
export async function lanczos(problem: LanczosProblem, k: number, tolerance: number): Promise<Eigen> {
  const {most, multiply, orthogonalize} = problem
  const random = new Random(1)
  const band: Band = {d: [], e: [], f: []}
  let rows = Math.min(2, most)
  for (let row = 0; row < rows; row++) freshRow(problem, row, 0, random)
  let look = 2 * k + 10
  let scale = 0
  for (let from = 0; ; from += 2) {
    await multiply(from)
    let closed = false
    for (const which of [0, 1] as const) {
      const row = from + which
      if (row >= most) break
      const near = Math.max(0, rows - NEAR)
      const {h} = orthogonalize(which, near, rows)
      band.d.push(h[row - near])
      scale = Math.max(scale, h[row - near])
      band.e.push(row + 1 < rows ? h[row + 1 - near] : 0)
      // The rest is rounding errors, small enough not to bring in those of the basis itself.
      const {left} = orthogonalize(which, 0, rows)
      if (rows === most) {
        band.f.push(0)
        continue
      }
      // A residual of rounding errors alone: the space so far is closed, and the next row starts anew beside it.
      const nothing = left <= 1e-12 * scale
      band.f.push(nothing ? 0 : left)
      if (nothing) freshRow(problem, rows, which, random)
      else problem.append(rows, which, 1 / left)
      rows++
      closed ||= nothing
    }
    const done = band.d.length
    if (done >= most) return solve(band, k)
    if (done < look || closed) continue
    const digits = log10(largestResidual(band, k) / tolerance)
    if (digits <= 0) return solve(band, k)
    look = done + ROWS_A_DIGIT * digits
  }
}

/** The matrix in the basis: T[j, j], T[j + 1, j], T[j + 2, j]. */
interface Band {
  d: number[]
  e: number[]
  f: number[]
}

/** A random unit row, orthogonal to those before it; made in w[which]. */
function freshRow(problem: LanczosProblem, row: number, which: 0 | 1, random: Random): void {
  const {restrict, orthogonalize, w} = problem
  for (let c = 0; c < w[which].length; c++) w[which][c] = random.normal()
  restrict(w[which])
  // Twice: the first time may leave rounding errors as large as what remains of a row that was nearly in the space.
  orthogonalize(which, 0, row)
  problem.append(row, which, 1 / orthogonalize(which, 0, row).left)
}

/**
 * Eigenvalues of the band matrix and, for the rows of the identity that `rows` names, those rows of its eigenvectors:
 * [rows × m], row-major. The entries below its last row and the next are left out.
 */
function eigenOf({d, e, f}: Band, rows: readonly number[]): {values: Float64Array; vectors: Float64Array} {
  const m = d.length
  const band = Float64Array.from([...d, ...e, ...f])
  band[2 * m - 1] = band[3 * m - 1] = band[3 * m - 2] = 0
  const turned = new Float64Array(m * rows.length)
  for (const [k, row] of rows.entries()) turned[row * rows.length + k] = 1
  tridiagonalise(band, turned)
  const vectors = transposed(turned, rows.length)
  const values = band.slice(0, m)
  tridiagonalEigen(values, band.subarray(m, 2 * m), vectors)
  return {values, vectors}
}

/** `rows` is [m × k], row-major; the result [k × m]. */
function transposed(rows: Float64Array, k: number): Float64Array {
  const m = rows.length / k
  const out = new Float64Array(rows.length)
  for (let j = 0; j < m; j++) for (let c = 0; c < k; c++) out[c * m + j] = rows[j * k + c]
  return out
}

/** The largest residual of the k largest values, each against its value: what the last two rows have below them, by the eigenvector. */
function largestResidual(band: Band, k: number): number {
  const m = band.d.length
  const {values, vectors} = eigenOf(band, [m - 2, m - 1])
  const residuals = largest(values, k).map(c => {
    const [a, b] = [vectors[c], vectors[m + c]]
    return hypot(band.f[m - 2] * a + band.e[m - 1] * b, band.f[m - 1] * b) / values[c]
  })
  return Math.max(...residuals)
}

function solve(band: Band, k: number): Eigen {
  const rows = band.d.length
  const {values, vectors} = eigenOf(band, [...band.d.keys()])
  const order = largest(values, k)
  const weights = new Float64Array(rows * order.length)
  for (let j = 0; j < rows; j++)
    for (const [c, from] of order.entries()) weights[j * order.length + c] = vectors[j * rows + from]
  return {values: Float64Array.from(order, c => values[c]), weights, rows}
}

function largest(values: Float64Array, k: number): number[] {
  return [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, k)
}
