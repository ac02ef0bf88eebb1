import {
  AlternatingLeastSquares,
  ArgumentError,
  askStrangers,
  Baseline,
  ContentBased,
  Ease,
  ItemNeighbours,
  MatrixFactorization,
  Movies,
  Ratings,
  rateNext,
  syntheticRatings,
  UserNeighbours
} from 'movie-recs'
import {beforeAll, describe, expect, it} from 'vitest'
import {Belief} from '#internals'

const ratings = syntheticRatings({users: 120, movies: 60, ratings: 3000})

describe('Belief', () => {
  // A and B have a covariance of 0.8, C has none with them; noise 1. A rating of A takes 0.8² / (1 + 1) = 0.32 off B's variance.
  const three = (): Belief =>
    new Belief(Float64Array.of(1, 0.8, 0, 0.8, 1, 0, 0, 0, 1), Float64Array.of(1, 1, 1), 1)

  it('counts what a rating tells of the other movies, not of its own', () => {
    const [a, b, c] = three().teaches()
    expect(a).toBeCloseTo(0.32, 12)
    expect(b).toBeCloseTo(0.32, 12)
    expect(c).toBe(0)
  })

  it('is left with the variance of the conditional Gaussian', () => {
    const belief = three()
    belief.learn(0)
    expect(belief.variance(0)).toBeCloseTo(0.5, 12)
    expect(belief.variance(1)).toBeCloseTo(0.68, 12)
    expect(belief.variance(2)).toBe(1)
    expect(belief.unsure()).toBeCloseTo(0.5 + 0.68 + 1, 12)
  })

  it('learns half of it from a rating that comes with chance 1/2', () => {
    const belief = three()
    belief.learn(0, 0.5)
    expect(belief.variance(1)).toBeCloseTo(1 - 0.16, 12)
  })

  it('does not depend on the order of ratings', () => {
    const [one, other] = [three(), three()]
    one.learn(0)
    one.learn(1)
    other.learn(1)
    other.learn(0)
    for (const c of [0, 1, 2]) expect(one.variance(c)).toBeCloseTo(other.variance(c), 12)
  })
})

