import {existsSync} from 'node:fs'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  ArgumentError,
  Baseline,
  evaluate,
  loadMovieLens,
  Ratings,
  readRatings,
  split,
  syntheticRatings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

const DATA = path.join(SHARED, 'data')

describe('explicit', () => {
  const {train, test} = split(
    syntheticRatings({users: 500, movies: 150, ratings: 25_000, factors: 2, taste: 0.8, noise: 0.5, step: 0})
  )

  it('comes near the noise that no engine can know', async () => {
    const engine = await new AlternatingLeastSquares({factors: 4}).fit(train)
    const {rmse} = evaluate(engine, test)
    // The noise is 0.5; biases alone leave sqrt(0.5² + 0.8²) = 0.94.
    expect(rmse).toBeGreaterThan(0.48)
    expect(rmse).toBeLessThan(0.57)
  })

  it("holds the baseline's biases where they come first, and places a profile of her ratings where a user is", async () => {
    const engine = new AlternatingLeastSquares({factors: 4, biases: 'first', shrinkage: 0, epochs: 4})
    await engine.fit(train, {validation: test})
    const baseline = await new Baseline().fit(train)
    expect(engine.model.bu).toEqual(Float32Array.from(baseline.model.bu))
    expect(engine.model.bi).toEqual(Float32Array.from(baseline.model.bi))
    expect(engine.history[3].validation).toBeCloseTo(evaluate(engine, test).rmse, 4)
    expect(evaluate(engine, test).rmse).toBeLessThan(0.7 * evaluate(baseline, test).rmse)
    const hers = train.of(2).map(({movieId, rating}) => ({movieId, rating}))
    for (const {movieId, score} of engine.recommend(2, {n: 20}))
      expect(engine.predictDetailed(hers, movieId).score).toBeCloseTo(score, 3)
  })

  it('leaves every user at the least of her own equation: a profile of her ratings is where she is', async () => {
    const engine = await new AlternatingLeastSquares({factors: 4}).fit(train)
    for (const userId of [1, 2, 3]) {
      const hers = train.of(userId).map(({movieId, rating}) => ({movieId, rating}))
      for (const {movieId, score} of engine.recommend(userId, {n: 20}))
        expect(engine.predictDetailed(hers, movieId).score).toBeCloseTo(score, 3)
    }
  })

  it('lowers its training error in every round, and reports the validation error', async () => {
    const engine = await new AlternatingLeastSquares({factors: 4, epochs: 6, shrinkage: 0}).fit(train, {
      validation: test
    })
    const errors = engine.history.map(step => step.train as number)
    for (let k = 1; k < errors.length; k++) expect(errors[k]).toBeLessThanOrEqual(errors[k - 1] + 1e-4)
    expect(engine.history[5].validation).toBeCloseTo(evaluate(engine, test).rmse, 4)
  })

  it('is within its band on latest-small', async () => {
    const parts = split(await loadMovieLens('latest-small'))
    const {rmse} = evaluate(
      await new AlternatingLeastSquares({regularization: 0.1}).fit(parts.train),
      parts.test
    )
    expect(rmse).toBeGreaterThan(0.84)
    expect(rmse).toBeLessThan(0.9)
  })

  // MovieLens 100K does not ship with the project: this runs where ../shared/data holds it.
  it.skipIf(!existsSync(path.join(DATA, 'ml-100k')))(
    'is within its band on u1 of MovieLens 100K',
    async () => {
      const [base, held] = await Promise.all(
        ['u1.base', 'u1.test'].map(name => readRatings(path.join(DATA, 'ml-100k', name)))
      )
      const {rmse} = evaluate(await new AlternatingLeastSquares().fit(base), held)
      expect(rmse).toBeGreaterThan(0.92)
      expect(rmse).toBeLessThan(0.935)
    }
  )
})

describe('implicit', () => {
  // Two groups of users and two of movies; every user rated three of the four movies of her group, and nothing else.
  const rows = Array.from({length: 16}, (_, u) =>
    [0, 1, 2, 3]
      .filter(i => i !== Math.floor(u / 2) % 4)
      .map(i => ({userId: u, movieId: (u % 2) * 4 + i, rating: 3}))
  ).flat()
  const engine = new AlternatingLeastSquares({
    feedback: 'implicit',
    factors: 2,
    epochs: 20,
    regularization: 0.1
  })

  it('puts the movie of a user’s own group first, with a preference that the other group does not reach', async () => {
    await engine.fit(Ratings.from(rows))
    for (let u = 0; u < 16; u++) {
      const [best, second] = engine.recommend(u, {n: 2})
      expect(best.movieId).toBe((u % 2) * 4 + (Math.floor(u / 2) % 4))
      expect(best.score).toBeGreaterThan(0.4)
      expect(second.score).toBeLessThan(0.1)
    }
  })

  it('refuses to predict stars', () => {
    expect(() => engine.predict(0, 1)).toThrow(ArgumentError)
    expect(() => engine.predict(0, 1)).toThrow(/predicts no stars/)
    expect(() => engine.predictAll(Ratings.from(rows))).toThrow(ArgumentError)
  })

  it('folds a profile in where training put the same ratings, and explains by what was rated', () => {
    const hers = engine.train.of(5).map(({movieId, rating}) => ({movieId, rating}))
    for (const {movieId, score} of engine.recommend(5, {n: 5})) {
      const folded = engine.recommend(hers, {n: 8}).find(row => row.movieId === movieId)
      expect(folded?.score).toBeCloseTo(score, 3)
      const {terms} = engine.explain(hers, movieId)
      const shares = terms.filter(term => term.kind === 'rated')
      expect(shares.length).toBe(3)
      expect(shares.reduce((sum, term) => sum + term.value, 0)).toBeCloseTo(score, 3)
    }
  })
})
