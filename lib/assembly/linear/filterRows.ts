import {dot} from '../dot'

/**
 * Rows `from` to `to` - 1 of W [n × n] f32, for movies j rated and i scored, of which a linear part was given and a low-pass one is:
 *
 *   W_ji = (roots[j] G_ji roots[i] + share · roots[j] (v_j·v_i) / roots[i]) · scale[i],   W_jj = 0
 *
 * `gram` is G [stride of `width` f64 × rows], of which the lower triangle is read; `roots` and `scale` are f64, a root of 0 gives a
 * weight of 0; `v` has rows of `factors` f32.
 */
export function filterRows(
  from: i32,
  to: i32,
  gram: usize,
  width: i32,
  roots: usize,
  v: usize,
  factors: i32,
  share: f64,
  scale: usize,
  out: usize,
  n: i32
): void {
  const length = (<usize>factors) << 2
  for (let j = from; j < to; j++) {
    const own = load<f64>(roots + ((<usize>j) << 3))
    const row = out + ((<usize>j * <usize>n) << 2)
    for (let i = 0; i < n; i++) {
      const root = load<f64>(roots + ((<usize>i) << 3))
      let weight: f64 = 0
      if (i !== j && own > 0 && root > 0) {
        const together = load<f64>(gram + ((<usize>max(i, j) * <usize>width + <usize>min(i, j)) << 3))
        const near = <f64>dot(v + <usize>j * length, v + <usize>i * length, factors)
        weight = (own * together * root + (share * own * near) / root) * load<f64>(scale + ((<usize>i) << 3))
      }
      store<f32>(row + ((<usize>i) << 2), <f32>weight)
    }
  }
}
