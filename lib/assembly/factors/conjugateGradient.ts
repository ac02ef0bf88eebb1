import {dot, Lanes} from '../dot'

/** Floats of a row of so many columns: two vectors of four at a time. */
export function conjugateGradientStride(columns: i32): i32 {
  return (columns + 7) & ~7
}

/** Bytes of `work` that one call of `conjugateGradient` needs: r, p, q and z. */
export function conjugateGradientScratch(stride: i32): i32 {
  return 4 * 4 * stride
}

/**
 * One half round of alternating least squares over the rows `from` to `to` - 1, by a few steps of conjugate gradients from where
 * each row stands (Takács, Pilászy, Tikk 2011). Row x[u] moves towards the least of
 *
 *   sum over its ratings of w (t / w - x·y)² + (penalty + perRating · n) |x|² + x'G x        w = w0 + w1 r,  t = t0 + t1 r
 *
 * where y is the other side's row, n the number of its ratings, penalty that of the row in `penalties` [rows] f32 (0 for none), and G the `gram` matrix [stride × stride], left out where
 * `gram` is 0; rows have `conjugateGradientStride` floats. Entry `fixed` of x stays as it is (none for -1). A row without ratings is not touched.
 * Where `inverse` is not 0 it is the inverse of G + a penalty, [stride × stride], by which the residuals are multiplied
 * (preconditioned conjugate gradients, Golub and Van Loan 2013, algorithm 11.5.1). The steps end early where one moves x by less
 * than 1e-6 of its length. `work` has `conjugateGradientScratch` bytes. Returns the sum of (t - w x·y)² before the first step.
 */
export function conjugateGradient(
  from: i32,
  to: i32,
  start: usize,
  index: usize,
  value: usize,
  x: usize,
  y: usize,
  stride: i32,
  gram: usize,
  inverse: usize,
  w0: f32,
  w1: f32,
  t0: f32,
  t1: f32,
  penalties: usize,
  perRating: f32,
  fixed: i32,
  steps: i32,
  work: usize
): f64 {
  const width = (<usize>stride) << 2
  const r = work
  const p = work + width
  const q = p + width
  // Without an inverse z is r.
  const z = inverse !== 0 ? q + width : r
  let squares: f64 = 0
  for (let u = from; u < to; u++) {
    const begin = load<i32>(start + ((<usize>u) << 2))
    const end = load<i32>(start + ((<usize>u) << 2), 4)
    if (begin === end) continue
    const row = x + <usize>u * width
    const penalty = penalties !== 0 ? load<f32>(penalties + ((<usize>u) << 2)) : <f32>0
    const ridge = penalty + perRating * <f32>(end - begin)
    squares += negativeProduct(begin, end, index, value, row, y, stride, gram, w0, w1, t0, t1, ridge, r)
    if (fixed >= 0) store<f32>(r + ((<usize>fixed) << 2), 0)
    if (inverse !== 0) product(inverse, r, width, z)
    memory.copy(p, z, width)
    let norm = dot(r, z, stride)
    for (let step = 1; norm > 0; step++) {
      const last = step === steps
      // Nothing comes after the last step: of the ratings it needs their part of the curvature alone.
      negativeProduct(begin, last ? begin : end, index, value, p, y, stride, gram, w0, w1, 0, 0, ridge, q)
      if (fixed >= 0) store<f32>(q + ((<usize>fixed) << 2), 0)
      let curvature = -dot(p, q, stride)
      if (last) curvature += <f32>overRatings(begin, end, index, value, p, y, stride, w0, w1, 0, 0, 0)
      if (!(curvature > 0)) break
      const length = norm / curvature
      addScaled(row, p, length, stride)
      if (last || length * length * dot(p, p, stride) < <f32>1e-12 * dot(row, row, stride)) break
      addScaled(r, q, length, stride)
      if (inverse !== 0) product(inverse, r, width, z)
      const now = dot(r, z, stride)
      scaleAndAdd(p, now / norm, z, stride)
      norm = now
    }
  }
  return squares
}

