import {Ratings} from '../../data/ratings'
import {MemoryError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {blocks, type Pool, withPool} from '../../kernels/pool'
import {withTeam} from '../../kernels/team'
import {pow} from '../../math/exponential'
import {meanOf} from '../../math/statistics'
import {ItemWeights} from '../../models/itemWeights'
import {Support} from '../../models/model'
import {
  aboveTheMean,
  DenseWeights,
  type FilterNumbers,
  FilterWeights,
  type Likes,
  type Lists,
  likesOf
} from '../../models/weights'
import {count} from '../../show/numbers'
import {Engine} from '../engine'
import {AT_LEAST_SPEC, addGram, sizesOf, WEIGHING_SPECS, type Weighing} from '../likes'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'
import {CentredMatrix} from './centredMatrix'

const OPTIONS = {
  filter: {
    kind: 'choice',
    default: 'low-pass',
    choices: ['low-pass', 'linear', 'second-order', 'third-order'],
    about:
      'The filter of GF-CF, linear and ideal low-pass, or a polynomial of the linear one, which needs no singular vectors (Turbo-CF).'
  },
  factors: {
    kind: 'integer',
    default: 128,
    min: 1,
    about:
      'For filter=low-pass: singular vectors of the smoothest signals, which the ideal filter lets through.'
  },
  share: {
    kind: 'number',
    default: 0.4,
    min: 0,
    about:
      'For filter=low-pass: weight of the ideal filter beside the linear one, whose largest eigenvalue is 1.'
  },
  userExponent: {
    kind: 'number',
    default: 0.25,
    min: 0,
    max: 1,
    about: 'Each user’s row is divided by the number of her ratings to this power; 0.5 in the paper.'
  },
  movieExponent: {
    kind: 'number',
    default: 0.4,
    min: 0,
    max: 1,
    about: 'Each movie’s column is divided by the number of its ratings to this power; 0.5 in the paper.'
  }
} as const

export type GraphFilterOptions = OptionsOf<typeof OPTIONS> & Weighing

/** Rows that one call takes. */
const ROWS = 64
/** What rows are padded to. */
const QUAD = 4
/** What a pair of movies takes, and the most gigabytes in 4 GiB with room for the ratings. */
const BYTES = {'low-pass': 12, linear: 12, 'second-order': 20, 'third-order': 28}
const MOST = 3.5

/**
 * Collaborative filtering as filters of signals on the graph of movies (GF-CF: Shen, Wu, Zhang, Shan, Zhang, Letaief, Li 2021,
 * equation 12). X is 0 but where a user rated a movie with `atLeast` stars; D_U and D_I count the entries of its rows and columns.
 *
 *   x_uj = 1 + stars · (r_uj - mean of u - above_j),    above_j: how far the mean of movie j is above that of the mean movie
 *   N    = D_U^-userExponent X D_I^-movieExponent,      V its first right singular vectors, σ the largest singular value
 *   score(u, i) = row u of X · (N'N / σ² + share · D_I^-m V V' D_I^m), column i, · c_i
 *   m, c_i      = movieExponent, (n_i / mean)^-popularityExponent
 *
 * Instead of the ideal filter V V' polynomials of P = N'N / σ² (Turbo-CF: Park, Shin, Shin 2024, table 1) take the place of the bracket:
 * `linear` P, `second-order` 2P - P², `third-order` P + 0.01 (-P³ + 10P² - 29P).
 * Nothing is learned by descent: N'N is a linear low-pass filter and V V' an ideal one. No movie has a weight for itself. With the two
 * exponents ½, `popularityExponent` and `stars` 0 it is the paper's, where σ is 1. A movie is like another by W_ij / c_j.
 * Where there are fewer users than movies, filters that are no polynomials are kept as they are and never multiplied out.
 * Cost: the singular vectors (see `TruncatedSvd`), and movies² · factors; movies³ / 2 for each power of P; movies² numbers of memory.
 */
export class GraphFilter extends Engine<GraphFilterOptions, ItemWeights> {
  static readonly spec: EngineSpec<GraphFilterOptions> = {
    name: 'graph-filter',
    about: 'Low-pass filters on the graph of what is rated together; ranks, and predicts no stars.',
    source:
      'Shen et al. 2021, "How Powerful is Graph Convolution for Recommendation?", equation 12; Park, Shin, Shin 2024 (Turbo-CF)',
    model: 'weights',
    clicks: true,
    updates: 'people',
    options: {...OPTIONS, ...WEIGHING_SPECS, atLeast: AT_LEAST_SPEC}
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<GraphFilterOptions>, run: Run): Promise<ItemWeights> {
    const {atLeast, stars} = o
    const above = aboveTheMean(train)
    const likes = likesOf(train, {atLeast, stars}, above)
    const {byUser, byMovie} = likes
    await run.breathe()
    const users = powersOf(byUser, -o.userExponent)
    const columns = powersOf(byMovie, -o.movieExponent)
    const popular = powersOf(byMovie, -o.popularityExponent)
    const ideal = o.filter === 'low-pass'
    const {v, largest} = await smoothest(byUser, users, columns, train, ideal ? o.factors : 1, run)
    const numbers: FilterNumbers = {
      users: users.map(power => power ** 2),
      v,
      linearFrom: columns.map(power => power / largest),
      linearTo: columns.map((power, i) => power * popular[i]),
      lowFrom: columns.map(power => (ideal ? o.share * power : 0)),
      lowTo: columns.map((power, i) => (power > 0 ? popular[i] / power : 0))
    }
    const weights =
      users.length < columns.length && (ideal || o.filter === 'linear')
        ? new FilterWeights(numbers, likes)
        : await multipliedOut(numbers, likes, o.filter, popular, run)
    run.report(1, 1)
    const likeness = {from: popular.map(() => 1), to: popular.map(power => (power > 0 ? 1 / power : 0))}
    return new ItemWeights(weights, {atLeast, stars}, likeness, above, Support.of(train))
  }
}

/** All weights of the filter, in [movies × movies]. */
async function multipliedOut(
  {users, v, linearFrom, linearTo, lowFrom, lowTo}: FilterNumbers,
  {byUser, byMovie}: Likes,
  filter: Resolved<GraphFilterOptions>['filter'],
  popular: Float64Array,
  run: Run
): Promise<DenseWeights> {
  const movies = popular.length
  const width = v.length / movies
  const n = Math.ceil(movies / QUAD) * QUAD
  const gigabytes = (BYTES[filter] * n * n) / 2 ** 30
  if (gigabytes > MOST)
    throw new MemoryError(
      `graph-filter: ${count(movies)} movies need ${gigabytes.toFixed(0)} GB at once, and 4 GB can be had. Leave out rare movies, or use random-walk.`
    )
  const arena = new Arena()
  const padded = (values: Float64Array): number => {
    const room = arena.f64(n)
    room.set(values)
    return pointer(room)
  }
  const vectors = arena.f32(n * width)
  vectors.set(v)
  const gram = arena.f64(n * n)
  const out = arena.f32(n * n)
  const bends = filter === 'second-order' || filter === 'third-order'
  const linear = bends ? [popular.map(() => 1), popular] : [linearFrom, linearTo]
  const [from, to, lowPassFrom, lowPassTo] = [...linear, lowFrom, lowTo].map(padded)
  await withPool(arena, run, async pool => {
    await addGram(arena, pool, {columns: byMovie, rows: byUser, weights: users}, gram, n)
    if (bends) {
      const scale = linearFrom.map((power, i) => Math.sqrt((power * linearTo[i]) / (popular[i] || 1)))
      await bend(arena, pool, gram, scale, filter === 'third-order')
    }
    const filters = [
      pointer(gram),
      from,
      to,
      pointer(vectors),
      width,
      lowPassFrom,
      lowPassTo,
      pointer(out),
      n
    ]
    await pool.all(
      'filterRows',
      blocks(movies, ROWS).map(([first, end]) => [first, end, ...filters])
    )
  })
  return new DenseWeights(tight(out, n, movies), movies)
}

/** Puts a polynomial of P = diag(scale) G diag(scale) in the place of G, lower triangle of [n × n]. */
async function bend(
  arena: Arena,
  pool: Pool,
  gram: Float64Array,
  scale: Float64Array,
  cubed: boolean
): Promise<void> {
  const n = Math.sqrt(gram.length)
  for (let i = 0; i < scale.length; i++)
    for (let j = 0; j <= i; j++) gram[i * n + j] = gram[j * n + i] = gram[i * n + j] * scale[i] * scale[j]
  const square = arena.f64(n * n)
  const multiply = (a: Float64Array, b: Float64Array, product: Float64Array): Promise<unknown> =>
    pool.all(
      'rowProducts',
      blocks(n, ROWS)
        .map(([from, to]) => [from, to, pointer(a), pointer(b), pointer(product), n])
        .reverse()
    )
  await multiply(gram, gram, square)
  if (!cubed) {
    for (let at = 0; at < gram.length; at++) gram[at] = 2 * gram[at] - square[at]
    return
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) square[j * n + i] = square[i * n + j]
  const cube = arena.f64(n * n)
  await multiply(square, gram, cube)
  for (let at = 0; at < gram.length; at++) gram[at] += 0.01 * (-cube[at] + 10 * square[at] - 29 * gram[at])
}

/** The first rows and columns of [n × n]. */
function tight(values: Float32Array, n: number, size: number): Float32Array {
  if (n === size) return values.slice()
  const out = new Float32Array(size * size)
  for (let row = 0; row < size; row++) out.set(values.subarray(row * n, row * n + size), row * size)
  return out
}

/** The length of each row, in means over rows that are not empty, to a power; 0 for an empty one. */
function powersOf(rows: Lists, exponent: number): Float64Array {
  const lengths = sizesOf(rows)
  const mean = meanOf(lengths.filter(length => length > 0))
  return lengths.map(length => (length > 0 ? pow(length / mean, exponent) : 0))
}

/** The first right singular vectors of N, as rows of movies padded by zeros to whole quads, and σ². */
async function smoothest(
  {start, index, value}: Lists,
  users: Float64Array,
  movies: Float64Array,
  {frame}: Ratings,
  factors: number,
  run: Run
): Promise<{v: Float32Array; largest: number}> {
  const rows = {u: new Int32Array(index.length), i: index, r: new Float32Array(index.length)}
  for (let u = 0; u + 1 < start.length; u++) {
    rows.u.fill(u, start[u], start[u + 1])
    for (let k = start[u]; k < start[u + 1]; k++) rows.r[k] = users[u] * value[k] * movies[index[k]]
  }
  await run.breathe()
  const n = new Ratings(rows, frame)
  const k = Math.min(factors, n.userCount, n.movieCount)
  const arena = new Arena()
  return withTeam(arena, run, async team => {
    const matrix = new CentredMatrix(arena, n, {mu: 0, bu: new Float64Array(users.length), centred: true})
    await run.breathe()
    const eigen = await matrix.eigen(team, k, run)
    await run.breathe()
    const v = matrix.rightVectors(team, eigen)
    const width = Math.ceil(k / 4) * 4
    const padded = new Float32Array(movies.length * width)
    for (let i = 0; i < movies.length; i++) for (let f = 0; f < k; f++) padded[i * width + f] = v[i * k + f]
    return {v: padded, largest: eigen.values[0]}
  })
}
