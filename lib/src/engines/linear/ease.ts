import type {Ratings} from '../../data/ratings'
import {DivergedError, MemoryError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {invertNegated, invertScratch, invertSize} from '../../kernels/invert'
import {weightedBlocks, withPool} from '../../kernels/pool'
import {ItemWeights, type Lists, likesOf} from '../../models/itemWeights'
import {Support} from '../../models/model'
import {count as inWords} from '../../show/numbers'
import {Engine} from '../engine'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'

const OPTIONS = {
  regularization: {
    kind: 'number',
    default: 500,
    min: 0,
    about: 'Weight of the squared weights against the squared errors, in ratings.'
  },
  atLeast: {
    kind: 'number',
    default: 0,
    about: 'Ratings below this many stars are taken for no sign of interest.'
  }
} as const

export type EaseOptions = OptionsOf<typeof OPTIONS>

/** Pairs of raters that one call counts. */
const BLOCK = 20_000
/** The most rows a matrix can have in 4 GiB, with room for the ratings. */
const LARGEST = 21_000

/**
 * "Embarrassingly shallow autoencoder": a linear model that predicts what a user rates from what else she rated, in closed form
 * (Steck 2019, equation 8). X is [users × movies], 1 where a user rated a movie with `atLeast` stars.
 *
 *   score(u, i) = sum over the movies j that u rated of B_ji
 *   least of      |X - X B|² + regularization · |B|², with the diagonal of B at 0
 *   solution      P = (X'X + regularization)⁻¹,  B_ji = -P_ji / P_ii
 *
 * Where there are fewer users than movies P = (1 - X' M X) / regularization with M = (X X' + regularization)⁻¹ is as exact, and
 * only M is kept. A movie is like another by their partial correlation, -P_ij / sqrt(P_ii P_jj).
 * Cost: n³ / 2 for the smaller of users and movies, and n² numbers of memory.
 */
export class Ease extends Engine<EaseOptions, ItemWeights> {
  static readonly spec: EngineSpec<EaseOptions> = {
    name: 'ease',
    about: 'A linear model of what is rated together, in closed form; ranks, and predicts no stars.',
    source: 'Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8',
    clicks: true,
    options: OPTIONS
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    {regularization, atLeast}: Resolved<EaseOptions>,
    run: Run
  ): Promise<ItemWeights> {
    const likes = likesOf(train, atLeast)
    const {byUser, byMovie} = likes
    const inverse =
      byUser.start.length < byMovie.start.length
        ? await invert(byUser, byMovie, regularization, run, true)
        : await invert(byMovie, byUser, regularization, run, false)
    return ItemWeights.of(inverse, {atLeast, penalty: regularization}, likes, Support.of(train))
  }
}

/** (X'X + regularization)⁻¹ for the columns of X in `columns`, [n × n]; of X X' where there are fewer users than movies (`dual`). */
async function invert(
  columns: Lists,
  rows: Lists,
  regularization: number,
  run: Run,
  dual: boolean
): Promise<Float32Array> {
  const count = columns.start.length - 1
  const n = invertSize(count)
  if (n > LARGEST)
    throw new MemoryError(
      `ease: ${inWords(count)} movies and at least as many users need a matrix of ${((8 * n * n) / 2 ** 30).toFixed(0)} GB, and 4 GB can be had. Leave out rare movies, or use item-neighbours.`
    )
  const arena = new Arena()
  const pointers = [columns.start, columns.index, rows.start, rows.index].map(list =>
    pointer(arena.i32(list))
  )
  const a = arena.f64(n * n)
  await withPool(arena, run, async pool => {
    await pool.all(
      'countTogether',
      weightedBlocks(columns.start, BLOCK).map(([from, to]) => [from, to, ...pointers, pointer(a), n])
    )
    for (let k = 0; k < n; k++) a[k * n + k] += k < count ? regularization : 1
    const positive = await invertNegated(invertScratch(arena, n), pool, a, n, done => run.report(done, n))
    // With fewer users than movies X'X has no inverse of its own, though X X' may have one.
    if (!positive || (dual && regularization === 0))
      throw new DivergedError(
        `ease: X'X has no inverse with regularization ${regularization}. Raise regularization, to 100 say.`,
        'regularization'
      )
  })
  const out = new Float32Array(count * count)
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) out[i * count + j] = out[j * count + i] = -a[i * n + j]
  return out
}
