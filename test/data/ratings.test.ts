import {loadMovieLens, Ratings, setDisplay} from 'movie-recs'
import {describe, expect, it} from 'vitest'

// Five ratings of two users: mean (2 + 3 + 4 + 4 + 5) / 5 = 3.6; squared distances 2.56 + 0.36 + 0.16 + 0.16 + 1.96 = 5.2,
// deviation √(5.2 / 4) = 1.1402; quartiles 3, 4, 4; density 5 / (2 × 3).
const FIVE = Ratings.from([
  {userId: 9, movieId: 2, rating: 3},
  {userId: 4, movieId: 2, rating: 2},
  {userId: 9, movieId: 7, rating: 5},
  {userId: 4, movieId: 5, rating: 4},
  {userId: 9, movieId: 5, rating: 4}
])

describe('Ratings', () => {
  it('describes itself', () => {
    const told = Object.fromEntries(FIVE.describe().map(({statistic, value}) => [statistic, value]))
    expect(told).toMatchObject({
      ratings: '5',
      users: '2',
      'movies rated': '3',
      mean: '3.6000',
      'standard deviation': '1.1402',
      'lower quartile': '3',
      median: '4',
      'upper quartile': '4',
      density: '83.33 %'
    })
  })

  it('shows its first rows, in their order, and how many there are', () => {
    const head = FIVE.head(2)
    expect(head.caption).toBe('5 ratings, 2 users × 3 movies, the first 2')
    expect(head.map(({userId, movieId}) => [userId, movieId])).toEqual([
      [9, 2],
      [4, 2]
    ])
    expect(FIVE.head(9).caption).toBe('5 ratings, 2 users × 3 movies')
    const shown: string[] = []
    setDisplay(bundle => shown.push(String(bundle['text/html'])))
    FIVE.show()
    setDisplay(undefined)
    expect(shown).toEqual([FIVE.head().toHTML()])
  })

  it('becomes a data frame with the rows in their order', () => {
    const frame = FIVE.toDataFrame()
    expect(frame.shape).toEqual([5, 3])
    expect(frame.columns).toEqual(['userId', 'movieId', 'rating'])
    expect(frame.values[0]).toEqual([9, 2, 3])
    expect(frame.rating.mean()).toBeCloseTo(3.6, 6)
  })

  it('of the shipped edition has the counts that its README gives', async () => {
    const ratings = await loadMovieLens('latest-small', {dir: 'data'})
    expect(String(ratings)).toBe('100,004 ratings, 671 users × 9,066 movies')
    expect(ratings.scale).toEqual([0.5, 5])
    expect(ratings.warnings).toEqual([])
    expect(ratings.toDataFrame().shape).toEqual([100_004, 4])
  })

  it('refuses rows without naming them wrongly', () => {
    const row = {userId: 1, movieId: 1, rating: 3}
    expect(() => Ratings.from([row, row])).toThrow(/Row 1: user 1 rates movie 1 a second time/)
    expect(() => Ratings.from([row, {...row, movieId: -1}])).toThrow(/Row 1: expected ids from 0 up/)
    expect(() => Ratings.from([row, {...row, rating: Number.NaN}])).toThrow(/Row 1: expected a finite rating/)
  })
})
