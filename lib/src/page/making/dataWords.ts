import type {Ratings} from '../../data/ratings'
import {fnv1a} from '../../math/hash'

/** What a page says of the data it was learned from. */
export interface DataWords {
  data: string
  cite?: string
  /** Whether the page may be passed on. */
  redistribute: boolean
}

const CITE =
  'F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. ACM Transactions on Interactive Intelligent Systems 5, 4: 19:1-19:19. https://doi.org/10.1145/2827872'
/** The catalogue of the edition that ships with the project: how many movies it lists, and the sum of their titles. */
const LATEST_SMALL = {movies: 9066, users: 671, sum: 548574300}

/** MovieLens latest-small, or part of its ratings, is known by its catalogue, and may be passed on. Of all else nothing is known. */
export function dataWordsOf({movies, userCount, withheld}: Ratings): DataWords {
  if (
    movies.length !== LATEST_SMALL.movies ||
    (withheld?.users ?? userCount) > LATEST_SMALL.users ||
    sumOfTitles(movies) !== LATEST_SMALL.sum
  )
    return {data: 'ratings of its maker', redistribute: false}
  return {data: 'MovieLens latest-small', cite: CITE, redistribute: true}
}

/** Of ids and titles. */
function sumOfTitles(movies: Ratings['movies']): number {
  let sum = fnv1a('')
  for (const {movieId, originalTitle} of movies) sum = fnv1a(`${movieId}\t${originalTitle}\n`, sum)
  return sum
}
