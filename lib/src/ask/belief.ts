import {topN} from '../math/topN'

/**
 * What is not yet known of somebody's ratings, as a Gaussian over movies, and what her rating of one movie would tell of the others:
 *
 *   a rating of i    K ← K - k_i k_i' / (K_ii + noise)             k_i the row of i: what it says of every movie
 *   it teaches       t_i = sum over j ≠ i of w_j K_ij² / (K_ii + noise)   expected fall of the weighted variance of the others
 *
 * Neither depends on what she will answer, so questions can be chosen before. Ratings are learned in O(movies²), as is t.
 */
export class Belief {
  readonly size: number

  constructor(
    /** [movies × movies], taken over and changed */
    private readonly covariance: Float64Array,
    /** [movies] how much the predictions of each movie count */
    private readonly weights: Float64Array,
    readonly noise: number
  ) {
    this.size = weights.length
  }

  /** Learns that a movie is rated: surely, or with some chance, and then by the mean of what is known with and without. */
  learn(c: number, chance = 1): void {
    const {covariance, size} = this
    const row = covariance.slice(c * size, (c + 1) * size)
    const scale = chance / (row[c] + this.noise)
    for (let a = 0; a < size; a++) {
      const value = scale * row[a]
      if (value !== 0) for (let b = 0, at = a * size; b < size; b++, at++) covariance[at] -= value * row[b]
    }
  }

  /** By how much each rating is expected to lower the weighted variance of all other predictions. [movies] */
  teaches(): Float64Array {
    const {covariance, weights, size, noise} = this
    const taught = new Float64Array(size)
    for (let a = 0; a < size; a++) {
      let sum = 0
      for (let b = 0, at = a * size; b < size; b++, at++) sum += weights[b] * covariance[at] * covariance[at]
      const own = Math.max(0, covariance[a * size + a])
      taught[a] = (sum - weights[a] * own * own) / (own + noise)
    }
    return taught
  }

  /**
   * Of these movies the one whose rating tells most, by the chance that there is one: its place, what share of all that is not yet
   * known it tells, and that times its chance.
   */
  next(
    open: Int32Array,
    chances: ArrayLike<number> | undefined
  ): {c: number; teaches: number; score: number} {
    const taught = this.teaches()
    const unsure = this.unsure()
    const score = chances === undefined ? taught : taught.map((value, c) => value * chances[c])
    const [c] = topN(score, 1, open)
    const share = (value: number): number => (unsure > 0 ? value / unsure : 0)
    return {c, teaches: share(taught[c]), score: share(score[c])}
  }

  /** Weighted variance of all predictions. */
  unsure(): number {
    let sum = 0
    for (let a = 0; a < this.size; a++) sum += this.weights[a] * this.variance(a)
    return sum
  }

  /** Of one movie's prediction, in squared stars. */
  variance(c: number): number {
    return Math.max(0, this.covariance[c * this.size + c])
  }
}
