import {evaluate, Ratings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Three, train} from './three'

describe('evaluate', () => {
  it('is the root of the mean squared error and the mean absolute error over all test ratings', async () => {
    const engine = await new Three().fit(train)
    const test = Ratings.from([
      {userId: 1, movieId: 1, rating: 1},
      {userId: 1, movieId: 2, rating: 4},
      {userId: 9, movieId: 1, rating: 5}
    ])
    const {rmse, mae, n, fallbacks, errors, byUser} = evaluate(engine, test)
    // errors: 1 - 3 = -2, 4 - 3 = 1, 5 - 3 = 2; squares 4 + 1 + 4 = 9; absolute 2 + 1 + 2 = 5
    expect(rmse).toBeCloseTo(Math.sqrt(9 / 3), 12)
    expect(mae).toBeCloseTo(5 / 3, 12)
    expect(n).toBe(3)
    expect([...errors]).toEqual([-2, 1, 2])
    expect(fallbacks).toEqual({'unknown user': 1, 'unknown movie': 0, 'too few neighbours': 0})
    // user 1: squares 4 + 1 over two ratings
    expect(byUser.get(1)).toEqual({n: 2, rmse: Math.sqrt(2.5), mae: 1.5})
  })

  it('refuses an empty test part', async () => {
    const engine = await new Three().fit(train)
    expect(() => evaluate(engine, Ratings.from([]))).toThrow(/not one test rating/)
  })
})
