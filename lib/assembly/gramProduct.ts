/**
 * y = A'(A x) over the users `from` to `to` - 1, where row u of A is the user's values minus `offset[u]` in every column:
 * A = R - offset 1', never formed. `total` is the sum of x; `x` and `y` are [columns] f64, `y` is cleared here. What the centring
 * takes from every column of y alike is returned, not subtracted: the sum of offset[u] (A x)[u].
 */
export function gramProduct(
  from: i32, to: i32, start: usize, index: usize, value: usize, offset: usize, x: usize, total: f64, y: usize, columns: i32
): f64 {
  memory.fill(y, 0, <usize>columns << 3)
  let common: f64 = 0
  for (let u = from; u < to; u++) {
    const begin = load<i32>(start + (<usize>u << 2)) << 2
    const end = load<i32>(start + (<usize>u << 2), 4) << 2
    const mean = load<f64>(offset + (<usize>u << 3))
    // Two ratings in a vector, and two such sums, so that an addition need not wait for the one before it.
    let s0 = f64x2.splat(0)
    let s1 = f64x2.splat(0)
    let t: f64 = -mean * total
    let k = begin
    for (; k + 16 <= end; k += 16) {
      const v = v128.load(value + k)
      s0 = f64x2.add(s0, f64x2.mul(f64x2.promote_low_f32x4(v), two(x, index + k)))
      s1 = f64x2.add(s1, f64x2.mul(f64x2.promote_low_f32x4(high(v)), two(x, index + k + 8)))
    }
    for (; k < end; k += 4) t += <f64>load<f32>(value + k) * load<f64>(x + (<usize>load<i32>(index + k) << 3))
    s0 = f64x2.add(s0, s1)
    t += f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1)
    common += mean * t
    // A user rates a movie once, so the entries are apart: all four are read before the first is written.
    const scale = f64x2.splat(t)
    for (k = begin; k + 16 <= end; k += 16) {
      const v = v128.load(value + k)
      const at = index + k
      const ab = f64x2.add(two(y, at), f64x2.mul(f64x2.promote_low_f32x4(v), scale))
      const cd = f64x2.add(two(y, at + 8), f64x2.mul(f64x2.promote_low_f32x4(high(v)), scale))
      v128.store64_lane(y + (<usize>load<i32>(at) << 3), ab, 0)
      v128.store64_lane(y + (<usize>load<i32>(at, 4) << 3), ab, 1)
      v128.store64_lane(y + (<usize>load<i32>(at, 8) << 3), cd, 0)
      v128.store64_lane(y + (<usize>load<i32>(at, 12) << 3), cd, 1)
    }
    for (; k < end; k += 4) {
      const at = y + (<usize>load<i32>(index + k) << 3)
      store<f64>(at, load<f64>(at) + <f64>load<f32>(value + k) * t)
    }
  }
  return common
}

/** The entries of `x` that the two indices at `at` name. */
// @ts-ignore: decorator
@inline
function two(x: usize, at: usize): v128 {
  const a = v128.load64_zero(x + (<usize>load<i32>(at) << 3))
  return v128.load64_lane(x + (<usize>load<i32>(at, 4) << 3), a, 1)
}

/** The last two of four f32, in front. */
// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return i32x4.shuffle(v, v, 2, 3, 2, 3)
}
