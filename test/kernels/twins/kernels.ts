/** Plain twins of the kernels in lib/assembly, one for each, on typed arrays instead of pointers: what the fast ones are proved against. */

/** Twin of `dot`: sum of a[k] · b[k]. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
  return sum
}

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

/** What the three passes of `autoRec` work on: ratings by movie and by user, tables of rows of F with their moments behind. */
export interface AutoRecState {
  start: Int32Array
  user: Int32Array
  value: Float32Array
  target: Float32Array
  x: Float32Array
  err: Float32Array
  v: Float32Array
  w: Float32Array
  c: Float32Array
  b: Float32Array
  h: Float32Array
  y: Float32Array
  back: Float32Array
  F: number
  /** Shares dropped, and the seed of the draws. */
  dropX: number
  dropH: number
  seed: number
}

/** The draw of the kernel: a 32-bit number that belongs to place `n`. */
function drawAt(seed: number, n: number): number {
  let z = (Math.imul(n, 0x9e3779b9) + seed) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) >>> 0
}

/** Twin of `autoEncode` for all movies. */
export function autoEncode({start, user, value, x, v, b, h, y, F, dropX, dropH, seed}: AutoRecState): void {
  const kept = (share: number, key: number, n: number): number =>
    share === 0 || drawAt(key, n) >= Math.floor(share * 2 ** 32) ? 1 / (1 - share) : 0
  for (let k = 0; k < x.length; k++) x[k] = value[k] * kept(dropX, seed, k)
  for (let i = 0; i + 1 < start.length; i++) {
    for (let f = 0; f < F; f++) {
      let z = b[f]
      for (let k = start[i]; k < start[i + 1]; k++) z += x[k] * v[user[k] * F + f]
      h[i * F + f] = 1 / (1 + Math.exp(-z))
      y[i * F + f] = h[i * F + f] * kept(dropH, seed ^ 0x5bd1e995, i * F + f)
    }
  }
}

/** Twin of `autoDecode` for all movies; returns the sum of err². */
export function autoDecode({start, user, target, err, w, c, h, y, back, F, dropH}: AutoRecState): number {
  let squares = 0
  for (let i = 0; i + 1 < start.length; i++) {
    const sums = new Float64Array(F)
    for (let k = start[i]; k < start[i + 1]; k++) {
      let score = c[user[k]]
      for (let f = 0; f < F; f++) score += w[user[k] * F + f] * y[i * F + f]
      err[k] = score - target[k]
      squares += err[k] ** 2
      for (let f = 0; f < F; f++) sums[f] += err[k] * w[user[k] * F + f]
    }
    for (let f = 0; f < F; f++) {
      const code = h[i * F + f]
      back[i * F + f] = y[i * F + f] === 0 ? 0 : (sums[f] * code * (1 - code)) / (1 - dropH)
    }
  }
  return squares
}