/** out = A v for a symmetric matrix A of rows of `width` bytes, a multiple of 32. */
function product(a: usize, v: usize, width: usize, out: usize): void {
  memory.fill(out, 0, width)
  addRows(a, v, f32x4.splat(1), width, out)
}

/** out += scale · A v */
function addRows(a: usize, v: usize, scale: v128, width: usize, out: usize): void {
  for (let f: usize = 0; f < width; f += 16) {
    const row = a + f * (width >> 2)
    Rows.addFour(
      out,
      row,
      row + width,
      row + 2 * width,
      row + 3 * width,
      f32x4.mul(scale, v128.load(v + f)),
      width
    )
  }
}

/**
 * One pass over a row's ratings, four at a time. Where `out` is not 0: out += sum of (t - w v·y) y, and it returns the sum of
 * (t - w v·y)². Where it is 0: the sum of w (v·y)².
 */
function overRatings(
  begin: i32,
  end: i32,
  index: usize,
  value: usize,
  v: usize,
  y: usize,
  stride: i32,
  w0: f32,
  w1: f32,
  t0: f32,
  t1: f32,
  out: usize
): f64 {
  const width = (<usize>stride) << 2
  const ws = f32x4.splat(w1)
  const ts = f32x4.splat(t1)
  let squares = f64x2.splat(0)
  let sum = f32x4.splat(0)
  let k = begin
  for (; k + 4 <= end; k += 4) {
    const at = (<usize>k) << 2
    const a = y + <usize>load<i32>(index + at) * width
    const b = y + <usize>load<i32>(index + at, 4) * width
    const c = y + <usize>load<i32>(index + at, 8) * width
    const d = y + <usize>load<i32>(index + at, 12) * width
    const r = v128.load(value + at)
    const w = f32x4.add(f32x4.splat(w0), f32x4.mul(ws, r))
    const dots = fourDots(v, a, b, c, d, width)
    if (out === 0) {
      sum = f32x4.add(sum, f32x4.mul(w, f32x4.mul(dots, dots)))
      continue
    }
    const t = f32x4.add(f32x4.splat(t0), f32x4.mul(ts, r))
    const e = f32x4.sub(t, f32x4.mul(w, dots))
    const low = f64x2.promote_low_f32x4(e)
    const high = f64x2.promote_low_f32x4(i32x4.shuffle(e, e, 2, 3, 2, 3))
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)))
    Rows.addFour(out, a, b, c, d, e, width)
  }
  let rest: f32 = 0
  let all = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1)
  for (; k < end; k++) {
    const at = (<usize>k) << 2
    const a = y + <usize>load<i32>(index + at) * width
    const r = load<f32>(value + at)
    const w = w0 + w1 * r
    const product = dot(v, a, stride)
    if (out === 0) {
      rest += w * product * product
      continue
    }
    const e = t0 + t1 * r - w * product
    all += <f64>e * <f64>e
    addScaled(out, a, e, stride)
  }
  if (out !== 0) return all
  return Lanes.sum(sum) + rest
}

/** out = sum of (t - w v·y) y - ridge v - G v. Returns the sum of (t - w v·y)². */
function negativeProduct(
  begin: i32,
  end: i32,
  index: usize,
  value: usize,
  v: usize,
  y: usize,
  stride: i32,
  gram: usize,
  w0: f32,
  w1: f32,
  t0: f32,
  t1: f32,
  ridge: f32,
  out: usize
): f64 {
  const width = (<usize>stride) << 2
  const minus = f32x4.splat(-ridge)
  for (let f: usize = 0; f < width; f += 16) v128.store(out + f, f32x4.mul(minus, v128.load(v + f)))
  if (gram !== 0) addRows(gram, v, f32x4.splat(-1), width, out)
  return overRatings(begin, end, index, value, v, y, stride, w0, w1, t0, t1, out)
}

