/**
 * A cosine in additions and multiplications alone, which IEEE 754 rounds alike everywhere (see exponential.ts).
 *
 * After fdlibm, bit by bit what Node gives on x64. Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a
 * Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 * notice is preserved.
 */
import {highWord, ofWords} from './doubleBits'

/** A quarter turn in parts of 33 bits, with what is left after the first and the second. */
const QUARTER = 1.5707963267341256
const AFTER_FIRST = 6.077100506506192e-11
const SECOND = 6.077100506303966e-11
const AFTER_SECOND = 2.0222662487959506e-21

/** The cosine of x from 0 to 3.14, to the last bit or its neighbour. */
export function cos(x: number): number {
  const high = highWord(x)
  if (high <= 0x3fe921fb) return kernelCos(x, 0)
  if (high < 0x4002d97c) {
    // Beside a quarter turn two parts of it cancel, and the third is needed.
    const near = high === 0x3ff921fb
    const z = near ? x - QUARTER - SECOND : x - QUARTER
    const after = near ? AFTER_SECOND : AFTER_FIRST
    const y = z - after
    return -kernelSin(y, z - y - after)
  }
  const r = x - 2 * QUARTER
  const w = 2 * AFTER_FIRST
  return -kernelCos(r - w, r - (r - w) - w)
}

/** cos(x + y) for |x| up to an eighth of a turn and a y far smaller. */
function kernelCos(x: number, y: number): number {
  const size = highWord(x) & 0x7fffffff
  if (size < 0x3e400000) return 1
  const z = x * x
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))))
  if (size < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * y))
  const part = size > 0x3fe90000 ? 0.28125 : ofWords(size - 0x00200000, 0)
  return 1 - part - (0.5 * z - part - (z * r - x * y))
}

/** sin(x + y), likewise. */
function kernelSin(x: number, y: number): number {
  if ((highWord(x) & 0x7fffffff) < 0x3e400000) return x
  const z = x * x
  const v = z * x
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))
  return x - (z * (0.5 * y - v * r) - y - v * -0.16666666666666632)
}
