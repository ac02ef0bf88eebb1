import {
  MEASURE_COSINE,
  MEASURE_DISTANCE,
  MEASURE_JACCARD,
  MEASURE_PEARSON,
  Neighbourhood
} from './neighbourhood'

/** Rounding leaves proportional vectors a little off 1: closer than this counts as 1, so that they tie. */
const NEARLY_ONE: f64 = 1 - 1.0 / 1048576

/** Bytes of `sums` that `similarityRow` needs: what Pearson adds up for each entity, eight floats. */
export function similarityRowScratch(entities: i32): i32 {
  return 4 * 8 * entities
}

/**
 * Similarities of one entity to all: one pass over its co-ratings, then one over the entities.
 *
 * The entity's ratings are `count` raters (i32 at `index`) and values (f32 at `value`) with root of squares `norm`; `self` is its
 * number, -1 for one that is not in the table. `sums` is scratch of `similarityRowScratch` bytes; `row` takes [entities] f32.
 * The sums of a pair are taken in the order of the raters, so a pair has the same bits from both sides.
 */
export function similarityRow(
  table: usize,
  index: usize,
  value: usize,
  count: i32,
  norm: f32,
  self: i32,
  sums: usize,
  row: usize
): void {
  const t = changetype<Neighbourhood>(table)
  const pearson = t.measure === MEASURE_PEARSON
  const few = t.overAll !== 0 || t.measure === MEASURE_JACCARD
  const shift = pearson ? 5 : few ? 3 : 4
  memory.fill(sums, 0, (<usize>t.entities) << shift)
  for (let r = 0; r < count; r++) {
    const rater = <usize>load<i32>(index + ((<usize>r) << 2))
    const x = load<f32>(value + ((<usize>r) << 2))
    const from = (<usize>load<i32>(t.columnStart + (rater << 2))) << 2
    const to = (<usize>load<i32>(t.columnStart + (rater << 2), 4)) << 2
    if (pearson) addWithMeans(t.columnIndex + from, t.columnIndex + to, t.columnValue + from, x, sums)
    else if (few) addProducts(t.columnIndex + from, t.columnIndex + to, t.columnValue + from, x, sums)
    else addSquares(t.columnIndex + from, t.columnIndex + to, t.columnValue + from, x, sums)
  }
  for (let e = 0; e < t.entities; e++) {
    const at = sums + ((<usize>e) << shift)
    const n = load<f32>(at)
    let s: f64 = 0
    if (n > 0 && n >= t.minSupport) {
      s = few ? overAll(t, at, e, count, norm) : pearson ? correlation(at) : overCommon(t, at)
      s = settled(t, s, n)
    }
    store<f32>(row + ((<usize>e) << 2), <f32>s)
  }
  if (self >= 0) store<f32>(row + ((<usize>self) << 2), 1)
}

/**
 * sums[e] += [1, x·y]: [entities × 2]. Four ratings at a time: their products are made at once and shuffled into place.
 *
 * What bounds this loop is the number of instructions, not memory: on the machine of bench/results.md, reading the columns alone takes
 * 0.25 ns a co-rating, this 0.67 (one rating at a time: 1.0), and no co-rating can do with less than its read, add and write of
 * the sums. The other two loops write two and three times as much.
 */
function addProducts(index: usize, end: usize, value: usize, x: f32, sums: usize): void {
  const ones = f32x4.splat(1)
  const xs = f32x4.splat(x)
  for (; index + 16 <= end; index += 16, value += 16) {
    const xy = f32x4.mul(xs, v128.load(value))
    const low = v128.shuffle<f32>(ones, xy, 0, 4, 1, 5)
    const high = v128.shuffle<f32>(ones, xy, 2, 6, 3, 7)
    const a = sums + ((<usize>load<i32>(index)) << 3)
    const b = sums + ((<usize>load<i32>(index, 4)) << 3)
    const c = sums + ((<usize>load<i32>(index, 8)) << 3)
    const d = sums + ((<usize>load<i32>(index, 12)) << 3)
    v128.store64_lane(a, f32x4.add(v128.load64_zero(a), low), 0)
    v128.store64_lane(b, f32x4.add(v128.load64_splat(b), low), 1)
    v128.store64_lane(c, f32x4.add(v128.load64_zero(c), high), 0)
    v128.store64_lane(d, f32x4.add(v128.load64_splat(d), high), 1)
  }
  const one = f32x4(1, 0, 0, 0)
  for (; index < end; index += 4, value += 4) {
    const at = sums + ((<usize>load<i32>(index)) << 3)
    const step = f32x4.replace_lane(one, 1, x * load<f32>(value))
    v128.store64_lane(at, f32x4.add(v128.load64_zero(at), step), 0)
  }
}

