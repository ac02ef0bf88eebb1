/** Rows of matrices that lie one after the other in a typed array. */
type Numbers = Float32Array | Float64Array

/** Dot product of `n` numbers of `a` from place `p` on with those of `b` from place `q` on. */
export function dot(a: Numbers, p: number, b: Numbers, q: number, n: number): number {
  let sum = 0
  for (let k = 0; k < n; k++) sum += a[p + k] * b[q + k]
  return sum
}

/** The same as two sums, so that an addition need not wait for the one before it. Begins with `start`. */
export function dotFrom(start: number, a: Numbers, p: number, b: Numbers, q: number, n: number): number {
  let even = start
  let odd = 0
  let k = 0
  for (; k + 4 <= n; k += 4) {
    even += a[p + k] * b[q + k] + a[p + k + 1] * b[q + k + 1]
    odd += a[p + k + 2] * b[q + k + 2] + a[p + k + 3] * b[q + k + 3]
  }
  for (; k < n; k++) even += a[p + k] * b[q + k]
  return even + odd
}

/**
 * Dot product of `x` with every row of a matrix, [rows × x.length] row-major, each as `dot` has it: four rows at a time, so that an addition
 * need not wait for the one before it. [rows]
 */
export function dotsWithRows(x: Float64Array, matrix: Numbers): Float64Array {
  const width = x.length
  const dots = new Float64Array(width === 0 ? 0 : matrix.length / width)
  let row = 0
  for (; row + 4 <= dots.length; row += 4) {
    const [a, b, c, d] = [row * width, (row + 1) * width, (row + 2) * width, (row + 3) * width]
    let [p, q, r, s] = [0, 0, 0, 0]
    for (let f = 0; f < width; f++) {
      p += x[f] * matrix[a + f]
      q += x[f] * matrix[b + f]
      r += x[f] * matrix[c + f]
      s += x[f] * matrix[d + f]
    }
    dots.set([p, q, r, s], row)
  }
  for (; row < dots.length; row++) dots[row] = dot(x, 0, matrix, row * width, width)
  return dots
}

/**
 * Adds x[n] times row rows[n] of a matrix, [rows × width] row-major, to `sum`, for each n in its order: four at a time, so that a sum is
 * read and written once for all of them.
 */
export function addRows(sum: Float64Array, matrix: Numbers, rows: ArrayLike<number>, x: Numbers): void {
  const width = sum.length
  let n = 0
  for (; n + 4 <= rows.length; n += 4) {
    const [a, b, c, d] = [rows[n] * width, rows[n + 1] * width, rows[n + 2] * width, rows[n + 3] * width]
    const [p, q, r, s] = [x[n], x[n + 1], x[n + 2], x[n + 3]]
    for (let k = 0; k < width; k++)
      sum[k] = sum[k] + p * matrix[a + k] + q * matrix[b + k] + r * matrix[c + k] + s * matrix[d + k]
  }
  for (; n < rows.length; n++)
    for (let k = 0, from = rows[n] * width; k < width; k++) sum[k] += x[n] * matrix[from + k]
}

/**
 * Cosine of row `i` with every row of a matrix, over the first `n` columns: 0 for a row of zeros. `rows` is [count × stride],
 * row-major.
 */
export function cosines(rows: Numbers, stride: number, i: number, n: number = stride): Float64Array {
  const all = new Float64Array(rows.length / stride)
  const own = dot(rows, i * stride, rows, i * stride, n)
  for (let j = 0; j < all.length; j++) {
    const lengths = Math.sqrt(own * dot(rows, j * stride, rows, j * stride, n))
    all[j] = lengths > 0 ? dot(rows, i * stride, rows, j * stride, n) / lengths : 0
  }
  return all
}

/** How alike rows are, each with each: the cosine of row `place` with every row. Lengths are taken once. `rows` is [count × width], row-major. */
export function cosinesAmong(rows: Numbers, width: number): (place: number) => Float64Array {
  const count = rows.length / width
  const lengths = Float64Array.from({length: count}, (_, n) =>
    Math.sqrt(dot(rows, n * width, rows, n * width, width))
  )
  return place =>
    Float64Array.from({length: count}, (_, n) => {
      const both = lengths[place] * lengths[n]
      return both > 0 ? dotFrom(0, rows, place * width, rows, n * width, width) / both : 0
    })
}

/** The first `n` of each row's `stride` numbers: [rows × stride] without its padding. A copy. */
export function withoutPadding<A extends Numbers>(rows: A, stride: number, n: number): A {
  if (stride === n) return rows.slice() as A
  const out = new (rows.constructor as new (length: number) => A)((rows.length / stride) * n)
  for (let from = 0, to = 0; from < rows.length; from += stride, to += n)
    out.set(rows.subarray(from, from + n), to)
  return out
}

/**
 * Adds C' W C to the lower triangle of `sum` [size × size], C being the first `size` columns of [rows × stride] and W the diagonal of
 * `weights` [rows]: four rows at a time, so that a sum is read and written once for all of them.
 */
export function addSquares(
  sum: Float64Array,
  c: Float64Array,
  weights: Float64Array,
  size: number,
  stride: number = size
): void {
  const rows = weights.length
  let n = 0
  for (; n + 4 <= rows; n += 4) {
    const [p, q, r, s] = [n * stride, (n + 1) * stride, (n + 2) * stride, (n + 3) * stride]
    const [k, l, m, o] = [weights[n], weights[n + 1], weights[n + 2], weights[n + 3]]
    for (let f = 0; f < size; f++) {
      const [a, b, d, e] = [k * c[p + f], l * c[q + f], m * c[r + f], o * c[s + f]]
      for (let g = 0, at = f * size; g <= f; g++)
        sum[at + g] += a * c[p + g] + b * c[q + g] + d * c[r + g] + e * c[s + g]
    }
  }
  for (; n < rows; n++)
    for (let f = 0, p = n * stride; f < size; f++) {
      const a = weights[n] * c[p + f]
      for (let g = 0, at = f * size; g <= f; g++) sum[at + g] += a * c[p + g]
    }
}

/** P'P of rows of F numbers, [rows × F]. [F × F] */
export function gramOf(rows: Float32Array | Float64Array, F: number): Float64Array {
  const gram = new Float64Array(F * F)
  for (let at = 0; at < rows.length; at += F)
    for (let f = 0; f < F; f++)
      for (let g = 0, own = rows[at + f]; g < F; g++) gram[f * F + g] += own * rows[at + g]
  return gram
}
