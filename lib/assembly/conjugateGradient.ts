import { dot } from './dot'

/**
 * One half round of alternating least squares over the rows `from` to `to` - 1, by a few steps of conjugate gradients from where
 * each row stands (Takács, Pilászy, Tikk 2011). Row x[u] moves towards the least of
 *
 *   sum over its ratings of w (t / w - x·y)² + (penalty + perRating · n) |x|² + x'G x        w = w0 + w1 r,  t = t0 + t1 r
 *
 * where y is the other side's row, n the number of its ratings, and G the `gram` matrix [stride × stride], left out where
 * `gram` is 0. Entry `fixed` of x stays as it is (none for -1). A row without ratings is not touched. `work` holds 3 rows.
 * Returns the sum of (t - w x·y)² before the first step.
 */
export function conjugateGradient(
  from: i32, to: i32, start: usize, index: usize, value: usize, x: usize, y: usize, stride: i32, gram: usize,
  w0: f32, w1: f32, t0: f32, t1: f32, penalty: f32, perRating: f32, fixed: i32, steps: i32, work: usize
): f64 {
  const width = <usize>stride << 2
  const r = work
  const p = work + width
  const q = p + width
  let squares: f64 = 0
  for (let u = from; u < to; u++) {
    const begin = load<i32>(start + (<usize>u << 2))
    const end = load<i32>(start + (<usize>u << 2), 4)
    if (begin === end) continue
    const row = x + <usize>u * width
    const ridge = penalty + perRating * <f32>(end - begin)
    squares += negativeProduct(begin, end, index, value, row, y, stride, gram, w0, w1, t0, t1, ridge, r)
    if (fixed >= 0) store<f32>(r + (<usize>fixed << 2), 0)
    memory.copy(p, r, width)
    let norm = dot(r, r, stride)
    const enough = norm * <f32>1e-11
    for (let step = 0; step < steps && norm > enough; step++) {
      negativeProduct(begin, end, index, value, p, y, stride, gram, w0, w1, 0, 0, ridge, q)
      if (fixed >= 0) store<f32>(q + (<usize>fixed << 2), 0)
      const curvature = -dot(p, q, stride)
      if (!(curvature > 0)) break
      const length = norm / curvature
      addScaled(row, p, length, stride)
      addScaled(r, q, length, stride)
      const now = dot(r, r, stride)
      scaleAndAdd(p, now / norm, r, stride)
      norm = now
    }
  }
  return squares
}

/** out = sum of (t - w v·y) y - ridge v - G v, two ratings at a time. Returns the sum of (t - w v·y)². */
function negativeProduct(
  begin: i32, end: i32, index: usize, value: usize, v: usize, y: usize, stride: i32, gram: usize,
  w0: f32, w1: f32, t0: f32, t1: f32, ridge: f32, out: usize
): f64 {
  const width = <usize>stride << 2
  const minus = f32x4.splat(-ridge)
  for (let f: usize = 0; f < width; f += 16) v128.store(out + f, f32x4.mul(minus, v128.load(v + f)))
  if (gram !== 0) {
    for (let f = 0; f < stride; f++) {
      addScaled(out, gram + <usize>f * width, -load<f32>(v + (<usize>f << 2)), stride)
    }
  }
  let squares: f64 = 0
  let k = begin
  for (; k + 2 <= end; k += 2) {
    const at = <usize>k << 2
    const ya = y + <usize>load<i32>(index + at) * width
    const yb = y + <usize>load<i32>(index + at, 4) * width
    const ra = load<f32>(value + at)
    const rb = load<f32>(value + at, 4)
    let sa = f32x4.splat(0)
    let sb = f32x4.splat(0)
    for (let f: usize = 0; f < width; f += 16) {
      const c = v128.load(v + f)
      sa = f32x4.add(sa, f32x4.mul(c, v128.load(ya + f)))
      sb = f32x4.add(sb, f32x4.mul(c, v128.load(yb + f)))
    }
    const ea = t0 + t1 * ra - (w0 + w1 * ra) * lanes(sa)
    const eb = t0 + t1 * rb - (w0 + w1 * rb) * lanes(sb)
    squares += <f64>ea * <f64>ea + <f64>eb * <f64>eb
    const a = f32x4.splat(ea)
    const b = f32x4.splat(eb)
    for (let f: usize = 0; f < width; f += 16) {
      const both = f32x4.add(f32x4.mul(a, v128.load(ya + f)), f32x4.mul(b, v128.load(yb + f)))
      v128.store(out + f, f32x4.add(v128.load(out + f), both))
    }
  }
  if (k < end) {
    const at = <usize>k << 2
    const ya = y + <usize>load<i32>(index + at) * width
    const ra = load<f32>(value + at)
    const ea = t0 + t1 * ra - (w0 + w1 * ra) * dot(v, ya, stride)
    squares += <f64>ea * <f64>ea
    addScaled(out, ya, ea, stride)
  }
  return squares
}

/** a += scale · b */
function addScaled(a: usize, b: usize, scale: f32, stride: i32): void {
  const scales = f32x4.splat(scale)
  for (let f: usize = 0; f < <usize>stride << 2; f += 16) {
    v128.store(a + f, f32x4.add(v128.load(a + f), f32x4.mul(scales, v128.load(b + f))))
  }
}

/** a = scale · a + b */
function scaleAndAdd(a: usize, scale: f32, b: usize, stride: i32): void {
  const scales = f32x4.splat(scale)
  for (let f: usize = 0; f < <usize>stride << 2; f += 16) {
    v128.store(a + f, f32x4.add(f32x4.mul(scales, v128.load(a + f)), v128.load(b + f)))
  }
}

function lanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}
