/** Plain twins of the kernels of factors (lib/assembly/factors), on typed arrays instead of pointers: what the fast ones are proved against. */

/** What `sgd` and `svdpp` work on: ratings by user, factors by row of F, biases. `y` only for svdpp. */
export interface SgdState {
  start: Int32Array
  index: Int32Array
  value: Float32Array
  p: Float32Array
  q: Float32Array
  y: Float32Array
  bu: Float32Array
  bi: Float32Array
  F: number
  mu: number
}

/** Twin of `sgd` over whole rows: the updates of Koren, Bell, Volinsky 2009, rating after rating. Returns the sum of err². */
export function sgd(state: SgdState, rate: number, reg: number): number {
  const {start, index, value, p, q, bu, bi, F, mu} = state
  let squares = 0
  for (let u = 0; u + 1 < start.length; u++) {
    for (let k = start[u]; k < start[u + 1]; k++) {
      const i = index[k]
      let product = 0
      for (let f = 0; f < F; f++) product += p[u * F + f] * q[i * F + f]
      const err = value[k] - mu - bu[u] - bi[i] - product
      squares += err * err
      bu[u] += rate * (err - reg * bu[u])
      bi[i] += rate * (err - reg * bi[i])
      for (let f = 0; f < F; f++) {
        const pu = p[u * F + f]
        const qi = q[i * F + f]
        p[u * F + f] += rate * (err * qi - reg * pu)
        q[i * F + f] += rate * (err * pu - reg * qi)
      }
    }
  }
  return squares
}

/** Twin of `svdpp`: Koren 2008, equation 15, with every yj of the user updated after every rating. Returns the sum of err². */
export function svdpp(state: SgdState, rate: number, reg: number): number {
  const {start, index, value, p, q, y, bu, bi, F, mu} = state
  let squares = 0
  for (let u = 0; u + 1 < start.length; u++) {
    const share = 1 / Math.sqrt(start[u + 1] - start[u])
    for (let k = start[u]; k < start[u + 1]; k++) {
      const i = index[k]
      const w = new Float64Array(F)
      for (let f = 0; f < F; f++) {
        for (let n = start[u]; n < start[u + 1]; n++) w[f] += share * y[index[n] * F + f]
        w[f] += p[u * F + f]
      }
      let product = 0
      for (let f = 0; f < F; f++) product += w[f] * q[i * F + f]
      const err = value[k] - mu - bu[u] - bi[i] - product
      squares += err * err
      bu[u] += rate * (err - reg * bu[u])
      bi[i] += rate * (err - reg * bi[i])
      for (let f = 0; f < F; f++) {
        const qi = q[i * F + f]
        p[u * F + f] += rate * (err * qi - reg * p[u * F + f])
        q[i * F + f] += rate * (err * w[f] - reg * qi)
        for (let n = start[u]; n < start[u + 1]; n++) {
          const at = index[n] * F + f
          y[at] += rate * (err * share * qi - reg * y[at])
        }
      }
    }
  }
  return squares
}

/** Twin of `svdppFactors`: pu + |N(u)|^-1/2 · sum of yj. [users × F] */
export function svdppFactors({start, index, p, y, F}: SgdState): Float32Array {
  const w = Float32Array.from(p)
  for (let u = 0; u + 1 < start.length; u++) {
    const share = 1 / Math.sqrt(Math.max(1, start[u + 1] - start[u]))
    for (let f = 0; f < F; f++) {
      let sum = 0
      for (let k = start[u]; k < start[u + 1]; k++) sum += y[index[k] * F + f]
      w[u * F + f] += share * sum
    }
  }
  return w
}

/** Twin of `squaredErrors`: sum of (r - clipped prediction)² over pairs. */
export function squaredErrors(
  state: SgdState,
  pairs: {u: Int32Array; i: Int32Array; r: Float32Array},
  low: number,
  high: number
): number {
  const {p, q, bu, bi, F, mu} = state
  let squares = 0
  for (let n = 0; n < pairs.r.length; n++) {
    const u = pairs.u[n]
    const i = pairs.i[n]
    let score = mu + bu[u] + bi[i]
    for (let f = 0; f < F; f++) score += p[u * F + f] * q[i * F + f]
    squares += (pairs.r[n] - Math.min(high, Math.max(low, score))) ** 2
  }
  return squares
}

/** Ratings by user and what is taken off every column of each row: the matrix A = R - offset 1'. */
export interface CentredRows {
  start: Int32Array
  index: Int32Array
  value: Float32Array
  offset: Float64Array
}

/** A, [users × columns] row-major. */
function dense({start, index, value, offset}: CentredRows, columns: number): Float64Array {
  const a = new Float64Array(offset.length * columns)
  for (let u = 0; u < offset.length; u++) {
    a.fill(-offset[u], u * columns, (u + 1) * columns)
    for (let k = start[u]; k < start[u + 1]; k++) a[u * columns + index[k]] += value[k]
  }
  return a
}

