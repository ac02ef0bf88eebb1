import type {Compressed} from '../data/compressed'
import type {IdIndex, MovieId, UserId} from '../data/ids'
import type {Movies} from '../data/movies'
import type {Ratings} from '../data/ratings'
import {Support} from './model'

/** @internal Who and what stands behind a model's indices. */
export interface Directory {
  /** The movies that the model can score. */
  readonly items: IdIndex<MovieId>
  /** The catalogue: titles, genres and years. */
  readonly movies: Movies
  /** The smallest and the largest rating there is. */
  readonly scale: readonly [min: number, max: number]
  /** Where the items are from, for messages: "were in the training ratings". */
  readonly itemsAre: string
  /** How many people rated an item in training. */
  ratersOf(i: number): number
  /** The known users; nobody where the ratings are withheld. */
  readonly userIds: IdIndex<UserId>
  /** Whether the ratings are not there, since the model was saved without them. */
  readonly withheld: boolean
  /** The ratings of a known user, in the model's indices. */
  ratingsOf(u: number): {readonly i: Int32Array; readonly r: Float32Array}
}

/** @internal The directory of ratings: the movies rated in training, and who rated them. */
export function directoryOf(train: Ratings): Directory {
  const {frame, movies, scale, withheld} = train
  const raters = Support.of(train).movies
  return {
    items: frame.movieIds,
    movies,
    scale,
    itemsAre: 'were in the training ratings',
    ratersOf: i => raters[i],
    userIds: frame.userIds,
    withheld: withheld !== undefined,
    ratingsOf: u => rowOf(train.byUser, u)
  }
}

/** @internal */
export function rowOf({start, index, value}: Compressed, u: number): {i: Int32Array; r: Float32Array} {
  return {i: index.subarray(start[u], start[u + 1]), r: value.subarray(start[u], start[u + 1])}
}
