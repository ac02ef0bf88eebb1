import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AlternatingLeastSquares,
  BayesianFactorization,
  ClickNeighbours,
  Ease,
  EmbeddingNet,
  type Engine,
  GraphFilter,
  loadEngine,
  type RatingEngine,
  Ratings,
  Slim,
  saveEngine,
  TruncatedSvd
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-take-in-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** A user is new, and a movie in the middle of the ids; user 10 rates nothing anew. */
function parts(world: Ratings): {before: Ratings; later: Ratings} {
  const rows = [...world]
  const isNew = ({userId, movieId}: (typeof rows)[number]): boolean =>
    userId !== 10 && (userId === 19 || movieId === 120)
  const of = (some: typeof rows): Ratings =>
    Ratings.from(
      some.filter(row => row.userId !== 10 || row.movieId !== 120),
      world.movies
    )
  return {before: of(rows.filter(row => !isNew(row))), later: of(rows.filter(isNew))}
}

/** Fewer users than movies: weights are kept by the users of the fit. */
const wide = parts(smallWorld({users: 14, movies: 40}))
const tall = parts(smallWorld({users: 40, movies: 16}))

const scoresOf = (engine: Engine<any>, who: number): Map<unknown, number> =>
  new Map(engine.recommend(who, {n: 100, includeRated: true}).map(row => [row.movieId, row.score]))

async function reloaded(engine: Engine<any>): Promise<Engine<any>> {
  const file = path.join(folder, 'model.mrec')
  await saveEngine(engine, file)
  return loadEngine(file)
}

describe('weights between movies', () => {
  it.each([
    ['ease', () => new Ease(), wide],
    ['ease', () => new Ease(), tall],
    ['graph-filter', () => new GraphFilter({factors: 4}), wide],
    ['graph-filter', () => new GraphFilter({factors: 4}), tall],
    ['slim', () => new Slim(), wide]
  ] as const)('of %s stay what they were at the fit', async (_, make, {before, later}) => {
    const engine: Engine<any> = await make().fit(before)
    const first = scoresOf(engine, 10)
    const similar = [...engine.similar(100, {n: 9})]
    const {notLearned} = await engine.update(later)
    expect(notLearned.movies).toEqual([120])
    expect(scoresOf(engine, 10)).toEqual(first)
    expect([...engine.similar(100, {n: 9})]).toEqual(similar)
    const now = scoresOf(engine, 19)
    expect(now.size).toBe(before.movieCount)
    const again = await reloaded(engine)
    expect(scoresOf(again, 10)).toEqual(first)
    expect(scoresOf(again, 19)).toEqual(now)
    for await (const {userId, movies} of engine.recommendAll({n: 5, users: [10, 19, 13]}))
      expect(movies).toEqual([...again.recommend(userId, {n: 5})])
  })
})

describe('factors', () => {
  it.each([
    ['als', () => new AlternatingLeastSquares({factors: 3})],
    ['als, implicit', () => new AlternatingLeastSquares({factors: 3, feedback: 'implicit'})],
    [
      'embedding-net with hidden layers',
      () => new EmbeddingNet({factors: 4, hidden: [5], epochs: 8, batchSize: 64})
    ],
    [
      'embedding-net without biases',
      () => new EmbeddingNet({factors: 4, biases: false, epochs: 8, batchSize: 64})
    ],
    [
      'bayesian, probit and days',
      () =>
        new BayesianFactorization({
          factors: 3,
          sweeps: 20,
          burnIn: 5,
          samples: 20,
          likelihood: 'probit',
          days: true
        })
    ]
  ] as const)('of %s stay for those who rate nothing anew', async (_, make) => {
    const {before, later} = tall
    const engine: Engine<any> = await make().fit(before)
    const first = scoresOf(engine, 10)
    await engine.update(later)
    const now = scoresOf(engine, 10)
    for (const [movieId, score] of first) expect(now.get(movieId), `${movieId}`).toBeCloseTo(score, 9)
    expect(now.size).toBe(first.size + 1)
    expect(engine.knowsMovie(120)).toBe(true)
    const again = await reloaded(engine)
    expect(scoresOf(again, 19)).toEqual(scoresOf(engine, 19))
    expect(scoresOf(again, 10)).toEqual(now)
  })

  it('place a new movie nearer to its ratings than nothing does', async () => {
    const {before, later} = parts(smallWorld({users: 120, movies: 16, seed: 3}))
    const test = Ratings.from([...later].filter(row => row.movieId === 120 && Number(row.userId) % 2 === 0))
    const rest = Ratings.from([...later].filter(row => row.movieId !== 120 || Number(row.userId) % 2 === 1))
    expect(test.length).toBeGreaterThan(20)
    const error = (engine: RatingEngine<any>): number =>
      Math.hypot(...engine.predictAll(test).map((one, n) => one - test.rows.r[n])) / Math.sqrt(test.length)
    for (const engine of [
      new AlternatingLeastSquares({factors: 3}),
      new BayesianFactorization({factors: 3, sweeps: 60, burnIn: 20, samples: 30})
    ] as Array<RatingEngine<any>>) {
      await engine.fit(before)
      const stale = error(engine)
      await engine.update(rest)
      const updated = error(engine)
      expect(updated, engine.name).toBeLessThan(0.9 * stale)
    }
  })
})

describe('update', () => {
  it('adds up clicks, also after a file', async () => {
    const clicks = (rows: Iterable<{userId: number; movieId: number; rating: number}>): Ratings => {
      const {rows: columns, frame} = Ratings.from(rows)
      return new Ratings(columns, {...frame, clicks: true, scale: [0, 5]})
    }
    const {before, later} = tall
    const engine = await new ClickNeighbours().fit(clicks(before as never))
    const again = await reloaded(engine)
    expect(again.train.clicks).toBe(true)
    await engine.update(clicks(later as never))
    await again.update(clicks(later as never))
    expect(scoresOf(again, 19)).toEqual(scoresOf(engine, 19))
  })

  it('learns an article anew: the truncated SVD after an update is that of all ratings', async () => {
    const {before, later} = tall
    const engine = await new TruncatedSvd({factors: 3}).fit(before)
    const {sinceFit} = await engine.update(later)
    expect(sinceFit).toEqual({ratings: 0, share: 0})
    expect(String(await engine.update([...later].slice(0, 2)))).toBe(
      '2 new ratings: 0 new people, 0 new movies, 2 replaced.'
    )
  })
})
