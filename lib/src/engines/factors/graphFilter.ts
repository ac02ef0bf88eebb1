import {Ratings} from '../../data/ratings'
import {ArgumentError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {blocks, weightedBlocks, withPool} from '../../kernels/pool'
import {withTeam} from '../../kernels/team'
import {meanOf} from '../../math/statistics'
import {ItemWeights} from '../../models/itemWeights'
import {Support} from '../../models/model'
import {DenseWeights} from '../../models/weights'
import {Engine} from '../engine'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'
import {CentredMatrix} from './centredMatrix'

const OPTIONS = {
  factors: {
    kind: 'integer',
    default: 128,
    min: 1,
    about: 'Singular vectors of the smoothest signals that the ideal low-pass filter lets through.'
  },
  share: {
    kind: 'number',
    default: 0.3,
    min: 0,
    about: 'Weight of the ideal low-pass filter beside the linear filter.'
  },
  popularityExponent: {
    kind: 'number',
    default: 0.1,
    min: -1,
    max: 1,
    about: 'Scores are divided by the number of a movie’s ratings, in means over movies, to this power.'
  },
  atLeast: {
    kind: 'number',
    default: 0,
    about: 'Ratings below this many stars are taken for no sign of interest.'
  }
} as const

export type GraphFilterOptions = OptionsOf<typeof OPTIONS>

/** Pairs of raters, and rows, that one call takes. */
const BLOCK = 20_000
const ROWS = 64

/**
 * Collaborative filtering as filters of signals on the graph of movies (GF-CF: Shen, Wu, Zhang, Shan, Zhang, Letaief, Li 2021,
 * equation 12). R is 1 where a user rated a movie with `atLeast` stars, D_U and D_I have the sums of its rows and columns.
 *
 *   R̃ = D_U^-½ R D_I^-½,  V its first right singular vectors
 *   score(u, i) = row u of R · (R̃'R̃ + share · D_I^-½ V V' D_I^½), column i, · c_i,    c_i = (n_i / mean)^-popularityExponent
 *
 * Nothing is learned by descent: R̃'R̃ is a linear low-pass filter and V V' an ideal one. A movie has no weight for itself. It is like
 * another by the part of the filter that both agree on, W_ij / (c_j · root of n_j / n_i).
 * Cost: the singular vectors (see `TruncatedSvd`), and movies² · factors; movies² numbers of memory.
 */
export class GraphFilter extends Engine<GraphFilterOptions, ItemWeights> {
  static readonly spec: EngineSpec<GraphFilterOptions> = {
    name: 'graph-filter',
    about: 'Low-pass filters on the graph of what is rated together; ranks, and predicts no stars.',
    source: 'Shen et al. 2021, "How Powerful is Graph Convolution for Recommendation?", equation 12',
    clicks: true,
    options: OPTIONS
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<GraphFilterOptions>, run: Run): Promise<ItemWeights> {
    const {atLeast, share, popularityExponent} = o
    const liked = likedIn(train, atLeast)
    const {byUser, byMovie} = liked
    const roots = rootsOf(byMovie.start)
    const v = await smoothest(liked, roots, o.factors, run)
    const movies = roots.length
    const sizes = roots.map(root => (root > 0 ? 1 / root ** 2 : 0))
    const mean = meanOf(sizes.filter(n => n > 0))
    const scale = sizes.map(n => (Math.max(1, n) / mean) ** -popularityExponent)
    const arena = new Arena()
    const ones = pointer(arena.f32(new Float32Array(liked.length).fill(1)))
    const lists = [byMovie, byUser].flatMap(({start, index}) => [
      pointer(arena.i32(start)),
      pointer(arena.i32(index)),
      ones
    ])
    const weights = arena.f64(rootsOf(byUser.start).map(root => root ** 2))
    const gram = arena.f64(movies * movies)
    const rows = arena.f32(v)
    const out = arena.f32(movies * movies)
    await withPool(arena, run, async pool => {
      await pool.all(
        'weighTogether',
        weightedBlocks(byMovie.start, BLOCK).map(([from, to]) => [
          ...[from, to, ...lists, pointer(weights), pointer(gram), movies]
        ])
      )
      const filter = [gram, movies, arena.f64(roots), rows, v.length / movies, share, arena.f64(scale), out]
      await pool.all(
        'filterRows',
        blocks(movies, ROWS).map(([from, to]) => [
          ...[from, to, ...filter.map(one => (typeof one === 'number' ? one : pointer(one))), movies]
        ])
      )
    })
    run.report(1, 1)
    const from = roots.map(root => (root > 0 ? 1 / root : 0))
    const to = roots.map((root, i) => root / scale[i])
    return new ItemWeights(
      new DenseWeights(out.slice(), movies),
      {atLeast, stars: 0},
      {from, to},
      new Float64Array(movies),
      Support.of(train)
    )
  }
}

/** The ratings with enough stars. */
function likedIn(train: Ratings, atLeast: number): Ratings {
  const {r} = train.rows
  const liked: number[] = []
  for (let n = 0; n < r.length; n++) if (r[n] >= atLeast) liked.push(n)
  if (liked.length === 0)
    throw new ArgumentError(`graph-filter: not one rating has ${atLeast} stars or more. Lower atLeast.`)
  return liked.length === r.length ? train : train.select(liked)
}

/** 1 / root of the length of each row; 0 for an empty one. */
function rootsOf(start: Int32Array): Float64Array {
  const roots = new Float64Array(start.length - 1)
  for (let row = 0; row < roots.length; row++)
    if (start[row] < start[row + 1]) roots[row] = 1 / Math.sqrt(start[row + 1] - start[row])
  return roots
}

/** The first right singular vectors of R̃, as rows of movies padded by zeros to whole quads. [movies × 4 · quads] */
async function smoothest(
  liked: Ratings,
  movies: Float64Array,
  factors: number,
  run: Run
): Promise<Float32Array> {
  const {u, i} = liked.rows
  const users = rootsOf(liked.byUser.start)
  const r = Float32Array.from(u, (user, n) => users[user] * movies[i[n]])
  const normalised = new Ratings({u, i, r}, liked.frame)
  const k = Math.min(factors, liked.userCount, liked.movieCount)
  const arena = new Arena()
  return withTeam(arena, run, async team => {
    const matrix = new CentredMatrix(arena, normalised, {
      mu: 0,
      bu: new Float64Array(users.length),
      centred: true
    })
    const {v} = matrix.vectors(team, await matrix.eigen(team, k, run))
    const width = Math.ceil(k / 4) * 4
    const rows = new Float32Array(movies.length * width)
    for (let row = 0; row < movies.length; row++)
      for (let f = 0; f < k; f++) rows[row * width + f] = v[row * k + f]
    return rows
  })
}
