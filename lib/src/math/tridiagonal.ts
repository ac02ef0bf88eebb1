/**
 * A symmetric matrix A with two diagonals below the main one, made tridiagonal by plane rotations (Schwarz 1968): each takes off one
 * entry of the outer diagonal and moves a bulge two rows down, until it leaves the matrix.
 * `band` is [3 × n]: the main diagonal, then A[j + 1, j], then A[j + 2, j]; it becomes the tridiagonal matrix. The rows
 * of `vectors` [n × m], row-major, are rotated along: from the identity they become M with M A M' tridiagonal. O(n² · (1 + m)).
 */
export function tridiagonalise(band: Float64Array, vectors: Float64Array): void {
  const n = band.length / 3
  const m = vectors.length / n
  const [d, e, f] = [0, 1, 2].map(k => band.subarray(k * n, (k + 1) * n))
  for (let k = 0; k + 2 < n; k++) {
    // The entry to be taken off is A[p + 1, column]; for the first p = k + 1, afterwards the bulge, three below the diagonal.
    let away = f[k]
    for (let column = k, p = k + 1; p + 1 < n && away !== 0; column = p, p += 2) {
      const above = column === p - 1 ? e[column] : f[column]
      const h = Math.sqrt(above * above + away * away)
      const c = above / h
      const s = away / h
      if (column === p - 1) {
        e[column] = h
        f[column] = 0
      } else f[column] = h
      // Rows and columns p and q = p + 1; e[p - 1] and f[p - 1] are A[p, p - 1] and A[q, p - 1] where the column is another.
      if (column < p - 1) [e[p - 1], f[p - 1]] = [c * e[p - 1] + s * f[p - 1], c * f[p - 1] - s * e[p - 1]]
      const [pp, qp, qq] = [d[p], e[p], d[p + 1]]
      d[p] = c * c * pp + 2 * c * s * qp + s * s * qq
      d[p + 1] = s * s * pp - 2 * c * s * qp + c * c * qq
      e[p] = c * s * (qq - pp) + (c * c - s * s) * qp
      if (p + 2 < n) [f[p], e[p + 1]] = [c * f[p] + s * e[p + 1], c * e[p + 1] - s * f[p]]
      away = 0
      if (p + 3 < n) {
        away = s * f[p + 1]
        f[p + 1] *= c
      }
      turnRows(vectors, m, p, c, s)
    }
  }
}

/** Rows x = p and z = p + 1 of m entries become c x + s z and c z - s x. */
function turnRows(rows: Float64Array, m: number, p: number, c: number, s: number): void {
  const end = (p + 1) * m
  for (let at = p * m; at < end; at++) {
    const x = rows[at]
    const z = rows[at + m]
    rows[at] = c * x + s * z
    rows[at + m] = c * z - s * x
  }
}

/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL (Bowdler, Martin, Reinsch, Wilkinson 1968; EISPACK tql2).
 * `diagonal` [n] becomes the eigenvalues, in no order; `below` [n], whose last entry is not used, is spoilt. The columns of
 * `rows` [m × n], row-major, are rotated along: from the identity they become the eigenvectors, from its last row their last
 * components. O(n² · (1 + m)). Squares of the entries must be finite numbers.
 */
export function tridiagonalEigen(diagonal: Float64Array, below: Float64Array, rows: Float64Array): void {
  const n = diagonal.length
  const cosine = new Float64Array(n)
  const sine = new Float64Array(n)
  below[n - 1] = 0
  for (let l = 0; l < n; l++) {
    for (;;) {
      let end = l
      while (end < n - 1 && Math.abs(below[end]) > Number.EPSILON * scaleAt(diagonal, end)) end++
      if (end === l) break
      let g = (diagonal[l + 1] - diagonal[l]) / (2 * below[l])
      const r = Math.sqrt(g * g + 1)
      g = diagonal[end] - diagonal[l] + below[l] / (g + (g >= 0 ? r : -r))
      let s = 1
      let c = 1
      let p = 0
      let k = end - 1
      for (; k >= l; k--) {
        const f = s * below[k]
        const b = c * below[k]
        const h = Math.sqrt(f * f + g * g)
        below[k + 1] = h
        if (h === 0) break
        s = f / h
        c = g / h
        g = diagonal[k + 1] - p
        const t = (diagonal[k] - g) * s + 2 * c * b
        p = s * t
        diagonal[k + 1] = g + p
        g = c * t - b
        cosine[k] = c
        sine[k] = s
      }
      turnColumns(rows, n, Math.max(k + 1, l), end, cosine, sine)
      if (k >= l) {
        diagonal[k + 1] -= p
        below[end] = 0
        continue
      }
      diagonal[l] -= p
      below[l] = g
      below[end] = 0
    }
  }
}

function scaleAt(diagonal: Float64Array, k: number): number {
  return Math.abs(diagonal[k]) + Math.abs(diagonal[k + 1])
}

/**
 * Columns y = k and z = k + 1 become c y - s z and s y + c z, for k from `end` - 1 down to `from`: what is in between is carried along
 * in each row. Four rows side by side, as each step of a row waits for the one before it.
 */
function turnColumns(
  rows: Float64Array,
  n: number,
  from: number,
  end: number,
  cosine: Float64Array,
  sine: Float64Array
): void {
  let row = 0
  for (; row + 4 * n <= rows.length; row += 4 * n) {
    let z0 = rows[row + end]
    let z1 = rows[row + n + end]
    let z2 = rows[row + 2 * n + end]
    let z3 = rows[row + 3 * n + end]
    for (let k = end - 1; k >= from; k--) {
      const c = cosine[k]
      const s = sine[k]
      const at = row + k
      const y0 = rows[at]
      const y1 = rows[at + n]
      const y2 = rows[at + 2 * n]
      const y3 = rows[at + 3 * n]
      rows[at + 1] = s * y0 + c * z0
      rows[at + n + 1] = s * y1 + c * z1
      rows[at + 2 * n + 1] = s * y2 + c * z2
      rows[at + 3 * n + 1] = s * y3 + c * z3
      z0 = c * y0 - s * z0
      z1 = c * y1 - s * z1
      z2 = c * y2 - s * z2
      z3 = c * y3 - s * z3
    }
    rows[row + from] = z0
    rows[row + n + from] = z1
    rows[row + 2 * n + from] = z2
    rows[row + 3 * n + from] = z3
  }
  for (; row < rows.length; row += n) {
    let z = rows[row + end]
    for (let k = end - 1; k >= from; k--) {
      const y = rows[row + k]
      rows[row + k + 1] = sine[k] * y + cosine[k] * z
      z = cosine[k] * y - sine[k] * z
    }
    rows[row + from] = z
  }
}
