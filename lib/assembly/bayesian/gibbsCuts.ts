import {Lanes} from '../dot'
import {gibbsStride, NOISE} from './gibbsRows'
import {tailBy} from './normalTail'

/** 1 / sqrt(2 pi): the height of the standard normal. */
const ROOT_TAU_INVERSE: f64 = 0.3989422804014327

/** Bytes that `gibbsCuts` writes. */
export function gibbsCutsBytes(classes: i32): i32 {
  return 8 * 3 * max(0, classes - 1)
}

/**
 * Log-likelihood of the cuts of an ordered probit, latent ratings integrated out, over the ratings of users `from` to `to` - 1,
 * with its gradient and (tridiagonal) second derivatives in the inner cuts 1 to classes - 1. `out` is f64:
 * [log-likelihood, gradient (classes - 1), diagonal (classes - 1), off-diagonal (classes - 2)].
 * Rows are those of `gibbsRows`; `value` holds classes; `third` is 0 without days.
 */
export function gibbsCuts(
  from: i32,
  to: i32,
  first: usize,
  second: usize,
  third: usize,
  quads: i32,
  start: usize,
  secondIndex: usize,
  thirdIndex: usize,
  value: usize,
  mean: f64,
  cuts: usize,
  classes: i32,
  out: usize
): void {
  const rowBytes = (<usize>gibbsStride(quads)) << 2
  const bias = (<usize>quads) << 4
  const inner = classes - 1
  const gradient = out + 8
  const diagonal = gradient + ((<usize>inner) << 3)
  const beside = diagonal + ((<usize>inner) << 3)
  memory.fill(out, 0, gibbsCutsBytes(classes))
  let sum: f64 = 0
  for (let u = from; u < to; u++) {
    const a = first + rowBytes * <usize>u
    const end = load<i32>(start + ((<usize>u) << 2) + 4)
    for (let n = load<i32>(start + ((<usize>u) << 2)); n < end; n++) {
      const at = (<usize>n) << 2
      const b = second + rowBytes * <usize>load<i32>(secondIndex + at)
      const root = Math.sqrt(<f64>load<f32>(a + bias, NOISE) * <f64>load<f32>(b + bias, NOISE))
      let dot = f32x4.splat(0)
      let score = mean + <f64>load<f32>(a + bias) + <f64>load<f32>(b + bias)
      for (let q: usize = 0; q < bias; q += 16)
        dot = f32x4.add(dot, f32x4.mul(v128.load(a + q), v128.load(b + q)))
      if (third !== 0) {
        const c = third + rowBytes * <usize>load<i32>(thirdIndex + at)
        score += <f64>load<f32>(c + bias)
        for (let q: usize = 0; q < bias; q += 16)
          dot = f32x4.add(dot, f32x4.mul(v128.load(c + q), f32x4.add(v128.load(a + q), v128.load(b + q))))
      }
      score += <f64>Lanes.sum(dot)
      const k = <i32>load<f32>(value + at)
      const lo = root * (load<f64>(cuts + ((<usize>k) << 3)) - score)
      const hi = root * (load<f64>(cuts + ((<usize>k) << 3), 8) - score)
      const bellLo = k > 0 ? Math.exp(-0.5 * lo * lo) : 0
      const bellHi = k < inner ? Math.exp(-0.5 * hi * hi) : 0
      const tailLo = k > 0 ? tailBy(Math.abs(lo), bellLo) : 0
      const tailHi = k < inner ? tailBy(Math.abs(hi), bellHi) : 0
      // What lies between the cuts: a difference of tails, or all but two of them.
      const inside = lo > 0 ? tailLo - tailHi : hi < 0 ? tailHi - tailLo : 1 - tailLo - tailHi
      const chance = Math.max(1e-300, inside)
      sum += Math.log(chance)
      const dLo = (ROOT_TAU_INVERSE * root * bellLo) / chance
      const dHi = (ROOT_TAU_INVERSE * root * bellHi) / chance
      if (k > 0) {
        add(gradient, k - 1, -dLo)
        add(diagonal, k - 1, root * lo * dLo - dLo * dLo)
      }
      if (k < inner) {
        add(gradient, k, dHi)
        add(diagonal, k, -root * hi * dHi - dHi * dHi)
      }
      if (k > 0 && k < inner) add(beside, k - 1, dLo * dHi)
    }
  }
  store<f64>(out, sum)
}

function add(at: usize, k: i32, value: f64): void {
  store<f64>(at + ((<usize>k) << 3), load<f64>(at + ((<usize>k) << 3)) + value)
}
