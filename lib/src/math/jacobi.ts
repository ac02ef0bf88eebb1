import {hypot} from './hypot'

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations (Golub and Van Loan 2013, section 8.5), for small ones:
 * O(n³) a round, about eight rounds. `a` [n × n] is not changed. `vectors` is [n × n] with eigenvector c in column c; values fall.
 */
export function symmetricEigen(a: Float64Array, n: number): {values: Float64Array; vectors: Float64Array} {
  const m = a.slice()
  const v = new Float64Array(n * n)
  for (let k = 0; k < n; k++) v[k * n + k] = 1
  for (let round = 0; round < 50; round++) {
    let off = 0
    let on = 0
    for (let p = 0; p < n; p++)
      for (let q = 0; q <= p; q++) {
        if (q < p) off += m[p * n + q] ** 2
        else on += m[p * n + p] ** 2
      }
    if (off <= 1e-28 * on) break
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(m, v, n, p, q)
  }
  const order = Array.from({length: n}, (_, k) => k).sort((x, y) => m[y * n + y] - m[x * n + x])
  const vectors = new Float64Array(n * n)
  for (let k = 0; k < n; k++) for (const [c, from] of order.entries()) vectors[k * n + c] = v[k * n + from]
  return {values: Float64Array.from(order, k => m[k * n + k]), vectors}
}

/**
 * Places of rows on the axes along which they differ most (principal components), the most important axis first. x is
 * [rows × columns], row-major; gives [rows × axes], 0 on axes that the rows do not have. Each axis points to where its farthest row
 * is. O(rows · columns · n + n³), n the smaller of rows and columns.
 */
export function principalPlaces(x: ArrayLike<number>, columns: number, axes: number): Float64Array {
  const rows = x.length / columns
  const centred = centreColumns(x, columns)
  const places = new Float64Array(rows * axes)
  // X = U S V': the places X V are U S, so that the smaller of X X' and X' X will do.
  const wide = rows < columns
  const n = wide ? rows : columns
  const {values, vectors} = symmetricEigen(
    wide ? rowProducts(centred, columns) : crossProducts(centred, columns),
    n
  )
  for (let k = 0; k < Math.min(axes, n); k++) {
    const length = Math.sqrt(Math.max(0, values[k]))
    let far = 0
    for (let r = 0; r < rows; r++) {
      let place = wide ? length * vectors[r * n + k] : 0
      if (!wide) for (let c = 0; c < n; c++) place += vectors[c * n + k] * centred[r * n + c]
      places[r * axes + k] = place
      if (Math.abs(place) > Math.abs(far)) far = place
    }
    if (far < 0) for (let r = 0; r < rows; r++) places[r * axes + k] = -places[r * axes + k]
  }
  return places
}

/** X' X, [columns × columns] */
export function crossProducts(x: ArrayLike<number>, columns: number): Float64Array {
  const sums = new Float64Array(columns * columns)
  for (let from = 0; from < x.length; from += columns)
    for (let a = 0; a < columns; a++)
      for (let b = 0; b < columns; b++) sums[a * columns + b] += x[from + a] * x[from + b]
  return sums
}

/** X X', [rows × rows] */
function rowProducts(x: Float64Array, columns: number): Float64Array {
  const rows = x.length / columns
  const sums = new Float64Array(rows * rows)
  for (let a = 0; a < rows; a++)
    for (let b = 0; b < rows; b++)
      for (let c = 0; c < columns; c++) sums[a * rows + b] += x[a * columns + c] * x[b * columns + c]
  return sums
}

function centreColumns(x: ArrayLike<number>, columns: number): Float64Array {
  const centred = Float64Array.from(x)
  for (let c = 0; c < columns; c++) {
    let sum = 0
    for (let at = c; at < x.length; at += columns) sum += x[at]
    for (let at = c; at < x.length; at += columns) centred[at] -= (sum * columns) / x.length
  }
  return centred
}

/** Makes entry (p, q) zero. */
function rotate(m: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = m[p * n + q]
  if (apq === 0) return
  const theta = (m[q * n + q] - m[p * n + p]) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + hypot(theta, 1))
  const c = 1 / hypot(t, 1)
  const s = t * c
  for (let k = 0; k < n; k++) {
    const kp = m[k * n + p]
    const kq = m[k * n + q]
    m[k * n + p] = c * kp - s * kq
    m[k * n + q] = s * kp + c * kq
  }
  for (let k = 0; k < n; k++) {
    const pk = m[p * n + k]
    const qk = m[q * n + k]
    m[p * n + k] = c * pk - s * qk
    m[q * n + k] = s * pk + c * qk
    const vp = v[k * n + p]
    const vq = v[k * n + q]
    v[k * n + p] = c * vp - s * vq
    v[k * n + q] = s * vp + c * vq
  }
}
