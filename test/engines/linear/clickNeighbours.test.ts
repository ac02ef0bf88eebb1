import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ClickNeighbours,
  type ClickNeighboursOptions,
  loadEngine,
  loadMovieLens,
  type Ratings,
  readRatings,
  saveEngine
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

type Lists = Array<{user: number; movies: number[]; scores: number[]}>
interface Golden extends Record<'cosine' | 'tfidf' | 'bm25', Lists> {
  neighbours: number
}

// Lists and scores by implicit, from bench/peers/clicks_golden.py.
const golden = JSON.parse(readFileSync(path.join(__dirname, '../../golden/clicks.json'), 'utf8'))
const weightings = ['cosine', 'tfidf', 'bm25'] as const
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-clicks-'))
let counts: Ratings

beforeAll(async () => {
  const file = path.join(folder, 'clicks.csv')
  const events = (golden.counts.rows as number[][]).flatMap(([u, i, n]) => Array(n).fill(`${u},${i}`))
  writeFileSync(file, `user,movie\n${events.join('\n')}\n`)
  counts = await readRatings(file, {columns: {user: 'user', movie: 'movie', rating: 'none'}})
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

async function expectImplicit(train: Ratings, {neighbours, ...lists}: Golden): Promise<void> {
  for (const weighting of weightings) {
    const options: ClickNeighboursOptions = {weighting, neighbours, k1: 1.5, b: 0.6}
    const engine = await new ClickNeighbours(options).fit(train)
    expect(lists[weighting].length).toBe(8)
    for (const {user, movies, scores} of lists[weighting]) {
      const list = engine.recommend(user, {n: movies.length})
      expect(
        list.map(row => row.movieId),
        `${weighting}, user ${user}`
      ).toEqual(movies)
      // Vectors and similarities are rounded to float32 here.
      for (const [n, {score}] of list.entries()) expect(Math.abs(score / scores[n] - 1)).toBeLessThan(1e-6)
    }
  }
}

describe('ClickNeighbours', () => {
  it('has the lists and scores of implicit for clicks with counts', async () => {
    expect(counts.clicks).toBe(true)
    await expectImplicit(counts, golden.counts)
  })

  it('has them for the ratings of latest-small, each for one click', async () => {
    const all = await loadMovieLens('latest-small')
    const raters = new Map<unknown, number>()
    for (const {movieId} of all) raters.set(movieId, (raters.get(movieId) ?? 0) + 1)
    const rare = [...all].flatMap(({movieId}, row) => ((raters.get(movieId) as number) < 20 ? [row] : []))
    await expectImplicit(all.without(rare), golden['latest-small'])
  })

  it('weighs a profile by its counts, also from a file', async () => {
    const engine = await new ClickNeighbours().fit(counts)
    const file = path.join(folder, 'model.mrec')
    await saveEngine(engine, file)
    const [{movieId, score}] = engine.recommend([{movieId: 3, rating: 1}], {n: 1})
    expect(score).toBeGreaterThan(0)
    for (const one of [engine, await loadEngine(file)])
      expect(one.explain([{movieId: 3, rating: 4}], movieId).score).toBe(4 * score)
  })

  it('takes stars for one click, of as many stars as asked for', async () => {
    const stars = await loadMovieLens('latest-small')
    const engine = await new ClickNeighbours({atLeast: 4}).fit(stars)
    const score = (rating: number): number => engine.explain([{movieId: 1, rating}], 3114).score
    expect(score(5)).toBe(score(4))
    expect(score(3.5)).toBe(0)
    expect(score(4)).toBeCloseTo(engine.similar(1, {n: 20}).find(row => row.movieId === 3114)?.score ?? 0, 10)
  })
})
