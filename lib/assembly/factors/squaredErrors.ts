import {dot} from '../dot'

/**
 * Sum over the pairs `from` to `to` - 1 of (r - clip(mu + bu + bi + p[u]·q[i]))², predictions clipped to `low` and `high`.
 * Rows of `stride` floats.
 */
export function squaredErrors(
  from: i32,
  to: i32,
  users: usize,
  items: usize,
  ratings: usize,
  p: usize,
  q: usize,
  bu: usize,
  bi: usize,
  stride: i32,
  mu: f32,
  low: f32,
  high: f32
): f64 {
  const width = (<usize>stride) << 2
  let squares: f64 = 0
  for (let n = from; n < to; n++) {
    const at = (<usize>n) << 2
    const u = <usize>load<i32>(users + at)
    const i = <usize>load<i32>(items + at)
    const score =
      mu + load<f32>(bu + (u << 2)) + load<f32>(bi + (i << 2)) + dot(p + u * width, q + i * width, stride)
    const err = <f64>(load<f32>(ratings + at) - min(high, max(low, score)))
    squares += err * err
  }
  return squares
}
