import {walk} from './sgd'

/** Bytes of `work` that `svdpp` needs: two rows. */
export function svdppScratch(stride: i32): i32 {
  return 4 * 2 * stride
}

/**
 * One epoch of SVD++ (Koren 2008, equation 15) over the users `fromUser` to `toUser` - 1, exactly as rating after rating would
 * do it, at the cost of a plain walk and two passes over each user's movies:
 *
 *   zu = |N(u)|^-1/2 · sum of yj over N(u)      err = r - mu - bu - bi - (pu + zu)·qi
 *   yj += rate (err |N(u)|^-1/2 qi - reg yj)  for all j in N(u), after every rating of u
 *
 * Summed over N(u) that is zu += rate (err qi - reg zu): the step of pu. So wu = pu + zu is walked alone, with a gain of 2;
 * afterwards pu and every yj get what n steps gave them: keep = (1 - rate reg)^n of the old value, and half of wu - keep · old wu
 * (for yj, times |N(u)|^-1/2). `work` has `svdppScratch` bytes. Returns the sum of err².
 */
export function svdpp(
  fromUser: i32,
  toUser: i32,
  start: usize,
  index: usize,
  value: usize,
  p: usize,
  q: usize,
  y: usize,
  bu: usize,
  bi: usize,
  stride: i32,
  mu: f32,
  rate: f32,
  reg: f32,
  work: usize
): f64 {
  const width = (<usize>stride) << 2
  let squares: f64 = 0
  for (let u = fromUser; u < toUser; u++) {
    const from = load<i32>(start + ((<usize>u) << 2))
    const to = load<i32>(start + ((<usize>u) << 2), 4)
    if (from >= to) continue
    const share = <f32>(1 / Math.sqrt(<f64>(to - from)))
    const keep = f32x4.splat(<f32>((1 - <f64>rate * <f64>reg) ** <f64>(to - from)))
    const pu = p + <usize>u * width
    const before = work + width
    implicitSum(index + ((<usize>from) << 2), to - from, y, stride, share, work)
    for (let f: usize = 0; f < width; f += 16) {
      const w = f32x4.add(v128.load(work + f), v128.load(pu + f))
      v128.store(work + f, w)
      v128.store(before + f, w)
    }
    squares += walk(from, to, index, value, work, bu + ((<usize>u) << 2), q, bi, stride, mu, rate, reg, 2)
    const half = f32x4.splat(0.5)
    const shares = f32x4.splat(share)
    for (let f: usize = 0; f < width; f += 16) {
      const step = f32x4.mul(half, f32x4.sub(v128.load(work + f), f32x4.mul(keep, v128.load(before + f))))
      v128.store(pu + f, f32x4.add(f32x4.mul(keep, v128.load(pu + f)), step))
      v128.store(before + f, f32x4.mul(shares, step))
    }
    for (let k = from; k < to; k++) {
      const yj = y + <usize>load<i32>(index + ((<usize>k) << 2)) * width
      for (let f: usize = 0; f < width; f += 16) {
        v128.store(yj + f, f32x4.add(f32x4.mul(keep, v128.load(yj + f)), v128.load(before + f)))
      }
    }
  }
  return squares
}

/** w[u] = pu + zu for the users `fromUser` to `toUser` - 1: what predicts. */
export function svdppFactors(
  fromUser: i32,
  toUser: i32,
  start: usize,
  index: usize,
  p: usize,
  y: usize,
  w: usize,
  stride: i32
): void {
  const width = (<usize>stride) << 2
  for (let u = fromUser; u < toUser; u++) {
    const from = load<i32>(start + ((<usize>u) << 2))
    const count = load<i32>(start + ((<usize>u) << 2), 4) - from
    const row = <usize>u * width
    const share = count === 0 ? <f32>0 : <f32>(1 / Math.sqrt(<f64>count))
    implicitSum(index + ((<usize>from) << 2), count, y, stride, share, w + row)
    for (let f: usize = 0; f < width; f += 16) {
      v128.store(w + row + f, f32x4.add(v128.load(w + row + f), v128.load(p + row + f)))
    }
  }
}

/** out = scale · (sum of the rows of `y` that the `count` indices at `index` name), `stride` floats each. */
function implicitSum(index: usize, count: i32, y: usize, stride: i32, scale: f32, out: usize): void {
  const width = (<usize>stride) << 2
  const scales = f32x4.splat(scale)
  memory.fill(out, 0, width)
  let k = 0
  for (; k + 2 <= count; k += 2) {
    const a = y + <usize>load<i32>(index + ((<usize>k) << 2)) * width
    const b = y + <usize>load<i32>(index + ((<usize>k) << 2), 4) * width
    for (let f: usize = 0; f < width; f += 16) {
      v128.store(out + f, f32x4.add(v128.load(out + f), f32x4.add(v128.load(a + f), v128.load(b + f))))
    }
  }
  if (k < count) {
    const a = y + <usize>load<i32>(index + ((<usize>k) << 2)) * width
    for (let f: usize = 0; f < width; f += 16)
      v128.store(out + f, f32x4.add(v128.load(out + f), v128.load(a + f)))
  }
  for (let f: usize = 0; f < width; f += 16) v128.store(out + f, f32x4.mul(scales, v128.load(out + f)))
}
