import {transpose} from '../data/compressed'
import {placeIn} from '../math/search'
import {meanOf} from '../math/statistics'
import {addRows, dotsWithRows} from '../math/vectors'
import type {ModelState, Person, Rated, SparseRows} from './model'

type Arrays = ModelState['arrays']

/** @internal How much each of a person's ratings counts. */
export interface Input {
  /** Ratings below this many stars are taken for no sign of interest. */
  atLeast: number
  /** What a star more than is expected adds to the weight 1 of a rating. */
  stars: number
  /** Whether a pair counts as often as it was clicked. @default false */
  counts?: boolean
}

/** @internal For each row its columns, ascending, and what stands there. */
export interface Lists {
  /** [rows + 1] */
  readonly start: Int32Array
  readonly index: Int32Array
  readonly value: Float32Array
}

/** @internal Who likes what and how much, X, from both sides. */
export interface Likes {
  readonly byUser: Lists
  readonly byMovie: Lists
}

/**
 * @internal How far each movie is rated above the mean movie, in stars; 0 where nobody rated it. It is expected that somebody rates a movie
 * as far above her mean as this. [movies]
 */
export function aboveTheMean({byMovie: {start, value}}: Rated): Float64Array {
  const means = new Float64Array(start.length - 1).fill(Number.NaN)
  for (let i = 0; i < means.length; i++)
    if (start[i] < start[i + 1]) means[i] = meanOf(value.subarray(start[i], start[i + 1]))
  const middle = meanOf(means.filter(mean => !Number.isNaN(mean)))
  return means.map(mean => (Number.isNaN(mean) ? 0 : mean - middle))
}

/** @internal What counts of somebody's ratings, and how much: x_j = 1 + stars · (r_j - mean of hers - above_j). */
export function inputOf(
  {i, r}: Pick<Person, 'i' | 'r'>,
  {atLeast, stars, counts = false}: Input,
  above: Float64Array
): {i: Int32Array; x: Float32Array} {
  const movies = new Int32Array(i.length)
  const x = new Float32Array(i.length)
  const mean = meanOf(r, 0)
  let length = 0
  for (let n = 0; n < i.length; n++) {
    if (r[n] < atLeast) continue
    movies[length] = i[n]
    x[length++] = counts ? r[n] : 1 + stars * (r[n] - mean - above[i[n]])
  }
  return {i: movies.subarray(0, length), x: x.subarray(0, length)}
}

/** @internal X of ratings. */
export function likesOf(
  {byUser: {start, index, value}, byMovie}: Rated,
  input: Input,
  above: Float64Array
): Likes {
  const kept = new Int32Array(start.length)
  const movies = new Int32Array(index.length)
  const values = new Float32Array(index.length)
  for (let u = 0; u + 1 < start.length; u++) {
    const [from, to] = [start[u], start[u + 1]]
    const {i, x} = inputOf({i: index.subarray(from, to), r: value.subarray(from, to)}, input, above)
    movies.set(i, kept[u])
    values.set(x, kept[u])
    kept[u + 1] = kept[u] + i.length
  }
  const length = kept[start.length - 1]
  const byUser = {start: kept, index: movies.slice(0, length), value: values.slice(0, length), row: movies}
  return {byUser, byMovie: transpose(byUser, byMovie.start.length - 1)}
}

/** @internal Weights W_ji from movie j, rated, to movie i, scored, in whatever form they are kept. W_ii is 0. */
export interface Weights {
  at(j: number, i: number): number
  /** The sum over n of x[n] times row j[n] of W. [movies] */
  sumOfRows(j: Int32Array, x: Float32Array): Float64Array
  /** The rows, for a kernel; undefined where they are not kept as such. */
  rows(): Float32Array | SparseRows | undefined
  arrays(): Arrays
  /** X of the fit, where weights go through its users. */
  readonly likes?: Likes
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

  sumOfRows(j: Int32Array, x: Float32Array): Float64Array {
    const sum = new Float64Array(this.movies)
    addRows(sum, this.values, j, x)
    return sum
  }

