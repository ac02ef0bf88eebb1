/**
 * w -= V V'w for the first `count` rows of V [rows × n] f64, four rows at a time one after the other (a block of modified
 * Gram-Schmidt reads V once). `n` is even and rows after `count` up to the next multiple of 4 are zero.
 */
export function orthogonalize(w: usize, v: usize, n: i32, count: i32): void {
  const width = <usize>n << 3
  for (let row = 0; row < count; row += 4) {
    const a = v + <usize>row * width
    const b = a + width
    const c = b + width
    const d = c + width
    let sa = f64x2.splat(0)
    let sb = f64x2.splat(0)
    let sc = f64x2.splat(0)
    let sd = f64x2.splat(0)
    for (let k: usize = 0; k < width; k += 16) {
      const x = v128.load(w + k)
      sa = f64x2.add(sa, f64x2.mul(x, v128.load(a + k)))
      sb = f64x2.add(sb, f64x2.mul(x, v128.load(b + k)))
      sc = f64x2.add(sc, f64x2.mul(x, v128.load(c + k)))
      sd = f64x2.add(sd, f64x2.mul(x, v128.load(d + k)))
    }
    const ha = both(sa)
    const hb = both(sb)
    const hc = both(sc)
    const hd = both(sd)
    for (let k: usize = 0; k < width; k += 16) {
      const ab = f64x2.add(f64x2.mul(ha, v128.load(a + k)), f64x2.mul(hb, v128.load(b + k)))
      const cd = f64x2.add(f64x2.mul(hc, v128.load(c + k)), f64x2.mul(hd, v128.load(d + k)))
      v128.store(w + k, f64x2.sub(v128.load(w + k), f64x2.add(ab, cd)))
    }
  }
}

/** The sum of the lanes, in both lanes. */
function both(x: v128): v128 {
  return f64x2.splat(f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1))
}