describe('rateNext', () => {
  // Two camps: movies 1 to 4 divide people, all four alike; movies 5 to 8 get three stars from everyone. All are rated by all.
  const camps = Ratings.from(
    Array.from({length: 40}, (_, u) =>
      Array.from({length: 8}, (_, i) => ({
        userId: u,
        movieId: i + 1,
        rating: i > 3 ? 3 : u % 2 === 0 ? 5 : 1
      }))
    ).flat()
  )
  let engine: UserNeighbours
  beforeAll(async () => {
    engine = await new UserNeighbours().fit(camps)
  })

  it('asks a stranger for what divides people, and then has least left to ask', async () => {
    const asked = await rateNext(engine, [], {n: 8})
    expect(asked).toHaveLength(8)
    expect(asked[0].movieId).toBeLessThanOrEqual(4)
    expect(asked[0].known).toBe(1)
    expect(asked[1].score).toBeLessThan(asked[0].score)
    const [after] = await rateNext(engine, [{movieId: asked[0].movieId, rating: 5}], {n: 1})
    expect(after.unsure).toBeLessThan(asked[0].unsure as number)
  })

  it('prefers a movie that people know where both tell the same', async () => {
    // Movie 1 is known to a quarter of the people only.
    const rows = Array.from(camps.rows.u.keys()).filter(
      n => camps.frame.movieIds.ids[camps.rows.i[n]] !== 1 || camps.rows.u[n] < 10
    )
    const fewer = await new UserNeighbours().fit(camps.select(rows))
    const asked = await rateNext(fewer, [], {n: 8})
    expect(asked[0].movieId).not.toBe(1)
    expect(asked.find(({movieId}) => movieId === 1)?.known).toBe(0.25)
  })

  it('never asks for what is rated, keeps to among, and gives the same again', async () => {
    const mf = await new MatrixFactorization({factors: 8, epochs: 5}).fit(ratings)
    const profile = [1, 2, 3].map(k => ({movieId: ratings.frame.movieIds.ids[k], rating: 4}))
    const asked = await rateNext(mf, profile, {n: 20})
    expect(asked).toHaveLength(20)
    for (const {movieId} of profile) expect(asked.map(one => one.movieId)).not.toContain(movieId)
    expect(await rateNext(mf, profile, {n: 20})).toEqual(asked)
    const among = asked.slice(5, 9).map(({movieId}) => movieId)
    const some = await rateNext(mf, profile, {among})
    expect(some.map(({movieId}) => movieId).sort()).toEqual([...among].sort())
  })

  it('takes rated movies into account that are not among the candidates', async () => {
    const als = await new AlternatingLeastSquares({factors: 4}).fit(ratings)
    const {start} = ratings.byMovie
    const rare = [...ratings.frame.movieIds.ids.keys()].sort(
      (a, b) => start[a + 1] - start[a] - start[b + 1] + start[b]
    )[0]
    const profile = [{movieId: ratings.frame.movieIds.ids[rare], rating: 5}]
    const [without] = await rateNext(als, [], {n: 1, candidates: 10})
    const [given] = await rateNext(als, profile, {n: 1, candidates: 10, among: [without.movieId]})
    expect(given.unsure).toBeLessThan(without.unsure as number)
  })

  it('names the right movies where an engine knows some that nobody rated', async () => {
    const listed = Movies.from(
      Array.from({length: 80}, (_, k) => ({movieId: k, title: `Film ${k}`, genres: [k % 2 ? 'A' : 'B']}))
    )
    const engine = await new ContentBased().fit(Ratings.from([...ratings], listed))
    const asked = await rateNext(engine, [{movieId: 1, rating: 4}], {n: 8})
    const same = await rateNext(await new Ease().fit(ratings), [{movieId: 1, rating: 4}], {n: 8})
    expect([...asked].map(({movieId}) => movieId)).toEqual([...same].map(({movieId}) => movieId))
  })

  it('falls back to log(ratings) · entropy where no stars are predicted', async () => {
    const ease = await new Ease().fit(ratings)
    const asked = await rateNext(ease, [], {n: 5})
    expect(asked.every(({teaches, unsure}) => teaches === undefined && unsure === undefined)).toBe(true)
    for (const {movieId, entropy, score, known} of asked) {
      const count = Math.round(known * ratings.userCount)
      expect(score).toBeCloseTo(Math.log(count) * (entropy as number), 9)
      expect(ease.knowsMovie(movieId)).toBe(true)
    }
    // Half of the people give 5 stars, half 1: one bit. Everyone gives 3: none.
    const bits = await rateNext(await new Ease().fit(camps), [], {n: 8})
    expect(bits.map(({entropy}) => entropy)).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
  })

  it('refuses what makes no sense', async () => {
    await expect(rateNext(engine, [], {n: 0})).rejects.toThrow(ArgumentError)
    await expect(rateNext(engine, [], {people: 1})).rejects.toThrow('from 2 up, got 1')
    await expect(rateNext(engine, [], {among: [999]})).rejects.toThrow('movie 999 of among is unknown')
    await expect(rateNext(engine, [{movieId: 1, rating: 9}])).rejects.toThrow(ArgumentError)
  })
})

describe('askStrangers', () => {
  const o = {questions: [0, 1, 5], folds: 3, fewest: 10, candidates: 60}

  it('begins where nothing is known, and gets at most an answer a question', async () => {
    const {curves, evaluations, people} = await askStrangers(() => new Baseline(), ratings, o)
    const all = Object.values(curves)
    expect(new Set(all.map(rows => rows[0].y)).size).toBe(1)
    for (const rows of all) for (const {x, answers} of rows) expect(answers).toBeLessThanOrEqual(x)
    expect(evaluations[5].rateNext.byUser.size).toBe(people)
    expect(curves.rateNext[2].y).toBe(evaluations[5].rateNext.rmse)
    expect(evaluations[5].rateNext.n).toBe(evaluations[5].random.n)
  })

  it('gets an answer to every question where only what is seen is asked for', async () => {
    const {curves} = await askStrangers(() => new ItemNeighbours(), ratings, {...o, onlySeen: true})
    for (const rows of Object.values(curves)) expect(rows.map(({answers}) => answers)).toEqual([0, 1, 5])
  })

  it('gives the same again', async () => {
    const one = await askStrangers(() => new Baseline(), ratings, {...o, seed: 2})
    expect(await askStrangers(() => new Baseline(), ratings, {...o, seed: 2})).toEqual(one)
  })

  it('asks so many people at most, of each part as many', async () => {
    const {people, evaluations} = await askStrangers(() => new Baseline(), ratings, {...o, most: 9})
    expect(people).toBe(9)
    expect(evaluations[0].popular.byUser.size).toBe(9)
  })

  it('refuses what makes no sense', async () => {
    const make = (): Baseline => new Baseline()
    await expect(askStrangers(make, ratings, {questions: [-1]})).rejects.toThrow('from 0 up, got [-1]')
    await expect(askStrangers(make, ratings, {folds: 1})).rejects.toThrow(ArgumentError)
    await expect(askStrangers(make, ratings, {fewest: 10_000})).rejects.toThrow('with 10000 ratings, got 0')
  })
})
