/**
 * Ridge regression: the w that minimises |y - X w|² + lambda |w|², by Cholesky on whichever of X'X and X X' is smaller.
 * x is [rows × columns], row-major. O(rows · columns · min(rows, columns)).
 */
export function ridge(
  x: Float32Array | Float64Array,
  y: ArrayLike<number>,
  columns: number,
  lambda: number
): Float64Array {
  const rows = y.length
  if (rows === 0) return new Float64Array(columns)
  if (columns <= rows) {
    const gram = gramOf(columns, rows, (a, k) => x[k * columns + a], lambda)
    const right = new Float64Array(columns)
    for (let k = 0; k < rows; k++) for (let a = 0; a < columns; a++) right[a] += y[k] * x[k * columns + a]
    return solve(gram, right)
  }
  const gram = gramOf(rows, columns, (k, a) => x[k * columns + a], lambda)
  const alpha = solve(gram, Float64Array.from(y))
  const w = new Float64Array(columns)
  for (let k = 0; k < rows; k++) for (let a = 0; a < columns; a++) w[a] += alpha[k] * x[k * columns + a]
  return w
}

/** [size × size] inner products of `size` vectors of `length`, lambda added on the diagonal; lower triangle. */
function gramOf(
  size: number,
  length: number,
  at: (vector: number, k: number) => number,
  lambda: number
): Float64Array {
  const vectors = new Float64Array(size * length)
  for (let a = 0; a < size; a++) for (let k = 0; k < length; k++) vectors[a * length + k] = at(a, k)
  const gram = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = a === b ? lambda : 0
      for (let k = 0; k < length; k++) sum += vectors[a * length + k] * vectors[b * length + k]
      gram[a * size + b] = sum
    }
  }
  return gram
}

/** Solves A x = b for a symmetric positive definite A (lower triangle, overwritten by its Cholesky factor). */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      let sum = a[r * n + c]
      for (let k = 0; k < c; k++) sum -= a[r * n + k] * a[c * n + k]
      a[r * n + c] = r === c ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[c * n + c]
    }
  }
  for (let r = 0; r < n; r++) {
    for (let k = 0; k < r; k++) b[r] -= a[r * n + k] * b[k]
    b[r] /= a[r * n + r]
  }
  for (let r = n - 1; r >= 0; r--) {
    for (let k = r + 1; k < n; k++) b[r] -= a[k * n + r] * b[k]
    b[r] /= a[r * n + r]
  }
  return b
}
