import {choleskySolve, firmCholesky} from '../math/cholesky'
import {density, upperTail} from '../math/normal'
import {addSquares} from '../math/vectors'
import type {Draw} from './draws'

/** Rounds of expected latent ratings for a profile under the probit. */
const ROUNDS = 8

/** What a draw says before ratings do; for a movie placed by its raters, the movies' precisions stand in for the people's. */
export type Prior = Pick<Draw, 'width' | 'precisions' | 'shape' | 'borders'>

/** The ratings of a person in one draw of the posterior: rows of her movies, and what she says of them. */
export interface RatedInDraw {
  /** [rated × width] rows of the movies she rated: factors, bias, precision of the noise */
  movies: Float32Array
  /** [rated × width] their vectors of implicit feedback, where the model has them */
  links: Float32Array | undefined
  /** [width] the average user: mean of the prior, typical precision */
  average: Float32Array
  /** [rated] stars */
  r: Float32Array
}

/** Her place by the conditional posterior mean, and what it is made of. */
export interface Place {
  /** [width] factors, bias, precision of the noise */
  row: Float64Array
  /** [(width - 1)²] Cholesky factor of the precision of factors and bias */
  factor: Float64Array
  /** [rated × (width - 1)] what each rating adds to precision · place, explicit and implicit part together */
  pulls: Float64Array
}

/**
 * Where ratings place a person in a draw, without sampling her: the mean of the conditional posterior from which `gibbsRows` draws,
 *   P = diag(precision) + sum w x x'    place = P⁻¹ (precision · (mu + sum of links / sqrt(rated)) + sum w x y)
 * Under the probit the latent ratings y are expected values, found in a few rounds.
 */
export function placeOf(draw: Prior, person: RatedInDraw, noise?: number): Place {
  const {movies, links, average, r} = person
  const precision = draw.precisions
  const {width} = draw
  const size = width - 1
  const {mean, probit} = draw.shape
  const own = noise ?? average[size]
  const share = 1 / Math.sqrt(Math.max(1, r.length))
  const factor = new Float64Array(size * size)
  const pulls = new Float64Array(r.length * size)
  const x = Float64Array.from(movies)
  const weights = new Float64Array(r.length)
  for (let n = 0; n < r.length; n++) {
    x[n * width + size - 1] = 1
    weights[n] = own * movies[n * width + size]
  }
  addSquares(factor, x, weights, size, width)
  for (let c = 0; c < size; c++) factor[c * size + c] += precision[c]
  firmCholesky(factor, size)
  const row = new Float64Array(width)
  row[size] = own
  for (let c = 0; c < size; c++) row[c] = average[c]
  for (let round = 0; round < (probit ? ROUNDS : 1); round++) {
    const sum = Float64Array.from({length: size}, (_, c) => precision[c] * average[c])
    for (let n = 0; n < r.length; n++) {
      const weight = weights[n]
      const offset = mean + movies[n * width + size - 1]
      let score = offset
      for (let c = 0; c < size; c++) score += x[n * width + c] * row[c]
      const y = (probit ? latent(draw, r[n], score, weight) : r[n]) - offset
      for (let c = 0; c < size; c++) {
        const implicit = links === undefined ? 0 : precision[c] * share * links[n * width + c]
        pulls[n * size + c] = weight * y * x[n * width + c] + implicit
        sum[c] += pulls[n * size + c]
      }
    }
    choleskySolve(factor, size, sum)
    row.set(sum)
  }
  return {row, factor, pulls}
}

/** What each of her ratings adds to place · direction: the parts that `pulls` have in it. [rated] */
export function sharesOf(place: Place, direction: Float64Array, rated: number): Float64Array {
  const size = direction.length
  const solved = direction.slice()
  choleskySolve(place.factor, size, solved)
  const shares = new Float64Array(rated)
  for (let n = 0; n < rated; n++)
    for (let c = 0; c < size; c++) shares[n] += solved[c] * place.pulls[n * size + c]
  return shares
}

/** Expected latent rating between the cuts of its star. */
function latent(draw: Prior, star: number, score: number, weight: number): number {
  const cuts = draw.borders
  const root = Math.sqrt(weight)
  const k = nearest(draw.shape.stars, star)
  const lo = root * (cuts[k] - score)
  const hi = root * (cuts[k + 1] - score)
  const chance = lo + hi > 0 ? upperTail(lo) - upperTail(hi) : upperTail(-hi) - upperTail(-lo)
  const move = (density(lo) - density(hi)) / Math.max(chance, 1e-12)
  return score + Math.min(Math.max(move, lo), hi) / root
}

function nearest(stars: readonly number[], star: number): number {
  let best = 0
  for (let k = 1; k < stars.length; k++)
    if (Math.abs(stars[k] - star) < Math.abs(stars[best] - star)) best = k
  return best
}
