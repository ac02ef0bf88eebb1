import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import {
  Baseline,
  evaluate,
  InterruptedError,
  ItemNeighbours,
  loadEngine,
  type NeighboursOptions,
  type RatingRow,
  Ratings,
  saveEngine,
  split,
  syntheticRatings,
  UserNeighbours
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {has100k, hundredK, hundredKSplit, SMALL, type SurpriseEntry, smallSplit} from '../../golden/surprise'

const SIMILARITIES = {
  cosine: 'cosine',
  msd: 'mean-squared-difference',
  pearson: 'pearson',
  pearson_baseline: 'pearson-baseline'
} as const
/** Similarity and prediction without any of our extras. */
const PLAIN = {shrinkage: 0, amplification: 1, damping: 0, k: 40} as const

/** Our options under which Surprise's definitions hold. */
function asSurprise({engine, options}: SurpriseEntry): NeighboursOptions {
  const mean = options.userBased ? 'user-mean' : 'movie-mean'
  const around = {
    KNNBasic: 'nothing',
    KNNWithMeans: mean,
    KNNWithZScore: 'z-score',
    KNNBaseline: 'baseline'
  } as const
  return {
    ...PLAIN,
    similarity: SIMILARITIES[options.similarity as keyof typeof SIMILARITIES],
    over: 'common',
    minSupport: options.minSupport ?? 1,
    shrinkage: options.shrinkage ?? 0,
    around: around[engine as keyof typeof around],
    minK: options.minK ?? 1,
    userDamping: 15,
    movieDamping: 10,
    fallback: engine === 'KNNBaseline' ? 'equation' : 'mean'
  }
}

async function agrees(entry: SurpriseEntry, {train, test}: {train: Ratings; test: Ratings}): Promise<void> {
  const Class = entry.options.userBased ? UserNeighbours : ItemNeighbours
  const engine = await new Class(asSurprise(entry)).fit(train)
  const {rmse, mae, fallbacks} = evaluate(engine, test)
  expect(Math.abs(rmse - entry.rmse)).toBeLessThan(1e-4)
  expect(Math.abs(mae - entry.mae)).toBeLessThan(1e-4)
  for (const [userId, movieId, rating] of entry.first)
    expect(Math.abs(engine.predict(userId, movieId) - rating)).toBeLessThan(1e-4)
  if (entry.engine !== 'KNNBasic') return
  // Only KNNBasic counts too few neighbours as impossible.
  expect(Object.values(fallbacks).reduce((sum, n) => sum + n, 0)).toBe(entry.impossible)
}

const title = ({engine, options}: SurpriseEntry): string =>
  `${engine} ${options.userBased ? 'of users' : 'of movies'} by ${options.similarity}${options.minK === undefined ? '' : ', at least 3 neighbours of support 5'}`

describe('agrees with Surprise on latest-small', async () => {
  const parts = await smallSplit()
  const entries = SMALL.filter(({engine}) => engine.startsWith('KNN'))
  it('has all its neighbour engines', () => expect(entries.length).toBe(16))
  for (const entry of entries) it(title(entry), () => agrees(entry, parts))
})

describe.skipIf(!has100k)('agrees with Surprise on MovieLens 100K', async () => {
  const parts = has100k ? await hundredKSplit() : undefined
  for (const entry of hundredK().filter(({engine}) => engine.startsWith('KNN')))
    it(title(entry), () => agrees(entry, parts as NonNullable<typeof parts>))
})

const ENGINES = [UserNeighbours, ItemNeighbours]
const EVERY = [
  'jaccard',
  'cosine',
  'adjusted-cosine',
  'mean-squared-difference',
  'pearson',
  'pearson-baseline'
] as const
const AROUND = ['nothing', 'user-mean', 'movie-mean', 'z-score', 'baseline'] as const

/** Any ratings of up to 8 users and 7 movies, half stars, each pair at most once. */
const anyRatings = fc
  .uniqueArray(
    fc.record({
      userId: fc.integer({min: 1, max: 8}),
      movieId: fc.integer({min: 1, max: 7}),
      rating: fc.integer({min: 1, max: 10}).map(half => half / 2)
    }),
    {minLength: 1, maxLength: 40, selector: row => `${row.userId} ${row.movieId}`}
  )
  .map(rows => Ratings.from(rows))

/** Any options that the prediction's equation knows. */
const anyOptions = fc.record({
  similarity: fc.constantFrom(...EVERY),
  over: fc.constantFrom('common', 'all'),
  around: fc.constantFrom(...AROUND),
  choose: fc.constantFrom('among-raters', 'before'),
  shrinkage: fc.constantFrom(0, 2),
  amplification: fc.constantFrom(1, 2, 1.3),
  k: fc.integer({min: 1, max: 5}),
  minK: fc.integer({min: 1, max: 2}),
  damping: fc.constantFrom(0, 0.1)
}) as fc.Arbitrary<NeighboursOptions>

describe('neighbours of any ratings', () => {
  for (const Class of ENGINES) {
    it(`${Class.spec.name}: every number is defined, batches are singles, explanations sum`, async () => {
      await fc.assert(
        fc.asyncProperty(anyRatings, anyOptions, async (ratings, options) => {
          const engine = await new Class(options).fit(ratings, {workers: 1})
          const batch = engine.predictAll(ratings)
          for (const [n, {userId, movieId}] of [...ratings].entries()) {
            const {rating, score, neighbours, fallback} = engine.predictDetailed(userId, movieId)
            expect(Math.fround(rating)).toBe(batch[n])
            expect(Number.isFinite(score)).toBe(true)
            expect(fallback === 'too few neighbours').toBe((neighbours as number) < (options.minK as number))
            const {terms} = engine.explain(userId, movieId)
            expect(Math.abs(terms.reduce((sum, {value}) => sum + value, 0) - score)).toBeLessThan(1e-5)
          }
        }),
        {numRuns: 60}
      )
    })
  }

  it('similarity is symmetric, between -1 and 1, and 1 to oneself', async () => {
    await fc.assert(
      fc.asyncProperty(anyRatings, anyOptions, async (ratings, options) => {
        const engine = await new ItemNeighbours(options).fit(ratings, {workers: 1})
        const ids = [...new Set([...ratings].map(row => row.movieId))]
        const near = new Map(
          ids.map(movieId => [
            movieId,
            new Map(
              [...engine.similar(movieId, {n: 10, includeSelf: true})].map(row => [row.movieId, row.score])
            )
          ])
        )
        for (const a of ids) {
          expect(near.get(a)?.get(a)).toBe(1)
          for (const b of ids) expect(near.get(a)?.get(b)).toBe(near.get(b)?.get(a))
          for (const score of near.get(a)?.values() ?? []) {
            expect(score).toBeGreaterThanOrEqual(-1)
            expect(score).toBeLessThanOrEqual(1)
          }
        }
      }),
      {numRuns: 60}
    )
  })

  it('the order of rows in the file does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(anyRatings, anyOptions, fc.integer(), async (ratings, options, turn) => {
        const rows = [...ratings]
        const by = (row: RatingRow): number =>
          Math.imul(Number(row.userId) * 31 + Number(row.movieId), turn | 1)
        const turned = Ratings.from([...rows].sort((a, b) => by(a) - by(b)))
        for (const Class of ENGINES) {
          const one = await new Class(options).fit(ratings, {workers: 1})
          const two = await new Class(options).fit(turned, {workers: 1})
          for (const {userId, movieId} of rows)
            expect(two.predict(userId, movieId)).toBe(one.predict(userId, movieId))
        }
      }),
      {numRuns: 30}
    )
  })

  it('nor does it for z-scores of movies with a single rating, which take the deviation of all', async () => {
    const stars = [1.5, 4, 3.5, 4.5, 1]
    const pairs = [
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 2],
      [2, 4]
    ]
    const rows = pairs.map(([userId, movieId], n) => ({userId, movieId, rating: stars[n]}))
    const options = {
      around: 'z-score',
      choose: 'among-raters',
      k: 1,
      minK: 1,
      damping: 0,
      shrinkage: 0
    } as const
    const one = await new ItemNeighbours(options).fit(Ratings.from(rows))
    const two = await new ItemNeighbours(options).fit(Ratings.from([...rows].reverse()))
    for (const {userId, movieId} of rows)
      expect(two.predict(userId, movieId)).toBe(one.predict(userId, movieId))
  })

  it('a profile with a user’s own ratings has her similarity row, and is predicted as she is but for herself', async () => {
    await fc.assert(
      fc.asyncProperty(anyRatings, anyOptions, async (ratings, options) => {
        const engine = await new ItemNeighbours(options).fit(ratings, {workers: 1})
        for (const userId of new Set([...ratings].map(row => row.userId))) {
          const profile = [...ratings.of(userId)].map(({movieId, rating}) => ({movieId, rating}))
          for (const movieId of new Set([...ratings].map(row => row.movieId))) {
            const apart =
              engine.predictDetailed(profile, movieId).score - engine.predictDetailed(userId, movieId).score
            expect(Math.abs(apart)).toBeLessThan(1e-4)
          }
        }
      }),
      {numRuns: 30}
    )
  })
})

