import {existsSync} from 'node:fs'
import path from 'node:path'
import {
  crossValidate,
  DivergedError,
  evaluate,
  loadMovieLens,
  MatrixFactorization,
  type MatrixFactorizationOptions,
  type Progress,
  type Ratings,
  readRatings,
  split,
  syntheticRatings
} from 'movie-recs'
import {beforeAll, describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

const DATA = path.join(SHARED, 'data')

/** The settings of Surprise's SVD. */
const SURPRISE: MatrixFactorizationOptions = {
  factors: 100,
  epochs: 20,
  learningRate: 0.005,
  decay: 1,
  regularization: 0.02,
  initialDeviation: 0.1,
  implicitFeedback: false,
  patience: 0
}

describe('on made-up ratings with two planted factors and noise of 0.5', () => {
  const ratings = syntheticRatings({
    users: 600,
    movies: 200,
    ratings: 30_000,
    factors: 2,
    taste: 0.8,
    noise: 0.5,
    step: 0
  })
  const {train, test} = split(ratings)

  it.each([true, false])('comes near the noise, with implicit feedback %s', async implicitFeedback => {
    const engine = await new MatrixFactorization({
      factors: 4,
      learningRate: 0.02,
      implicitFeedback
    }).fit(train)
    const {rmse} = evaluate(engine, test)
    // No engine can be below 0.5; biases alone leave sqrt(0.5² + 0.8²) = 0.94.
    expect(rmse).toBeGreaterThan(0.48)
    expect(rmse).toBeLessThan(0.57)
  })

  it('reports the errors of every epoch, and the validation error falls', async () => {
    const engine = await new MatrixFactorization({factors: 4, epochs: 12}).fit(train)
    expect(engine.history.map(step => step.epoch)).toEqual(Array.from({length: 12}, (_, k) => k + 1))
    const first = engine.history[0]
    const last = engine.history[11]
    expect(last.train).toBeLessThan(first.train as number)
    expect(last.validation).toBeLessThan(first.validation as number)
  })

  it('watches the validation ratings it is given without learning from them', async () => {
    const plain = await new MatrixFactorization({factors: 4, epochs: 5}).fit(train)
    const watched = await new MatrixFactorization({factors: 4, epochs: 5}).fit(train, {validation: test})
    expect(watched.predictAll(test)).toEqual(plain.predictAll(test))
    expect(watched.history[4].validation).toBeCloseTo(evaluate(plain, test).rmse, 4)
  })

  it('stops early and is then what it was at the best epoch', async () => {
    const overfits = {factors: 32, learningRate: 0.05, decay: 1, regularization: 0.001, epochs: 60}
    const engine = await new MatrixFactorization({...overfits, patience: 2}).fit(train)
    const errors = engine.history.map(step => step.validation as number)
    const best = errors.indexOf(Math.min(...errors)) + 1
    expect(engine.history.length).toBe(best + 2)
    const stopped = await new MatrixFactorization({...overfits, epochs: best, patience: 0}).fit(train)
    expect(engine.predictAll(test)).toEqual(stopped.predictAll(test))
  })

  it('tells at which epoch it had enough', async () => {
    let last: Progress | undefined
    const overfits = {factors: 32, learningRate: 0.05, decay: 1, regularization: 0.001, epochs: 60}
    const engine = await new MatrixFactorization({...overfits, patience: 2}).fit(train, {
      onProgress: step => {
        last = step
      }
    })
    const epoch = engine.history.length
    expect(epoch).toBeLessThan(60)
    expect(last).toMatchObject({done: 60, total: 60, early: {epoch, epochs: 60}})
  })

  it('names the option to change where it diverges', async () => {
    const engine = new MatrixFactorization({learningRate: 5, epochs: 5})
    await expect(engine.fit(train)).rejects.toThrow(DivergedError)
    await expect(engine.fit(train)).rejects.toMatchObject({option: 'learningRate'})
    expect(engine.fitted).toBe(false)
  })

  it('makes of a profile what training made of the same ratings', async () => {
    const engine = await new MatrixFactorization({factors: 4, learningRate: 0.02}).fit(train)
    let apart = 0
    let spread = 0
    let count = 0
    for (const userId of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const hers = train.of(userId).map(({movieId, rating}) => ({movieId, rating}))
      const list = engine.recommend(userId, {n: 1000})
      const mean = list.reduce((sum, row) => sum + row.score, 0) / list.length
      for (const {movieId, score} of list) {
        apart += Math.abs(engine.predictDetailed(hers, movieId).score - score)
        spread += Math.abs(score - mean)
        count++
      }
    }
    expect(apart / count).toBeLessThan(0.2 * (spread / count))
  })

  it('gives the same bytes for one worker and for two on a grid of many cells', async () => {
    for (const implicitFeedback of [true, false]) {
      const make = (): MatrixFactorization =>
        new MatrixFactorization({factors: 6, epochs: 5, implicitFeedback})
      const one = await make().fit(train, {workers: 1})
      const two = await make().fit(train, {workers: 2})
      expect(two.predictAll(test)).toEqual(one.predictAll(test))
    }
  })
})

describe('on latest-small', () => {
  let parts: {train: Ratings; test: Ratings}
  beforeAll(async () => {
    parts = split(await loadMovieLens('latest-small'), {seed: 1})
  })

  it('is better with implicit feedback than without, and both than biases alone', async () => {
    const {train, test} = parts
    const implicit = evaluate(await new MatrixFactorization().fit(train), test).rmse
    const explicit = evaluate(await new MatrixFactorization({implicitFeedback: false}).fit(train), test).rmse
    expect(implicit).toBeLessThan(explicit)
    expect(implicit).toBeGreaterThan(0.83)
    expect(explicit).toBeLessThan(0.89)
  })
})

// MovieLens 1M and 100K do not ship with the project: these run where ../shared/data holds them.
describe.skipIf(!existsSync(path.join(DATA, 'ml-1m')))('on MovieLens 1M and 100K', () => {
  it('gives the article’s figure with Surprise’s settings, 0.8736 over five folds', async () => {
    const ratings = await readRatings(path.join(DATA, 'ml-1m/ratings.csv'))
    const table = await crossValidate(() => new MatrixFactorization(SURPRISE), ratings)
    const mean = table.find(row => row.fold === 'mean')
    expect(Math.abs((mean?.rmse as number) - 0.8736)).toBeLessThan(0.002)
  })

  it('is within its band on u1 of MovieLens 100K', async () => {
    const [train, test] = await Promise.all(
      ['u1.base', 'u1.test'].map(name => readRatings(path.join(DATA, 'ml-100k', name)))
    )
    const {rmse} = evaluate(await new MatrixFactorization().fit(train), test)
    expect(rmse).toBeGreaterThan(0.9)
    expect(rmse).toBeLessThan(0.92)
  })
})
