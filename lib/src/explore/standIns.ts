/** What a notebook names, where the data in use may not have it: what stands in for it is said by whoever asks. */
import {filledRows, lengthsOf} from '../data/compressed'
import type {MovieId, UserId} from '../data/ids'
import type {Movie} from '../data/movies'
import type {Ratings} from '../data/ratings'
import type {Profile} from '../models/recommender'
import {mostRated} from './movies'

/** Which of the things that figures need these data hold. */
export interface DataHold {
  /** When each rating was given. */
  times: boolean
  /** Whether movies have genres. */
  genres: boolean
  /** Whether movies have titles. */
  titles: boolean
  /** Years of release. */
  years: boolean
  /** Ids of users and movies that are numbers. */
  numberedIds: boolean
}

/** Which of titles, genres, years of release and times these data hold, and whether their ids are numbers. */
export function dataHold(ratings: Ratings): DataHold {
  const movies = [...ratings.movies]
  return {
    times: ratings.rows.t !== undefined,
    genres: movies.some(({genres}) => genres.length > 0),
    titles: movies.some(({originalTitle}) => originalTitle !== ''),
    years: movies.some(({year}) => year !== undefined),
    numberedIds: [ratings.frame.userIds, ratings.frame.movieIds].every(({ids}) => typeof ids[0] === 'number')
  }
}

/** The rated movie of this title; where there is none, the most rated one. */
export function movieFor(ratings: Ratings, title: MovieId): {movie: Movie; standsIn: boolean} {
  const found = ratedMovie(ratings, title)
  return {movie: found ?? mostRatedMovies(ratings, 1)[0], standsIn: found === undefined}
}

/** The user of this id; where there is none with a rating, the one with the median number of ratings. */
export function userFor(ratings: Ratings, userId: UserId): {userId: UserId; standsIn: boolean} {
  const {start} = ratings.byUser
  const u = ratings.frame.userIds.indexOf(userId)
  if (u >= 0 && start[u + 1] > start[u]) return {userId: ratings.frame.userIds.ids[u], standsIn: false}
  const sizes = lengthsOf(start)
  const sorted = filledRows(start).sort((a, b) => sizes[a] - sizes[b] || a - b)
  return {userId: ratings.frame.userIds.ids[sorted[sorted.length >> 1]], standsIn: true}
}

/** The movies of these titles; a most rated one stands in for each that is not rated here. */
export function moviesFor(ratings: Ratings, titles: readonly MovieId[]): Movie[] {
  const found = titles.map(title => ratedMovie(ratings, title))
  const there = new Set(found.map(movie => movie?.movieId))
  const others = mostRatedMovies(ratings, Math.max(1, 2 * titles.length)).filter(
    ({movieId}) => !there.has(movieId)
  )
  return found.flatMap(movie => movie ?? others.shift() ?? [])
}

/** Pairs of movies by their titles; those that are not rated here are left out, and where none is left the most rated movies are paired. */
export function pairsFor(
  ratings: Ratings,
  pairs: ReadonlyArray<readonly [MovieId, MovieId]>
): Array<[MovieId, MovieId]> {
  const found = pairs.flatMap(([a, b]): Array<[MovieId, MovieId]> => {
    const [one, other] = [ratedMovie(ratings, a), ratedMovie(ratings, b)]
    return one === undefined || other === undefined ? [] : [[one.movieId, other.movieId]]
  })
  if (found.length > 0) return found
  const [first, ...others] = mostRatedMovies(ratings, 6)
  return others.map(({movieId}) => [first.movieId, movieId])
}

/** A profile by titles, with a most rated movie for each that is not rated here. */
export function profileFor(ratings: Ratings, stars: Readonly<Record<string, number>>): Profile {
  const given = Object.values(stars)
  return moviesFor(ratings, Object.keys(stars)).map(({movieId}, k) => ({movieId, rating: given[k]}))
}

/** How many ratings make a movie known here: so many, or fewer where fewer than sixty movies have as many. */
export function enoughRatings(ratings: Ratings, wanted: number): number {
  const sizes = lengthsOf(ratings.byMovie.start).sort((a, b) => b - a)
  return Math.max(1, Math.min(wanted, sizes[Math.min(59, sizes.length - 1)]))
}

/** The movie of a title or an id, where that means one and it has a rating. */
function ratedMovie(ratings: Ratings, title: MovieId): Movie | undefined {
  const meant = ratings.movies.meant(title)
  const {start} = ratings.byMovie
  const i = meant.length === 1 ? ratings.frame.movieIds.indexOf(meant[0].movieId) : -1
  return i >= 0 && start[i + 1] > start[i] ? meant[0] : undefined
}

function mostRatedMovies(ratings: Ratings, n: number): Movie[] {
  return [...mostRated(ratings, {n})].map(
    ({movieId, title}) => ratings.movies.get(movieId) ?? {movieId, title, originalTitle: '', genres: []}
  )
}
