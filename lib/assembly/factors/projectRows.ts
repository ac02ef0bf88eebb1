/**
 * out[u, :] = sum over the user's movies of value · v[movie, :], minus offset[u] · total, for the users `from` to `to` - 1:
 * A V of A = R - offset 1'. Rows of `k` f64, k even; `total` is the sum of the rows of v.
 */
export function projectRows(
  from: i32,
  to: i32,
  start: usize,
  index: usize,
  value: usize,
  offset: usize,
  v: usize,
  total: usize,
  k: i32,
  out: usize
): void {
  const width = (<usize>k) << 3
  for (let u = from; u < to; u++) {
    const row = out + <usize>u * width
    const mean = f64x2.neg(v128.load64_splat(offset + ((<usize>u) << 3)))
    const begin = load<i32>(start + ((<usize>u) << 2)) << 2
    const end = load<i32>(start + ((<usize>u) << 2), 4) << 2
    // Ten columns at a time stay in registers while the user's movies pass by, then two at a time.
    let f: usize = 0
    for (; f + 80 <= width; f += 80) {
      let a = f64x2.mul(mean, v128.load(total + f))
      let b = f64x2.mul(mean, v128.load(total + f, 16))
      let c = f64x2.mul(mean, v128.load(total + f, 32))
      let d = f64x2.mul(mean, v128.load(total + f, 48))
      let e = f64x2.mul(mean, v128.load(total + f, 64))
      for (let n = begin; n < end; n += 4) {
        const weight = f64x2.promote_low_f32x4(v128.load32_splat(value + n))
        const at = v + <usize>load<i32>(index + n) * width + f
        a = f64x2.add(a, f64x2.mul(weight, v128.load(at)))
        b = f64x2.add(b, f64x2.mul(weight, v128.load(at, 16)))
        c = f64x2.add(c, f64x2.mul(weight, v128.load(at, 32)))
        d = f64x2.add(d, f64x2.mul(weight, v128.load(at, 48)))
        e = f64x2.add(e, f64x2.mul(weight, v128.load(at, 64)))
      }
      v128.store(row + f, a)
      v128.store(row + f, b, 16)
      v128.store(row + f, c, 32)
      v128.store(row + f, d, 48)
      v128.store(row + f, e, 64)
    }
    for (; f < width; f += 16) {
      let a = f64x2.mul(mean, v128.load(total + f))
      for (let n = begin; n < end; n += 4) {
        const weight = f64x2.promote_low_f32x4(v128.load32_splat(value + n))
        a = f64x2.add(a, f64x2.mul(weight, v128.load(v + <usize>load<i32>(index + n) * width + f)))
      }
      v128.store(row + f, a)
    }
  }
}
