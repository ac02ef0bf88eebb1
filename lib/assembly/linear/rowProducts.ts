/** Rows of b that are taken with a row of a at once. */
const TOGETHER: i32 = 4

/**
 * out[i, j] = row i of a · row j of b, for i from `from` to `to` - 1 and j up to i: the lower triangle of the product of two symmetric
 * matrices that commute. All are [n × n] f64, n a multiple of 4 (pad with zeros).
 */
export function rowProducts(from: i32, to: i32, a: usize, b: usize, out: usize, n: i32): void {
  const width = (<usize>n) << 3
  for (let j = 0; j < to; j += TOGETHER) {
    const b0 = b + <usize>j * width
    const b1 = b0 + width
    const b2 = b1 + width
    const b3 = b2 + width
    for (let i = max(from, j); i < to; i++) {
      const row = a + <usize>i * width
      let s0 = f64x2.splat(0)
      let s1 = f64x2.splat(0)
      let s2 = f64x2.splat(0)
      let s3 = f64x2.splat(0)
      for (let k: usize = 0; k < width; k += 16) {
        const x = v128.load(row + k)
        s0 = f64x2.add(s0, f64x2.mul(x, v128.load(b0 + k)))
        s1 = f64x2.add(s1, f64x2.mul(x, v128.load(b1 + k)))
        s2 = f64x2.add(s2, f64x2.mul(x, v128.load(b2 + k)))
        s3 = f64x2.add(s3, f64x2.mul(x, v128.load(b3 + k)))
      }
      const at = out + <usize>i * width + ((<usize>j) << 3)
      v128.store(at, f64x2.add(v128.shuffle<f64>(s0, s1, 0, 2), v128.shuffle<f64>(s0, s1, 1, 3)))
      v128.store(at, f64x2.add(v128.shuffle<f64>(s2, s3, 0, 2), v128.shuffle<f64>(s2, s3, 1, 3)), 16)
    }
  }
}
