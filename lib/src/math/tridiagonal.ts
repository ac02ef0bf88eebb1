/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL (Bowdler, Martin, Reinsch, Wilkinson 1968; EISPACK tql2).
 * `diagonal` [n] becomes the eigenvalues, in no order; `below` [n], whose last entry is not used, is spoilt. The columns of
 * `rows` [m × n], row-major, are rotated along: from the identity they become the eigenvectors, from its last row their last
 * components. O(n² · (1 + m)).
 */
export function tridiagonalEigen(diagonal: Float64Array, below: Float64Array, rows: Float64Array): void {
  const n = diagonal.length
  const m = rows.length / n
  below[n - 1] = 0
  for (let l = 0; l < n; l++) {
    for (;;) {
      let end = l
      while (end < n - 1 && Math.abs(below[end]) > Number.EPSILON * scaleAt(diagonal, end)) end++
      if (end === l) break
      let g = (diagonal[l + 1] - diagonal[l]) / (2 * below[l])
      const r = Math.hypot(g, 1)
      g = diagonal[end] - diagonal[l] + below[l] / (g + (g >= 0 ? r : -r))
      let s = 1
      let c = 1
      let p = 0
      let k = end - 1
      for (; k >= l; k--) {
        const f = s * below[k]
        const b = c * below[k]
        const h = Math.hypot(f, g)
        below[k + 1] = h
        if (h === 0) break
        s = f / h
        c = g / h
        g = diagonal[k + 1] - p
        const t = (diagonal[k] - g) * s + 2 * c * b
        p = s * t
        diagonal[k + 1] = g + p
        g = c * t - b
        for (let row = 0, at = k; row < m; row++, at += n) {
          const z = rows[at + 1]
          rows[at + 1] = s * rows[at] + c * z
          rows[at] = c * rows[at] - s * z
        }
      }
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
