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

/** Uniform in [0, 1), with 53 bits: two steps of xoshiro128**, at once since the state takes longer to reach than to move. */
export function uniform(): f64 {
  const t = b << 9
  const c1 = c ^ a
  const d1 = d ^ b
  const b1 = b ^ c1
  const a1 = a ^ d1
  const c2 = c1 ^ t
  const d2 = rotl<u32>(d1, 11)
  const high = rotl<u32>(b * 5, 7) * 9
  const low = rotl<u32>(b1 * 5, 7) * 9
  const t2 = b1 << 9
  const c3 = c2 ^ a1
  const d3 = d2 ^ b1
  b = b1 ^ c3
  a = a1 ^ d3
  c = c3 ^ t2
  d = rotl<u32>(d3, 11)
  return (<f64>(high >>> 5) * 67108864 + <f64>(low >>> 6)) / 9007199254740992
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
      if (isBelowExp(uniform(), 0.5 * (x * x - peak * peak))) return x
    }
  }
  const rate = 0.5 * (lo + Math.sqrt(lo * lo + 4))
  while (true) {
    const x = lo - Math.log(1 - uniform()) / rate
    if (x < hi && isBelowExp(uniform(), 0.5 * (x - rate) * (x - rate))) return x
  }
}

/** Whether u ≤ exp(-t), t ≥ 0: mostly told by 1 - t ≤ exp(-t) ≤ 1 - t + t² / 2. */
function isBelowExp(u: f64, t: f64): bool {
  const least = 1 - t
  return u <= least || (u <= least + 0.5 * t * t && u <= Math.exp(-t))
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
