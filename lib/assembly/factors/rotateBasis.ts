/**
 * out[c, :] = sum over j of basis[j, c] · weights[j, :] for the columns `from` to `to` - 1 of the basis [count × n] f64, with
 * weights [count × k] and out [n × k], rows of k f64; k is even.
 */
export function rotateBasis(
  from: i32,
  to: i32,
  basis: usize,
  n: i32,
  count: i32,
  weights: usize,
  k: i32,
  out: usize
): void {
  const width = (<usize>k) << 3
  const column = (<usize>n) << 3
  for (let c = from; c < to; c++) {
    const row = out + <usize>c * width
    memory.fill(row, 0, width)
    let entry = basis + ((<usize>c) << 3)
    let w = weights
    let j = 0
    // Four rows of weights share the loads and stores of the sum.
    for (; j + 4 <= count; j += 4) {
      const a = f64x2.splat(load<f64>(entry))
      const b = f64x2.splat(load<f64>(entry + column))
      const c = f64x2.splat(load<f64>(entry + 2 * column))
      const d = f64x2.splat(load<f64>(entry + 3 * column))
      const wb = w + width
      const wc = wb + width
      const wd = wc + width
      for (let f: usize = 0; f < width; f += 16) {
        const ab = f64x2.add(f64x2.mul(a, v128.load(w + f)), f64x2.mul(b, v128.load(wb + f)))
        const cd = f64x2.add(f64x2.mul(c, v128.load(wc + f)), f64x2.mul(d, v128.load(wd + f)))
        v128.store(row + f, f64x2.add(v128.load(row + f), f64x2.add(ab, cd)))
      }
      entry += 4 * column
      w += 4 * width
    }
    for (; j < count; j++) {
      const b = f64x2.splat(load<f64>(entry))
      for (let f: usize = 0; f < width; f += 16) {
        v128.store(row + f, f64x2.add(v128.load(row + f), f64x2.mul(b, v128.load(w + f))))
      }
      entry += column
      w += width
    }
  }
}