/** sums[e] += [1, x·y, x·x, y·y]: [entities × 4] */
function addSquares(index: usize, end: usize, value: usize, x: f32, sums: usize): void {
  const ones = f32x4.splat(1)
  const xs = f32x4.splat(x)
  const xx = f32x4.splat(x * x)
  const counts = f32x4(1, 0, x * x, 0)
  const factors = f32x4(0, x, 0, 0)
  for (; index + 16 <= end; index += 16, value += 16) {
    const y = v128.load(value)
    const xy = f32x4.mul(xs, y)
    const yy = f32x4.mul(y, y)
    const left = v128.shuffle<f32>(ones, xy, 0, 4, 1, 5)
    const right = v128.shuffle<f32>(xx, yy, 0, 4, 1, 5)
    addTo(sums + ((<usize>load<i32>(index)) << 4), v128.shuffle<f64>(left, right, 0, 2))
    addTo(sums + ((<usize>load<i32>(index, 4)) << 4), v128.shuffle<f64>(left, right, 1, 3))
    const leftHigh = v128.shuffle<f32>(ones, xy, 2, 6, 3, 7)
    const rightHigh = v128.shuffle<f32>(xx, yy, 2, 6, 3, 7)
    addTo(sums + ((<usize>load<i32>(index, 8)) << 4), v128.shuffle<f64>(leftHigh, rightHigh, 0, 2))
    addTo(sums + ((<usize>load<i32>(index, 12)) << 4), v128.shuffle<f64>(leftHigh, rightHigh, 1, 3))
  }
  for (; index < end; index += 4, value += 4) {
    const y = load<f32>(value)
    const step = f32x4.add(f32x4.mul(f32x4.splat(y), f32x4.replace_lane(factors, 3, y)), counts)
    addTo(sums + ((<usize>load<i32>(index)) << 4), step)
  }
}

function addTo(at: usize, step: v128): void {
  v128.store(at, f32x4.add(v128.load(at), step))
}

