import type {MovieId} from '../data/ids'
import type {Profile} from '../models/recommender'

/** Somebody who rates. */
export interface Visitor {
  /** As she typed it; '' where she did not. */
  readonly name: string
  /** In the order in which she rated. Movies that the page does not know are kept, for the page that does. */
  readonly ratings: Profile
}

/** Whose list is looked at: the first one's, the second one's, or that for both. */
export type View = 'first' | 'second' | 'both'

/** All that people do with a page, and all that its address holds. Immutable. */
export interface Visit {
  /** One or two. */
  readonly visitors: readonly [Visitor, Visitor?]
  readonly view: View
  /** Movies that are not to be shown again, in the order in which it was said. */
  readonly notAgain: readonly MovieId[]
  /** Only movies of at least one of these; all where there is none. */
  readonly genres: readonly string[]
  /** Only movies of these years, both included. */
  readonly years?: readonly [from: number, to: number]
}

/** Nobody has done anything yet. */
export const NOTHING_YET: Visit = {
  visitors: [{name: '', ratings: []}],
  view: 'first',
  notAgain: [],
  genres: []
}

/** The visitors whose list is looked at: places in `visitors`. */
export function lookedAt({view}: Visit): readonly number[] {
  return view === 'both' ? [0, 1] : [view === 'second' ? 1 : 0]
}

/** What somebody gave a movie; undefined where she did not rate it. */
export function ratingOf({visitors}: Visit, who: number, movieId: MovieId): number | undefined {
  return visitors[who]?.ratings.find(one => one.movieId === movieId)?.rating
}

/** After somebody gave a movie so many stars, in the place it had; undefined takes her rating back. */
export function rated(visit: Visit, who: number, movieId: MovieId, rating: number | undefined): Visit {
  return withRatings(visit, who, ratings => {
    if (rating === undefined) return ratings.filter(one => one.movieId !== movieId)
    const change = {movieId, rating}
    return ratings.some(one => one.movieId === movieId)
      ? ratings.map(one => (one.movieId === movieId ? change : one))
      : [...ratings, change]
  })
}

/** After all of these were rated; a movie that was rated before has the new rating. */
export function ratedAll(visit: Visit, who: number, added: Profile): Visit {
  return withRatings(visit, who, ratings => {
    const now = new Map(ratings.map(({movieId, rating}) => [movieId, rating]))
    for (const {movieId, rating} of added) now.set(movieId, rating)
    return Array.from(now, ([movieId, rating]) => ({movieId, rating}))
  })
}

/** After somebody took all her ratings back. */
export function withoutRatings(visit: Visit, who: number): Visit {
  return withRatings(visit, who, () => [])
}

/** After it was said that a movie is not to be shown again, or is after all. */
export function dismissed(visit: Visit, movieId: MovieId, dismiss: boolean): Visit {
  const others = visit.notAgain.filter(one => one !== movieId)
  return {...visit, notAgain: dismiss ? [...others, movieId] : others}
}

/** After a second one came, whose turn it then is. */
export function joined(visit: Visit): Visit {
  if (visit.visitors[1] !== undefined) return visit
  return {...visit, visitors: [visit.visitors[0], {name: '', ratings: []}], view: 'second'}
}

/** After the second one left, with her ratings. */
export function left(visit: Visit): Visit {
  return {...visit, visitors: [visit.visitors[0]], view: 'first'}
}

/** After somebody gave her name. */
export function named(visit: Visit, who: number, name: string): Visit {
  return withVisitor(visit, who, one => ({...one, name}))
}

function withRatings(visit: Visit, who: number, change: (ratings: Profile) => Profile): Visit {
  return withVisitor(visit, who, one => ({...one, ratings: change(one.ratings)}))
}

function withVisitor(visit: Visit, who: number, change: (one: Visitor) => Visitor): Visit {
  const [first, second] = visit.visitors
  if (who === 0) return {...visit, visitors: second === undefined ? [change(first)] : [change(first), second]}
  return second === undefined ? visit : {...visit, visitors: [first, change(second)]}
}
