import {exp} from './exponential'
import {log} from './logarithms'

/** Coefficients of `upperTail`, from the highest power to the lowest. */
const OVER = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
  221.213596169931, 220.206867912376
]
const UNDER = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752
]

/** The quantile of 95 %: half of a 90 % interval, in deviations. */
export const QUANTILE_95 = 1.6448536269514722

/** Density of the standard normal. */
export function density(x: number): number {
  return 0.3989422804014327 * exp(-0.5 * x * x)
}

/**
 * Probability that a standard normal exceeds x, to 1e-8 of itself in both tails (Hart et al. 1968, 5666, and a continued fraction beyond;
 * West 2005).
 */
export function upperTail(x: number): number {
  const z = Math.abs(x)
  const bell = exp(-0.5 * z * z)
  const tail =
    z > 7.07106781186547
      ? bell / (2.506628274631 * (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))))
      : (bell * polynomial(OVER, z)) / polynomial(UNDER, z)
  return x >= 0 ? tail : 1 - tail
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const c of coefficients) sum = c + x * sum
  return sum
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
