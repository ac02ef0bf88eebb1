import {exp} from '../../math/exponential'
import {log} from '../../math/logarithms'
import {logGamma} from '../../math/normal'
import type {Random} from '../../math/random'

/** Gamma(shape / 2, rate / 2), the prior of noise precisions. */
export interface NoisePrior {
  shape: number
  rate: number
}

/** What is believed of a variance before the data speaks: as much as so many rows would say whose squares sum to this. */
export interface Belief {
  readonly rows: number
  readonly squares: number
}

/** Beliefs about rows, their biases, implicit vectors and the noise, in the units of the scores. */
export interface Beliefs {
  readonly factors: Belief
  readonly bias: Belief
  readonly links: Belief
  readonly noise: Belief
}

/** Ratings at which an implicit vector is believed to have half the variance that it may have where there are many. */
const HALFWAY = 20000

/**
 * What is believed where scores have this unit, a quarter of the width of the scale (1 for stars from 1 to 5 and for the latent scale of the probit):
 * factors of variance 0.01, biases of 0.15 and noise of 0.8, each held about as firmly as ten to fifty rows would. Implicit vectors,
 * of which there are as many as rows, tell nothing where there are few ratings, and are believed to be the smaller the fewer there are.
 * Without these a few hundred ratings leave the variances free to run away.
 */
export function beliefs(ratings: number, unit: number): Beliefs {
  const square = unit * unit
  return {
    factors: {rows: 10, squares: 0.1 * square},
    bias: {rows: 10, squares: 1.5 * square},
    links: {rows: 50, squares: (square * ratings) / (ratings + HALFWAY)},
    noise: {rows: 50, squares: 40 * square}
  }
}

/**
 * The prior that these noise precisions come from: Metropolis steps on its shape, from 2 to 1000, its rate given the shape. With `unit` its mean
 * is held at 1: another factor sets the level. `finest` is the least variance believed in: data without noise would have none. `believed` joins in as rows with the one precision that it stands for.
 */
export function drawNoisePrior(
  precisions: Float64Array,
  now: NoisePrior,
  unit: boolean,
  {finest, believed}: {finest: number; believed: Belief},
  random: Random
): NoisePrior {
  const more = unit ? 0 : believed.rows
  const precision = believed.rows / believed.squares
  const n = precisions.length + more
  let sum = more * precision
  let logs = more * log(precision)
  for (const precision of precisions) {
    sum += precision
    logs += log(precision)
  }
  let {shape, rate} = now
  const logDensity = (s: number): number => {
    const r = unit ? s : rate
    return n * ((s / 2) * log(r / 2) - logGamma(s / 2)) + (s / 2 - 1) * logs - (r / 2) * sum
  }
  for (let trial = 0; trial < 5; trial++) {
    const next = shape * exp(0.1 * random.normal())
    const gain = logDensity(next) - logDensity(shape) + log(next / shape)
    if (log(1 - random.uniform()) < gain && next > 2 && next < 1000) shape = next
    rate = unit ? shape : Math.max(finest * shape, random.gamma((n * shape) / 2 + 1) / (sum / 2))
  }
  return {shape, rate}
}

/**
 * Precision and mean of normal priors, column by column, given the rows: lambda ~ Gamma((n0 + n) / 2, rate (s0 + sum (v - mu)²) / 2)
 * with n0 rows and squares s0 believed in, mu ~ N(sum v / (n + 1), 1 / (lambda (n + 1))). `prior` holds the rows' prior means where they differ, mu included. `active` has the
 * columns that are drawn, [factors and bias] of `mu` [stride], 0 for padding.
 */
export function drawColumns(
  rows: Float32Array,
  prior: Float32Array | undefined,
  count: number,
  mu: Float32Array,
  precision: Float32Array,
  active: Float32Array,
  believed: (c: number) => Belief,
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
    const {rows: more, squares: their} = believed(c)
    precision[c] = random.gamma((more + count) / 2) / ((their + squares[c]) / 2)
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
        sum += log(main[k]) - 0.5 * (main[k] * off + ahead) ** 2
      }
      return sum
    }
  }
}
