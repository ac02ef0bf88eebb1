import fc from 'fast-check'
import {Baseline, evaluate, Ratings, syntheticRatings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {has100k, hundredK, hundredKSplit, SMALL, smallSplit} from '../golden/surprise'

const SURPRISE = {userDamping: 15, movieDamping: 10, epochs: 10}

describe('Baseline', () => {
  it('gives the biases of a case worked by hand', async () => {
    // mu = (5 + 3 + 4) / 3 = 4. One epoch, dampings 1 and 1. Movies first, bu = 0:
    //   bi[10] = ((5 - 4) + (3 - 4)) / (1 + 2) = 0          bi[20] = (4 - 4) / (1 + 1) = 0
    // then users: bu[1] = ((5 - 4) + (4 - 4)) / (1 + 2) = 1/3   bu[2] = (3 - 4) / (1 + 1) = -1/2
    const ratings = Ratings.from([
      {userId: 1, movieId: 10, rating: 5},
      {userId: 2, movieId: 10, rating: 3},
      {userId: 1, movieId: 20, rating: 4}
    ])
    const engine = await new Baseline({userDamping: 1, movieDamping: 1, epochs: 1}).fit(ratings)
    expect(engine.predictDetailed(1, 20).score).toBeCloseTo(4 + 1 / 3, 12)
    expect(engine.predictDetailed(2, 20).score).toBeCloseTo(4 - 1 / 2, 12)
    expect(engine.explain(2, 10).terms).toEqual([
      {kind: 'mean', name: 'mean of all ratings', value: 4},
      {kind: 'user', name: 'how you rate', value: -0.5},
      {kind: 'movie', name: 'how it is rated', value: 0}
    ])
    expect(engine.explain(2, 10).sentence).toBe(
      'Movie 10 gets 3.50 stars: people in general give it 4.00 and you rate 0.50 below others.'
    )
  })

  it('keeps the known part where the other is unknown, and says so', async () => {
    const ratings = syntheticRatings({users: 30, movies: 20, ratings: 200})
    const engine = await new Baseline().fit(ratings)
    const {user, movie} = Object.fromEntries(
      engine.explain(3, 5).terms.map(({kind, value}) => [kind, value])
    ) as {user: number; movie: number}
    expect(engine.predictDetailed(999, 5)).toMatchObject({
      score: ratings.mean + movie,
      fallback: 'unknown user'
    })
    expect(engine.predictDetailed(3, 999)).toMatchObject({
      score: ratings.mean + user,
      fallback: 'unknown movie'
    })
    expect(engine.predictDetailed(999, 999).score).toBe(ratings.mean)
  })

  it('gives a typed-in profile the very bias of a user with these ratings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 1000}), async seed => {
        const ratings = syntheticRatings({users: 12, movies: 10, ratings: 50, seed})
        const engine = await new Baseline().fit(ratings)
        for (const userId of [1, 7, 12]) {
          const profile = [...ratings.of(userId)].map(({movieId, rating}) => ({movieId, rating}))
          expect(engine.predictDetailed(profile, 4).score).toBeCloseTo(
            engine.predictDetailed(userId, 4).score,
            12
          )
        }
      }),
      {numRuns: 20}
    )
  })

  it('damps few ratings towards the mean: with endless damping everything is the mean', async () => {
    const ratings = syntheticRatings({users: 30, movies: 20, ratings: 200})
    const engine = await new Baseline({userDamping: 1e12, movieDamping: 1e12}).fit(ratings)
    for (const rating of engine.predictAll(ratings)) expect(rating).toBeCloseTo(ratings.mean, 6)
  })

  it('agrees with Surprise on latest-small', async () => {
    const {train, test} = await smallSplit()
    const [golden] = SMALL.filter(({engine}) => engine === 'BaselineOnly')
    const engine = await new Baseline(SURPRISE).fit(train)
    const {rmse, mae} = evaluate(engine, test)
    expect(Math.abs(rmse - golden.rmse)).toBeLessThan(1e-4)
    expect(Math.abs(mae - golden.mae)).toBeLessThan(1e-4)
    for (const [userId, movieId, rating] of golden.first)
      expect(Math.abs(engine.predict(userId, movieId) - rating)).toBeLessThan(1e-4)
    expect(evaluate(await new Baseline().fit(train), test).rmse).toBeLessThan(rmse)
  })

  it.skipIf(!has100k)('agrees with Surprise on MovieLens 100K', async () => {
    const {train, test} = await hundredKSplit()
    const [golden] = hundredK().filter(({engine}) => engine === 'BaselineOnly')
    const engine = await new Baseline(SURPRISE).fit(train)
    expect(Math.abs(evaluate(engine, test).rmse - golden.rmse)).toBeLessThan(1e-4)
    for (const [userId, movieId, rating] of golden.first)
      expect(Math.abs(engine.predict(userId, movieId) - rating)).toBeLessThan(1e-4)
  })
})
