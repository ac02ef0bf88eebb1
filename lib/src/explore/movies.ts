import {lengthsOf} from '../data/compressed'
import type {MovieId} from '../data/ids'
import type {Movies} from '../data/movies'
import type {Ratings} from '../data/ratings'
import type {Split} from '../data/split'
import {ArgumentError, checkCount} from '../errors'
import {meanOf, tally} from '../math/statistics'
import {topN} from '../math/topN'
import {Table} from '../show/table'
import {wordsOfTitle} from '../text/titles'

/** One movie with its ratings. */
export interface RatedMovie {
  movieId: MovieId
  title: string
  /** How many rated it. */
  ratings: number
  /** Mean rating, in stars. */
  mean: number
}

/** The movies with the most ratings; ties by id. */
export function mostRated(ratings: Ratings, o: {n?: number} = {}): Table<RatedMovie> {
  const {count, mean} = movieMeans(ratings)
  return rankMovies(ratings, count, o.n, i => ({ratings: count[i], mean: mean[i]}))
}

/**
 * The best rated movies by damped mean: score(i) = (sum of ratings of i + damping · mu) / (n_i + damping), as if `damping` more
 * people had given the overall mean mu, so that one enthusiast does not beat a thousand. With damping 0 the plain mean; ties by id.
 */
export function bestRated(
  ratings: Ratings,
  o: {n?: number; damping?: number} = {}
): Table<RatedMovie & {score: number}> {
  const {damping = 25} = o
  if (!(damping >= 0)) throw new ArgumentError(`Expected a damping from 0 up, got ${damping}.`)
  const {count, mean} = movieMeans(ratings)
  const score = mean.map((average, i) =>
    count[i] === 0
      ? Number.NEGATIVE_INFINITY
      : (average * count[i] + damping * ratings.mean) / (count[i] + damping)
  )
  return rankMovies(ratings, score, o.n, i => ({ratings: count[i], mean: mean[i], score: score[i]}))
}

/** The movies that have ratings to be tested on and none to learn from, those with the most first: nothing but their content is known. */
export function coldMovies({
  train,
  test
}: Split): Table<{movieId: MovieId; title: string; testRatings: number}> {
  const {start} = train.byMovie
  const tested = test.byMovie.start
  const rows = Array.from({length: start.length - 1}, (_, i) => i)
    .filter(i => start[i + 1] === start[i] && tested[i + 1] > tested[i])
    .map(i => {
      const movieId = train.frame.movieIds.ids[i]
      return {movieId, title: train.movies.title(movieId), testRatings: tested[i + 1] - tested[i]}
    })
  return new Table(rows.sort((a, b) => b.testRatings - a.testRatings))
}

/** Words of the titles with the number of titles that have them, most frequent first, ties by word; see STOP_WORDS. */
export function titleWords(movies: Movies, o: {n?: number} = {}): Table<{word: string; titles: number}> {
  const counts = tally([...movies].flatMap(movie => [...new Set(wordsOfTitle(movie.originalTitle))]))
  return new Table(counts.slice(0, o.n ?? 100).map(([word, titles]) => ({word, titles})))
}

/** Movies and ratings by decade of release; movies without a year are counted last, under "unknown". */
export function byDecade(
  ratings: Ratings
): Table<{decade: string; movies: number; ratings: number; mean: number | null}> {
  const groups = groupMovies(ratings, movie => [
    movie.year === undefined ? 'unknown' : `${10 * Math.floor(movie.year / 10)}s`
  ])
  const rows = groups
    .map(({name, movies, ratings, mean}) => ({decade: name, movies, ratings, mean}))
    .sort((a, b) => (a.decade < b.decade ? -1 : 1))
  return new Table(rows, {decimals: {mean: 3}})
}

/** Movies and ratings of every genre, the best rated first. A movie counts in each of its genres. */
export function ratingByGenre(
  ratings: Ratings
): Table<{genre: string; movies: number; ratings: number; mean: number | null; deviation: number | null}> {
  const groups = groupMovies(ratings, movie => movie.genres)
  const rows = groups.map(({name, ...rest}) => ({genre: name, ...rest}))
  rows.sort((a, b) => (b.mean ?? 0) - (a.mean ?? 0) || (a.genre < b.genre ? -1 : 1))
  return new Table(rows, {decimals: {mean: 3, deviation: 3}})
}

interface Group {
  name: string
  movies: number
  ratings: number
  mean: number | null
  deviation: number | null
}

/** Counts listed movies and their ratings by the names that `namesOf` gives a movie. */
function groupMovies(
  ratings: Ratings,
  namesOf: (movie: {year?: number; genres: readonly string[]}) => readonly string[]
): Group[] {
  const {start, value} = ratings.byMovie
  const totals = new Map<string, {movies: number; n: number; sum: number; squares: number}>()
  for (const movie of ratings.movies) {
    const i = ratings.frame.movieIds.indexOf(movie.movieId)
    for (const name of namesOf(movie)) {
      const total = totals.get(name) ?? {movies: 0, n: 0, sum: 0, squares: 0}
      total.movies++
      for (let k = i < 0 ? 0 : start[i]; i >= 0 && k < start[i + 1]; k++) {
        total.n++
        total.sum += value[k]
        total.squares += value[k] * value[k]
      }
      totals.set(name, total)
    }
  }
  return Array.from(totals, ([name, {movies, n, sum, squares}]) => ({
    name,
    movies,
    ratings: n,
    mean: n === 0 ? null : sum / n,
    deviation: n < 2 ? null : Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1))
  }))
}

/** Number and mean of the ratings of every movie. [movies] */
function movieMeans(ratings: Ratings): {count: Int32Array; mean: Float64Array} {
  const {start, value} = ratings.byMovie
  const count = lengthsOf(start)
  const mean = Float64Array.from(count, (n, i) => meanOf(value.subarray(start[i], start[i] + n), 0))
  return {count, mean}
}

function rankMovies<Row>(
  ratings: Ratings,
  score: ArrayLike<number>,
  n = 10,
  row: (i: number) => Row
): Table<{movieId: MovieId; title: string} & Row> {
  checkCount('n', n)
  const {start} = ratings.byMovie
  const rated = Int32Array.from({length: score.length}, (_, i) => i).filter(i => start[i + 1] > start[i])
  const best = topN(score, n, rated)
  const rows = Array.from(best, i => {
    const movieId = ratings.frame.movieIds.ids[i]
    return {movieId, title: ratings.movies.title(movieId), ...row(i)}
  })
  return new Table(rows, {decimals: {mean: 3, score: 3}})
}
