/**
 * exp and pow in additions, multiplications and divisions alone, which IEEE 754 rounds alike everywhere. Those of `Math` are each engine's
 * own: Node for arm64 fuses multiplications and additions in them, Node 24 has another pow than 22, and results differ by their last bit.
 *
 * After fdlibm, bit by bit what Node 20 to 22 give on x64. Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
 * SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided
 * that this notice is preserved.
 */
import {highWord, ofWords, powerOf2, withHighWord, withoutLowWord} from './doubleBits'

/** ln 2 in two parts, of which the first ends in zeros. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const INVERSE_LN2 = Math.LOG2E

/** R1(t) of exp(r) = 1 + r + r R1(r²) / (2 - R1(r²)), as r less this times r². */
function remainder(t: number): number {
  return (
    t *
    (0.16666666666666602 +
      t *
        (-0.0027777777777015593 +
          t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))))
  )
}

/** e to the power of x, to the last bit or its neighbour. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019411) return 0
  if (x === 1) return Math.E
  const size = highWord(x) & 0x7fffffff
  if (size < 0x3e300000) return 1 + x
  // x = k ln 2 + r with |r| at most half of ln 2; r = high - low.
  let k = 0
  let high = x
  let low = 0
  if (size > 0x3fd62e42) {
    const sign = x < 0 ? -1 : 1
    k = size < 0x3ff0a2b2 ? sign : Math.trunc(INVERSE_LN2 * x + 0.5 * sign)
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
  }
  const r = high - low
  const c = r - remainder(r * r)
  const y = 1 - (low - (r * c) / (2 - c) - high)
  if (k === 1024) return y * 2 * powerOf2(1023)
  return k >= -1021 ? y * powerOf2(k) : y * powerOf2(k + 1000) * powerOf2(-1000)
}

/** x to the power of y, to one or two of the last bits. */
export function pow(x: number, y: number): number {
  // What the language itself prescribes, or what one rounding gives.
  if (x === 0 || y === 0 || x === 1 || !Number.isFinite(x) || !Number.isFinite(y)) return x ** y
  if (y === 1) return x
  if (y === -1) return 1 / x
  if (y === 2) return x * x
  if (y === 0.5 && x > 0) return Math.sqrt(x)
  if (x < 0 && !Number.isInteger(y)) return Number.NaN
  const size = Math.abs(x)
  const sign = x < 0 && y % 2 !== 0 ? -1 : 1
  if (size === 1) return sign
  const [t1, t2] = log2InTwo(size)
  const y1 = withoutLowWord(y)
  return sign * exp2InTwo(y1 * t1, (y - y1) * t1 + y * t2)
}

/** The logarithm to base 2 in two parts, of which the first ends in zeros. */
function log2InTwo(x: number): [number, number] {
  let n = 0
  let ax = x
  if (highWord(ax) < 0x00100000) {
    ax *= powerOf2(53)
    n = -53
  }
  let high = highWord(ax)
  n += (high >> 20) - 1023
  const fraction = high & 0xfffff
  high = fraction | 0x3ff00000
  // Between the roots of 3/2 and 3 the logarithm is taken beside that of 3/2, else beside that of 1.
  const beside = fraction > 0x3988e && fraction < 0xbb67a ? 1 : 0
  if (fraction >= 0xbb67a) {
    n++
    high -= 0x00100000
  }
  ax = withHighWord(ax, high)
  const base = beside === 1 ? 1.5 : 1
  // s = (x - base) / (x + base), in two parts.
  const u = ax - base
  const v = 1 / (ax + base)
  const s = u * v
  const sHigh = withoutLowWord(s)
  const sum = ofWords(((high >> 1) | 0x20000000) + 0x00080000 + (beside << 18), 0)
  const sLow = v * (u - sHigh * sum - sHigh * (ax - (sum - base)))
  const square = s * s
  const r =
    square *
      square *
      (0.5999999999999946 +
        square *
          (0.4285714285785502 +
            square *
              (0.33333332981837743 +
                square *
                  (0.272728123808534 + square * (0.23066074577556175 + square * 0.20697501780033842))))) +
    sLow * (sHigh + s)
  const squareHigh = sHigh * sHigh
  const tHigh = withoutLowWord(3 + squareHigh + r)
  const tLow = r - (tHigh - 3 - squareHigh)
  const pu = sHigh * tHigh
  const pv = sLow * tHigh + tLow * s
  const pHigh = withoutLowWord(pu + pv)
  const pLow = pv - (pHigh - pu)
  // 2 / (3 ln 2) times p, beside log2(3/2), both in two parts.
  const zHigh = 0.9617967009544373 * pHigh
  const zLow =
    -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + (beside === 1 ? 1.350039202129749e-8 : 0)
  const offset = beside === 1 ? 0.5849624872207642 : 0
  const t1 = withoutLowWord(zHigh + zLow + offset + n)
  return [t1, zLow - (t1 - n - offset - zHigh)]
}

/** 2 to the power of a sum of a large and a small number. */
function exp2InTwo(large: number, small: number): number {
  const z = small + large
  const roundsUp = 8.008566259537294e-17
  if (z > 1024 || (z === 1024 && small + roundsUp > z - large)) return Number.POSITIVE_INFINITY
  if (z < -1075 || (z === -1075 && small <= z - large)) return 0
  const n = Math.abs(z) > 0.5 ? Math.sign(z) * Math.floor(Math.abs(z) + 0.5) : 0
  const rest = large - n
  const t = withoutLowWord(small + rest)
  const u = t * 0.6931471824645996
  const v = (small - (t - rest)) * Math.LN2 + t * -1.904654299957768e-9
  const r = u + v
  const w = v - (r - u)
  const c = r - remainder(r * r)
  // fdlibm takes w + r w from the quotient, V8 from its divisor: where that differs, by a last bit, V8 is followed.
  const y = 1 - ((r * c) / (c - 2 - (w + r * w)) - r)
  const high = highWord(y) + (n << 20)
  return high >> 20 > 0 ? withHighWord(y, high) : y * powerOf2(n + 54) * powerOf2(-54)
}
