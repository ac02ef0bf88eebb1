import type {Ratings} from '../../data/ratings'
import {DivergedError, MemoryError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {invertNegated, invertScratch, invertSize} from '../../kernels/invert'
import {weightedBlocks, withPool} from '../../kernels/pool'
import {Engine, type EngineState, type Person, type Term} from '../engine'
import type {EngineSpec, OptionsOf} from '../options'
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
export class Ease extends Engine<EaseOptions> {
  static readonly spec: EngineSpec<EaseOptions> = {
    name: 'ease',
    about: 'A linear model of what is rated together, in closed form; ranks, and predicts no stars.',
    source: 'Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8',
    options: OPTIONS
  }
  /** P [movies × movies], or M [users × users] where there are fewer users; row-major. */
  private inverse: Float32Array = new Float32Array(0)
  /** The diagonal of P. [movies] */
  private diagonal: Float64Array = new Float64Array(0)
  /** What counts of the ratings, by user and by movie. */
  private liked!: Liked

  protected async learn(train: Ratings, run: Run): Promise<void> {
    this.liked = likedOf(train, this.resolved.atLeast)
    const {byUser, byMovie} = this.liked
    this.inverse = this.dual
      ? await this.invert(byUser, byMovie, run)
      : await this.invert(byMovie, byUser, run)
    this.diagonal = this.diagonalOf()
  }

  /** Whether M is kept and not P. */
  private get dual(): boolean {
    return this.liked.byUser.start.length < this.liked.byMovie.start.length
  }

  /** (X'X + regularization)⁻¹ for the columns of X in `columns`, [n × n]. */
  private async invert(columns: Lists, rows: Lists, run: Run): Promise<Float32Array> {
    const {regularization} = this.resolved
    const count = columns.start.length - 1
    const n = invertSize(count)
    if (n > LARGEST)
      throw new MemoryError(
        `ease: ${count.toLocaleString('en-US')} movies and at least as many users need a matrix of ${((8 * n * n) / 2 ** 30).toFixed(0)} GB, and 4 GB can be had. Leave out rare movies, or use item-neighbours.`
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
      if (!positive || (this.dual && regularization === 0))
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

  private diagonalOf(): Float64Array {
    const {byMovie} = this.liked
    const count = byMovie.start.length - 1
    if (!this.dual) return Float64Array.from({length: count}, (_, i) => this.inverse[i * count + i])
    return Float64Array.from(
      {length: count},
      (_, i) => (1 - this.between(i, i)) / this.resolved.regularization
    )
  }

  /** Entry (i, j) of X' M X: the sum of M over the users of i and of j. */
  private between(i: number, j: number): number {
    const {start, index} = this.liked.byMovie
    const users = this.liked.byUser.start.length - 1
    let sum = 0
    for (let k = start[i]; k < start[i + 1]; k++)
      for (let m = start[j]; m < start[j + 1]; m++) sum += this.inverse[index[k] * users + index[m]]
    return sum
  }

  /** Sum of the rows of P of these movies. [movies] */
  private sumOfRows(movies: ArrayLike<number>): Float64Array {
    const {byMovie, byUser} = this.liked
    const count = byMovie.start.length - 1
    const sum = new Float64Array(count)
    if (!this.dual) {
      for (let n = 0; n < movies.length; n++)
        for (let i = 0, from = movies[n] * count; i < count; i++) sum[i] += this.inverse[from + i]
      return sum
    }
    const users = byUser.start.length - 1
    const weights = new Float64Array(users)
    for (let n = 0; n < movies.length; n++) {
      sum[movies[n]] += 1
      for (let k = byMovie.start[movies[n]]; k < byMovie.start[movies[n] + 1]; k++)
        for (let v = 0, from = byMovie.index[k] * users; v < users; v++) weights[v] += this.inverse[from + v]
    }
    for (let i = 0; i < count; i++) {
      for (let k = byMovie.start[i]; k < byMovie.start[i + 1]; k++) sum[i] -= weights[byMovie.index[k]]
      sum[i] /= this.resolved.regularization
    }
    return sum
  }

  /** The movies of a person that count. */
  private likes({i, r}: Person): Int32Array {
    return i.filter((_, n) => r[n] >= this.resolved.atLeast)
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const likes = this.likes(person)
    const rows = this.sumOfRows(likes)
    const own = new Uint8Array(rows.length)
    for (const j of likes) own[j] = 1
    return Float64Array.from(items, i => own[i] - rows[i] / this.diagonal[i])
  }

  protected similarTo(i: number): Float64Array {
    const row = this.sumOfRows([i])
    return row.map((value, j) => (j === i ? 1 : -value / Math.sqrt(this.diagonal[i] * this.diagonal[j])))
  }

  protected terms(person: Person, i: number): Term[] {
    if (!this.knows(i)) return [{name: 'not rated by anyone', value: 0}]
    const terms: Term[] = []
    for (const j of this.likes(person)) {
      const movieId = this.items.ids[j]
      terms.push({name: 'rated', value: this.weight(j, i), movieId, title: this.movies.title(movieId)})
    }
    return terms.length === 0 ? [{name: 'nothing rated', value: 0}] : terms
  }

  /** B_ji. */
  private weight(j: number, i: number): number {
    if (j === i) return 0
    if (!this.dual) return -this.inverse[j * this.items.length + i] / this.diagonal[i]
    return this.between(j, i) / this.resolved.regularization / this.diagonal[i]
  }

  protected dump(): EngineState {
    return {values: {}, arrays: {inverse: this.inverse, diagonal: this.diagonal}}
  }

  protected restore({arrays}: EngineState, train: Ratings): void {
    this.inverse = arrays.inverse as Float32Array
    this.diagonal = arrays.diagonal as Float64Array
    this.liked = likedOf(train, this.resolved.atLeast)
  }
}

/** For each row the columns where X is 1, ascending. */
interface Lists {
  start: Int32Array
  index: Int32Array
}

interface Liked {
  byUser: Lists
  byMovie: Lists
}

function likedOf({byUser, byMovie}: Ratings, atLeast: number): Liked {
  const keep = ({start, index, value}: Ratings['byUser']): Lists => {
    const kept = new Int32Array(start.length)
    const columns: number[] = []
    for (let row = 0; row + 1 < start.length; row++) {
      for (let k = start[row]; k < start[row + 1]; k++) if (value[k] >= atLeast) columns.push(index[k])
      kept[row + 1] = columns.length
    }
    return {start: kept, index: Int32Array.from(columns)}
  }
  return {byUser: keep(byUser), byMovie: keep(byMovie)}
}
