/**
 * out[c, :] = sum over j of basis[j, c] · weights[j, :] for the columns `from` to `to` - 1 of the basis [count × n] f64, with
 * weights [count × k] and out [n × k], rows of k f64; k is even.
 */
export function rotateBasis(
  from: i32, to: i32, basis: usize, n: i32, count: i32, weights: usize, k: i32, out: usize
): void {
  const width = <usize>k << 3
  const column = <usize>n << 3
  for (let c = from; c < to; c++) {
    const row = out + <usize>c * width
    memory.fill(row, 0, width)
    let entry = basis + (<usize>c << 3)
    let w = weights
    for (let j = 0; j < count; j++) {
      const b = f64x2.splat(load<f64>(entry))
      for (let f: usize = 0; f < width; f += 16) {
        v128.store(row + f, f64x2.add(v128.load(row + f), f64x2.mul(b, v128.load(w + f))))
      }
      entry += column
      w += width
    }
  }
}