describe('corner cases', () => {
  // Users 1 to 4 and movies 1 to 5. Movie 5 has one rating; user 4 rates everything 3 (zero variance) and rated all;
  // users 2 and 3 have no movie in common.
  const rows = [
    [1, 1, 5],
    [1, 2, 4],
    [1, 3, 1],
    [2, 1, 4],
    [2, 2, 5],
    [3, 3, 5],
    [3, 4, 2],
    [4, 1, 3],
    [4, 2, 3],
    [4, 3, 3],
    [4, 4, 3],
    [4, 5, 3]
  ].map(([userId, movieId, rating]) => ({userId, movieId, rating}))
  const ratings = Ratings.from(rows)

  it('gives numbers for every pair, measure and centre', async () => {
    for (const Class of ENGINES)
      for (const similarity of EVERY)
        for (const over of ['common', 'all'] as const)
          for (const around of AROUND) {
            const engine = await new Class({...PLAIN, similarity, over, around}).fit(ratings, {workers: 1})
            for (const userId of [1, 2, 3, 4, 99])
              for (const movieId of [1, 2, 3, 4, 5]) {
                const {score, rating} = engine.predictDetailed(userId, movieId)
                expect(Number.isFinite(score), `${Class.name} ${similarity} ${over} ${around}`).toBe(true)
                expect(rating).toBeGreaterThanOrEqual(1)
                expect(rating).toBeLessThanOrEqual(5)
              }
          }
  })

  it('knows no similarity where nothing is common, and no correlation where nothing varies', async () => {
    const engine = await new UserNeighbours({...PLAIN, similarity: 'pearson', over: 'common'}).fit(ratings)
    expect(engine.neighboursOf(2).map(row => row.userId)).not.toContain(3)
    expect(engine.neighboursOf(4)).toHaveLength(0)
  })

  it('recommends nothing to the user who rated everything', async () => {
    for (const Class of ENGINES) {
      const engine = await new Class().fit(ratings)
      expect(engine.recommend(4)).toHaveLength(0)
      expect(engine.recommend(4, {includeRated: true, n: 5})).toHaveLength(5)
    }
  })

  it('falls back to the baseline where no one can speak', async () => {
    const engine = await new UserNeighbours({
      ...PLAIN,
      similarity: 'cosine',
      over: 'common',
      minSupport: 9
    }).fit(ratings)
    const detail = engine.predictDetailed(2, 3)
    expect(detail).toMatchObject({neighbours: 0, fallback: 'too few neighbours'})
    expect(engine.explain(2, 3).terms.map(({kind}) => kind)).toEqual(['mean', 'user', 'movie', 'rest'])
    expect(engine.explain(2, 3).sentence).toContain('no neighbour')
  })

  it('breaks ties by the smaller id', async () => {
    // Movies 2 and 3 are rated alike by the same users, so they are equally similar to movie 1, and k is 1.
    const tied = Ratings.from(
      [
        [1, 1, 5],
        [1, 2, 4],
        [1, 3, 4],
        [2, 1, 2],
        [2, 2, 1],
        [2, 3, 1],
        [3, 2, 5],
        [3, 3, 1]
      ].map(([userId, movieId, rating]) => ({userId, movieId, rating}))
    )
    const engine = await new ItemNeighbours({
      ...PLAIN,
      similarity: 'jaccard',
      over: 'all',
      around: 'nothing',
      k: 1
    }).fit(tied)
    expect(engine.similar(1).map(row => row.movieId)).toEqual([2, 3])
    expect(engine.predictDetailed(3, 1).score).toBe(5) // what user 3 gave to movie 2, not movie 3
  })
})

