/** Bytes of a row that are taken at once. */
const TAKEN: i32 = 8

/** Steps of a draw, with zeros behind the last column. */
export function weighDrawsStride(width: i32): i32 {
  return (width + TAKEN - 1) & ~(TAKEN - 1)
}

/**
 * out[k] = sum over the draws d and the columns c of steps[d * weighDrawsStride(width) + c] · byte c of row rows[k] in draw d. A draw's
 * rows are `width` bytes each, one behind the other from `bytes` + d · `draw`; 8 bytes behind the last of them are read, too, and count
 * nothing. `steps` is f32, `out` [count] f64. Four lanes of a row are summed in single precision, draws in double.
 */
export function weighDraws(
  bytes: usize,
  draws: i32,
  draw: i32,
  width: i32,
  steps: usize,
  rows: usize,
  count: i32,
  out: usize
): void {
  const stride = (<usize>weighDrawsStride(width)) << 2
  memory.fill(out, 0, (<usize>count) << 3)
  for (let d = 0; d < draws; d++) {
    const table = bytes + <usize>d * <usize>draw
    const own = steps + <usize>d * stride
    for (let k = 0; k < count; k++) {
      let at = table + <usize>load<i32>(rows + ((<usize>k) << 2)) * <usize>width
      let low = f32x4.splat(0)
      let high = f32x4.splat(0)
      for (let c: usize = 0; c < stride; c += (<usize>TAKEN) << 2) {
        const halves = v128.load8x8_u(at)
        const first = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(halves))
        const second = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(halves))
        low = f32x4.add(low, f32x4.mul(first, v128.load(own + c)))
        high = f32x4.add(high, f32x4.mul(second, v128.load(own + c, 16)))
        at += TAKEN
      }
      const sum = f32x4.add(low, high)
      const place = out + ((<usize>k) << 3)
      const all =
        f32x4.extract_lane(sum, 0) +
        f32x4.extract_lane(sum, 1) +
        (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
      store<f64>(place, load<f64>(place) + <f64>all)
    }
  }
}
