/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations (Golub and Van Loan 2013, section 8.5), for small ones:
 * O(n³) a sweep, about eight sweeps. `a` [n × n] is not changed. `vectors` is [n × n] with eigenvector c in column c; values fall.
 */
export function symmetricEigen(a: Float64Array, n: number): {values: Float64Array; vectors: Float64Array} {
  const m = a.slice()
  const v = new Float64Array(n * n)
  for (let k = 0; k < n; k++) v[k * n + k] = 1
  for (let sweep = 0; sweep < 50; sweep++) {
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

/** Makes entry (p, q) zero. */
function rotate(m: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = m[p * n + q]
  if (apq === 0) return
  const theta = (m[q * n + q] - m[p * n + p]) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
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

/**
 * Coordinates of rows on their two directions of largest spread (principal components), by power iteration on the centred rows
 * with the first direction taken out for the second. x is [rows × columns], row-major; gives [rows × 2]. The sign is such that
 * the row farthest out is on the positive side.
 */
export function principalPlane(x: ArrayLike<number>, columns: number): Float64Array {
  const rows = x.length / columns
  const centred = Float64Array.from(x)
  for (let c = 0; c < columns; c++) {
    let mean = 0
    for (let r = 0; r < rows; r++) mean += x[r * columns + c] / rows
    for (let r = 0; r < rows; r++) centred[r * columns + c] -= mean
  }
  const plane = new Float64Array(rows * 2)
  for (let k = 0; k < 2; k++) {
    const direction = leading(centred, rows, columns)
    let far = 0
    for (let r = 0; r < rows; r++) {
      let along = 0
      for (let c = 0; c < columns; c++) along += centred[r * columns + c] * direction[c]
      for (let c = 0; c < columns; c++) centred[r * columns + c] -= along * direction[c]
      plane[2 * r + k] = along
      if (Math.abs(along) > Math.abs(far)) far = along
    }
    if (far < 0) for (let r = 0; r < rows; r++) plane[2 * r + k] = -plane[2 * r + k]
  }
  return plane
}

/** The unit vector v of the largest |X v|. */
function leading(x: Float64Array, rows: number, columns: number): Float64Array {
  let v = Float64Array.from({length: columns}, (_, c) => 1 + (c % 7) / 7)
  for (let turn = 0; turn < 200; turn++) {
    const next = new Float64Array(columns)
    for (let r = 0; r < rows; r++) {
      let along = 0
      for (let c = 0; c < columns; c++) along += x[r * columns + c] * v[c]
      for (let c = 0; c < columns; c++) next[c] += along * x[r * columns + c]
    }
    const length = Math.hypot(...next)
    if (length === 0) return v.map(() => 0)
    v = next.map(value => value / length)
  }
  return v
}
