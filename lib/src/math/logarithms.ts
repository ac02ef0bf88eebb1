/**
 * Logarithms in additions, multiplications and divisions alone, which IEEE 754 rounds alike everywhere; those of `Math` differ between
 * engines and processors by their last bit (see exponential.ts).
 *
 * After fdlibm and FreeBSD's msun, bit by bit what Node gives on x64. Copyright (C) 1993 by Sun Microsystems, Inc. All
 * rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved.
 */
import {highWord, powerOf2, withHighWord, withoutLowWord} from './doubleBits'

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** The natural logarithm, to the last bit or its neighbour; -Infinity of 0, NaN of what is less. */
export function log(x: number): number {
  if (isSpecial(x)) return specialLog(x)
  const k = exponentOf(x)
  const f = fractionOf(x) - 1
  const fraction = highWord(1 + f) & 0xfffff
  if (((fraction + 2) & 0xfffff) < 3) {
    if (f === 0) return k * LN2_HIGH + k * LN2_LOW
    const r = f * f * (0.5 - 0.3333333333333333 * f)
    return k * LN2_HIGH - (r - k * LN2_LOW - f)
  }
  const s = f / (2 + f)
  const r = seriesOf(s)
  // Near the root of 2 the half of f² is taken out of the series.
  if (fraction >= 0x6147a && fraction <= 0x6b851) {
    const half = 0.5 * f * f
    return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f)
  }
  return k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f)
}

/** log(1 + x) without the loss that 1 + x has for small x, to the last bit or its neighbour. */
export function log1p(x: number): number {
  if (isSpecial(1 + x)) return x === Number.POSITIVE_INFINITY ? x : specialLog(1 + x)
  const size = Math.abs(x)
  if (size < powerOf2(-29)) return size < powerOf2(-54) ? x : x - x * x * 0.5
  const high = highWord(x)
  if (high >= 0 ? high < 0x3fda827a : high <= -0x402d413c) return x - (0.5 * x * x - tailOf(x))
  // u = 1 + x = 2**k (1 + f); what the sum was rounded by is made good.
  const u = 1 + x
  const fraction = highWord(u) & 0xfffff
  const up = fraction >= 0x6a09e
  const binary = (highWord(u) >> 20) - 1023
  const k = up ? binary + 1 : binary
  const lost = x >= powerOf2(53) ? 0 : (binary > 0 ? 1 - (u - x) : x - (u - 1)) / u
  const rest = k * LN2_LOW + lost
  const f = withHighWord(u, fraction | (up ? 0x3fe00000 : 0x3ff00000)) - 1
  if (f === 0) return k * LN2_HIGH + rest
  const half = 0.5 * f * f
  if (up ? fraction > 0xffffc : fraction === 0)
    return k * LN2_HIGH - (half * (1 - 0.6666666666666666 * f) - rest - f)
  return k * LN2_HIGH - (half - (tailOf(f) + rest) - f)
}

/** log(1 + f) - f + f² / 2, by one series. */
function tailOf(f: number): number {
  const s = f / (2 + f)
  const z = s * s
  const r =
    z *
    (0.6666666666666735 +
      z *
        (0.3999999999940942 +
          z *
            (0.2857142874366239 +
              z *
                (0.22222198432149784 +
                  z * (0.1818357216161805 + z * (0.15313837699209373 + z * 0.14798198605116586))))))
  return s * (0.5 * f * f + r)
}

/** The logarithm to base 2, to the last bit or its neighbour; whole for powers of 2. */
export function log2(x: number): number {
  if (isSpecial(x)) return specialLog(x)
  const k = exponentOf(x)
  const f = fractionOf(x) - 1
  const half = 0.5 * f * f
  const s = f / (2 + f)
  const r = s * (half + seriesOf(s))
  const high = withoutLowWord(f - half)
  const low = f - high - half + r
  const product = high * 1.4426950407214463
  const rest = (low + high) * 1.6751713164886512e-10 + low * 1.4426950407214463
  const sum = k + product
  return rest + (k - sum + product) + sum
}

/** The logarithm to base 10, to the last bits; whole for 1, 10, … 1e22. */
export function log10(x: number): number {
  if (isSpecial(x)) return specialLog(x)
  const subnormal = highWord(x) < 0x00100000 ? -54 : 0
  const normal = subnormal === 0 ? x : x * powerOf2(54)
  const k = (highWord(normal) >> 20) - 1023 + subnormal
  const y = k < 0 ? k + 1 : k
  const rest = withHighWord(normal, (highWord(normal) & 0xfffff) | ((k < 0 ? 0x3fe : 0x3ff) << 20))
  const z = y * 3.694239077158931e-13 + Math.LOG10E * log(rest)
  return z + y * 0.30102999566361177
}

function isSpecial(x: number): boolean {
  return !(x > 0 && x < Number.POSITIVE_INFINITY)
}

function specialLog(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY
  return x > 0 ? x : Number.NaN
}

/** k of x = 2**k (1 + f), with 1 + f between the root of one half and that of 2. */
function exponentOf(x: number): number {
  const subnormal = highWord(x) < 0x00100000
  const high = highWord(subnormal ? x * powerOf2(54) : x)
  const up = ((high & 0xfffff) + 0x95f64) >> 20
  return (high >> 20) - 1023 + up - (subnormal ? 54 : 0)
}

/** 1 + f of it. */
function fractionOf(x: number): number {
  const normal = highWord(x) < 0x00100000 ? x * powerOf2(54) : x
  const fraction = highWord(normal) & 0xfffff
  return withHighWord(normal, fraction | (fraction + 0x95f64 > 0xfffff ? 0x3fe00000 : 0x3ff00000))
}

/** R of log(1 + f) = f - f² / 2 + s (f² / 2 + R), for s = f / (2 + f). */
function seriesOf(s: number): number {
  const z = s * s
  const w = z * z
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373))
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)))
  return odd + even
}
