/** Rows of a basis that are taken at once; there is room for as many after the last. */
export const BASIS_ROWS: i32 = 4

/**
 * out[row] = V[row]·w over the columns `from` to `to` - 1, for the first `count` rows of V [rows × n] f64, `BASIS_ROWS` at a time:
 * a part of V'w. `n`, `from` and `to` are even, and there are rows up to the next multiple of `BASIS_ROWS` of `count`.
 */
export function basisProducts(from: i32, to: i32, w: usize, v: usize, n: i32, count: i32, out: usize): void {
  const width = (<usize>n) << 3
  const end = (<usize>to) << 3
  for (let row = 0; row < count; row += BASIS_ROWS) {
    const a = v + <usize>row * width
    const b = a + width
    const c = b + width
    const d = c + width
    let sa = f64x2.splat(0)
    let sb = f64x2.splat(0)
    let sc = f64x2.splat(0)
    let sd = f64x2.splat(0)
    for (let k = (<usize>from) << 3; k < end; k += 16) {
      const x = v128.load(w + k)
      sa = f64x2.add(sa, f64x2.mul(x, v128.load(a + k)))
      sb = f64x2.add(sb, f64x2.mul(x, v128.load(b + k)))
      sc = f64x2.add(sc, f64x2.mul(x, v128.load(c + k)))
      sd = f64x2.add(sd, f64x2.mul(x, v128.load(d + k)))
    }
    const at = out + ((<usize>row) << 3)
    v128.store(at, lanes(sa, sb))
    v128.store(at, lanes(sc, sd), 16)
  }
}

/**
 * w -= V h over the columns `from` to `to` - 1, for the first `count` rows of V [rows × n] f64, h [count] f64 filled up with zeros
 * to a multiple of `BASIS_ROWS`. `n`, `from` and `to` are even. Returns the sum of w² over these columns.
 */
export function subtractBasis(from: i32, to: i32, w: usize, v: usize, n: i32, count: i32, h: usize): f64 {
  const width = (<usize>n) << 3
  const end = (<usize>to) << 3
  for (let row = 0; row < count; row += BASIS_ROWS) {
    const a = v + <usize>row * width
    const b = a + width
    const c = b + width
    const d = c + width
    const at = h + ((<usize>row) << 3)
    const ha = v128.load64_splat(at)
    const hb = v128.load64_splat(at, 8)
    const hc = v128.load64_splat(at, 16)
    const hd = v128.load64_splat(at, 24)
    for (let k = (<usize>from) << 3; k < end; k += 16) {
      const ab = f64x2.add(f64x2.mul(ha, v128.load(a + k)), f64x2.mul(hb, v128.load(b + k)))
      const cd = f64x2.add(f64x2.mul(hc, v128.load(c + k)), f64x2.mul(hd, v128.load(d + k)))
      v128.store(w + k, f64x2.sub(v128.load(w + k), f64x2.add(ab, cd)))
    }
  }
  let squares = f64x2.splat(0)
  for (let k = (<usize>from) << 3; k < end; k += 16) {
    const x = v128.load(w + k)
    squares = f64x2.add(squares, f64x2.mul(x, x))
  }
  return f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1)
}

/** out = scale · w, [n] f64; n is even. */
export function scaleInto(w: usize, n: i32, scale: f64, out: usize): void {
  const scales = f64x2.splat(scale)
  for (let k: usize = 0; k < (<usize>n) << 3; k += 16)
    v128.store(out + k, f64x2.mul(scales, v128.load(w + k)))
}

/** The sums of the lanes of a and of b, side by side. */
function lanes(a: v128, b: v128): v128 {
  return f64x2.add(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3))
}
