import {Random} from './random'
import {tridiagonalEigen} from './tridiagonal'

/** A symmetric positive semidefinite matrix [n × n] that is known by its products alone, and where its Lanczos basis is kept. */
export interface LanczosProblem {
  /** Rows of the basis: room for `most` + 4 of them, [(most + 4) × n], row-major, zero at first. */
  basis: Float64Array
  n: number
  /** The most steps there can be: the dimension of the space that the matrix acts on. */
  most: number
  /** Zeroes the entries outside the space that the matrix acts on. */
  restrict: (x: Float64Array) => void
  /** w = matrix · (row of the basis), into `w`. */
  multiply: (row: number, w: Float64Array) => Promise<void>
  /** w -= V V'w for the first `count` rows V of the basis. */
  orthogonalize: (w: Float64Array, count: number) => void
  w: Float64Array
}

export interface Eigen {
  /** [k] from the largest down */
  values: Float64Array
  /** [steps × k] row-major: eigenvector c is the sum over steps j of basis row j · weights[j, c] */
  weights: Float64Array
  steps: number
}

/**
 * The `k` largest eigenvalues by the Lanczos method with full reorthogonalisation (Golub and Van Loan 2013, section 10.3): with
 * A'A as the matrix that is Golub-Kahan-Lanczos bidiagonalisation of A, kept orthogonal on one side (Simon and Zha 2000).
 * Stops when every residual |A'A v - value v| is below `tolerance` · value. Steps needed: about 3 k on ratings.
 */
export async function lanczos(problem: LanczosProblem, k: number, tolerance: number): Promise<Eigen> {
  const {basis, n, most, w, multiply, orthogonalize} = problem
  const random = new Random(1)
  const alpha: number[] = []
  const beta: number[] = []
  freshRow(problem, 0, random)
  for (let step = 0; ; step++) {
    const v = basis.subarray(step * n, (step + 1) * n)
    await multiply(step, w)
    alpha.push(dot(v, w))
    orthogonalize(w, step + 1)
    const length = Math.sqrt(dot(w, w))
    const steps = step + 1
    // A residual of rounding errors alone: the space so far is closed, and the next row starts anew beside it.
    const closed = length <= 1e-12 * Math.max(...alpha)
    beta.push(closed ? 0 : length)
    if (steps >= most) return solve(alpha, beta, k)
    if (steps >= 2 * k + 10 && steps % 6 === 0 && !closed && converged(alpha, beta, k, tolerance))
      return solve(alpha, beta, k)
    if (closed) freshRow(problem, steps, random)
    else for (let c = 0; c < n; c++) basis[steps * n + c] = w[c] / length
  }
}

/** A random unit row, orthogonal to those before it. */
function freshRow({basis, n, restrict, orthogonalize, w}: LanczosProblem, row: number, random: Random): void {
  for (let c = 0; c < n; c++) w[c] = random.normal()
  restrict(w)
  // Twice: the first pass may leave rounding errors as large as what remains of a row that was nearly in the space.
  for (let pass = 0; pass < 2; pass++) {
    orthogonalize(w, row)
    const length = Math.sqrt(dot(w, w))
    for (let c = 0; c < n; c++) w[c] /= length
  }
  basis.set(w, row * n)
}

/** Whether the k largest values of the tridiagonal matrix have small residuals: beta · the last component of the eigenvector. */
function converged(alpha: number[], beta: number[], k: number, tolerance: number): boolean {
  const steps = alpha.length
  const values = Float64Array.from(alpha)
  const last = new Float64Array(steps)
  last[steps - 1] = 1
  tridiagonalEigen(values, Float64Array.from(beta), last)
  const residual = beta[steps - 1]
  return largest(values, k).every(c => residual * Math.abs(last[c]) <= tolerance * values[c])
}

function solve(alpha: number[], beta: number[], k: number): Eigen {
  const steps = alpha.length
  const values = Float64Array.from(alpha)
  const rows = new Float64Array(steps * steps)
  for (let j = 0; j < steps; j++) rows[j * steps + j] = 1
  tridiagonalEigen(values, Float64Array.from(beta), rows)
  const order = largest(values, k)
  const weights = new Float64Array(steps * order.length)
  for (let j = 0; j < steps; j++)
    for (const [c, from] of order.entries()) weights[j * order.length + c] = rows[j * steps + from]
  return {values: Float64Array.from(order, c => values[c]), weights, steps}
}

function largest(values: Float64Array, k: number): number[] {
  return [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, k)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let c = 0; c < a.length; c++) sum += a[c] * b[c]
  return sum
}
