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
    const begin = load<i32>(start + (<usize>u << 2))
    const end = load<i32>(start + (<usize>u << 2), 4)
    const mean = load<f64>(offset + (<usize>u << 3))
    // Four sums, so that an addition need not wait for the one before it.
    let t0: f64 = -mean * total
    let t1: f64 = 0
    let t2: f64 = 0
    let t3: f64 = 0
    let k = begin
    for (; k + 4 <= end; k += 4) {
      const i = index + (<usize>k << 2)
      const v = value + (<usize>k << 2)
      t0 += <f64>load<f32>(v) * load<f64>(x + (<usize>load<i32>(i) << 3))
      t1 += <f64>load<f32>(v, 4) * load<f64>(x + (<usize>load<i32>(i, 4) << 3))
      t2 += <f64>load<f32>(v, 8) * load<f64>(x + (<usize>load<i32>(i, 8) << 3))
      t3 += <f64>load<f32>(v, 12) * load<f64>(x + (<usize>load<i32>(i, 12) << 3))
    }
    for (; k < end; k++) {
      t0 += <f64>load<f32>(value + (<usize>k << 2)) * load<f64>(x + (<usize>load<i32>(index + (<usize>k << 2)) << 3))
    }
    const t = t0 + t1 + (t2 + t3)
    common += mean * t
    // A user rates a movie once, so the four entries are apart: all are read before the first is written.
    for (k = begin; k + 4 <= end; k += 4) {
      const i = index + (<usize>k << 2)
      const v = value + (<usize>k << 2)
      const a = y + (<usize>load<i32>(i) << 3)
      const b = y + (<usize>load<i32>(i, 4) << 3)
      const c = y + (<usize>load<i32>(i, 8) << 3)
      const d = y + (<usize>load<i32>(i, 12) << 3)
      const ya = load<f64>(a) + <f64>load<f32>(v) * t
      const yb = load<f64>(b) + <f64>load<f32>(v, 4) * t
      const yc = load<f64>(c) + <f64>load<f32>(v, 8) * t
      const yd = load<f64>(d) + <f64>load<f32>(v, 12) * t
      store<f64>(a, ya)
      store<f64>(b, yb)
      store<f64>(c, yc)
      store<f64>(d, yd)
    }
    for (; k < end; k++) {
      const at = y + (<usize>load<i32>(index + (<usize>k << 2)) << 3)
      store<f64>(at, load<f64>(at) + <f64>load<f32>(value + (<usize>k << 2)) * t)
    }
  }
  return common
}
