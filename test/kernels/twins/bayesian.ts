/** Plain twins of the kernels of Bayesian factorisation (lib/assembly/bayesian), on typed arrays and in doubles. */
import {cholesky, density, Random, upperTail} from '#internals'

/** Rows of factors: stride = 4 · quads + 4 columns, the bias at 4 · quads, the precision of the noise after it. */
export interface GibbsGrid {
  quads: number
  /** Rows of this side, and of the others whose products with it make the score. */
  own: Float32Array
  first: Float32Array
  second?: Float32Array
  start: Int32Array
  firstIndex: Int32Array
  secondIndex?: Int32Array
  /** Stars, or classes where there are cuts. */
  value: Float32Array
  mean: number
  cuts?: Float64Array
}

/** Twin of `truncatedNormal`: a standard normal between `lo` and `hi`. */
export function truncatedNormal(random: Random, lo: number, hi: number): number {
  if (lo + hi < 0) return -truncatedNormal(random, -hi, -lo)
  if (lo < 0.4 && hi - lo > 1.5) {
    for (;;) {
      const x = random.normal()
      if (x > lo && x < hi) return x
    }
  }
  if (lo < 0.4 || (hi - lo) * lo < 1.5) {
    const peak = Math.max(lo, 0)
    for (;;) {
      const x = lo + (hi - lo) * random.uniform()
      if (random.uniform() <= Math.exp(0.5 * (peak * peak - x * x))) return x
    }
  }
  const rate = 0.5 * (lo + Math.sqrt(lo * lo + 4))
  for (;;) {
    const x = lo - Math.log(1 - random.uniform()) / rate
    if (x < hi && random.uniform() <= Math.exp(-0.5 * (x - rate) * (x - rate))) return x
  }
}

/** Twin of `gibbsRows`: draws rows `from` to `to` - 1 in place. */
export function gibbsRows(
  grid: GibbsGrid,
  o: {
    from: number
    to: number
    factors: number
    prior: Float32Array
    precision: Float32Array
    noiseShape: number
    noiseRate: number
    seed: number
    chain: number
    step: number
  }
): void {
  const {own, first, second, start, value, mean, cuts} = grid
  const bias = 4 * grid.quads
  const stride = bias + 4
  const size = bias + 1
  for (let k = o.from; k < o.to; k++) {
    const random = new Random(o.seed, o.chain, o.step, k)
    const row = own.subarray(k * stride, (k + 1) * stride)
    const products = new Float64Array(size * size)
    const right = new Float64Array(size)
    let squares = 0
    for (let n = start[k]; n < start[k + 1]; n++) {
      const a = first.subarray(grid.firstIndex[n] * stride)
      const b = second?.subarray((grid.secondIndex as Int32Array)[n] * stride)
      const x = Float64Array.from({length: size}, (_, c) => (c === bias ? 1 : a[c] + (b?.[c] ?? 0)))
      const offset = mean + a[bias] + (b === undefined ? 0 : b[bias] + dot(a, b, bias))
      const score = offset + dot(x, row, size)
      const weight = a[bias + 1] * (b?.[bias + 1] ?? 1)
      let target = value[n]
      if (cuts !== undefined) {
        const scale = 1 / Math.sqrt(row[bias + 1] * weight)
        const [lo, hi] = [cuts[value[n]], cuts[value[n] + 1]]
        target = score + scale * truncatedNormal(random, (lo - score) / scale, (hi - score) / scale)
      }
      squares += weight * (target - score) ** 2
      for (let c = 0; c < size; c++) {
        right[c] += weight * x[c] * (target - offset)
        for (let d = 0; d < size; d++) products[c * size + d] += weight * x[c] * x[d]
      }
    }
    if (o.noiseShape > 0)
      row[bias + 1] =
        random.gamma(0.5 * (o.noiseShape + start[k + 1] - start[k])) / (0.5 * (o.noiseRate + squares))
    row[bias + 2] = squares
    for (let c = 0; c < size; c++) {
      for (let d = 0; d < size; d++) products[c * size + d] *= row[bias + 1]
      products[c * size + c] += o.precision[c]
      right[c] = row[bias + 1] * right[c] + o.precision[c] * o.prior[k * stride + c]
    }
    cholesky(products, size)
    drawRow(products, right, row, size, o.factors, random)
  }
}

/** row = (L L')⁻¹ right + L'⁻¹ noise; padding columns, between the factors and the bias, stay 0. */
function drawRow(
  l: Float64Array,
  right: Float64Array,
  row: Float32Array,
  size: number,
  factors: number,
  random: Random
): void {
  for (let c = 0; c < size; c++) {
    for (let d = 0; d < c; d++) right[c] -= l[c * size + d] * right[d]
    right[c] /= l[c * size + c]
  }
  for (let c = size - 1; c >= 0; c--) {
    const padding = c >= factors && c < size - 1
    let sum = padding ? 0 : right[c] + random.normal()
    for (let d = c + 1; d < size; d++) sum -= l[d * size + c] * row[d]
    row[c] = padding ? 0 : sum / l[c * size + c]
  }
}

