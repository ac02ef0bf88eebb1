import type {MovieId} from '../data/ids'
import {Table} from '../show/table'

/** One movie of a list. */
export interface Recommendation {
  movieId: MovieId
  title: string
  /** What the list is sorted by: unclipped, in the engine's own unit (stars for a RatingEngine). */
  score: number
  year?: number
  genres?: readonly string[]
  /** Where nothing is known of whom it is for: what most people rated. The score is how many they are. */
  fallback?: 'popular'
}

/** A list of movies, best first: a table that also tells which movies of a profile said nothing. */
export class Recommendations extends Table<Recommendation> {
  readonly #leftOut: readonly MovieId[]

  /** @internal `note` says of those left out why they are. */
  constructor(
    rows: Iterable<Recommendation>,
    o: {decimals: number; leftOut?: readonly MovieId[]; note?: string}
  ) {
    super(rows, {decimals: {score: o.decimals}, ...(o.note === undefined ? {} : {note: o.note})})
    this.#leftOut = Object.freeze([...(o.leftOut ?? [])])
  }

  /** Movies of the profile that the engine knows nothing of, as they were typed: the list is made without them. `note` names them. */
  get leftOut(): readonly MovieId[] {
    return this.#leftOut
  }
}