/** sums[e] += [1, x·y, x·x, y·y, x, y, 0, 0]: [entities × 8] */
function addWithMeans(index: usize, end: usize, value: usize, x: f32, sums: usize): void {
  const ones = f32x4.splat(1)
  const xs = f32x4.splat(x)
  const xx = f32x4.splat(x * x)
  for (; index + 16 <= end; index += 16, value += 16) {
    const y = v128.load(value)
    const xy = f32x4.mul(xs, y)
    const yy = f32x4.mul(y, y)
    const left = v128.shuffle<f32>(ones, xy, 0, 4, 1, 5)
    const right = v128.shuffle<f32>(xx, yy, 0, 4, 1, 5)
    const both = v128.shuffle<f32>(xs, y, 0, 4, 1, 5)
    const leftHigh = v128.shuffle<f32>(ones, xy, 2, 6, 3, 7)
    const rightHigh = v128.shuffle<f32>(xx, yy, 2, 6, 3, 7)
    const bothHigh = v128.shuffle<f32>(xs, y, 2, 6, 3, 7)
    const a = sums + ((<usize>load<i32>(index)) << 5)
    const b = sums + ((<usize>load<i32>(index, 4)) << 5)
    const c = sums + ((<usize>load<i32>(index, 8)) << 5)
    const d = sums + ((<usize>load<i32>(index, 12)) << 5)
    addTo(a, v128.shuffle<f64>(left, right, 0, 2))
    v128.store64_lane(a, f32x4.add(v128.load64_zero(a, 16), both), 0, 16)
    addTo(b, v128.shuffle<f64>(left, right, 1, 3))
    v128.store64_lane(b, f32x4.add(v128.load64_splat(b, 16), both), 1, 16)
    addTo(c, v128.shuffle<f64>(leftHigh, rightHigh, 0, 2))
    v128.store64_lane(c, f32x4.add(v128.load64_zero(c, 16), bothHigh), 0, 16)
    addTo(d, v128.shuffle<f64>(leftHigh, rightHigh, 1, 3))
    v128.store64_lane(d, f32x4.add(v128.load64_splat(d, 16), bothHigh), 1, 16)
  }
  const counts = f32x4(1, 0, x * x, 0)
  const factors = f32x4(0, x, 0, 0)
  const mine = f32x4(x, 0, 0, 0)
  for (; index < end; index += 4, value += 4) {
    const at = sums + ((<usize>load<i32>(index)) << 5)
    const y = load<f32>(value)
    addTo(at, f32x4.add(f32x4.mul(f32x4.splat(y), f32x4.replace_lane(factors, 3, y)), counts))
    v128.store64_lane(at, f32x4.add(v128.load64_zero(at, 16), f32x4.replace_lane(mine, 1, y)), 0, 16)
  }
}

function overAll(t: Neighbourhood, at: usize, e: i32, count: i32, norm: f32): f64 {
  const n = <f64>load<f32>(at)
  const xy = <f64>load<f32>(at, 4)
  if (t.measure === MEASURE_JACCARD && t.overAll === 0) return 1
  const other = <f64>load<f32>(t.norm + ((<usize>e) << 2))
  const product = <f64>norm * other
  if (t.measure === MEASURE_COSINE) return product > 0 ? xy / product : 0
  const places = t.rowStart + ((<usize>e) << 2)
  const either = <f64>(count + load<i32>(places, 4) - load<i32>(places)) - n
  if (t.measure === MEASURE_JACCARD) return n / either
  return 1 / (1 + max<f64>(0, <f64>norm * norm + other * other - 2 * xy) / either)
}

function overCommon(t: Neighbourhood, at: usize): f64 {
  const xy = <f64>load<f32>(at, 4)
  const xx = <f64>load<f32>(at, 8)
  const yy = <f64>load<f32>(at, 12)
  if (t.measure === MEASURE_DISTANCE) return 1 / (1 + max<f64>(0, xx + yy - 2 * xy) / <f64>load<f32>(at))
  return xx * yy > 0 ? xy / Math.sqrt(xx * yy) : 0
}

/** Pearson's correlation over the common raters; 0 where one side does not vary. */
function correlation(at: usize): f64 {
  const n = <f64>load<f32>(at)
  const sx = <f64>load<f32>(at, 16)
  const sy = <f64>load<f32>(at, 20)
  const nxx = n * <f64>load<f32>(at, 8)
  const nyy = n * <f64>load<f32>(at, 12)
  const vx = nxx - sx * sx
  const vy = nyy - sy * sy
  if (vx <= 1e-7 * nxx || vy <= 1e-7 * nyy) return 0
  return (n * <f64>load<f32>(at, 4) - sx * sy) / Math.sqrt(vx * vy)
}

/** Bounded by 1, shrunk by support, amplified. */
function settled(t: Neighbourhood, s: f64, n: f32): f64 {
  if (s > NEARLY_ONE) s = 1
  else if (s < -NEARLY_ONE) s = -1
  if (t.shrinkage > 0) s *= <f64>(n - 1) / <f64>(n - 1 + t.shrinkage)
  if (t.amplification === 1) return s
  const size = Math.abs(s)
  return t.amplification === 2 ? s * size : size === 0 ? 0 : s * size ** (<f64>t.amplification - 1)
}
