import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {
  bestRated,
  byDecade,
  describeRatings,
  longTail,
  Movies,
  mostRated,
  Ratings,
  ratingByGenre,
  ratingCounts,
  ratingStatistics,
  ratingsOverTime,
  ratingsPerUser,
  readRatings,
  titleWords,
  userActivity
} from 'movie-recs'
import {beforeAll, describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

const day = (text: string): number => Date.parse(`${text}T12:00:00Z`) / 1000
const movies = Movies.from([
  {movieId: 1, title: 'Toy Story (1995)', genres: ['Animation', 'Comedy']},
  {movieId: 2, title: 'Toy Story 2 (1999)', genres: ['Animation', 'Comedy']},
  {movieId: 3, title: 'Heat (1995)', genres: ['Crime']},
  {movieId: 4, title: 'Lost Story, The', genres: []}
])
const ratings = Ratings.from(
  [
    {userId: 1, movieId: 1, rating: 5, timestamp: day('2000-12-31')},
    {userId: 1, movieId: 3, rating: 4, timestamp: day('2001-01-01')},
    {userId: 2, movieId: 1, rating: 3, timestamp: day('2001-02-01')},
    {userId: 2, movieId: 2, rating: 5, timestamp: day('2003-02-01')},
    {userId: 3, movieId: 1, rating: 4, timestamp: day('2003-03-01')}
  ],
  movies
)

describe('exploration of five ratings', () => {
  it('describes them', () => {
    // Mean (5+4+3+5+4)/5 = 4.2; squares .64+.04+1.44+.64+.04 = 2.8, /4 = .7; sorted 3 4 4 5 5.
    expect(ratingStatistics(ratings)).toEqual({
      ratings: 5,
      users: 3,
      moviesRated: 3,
      moviesListed: 4,
      mean: 4.2,
      deviation: Math.sqrt(0.7),
      min: 3,
      lowerQuartile: 4,
      median: 4,
      upperQuartile: 5,
      max: 5,
      density: 5 / 9
    })
    expect(describeRatings(ratings).column('value')).toContain('55.56 %')
  })

  it('counts each rating', () => {
    expect([...ratingCounts(ratings)]).toEqual([
      {rating: 3, ratings: 1, share: 0.2},
      {rating: 4, ratings: 2, share: 0.4},
      {rating: 5, ratings: 2, share: 0.4}
    ])
  })

  it('ranks movies by ratings and by damped mean', () => {
    expect(mostRated(ratings, {n: 2}).column('movieId')).toEqual([1, 2])
    // Plain means 4, 5, 4. Damped by 2: (12+8.4)/5 = 4.08, (5+8.4)/3 = 4.4667, (4+8.4)/3 = 4.1333.
    const best = bestRated(ratings, {n: 3, damping: 2})
    expect(best.column('movieId')).toEqual([2, 3, 1])
    expect(best[0].score).toBeCloseTo(13.4 / 3, 12)
    expect(() => bestRated(ratings, {damping: -1})).toThrow(/damping from 0 up/)
  })

  it('counts the words of titles once a title, without years, articles and numbers', () => {
    expect([...titleWords(movies)]).toEqual([
      {word: 'story', titles: 3},
      {word: 'toy', titles: 2},
      {word: 'heat', titles: 1},
      {word: 'lost', titles: 1}
    ])
  })

  it('groups by decade of release and by genre', () => {
    expect([...byDecade(ratings)]).toEqual([
      {decade: '1990s', movies: 3, ratings: 5, mean: 4.2},
      {decade: 'unknown', movies: 1, ratings: 0, mean: null}
    ])
    // Animation: 5, 3, 4, 5: mean 4.25, squares .5625+1.5625+.0625+.5625 = 2.75, /3.
    const [animation, comedy, crime] = ratingByGenre(ratings)
    expect(animation).toMatchObject({genre: 'Animation', movies: 2, ratings: 4, mean: 4.25})
    expect(animation.deviation).toBeCloseTo(Math.sqrt(2.75 / 3), 12)
    expect(comedy.genre).toBe('Comedy')
    expect(crime).toEqual({genre: 'Crime', movies: 1, ratings: 1, mean: 4, deviation: null})
  })

  it('counts by time in UTC and keeps empty years', () => {
    expect([...ratingsOverTime(ratings)]).toEqual([
      {period: '2000', ratings: 1, mean: 5},
      {period: '2001', ratings: 2, mean: 3.5},
      {period: '2002', ratings: 0, mean: null},
      {period: '2003', ratings: 2, mean: 4.5}
    ])
    const months = ratingsOverTime(ratings, {by: 'month'})
    expect(months[0].period).toBe('2000-12')
    expect(months[1]).toEqual({period: '2001-01', ratings: 1, mean: 4})
    expect(months).toHaveLength(28)
    const untimed = Ratings.from([{userId: 1, movieId: 1, rating: 3}])
    expect(() => ratingsOverTime(untimed)).toThrow(/no timestamps/)
  })

  it('measures the tail and the activity', () => {
    expect([...ratingsPerUser(ratings)]).toEqual([2, 2, 1])
    expect([...longTail(ratings, {shares: [1 / 3, 1]})]).toEqual([
      {topMovies: 1 / 3, movies: 1, shareOfRatings: 0.6},
      {topMovies: 1, movies: 3, shareOfRatings: 1}
    ])
    expect(userActivity(ratings).at(-1)).toEqual({users: 'most active', ratings: 2})
  })

  it('says that there is nothing to describe', () => {
    expect(() => ratingStatistics(Ratings.from([]))).toThrow(/not one rating/)
  })
})

const oneM = path.join(SHARED, 'data/ml-1m')

// MovieLens 1M may not be redistributed: the numbers of the article are checked where the data is at hand.
describe.skipIf(!existsSync(oneM))('MovieLens 1M against the numbers of the article', () => {
  const golden = JSON.parse(readFileSync(path.join(SHARED, 'golden/article.json'), 'utf8'))
  let all: Ratings
  beforeAll(async () => {
    all = await readRatings(path.join(oneM, 'ratings.csv'), {movies: path.join(oneM, 'movies.dat')})
  })

  it('has its statistics and histogram', () => {
    const found = ratingStatistics(all)
    expect(found).toMatchObject({
      ratings: golden.ratings.count,
      users: golden.ratings.users,
      moviesRated: golden.ratings.moviesRated,
      moviesListed: golden.ratings.moviesListed
    })
    expect(found.mean).toBeCloseTo(golden.ratings.mean, 6)
    expect(found.deviation).toBeCloseTo(golden.ratings.std, 6)
    expect([found.lowerQuartile, found.median, found.upperQuartile]).toEqual(golden.ratings.quartiles)
    expect(Math.round(1000 * found.density) / 10).toBe(golden.ratings.densityPercent)
    expect(Object.fromEntries(ratingCounts(all).map(row => [row.rating, row.ratings]))).toEqual(
      golden.ratings.histogram
    )
  })

  it('has its genre census', () => {
    const top = all.movies.genres().slice(0, 5)
    expect(top.map(row => [row.genre, row.movies])).toEqual(golden.genreCensusTop5)
  })

  it('has movie 2858 as its most rated', () => {
    // ABOUT.md of the data: movie 2858 has 3,428 ratings, mean 4.3174.
    const [first] = mostRated(all)
    expect(first).toMatchObject({movieId: 2858, ratings: 3428})
    expect(first.mean).toBeCloseTo(4.3174, 4)
  })
})
