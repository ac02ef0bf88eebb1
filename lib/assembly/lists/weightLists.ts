import {intoList, ListRoom, openLists} from './listRoom'

/** Movies whose weights lie side by side. */
export const WEIGHT_TILE: i32 = 16

/** Bytes of scratch that one thread needs: scores [WEIGHT_TILE] f64. */
export function weightListsScratch(): i32 {
  return 8 * WEIGHT_TILE
}

/**
 * The best movies of the people `from` to `to` - 1 by the sum over the movies j that she rated of x_j W_ji, divided by `divisor` of i
 * where there is one. Sums are taken in double in the order of her movies, so they are what plain code gets.
 *
 * `w` has the weights in tiles of movies i: [tiles × rows × WEIGHT_TILE] f32, and `divisor` [tiles × WEIGHT_TILE] f64, NaN behind the
 * last movie. `start` [people + 1] and `row` are the rows j of each person, `x` f32 what each counts, or 0 where all count 1.
 * A tile of sixteen sums stays in registers while her rows pass by, and one of all rows in the cache while the people do.
 */
export function weightLists(
  scratch: usize,
  from: i32,
  to: i32,
  room: usize,
  start: usize,
  row: usize,
  x: usize,
  w: usize,
  rows: i32,
  tiles: i32,
  divisor: usize
): void {
  const t = changetype<ListRoom>(room)
  const tile = (<usize>rows * <usize>WEIGHT_TILE) << 2
  openLists(t, from, to)
  for (let n = 0; n < tiles; n++) {
    const weights = w + <usize>n * tile
    for (let k = from; k < to; k++) {
      const begin = (<usize>load<i32>(start + ((<usize>k) << 2))) << 2
      const end = (<usize>load<i32>(start + ((<usize>k) << 2), 4)) << 2
      if (x === 0) sums(row + begin, row + end, weights, scratch)
      else weightedSums(row + begin, row + end, x + begin, weights, scratch)
      const by = divisor + ((<usize>(n * WEIGHT_TILE)) << 3)
      for (let i: usize = 0; i < (<usize>WEIGHT_TILE) << 3; i += 16)
        v128.store(scratch + i, f64x2.div(v128.load(scratch + i), v128.load(by + i)))
      intoList<f64>(t, k, scratch, n * WEIGHT_TILE, WEIGHT_TILE)
    }
  }
}

/** out[16] = sum of the rows at `row` to `end`. */
function sums(row: usize, end: usize, w: usize, out: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let s4 = s0
  let s5 = s0
  let s6 = s0
  let s7 = s0
  for (; row < end; row += 4) {
    const at = w + ((<usize>load<i32>(row)) << 6)
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(at)))
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(at, 8)))
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(v128.load64_zero(at, 16)))
    s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.load64_zero(at, 24)))
    s4 = f64x2.add(s4, f64x2.promote_low_f32x4(v128.load64_zero(at, 32)))
    s5 = f64x2.add(s5, f64x2.promote_low_f32x4(v128.load64_zero(at, 40)))
    s6 = f64x2.add(s6, f64x2.promote_low_f32x4(v128.load64_zero(at, 48)))
    s7 = f64x2.add(s7, f64x2.promote_low_f32x4(v128.load64_zero(at, 56)))
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
  v128.store(out, s4, 64)
  v128.store(out, s5, 80)
  v128.store(out, s6, 96)
  v128.store(out, s7, 112)
}

/** out[16] = sum of the rows at `row` to `end`, each times the f32 at `x`. */
function weightedSums(row: usize, end: usize, x: usize, w: usize, out: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let s4 = s0
  let s5 = s0
  let s6 = s0
  let s7 = s0
  for (; row < end; row += 4, x += 4) {
    const at = w + ((<usize>load<i32>(row)) << 6)
    const by = f64x2.splat(<f64>load<f32>(x))
    s0 = f64x2.add(s0, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at))))
    s1 = f64x2.add(s1, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 8))))
    s2 = f64x2.add(s2, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 16))))
    s3 = f64x2.add(s3, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 24))))
    s4 = f64x2.add(s4, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 32))))
    s5 = f64x2.add(s5, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 40))))
    s6 = f64x2.add(s6, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 48))))
    s7 = f64x2.add(s7, f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at, 56))))
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
  v128.store(out, s4, 64)
  v128.store(out, s5, 80)
  v128.store(out, s6, 96)
  v128.store(out, s7, 112)
}
