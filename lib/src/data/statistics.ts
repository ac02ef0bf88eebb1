import {ArgumentError} from '../errors'
import {quantile, sampleDeviation} from '../math/statistics'
import {count, percent} from '../show/numbers'
import {Table} from '../show/table'

/** What of ratings the statistics are of; `Ratings` has it all. */
export interface Countable {
  /** @internal */
  readonly rows: {readonly r: Float32Array}
  readonly mean: number
  readonly userCount: number
  readonly movieCount: number
  readonly movies: {readonly length: number}
}

/** The ratings in a few numbers. */
export interface RatingStatistics {
  /** How many there are. */
  ratings: number
  /** Users with at least one. */
  users: number
  /** Movies with a rating, and movies that the catalogue lists. */
  moviesRated: number
  /** Movies in the catalogue, rated or not. */
  moviesListed: number
  /** In stars. */
  mean: number
  /** Sample standard deviation (n - 1), as pandas has it. */
  deviation: number
  /** The smallest rating, in stars. */
  min: number
  /** In stars; a quarter of the ratings is at most this. */
  lowerQuartile: number
  /** In stars; half of the ratings are at most this. */
  median: number
  /** In stars; three quarters of the ratings are at most this. */
  upperQuartile: number
  /** The largest rating, in stars. */
  max: number
  /** Share of all (user, rated movie) pairs that have a rating. */
  density: number
}

/** Count, mean, deviation, quartiles (linear interpolation), users, movies and density. One pass, and one over the values. */
export function ratingStatistics(ratings: Countable): RatingStatistics {
  const {r} = ratings.rows
  if (r.length === 0) throw new ArgumentError('There is not one rating to describe.')
  const {mean, userCount, movieCount} = ratings
  const sorted = r.slice().sort()
  return {
    ratings: r.length,
    users: userCount,
    moviesRated: movieCount,
    moviesListed: ratings.movies.length,
    mean,
    deviation: sampleDeviation(r, mean),
    min: sorted[0],
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    max: sorted[r.length - 1],
    density: r.length / (userCount * movieCount)
  }
}

/** The same as a table of two columns, for reading. */
export function describeRatings(ratings: Countable): Table<{statistic: string; value: string}> {
  const s = ratingStatistics(ratings)
  return new Table([
    {statistic: 'ratings', value: count(s.ratings)},
    {statistic: 'users', value: count(s.users)},
    {statistic: 'movies rated', value: count(s.moviesRated)},
    {statistic: 'movies listed', value: count(s.moviesListed)},
    {statistic: 'mean', value: s.mean.toFixed(4)},
    {statistic: 'standard deviation', value: s.deviation.toFixed(4)},
    {statistic: 'smallest', value: String(s.min)},
    {statistic: 'lower quartile', value: String(s.lowerQuartile)},
    {statistic: 'median', value: String(s.median)},
    {statistic: 'upper quartile', value: String(s.upperQuartile)},
    {statistic: 'largest', value: String(s.max)},
    {statistic: 'density', value: percent(s.density, 2)}
  ])
}
