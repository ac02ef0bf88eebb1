import type {Compressed} from '../data/compressed'
import {addRows} from '../math/vectors'
import type {Model, ModelState, Part, Person, Rated, Support, WeightForm} from './model'

/** @internal For each row the columns where there is a 1, ascending. */
export interface Lists {
  /** [rows + 1] */
  readonly start: Int32Array
  readonly index: Int32Array
}

/** @internal Who likes what, from both sides. */
export interface Likes {
  readonly byUser: Lists
  readonly byMovie: Lists
}

/**
 * What a person rated, weighed for each movie: score(u, i) = sum over the movies j that she likes of B_ji, with 0 on the diagonal.
 *
 * The weights are kept as the symmetric inverse that they come from, half as many numbers to look after:
 *   B_ji = -P_ji / P_ii,   P [movies × movies] itself, or, where there are fewer users than movies,
 *   P = (1 - X' M X) / penalty with M [users × users] and X the likes
 * A movie is like another by their partial correlation, -P_ij / sqrt(P_ii P_jj).
 */
export class ItemWeights implements Model {
  readonly kind = 'weights'
  readonly unit = 'score'
  /** Whether M is kept and not P. */
  private readonly dual: boolean

  /** @internal */
  constructor(
    /** P [movies × movies], or M [users × users]; row-major. */
    readonly inverse: Float32Array,
    /** [movies] the diagonal of P */
    readonly diagonal: Float64Array,
    private readonly o: {
      /** Ratings below this many stars are taken for no sign of interest. */
      atLeast: number
      /** What was added to the diagonal that was inverted. */
      penalty: number
    },
    private readonly likes: Likes,
    private readonly support: Support
  ) {
    this.dual = inverse.length !== diagonal.length ** 2
  }

  /** @internal The weights from an inverse: the diagonal of P follows from it. */
  static of(
    inverse: Float32Array,
    o: {atLeast: number; penalty: number},
    likes: Likes,
    support: Support
  ): ItemWeights {
    const movies = likes.byMovie.start.length - 1
    const users = likes.byUser.start.length - 1
    const dual = inverse.length !== movies * movies
    const diagonal = Float64Array.from({length: movies}, (_, i) =>
      dual ? (1 - between(inverse, users, likes.byMovie, i, i)) / o.penalty : inverse[i * movies + i]
    )
    return new ItemWeights(inverse, diagonal, o, likes, support)
  }

  /** @internal */
  static restore({values, arrays}: ModelState, support: Support, ratings: Rated): ItemWeights {
    const o = values as {atLeast: number; penalty: number}
    const {inverse, diagonal} = arrays as {inverse: Float32Array; diagonal: Float64Array}
    return new ItemWeights(inverse, diagonal, o, likesOf(ratings, o.atLeast), support)
  }

  /** @internal */
  state(): ModelState {
    return {values: {...this.o}, arrays: {inverse: this.inverse, diagonal: this.diagonal}}
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    const liked = this.liked(person)
    const rows = this.sumOfRows(liked)
    const own = new Uint8Array(rows.length)
    for (const j of liked) own[j] = 1
    const {diagonal} = this
    const scores = new Float64Array(items.length)
    for (let n = 0; n < scores.length; n++) scores[n] = own[items[n]] - rows[items[n]] / diagonal[items[n]]
    return scores
  }

  /** @internal */
  similar(i: number): Float64Array {
    const row = this.sumOfRows(Int32Array.of(i))
    return row.map((value, j) => (j === i ? 1 : -value / Math.sqrt(this.diagonal[i] * this.diagonal[j])))
  }

  /** @internal */
  parts(person: Person, i: number): Part[] {
    if (!this.knows(i)) return [{kind: 'rest', value: 0, name: 'nobody rated it'}]
    const parts = [...person.i.keys()]
      .filter(n => this.counts(person.r[n]) && person.i[n] !== i)
      .map((n): Part => ({kind: 'rated', value: this.weight(person.i[n], i), i: person.i[n]}))
    return parts.length > 0 ? parts : [{kind: 'rest', value: 0, name: 'nothing that counts was rated'}]
  }

  /** @internal Rows of -P over its diagonal; by M a sum is over users. */
  listForm(): WeightForm | undefined {
    if (this.dual) return undefined
    const divisor = this.diagonal.map(value => -value)
    const rowsOf = (person: Person): {index: Int32Array} => ({index: this.liked(person)})
    return {kind: 'weights', weights: this.inverse, divisor, ofRated: false, valued: false, rowsOf}
  }

  private counts(stars: number): boolean {
    return stars >= this.o.atLeast
  }

  private liked({i, r}: Person): Int32Array {
    return i.filter((_, n) => this.counts(r[n]))
  }

  /** B_ji. */
  private weight(j: number, i: number): number {
    if (j === i) return 0
    if (!this.dual) return -this.inverse[j * this.diagonal.length + i] / this.diagonal[i]
    const {byUser, byMovie} = this.likes
    return between(this.inverse, byUser.start.length - 1, byMovie, j, i) / this.o.penalty / this.diagonal[i]
  }

  /** Sum of the rows of P of these movies. [movies] */
  private sumOfRows(movies: Int32Array): Float64Array {
    const {inverse} = this
    const count = this.diagonal.length
    const sum = new Float64Array(count)
    if (!this.dual) {
      addRows(sum, inverse, movies)
      return sum
    }
    const {byMovie, byUser} = this.likes
    const users = byUser.start.length - 1
    const weights = new Float64Array(users)
    for (const j of movies) {
      sum[j] += 1
      for (let k = byMovie.start[j]; k < byMovie.start[j + 1]; k++)
        for (let v = 0, from = byMovie.index[k] * users; v < users; v++) weights[v] += inverse[from + v]
    }
    for (let i = 0; i < count; i++) {
      for (let k = byMovie.start[i]; k < byMovie.start[i + 1]; k++) sum[i] -= weights[byMovie.index[k]]
      sum[i] /= this.o.penalty
    }
    return sum
  }
}

/** Entry (i, j) of X' M X: the sum of M over the users of i and of j. */
function between(m: Float32Array, users: number, {start, index}: Lists, i: number, j: number): number {
  let sum = 0
  for (let k = start[i]; k < start[i + 1]; k++)
    for (let l = start[j]; l < start[j + 1]; l++) sum += m[index[k] * users + index[l]]
  return sum
}

/** @internal What counts of ratings: pairs with at least so many stars. */
export function likesOf({byUser, byMovie}: Rated, atLeast: number): Likes {
  const keep = ({start, index, value}: Compressed): Lists => {
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
