import type {Movies} from '../data/movies'
import type {Profile} from '../models/recommender'
import {csvField} from '../show/csv'

/** Ratings as a CSV file that `readProfile`, and Letterboxd's import, read. */
export function ratingsCsv(profile: Profile, movies: Movies): string {
  const rows = profile.map(({movieId, rating}) => {
    const movie = movies.get(movieId)
    return [movieId, movie?.title ?? '', movie?.year ?? '', rating].map(csvField).join(',')
  })
  return `${['movieId,Title,Year,Rating', ...rows].join('\n')}\n`
}
