import type {MovieId} from '../data/ids'
import type {Movies} from '../data/movies'
import {ArgumentError} from '../errors'
import {Table} from '../show/table'
import type {Profile} from './recommender'

/** What became of ratings typed by title. */
export interface TypedProfile {
  /** The ratings that were found in the catalogue. */
  profile: Profile
  /** As typed, with the movie that was taken for it. */
  found: Table<{typed: string; title: string; rating: number}>
  /** Titles that no movie has, or more than one, and what may have been meant. */
  unmatched: Table<{typed: string; remedy: string}>
}

/**
 * Ratings typed by title, as `Movies.find` takes titles: whatever their case, accents and article, without year where only one movie has the
 * title; or by id. What is not found is told with what may have been meant, never guessed.
 * @param scale the scale of the training ratings. @default [0.5, 5]
 * @throws ArgumentError for a rating that is none, or a movie rated twice
 * @example
 * const {profile, unmatched} = typedProfile({'Matrix': 5, 'Amélie': 4.5}, engine.movies)
 */
export function typedProfile(
  stars: Readonly<Record<string, number>>,
  movies: Movies,
  scale: readonly [min: number, max: number] = [0.5, 5]
): TypedProfile {
  const [min, max] = scale
  const found: Array<{typed: string; title: string; rating: number; movieId: MovieId}> = []
  const unmatched: Array<{typed: string; remedy: string}> = []
  for (const [typed, rating] of Object.entries(stars)) {
    if (typeof rating !== 'number' || !(rating >= min && rating <= max))
      throw new ArgumentError(
        `typedProfile: expected a rating from ${min} to ${max} for "${typed}", got ${String(rating)}.`
      )
    const meant = movies.meant(typed)
    if (meant.length !== 1) {
      unmatched.push({
        typed,
        remedy: remedyFor(
          typed,
          meant.map(({title}) => title),
          movies
        )
      })
      continue
    }
    const [{movieId, title}] = meant
    const before = found.find(one => one.movieId === movieId)
    if (before !== undefined)
      throw new ArgumentError(
        `typedProfile: "${before.typed}" and "${typed}" are the same movie, ${title}. Keep one.`
      )
    found.push({typed, title, rating, movieId})
  }
  return {
    profile: found.map(({movieId, rating}) => ({movieId, rating})),
    found: new Table(found, {columns: ['typed', 'title', 'rating'], decimals: {rating: 1}}),
    unmatched: new Table(unmatched, {columns: ['typed', 'remedy'], headings: {remedy: 'what to do'}})
  }
}

function remedyFor(typed: string, meant: readonly string[], movies: Movies): string {
  if (meant.length > 1) return `${meant.length} movies have it: ${meant.slice(0, 5).join(' or ')}?`
  return movies.didYouMean(typed) || 'Nothing is called nearly so: look for a word of it by movies.search().'
}