/** Twin of `gibbsLinks`: draws the links of a side in place, and its rows' prior means. */
export function gibbsLinks(o: {
  quads: number
  row: Float32Array
  prior: Float32Array
  link: Float32Array
  start: Int32Array
  index: Int32Array
  linkStart: Int32Array
  linkIndex: Int32Array
  share: Float32Array
  mu: Float32Array
  precision: Float32Array
  linkMean: Float32Array
  linkPrecision: Float32Array
  active: Float32Array
  seed: number
  chain: number
  step: number
}): void {
  const stride = 4 * o.quads + 4
  const rows = o.start.length - 1
  for (let c = 0; c < stride; c++) {
    const rest = new Float64Array(rows)
    for (let u = 0; u < rows; u++) {
      rest[u] = o.row[u * stride + c] - o.mu[c]
      for (let n = o.start[u]; n < o.start[u + 1]; n++)
        rest[u] -= o.share[u] * o.link[o.index[n] * stride + c]
    }
    for (let j = 0; j + 1 < o.linkStart.length; j++) {
      const old = o.link[j * stride + c]
      const raters = o.linkIndex.subarray(o.linkStart[j], o.linkStart[j + 1])
      let sum = 0
      let squares = 0
      for (const u of raters) {
        sum += o.share[u] * rest[u]
        squares += o.share[u] ** 2
      }
      const strength = o.linkPrecision[c] + o.precision[c] * squares
      const middle = (o.linkPrecision[c] * o.linkMean[c] + o.precision[c] * (sum + old * squares)) / strength
      const random = new Random(o.seed, o.chain, o.step, j * (o.quads + 1) + (c >> 2))
      let noise = random.normal()
      for (let lane = 0; lane < (c & 3); lane++) noise = random.normal()
      const drawn = o.active[c] * (middle + noise / Math.sqrt(strength))
      o.link[j * stride + c] = drawn
      for (const u of raters) rest[u] -= o.share[u] * (drawn - old)
    }
    for (let u = 0; u < rows; u++) o.prior[u * stride + c] = o.active[c] * (o.row[u * stride + c] - rest[u])
  }
}

/** Score of rating `n` of row `k` of the grid, without noise. */
function scoreOf(
  {quads, own, first, second, firstIndex, secondIndex, mean}: GibbsGrid,
  k: number,
  n: number
): number {
  const bias = 4 * quads
  const stride = bias + 4
  const a = own.subarray(k * stride)
  const b = first.subarray(firstIndex[n] * stride)
  let score = mean + a[bias] + b[bias] + dot(a, b, bias)
  if (second !== undefined) {
    const c = second.subarray((secondIndex as Int32Array)[n] * stride)
    score += c[bias] + dot(c, a, bias) + dot(c, b, bias)
  }
  return score
}

/** Twin of `gibbsScores`: the expected rating of each rating of the grid, in its order. */
export function gibbsScores(grid: GibbsGrid, stars: Float64Array): Float64Array {
  const {quads, own, first, start, firstIndex, cuts} = grid
  const bias = 4 * quads
  const stride = bias + 4
  const expected = new Float64Array(firstIndex.length)
  for (let k = 0; k + 1 < start.length; k++) {
    for (let n = start[k]; n < start[k + 1]; n++) {
      const score = scoreOf(grid, k, n)
      const root = Math.sqrt(own[k * stride + bias + 1] * first[firstIndex[n] * stride + bias + 1])
      expected[n] = cuts === undefined ? score : stars[0]
      if (cuts === undefined) continue
      for (let c = 1; c < stars.length; c++)
        expected[n] += (stars[c] - stars[c - 1]) * upperTail(root * (cuts[c] - score))
    }
  }
  return expected
}

/** Twin of `gibbsCuts`: [log-likelihood, gradient, diagonal, off-diagonal of the second derivatives] in the inner cuts. */
export function gibbsCuts(grid: GibbsGrid): Float64Array {
  const {quads, own, first, start, firstIndex, value} = grid
  const cuts = grid.cuts as Float64Array
  const inner = cuts.length - 2
  const bias = 4 * quads
  const stride = bias + 4
  const out = new Float64Array(3 * inner)
  for (let k = 0; k + 1 < start.length; k++) {
    for (let n = start[k]; n < start[k + 1]; n++) {
      const score = scoreOf(grid, k, n)
      const root = Math.sqrt(own[k * stride + bias + 1] * first[firstIndex[n] * stride + bias + 1])
      const star = value[n]
      const lo = root * (cuts[star] - score)
      const hi = root * (cuts[star + 1] - score)
      const chance = lo + hi > 0 ? upperTail(lo) - upperTail(hi) : upperTail(-hi) - upperTail(-lo)
      out[0] += Math.log(Math.max(1e-300, chance))
      const dLo = star > 0 ? (root * density(lo)) / chance : 0
      const dHi = star < inner ? (root * density(hi)) / chance : 0
      if (star > 0) {
        out[star] -= dLo
        out[inner + star] += root * lo * dLo - dLo * dLo
      }
      if (star < inner) {
        out[1 + star] += dHi
        out[1 + inner + star] += -root * hi * dHi - dHi * dHi
      }
      if (star > 0 && star < inner) out[2 * inner + star] += dLo * dHi
    }
  }
  return out
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, n: number): number {
  let sum = 0
  for (let c = 0; c < n; c++) sum += a[c] * b[c]
  return sum
}
