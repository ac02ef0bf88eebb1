import {exp} from './exponential'
import {log} from './logarithms'

/** Coefficients of `upperTail`, from the last but one to the first. */
const TAIL = [
  -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368
]

/** The quantile of 95 %: half of a 90 % interval, in deviations. */
export const QUANTILE_95 = 1.6448536269514722

/** Density of the standard normal. */
export function density(x: number): number {
  return 0.3989422804014327 * exp(-0.5 * x * x)
}

/** Probability that a standard normal exceeds x, to 1.2e-7 of itself in both tails (Chebyshev fit, Press et al., erfcc). */
export function upperTail(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2
  const t = 1 / (1 + 0.5 * z)
  let series = 0.17087277
  for (const c of TAIL) series = c + t * series
  const tail = 0.5 * t * exp(-z * z - 1.26551223 + t * series)
  return x >= 0 ? tail : 1 - tail
}

/** Where the standard normal has this much below it, for shares strictly between 0 and 1 (damped Newton steps). */
export function quantile(below: number): number {
  let x = 0
  for (let k = 0; k < 100; k++) {
    const step = (below - upperTail(-x)) / density(x)
    x += Math.max(-1, Math.min(1, step))
  }
  return x
}

/** Logarithm of the gamma function for x > 0 (Stirling's series, after x is shifted above 8). */
export function logGamma(x: number): number {
  let shift = 0
  let y = x
  for (; y < 8; y++) shift -= log(y)
  const square = 1 / (y * y)
  return (
    shift + (y - 0.5) * log(y) - y + 0.9189385332046727 + (1 / 12 - square * (1 / 360 - square / 1260)) / y
  )
}
