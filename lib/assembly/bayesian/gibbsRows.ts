import {Lanes} from '../dot'
import {gamma, normal, seedStream, truncatedNormal} from './stream'

/** Ratings that are gathered before they are multiplied: with 36 columns they fill half of a first-level cache. */
const CHUNK: i32 = 96

/** Place of the bias in a row: behind whole quads of factors, padded with zeros. */
export function gibbsBias(quads: i32): i32 {
  return 4 * quads
}

/** Places behind the bias: the precision of the row's noise, and the sum of its squared errors (weighted; `gibbsRows` writes it). */
export const GIBBS_NOISE: i32 = 1
export const GIBBS_SQUARES: i32 = 2
/** The same in bytes, for the other kernels. */
export const NOISE: usize = 4 * GIBBS_NOISE
const SQUARES: usize = 4 * GIBBS_SQUARES

/** Floats of a row of factors: what stands behind the bias makes up another quad. */
export function gibbsStride(quads: i32): i32 {
  return gibbsBias(quads) + 4
}

/** Bytes of scratch that each thread needs for `gibbsRows`. */
export function gibbsRowsScratch(quads: i32): i32 {
  const stride = gibbsStride(quads)
  return 4 * stride * (CHUNK + stride)
}

/**
 * Draws whole rows of factors from their conditional posterior, users, movies or days alike. A row is
 * `gibbsStride` floats.
 *
 * For row k with ratings n, each with an opposite row a and, if `second` is given, another b:
 *   x_n = [a + b, 1]   offset_n = mean + bias_a + bias_b + a · b   y_n = value_n - offset_n
 *   precision P = diag(precision) + sum w x x'   draw ~ N(P⁻¹ (precision · prior + sum w x y), P⁻¹)
 *
 * The weight w is the precision of the rating's noise: the product of what stands in the rows on all sides. With `noiseShape` > 0
 * this row's own part is first drawn from Gamma((noiseShape + n) / 2, rate (noiseRate + squares) / 2), squares weighted by the
 * others'. With `cuts` (ordered probit) value_n is the class, and a latent rating between its two cuts is drawn in its place.
 *
 * `scratch` has `gibbsRowsScratch` bytes, the thread's own; what a call leaves there does not matter.
 *
 * Sums: x and y stand side by side, so that one upper triangle of x'x holds P, the right side (column bias + 1) and the rest; a
 * Cholesky factorisation that goes one column further solves the lower system on the way.
 */
