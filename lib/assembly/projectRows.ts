/**
 * out[u, :] = sum over the user's movies of value · v[movie, :], minus offset[u] · total, for the users `from` to `to` - 1:
 * A V of A = R - offset 1'. Rows of `k` f64, k even; `total` is the sum of the rows of v.
 */
export function projectRows(
  from: i32, to: i32, start: usize, index: usize, value: usize, offset: usize, v: usize, total: usize, k: i32, out: usize
): void {
  const width = <usize>k << 3
  for (let u = from; u < to; u++) {
    const row = out + <usize>u * width
    const mean = f64x2.splat(-load<f64>(offset + (<usize>u << 3)))
    for (let f: usize = 0; f < width; f += 16) v128.store(row + f, f64x2.mul(mean, v128.load(total + f)))
    const end = load<i32>(start + (<usize>u << 2), 4) << 2
    let n: usize = load<i32>(start + (<usize>u << 2)) << 2
    // Two movies share the loads and stores of the row.
    for (; n + 8 <= <usize>end; n += 8) {
      const wa = f64x2.splat(<f64>load<f32>(value + n))
      const wb = f64x2.splat(<f64>load<f32>(value + n, 4))
      const a = v + <usize>load<i32>(index + n) * width
      const b = v + <usize>load<i32>(index + n, 4) * width
      for (let f: usize = 0; f < width; f += 16) {
        const ab = f64x2.add(f64x2.mul(wa, v128.load(a + f)), f64x2.mul(wb, v128.load(b + f)))
        v128.store(row + f, f64x2.add(v128.load(row + f), ab))
      }
    }
    if (n < <usize>end) {
      const wa = f64x2.splat(<f64>load<f32>(value + n))
      const a = v + <usize>load<i32>(index + n) * width
      for (let f: usize = 0; f < width; f += 16) {
        v128.store(row + f, f64x2.add(v128.load(row + f), f64x2.mul(wa, v128.load(a + f))))
      }
    }
  }
}
