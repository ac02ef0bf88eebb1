import {dot} from '../dot'

/**
 * Rows `from` to `to` - 1 of W [n × n] f32, for movies j rated and i scored, of a linear filter and a low-pass one:
 *
 *   W_ji = linearFrom[j] G_ji linearTo[i] + lowFrom[j] (v_j·v_i) lowTo[i],   W_jj = 0
 *
 * `gram` is G [n × n] f64, of which the lower triangle is read; `v` has rows of `factors` f32; the others are [n] f64.
 */
export function filterRows(
  from: i32,
  to: i32,
  gram: usize,
  linearFrom: usize,
  linearTo: usize,
  v: usize,
  factors: i32,
  lowFrom: usize,
  lowTo: usize,
  out: usize,
  n: i32
): void {
  const length = (<usize>factors) << 2
  for (let j = from; j < to; j++) {
    const place = (<usize>j) << 3
    const linear = load<f64>(linearFrom + place)
    const low = load<f64>(lowFrom + place)
    const row = out + ((<usize>j * <usize>n) << 2)
    for (let i = 0; i < n; i++) {
      const at = (<usize>i) << 3
      const together = load<f64>(gram + ((<usize>max(i, j) * <usize>n + <usize>min(i, j)) << 3))
      const near = <f64>dot(v + <usize>j * length, v + <usize>i * length, factors)
      const weight =
        i === j ? 0 : linear * together * load<f64>(linearTo + at) + low * near * load<f64>(lowTo + at)
      store<f32>(row + ((<usize>i) << 2), <f32>weight)
    }
  }
}