export function gibbsRows(
  scratch: usize,
  from: i32,
  to: i32,
  own: usize,
  first: usize,
  second: usize,
  quads: i32,
  factors: i32,
  start: usize,
  firstIndex: usize,
  secondIndex: usize,
  value: usize,
  prior: usize,
  precision: usize,
  mean: f64,
  cuts: usize,
  noiseShape: f64,
  noiseRate: f64,
  seed: i32,
  chain: i32,
  step: i32
): void {
  const stride = gibbsStride(quads)
  const rowBytes = (<usize>stride) << 2
  const bias = (<usize>quads) << 4
  const x = scratch
  const p = x + rowBytes * <usize>CHUNK
  for (let k = from; k < to; k++) {
    seedStream(seed, chain, step, k)
    const row = own + rowBytes * <usize>k
    memory.fill(p, 0, rowBytes * <usize>stride)
    const begin = load<i32>(start + ((<usize>k) << 2))
    const end = load<i32>(start + ((<usize>k) << 2) + 4)
    const ownWeight = <f64>load<f32>(row + bias, NOISE)
    let squares: f64 = 0
    for (let n = begin; n < end; n += CHUNK) {
      const size = min(CHUNK, end - n)
      for (let m = 0; m < size; m++) {
        const at = (<usize>(n + m)) << 2
        const to = x + rowBytes * <usize>m
        const a = first + rowBytes * <usize>load<i32>(firstIndex + at)
        let offset: f64 = mean + <f64>load<f32>(a + bias)
        let weight = load<f32>(a + bias, NOISE)
        let b: usize = 0
        if (second !== 0) {
          b = second + rowBytes * <usize>load<i32>(secondIndex + at)
          weight *= load<f32>(b + bias, NOISE)
        }
        const root = Mathf.sqrt(weight)
        const splat = f32x4.splat(root)
        let dot = f32x4.splat(0)
        if (b === 0) {
          for (let q: usize = 0; q < bias; q += 16) {
            const one = v128.load(a + q)
            v128.store(to + q, f32x4.mul(splat, one))
            dot = f32x4.add(dot, f32x4.mul(one, v128.load(row + q)))
          }
        } else {
          let cross = f32x4.splat(0)
          for (let q: usize = 0; q < bias; q += 16) {
            const one = v128.load(a + q)
            const two = v128.load(b + q)
            const both = f32x4.add(one, two)
            v128.store(to + q, f32x4.mul(splat, both))
            cross = f32x4.add(cross, f32x4.mul(one, two))
            dot = f32x4.add(dot, f32x4.mul(both, v128.load(row + q)))
          }
          offset += <f64>load<f32>(b + bias) + <f64>Lanes.sum(cross)
        }
        const score = offset + <f64>load<f32>(row + bias) + <f64>Lanes.sum(dot)
        let target = <f64>load<f32>(value + at)
        if (cuts !== 0) {
          const cut = cuts + ((<usize>target) << 3)
          const sharpness = Math.sqrt(ownWeight * <f64>weight)
          const lo = sharpness * (load<f64>(cut) - score)
          const hi = sharpness * (load<f64>(cut, 8) - score)
          target = score + truncatedNormal(lo, hi) / sharpness
        }
        squares += <f64>weight * (target - score) * (target - score)
        store<f32>(to + bias, root)
        store<f32>(to + bias, root * <f32>(target - offset), 4)
        store<f32>(to + bias, 0, 8)
        store<f32>(to + bias, 0, 12)
      }
      addProducts(x, size, p, quads + 1)
    }
    if (noiseShape > 0) {
      const shape = 0.5 * (noiseShape + <f64>(end - begin))
      store<f32>(row + bias, <f32>(gamma(shape) / (0.5 * (noiseRate + squares))), NOISE)
    }
    const splat = v128.load32_splat(row + bias, NOISE)
    const all = rowBytes * <usize>stride
    for (let q: usize = 0; q < all; q += 16) v128.store(p + q, f32x4.mul(splat, v128.load(p + q)))
    store<f32>(row + bias, <f32>squares, SQUARES)
    addPrior(p, prior + rowBytes * <usize>k, precision, stride)
    factorise(p, stride)
    draw(p, row, stride, factors)
  }
}

/** p += x'x for [size × 4 · quads] rows x, in the upper triangle of p, in tiles of four rows by eight or four columns. */
function addProducts(x: usize, size: i32, p: usize, quads: i32): void {
  const rowBytes = (<usize>quads) << 4
  const last = x + rowBytes * <usize>size
  for (let i = 0; i < quads; i++) {
    const left = (<usize>i) << 4
    let j = i
    for (; j + 1 < quads; j += 2) {
      const right = (<usize>j) << 4
      let a0 = f32x4.splat(0),
        a1 = a0,
        a2 = a0,
        a3 = a0,
        b0 = a0,
        b1 = a0,
        b2 = a0,
        b3 = a0
      for (let at = x; at < last; at += rowBytes) {
        const a = v128.load(at + right)
        const b = v128.load(at + right, 16)
        const s0 = v128.load32_splat(at + left)
        a0 = f32x4.add(a0, f32x4.mul(s0, a))
        b0 = f32x4.add(b0, f32x4.mul(s0, b))
        const s1 = v128.load32_splat(at + left, 4)
        a1 = f32x4.add(a1, f32x4.mul(s1, a))
        b1 = f32x4.add(b1, f32x4.mul(s1, b))
        const s2 = v128.load32_splat(at + left, 8)
        a2 = f32x4.add(a2, f32x4.mul(s2, a))
        b2 = f32x4.add(b2, f32x4.mul(s2, b))
        const s3 = v128.load32_splat(at + left, 12)
        a3 = f32x4.add(a3, f32x4.mul(s3, a))
        b3 = f32x4.add(b3, f32x4.mul(s3, b))
      }
      const to = p + ((<usize>i) << 2) * rowBytes + right
      addTo(to, a0)
      addTo(to + 16, b0)
      addTo(to + rowBytes, a1)
      addTo(to + rowBytes + 16, b1)
      addTo(to + 2 * rowBytes, a2)
      addTo(to + 2 * rowBytes + 16, b2)
      addTo(to + 3 * rowBytes, a3)
      addTo(to + 3 * rowBytes + 16, b3)
    }
    if (j < quads) {
      const right = (<usize>j) << 4
      let a0 = f32x4.splat(0),
        a1 = a0,
        a2 = a0,
        a3 = a0
      for (let at = x; at < last; at += rowBytes) {
        const a = v128.load(at + right)
        a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(at + left), a))
        a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(at + left, 4), a))
        a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(at + left, 8), a))
        a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(at + left, 12), a))
      }
      const to = p + ((<usize>i) << 2) * rowBytes + right
      addTo(to, a0)
      addTo(to + rowBytes, a1)
      addTo(to + 2 * rowBytes, a2)
      addTo(to + 3 * rowBytes, a3)
    }
  }
}

