import {
  AlternatingLeastSquares,
  Baseline,
  BayesianFactorization,
  Blend,
  type Engine,
  evaluate,
  ItemNeighbours,
  loadMovieLens,
  type Posterior,
  type RatingEngine,
  type Ratings,
  type Slopes,
  type Span,
  type StarTerms,
  split
} from 'movie-recs'
import {beforeAll, describe, expect, it} from 'vitest'
import {smallWorld} from '../contract/world'

/** Members that are fitted in a moment. */
const made = (): Array<RatingEngine<any, any>> => [
  new Baseline(),
  new AlternatingLeastSquares({factors: 8}),
  new ItemNeighbours()
]

describe('Blend for stars', () => {
  let parts: {train: Ratings; test: Ratings}
  let blend: Blend
  let alone: Array<RatingEngine<any, any>>
  beforeAll(async () => {
    parts = split(await loadMovieLens('latest-small'), {seed: 2})
    blend = await new Blend({members: made()}).fit(parts.train)
    alone = await Promise.all(made().map(member => member.fit(parts.train)))
  })

  it('is a level and weights, which move with how much is known, on the members’ predictions', () => {
    const {train, test} = parts
    const {members, stars} = blend.model
    const {level, slopes, users, movies} = stars as StarTerms
    const along = ({centre, deviation, least, most}: Span, n: number): number =>
      (Math.min(most, Math.max(least, Math.log(1 + n))) - centre) / deviation
    const ratingsOf = new Map<unknown, number>()
    for (const {movieId} of train) ratingsOf.set(movieId, (ratingsOf.get(movieId) ?? 0) + 1)
    for (const {userId, movieId} of [...test].filter((_, n) => n % 100 === 0)) {
      const a = along(users, train.of(userId).length)
      const b = along(movies, ratingsOf.get(movieId) ?? 0)
      const at = (own: number, [u, i]: Slopes): number => own + u * a + i * b
      const expected = alone.reduce(
        (sum, engine, k) =>
          sum +
          at(members[k].weight, members[k].slopes as Slopes) *
            (engine.predictDetailed(userId, movieId).score - train.mean),
        at(level, slopes)
      )
      expect(blend.predictDetailed(userId, movieId).score).toBeCloseTo(expected, 5)
    }
  })

  it('predicts better than each of its members, with weights of the training ratings alone', () => {
    const {rmse} = evaluate(blend, parts.test)
    for (const engine of alone) expect(rmse).toBeLessThan(evaluate(engine, parts.test).rmse - 0.002)
  })

  it('learns nothing from a member that says the same as another, and much from one that is right', async () => {
    const same = await new Blend({members: [new Baseline(), new Baseline()]}).fit(parts.train)
    expect(same.model.weights[0]).toBeCloseTo(same.model.weights[1], 9)
    const {weights} = (
      await new Blend({members: [new Baseline({userDamping: 1e9, movieDamping: 1e9}), new Baseline()]}).fit(
        parts.train
      )
    ).model
    expect(weights[1]).toBeGreaterThan(0.8)
  })

  it('is the plain mean of its members where there is too little to learn weights from', async () => {
    const few = split(smallWorld(), {test: 0.12, seed: 1}).test
    const {model} = await new Blend({members: ['baseline', 'item-neighbours']}).fit(few)
    for (const weight of model.weights) expect(weight).toBeCloseTo(0.5, 1)
    expect((model.stars as StarTerms).slopes.map(slope => Math.abs(slope) < 0.01)).toEqual([true, true])
  })

  it('learns weights with fewer sweeps of a bayesian member, but where they are said', async () => {
    const world = smallWorld()
    const blended = async (options: object): Promise<{weights: readonly number[]; draws: number}> => {
      const {model} = await new Blend({
        members: [{engine: 'bayesian', options: {factors: 2, ...options}}, 'baseline']
      }).fit(world)
      return {weights: model.weights, draws: (model.members[0].model as Posterior).draws.length}
    }
    const left = await blended({})
    const said = await blended({sweeps: 160, burnIn: 60})
    expect(said.weights).toEqual(left.weights)
    expect([left.draws, said.draws]).toEqual([250, 160])
    expect((await blended({sweeps: 80, burnIn: 60})).weights).not.toEqual(left.weights)
  })

  it('takes weights that are given, and has the interval of the member that has one', async () => {
    const world = smallWorld()
    const bayesian = {factors: 4, sweeps: 40, burnIn: 10, samples: 40}
    const members = [new Baseline(), new BayesianFactorization(bayesian)]
    const mean = await new Blend({members, weights: [0.5, 0.5]}).fit(world)
    const theirs = await Promise.all(members.map(member => (member as Engine<any, any>).fit(world)))
    const [user, movie] = [world.frame.userIds.ids[3], world.frame.movieIds.ids[5]]
    const [one, two] = theirs.map(engine => (engine as RatingEngine<any, any>).predictDetailed(user, movie))
    const ours = mean.predictDetailed(user, movie)
    expect(ours.score).toBeCloseTo((one.score + two.score) / 2, 5)
    const [lo, hi] = ours.interval as [number, number]
    const [from, to] = two.interval as [number, number]
    expect(hi - lo).toBeCloseTo(to - from, 5)
    expect((lo + hi) / 2).toBeCloseTo(ours.score, 5)
  })
})
