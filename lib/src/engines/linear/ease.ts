import type {Ratings} from '../../data/ratings'
import {DivergedError, MemoryError} from '../../errors'
import {Arena} from '../../kernels/arena'
import {invertNegated, invertScratch, invertSize} from '../../kernels/invert'
import {withPool} from '../../kernels/pool'
import {pow} from '../../math/exponential'
import {meanOf} from '../../math/statistics'
import {ItemWeights} from '../../models/itemWeights'
import {Support} from '../../models/model'
import {
  aboveTheMean,
  DenseWeights,
  type Likes,
  type Lists,
  likesOf,
  UserInverseWeights,
  type Weights
} from '../../models/weights'
import {count as inWords} from '../../show/numbers'
import {Engine} from '../engine'
import {AT_LEAST_SPEC, addGram, popularityScale, sizesOf, WEIGHING_SPECS, type Weighing} from '../likes'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'

const OPTIONS = {
  regularization: {
    kind: 'number',
    default: 2,
    min: 0,
    about: "Weight of the squared weights against the squared errors, in means of the diagonal of X'X."
  },
  dropout: {
    kind: 'number',
    default: 0.5,
    min: 0,
    max: 0.99,
    about:
      'Share of her ratings that is left out, at random and on average, of what each user is predicted by.'
  },
  userExponent: {
    kind: 'number',
    default: 0.375,
    min: -1,
    max: 1,
    about:
      'Each user’s row is divided by the number of her ratings to this power: 0 for none, 0.5 for length 1.'
  },
  diagonal: {
    kind: 'number',
    default: 0,
    min: 0,
    max: 0.99,
    about: 'The largest weight a movie may have for itself while the others are learned.'
  }
} as const

export type EaseOptions = OptionsOf<typeof OPTIONS> & Weighing

/** The most rows a matrix can have in 4 GiB, with room for the ratings. */
const LARGEST = 21_000

/**
 * "Embarrassingly shallow autoencoder": a linear model that predicts what a user rates from what else she rated, in closed form
 * (Steck 2019, equation 8), with dropout (EDLAE, Steck 2020), a relaxed diagonal (Moon, Kim, Lee 2023) and rows and scores weighed by
 * how many ratings there are (as Park, Yoon, Kim, Lee 2025 normalise). X is [users × movies], 0 but where a user rated a movie with
 * `atLeast` stars; n_u and n_i count what her row and its column have.
 *
 *   x_uj = 1 + stars · (r_uj - mean of u - above_j),    above_j: how far the mean of movie j is above that of the mean movie
 *
 *   score(u, i) = sum over the movies j that u rated of x_uj W_ji,    W_ji = c_i B_ji,    c_i = (n_i / mean)^-popularityExponent
 *   least of      |D (X - X B)|² + sum of λ_j |B_j|²,    B_ii = 0, or at most `diagonal`,    D = diag(n_u^-userExponent)
 *   penalty       λ_j = regularization · mean of G + dropout / (1 - dropout) · G_j,    G the diagonal of X' D² X
 *   solution      P = (X' D² X + Λ)⁻¹,  B_ji = -P_ji κ_i,   κ_i = (1 - diagonal) / P_ii, or λ_i where B_ii is smaller by itself
 *
 * With dropout, both exponents, `diagonal` and `stars` at 0 it is the EASE of the paper. Where there are fewer users than movies
 * P = Λ⁻¹ - Λ⁻¹ X' M X Λ⁻¹ with M = D (1 + D X Λ⁻¹ X' D)⁻¹ D is as exact, and only M is kept. A movie is like another by their
 * partial correlation, -P_ij / sqrt(P_ii P_jj).
 * Cost: n³ / 2 for the smaller of users and movies, and n² numbers of memory.
 */
export class Ease extends Engine<EaseOptions, ItemWeights> {
  static readonly spec: EngineSpec<EaseOptions> = {
    name: 'ease',
    about: 'A linear model of what is rated together, in closed form; ranks, and predicts no stars.',
    source:
      'Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8; Steck 2020, "Autoencoders that don’t overfit towards the Identity"',
    model: 'weights',
    clicks: true,
    updates: 'people',
    options: {...OPTIONS, ...WEIGHING_SPECS, atLeast: AT_LEAST_SPEC}
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<EaseOptions>, run: Run): Promise<ItemWeights> {
    const {atLeast, stars} = o
    const above = aboveTheMean(train)
    const likes = likesOf(train, {atLeast, stars}, above)
    const {weights, diagonal, scale} = await solve(likes, o, run)
    const from = diagonal.map(p => 1 / Math.sqrt(p))
    const to = diagonal.map((p, i) => 1 / scale[i] / Math.sqrt(p))
    return new ItemWeights(weights, {atLeast, stars}, {from, to}, above, Support.of(train))
  }
}

