import {logGamma} from '../../math/normal'
import type {Random} from '../../math/random'

/** Gamma(shape / 2, rate / 2), the prior of noise precisions. */
export interface NoisePrior {
  shape: number
  rate: number
}

/**
 * The prior that these noise precisions come from: Metropolis steps on its shape, from 2 to 1000, its rate given the shape. With `unit` its mean
 * is held at 1: another factor sets the level. `finest` is the least variance believed in: data without noise would have none.
 */
export function drawNoisePrior(
  precisions: Float64Array,
  now: NoisePrior,
  unit: boolean,
  finest: number,
  random: Random
): NoisePrior {
  const n = precisions.length
  let sum = 0
  let logs = 0
  for (const precision of precisions) {
    sum += precision
    logs += Math.log(precision)
  }
  let {shape, rate} = now
  const logDensity = (s: number): number => {
    const r = unit ? s : rate
    return n * ((s / 2) * Math.log(r / 2) - logGamma(s / 2)) + (s / 2 - 1) * logs - (r / 2) * sum
  }
  for (let trial = 0; trial < 5; trial++) {
    const next = shape * Math.exp(0.1 * random.normal())
    const gain = logDensity(next) - logDensity(shape) + Math.log(next / shape)
    if (Math.log(1 - random.uniform()) < gain && next > 2 && next < 1000) shape = next
    rate = unit ? shape : Math.max(finest * shape, random.gamma((n * shape) / 2 + 1) / (sum / 2))
  }
  return {shape, rate}
}

/**
 * Precision and mean of normal priors, column by column, given the rows: lambda ~ Gamma((1 + n) / 2, rate (1 + sum (v - mu)²) / 2),
 * mu ~ N(sum v / (n + 1), 1 / (lambda (n + 1))). `prior` holds the rows' prior means where they differ, mu included. `active` has the
 * columns that are drawn, [factors and bias] of `mu` [stride], 0 for padding.
 */
export function drawColumns(
  rows: Float32Array,
  prior: Float32Array | undefined,
  count: number,
  mu: Float32Array,
  precision: Float32Array,
  active: Float32Array,
  random: Random
): void {
  const stride = mu.length
  const sum = new Float64Array(active.length)
  const squares = new Float64Array(active.length)
  for (let k = 0; k < count; k++) {
    for (let c = 0; c < active.length; c++) {
      const at = k * stride + c
      const rest = rows[at] - (prior === undefined ? mu[c] : prior[at])
      sum[c] += rest
      squares[c] += rest * rest
    }
  }
  for (let c = 0; c < active.length; c++) {
    if (active[c] === 0) continue
    precision[c] = random.gamma((1 + count) / 2) / ((1 + squares[c]) / 2)
    mu[c] = (count * mu[c] + sum[c]) / (count + 1) + random.normal() / Math.sqrt(precision[c] * (count + 1))
  }
}

/** The Gaussian N(cuts + H⁻¹ g, H⁻¹), H tridiagonal, as a proposal: its draw, its density, and the log-likelihood at the cuts. */
export function proposal(
  cuts: Float64Array,
  moments: Float64Array
): {value: number; draw(random: Random): Float64Array; logDensity(at: Float64Array): number} {
  const n = cuts.length - 2
  const gradient = moments.subarray(1, 1 + n)
  // H = L L' with L lower bidiagonal: `main` on its diagonal, `below` under it.
  const main = new Float64Array(n)
  const below = new Float64Array(n)
  for (let k = 0; k < n; k++) {
    if (k > 0) below[k] = -moments[1 + 2 * n + k - 1] / main[k - 1]
    main[k] = Math.sqrt(Math.max(1e-9, -moments[1 + n + k] - below[k] ** 2))
  }
  const solveUpper = (v: Float64Array): Float64Array => {
    for (let k = n - 1; k >= 0; k--) v[k] = (v[k] - (k + 1 < n ? below[k + 1] * v[k + 1] : 0)) / main[k]
    return v
  }
  const forward = gradient.slice()
  for (let k = 0; k < n; k++) forward[k] = (forward[k] - (k > 0 ? below[k] * forward[k - 1] : 0)) / main[k]
  const center = solveUpper(forward).map((move, k) => cuts[k + 1] + move)
  return {
    value: moments[0],
    draw: random => solveUpper(center.map(() => random.normal())).map((move, k) => center[k] + move),
    logDensity: at => {
      let sum = 0
      for (let k = 0; k < n; k++) {
        const off = at[k + 1] - center[k]
        const ahead = k + 1 < n ? below[k + 1] * (at[k + 2] - center[k + 1]) : 0
        sum += Math.log(main[k]) - 0.5 * (main[k] * off + ahead) ** 2
      }
      return sum
    }
  }
}
