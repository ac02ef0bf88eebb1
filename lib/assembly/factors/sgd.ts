import {dot, Lanes} from '../dot'

/** Floats of a row of so many factors: whole vectors of four. */
export function sgdStride(factors: i32): i32 {
  return (factors + 3) & ~3
}

/**
 * Stochastic gradient descent for biased matrix factorisation over one cell of the rating grid: users `fromUser` to `toUser` - 1,
 * of each the ratings `cuts[u · cutStride]` to `cuts[u · cutStride + 1]` - 1, in that order (memory order: pu stays in cache).
 *
 *   err = r - mu - bu - bi - pu·qi        bu += rate (err - reg bu)        bi += rate (err - reg bi)
 *   pu += rate (gain err qi - reg pu)     qi += rate (err pu - reg qi)     both from the old values
 *
 * `stride` is `sgdStride` of the factors (rows padded with zeros, which stay zero). `gain` is 1, and 2 for SVD++,
 * where pu holds user factors and implicit factors together (see svdpp.ts). The pass that updates pu and qi also takes the
 * dot product of the next rating. Returns the sum of err².
 */
export function sgd(
  fromUser: i32,
  toUser: i32,
  cuts: usize,
  cutStride: i32,
  index: usize,
  value: usize,
  p: usize,
  q: usize,
  bu: usize,
  bi: usize,
  stride: i32,
  mu: f32,
  rate: f32,
  reg: f32,
  gain: f32
): f64 {
  const width = (<usize>stride) << 2
  let squares: f64 = 0
  for (let u = fromUser; u < toUser; u++) {
    const cut = cuts + ((<usize>(u * cutStride)) << 2)
    squares += walk(
      load<i32>(cut),
      load<i32>(cut, 4),
      index,
      value,
      p + <usize>u * width,
      bu + ((<usize>u) << 2),
      q,
      bi,
      stride,
      mu,
      rate,
      reg,
      gain
    )
  }
  return squares
}

/** The ratings `from` to `to` - 1 of one user, whose factors stand at `pu` and whose bias at `bu`. */
export function walk(
  from: i32,
  to: i32,
  index: usize,
  value: usize,
  pu: usize,
  bu: usize,
  q: usize,
  bi: usize,
  stride: i32,
  mu: f32,
  rate: f32,
  reg: f32,
  gain: f32
): f64 {
  if (from >= to) return 0
  const width = (<usize>stride) << 2
  const keep = f32x4.splat(<f32>1 - rate * reg)
  const keepBias = <f32>1 - rate * reg
  let squares: f64 = 0
  let bias = load<f32>(bu)
  let qi = q + <usize>load<i32>(index + ((<usize>from) << 2)) * width
  let product = dot(pu, qi, stride)
  for (let k = from; k < to; k++) {
    const at = (<usize>k) << 2
    const b = bi + ((<usize>load<i32>(index + at)) << 2)
    const biasOfMovie = load<f32>(b)
    const err = load<f32>(value + at) - mu - bias - biasOfMovie - product
    squares += <f64>err * <f64>err
    bias = keepBias * bias + rate * err
    store<f32>(b, keepBias * biasOfMovie + rate * err)
    const stepP = f32x4.splat(rate * gain * err)
    const stepQ = f32x4.splat(rate * err)
    // The last rating has no next one: its own row stands in, and the product is not used.
    const next = k + 1 < to ? q + <usize>load<i32>(index + at + 4) * width : qi
    let sum = f32x4.splat(0)
    let sum2 = f32x4.splat(0)
    let f: usize = 0
    for (; f + 32 <= width; f += 32) {
      const a = v128.load(pu + f)
      const c = v128.load(qi + f)
      const a2 = v128.load(pu + f, 16)
      const c2 = v128.load(qi + f, 16)
      const moved = f32x4.add(f32x4.mul(keep, a), f32x4.mul(stepP, c))
      const moved2 = f32x4.add(f32x4.mul(keep, a2), f32x4.mul(stepP, c2))
      v128.store(pu + f, moved)
      v128.store(pu + f, moved2, 16)
      v128.store(qi + f, f32x4.add(f32x4.mul(keep, c), f32x4.mul(stepQ, a)))
      v128.store(qi + f, f32x4.add(f32x4.mul(keep, c2), f32x4.mul(stepQ, a2)), 16)
      sum = f32x4.add(sum, f32x4.mul(moved, v128.load(next + f)))
      sum2 = f32x4.add(sum2, f32x4.mul(moved2, v128.load(next + f, 16)))
    }
    if (f < width) {
      const a = v128.load(pu + f)
      const c = v128.load(qi + f)
      const moved = f32x4.add(f32x4.mul(keep, a), f32x4.mul(stepP, c))
      v128.store(pu + f, moved)
      v128.store(qi + f, f32x4.add(f32x4.mul(keep, c), f32x4.mul(stepQ, a)))
      sum = f32x4.add(sum, f32x4.mul(moved, v128.load(next + f)))
    }
    sum = f32x4.add(sum, sum2)
    product = Lanes.sum(sum)
    qi = next
  }
  store<f32>(bu, bias)
  return squares
}
