import {
  AutoRec,
  Baseline,
  BayesianFactorization,
  Blend,
  EmbeddingNet,
  evaluate,
  evaluateAsync,
  InterruptedError,
  ItemNeighbours,
  MatrixFactorization,
  type Progress,
  type RatingEngine,
  Ratings,
  syntheticRatings,
  UserNeighbours
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Random} from '#internals'

const train = syntheticRatings({users: 60, movies: 40, ratings: 1200, seed: 1})
/** More pairs than one step has, in no order, of people and movies known and unknown, with days. */
const pairs = Ratings.from(
  Array.from(new Random(1).permutation(90 * 300), n => ({
    userId: Math.floor(n / 300),
    movieId: n % 300,
    rating: 3,
    timestamp: 1e9 + 86_400 * (n % 7)
  }))
)
const small = {factors: 4, sweeps: 6, burnIn: 2, samples: 5}
const engines: Record<string, () => RatingEngine<any, any>> = {
  baseline: () => new Baseline(),
  mf: () => new MatrixFactorization({factors: 4, epochs: 3}),
  'user-neighbours': () => new UserNeighbours(),
  'item-neighbours': () => new ItemNeighbours(),
  'auto-rec': () => new AutoRec({hidden: 8, epochs: 2}),
  bayesian: () => new BayesianFactorization(small),
  'bayesian by classes': () => new BayesianFactorization({...small, likelihood: 'probit'}),
  blend: () => new Blend({members: ['baseline', 'item-neighbours']})
}

/** Seconds of processor since then. */
function secondsSince(before: NodeJS.CpuUsage): number {
  const {user, system} = process.cpuUsage(before)
  return (user + system) / 1e6
}

describe('many predictions', () => {
  it.each(Object.entries(engines))(
    'are the same awaited and at once, and one by one: %s',
    async (_, make) => {
      const engine = await make().fit(train)
      const told: Progress[] = []
      const awaited = await engine.predictAllDetailedAsync(pairs, {onProgress: step => told.push(step)})
      expect(awaited).toEqual(engine.predictAllDetailed(pairs))
      expect(await engine.predictAllAsync(pairs)).toEqual(engine.predictAll(pairs))
      expect(told.at(-1)).toMatchObject({task: `predicting by ${engine.name}`, done: 100, total: 100})
      const {userIds, movieIds} = pairs.frame
      for (let n = 0; n < pairs.length; n += 371) {
        const [userId, movieId] = [userIds.ids[pairs.rows.u[n]], movieIds.ids[pairs.rows.i[n]]]
        const {rating, fallback} = engine.predictDetailed(userId, movieId)
        expect(awaited.ratings[n]).toBeCloseTo(rating, 4)
        expect(awaited.fallbacks[n]).toBe(fallback)
      }
    }
  )

  it('are of the day of each pair, where the model knows days', async () => {
    const dated = Ratings.from(
      Array.from(train, row => ({...row, timestamp: 1e9 + 86_400 * (row.movieId as number)}))
    )
    const engine = await new BayesianFactorization({...small, days: true}).fit(dated)
    const predicted = await engine.predictAllAsync(pairs)
    expect(predicted).toEqual(engine.predictAll(pairs))
    for (const n of [0, 1000, 2000]) {
      const [userId, movieId] = [
        pairs.frame.userIds.ids[pairs.rows.u[n]],
        pairs.frame.movieIds.ids[pairs.rows.i[n]]
      ]
      const timestamp = pairs.rows.t?.[n] as number
      expect(predicted[n]).toBeCloseTo(engine.predict(userId, movieId, {timestamp}), 4)
    }
  })

  it('give the same figures awaited and at once', async () => {
    const engine = await new MatrixFactorization({factors: 4, epochs: 3}).fit(train)
    expect(await evaluateAsync(engine, pairs)).toEqual(evaluate(engine, pairs))
  })

  it('leave the event loop free, and stop', async () => {
    // A quarter of a microsecond a pair and draw: seconds in all.
    const engine = await new BayesianFactorization({
      ...small,
      sweeps: 20,
      samples: 20,
      likelihood: 'probit'
    }).fit(train)
    const many = syntheticRatings({users: 2000, movies: 600, ratings: 400_000})
    const stop = new AbortController()
    // Seconds of processor from tick to tick: what a busy machine leaves to others is not held by this.
    let [busy, held, since] = [process.cpuUsage(), 0, Number.POSITIVE_INFINITY]
    const ticking = setInterval(() => {
      held = Math.max(held, secondsSince(busy))
      busy = process.cpuUsage()
    }, 5)
    setTimeout(() => {
      since = secondsSince({user: 0, system: 0})
      stop.abort()
    }, 300)
    await expect(evaluateAsync(engine, many, {signal: stop.signal})).rejects.toThrow(InterruptedError)
    const stopped = secondsSince({user: 0, system: 0}) - since
    clearInterval(ticking)
    expect(held).toBeGreaterThan(0)
    expect(held).toBeLessThan(2)
    expect(stopped).toBeLessThan(2)
  }, 60_000)
})

describe('a list of different movies', () => {
  const many = syntheticRatings({users: 60, movies: 400, ratings: 3000, seed: 2})
  it.each([
    ['mf', () => new MatrixFactorization({factors: 4, epochs: 3})],
    ['bayesian', () => new BayesianFactorization({...small, samples: 50, sweeps: 50})],
    ['embedding-net', () => new EmbeddingNet({factors: 4, epochs: 2})]
  ] as const)('is that of maximal marginal relevance by whole rows of similarities: %s', async (_, make) => {
    const engine = await make().fit(many)
    const [n, diversity] = [6, 0.4]
    for (const userId of [1, 2, 3]) {
      const ranked = [...engine.recommend(userId, {n: 10 * n})]
      const spread = ranked[0].score - ranked[ranked.length - 1].score
      const {values} = engine.similarities(ranked.map(({movieId}) => movieId))
      const chosen: number[] = []
      while (chosen.length < n) {
        const gains = ranked.map(({score}, k) => {
          if (chosen.includes(k)) return Number.NEGATIVE_INFINITY
          const relevance = 1 - (ranked[0].score - score) / spread
          return (1 - diversity) * relevance - diversity * Math.max(0, ...chosen.map(one => values[one][k]))
        })
        chosen.push(gains.indexOf(Math.max(...gains)))
      }
      const listed = engine.recommend(userId, {n, diversity})
      expect([...listed].map(({movieId}) => movieId)).toEqual(chosen.map(k => ranked[k].movieId))
    }
  })
})
