import {exp} from './exponential'
import {log, log1p} from './logarithms'
import {logGamma} from './normal'

/** Probability that |t| of Student's distribution with so many degrees of freedom is at least this: I_x(df / 2, 1 / 2) at x = df / (df + t²). */
export function studentTwoSided(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN
  return incompleteBeta(df / (df + t * t), df / 2, 0.5)
}

/** The t that |t| exceeds with this probability, by halving. */
export function studentQuantile(twoSided: number, df: number): number {
  let [low, high] = [0, 1]
  while (studentTwoSided(high, df) > twoSided) high *= 2
  for (let k = 0; k < 100; k++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, df) > twoSided) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Press et al. 2007, section 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
  // The fraction settles quickly on the side of the mean where x is.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b
}

const TINY = 1e-300

/** Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  const kept = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
  let c = 1
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m < 500; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    ]) {
      d = 1 / kept(1 + term * d)
      c = kept(1 + term / c)
      value *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return value
}
