import {Lanes} from '../dot'
import {gibbsStride, NOISE} from './gibbsRows'
import {upperTail} from './normalTail'

/**
 * Adds this draw's expected rating of pairs `from` to `to` - 1 to `sum` [pairs] f64. Rows are those of `gibbsRows`: users at
 * `first`, movies at `second`, days at `third` (0: none), their indices [pairs] beside them. Normal likelihood (`cuts` = 0):
 * mean + biases + products. Ordered probit: sum over the classes of star · probability, with `cuts` [classes + 1] and `stars`
 * [classes] f64.
 */
export function gibbsScores(
  from: i32,
  to: i32,
  first: usize,
  second: usize,
  third: usize,
  firstIndex: usize,
  secondIndex: usize,
  thirdIndex: usize,
  quads: i32,
  mean: f64,
  cuts: usize,
  stars: usize,
  classes: i32,
  sum: usize
): void {
  const rowBytes = (<usize>gibbsStride(quads)) << 2
  const bias = (<usize>quads) << 4
  for (let n = from; n < to; n++) {
    const at = (<usize>n) << 2
    const a = first + rowBytes * <usize>load<i32>(firstIndex + at)
    const b = second + rowBytes * <usize>load<i32>(secondIndex + at)
    let score = mean + <f64>load<f32>(a + bias) + <f64>load<f32>(b + bias)
    let dot = f32x4.splat(0)
    for (let q: usize = 0; q < bias; q += 16)
      dot = f32x4.add(dot, f32x4.mul(v128.load(a + q), v128.load(b + q)))
    const day = third === 0 ? -1 : load<i32>(thirdIndex + at)
    if (day >= 0) {
      const c = third + rowBytes * <usize>day
      score += <f64>load<f32>(c + bias)
      for (let q: usize = 0; q < bias; q += 16)
        dot = f32x4.add(dot, f32x4.mul(v128.load(c + q), f32x4.add(v128.load(a + q), v128.load(b + q))))
    }
    score += <f64>Lanes.sum(dot)
    if (cuts !== 0) {
      const root = Math.sqrt(<f64>load<f32>(a + bias, NOISE) * <f64>load<f32>(b + bias, NOISE))
      let expected = load<f64>(stars)
      for (let k = 1; k < classes; k++) {
        const gap = load<f64>(stars + ((<usize>k) << 3)) - load<f64>(stars + ((<usize>(k - 1)) << 3))
        expected += gap * upperTail(root * (load<f64>(cuts + ((<usize>k) << 3)) - score))
      }
      score = expected
    }
    store<f64>(sum + ((<usize>n) << 3), load<f64>(sum + ((<usize>n) << 3)) + score)
  }
}
