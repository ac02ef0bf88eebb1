// Seeded random numbers inside kernels: the very numbers of `Random` in lib/src/math/random.ts, which is their twin. The state
// lives in globals of the instance, so every thread has its own; a kernel seeds a stream for each row that it draws.

let a: u32 = 0
let b: u32 = 0
let c: u32 = 0
let d: u32 = 0
let spare: f64 = NaN
let state: u32 = 0

function next(): u32 {
  state += 0x9e3779b9
  let z = state
  z = (z ^ (z >>> 16)) * 0x85ebca6b
  z = (z ^ (z >>> 13)) * 0xc2b2ae35
  return z ^ (z >>> 16)
}

/** As `new Random(seed, first, second, third)`. */
export function seedStream(seed: i32, first: i32, second: i32, third: i32): void {
  state = <u32>seed
  state = next() ^ (<u32>(first + 1) * 0x27d4eb2f)
  state = next() ^ (<u32>(second + 1) * 0x27d4eb2f)
  state = next() ^ (<u32>(third + 1) * 0x27d4eb2f)
  a = next()
  b = next()
  c = next()
  d = next() | 1
  spare = NaN
}

function bits(): u32 {
  const result = rotl<u32>(b * 5, 7) * 9
  const t = b << 9
  c ^= a
  d ^= b
  b ^= c
  a ^= d
  c ^= t
  d = rotl<u32>(d, 11)
  return result
}

/** Uniform in [0, 1), with 53 bits. */
export function uniform(): f64 {
  const high = <f64>(bits() >>> 5)
  return (high * 67108864 + <f64>(bits() >>> 6)) / 9007199254740992
}

/** Normal with mean 0 and deviation 1 (Marsaglia's polar method). */
export function normal(): f64 {
  if (!F64.isNaN(spare)) {
    const kept = spare
    spare = NaN
    return kept
  }
  while (true) {
    const x = 2 * uniform() - 1
    const y = 2 * uniform() - 1
    const s = x * x + y * y
    if (s >= 1 || s === 0) continue
    const scale = Math.sqrt((-2 * Math.log(s)) / s)
    spare = y * scale
    return x * scale
  }
}

/** Beyond this a draw is its bound, to the last digit. */
const LARGEST: f64 = 1e150

/** Gamma with the given shape, at least 1, and rate 1 (Marsaglia and Tsang 2000). */
export function gamma(shape: f64): f64 {
  // Of no number nothing would ever be accepted.
  if (!(shape < LARGEST)) return shape
  const d = shape - 1.0 / 3.0
  const c = 1 / Math.sqrt(9 * d)
  while (true) {
    const x = normal()
    const root = 1 + c * x
    const v = root * root * root
    if (v <= 0) continue
    if (Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/**
 * Standard normal between `lo` and `hi` (either may be infinite), exactly: by rejection from the normal, from the uniform or from
 * a shifted exponential, whichever accepts often (Robert 1995).
 */
export function truncatedNormal(lo: f64, hi: f64): f64 {
  if (lo + hi < 0) return -truncatedNormal(-hi, -lo)
  // Between what are no numbers, or where squares overflow, nothing would ever be accepted.
  if (!(hi - lo >= 0) || lo > LARGEST) return lo
  if (lo < 0.4 && hi - lo > 1.5) {
    while (true) {
      const x = normal()
      if (x > lo && x < hi) return x
    }
  }
  if (lo < 0.4 || (hi - lo) * lo < 1.5) {
    const peak = Math.max(lo, 0)
    while (true) {
      const x = lo + (hi - lo) * uniform()
      if (uniform() <= Math.exp(0.5 * (peak * peak - x * x))) return x
    }
  }
  const rate = 0.5 * (lo + Math.sqrt(lo * lo + 4))
  while (true) {
    const x = lo - Math.log(1 - uniform()) / rate
    if (x < hi && uniform() <= Math.exp(-0.5 * (x - rate) * (x - rate))) return x
  }
}

/** Fills [n] f64 at `out` with what `kind` says: 0 uniform, 1 normal, 2 gamma of shape `lo`, 3 normal between `lo` and `hi`. */
export function randomFill(
  out: usize,
  n: i32,
  kind: i32,
  seed: i32,
  first: i32,
  second: i32,
  third: i32,
  lo: f64,
  hi: f64
): void {
  seedStream(seed, first, second, third)
  for (let k = 0; k < n; k++) {
    let value: f64 = 0
    if (kind === 0) value = uniform()
    else if (kind === 1) value = normal()
    else if (kind === 2) value = gamma(lo)
    else value = truncatedNormal(lo, hi)
    store<f64>(out + ((<usize>k) << 3), value)
  }
}
