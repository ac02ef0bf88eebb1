import {pow} from './exponential'
import {log} from './logarithms'

/** Beyond this a gamma draw is its shape, to the last digit. */
const LARGEST = 1e150

/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32 from a seed and any number
 * of stream numbers. Streams belong to the data (a block, an epoch), never to a thread, so that results do not depend on
 * how many workers there are.
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private d: number
  private spare = Number.NaN

  constructor(seed: number, ...streams: number[]) {
    let state = seed | 0
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0
      let z = state
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
      return z ^ (z >>> 16)
    }
    for (const stream of streams) state = next() ^ Math.imul(stream + 1, 0x27d4eb2f)
    this.a = next()
    this.b = next()
    this.c = next()
    this.d = next() | 1
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    const scrambled = Math.imul(this.b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const t = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= t
    this.d = (this.d << 11) | (this.d >>> 21)
    return result >>> 0
  }

  /** Uniform in [0, 1), with 53 bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 9007199254740992
  }

  /** A whole number in [0, n), without modulo bias. */
  below(n: number): number {
    return Math.floor(this.uniform() * n)
  }

  /** Normal with mean 0 and deviation 1 (Marsaglia's polar method). */
  normal(): number {
    if (!Number.isNaN(this.spare)) {
      const kept = this.spare
      this.spare = Number.NaN
      return kept
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const s = x * x + y * y
      if (s >= 1 || s === 0) continue
      const scale = Math.sqrt((-2 * log(s)) / s)
      this.spare = y * scale
      return x * scale
    }
  }

  /** Gamma with the given shape and rate 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    // Of no number nothing would ever be accepted.
    if (!(shape < LARGEST)) return shape
    if (shape < 1) return this.gamma(shape + 1) * pow(this.uniform(), 1 / shape)
    const d = shape - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = this.normal()
      const v = pow(1 + c * x, 3)
      if (v <= 0) continue
      if (log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * log(v)) return d * v
    }
  }

  /** Shuffles in place (Fisher and Yates) and returns its argument. */
  shuffle<T extends {length: number; [index: number]: number}>(values: T): T {
    for (let k = values.length - 1; k > 0; k--) {
      const j = this.below(k + 1)
      const kept = values[k]
      values[k] = values[j]
      values[j] = kept
    }
    return values
  }

  /** The numbers 0 to n - 1 in random order. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n)
    for (let k = 0; k < n; k++) order[k] = k
    return this.shuffle(order)
  }
}
