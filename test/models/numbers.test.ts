import {
  AlternatingLeastSquares,
  AutoRec,
  Baseline,
  BayesianFactorization,
  ContentBased,
  Ease,
  EmbeddingNet,
  type Engine,
  type FactorModel,
  ItemNeighbours,
  MatrixFactorization,
  Popularity,
  type RatingEngine,
  TruncatedSvd
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {smallWorld} from '../contract/world'

const train = smallWorld()
const {userIds, movieIds} = train.frame

/** Pairs in the indices of the data, with the score that an engine gives them. */
function scored(engine: Engine<any, any>): Array<[u: number, i: number, score: number]> {
  return [0, 3, 7].flatMap(u =>
    [1, 4, 6].map((i): [number, number, number] => [
      u,
      i,
      engine.explain(userIds.ids[u], movieIds.ids[i]).score
    ])
  )
}

function dot(a: ArrayLike<number>, at: number, b: ArrayLike<number>, bt: number, n: number): number {
  let sum = 0
  for (let f = 0; f < n; f++) sum += a[at + f] * b[bt + f]
  return sum
}

describe('the numbers of a fitted model are those that it answers by', () => {
  const factored: Array<RatingEngine<any, FactorModel>> = [
    new MatrixFactorization({factors: 4, epochs: 5}),
    new AlternatingLeastSquares({factors: 4, epochs: 3}),
    new AlternatingLeastSquares({factors: 4, epochs: 3, feedback: 'implicit'}),
    new TruncatedSvd({factors: 4}),
    new TruncatedSvd({factors: 4, missing: 'baseline'}),
    new AutoRec({hidden: 6, epochs: 3, networks: 2}),
    new EmbeddingNet({factors: 4, epochs: 2}),
    new EmbeddingNet({factors: 4, epochs: 2, hidden: [6, 3]})
  ]

  it.each(factored.map(engine => [engine.name, JSON.stringify(engine.options), engine] as const))(
    '%s %s',
    async (_name, _options, engine) => {
      const {model} = await engine.fit(train)
      const {mu, factors: F, bu, bi, pu, qi, hidden} = model
      expect([bu.length, bi.length]).toEqual([userIds.length, movieIds.length])
      expect([pu.length, qi.length]).toEqual([userIds.length * F, movieIds.length * F])
      for (const [u, i, score] of scored(engine)) {
        const pair = Float64Array.of(...pu.subarray(u * F, (u + 1) * F), ...qi.subarray(i * F, (i + 1) * F))
        const closing = hidden === undefined ? 0 : hidden.value(pair)
        expect(score).toBeCloseTo(mu + bu[u] + bi[i] + dot(pu, u * F, qi, i * F, F) + closing, 5)
      }
      expect(hidden?.widths).toEqual(engine.options.hidden?.length > 1 ? [2 * F, 6, 3] : undefined)
    }
  )

  it('SVD++: a user is her own factors and what she rated', async () => {
    const {model} = await new MatrixFactorization({factors: 4, epochs: 5}).fit(train)
    expect(model.yj?.length).toBe(movieIds.length * 4)
    expect(model.yj?.some(value => value !== 0)).toBe(true)
    const explicit = new MatrixFactorization({factors: 4, epochs: 5, implicitFeedback: false})
    expect((await explicit.fit(train)).model.yj).toBeUndefined()
  })

  it('baseline, and the one that neighbours are measured from', async () => {
    const engine = await new Baseline().fit(train)
    const {mu, bu, bi} = engine.model
    for (const [u, i, score] of scored(engine)) expect(score).toBeCloseTo(mu + bu[u] + bi[i], 10)
    expect((await new ItemNeighbours().fit(train)).model.biases.bi).toEqual(bi)
  })

  it('popularity', async () => {
    const engine = await new Popularity().fit(train)
    for (const [, i, score] of scored(engine)) expect(score).toBe(engine.model.popularity[i])
  })

  it('content: cosine of a profile of one liked movie, and how often a movie was rated', async () => {
    const engine = await new ContentBased({popularity: 0.5}).fit(train)
    const {vectors, fame} = engine.model
    const rated = train.movies.get(movieIds.ids[0])
    expect(rated).toBeDefined()
    const listed = [...train.movies].map(({movieId}) => movieId).sort((a, b) => Number(a) - Number(b))
    const place = listed.indexOf(movieIds.ids[4])
    const {score} = engine.explain([{movieId: movieIds.ids[0], rating: 5}], movieIds.ids[4])
    const cosines = vectors.cosinesTo(listed.indexOf(movieIds.ids[0]))
    expect(score).toBeCloseTo(cosines[place] + fame[place], 6)
  })

  it('ease: weights of what she rated, summed', async () => {
    const engine = await new Ease().fit(train)
    const {start, index, value} = train.byUser
    const {start: raters, value: given} = train.byMovie
    const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length
    const means = Array.from({length: raters.length - 1}, (_, i) =>
      mean(given.subarray(raters[i], raters[i + 1]))
    )
    const rated = means.filter(one => !Number.isNaN(one))
    const middle = rated.reduce((a, b) => a + b, 0) / rated.length
    for (const [u, i, score] of scored(engine)) {
      const hers = value.subarray(start[u], start[u + 1])
      let expected = 0
      for (let k = start[u]; k < start[u + 1]; k++) {
        const above = value[k] - mean(hers) - (means[index[k]] - middle)
        if (index[k] !== i) expected += (1 + 0.1 * above) * engine.model.weight(index[k], i)
      }
      expect(score).toBeCloseTo(expected, 5)
    }
  })

  it('bayesian: the mean over the draws', async () => {
    const engine = await new BayesianFactorization({factors: 3, sweeps: 8, burnIn: 4}).fit(train)
    const {draws} = engine.model
    for (const [u, i, score] of scored(engine)) {
      let sum = 0
      for (const draw of draws.each()) {
        const [p, q] = [draw.rows('users', [u]), draw.rows('movies', [i])]
        sum += draw.shape.mean + p[3] + q[3] + dot(p, 0, q, 0, 3)
      }
      expect(score).toBeCloseTo(sum / draws.length, 4)
    }
  })
})
