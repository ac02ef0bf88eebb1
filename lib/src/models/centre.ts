import type {Compressed} from '../data/compressed'
import type {Ratings} from '../data/ratings'
import {deviationOf, meanOf} from '../math/statistics'
import type {Biases} from './biases'
import {type Part, type Person, STRANGER} from './model'

/** @internal What ratings are measured from. */
export type CentreKind = 'nothing' | 'mean' | 'user-mean' | 'movie-mean' | 'baseline'

/**
 * @internal c(u, i) = base + user[u] + movie[i], the point that a rating is measured from: 0, the mean of all, the user's mean, the movie's mean,
 * or the baseline mu + bu + bi. Users and movies without ratings have the mean of all, or bias 0.
 */
export class Centre {
  readonly base: number
  /** [users] */
  readonly user: Float64Array
  /** [movies] */
  readonly movie: Float64Array
  private readonly mean: number

  constructor(
    private readonly kind: CentreKind,
    {mean, byUser, byMovie}: Ratings,
    private readonly biases: Biases
  ) {
    this.mean = mean
    this.base = kind === 'baseline' || kind === 'mean' ? mean : 0
    const parts = (own: CentreKind, {start, value}: Compressed, baseline: Float64Array): Float64Array =>
      kind === 'baseline'
        ? baseline
        : kind === own
          ? eachRow({start, value}, row => meanOf(row, mean))
          : new Float64Array(start.length - 1)
    this.user = parts('user-mean', byUser, biases.bu)
    this.movie = parts('movie-mean', byMovie, biases.bi)
  }

  of(person: Person, i: number): number {
    return this.partOf(person) + this.moviePart(i)
  }

  /** What does not depend on the movie. */
  partOf(person: Person): number {
    return this.base + this.userPart(person)
  }

  /** The same for indices, -1 for the unknown. */
  at(u: number, i: number): number {
    return u >= 0 ? this.base + this.user[u] + this.moviePart(i) : this.of(STRANGER, i)
  }

  /** Each rating's distance from the centre, in the order of a compressed table. */
  distances(side: 'user' | 'movie', {start, index, value}: Compressed): Float32Array {
    const [own, other] = side === 'user' ? [this.user, this.movie] : [this.movie, this.user]
    const distance = new Float32Array(value.length)
    for (let row = 0; row + 1 < start.length; row++) {
      const from = this.base + own[row]
      for (let n = start[row]; n < start[row + 1]; n++) distance[n] = value[n] - from - other[index[n]]
    }
    return distance
  }

  parts(person: Person, i: number): Part[] {
    const user = this.userPart(person)
    const movie = this.moviePart(i)
    if (this.kind === 'nothing') return []
    if (this.kind === 'mean') return [{kind: 'mean', value: this.base}]
    if (this.kind === 'user-mean') return [{kind: 'user', value: user, name: 'your mean'}]
    if (this.kind === 'movie-mean') return [{kind: 'movie', value: movie, name: "the movie's mean"}]
    return [
      {kind: 'mean', value: this.base},
      {kind: 'user', value: user},
      {kind: 'movie', value: movie}
    ]
  }

  /** The user's part for anyone: a known user's, the same equation on a profile, the unknown's for a stranger. */
  private userPart(person: Person): number {
    if (person.u >= 0) return this.user[person.u]
    if (this.kind === 'baseline') return this.biases.biasOf(person)
    return this.kind === 'user-mean' ? meanOf(person.r, this.mean) : 0
  }

  /** The movie's part; `i` is -1 for a movie that nobody rated. */
  private moviePart(i: number): number {
    if (i >= 0) return this.movie[i]
    return this.kind === 'movie-mean' ? this.mean : 0
  }
}

/** @internal Standard deviation of every row; `constant` for a row that does not vary. [rows] */
export function deviations(table: Compressed, constant: number): Float64Array {
  return eachRow(table, row => deviationOf(row, constant))
}

function eachRow(
  {start, value}: {start: Int32Array; value: Float32Array},
  of: (row: Float32Array) => number
): Float64Array {
  return Float64Array.from({length: start.length - 1}, (_, row) =>
    of(value.subarray(start[row], start[row + 1]))
  )
}
