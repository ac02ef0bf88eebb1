import type {Compressed} from '../data/compressed'
import {placeIn} from '../math/search'
import type {ModelState, Rated} from './model'

type Arrays = ModelState['arrays']

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

/** @internal What counts of ratings: pairs with at least so many stars. */
export function likesOf({byUser, byMovie}: Rated, atLeast: number): Likes {
  const keep = ({start, index, value}: Compressed): Lists => {
    const kept = new Int32Array(start.length)
    const columns = new Int32Array(index.length)
    let length = 0
    for (let row = 0; row + 1 < start.length; row++) {
      for (let k = start[row]; k < start[row + 1]; k++) if (value[k] >= atLeast) columns[length++] = index[k]
      kept[row + 1] = length
    }
    return {start: kept, index: columns.slice(0, length)}
  }
  return {byUser: keep(byUser), byMovie: keep(byMovie)}
}

/** @internal Weights W_ji from movie j, rated, to movie i, scored, in whatever form they are kept. W_ii is 0. */
export interface Weights {
  at(j: number, i: number): number
  /** The sum over n of x[n] times row j[n] of W. [movies] */
  sumOfRows(j: Int32Array, x: Float64Array): Float64Array
  arrays(): Arrays
}

/** @internal All weights, row-major: W_ji at j * movies + i. */
export class DenseWeights implements Weights {
  constructor(
    /** [movies × movies] */
    readonly values: Float32Array,
    readonly movies: number
  ) {}

  at(j: number, i: number): number {
    return this.values[j * this.movies + i]
  }

  sumOfRows(j: Int32Array, x: Float64Array): Float64Array {
    const {values, movies} = this
    const sum = new Float64Array(movies)
    for (let n = 0; n < j.length; n++)
      for (let i = 0, from = j[n] * movies, weight = x[n]; i < movies; i++)
        sum[i] += weight * values[from + i]
    return sum
  }

  arrays(): Arrays {
    return {weights: this.values}
  }
}

/** @internal Few weights a row: those of movie j stand at start[j] to start[j + 1] - 1, columns ascending. */
export class SparseWeights implements Weights {
  constructor(
    /** [movies + 1] */
    readonly start: Int32Array,
    readonly index: Int32Array,
    readonly values: Float32Array
  ) {}

  at(j: number, i: number): number {
    const place = placeIn(this.index, i, this.start[j], this.start[j + 1])
    return place < 0 ? 0 : this.values[place]
  }

  sumOfRows(j: Int32Array, x: Float64Array): Float64Array {
    const {start, index, values} = this
    const sum = new Float64Array(start.length - 1)
    for (let n = 0; n < j.length; n++)
      for (let k = start[j[n]]; k < start[j[n] + 1]; k++) sum[index[k]] += x[n] * values[k]
    return sum
  }

  /** Of rows with ascending columns. */
  static ofRows(
    rows: ReadonlyArray<{readonly index: ArrayLike<number>; readonly values: ArrayLike<number>}>
  ): SparseWeights {
    const start = new Int32Array(rows.length + 1)
    for (const [j, row] of rows.entries()) start[j + 1] = start[j] + row.index.length
    const index = new Int32Array(start[rows.length])
    const values = new Float32Array(index.length)
    for (const [j, row] of rows.entries()) {
      index.set(row.index, start[j])
      values.set(row.values, start[j])
    }
    return new SparseWeights(start, index, values)
  }

  /** W' */
  transposed(): SparseWeights {
    const {start, index, values} = this
    const to = new Int32Array(start.length)
    for (const column of index) to[column + 1]++
    for (let row = 1; row < to.length; row++) to[row] += to[row - 1]
    const next = to.slice()
    const columns = new Int32Array(index.length)
    const turned = new Float32Array(index.length)
    for (let row = 0; row + 1 < start.length; row++) {
      for (let k = start[row]; k < start[row + 1]; k++) {
        const place = next[index[k]]++
        columns[place] = row
        turned[place] = values[k]
      }
    }
    return new SparseWeights(to, columns, turned)
  }

  arrays(): Arrays {
    return {start: this.start, index: this.index, weights: this.values}
  }
}

/**
 * @internal Where there are fewer users than movies, the weights of an inverse P = Λ⁻¹ - Λ⁻¹ X' M X Λ⁻¹ by its matrix of users: W_ji = -P_ji scale_i.
 * X is 1 where a user likes a movie; M has been weighed by users already.
 */
export class UserInverseWeights implements Weights {
  constructor(
    /** [users × users] M, row-major */
    readonly inverse: Float32Array,
    /** [movies] Λ, the diagonal that was added to X'X */
    readonly penalties: Float64Array,
    /** [movies] what a column is multiplied by */
    readonly scale: Float64Array,
    private readonly likes: Likes
  ) {}

  at(j: number, i: number): number {
    if (j === i) return 0
    const {penalties, scale} = this
    return (this.between(j, i) / penalties[j] / penalties[i]) * scale[i]
  }

  /** P_ii. */
  diagonalAt(i: number): number {
    const {penalties} = this
    return (1 - this.between(i, i) / penalties[i]) / penalties[i]
  }

  sumOfRows(j: Int32Array, x: Float64Array): Float64Array {
    const {inverse, penalties, scale} = this
    const {byMovie} = this.likes
    const users = Math.sqrt(inverse.length)
    const theirs = new Float64Array(users)
    for (let n = 0; n < j.length; n++) {
      const weight = x[n] / penalties[j[n]]
      for (let k = byMovie.start[j[n]]; k < byMovie.start[j[n] + 1]; k++) theirs[byMovie.index[k]] += weight
    }
    const through = new Float64Array(users)
    for (let u = 0; u < users; u++) {
      let sum = 0
      for (let v = 0, from = u * users; v < users; v++) sum += inverse[from + v] * theirs[v]
      through[u] = sum
    }
    const sum = new Float64Array(penalties.length)
    for (let i = 0; i < sum.length; i++) {
      let all = 0
      for (let k = byMovie.start[i]; k < byMovie.start[i + 1]; k++) all += through[byMovie.index[k]]
      sum[i] = (all / penalties[i]) * scale[i]
    }
    // A movie's weight for itself was added with the others.
    for (let n = 0; n < j.length; n++)
      sum[j[n]] -= x[n] * (this.between(j[n], j[n]) / penalties[j[n]] ** 2) * scale[j[n]]
    return sum
  }

  arrays(): Arrays {
    return {inverse: this.inverse, penalties: this.penalties, scale: this.scale}
  }

  /** Entry (j, i) of X' M X: the sum of M over the users of j and of i. */
  private between(j: number, i: number): number {
    const {inverse} = this
    const {start, index} = this.likes.byMovie
    const users = Math.sqrt(inverse.length)
    let sum = 0
    for (let k = start[j]; k < start[j + 1]; k++)
      for (let l = start[i], row = index[k] * users; l < start[i + 1]; l++) sum += inverse[row + index[l]]
    return sum
  }
}

/** @internal The weights of a model file, by the arrays that it has. */
export function weightsOf(arrays: Arrays, likes: Likes): Weights {
  const {weights, start, index, inverse, penalties, scale} = arrays
  if (inverse !== undefined)
    return new UserInverseWeights(
      inverse as Float32Array,
      penalties as Float64Array,
      scale as Float64Array,
      likes
    )
  if (start !== undefined)
    return new SparseWeights(start as Int32Array, index as Int32Array, weights as Float32Array)
  return new DenseWeights(weights as Float32Array, likes.byMovie.start.length - 1)
}