  rows(): Float32Array {
    return this.values
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

  sumOfRows(j: Int32Array, x: Float32Array): Float64Array {
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

  rows(): SparseRows {
    return {start: this.start, index: this.index, value: this.values}
  }

  arrays(): Arrays {
    return {start: this.start, index: this.index, weights: this.values}
  }
}

/**
 * @internal Where there are fewer users than movies, the weights of an inverse P = Λ⁻¹ - Λ⁻¹ X' M X Λ⁻¹ by its matrix of users: W_ji = -P_ji scale_i.
 * M has been weighed by users already.
 */
export class UserInverseWeights implements Weights {
  constructor(
    /** [users × users] M, row-major */
    readonly inverse: Float32Array,
    /** [movies] Λ, the diagonal that was added to X'X */
    readonly penalties: Float64Array,
    /** [movies] what a column is multiplied by */
    readonly scale: Float64Array,
    /** [movies] x_i' M x_i / Λ_i², which is 1 / Λ_i - P_ii */
    readonly own: Float64Array,
    readonly likes: Likes
  ) {}

  /** Of an M; `scaleOf` makes the scale from the diagonal of P. */
  static of(
    inverse: Float32Array,
    penalties: Float64Array,
    likes: Likes,
    scaleOf: (diagonal: Float64Array) => Float64Array
  ): {weights: UserInverseWeights; diagonal: Float64Array; scale: Float64Array} {
    const own = penalties.map((penalty, i) => between(inverse, likes, i, i) / penalty ** 2)
    const diagonal = penalties.map((penalty, i) => 1 / penalty - own[i])
    const scale = scaleOf(diagonal)
    return {weights: new UserInverseWeights(inverse, penalties, scale, own, likes), diagonal, scale}
  }

  at(j: number, i: number): number {
    if (j === i) return 0
    const {penalties, scale} = this
    return (between(this.inverse, this.likes, j, i) / penalties[j] / penalties[i]) * scale[i]
  }

  sumOfRows(j: Int32Array, x: Float32Array): Float64Array {
    const {inverse, penalties, scale} = this
    const {byMovie} = this.likes
    const users = Math.sqrt(inverse.length)
    const theirs = new Float64Array(users)
    for (let n = 0; n < j.length; n++) {
      const weight = x[n] / penalties[j[n]]
      for (let k = byMovie.start[j[n]]; k < byMovie.start[j[n] + 1]; k++)
        theirs[byMovie.index[k]] += weight * byMovie.value[k]
    }
    const through = new Float64Array(users)
    // M is symmetric, and few have rated what was rated.
    for (let v = 0, from = 0; v < users; v++, from += users)
      if (theirs[v] !== 0) for (let u = 0; u < users; u++) through[u] += inverse[from + u] * theirs[v]
    const sum = new Float64Array(penalties.length)
    for (let i = 0; i < sum.length; i++) {
      let all = 0
      for (let k = byMovie.start[i]; k < byMovie.start[i + 1]; k++)
        all += through[byMovie.index[k]] * byMovie.value[k]
      sum[i] = (all / penalties[i]) * scale[i]
    }
    // A movie's weight for itself was added with the others.
    for (let n = 0; n < j.length; n++) sum[j[n]] -= x[n] * this.own[j[n]] * scale[j[n]]
    return sum
  }

  rows(): undefined {
    return undefined
  }

  arrays(): Arrays {
    return {inverse: this.inverse, penalties: this.penalties, scale: this.scale, own: this.own}
  }
}

/** @internal The numbers of `FilterWeights`; all but the first two are [movies]. */
export interface FilterNumbers {
  /** [users] */
  readonly users: Float64Array
  /** [movies × factors] */
  readonly v: Float32Array
  readonly linearFrom: Float64Array
  readonly linearTo: Float64Array
  readonly lowFrom: Float64Array
  readonly lowTo: Float64Array
}

/**
 * @internal A linear filter through the users, who are few, and a low-pass one through few factors, neither ever multiplied out:
 * W_ji = linearFrom_j (sum over users u of users_u x_uj x_ui) linearTo_i + lowFrom_j (v_j·v_i) lowTo_i.
 */
export class FilterWeights implements Weights {
  constructor(
    private readonly numbers: FilterNumbers,
    readonly likes: Likes
  ) {}

  at(j: number, i: number): number {
    return j === i ? 0 : this.through(j, i)
  }

  sumOfRows(j: Int32Array, x: Float32Array): Float64Array {
    const {users, v, linearFrom, linearTo, lowFrom, lowTo} = this.numbers
    const {start, index, value} = this.likes.byMovie
    const movies = linearTo.length
    const factors = v.length / movies
    const theirs = new Float64Array(users.length)
    const place = new Float64Array(factors)
    for (let n = 0; n < j.length; n++) {
      const linear = x[n] * linearFrom[j[n]]
      for (let k = start[j[n]]; k < start[j[n] + 1]; k++) theirs[index[k]] += linear * value[k]
      const weight = x[n] * lowFrom[j[n]]
      for (let f = 0, at = j[n] * factors; f < factors; f++) place[f] += weight * v[at + f]
    }
    for (let u = 0; u < theirs.length; u++) theirs[u] *= users[u]
    const low = dotsWithRows(place, v)
    const sum = new Float64Array(movies)
    for (let i = 0; i < movies; i++) {
      let linear = 0
      for (let k = start[i]; k < start[i + 1]; k++) linear += theirs[index[k]] * value[k]
      sum[i] = linear * linearTo[i] + low[i] * lowTo[i]
    }
    // A movie's weight for itself was added with the others.
    for (let n = 0; n < j.length; n++) sum[j[n]] -= x[n] * this.through(j[n], j[n])
    return sum
  }

  rows(): undefined {
    return undefined
  }

  arrays(): Arrays {
    return {...this.numbers}
  }

  private through(j: number, i: number): number {
    const {users, v, linearFrom, linearTo, lowFrom, lowTo} = this.numbers
    const {start, index, value} = this.likes.byMovie
    const factors = v.length / linearTo.length
    let together = 0
    for (let k = start[j], l = start[i]; k < start[j + 1] && l < start[i + 1]; ) {
      if (index[k] === index[l]) together += users[index[k]] * value[k++] * value[l++]
      else if (index[k] < index[l]) k++
      else l++
    }
    let near = 0
    for (let f = 0; f < factors; f++) near += v[j * factors + f] * v[i * factors + f]
    return linearFrom[j] * together * linearTo[i] + lowFrom[j] * near * lowTo[i]
  }
}

/** Entry (j, i) of X' M X: the sum of M over the users of j and of i. */
function between(inverse: Float32Array, {byMovie, byUser}: Likes, j: number, i: number): number {
  const {start, index, value} = byMovie
  const users = byUser.start.length - 1
  let sum = 0
  for (let k = start[j]; k < start[j + 1]; k++)
    for (let l = start[i], row = index[k] * users; l < start[i + 1]; l++)
      sum += value[k] * inverse[row + index[l]] * value[l]
  return sum
}

/** @internal X of a model file that keeps it by movie, with the users of the fit, as many as the weights have. */
export function likesFrom(byMovie: Lists, {inverse, users}: Arrays): Likes {
  const count = inverse === undefined ? users.length : Math.sqrt(inverse.length)
  return {byMovie, byUser: transpose({...byMovie, row: byMovie.index}, count)}
}

/** @internal The weights of a model file, by the arrays that it has; those that go through users take who likes what. */
export function weightsOf(arrays: Arrays, movies: number, likes: () => Likes): Weights {
  const {weights, start, index, inverse, penalties, scale, own} = arrays
  if (inverse !== undefined)
    return new UserInverseWeights(
      inverse as Float32Array,
      penalties as Float64Array,
      scale as Float64Array,
      own as Float64Array,
      likes()
    )
  if (arrays.v !== undefined) return new FilterWeights(arrays as unknown as FilterNumbers, likes())
  if (start !== undefined)
    return new SparseWeights(start as Int32Array, index as Int32Array, weights as Float32Array)
  return new DenseWeights(weights as Float32Array, movies)
}
