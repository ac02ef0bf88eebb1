import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {evaluate, loadMovieLens, Ratings, readRatings, splitRows, TruncatedSvd} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

// Singular values, list and scores by scipy's svds on the row-centred train part: every tenth row of the file is in the test part.
// Printed to six decimals, so half a unit of the last one belongs to the rounding.
const SCIPY = {
  singularValues: [
    415.389395, 219.938089, 181.411637, 146.623864, 135.653666, 129.404259, 125.538387, 116.88755, 112.026112,
    110.260562, 103.75918, 101.539763, 98.267498, 93.14048, 92.353002, 90.156802, 89.115798, 88.325234,
    87.238182, 86.424459
  ],
  top10: [1374, 1387, 1204, 1200, 1214, 1282, 969, 1240, 913, 3471],
  scores: [0.172898, 0.159364, 0.157753, 0.156425, 0.153307, 0.151942, 0.151288, 0.149675, 0.137877, 0.129765]
}

function expectScipy(
  engine: TruncatedSvd,
  golden: {user: number; singularValues: number[]; top10: number[]; scores: number[]}
): void {
  for (const [f, value] of golden.singularValues.entries())
    expect(Math.abs((engine.model.singularValues?.[f] ?? Number.NaN) - value)).toBeLessThan(1e-6)
  const list = engine.recommend(golden.user, {n: 10})
  expect(list.map(row => row.movieId)).toEqual(golden.top10)
  for (const [k, row] of list.entries()) expect(Math.abs(row.score - golden.scores[k])).toBeLessThan(1e-6)
}

describe('on latest-small', () => {
  it('has the singular values, the list and the scores of scipy', async () => {
    const ratings = await loadMovieLens('latest-small')
    const tenths = Array.from({length: Math.floor(ratings.length / 10)}, (_, k) => 10 * k + 9)
    const {train} = splitRows(ratings, tenths)
    expectScipy(await new TruncatedSvd({factors: 20}).fit(train), {user: 1, ...SCIPY})
  })
})

describe('on a matrix small enough to fill by hand', () => {
  // Users × movies, 0 where nothing is rated; the fifth movie is listed in the frame, but rated only in the test part.
  const cells = [
    [5, 4, 0, 1],
    [4, 0, 1, 2],
    [1, 2, 5, 0]
  ]
  const rows = cells.flatMap((row, u) =>
    row.flatMap((rating, i) => (rating === 0 ? [] : [{userId: u + 1, movieId: i + 1, rating}]))
  )
  const all = Ratings.from([...rows, {userId: 1, movieId: 5, rating: 3}])
  const {train, test} = splitRows(all, [rows.length])

  it('gives the matrix back at full rank, zeros included', async () => {
    const engine = await new TruncatedSvd({factors: 4}).fit(train)
    for (const [u, row] of cells.entries())
      for (const [i, rating] of row.entries())
        expect(engine.predictDetailed(u + 1, i + 1).score).toBeCloseTo(rating, 10)
  })

  it.each([
    ['user-mean', [10 / 3, 7 / 3, 8 / 3]],
    ['zero', [10 / 4, 7 / 4, 8 / 4]]
  ] as const)(
    'falls back to the mean of the row for an unknown movie with missing=%s',
    async (missing, means) => {
      const engine = await new TruncatedSvd({factors: 2, missing}).fit(train)
      for (const [u, mean] of means.entries())
        expect(engine.predictDetailed(u + 1, 5).score).toBeCloseTo(mean, 10)
      expect(evaluate(engine, test).fallbacks['unknown movie']).toBe(1)
    }
  )

  it('makes the largest entry of every factor positive', async () => {
    const engine = await new TruncatedSvd({factors: 2}).fit(train)
    const F = 2
    const {qi} = engine.save().state.arrays
    for (let f = 0; f < F; f++) {
      const column = Array.from(qi).filter((_, at) => at % F === f)
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)))
    }
  })

  it('projects a profile exactly to where training put the same ratings', async () => {
    for (const missing of ['zero', 'user-mean', 'baseline'] as const) {
      const engine = await new TruncatedSvd({factors: 2, missing}).fit(train)
      const hers = train.of(2).map(({movieId, rating}) => ({movieId, rating}))
      for (const movieId of [1, 2, 3, 4])
        expect(engine.predictDetailed(hers, movieId).score).toBeCloseTo(
          engine.predictDetailed(2, movieId).score,
          missing === 'zero' ? 10 : 6
        )
    }
  })
})

// MovieLens 1M and 100K do not ship with the project: these run where ../shared holds them.
describe.skipIf(!existsSync(path.join(SHARED, 'golden/article.json')))('on MovieLens 1M and 100K', () => {
  const golden = (file: string): any => JSON.parse(readFileSync(path.join(SHARED, 'golden', file), 'utf8'))

  it('recommends to user 1310 what the article does', async () => {
    const ratings = await readRatings(path.join(SHARED, 'data/ml-1m/ratings.csv'))
    const engine = await new TruncatedSvd().fit(ratings)
    expect(engine.recommend(1310).map(row => row.movieId)).toEqual(golden('article.json').svd.user1310Top10)
  })

  it('has the singular values, the list and the scores of scipy on 100K', async () => {
    const train = await readRatings(path.join(SHARED, 'data/ml-100k/u1.base'))
    const engine = await new TruncatedSvd({factors: 20}).fit(train)
    expectScipy(engine, golden('peers.json')['ml-100k/u1'].truncatedSvd)
  })
})
