/**
 * Dot product of two vectors of `n` f32 values at `a` and `b` (any alignment; the tail is handled here).
 * Four lanes are summed apart, then together: the order of additions is the same on every machine.
 */
export function dot(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0)
  let k = 0
  for (; k + 4 <= n; k += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a + ((<usize>k) << 2)), v128.load(b + ((<usize>k) << 2))))
  }
  let rest: f32 = 0
  for (; k < n; k++) rest += load<f32>(a + ((<usize>k) << 2)) * load<f32>(b + ((<usize>k) << 2))
  return Lanes.sum(sum) + rest
}

/** A class, since asc takes a function that a file exports for one that JavaScript may call, which knows no vectors. */
export class Lanes {
  static sum(v: v128): f32 {
    return (
      f32x4.extract_lane(v, 0) +
      f32x4.extract_lane(v, 1) +
      (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
    )
  }
}
