import {ArgumentError, type Engine, RatingEngine} from 'movie-recs'

/** Somebody who is in no data of the tests, and a movie that is listed and not rated. */
export const STRANGER = 99999
export const UNRATED = 100 + 2 * 27
export const profile = [
  {movieId: 100, rating: 5},
  {movieId: 106, rating: 4},
  {movieId: 102, rating: 1}
]

/** What an engine says on a fixed set of questions: equal for equal engines. */
export function answers(engine: Engine<any>): unknown {
  const lists = [10, 13, 22, profile].map(who =>
    engine.recommend(who, {n: 50, includeRated: true}).map(({movieId, score}) => [movieId, score])
  )
  const near = [100, 110].map(movieId =>
    engine.similar(movieId, {n: 50}).map(row => [row.movieId, row.score])
  )
  if (!(engine instanceof RatingEngine)) return {lists, near}
  const pairs = (): unknown[] =>
    [10, 13, 22, STRANGER].flatMap(userId =>
      [100, 101 + 1, 110, UNRATED].map(movieId => {
        const {rating, score, interval, fallback} = engine.predictDetailed(userId, movieId, {timestamp: 1e9})
        return [rating, score, ...(interval ?? []), fallback]
      })
    )
  try {
    return {lists, near, pairs: pairs()}
  } catch (error) {
    // Some options make an engine rank without predicting stars; it then says so.
    if (error instanceof ArgumentError) return {lists, near}
    throw error
  }
}
