/** Bytes of a row that are taken at once. */
const TAKEN: i32 = 8

/** Steps of a draw, with zeros behind the last column. */
export function weighDrawsStride(width: i32): i32 {
  return (width + TAKEN - 1) & ~(TAKEN - 1)
}

/**
 * out[n] = sum over the draws d and the columns c of a step times byte c of row rows[n] in draw d. The rows from place start[k] to
 * start[k + 1] - 1 are of person k of `people`, whose steps are the f32 at (d * people + k) * weighDrawsStride(width). A draw's rows are
 * `width` bytes each, one behind the other from `bytes` + d · `draw`; 8 bytes behind the last of them are read, too, and count nothing.
 * `out` is f64. Four lanes of a row are summed in single precision, draws in double.
 */
export function weighDraws(
  bytes: usize,
  draws: i32,
  draw: i32,
  width: i32,
  steps: usize,
  rows: usize,
  start: usize,
  people: i32,
  out: usize
): void {
  const stride = (<usize>weighDrawsStride(width)) << 2
  const count = load<i32>(start + ((<usize>people) << 2))
  memory.fill(out, 0, (<usize>count) << 3)
  let own = steps
  for (let d = 0; d < draws; d++) {
    const table = bytes + <usize>d * <usize>draw
    for (let k: usize = 0; k < <usize>people; k++, own += stride) {
      const begin = load<i32>(start + (k << 2))
      const end = load<i32>(start + (k << 2), 4)
      weighRows(table, width, own, stride, rows, begin, end, out)
    }
  }
}

/** Adds what one person's rows are in one draw. */
function weighRows(
  table: usize,
  width: i32,
  own: usize,
  stride: usize,
  rows: usize,
  begin: i32,
  end: i32,
  out: usize
): void {
  let n = begin
  for (; n + 4 <= end; n += 4) {
    const four = rows + ((<usize>n) << 2)
    const a = Bytes.sumsOf(table + <usize>load<i32>(four) * <usize>width, own, stride)
    const b = Bytes.sumsOf(table + <usize>load<i32>(four, 4) * <usize>width, own, stride)
    const c = Bytes.sumsOf(table + <usize>load<i32>(four, 8) * <usize>width, own, stride)
    const d = Bytes.sumsOf(table + <usize>load<i32>(four, 12) * <usize>width, own, stride)
    Bytes.add(out + ((<usize>n) << 3), a, b, c, d)
  }
  for (; n < end; n++) {
    const row = <usize>load<i32>(rows + ((<usize>n) << 2))
    const sum = Bytes.sumsOf(table + row * <usize>width, own, stride)
    const place = out + ((<usize>n) << 3)
    const all =
      f32x4.extract_lane(sum, 0) +
      f32x4.extract_lane(sum, 1) +
      (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
    store<f64>(place, load<f64>(place) + <f64>all)
  }
}

/** Rows of bytes by vectors; inlined, so that sums stay in registers. */
class Bytes {
  /** The four lanes of a row. */
  @inline static sumsOf(at: usize, own: usize, stride: usize): v128 {
    let low = f32x4.splat(0)
    let high = f32x4.splat(0)
    for (let c: usize = 0; c < stride; c += (<usize>TAKEN) << 2) {
      const halves = v128.load8x8_u(at)
      // Bytes are the same numbers with a sign, and processors turn those into floats in one step.
      const first = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(halves))
      const second = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(halves))
      low = f32x4.add(low, f32x4.mul(first, v128.load(own + c)))
      high = f32x4.add(high, f32x4.mul(second, v128.load(own + c, 16)))
      at += TAKEN
    }
    return f32x4.add(low, high)
  }

  /** Adds the sums of four rows' lanes to the four f64 at `out`: lanes 0 and 1, 2 and 3, then both. */
  @inline static add(out: usize, a: v128, b: v128, c: v128, d: v128): void {
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    const first = f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3))
    const second = f32x4.add(v128.shuffle<f64>(abHigh, cdHigh, 0, 2), v128.shuffle<f64>(abHigh, cdHigh, 1, 3))
    const all = f32x4.add(first, second)
    const high = v128.shuffle<f64>(all, all, 1, 1)
    v128.store(out, f64x2.add(v128.load(out), f64x2.promote_low_f32x4(all)))
    v128.store(out, f64x2.add(v128.load(out, 16), f64x2.promote_low_f32x4(high)), 16)
  }
}