interface Solution {
  weights: Weights
  /** [movies] P_ii */
  diagonal: Float64Array
  /** [movies] κ_i c_i */
  scale: Float64Array
}

async function solve(likes: Likes, o: Resolved<EaseOptions>, run: Run): Promise<Solution> {
  const {byUser, byMovie} = likes
  const rows = sizesOf(byUser).map(n => pow(Math.max(1, n), -o.userExponent))
  const squares = rows.map(d => d * d)
  const gram = new Float64Array(byMovie.start.length - 1)
  for (let i = 0; i < gram.length; i++)
    for (let k = byMovie.start[i]; k < byMovie.start[i + 1]; k++)
      gram[i] += squares[byMovie.index[k]] * byMovie.value[k] ** 2
  const once =
    o.regularization *
    meanOf(
      gram.filter(g => g > 0),
      0
    )
  const penalties = gram.map(g => once + (o.dropout / (1 - o.dropout)) * g)
  const popular = popularityScale(sizesOf(byMovie), o.popularityExponent)
  const scaleOf = (p: Float64Array): Float64Array =>
    p.map((pii, i) => {
      const own = 1 - penalties[i] * pii
      return popular[i] * (own > o.diagonal ? (1 - o.diagonal) / pii : penalties[i])
    })
  if (rows.length < gram.length) {
    if (!penalties.every(penalty => penalty > 0)) throw noInverse(o)
    const weights = penalties.map(penalty => 1 / penalty)
    const m = await inverse(byUser, byMovie, {weights, factors: rows}, o, run)
    return UserInverseWeights.of(m, penalties, likes, scaleOf)
  }
  const p = await inverse(byMovie, byUser, {weights: squares, added: penalties}, o, run)
  const movies = gram.length
  const diagonal = gram.map((_, i) => p[i * movies + i])
  const scale = scaleOf(diagonal)
  for (let j = 0, at = 0; j < movies; j++)
    for (let i = 0; i < movies; i++, at++) p[at] = i === j ? 0 : -p[at] * scale[i]
  return {weights: new DenseWeights(p, movies), diagonal, scale}
}

function noInverse({regularization}: Resolved<EaseOptions>): DivergedError {
  return new DivergedError(
    `ease: X'X has no inverse with regularization ${regularization}. Raise regularization, to ${Math.max(1, 2 * regularization)} say.`,
    'regularization'
  )
}

/**
 * F (1 + F C' W C F)⁻¹ F, or (C' W C + diag(added))⁻¹, of the matrix C that has these columns and rows; W and F are diagonals,
 * `weights` of the rows and `factors` of the columns.
 */
async function inverse(
  columns: Lists,
  rows: Lists,
  {
    weights,
    added,
    factors
  }: {weights: Float64Array} & (
    | {added: Float64Array; factors?: undefined}
    | {factors: Float64Array; added?: undefined}
  ),
  o: Resolved<EaseOptions>,
  run: Run
): Promise<Float32Array> {
  const count = columns.start.length - 1
  const n = invertSize(count)
  if (n > LARGEST)
    throw new MemoryError(
      `ease: ${inWords(count)} movies and at least as many users need a matrix of ${((8 * n * n) / 2 ** 30).toFixed(0)} GB, and 4 GB can be had. Leave out rare movies, or use item-neighbours.`
    )
  const arena = new Arena()
  const a = arena.f64(n * n)
  await withPool(arena, run, async pool => {
    await addGram(arena, pool, {columns, rows, weights}, a, n)
    if (factors !== undefined) scaleBoth(a, n, factors)
    for (let k = 0; k < n; k++) a[k * n + k] += k < count && added !== undefined ? added[k] : 1
    const positive = await invertNegated(invertScratch(arena, n), pool, a, n, done => run.report(done, n))
    if (!positive) throw noInverse(o)
  })
  if (factors !== undefined) scaleBoth(a, n, factors)
  const out = new Float32Array(count * count)
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) out[i * count + j] = out[j * count + i] = -a[i * n + j]
  return out
}

/** F A F of the lower triangle of A [n × n]. */
function scaleBoth(a: Float64Array, n: number, factors: Float64Array): void {
  for (let i = 0; i < factors.length; i++)
    for (let j = 0; j <= i; j++) a[i * n + j] *= factors[i] * factors[j]
}