describe('a prediction by hand', () => {
  // Cosine of movies 1 and 2 over users 1 and 2: (5·4 + 2·1) / sqrt((25 + 4)(16 + 1)) = 22 / sqrt(493) = 0.99083
  // Cosine of movies 1 and 3 over user 1: 1. User 3 gave 3 to movie 2 and 4 to movie 3:
  //   (0.99083 · 3 + 1 · 4) / 1.99083 = 3.50230
  const ratings = Ratings.from(
    [
      [1, 1, 5],
      [1, 2, 4],
      [1, 3, 3],
      [2, 1, 2],
      [2, 2, 1],
      [3, 2, 3],
      [3, 3, 4]
    ].map(([userId, movieId, rating]) => ({userId, movieId, rating}))
  )
  const options = {...PLAIN, similarity: 'cosine', over: 'common', around: 'nothing'} as const

  it('is the weighted mean of what she gave to similar movies', async () => {
    const engine = await new ItemNeighbours(options).fit(ratings)
    const s = 22 / Math.sqrt(493)
    expect(engine.predictDetailed(3, 1).score).toBeCloseTo((s * 3 + 4) / (s + 1), 6)
    expect(engine.explain(3, 1).terms).toEqual([
      {kind: 'rated', movieId: 3, name: 'Movie 3', rating: 4, value: expect.closeTo(4 / (s + 1), 6)},
      {kind: 'rated', movieId: 2, name: 'Movie 2', rating: 3, value: expect.closeTo((3 * s) / (s + 1), 6)}
    ])
    expect(engine.explain(3, 1).sentence).toBe(
      'Movie 1 gets 3.50 stars, because you gave Movie 3 4 and Movie 2 3.'
    )
  })

  it('shrinks, amplifies and damps as the equations say', async () => {
    const s = 22 / Math.sqrt(493)
    const of = async (o: NeighboursOptions): Promise<number> =>
      (await new ItemNeighbours({...options, ...o}).fit(ratings)).predictDetailed(3, 1).score
    // Support 2 leaves (2 - 1) / (2 - 1 + 1) = 1/2 of s; support 1 leaves nothing.
    expect(await of({shrinkage: 1})).toBeCloseTo(3, 6)
    expect(await of({minSupport: 2})).toBeCloseTo(3, 6)
    expect(await of({amplification: 3})).toBeCloseTo((s ** 3 * 3 + 4) / (s ** 3 + 1), 6)
    expect(await of({damping: 2})).toBeCloseTo((s * 3 + 4) / (s + 3), 6)
  })
})