/** Twin of `gramProduct` and `gramVectors`, for one vector: A'(A x). */
export function gramProduct(rows: CentredRows, x: Float64Array): Float64Array {
  const a = dense(rows, x.length)
  const y = new Float64Array(x.length)
  for (let u = 0; u < rows.offset.length; u++) {
    let t = 0
    for (let c = 0; c < x.length; c++) t += a[u * x.length + c] * x[c]
    for (let c = 0; c < x.length; c++) y[c] += a[u * x.length + c] * t
  }
  return y
}

/** Twin of `projectRows`: A V, V being [columns × k]. */
export function projectRows(rows: CentredRows, v: Float64Array, k: number): Float64Array {
  const columns = v.length / k
  const a = dense(rows, columns)
  const out = new Float64Array(rows.offset.length * k)
  for (let u = 0; u < rows.offset.length; u++)
    for (let c = 0; c < columns; c++)
      for (let f = 0; f < k; f++) out[u * k + f] += a[u * columns + c] * v[c * k + f]
  return out
}

/** Twin of `basisProducts` and `subtractBasis`, one row after the other: w -= V V'w, for rows V that are orthonormal. */
export function orthogonalize(w: Float64Array, v: Float64Array, count: number): void {
  const n = w.length
  for (let row = 0; row < count; row++) {
    let product = 0
    for (let c = 0; c < n; c++) product += w[c] * v[row * n + c]
    for (let c = 0; c < n; c++) w[c] -= product * v[row * n + c]
  }
}

/** Twin of `rotateBasis`: basis' · weights, [n × k]. */
export function rotateBasis(basis: Float64Array, n: number, weights: Float64Array, k: number): Float64Array {
  const out = new Float64Array(n * k)
  for (let j = 0; j < weights.length / k; j++)
    for (let c = 0; c < n; c++)
      for (let f = 0; f < k; f++) out[c * k + f] += basis[j * n + c] * weights[j * k + f]
  return out
}

/** Half a round of least squares: rows x [rows × F] against the other side y. */
export interface LeastSquares {
  start: Int32Array
  index: Int32Array
  value: Float32Array
  x: Float32Array
  y: Float32Array
  F: number
  /** [F × F]; empty for none. */
  gram: Float32Array
  /** w0, w1, t0, t1: weight w0 + w1 r and target t0 + t1 r of a rating r. */
  weights: readonly [number, number, number, number]
  penalty: number
  perRating: number
  fixed: number
}

/**
 * Twin of `conjugateGradient` with steps to spare: solves each row's equations by elimination, entry `fixed` staying as it is.
 * Returns the sum of (t - w x·y)² before.
 */
export function leastSquares(o: LeastSquares): number {
  const {start, index, value, x, y, F, gram, weights, penalty, perRating, fixed} = o
  const [w0, w1, t0, t1] = weights
  let squares = 0
  for (let u = 0; u + 1 < start.length; u++) {
    const n = start[u + 1] - start[u]
    if (n === 0) continue
    const a = Array.from({length: F}, (_, f) => Float64Array.from(gram.subarray(f * F, (f + 1) * F)))
    if (gram.length === 0) for (let f = 0; f < F; f++) a[f] = new Float64Array(F)
    const b = new Float64Array(F)
    for (let f = 0; f < F; f++) a[f][f] += penalty + perRating * n
    for (let k = start[u]; k < start[u + 1]; k++) {
      const row = y.subarray(index[k] * F, (index[k] + 1) * F)
      const w = w0 + w1 * value[k]
      const t = t0 + t1 * value[k]
      let product = 0
      for (let f = 0; f < F; f++) product += x[u * F + f] * row[f]
      squares += (t - w * product) ** 2
      for (let f = 0; f < F; f++) {
        b[f] += t * row[f]
        for (let g = 0; g < F; g++) a[f][g] += w * row[f] * row[g]
      }
    }
    if (fixed >= 0) {
      for (let f = 0; f < F; f++) {
        b[f] -= a[f][fixed] * x[u * F + fixed]
        a[f][fixed] = 0
      }
      a[fixed].fill(0)
      a[fixed][fixed] = 1
      b[fixed] = x[u * F + fixed]
    }
    for (let f = 0; f < F; f++) {
      for (let g = f + 1; g < F; g++) {
        const scale = a[g][f] / a[f][f]
        for (let h = f; h < F; h++) a[g][h] -= scale * a[f][h]
        b[g] -= scale * b[f]
      }
    }
    for (let f = F - 1; f >= 0; f--) {
      for (let g = f + 1; g < F; g++) b[f] -= a[f][g] * b[g]
      b[f] /= a[f][f]
      x[u * F + f] = b[f]
    }
  }
  return squares
}

/** Twin of `gramOfRows`: y'y of all rows, [F × F]. */
export function gramOfRows(y: Float32Array, F: number): Float32Array {
  const out = new Float32Array(F * F)
  for (let f = 0; f < F; f++)
    for (let g = 0; g < F; g++)
      for (let row = 0; row < y.length; row += F) out[f * F + g] += y[row + f] * y[row + g]
  return out
}