/** (v·a, v·b, v·c, v·d) of rows of `width` bytes, a multiple of 32. */
function fourDots(v: usize, a: usize, b: usize, c: usize, d: usize, width: usize): v128 {
  let sa = f32x4.splat(0)
  let sb = f32x4.splat(0)
  let sc = f32x4.splat(0)
  let sd = f32x4.splat(0)
  for (let f: usize = 0; f < width; f += 32) {
    const x = v128.load(v + f)
    const z = v128.load(v + f, 16)
    sa = f32x4.add(sa, f32x4.add(f32x4.mul(x, v128.load(a + f)), f32x4.mul(z, v128.load(a + f, 16))))
    sb = f32x4.add(sb, f32x4.add(f32x4.mul(x, v128.load(b + f)), f32x4.mul(z, v128.load(b + f, 16))))
    sc = f32x4.add(sc, f32x4.add(f32x4.mul(x, v128.load(c + f)), f32x4.mul(z, v128.load(c + f, 16))))
    sd = f32x4.add(sd, f32x4.add(f32x4.mul(x, v128.load(d + f)), f32x4.mul(z, v128.load(d + f, 16))))
  }
  // Lanes of the four sums side by side, so that three additions serve all.
  const ab = f32x4.add(i32x4.shuffle(sa, sb, 0, 4, 1, 5), i32x4.shuffle(sa, sb, 2, 6, 3, 7))
  const cd = f32x4.add(i32x4.shuffle(sc, sd, 0, 4, 1, 5), i32x4.shuffle(sc, sd, 2, 6, 3, 7))
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7))
}

/** Decorators stand on methods alone. Where it is not inlined at both places, a half round takes a twelfth longer. */
class Rows {
  /** out += e0 a + e1 b + e2 c + e3 d, of rows of `width` bytes, a multiple of 32. */
  @inline static addFour(out: usize, a: usize, b: usize, c: usize, d: usize, e: v128, width: usize): void {
    const ea = i32x4.shuffle(e, e, 0, 0, 0, 0)
    const eb = i32x4.shuffle(e, e, 1, 1, 1, 1)
    const ec = i32x4.shuffle(e, e, 2, 2, 2, 2)
    const ed = i32x4.shuffle(e, e, 3, 3, 3, 3)
    for (let f: usize = 0; f < width; f += 32) {
      const ab = f32x4.add(f32x4.mul(ea, v128.load(a + f)), f32x4.mul(eb, v128.load(b + f)))
      const cd = f32x4.add(f32x4.mul(ec, v128.load(c + f)), f32x4.mul(ed, v128.load(d + f)))
      v128.store(out + f, f32x4.add(v128.load(out + f), f32x4.add(ab, cd)))
      const abz = f32x4.add(f32x4.mul(ea, v128.load(a + f, 16)), f32x4.mul(eb, v128.load(b + f, 16)))
      const cdz = f32x4.add(f32x4.mul(ec, v128.load(c + f, 16)), f32x4.mul(ed, v128.load(d + f, 16)))
      v128.store(out + f, f32x4.add(v128.load(out + f, 16), f32x4.add(abz, cdz)), 16)
    }
  }
}

/** a += scale · b */
function addScaled(a: usize, b: usize, scale: f32, stride: i32): void {
  const scales = f32x4.splat(scale)
  for (let f: usize = 0; f < (<usize>stride) << 2; f += 16) {
    v128.store(a + f, f32x4.add(v128.load(a + f), f32x4.mul(scales, v128.load(b + f))))
  }
}

/** a = scale · a + b */
function scaleAndAdd(a: usize, scale: f32, b: usize, stride: i32): void {
  const scales = f32x4.splat(scale)
  for (let f: usize = 0; f < (<usize>stride) << 2; f += 16) {
    v128.store(a + f, f32x4.add(f32x4.mul(scales, v128.load(a + f)), v128.load(b + f)))
  }
}
