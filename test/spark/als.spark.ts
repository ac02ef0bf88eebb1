// `als` and `click-neighbours` learned on Spark, on this machine: what comes back answers as what is learned here.
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {gzipSync} from 'node:zlib'
import {
  AlternatingLeastSquares,
  Baseline,
  ClickNeighbours,
  evaluate,
  loadEngine,
  type Progress,
  RatingEngine,
  type Ratings,
  readRatings,
  saveEngine,
  writePage
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-test-spark-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const MASTER = 'local[2]'
const U1 = path.join(SHARED, 'data/ml-100k')

// MovieLens 100K does not ship with the project: this runs where ../shared/data holds it.
describe.skipIf(!existsSync(U1))('als on MovieLens 100K', () => {
  const options = {regularization: 0.1, factors: 20}
  const work = path.join(folder, 'work')
  const progress: Progress[] = []
  const engine = new AlternatingLeastSquares(options)
  let [train, test]: Ratings[] = []

  beforeAll(async () => {
    ;[train, test] = await Promise.all(['u1.base', 'u1.test'].map(name => readRatings(path.join(U1, name))))
    await engine.fit(
      {on: MASTER, ratings: path.join(U1, 'u1.base'), work},
      {onProgress: step => progress.push(step)}
    )
  })

  it('has the error of als with biases held, to 0.002', async () => {
    const here = await new AlternatingLeastSquares({...options, biases: 'first', shrinkage: 0}).fit(train)
    expect(Math.abs(evaluate(engine, test).rmse - evaluate(here, test).rmse)).toBeLessThan(0.002)
    const {model} = await new Baseline({epochs: 4}).fit(train)
    for (const k of train.frame.movieIds.ids.keys()) expect(engine.model.bi[k]).toBeCloseTo(model.bi[k], 5)
    for (const k of train.frame.userIds.ids.keys()) expect(engine.model.bu[k]).toBeCloseTo(model.bu[k], 5)
  })

  it('brings the ratings back as they are', () => {
    expect(engine.train.length).toBe(train.length)
    expect(engine.train.mean).toBeCloseTo(train.mean, 6)
    expect(engine.train.scale).toEqual(train.scale)
    expect(engine.train.of(7)).toEqual(train.of(7).map(({timestamp: _, ...row}) => row))
  })

  it('recommends, explains, finds similar movies and places a profile as the user with the same ratings', () => {
    const list = engine.recommend(7, {n: 5})
    const rated = new Set(train.of(7).map(({movieId}) => movieId))
    expect([...list].every(({movieId}) => !rated.has(movieId))).toBe(true)
    const [{movieId, score}] = [...list]
    const {terms} = engine.explain(7, movieId)
    expect(terms.reduce((sum, {value}) => sum + value, 0)).toBeCloseTo(score, 5)
    expect(engine.similar(movieId, {n: 3}).length).toBe(3)
    const hers = train.of(7).map(({movieId, rating}) => ({movieId, rating}))
    expect(engine.predictDetailed(hers, movieId).score).toBeCloseTo(score, 2)
  })

  it('tells how far it is, and never goes back', () => {
    expect(progress.length).toBeGreaterThan(5)
    for (let k = 1; k < progress.length; k++)
      expect(progress[k].done).toBeGreaterThanOrEqual(progress[k - 1].done)
  })

  it('is saved, with ratings and without, loaded, and made a page', async () => {
    const [whole, bare, page] = ['whole.mrec', 'bare.mrec', 'page.html'].map(name => path.join(folder, name))
    await saveEngine(engine, whole)
    await saveEngine(engine, bare, {ratings: false})
    const loaded = await loadEngine(whole, RatingEngine)
    expect(loaded.predict(7, 50)).toBe(engine.predict(7, 50))
    const profile = [{movieId: 50, rating: 5}]
    expect((await loadEngine(bare)).recommend(profile).toString()).toEqual(
      engine.recommend(profile).toString()
    )
    await writePage(engine, page)
    expect(existsSync(page)).toBe(true)
  })

  it('leaves users, movies and ratings by user as Parquet in the folder of work, and its own temporary files nowhere', () => {
    expect(readdirSync(work)).toEqual(expect.arrayContaining(['users', 'movies', 'ratings']))
    expect(readdirSync(os.tmpdir()).filter(name => name.startsWith('movie-recs-spark-'))).toEqual([])
  })
})

describe('ids that are texts, parts that are packed, rows that are clicks', () => {
  // Two groups of people who click films of their own; ids of which one is no number, and one beyond ASCII.
  const rows = Array.from({length: 40}, (_, u) =>
    Array.from({length: 6}, (_, k) => ({
      userId: `u${u}`,
      movieId: `${u % 2 === 0 ? 'é' : ''}${100 + ((u + k * k) % 9)}`
    }))
  ).flat()
  const parts = path.join(folder, 'parts')

  beforeAll(() => {
    for (const half of [0, 1]) {
      const lines = rows.filter((_, n) => n % 2 === half).map(({userId, movieId}) => `${userId},${movieId}\n`)
      writeFileSync(`${parts}-${half}.csv.gz`, gzipSync(`user,item\n${lines.join('')}`))
    }
  })

  it('gives the weights that click-neighbours learns here', async () => {
    const options = {weighting: 'cosine', neighbours: 5} as const
    const [there, here] = await Promise.all([
      new ClickNeighbours(options).fit({on: MASTER, ratings: `${parts}-*`, columns: {rating: 'none'}}),
      readRatings([`${parts}-0.csv.gz`, `${parts}-1.csv.gz`], {
        columns: {rating: 'none'},
        duplicates: 'sum'
      }).then(clicks => new ClickNeighbours(options).fit(clicks))
    ])
    expect(there.train.frame.movieIds.ids).toEqual(here.train.frame.movieIds.ids)
    for (const j of here.train.frame.movieIds.ids.keys())
      for (const i of here.train.frame.movieIds.ids.keys())
        expect(there.model.weight(j, i)).toBeCloseTo(here.model.weight(j, i), 5)
    expect(there.recommend('u3').toString()).toBe(here.recommend('u3').toString())
    expect(there.train.scale).toEqual(here.train.scale)
    expect(there.train.warnings.join()).toMatch(/movie id that is no whole number/)
  })

  it('learns implicit factors, and keeps people out where asked', async () => {
    const engine = new AlternatingLeastSquares({
      feedback: 'implicit',
      factors: 4,
      epochs: 5,
      regularization: 0.05
    })
    await engine.fit({on: MASTER, ratings: `${parts}-*`, columns: {rating: 'none'}, keep: false})
    expect(engine.train.withheld?.ratings).toBe(
      new Set(rows.map(({userId, movieId}) => `${userId} ${movieId}`)).size
    )
    const [first] = [
      ...engine.recommend([
        {movieId: 'é100', rating: 1},
        {movieId: 'é104', rating: 1}
      ])
    ]
    expect(String(first.movieId)).toMatch(/^é/)
    expect(() => engine.recommend('u3')).toThrow(/no users|not in/i)
  })
})
