import {Movies, type RatingRow, Ratings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {mergeRatings} from '#internals'

const old = Ratings.from(
  [
    {userId: 1, movieId: 10, rating: 4},
    {userId: 1, movieId: 30, rating: 2},
    {userId: 5, movieId: 10, rating: 5},
    {userId: 5, movieId: 50, rating: 1}
  ],
  Movies.from([
    {movieId: 10, title: 'Ten (2010)', genres: ['Drama']},
    {movieId: 30, title: 'Thirty (2030)'},
    {movieId: 50, title: 'Fifty (1950)'}
  ])
)
const sorted = (ratings: Ratings): RatingRow[] =>
  [...ratings].sort((a, b) => Number(a.userId) - Number(b.userId) || Number(a.movieId) - Number(b.movieId))

describe('mergeRatings', () => {
  it('puts new ids among the old, takes the new rating of a pair, and counts', () => {
    const merged = mergeRatings(
      old,
      Ratings.from(
        [
          {userId: 3, movieId: 10, rating: 3},
          {userId: 3, movieId: 20, rating: 5},
          {userId: 5, movieId: 50, rating: 4}
        ],
        Movies.from([{movieId: 20, title: 'Twenty (2020)', genres: ['Comedy']}])
      )
    )
    expect(sorted(merged.ratings).map(Object.values)).toEqual([
      [1, 10, 4],
      [1, 30, 2],
      [3, 10, 3],
      [3, 20, 5],
      [5, 10, 5],
      [5, 50, 4]
    ])
    expect([...merged.users]).toEqual([0, 2])
    expect([...merged.movies]).toEqual([0, 2, 3])
    expect([...merged.taken.u]).toEqual([1, 1, 2])
    expect([...merged.taken.i]).toEqual([0, 1, 3])
    expect([...merged.taken.was]).toEqual([Number.NaN, Number.NaN, 1])
    expect([...merged.newMovies]).toEqual([1])
    expect(merged).toMatchObject({newUsers: 1, replaced: 1, warnings: []})
    expect(merged.ratings.movies.title(20)).toBe('Twenty (2020)')
    expect(merged.ratings.movies.get(10)?.genres).toEqual(['Drama'])
    expect(old.length).toBe(4)
  })

  it('adds up clicks, and lets them pass the most there were', () => {
    const clicks = (rows: RatingRow[]): Ratings => {
      const {rows: columns, frame} = Ratings.from(rows)
      return new Ratings(columns, {...frame, clicks: true, scale: [0, 2]})
    }
    const merged = mergeRatings(
      clicks([{userId: 1, movieId: 10, rating: 2}]),
      clicks([
        {userId: 1, movieId: 10, rating: 3},
        {userId: 2, movieId: 10, rating: 1}
      ])
    )
    expect(sorted(merged.ratings).map(row => row.rating)).toEqual([5, 1])
    expect(merged.ratings.scale).toEqual([0, 5])
    expect(merged.replaced).toBe(1)
    expect(() => mergeRatings(old, clicks([{userId: 1, movieId: 10, rating: 2}]))).toThrow(/are clicks/)
  })

  it('takes 15 and "15" for the same id, and refuses ids of another kind and ratings off the scale', () => {
    const texts = mergeRatings(old, Ratings.from([{userId: '5', movieId: '70', rating: 3}]))
    expect(texts.ratings.frame.movieIds.ids).toEqual([10, 30, 50, 70])
    expect(texts.newUsers).toBe(0)
    expect(() => mergeRatings(old, Ratings.from([{userId: 'u5', movieId: 10, rating: 3}]))).toThrow(
      'The user ids of the new ratings are of another kind than those of the training ratings: these are 2 users (ids 1 to 5), and a new one is "u5".'
    )
    expect(() => mergeRatings(old, Ratings.from([{userId: 5, movieId: 10, rating: 9}]))).toThrow(
      /^1 of 1 new ratings are outside the scale of the training ratings, 1 to 5: the first is 9\./
    )
  })

  it('doubts ratings of other movies, of half the scale, and says that times are lost', () => {
    const wide = Ratings.from(
      Array.from({length: 40}, (_, n) => ({userId: n, movieId: n % 4, rating: n % 11, timestamp: 1e9 + n}))
    )
    const few = Ratings.from(
      Array.from({length: 20}, (_, n) => ({userId: n, movieId: 7 + (n % 3), rating: n % 6}))
    )
    expect(mergeRatings(wide, few).warnings).toEqual([
      '0 of 3 movies of the new ratings are in the training ratings: check that both files write the same ids.',
      'The largest new rating is 5, on a scale from 0 to 10: check that both files are on the same scale.',
      'The new ratings have no times, so the times of the training ratings are left out, too.'
    ])
    expect(mergeRatings(wide, few).ratings.rows.t).toBeUndefined()
  })
})