describe('on made-up ratings with planted tastes', () => {
  const parts = split(syntheticRatings({users: 300, movies: 200, ratings: 12_000, seed: 2}))

  it('is better than the baseline', async () => {
    const floor = evaluate(await new Baseline().fit(parts.train), parts.test).rmse
    for (const Class of ENGINES)
      expect(evaluate(await new Class().fit(parts.train), parts.test).rmse).toBeLessThan(floor)
  })

  it('recommends by the very scores that it predicts, over many more candidates than are gathered at a time', async () => {
    for (const Class of ENGINES)
      for (const choose of ['among-raters', 'before'] as const) {
        const engine = await new Class({choose}).fit(parts.train)
        for (const userId of [1, 9]) {
          const list = engine.recommend(userId, {n: 200, includeRated: true})
          expect(list.length).toBeGreaterThan(150)
          for (const {movieId, score} of list)
            expect(engine.predictDetailed(userId, movieId).score).toBe(score)
        }
      }
  })

  it('hears fewer where neighbours are chosen before', async () => {
    for (const Class of ENGINES) {
      const [after, before] = await Promise.all(
        (['among-raters', 'before'] as const).map(choose => new Class({choose, k: 20}).fit(parts.train))
      )
      const {userId, movieId} = [...parts.test][0]
      const heard = before.predictDetailed(userId, movieId).neighbours as number
      expect(heard).toBeLessThan(after.predictDetailed(userId, movieId).neighbours as number)
      expect(before.predictDetailed(userId, movieId).score).not.toBe(
        after.predictDetailed(userId, movieId).score
      )
    }
  })

  it('writes the same model file and the same predictions for any number of workers, and after loading', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-neighbours-'))
    try {
      for (const Class of ENGINES)
        for (const choose of ['among-raters', 'before'] as const) {
          const fits = await Promise.all(
            [1, 2].map(workers => new Class({choose}).fit(parts.train, {workers}))
          )
          const [one, two] = fits.map((_, k) => path.join(folder, `${choose}-${k}.mrec`))
          await saveEngine(fits[0], one)
          await saveEngine(fits[1], two)
          expect(readFileSync(two).equals(readFileSync(one))).toBe(true)
          const loaded = (await loadEngine(two)) as InstanceType<typeof Class>
          const predicted = fits[0].predictAll(parts.test)
          expect(fits[1].predictAll(parts.test)).toEqual(predicted)
          expect(loaded.predictAll(parts.test)).toEqual(predicted)
        }
    } finally {
      rmSync(folder, {recursive: true, force: true})
    }
  })

  it('finds the user with the same ratings first, with all movies in common', async () => {
    const rows = [...parts.train].filter(row => row.userId === 7)
    const twin = Ratings.from([...parts.train, ...rows.map(row => ({...row, userId: 9999}))])
    const engine = await new UserNeighbours({similarity: 'pearson', over: 'common', shrinkage: 50}).fit(twin)
    expect(engine.neighboursOf(7, {n: 1})[0]).toMatchObject({
      userId: 9999,
      common: rows.length,
      ratings: rows.length
    })
    expect(() => engine.neighboursOf(4711)).toThrow(/Unknown userId 4711/)
  })

  it('stops when asked to while neighbours are chosen', async () => {
    const stop = new AbortController()
    const engine = new UserNeighbours({choose: 'before'})
    const fit = engine.fit(parts.train, {signal: stop.signal, onProgress: () => stop.abort()})
    await expect(fit).rejects.toThrow(InterruptedError)
    expect(engine.fitted).toBe(false)
  })
})
