import {
  coldMovies,
  dataHold,
  enoughRatings,
  Movies,
  movieFor,
  moviesFor,
  pairsFor,
  profileFor,
  Ratings,
  split,
  userFor
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

// Movie a is rated by three, b by two, c by one, d by nobody; user z gave three ratings, y two, x one.
const movies = Movies.from([
  {movieId: 'a', title: 'Alpha (1999)', genres: ['Drama']},
  {movieId: 'b', title: 'Beta (2000)'},
  {movieId: 'c', title: 'Gamma (2001)'},
  {movieId: 'd', title: 'Delta (2002)'}
])
const given = [
  ['x', 'a'],
  ['y', 'a'],
  ['y', 'b'],
  ['z', 'a'],
  ['z', 'b'],
  ['z', 'c']
]
const rows = given.map(([userId, movieId], k) => ({userId, movieId, rating: 1 + (k % 5)}))
const ratings = Ratings.from(rows, movies)
const bare = Ratings.from(
  given.map((_, k) => ({userId: 1 + (k % 3), movieId: 10 + k, rating: 3, timestamp: k}))
)

describe('what stands in for what data do not have', () => {
  it('is said to be there or not', () => {
    expect(dataHold(ratings)).toEqual({
      times: false,
      genres: true,
      titles: true,
      years: true,
      numberedIds: false
    })
    expect(dataHold(bare)).toEqual({
      times: true,
      genres: false,
      titles: false,
      years: false,
      numberedIds: true
    })
  })

  it('is the most rated movie for one that is not rated here', () => {
    expect(movieFor(ratings, 'Beta (2000)')).toMatchObject({movie: {movieId: 'b'}, standsIn: false})
    expect(movieFor(ratings, 'Delta (2002)')).toMatchObject({movie: {movieId: 'a'}, standsIn: true})
    expect(movieFor(bare, 'Beta (2000)')).toMatchObject({
      movie: {movieId: 10, title: 'Movie 10'},
      standsIn: true
    })
  })

  it('is the user with the median number of ratings for one who is not there', () => {
    expect(userFor(ratings, 'x')).toEqual({userId: 'x', standsIn: false})
    expect(userFor(ratings, 2)).toEqual({userId: 'y', standsIn: true})
  })

  it('fills lists of movies, and profiles, with the most rated ones', () => {
    expect(moviesFor(ratings, ['Gamma (2001)', 'Nothing', 'Nobody']).map(movie => movie.movieId)).toEqual([
      'c',
      'a',
      'b'
    ])
    expect(profileFor(ratings, {'Nothing (1900)': 5, 'Beta (2000)': 2})).toEqual([
      {movieId: 'a', rating: 5},
      {movieId: 'b', rating: 2}
    ])
  })

  it('leaves pairs out that are not here, and pairs the most rated movies where none is', () => {
    expect(
      pairsFor(ratings, [
        ['Alpha (1999)', 'Beta (2000)'],
        ['Alpha (1999)', 'Delta (2002)']
      ])
    ).toEqual([['a', 'b']])
    expect(pairsFor(ratings, [['Delta (2002)', 'Nothing']])).toEqual([
      ['a', 'b'],
      ['a', 'c']
    ])
  })

  it('takes fewer ratings for enough where few movies have many', () => {
    expect(enoughRatings(ratings, 40)).toBe(1)
    expect(enoughRatings(ratings, 0.5)).toBe(1)
  })
})

it('cold movies are those with ratings to be tested on and none to learn from, the most tested first', () => {
  const parts = {train: ratings.select([0, 1]), test: ratings.select([2, 3, 4, 5])}
  expect([...coldMovies(parts)]).toEqual([
    {movieId: 'b', title: 'Beta (2000)', testRatings: 2},
    {movieId: 'c', title: 'Gamma (2001)', testRatings: 1}
  ])
  expect(coldMovies(split(ratings, {by: 'user', test: 0.4}))).toBeInstanceOf(Array)
})
