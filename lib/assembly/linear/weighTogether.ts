/**
 * a[i, j] += the sum over the rows of the other side that have both i and j of weight · x_i · x_j, for i from `from` to `to` - 1 and j
 * up to i: X' diag(weights) X. `a` is [n × n] f64; (start, index, value) name for each column its rows and x f32, (rowStart,
 * rowIndex, rowValue) for each row its columns, ascending; `weights` is [rows] f64.
 */
export function weighTogether(
  from: i32,
  to: i32,
  start: usize,
  index: usize,
  value: usize,
  rowStart: usize,
  rowIndex: usize,
  rowValue: usize,
  weights: usize,
  a: usize,
  n: i32
): void {
  for (let i = from; i < to; i++) {
    const row = a + ((<usize>i * <usize>n) << 3)
    const end = load<i32>(start + ((<usize>i) << 2), 4)
    for (let k = load<i32>(start + ((<usize>i) << 2)); k < end; k++) {
      const u = <usize>load<i32>(index + ((<usize>k) << 2))
      const weight = load<f64>(weights + (u << 3)) * <f64>load<f32>(value + ((<usize>k) << 2))
      const first = rowStart + (u << 2)
      const last = load<i32>(first, 4)
      for (let m = load<i32>(first); m < last; m++) {
        const j = load<i32>(rowIndex + ((<usize>m) << 2))
        if (j > i) break
        const at = row + ((<usize>j) << 3)
        store<f64>(at, load<f64>(at) + weight * <f64>load<f32>(rowValue + ((<usize>m) << 2)))
      }
    }
  }
}