/** Twin of `autoLearn` with all movies in one batch: gradients of v, w and c, and step number `step` of Adam. */
export function autoLearn(
  {start, user, x, err, y, back, v, w, c, F}: AutoRecState,
  o: {share: number; reg: number; rate: number; step: number}
): void {
  const gradients = [v, w, c].map(table => new Float64Array(table.length / 3))
  for (let i = 0; i + 1 < start.length; i++) {
    for (let k = start[i]; k < start[i + 1]; k++) {
      for (let f = 0; f < F; f++) {
        gradients[0][user[k] * F + f] += x[k] * back[i * F + f]
        gradients[1][user[k] * F + f] += err[k] * y[i * F + f]
      }
      gradients[2][user[k]] += err[k]
    }
  }
  for (const [t, table] of [v, w, c].entries()) {
    const size = table.length / 3
    for (let n = 0; n < size; n++) {
      const slope = o.share * gradients[t][n] + (t < 2 ? o.reg * table[n] : 0)
      table[size + n] = 0.9 * table[size + n] + 0.1 * slope
      table[2 * size + n] = 0.999 * table[2 * size + n] + 0.001 * slope * slope
      const first = table[size + n] / (1 - 0.9 ** o.step)
      const second = table[2 * size + n] / (1 - 0.999 ** o.step)
      table[n] -= (o.rate * first) / (Math.sqrt(second) + 1e-8)
    }
  }
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

/** What the twins of the neighbour kernels read: as lib/assembly/neighbourhood.ts, in typed arrays. */
export interface Neighbours {
  /** By entity: raters, ascending, and what is compared. */
  rows: {start: Int32Array; index: Int32Array; value: Float32Array}
  /** By rater: entities, ascending, what is compared and what each of them says. */
  columns: {start: Int32Array; index: Int32Array; value: Float32Array; says: Float32Array}
  measure: 'jaccard' | 'cosine' | 'distance' | 'pearson'
  overAll: boolean
  minSupport: number
  shrinkage: number
  amplification: number
  k: number
  damping: number
}

/** Twin of `similarityRow`: the same pass over co-ratings, every sum in float64. */
export function similarityRow(t: Neighbours, x: number): Float64Array {
  const entities = t.rows.start.length - 1
  const [n, xy, xx, yy, sx, sy] = Array.from({length: 6}, () => new Float64Array(entities))
  for (let r = t.rows.start[x]; r < t.rows.start[x + 1]; r++) {
    const a = t.rows.value[r]
    const rater = t.rows.index[r]
    for (let c = t.columns.start[rater]; c < t.columns.start[rater + 1]; c++) {
      const y = t.columns.index[c]
      const b = t.columns.value[c]
      n[y]++
      xy[y] += a * b
      xx[y] += a * a
      yy[y] += b * b
      sx[y] += a
      sy[y] += b
    }
  }
  const squares = (e: number): number =>
    t.rows.value.subarray(t.rows.start[e], t.rows.start[e + 1]).reduce((sum, v) => sum + v * v, 0)
  const count = (e: number): number => t.rows.start[e + 1] - t.rows.start[e]
  return Float64Array.from(n, (support, y) => {
    if (y === x) return 1
    if (support === 0 || support < t.minSupport) return 0
    const either = count(x) + count(y) - support
    const [left, right] = t.overAll ? [squares(x), squares(y)] : [xx[y], yy[y]]
    let s: number
    if (t.measure === 'jaccard') s = t.overAll ? support / either : 1
    else if (t.measure === 'distance')
      s = 1 / (1 + (left + right - 2 * xy[y]) / (t.overAll ? either : support))
    else if (t.measure === 'cosine') s = left * right > 0 ? xy[y] / Math.sqrt(left * right) : 0
    else {
      const varies = (support * xx[y] - sx[y] ** 2) * (support * yy[y] - sy[y] ** 2)
      s = varies > 0 ? (support * xy[y] - sx[y] * sy[y]) / Math.sqrt(varies) : 0
    }
    if (t.shrinkage > 0) s *= (support - 1) / (support - 1 + t.shrinkage)
    return Math.sign(s) * Math.abs(s) ** t.amplification
  })
}

/** Twin of `weighNearest`: sorts. `row` are the weights of the entities at `index`. */
export function weighNearest(
  t: Neighbours,
  row: ArrayLike<number>,
  index: Int32Array,
  says: Float32Array
): {mean: number; places: number[]} {
  const places = [...index.keys()]
    .filter(p => row[index[p]] > 0)
    .sort((a, b) => row[index[b]] - row[index[a]] || a - b)
    .slice(0, t.k)
  const weight = places.reduce((sum, p) => sum + row[index[p]], t.damping)
  const said = places.reduce((sum, p) => sum + row[index[p]] * says[p], 0)
  return {mean: places.length > 0 ? said / weight : 0, places}
}

/** Twin of `neighbourScores`: pairs one by one; a row is kept while the entity stays the same. */
export function neighbourScores(t: Neighbours, entity: Int32Array, rater: Int32Array): Float64Array {
  let row: Float64Array = new Float64Array(0)
  let x = -1
  return Float64Array.from(entity, (e, n) => {
    if (e !== x) row = similarityRow(t, e)
    x = e
    row[e] = 0
    const [from, to] = [t.columns.start[rater[n]], t.columns.start[rater[n] + 1]]
    return weighNearest(t, row, t.columns.index.subarray(from, to), t.columns.says.subarray(from, to)).mean
  })
}

/** Twin of `neighbourStore`: the `k` nearest of an entity, whoever rated what. */
export function neighbourStore(t: Neighbours, x: number): number[] {
  const row = similarityRow(t, x)
  row[x] = 0
  const everyone = Int32Array.from(row.keys())
  return weighNearest(t, row, everyone, new Float32Array(row.length)).places
}

/** Twin of `invertPanel`, `invertUpdate` and `invertPivotRows`, a pivot of one at a time: minus the inverse of a [n × n], in place. */
export function invertNegated(a: Float64Array, n: number): void {
  for (let pivot = 0; pivot < n; pivot++) {
    const d = a[pivot * n + pivot]
    const panel = Float64Array.from({length: n}, (_, i) => a[i * n + pivot])
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== pivot && j !== pivot) a[i * n + j] -= (panel[i] * panel[j]) / d
    for (let i = 0; i < n; i++) a[i * n + pivot] = a[pivot * n + i] = panel[i] / d
    a[pivot * n + pivot] = -1 / d
  }
}

/** Twin of `countTogether`: for each two columns the rows that have both, [columns × columns]. */
export function countTogether(rowStart: Int32Array, rowIndex: Int32Array, columns: number): Float64Array {
  const a = new Float64Array(columns * columns)
  for (let u = 0; u + 1 < rowStart.length; u++)
    for (let k = rowStart[u]; k < rowStart[u + 1]; k++)
      for (let m = rowStart[u]; m < rowStart[u + 1]; m++) a[rowIndex[k] * columns + rowIndex[m]]++
  return a
}
