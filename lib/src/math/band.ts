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
