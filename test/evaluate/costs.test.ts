import {
  AlternatingLeastSquares,
  ArgumentError,
  Baseline,
  compareEvaluations,
  errorByProtocol,
  errorsOverSplits,
  evaluate,
  kFold,
  measureErrors,
  Ratings,
  split,
  syntheticRatings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const ratings = syntheticRatings({users: 60, movies: 40, ratings: 900})
const makes = {
  baseline: () => new Baseline(),
  als: () => new AlternatingLeastSquares({factors: 4, epochs: 3})
}

describe('measureErrors', () => {
  it('has the error of each engine as evaluate and compareEvaluations have it, the best first', async () => {
    const parts = split(ratings)
    const {costs, comparison, evaluations} = await measureErrors(
      {baseline: makes.baseline(), als: makes.als()},
      parts
    )
    const alone = evaluate(await makes.als().fit(parts.train), parts.test)
    expect(evaluations.als.rmse).toBe(alone.rmse)
    expect(comparison.pairs).toEqual(compareEvaluations(evaluations).pairs)
    expect(costs[0].rmse).toBeLessThanOrEqual(costs[1].rmse)
    for (const {engine, rmse, fitSeconds, predictSeconds, seconds} of costs) {
      expect(rmse).toBeCloseTo(evaluations[engine].rmse, 12)
      expect(fitSeconds).toBeGreaterThan(0)
      expect(seconds).toBeCloseTo(fitSeconds + predictSeconds, 9)
    }
    await expect(measureErrors({als: makes.als()}, parts)).rejects.toThrow(ArgumentError)
  })
})

describe('errorsOverSplits', () => {
  it('fits each engine anew on every split', async () => {
    const splits = [1, 2].map(seed => split(ratings, {seed}))
    const errors = await errorsOverSplits(makes, splits)
    expect(Object.keys(errors)).toEqual(['baseline', 'als'])
    for (const [k, {train, test}] of splits.entries())
      expect(errors.als[k]).toBe(evaluate(await makes.als().fit(train), test).rmse)
  })
})

describe('errorByProtocol', () => {
  it('measures every way to divide ratings, each as its own split does', async () => {
    const timed = Ratings.from([...ratings].map((row, k) => ({...row, timestamp: 1000 + ((k * 37) % 900)})))
    const rows = await errorByProtocol(makes, timed, {folds: 3, seed: 2})
    expect(rows.map(({name}) => name)).toEqual([
      'a random part',
      'mean of 3 folds',
      'a part of each user',
      'people left out',
      'the latest part',
      'the last of each user'
    ])
    const byTime = split(timed, {by: 'time', seed: 2})
    expect(rows[4].als).toBe(evaluate(await makes.als().fit(byTime.train), byTime.test).rmse)
    expect(rows[4].test).toBe(byTime.test.length)
    let sum = 0
    for (const {train, test} of kFold(timed, {folds: 3, seed: 2}))
      sum += evaluate(await new Baseline().fit(train), test).rmse
    expect(rows[1].baseline).toBeCloseTo(sum / 3, 12)
  })

  it('leaves out what needs times where there are none', async () => {
    const rows = await errorByProtocol({baseline: makes.baseline}, ratings, {folds: 2})
    expect(rows).toHaveLength(4)
  })
})
