/**
 * Cholesky's factor of a symmetric positive definite matrix: A = L Lᵀ, in place of A's lower triangle.
 * `a` is [n × n], row-major. Returns false, with A spoilt, where a pivot is not positive.
 */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k]
      if (i > j) a[i * n + j] = sum / a[j * n + j]
      else if (sum > 0) a[j * n + j] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/** What is added to a diagonal at first where there is no factor, as a share of its mean; and how often it grows tenfold. */
const FIRST = 1e-12
const ROUNDS = 40

/**
 * The same for a matrix that may be singular, or is positive definite but for rounding: where there is no factor as little is added to the
 * diagonal as gives one. False only for what is no matrix of finite numbers.
 */
export function firmCholesky(a: Float64Array, n: number): boolean {
  const before = a.slice()
  if (cholesky(a, n)) return true
  let mean = 0
  for (let j = 0; j < n; j++) mean += Math.abs(before[j * n + j]) / n
  let more = FIRST * (mean || 1)
  for (let round = 0; round < ROUNDS; round++, more *= 10) {
    a.set(before)
    for (let j = 0; j < n; j++) a[j * n + j] += more
    if (cholesky(a, n)) return true
  }
  return false
}

/** Solves L Lᵀ x = b in place of b, with the factor of `cholesky`. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[k]
    b[i] = sum / l[i * n + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * b[k]
    b[i] = sum / l[i * n + i]
  }
}
