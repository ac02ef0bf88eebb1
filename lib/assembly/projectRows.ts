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
    const end = load<i32>(start + (<usize>u << 2), 4)
    for (let n = load<i32>(start + (<usize>u << 2)); n < end; n++) {
      const weight = f64x2.splat(<f64>load<f32>(value + (<usize>n << 2)))
      const from = v + <usize>load<i32>(index + (<usize>n << 2)) * width
      for (let f: usize = 0; f < width; f += 16) {
        v128.store(row + f, f64x2.add(v128.load(row + f), f64x2.mul(weight, v128.load(from + f))))
      }
    }
  }
}