function addTo(at: usize, v: v128): void {
  v128.store(at, f32x4.add(v128.load(at), v))
}

/** Diagonal += precision, right side += precision · prior. */
function addPrior(p: usize, prior: usize, precision: usize, stride: i32): void {
  const rowBytes = (<usize>stride) << 2
  const right = (<usize>(stride - 3)) << 2
  for (let f = 0; f < stride - 3; f++) {
    const at = (<usize>f) << 2
    const lambda = load<f32>(precision + at)
    const diagonal = p + rowBytes * <usize>f + at
    store<f32>(diagonal, load<f32>(diagonal) + lambda)
    const side = p + rowBytes * <usize>f + right
    store<f32>(side, load<f32>(side) + lambda * load<f32>(prior + at))
  }
}

/** p = R'R in the upper triangle, in place, for the first stride - 3 columns; the columns after them become R'⁻¹ of what they were. */
function factorise(p: usize, stride: i32): void {
  const rowBytes = (<usize>stride) << 2
  const size = stride - 3
  for (let k = 0; k < size; k++) {
    const pivot = p + rowBytes * <usize>k
    const scale = f32x4.splat(1 / Mathf.sqrt(load<f32>(pivot + ((<usize>k) << 2))))
    for (let q = ((<usize>k) << 2) & ~15; q < rowBytes; q += 16)
      v128.store(pivot + q, f32x4.mul(scale, v128.load(pivot + q)))
    for (let i = k + 1; i < size; i++) {
      const row = p + rowBytes * <usize>i
      const l = v128.load32_splat(pivot + ((<usize>i) << 2))
      for (let q = ((<usize>i) << 2) & ~15; q < rowBytes; q += 16)
        v128.store(row + q, f32x4.sub(v128.load(row + q), f32x4.mul(l, v128.load(pivot + q))))
    }
  }
}

/** Solves R · row = right side + standard normal noise, from the last column to the first. */
function draw(p: usize, row: usize, stride: i32, factors: i32): void {
  const rowBytes = (<usize>stride) << 2
  const size = stride - 3
  const right = (<usize>size) << 2
  for (let f = size - 1; f >= 0; f--) {
    const at = p + rowBytes * <usize>f
    const padding = f >= factors && f < size - 1
    let sum: f32 = padding ? 0 : load<f32>(at + right) + <f32>normal()
    for (let g = f + 1; g < size; g++)
      sum -= load<f32>(at + ((<usize>g) << 2)) * load<f32>(row + ((<usize>g) << 2))
    store<f32>(row + ((<usize>f) << 2), padding ? 0 : sum / load<f32>(at + ((<usize>f) << 2)))
  }
}
