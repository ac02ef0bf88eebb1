import {type Context, createContext} from 'preact'
import {useContext} from 'preact/hooks'
import type {MovieId} from '../../data/ids'
import type {Movie} from '../../data/movies'
import type {Explanation, Profile} from '../../models/recommender'
import type {Finder} from '../finder'
import type {OpenPage} from '../openPage'
import type {Choice} from '../scale'
import type {Visit} from '../visit'

/** What was done, said to everybody; `before` is what it can be taken back to. */
export interface Notice {
  readonly text: string
  readonly before?: Visit
  /** Whether who did it sees it done: then it is only said, to who listens. */
  readonly seen?: boolean
  /** Titles that were not found, for example. */
  readonly list?: readonly string[]
}

/** A film of a list, with either one's score where it is for both. */
export interface ListedFilm {
  movie: Movie
  score: number
  scores: readonly number[]
}

/** What every part of the page needs. */
export interface Shared {
  readonly page: OpenPage
  readonly visit: Visit
  readonly choice: Choice
  readonly finder: () => Finder
  /** The second visitor's ratings, or the first one's, of the movies that this page knows. */
  profile(who: number, of?: Visit): Profile
  /** Why somebody's score of a movie is what it is, her movies by their short titles. */
  explain(who: number, movieId: MovieId): Explanation
  /** "You", or her name. */
  nameOf(who: number): string
  /** The list of whose turn it is, as far as it is shown; empty where somebody has not rated. */
  readonly listed: readonly ListedFilm[]
  /** Shows more of it; undefined where that is all. */
  readonly showMore: (() => void) | undefined
  /** Makes this the visit. A change of the same `what` as the one before, an arrow key further, is no step of its own for Back. */
  change(next: Visit, o?: {what?: string; notice?: Notice}): void
  /** Tells without changing anything. */
  notify(notice: Notice | undefined): void
  /** Opens the sheet of a movie. */
  open(movieId: MovieId): void
}

export const SharedContext: Context<Shared> = createContext<Shared>({} as Shared)

export function useShared(): Shared {
  return useContext(SharedContext)
}
