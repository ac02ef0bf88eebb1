import type {Compressed, Ratings} from '../data/ratings'
import {type Biases, foldIn} from '../engines/baseline'
import type {Person, Term} from '../engines/engine'
import {deviationOf, meanOf} from '../math/statistics'

/** What ratings are measured from. */
export type CentreKind = 'nothing' | 'mean' | 'user-mean' | 'movie-mean' | 'baseline'

/**
 * c(u, i) = base + user[u] + movie[i], the point that a rating is measured from: 0, the mean of all, the user's mean, the movie's mean, or the
 * baseline mu + bu + bi. Users and movies without ratings have the mean of all, or bias 0.
 */
export class Centre {
  readonly base: number
  /** [users] */
  readonly user: Float64Array
  /** [movies] */
  readonly movie: Float64Array

  constructor(
    private readonly kind: CentreKind,
    private readonly train: Ratings,
    private readonly biases: Biases,
    private readonly userDamping: number
  ) {
    const {userIds, movieIds} = train.frame
    this.base = kind === 'baseline' ? biases.mu : kind === 'mean' ? train.mean : 0
    this.user =
      kind === 'baseline'
        ? biases.bu
        : kind === 'user-mean'
          ? means(train.byUser, train.mean)
          : new Float64Array(userIds.length)
    this.movie =
      kind === 'baseline'
        ? biases.bi
        : kind === 'movie-mean'
          ? means(train.byMovie, train.mean)
          : new Float64Array(movieIds.length)
  }

  /** The user's part for anyone: a known user's, the same equation on a profile, the unknown's for a stranger. */
  userPart({u, i, r}: Person): number {
    if (u >= 0) return this.user[u]
    const {mu, bi} = this.biases
    if (this.kind === 'baseline') return foldIn(i, r, mu, bi, this.userDamping)
    return this.kind === 'user-mean' ? meanOf(r, this.train.mean) : 0
  }

  /** The movie's part; `i` is -1 for a movie that nobody rated. */
  moviePart(i: number): number {
    if (i >= 0) return this.movie[i]
    return this.kind === 'movie-mean' ? this.train.mean : 0
  }

  of(person: Person, i: number): number {
    return this.base + this.userPart(person) + this.moviePart(i)
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

  terms(person: Person, i: number): Term[] {
    const user = this.userPart(person)
    const movie = this.moviePart(i)
    if (this.kind === 'nothing') return []
    if (this.kind === 'mean') return [{name: 'mean', value: this.base}]
    if (this.kind === 'user-mean') return [{name: "user's mean", value: user}]
    if (this.kind === 'movie-mean') return [{name: "movie's mean", value: movie}]
    return [
      {name: 'mean', value: this.base},
      {name: 'user', value: user},
      {name: 'movie', value: movie}
    ]
  }
}

const STRANGER: Person = {u: -1, i: new Int32Array(0), r: new Float32Array(0)}

/** Mean of every row; `empty` for a row without ratings. */
export function means({start, value}: Compressed, empty: number): Float64Array {
  return Float64Array.from({length: start.length - 1}, (_, row) =>
    meanOf(value.subarray(start[row], start[row + 1]), empty)
  )
}

/** Standard deviation of every row (divided by n); `constant` for a row that does not vary. */
export function deviations({start, value}: Compressed, constant: number): Float64Array {
  return Float64Array.from({length: start.length - 1}, (_, row) =>
    deviationOf(value.subarray(start[row], start[row + 1]), constant)
  )
}
