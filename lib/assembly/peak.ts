// What this processor can do by the instructions that the kernels use: multiplications with additions on registers alone, and a
// stream over memory. No part of the library: compiled by the suite `limits` of the bench.

/** 32 multiply-adds of single precision, `n` times: eight sums, so that none waits for the one before. */
export function singles(n: i32): f32 {
  const x = f32x4.splat(0.999999)
  const y = f32x4.splat(1e-6)
  let a = y
  let b = y
  let c = y
  let d = y
  let e = y
  let f = y
  let g = y
  let h = y
  for (let k = 0; k < n; k++) {
    a = f32x4.add(f32x4.mul(a, x), y)
    b = f32x4.add(f32x4.mul(b, x), y)
    c = f32x4.add(f32x4.mul(c, x), y)
    d = f32x4.add(f32x4.mul(d, x), y)
    e = f32x4.add(f32x4.mul(e, x), y)
    f = f32x4.add(f32x4.mul(f, x), y)
    g = f32x4.add(f32x4.mul(g, x), y)
    h = f32x4.add(f32x4.mul(h, x), y)
  }
  const sum = f32x4.add(
    f32x4.add(f32x4.add(a, b), f32x4.add(c, d)),
    f32x4.add(f32x4.add(e, f), f32x4.add(g, h))
  )
  return f32x4.extract_lane(sum, 0)
}

/** 16 multiply-adds of double precision, `n` times. */
export function doubles(n: i32): f64 {
  const x = f64x2.splat(0.999999)
  const y = f64x2.splat(1e-6)
  let a = y
  let b = y
  let c = y
  let d = y
  let e = y
  let f = y
  let g = y
  let h = y
  for (let k = 0; k < n; k++) {
    a = f64x2.add(f64x2.mul(a, x), y)
    b = f64x2.add(f64x2.mul(b, x), y)
    c = f64x2.add(f64x2.mul(c, x), y)
    d = f64x2.add(f64x2.mul(d, x), y)
    e = f64x2.add(f64x2.mul(e, x), y)
    f = f64x2.add(f64x2.mul(f, x), y)
    g = f64x2.add(f64x2.mul(g, x), y)
    h = f64x2.add(f64x2.mul(h, x), y)
  }
  const sum = f64x2.add(
    f64x2.add(f64x2.add(a, b), f64x2.add(c, d)),
    f64x2.add(f64x2.add(e, f), f64x2.add(g, h))
  )
  return f64x2.extract_lane(sum, 0)
}

/** a = b + 3 c for `bytes` bytes from `at` on, `bytes` further, and twice that (McCalpin's triad). */
export function triad(at: usize, bytes: usize): void {
  const three = f32x4.splat(3)
  const end = at + bytes
  for (let a = at; a < end; a += 16)
    v128.store(a, f32x4.add(v128.load(a + bytes), f32x4.mul(three, v128.load(a + 2 * bytes))))
}
