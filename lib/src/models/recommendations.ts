import type {MovieId} from '../data/ids'
import {Table} from '../show/table'

/** One movie of a list. */
export interface Recommendation {
  movieId: MovieId
  title: string
  /** What the list is sorted by: unclipped, in the engine's own unit (stars for a RatingEngine). */
  score: number
  /** Of release, where it is known. */
  year?: number
  genres?: readonly string[]
  /** Where nothing is known of whom it is for, or nothing that she rated counts: what most people rated. The score is how many they are. */
  fallback?: 'popular'
}

/** One movie that is like another. */
export interface Similar {
  movieId: MovieId
  title: string
  /** By the engine's own similarity; 1 is the movie itself where that is a cosine. */
  score: number
}

/** @internal Movies like another, as a table. */
export function similarTable(rows: Iterable<Similar>): Table<Similar> {
  return new Table(rows, {decimals: {score: 4}})
}

/** A list of movies, best first: a table that also tells which movies of a profile said nothing. */
export class Recommendations extends Table<Recommendation> {
  readonly #leftOut: readonly MovieId[]

  /** @internal `note` says of those left out why they are. */
  constructor(
    rows: readonly Recommendation[],
    {leftOut = [], note}: {leftOut?: readonly MovieId[]; note?: string} = {}
  ) {
    // How many people rated a movie is a whole number.
    const decimals = {score: rows[0]?.fallback === undefined ? 4 : 0}
    super(rows, {decimals, ...(note === undefined ? {} : {note})})
    this.#leftOut = Object.freeze([...leftOut])
  }

  /** Movies of the profile that the engine knows nothing of, as they were typed: the list is made without them. `note` names them. */
  get leftOut(): readonly MovieId[] {
    return this.#leftOut
  }
}
