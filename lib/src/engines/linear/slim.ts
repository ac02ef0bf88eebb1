import type {Ratings} from '../../data/ratings'
import {MemoryError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {blocks, type Pool, scratchFor, withPool} from '../../kernels/pool'
import {kernelConstants} from '../../kernels/wasm'
import {pow} from '../../math/exponential'
import {meanOf} from '../../math/statistics'
import type {ItemWeights} from '../../models/itemWeights'
import {aboveTheMean, type Likes, likesOf, SparseWeights} from '../../models/weights'
import {count as inWords} from '../../show/numbers'
import {Engine} from '../engine'
import {AT_LEAST_SPEC, addGram, popularityScale, sizesOf, WEIGHING_SPECS, type Weighing} from '../likes'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'
import {plainly} from './likes'

const OPTIONS = {
  l2: {
    kind: 'number',
    default: 0.3,
    min: 0,
    about: "Weight of the squared weights against the squared errors, in means of the diagonal of X'X."
  },
  l1: {
    kind: 'number',
    default: 0.01,
    min: 0,
    about: "Weight of the sum of the weights, in means of the diagonal of X'X: the larger, the fewer weights."
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
    default: 0.3,
    min: 0,
    about:
      'Each user’s row is divided by the number of her ratings to this power: 0 for none, 0.5 for length 1.'
  },
  neighbours: {
    kind: 'integer',
    default: 200,
    min: 1,
    about:
      'About how many movies at most a movie is predicted from: those that say the most of it at first sight.'
  },
  tolerance: {
    kind: 'number',
    default: 1e-3,
    min: 0,
    about: 'A movie is done when no weight changes by more than this in a pass over all.'
  },
  epochs: {
    kind: 'integer',
    default: 100,
    min: 1,
    about: 'The most passes over the weights for a movie.'
  }
} as const

export type SlimOptions = OptionsOf<typeof OPTIONS> & Weighing

/** The most movies whose Gram matrix fits into 4 GiB, with room for the ratings. */
const LARGEST = 21_000
/** How many columns of W are learned by one call, and how many before they are gathered. */
const COLUMNS = 8
const GATHERED = 64 * COLUMNS

/**
 * "Sparse linear methods": who rated a movie is predicted from who rated a few others, an elastic net for each movie without negative
 * weights (Ning, Karypis 2011, equation 3), with dropout (Steck 2020) and with rows and scores weighed by how many ratings there are, as
 * in `ease`. X is [users × movies], 0 but where a user rated a movie with `atLeast` stars, there about 1, more by stars as in `ease`;
 * n_u and n_i count what her row and its column have.
 *
 *   score(u, i) = sum over the movies j that u rated of x_uj W_ji,    W_ji = c_i B_ji,    c_i = (n_i / mean)^-popularityExponent
 *   least of      1/2 |D (X - X B)|² + 1/2 sum of λ_j |B_j|² + l1 g |B|_1,    B ≥ 0, B_ii = 0,    D = diag(n_u^-userExponent)
 *   penalty       λ_j = l2 g + dropout / (1 - dropout) · G_jj,    G = X' D² X,    g = mean of its diagonal
 *   in turn       B_ji = max(0, (G_ji - sum over the k other than j of G_jk B_ki - l1 g) / (G_jj + λ_j))
 *
 * With dropout, both exponents and `stars` at 0 it is the SLIM of the paper, whose beta is l2 g and whose lambda is l1 g. (ElasticNet of
 * scikit-learn has l1 g = users · alpha · l1_ratio and l2 g = users · alpha · (1 - l1_ratio).) A movie is like another by its weight for
 * it. Cost: one addition for each two movies of a user, then for each movie about its number of weights times that of movies; movies²
 * numbers of memory while it is fitted.
 */
export class Slim extends Engine<SlimOptions, ItemWeights> {
  static readonly spec: EngineSpec<SlimOptions> = {
    name: 'slim',
    about:
      'A linear model of what is rated together, with few weights and none below 0; ranks, and predicts no stars.',
    source:
      'Ning, Karypis 2011, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", equation 3; Steck 2020, "Autoencoders that don’t overfit towards the Identity"',
    model: 'weights',
    clicks: true,
    updates: 'people',
    options: {...OPTIONS, ...WEIGHING_SPECS, atLeast: AT_LEAST_SPEC}
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<SlimOptions>, run: Run): Promise<ItemWeights> {
    const {atLeast, stars} = o
    const above = aboveTheMean(train)
    const likes = likesOf(train, {atLeast, stars}, above)
    const movies = likes.byMovie.start.length - 1
    if (movies > LARGEST)
      throw new MemoryError(
        `slim: ${inWords(movies)} movies need a matrix of ${((8 * movies * movies) / 2 ** 30).toFixed(0)} GB, and 4 GB can be had. Leave out rare movies, or use random-walk.`
      )
    const arena = new Arena()
    const columns = await withPool(arena, run, async pool => {
      const gram = await gramOf(likes, o, {arena, pool, run})
      return columnsOf(gram, movies, o, {arena, pool, run})
    })
    const scale = popularityScale(sizesOf(likes.byMovie), o.popularityExponent)
    const {start, index, values} = columns.transposed()
    const weights = new SparseWeights(
      start,
      index,
      values.map((b, k) => b * scale[index[k]])
    )
    return plainly(train, weights, {atLeast, stars}, above)
  }
}

/** Where the work is done. */
interface Place {
  arena: Arena
  pool: Pool
  run: Run
}

/** G = X' D² X, both triangles. [movies × movies] */
async function gramOf(
  {byMovie, byUser}: Likes,
  {userExponent}: Resolved<SlimOptions>,
  {arena, pool, run}: Place
): Promise<Float64Array> {
  const movies = byMovie.start.length - 1
  const weights = sizesOf(byUser).map(n => pow(Math.max(1, n), -2 * userExponent))
  const gram = arena.f64(movies * movies)
  await addGram(arena, pool, {columns: byMovie, rows: byUser, weights}, gram, movies)
  for (let i = 0; i < movies; i++) {
    if (run.outOfBreath) await run.breathe()
    for (let j = 0; j < i; j++) gram[j * movies + i] = gram[i * movies + j]
  }
  return gram
}

/** B', a row for each movie that is scored. */
async function columnsOf(
  gram: Float64Array,
  movies: number,
  o: Resolved<SlimOptions>,
  {arena, pool, run}: Place
): Promise<SparseWeights> {
  const diagonal = Float64Array.from({length: movies}, (_, i) => gram[i * movies + i])
  const unit = meanOf(
    diagonal.filter(g => g > 0),
    0
  )
  const ridged = diagonal.map(g => g + o.l2 * unit + (o.dropout / (1 - o.dropout)) * g)
  const sides = [gram, arena.f64(diagonal), arena.f64(ridged)].map(pointer)
  const scratch = scratchFor(arena, pool.size, kernelConstants().slimColumnsScratch(movies))
  const dense = arena.f32(Math.min(GATHERED, movies) * movies)
  const columns: Column[] = []
  for (const [first, last] of blocks(movies, GATHERED)) {
    const calls = blocks(last - first, COLUMNS).map(([from, to]) => [
      first + from,
      first + to,
      ...sides,
      movies,
      o.l1 * unit,
      o.tolerance,
      o.epochs,
      o.neighbours,
      pointer(dense) + 4 * from * movies
    ])
    await pool.all('slimColumns', calls, undefined, scratch)
    for (let row = 0; row < last - first; row++)
      columns.push(columnOf(dense.subarray(row * movies, (row + 1) * movies)))
    run.report(last, movies)
  }
  return SparseWeights.ofRows(columns)
}

interface Column {
  index: Int32Array
  values: Float32Array
}

/** The weights of one movie that are not 0. */
function columnOf(dense: Float32Array): Column {
  const index: number[] = []
  for (let j = 0; j < dense.length; j++) if (dense[j] > 0) index.push(j)
  return {index: Int32Array.from(index), values: dense.filter(weight => weight > 0)}
}
