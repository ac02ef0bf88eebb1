/** Bytes of `y`, of which `gramProduct` leaves a part for each call and `gramVectors` reads them one after the other. */
export function gramProductBytes(columns: i32): i32 {
  return 8 * 2 * (columns + 1)
}

/**
 * y = A'(A x) for two vectors x at once over the users `from` to `to` - 1, where row u of A is the user's values minus `offset[u]`
 * in every column: A = R - offset 1', never formed. The two entries of a column lie side by side: x is [columns × 2] f64 and
 * `total`, its sum over the columns, [2]. y is [(columns + 1) × 2] and cleared here; what the centring takes from every column
 * alike is not subtracted but its last row: the sum of offset[u] (A x)[u].
 */
export function gramProduct(
  from: i32,
  to: i32,
  start: usize,
  index: usize,
  value: usize,
  offset: usize,
  x: usize,
  total: usize,
  y: usize,
  columns: i32
): void {
  const last = y + ((<usize>columns) << 4)
  memory.fill(y, 0, last - y)
  const totals = v128.load(total)
  let common = f64x2.splat(0)
  for (let u = from; u < to; u++) {
    const begin = load<i32>(start + ((<usize>u) << 2)) << 2
    const end = load<i32>(start + ((<usize>u) << 2), 4) << 2
    const mean = v128.load64_splat(offset + ((<usize>u) << 3))
    // Two sums, so that an addition need not wait for the one before it.
    let s0 = f64x2.neg(f64x2.mul(mean, totals))
    let s1 = f64x2.splat(0)
    let k = begin
    for (; k + 16 <= end; k += 16) {
      s0 = f64x2.add(s0, f64x2.mul(both(value + k), v128.load(row(x, index + k))))
      s1 = f64x2.add(s1, f64x2.mul(both(value + k + 4), v128.load(row(x, index + k + 4))))
      s0 = f64x2.add(s0, f64x2.mul(both(value + k + 8), v128.load(row(x, index + k + 8))))
      s1 = f64x2.add(s1, f64x2.mul(both(value + k + 12), v128.load(row(x, index + k + 12))))
    }
    for (; k < end; k += 4) s0 = f64x2.add(s0, f64x2.mul(both(value + k), v128.load(row(x, index + k))))
    const t = f64x2.add(s0, s1)
    common = f64x2.add(common, f64x2.mul(mean, t))
    // A user rates a movie once, so the rows are apart: all four are read before the first is written.
    for (k = begin; k + 16 <= end; k += 16) {
      const a = row(y, index + k)
      const b = row(y, index + k + 4)
      const c = row(y, index + k + 8)
      const d = row(y, index + k + 12)
      const va = f64x2.add(v128.load(a), f64x2.mul(t, both(value + k)))
      const vb = f64x2.add(v128.load(b), f64x2.mul(t, both(value + k + 4)))
      const vc = f64x2.add(v128.load(c), f64x2.mul(t, both(value + k + 8)))
      const vd = f64x2.add(v128.load(d), f64x2.mul(t, both(value + k + 12)))
      v128.store(a, va)
      v128.store(b, vb)
      v128.store(c, vc)
      v128.store(d, vd)
    }
    for (; k < end; k += 4) {
      const at = row(y, index + k)
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(t, both(value + k))))
    }
  }
  v128.store(last, common)
}

/** Two vectors a and b [columns] f64 side by side, x [columns × 2], and their sums, total [2]. `columns` is even. */
export function gramPairs(a: usize, b: usize, columns: i32, x: usize, total: usize): void {
  const width = (<usize>columns) << 3
  let sum = f64x2.splat(0)
  for (let c: usize = 0; c < width; c += 16) {
    const va = v128.load(a + c)
    const vb = v128.load(b + c)
    const first = i64x2.shuffle(va, vb, 0, 2)
    const second = i64x2.shuffle(va, vb, 1, 3)
    v128.store(x + (c << 1), first)
    v128.store(x + (c << 1), second, 16)
    sum = f64x2.add(sum, f64x2.add(first, second))
  }
  v128.store(total, sum)
}

/** Where the row lies that the index at `at` names. */
function row(rows: usize, at: usize): usize {
  return rows + ((<usize>load<i32>(at)) << 4)
}

/** The f32 at `at`, in both lanes. */
function both(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_splat(at))
}

/**
 * The two vectors out of parts of y as `gramProduct` leaves them, `count` of them one after the other: their sum, less the sum of
 * the last rows in the first `known` columns, over the columns `from` to `to` - 1. `from` and `to` are even; `a` and `b` are
 * [columns] f64.
 */
export function gramVectors(
  from: i32,
  to: i32,
  parts: usize,
  count: i32,
  columns: i32,
  known: i32,
  a: usize,
  b: usize
): void {
  const stride = <usize>gramProductBytes(columns)
  const common = sumOf(parts + stride - 16, count, stride)
  const none = f64x2.splat(0)
  for (let c = from; c < to; c += 2) {
    const at = (<usize>c) << 3
    const row = parts + ((<usize>c) << 4)
    const x = f64x2.sub(sumOf(row, count, stride), c < known ? common : none)
    const z = f64x2.sub(sumOf(row + 16, count, stride), c + 1 < known ? common : none)
    v128.store(a + at, i64x2.shuffle(x, z, 0, 2))
    v128.store(b + at, i64x2.shuffle(x, z, 1, 3))
  }
}

/** The sum of `count` pairs, `stride` bytes apart. */
function sumOf(at: usize, count: i32, stride: usize): v128 {
  let sum = v128.load(at)
  for (let n = 1; n < count; n++) sum = f64x2.add(sum, v128.load(at + <usize>n * stride))
  return sum
}
