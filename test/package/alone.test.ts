import {execFileSync} from 'node:child_process'
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

/** What the library is loaded with: it reads archives and Parquet files, and deflates the numbers of pages. None of these is frozen upstream. */
const WITH = [
  'fflate',
  'yauzl',
  'pend',
  'hyparquet',
  'hyparquet-writer',
  'hyparquet-compressors',
  'hysnappy',
  'fzstd'
]

/** Asks every engine and face what they can do, and says what each came to. */
const PROGRAM = `
  const library = require('movie-recs')
  const {Baseline, engines, evaluate, evaluateRanking, isRatingEngine, MovieRecsError, plotRatings, split, syntheticRatings, wordCloud} = library
  const said = {}
  const attempt = async (name, work) => {
    try { said[name] = await work() } catch (error) {
      said[name] = {error: error.name, ours: error instanceof MovieRecsError, packages: error.packages, message: error.message}
    }
  }
  const main = async () => {
    const ratings = syntheticRatings({users: 60, movies: 40, ratings: 1200, seed: 1})
    const parts = split(ratings, {seed: 1})
    const [user] = parts.train.frame.userIds.ids
    const [movie] = parts.train.frame.movieIds.ids
    for (const Class of engines())
      await attempt(Class.spec.name, async () => {
        const engine = await new Class().fit(parts.train)
        const stars = isRatingEngine(engine) ? [engine.predict(user, movie), evaluate(engine, parts.test).rmse] : [0]
        return engine.recommend(user, {n: 3}).length === 3 && stars.every(Number.isFinite)
      })
    const baseline = await new Baseline().fit(parts.train)
    await attempt('ranking', async () => (await evaluateRanking(baseline, parts, {k: 5})).users.length > 20)
    await attempt('figure as JSON', () => JSON.stringify(plotRatings(ratings).toJSON()).length > 100)
    await attempt('figure as HTML', () => plotRatings(ratings).toHTML().includes('Plotly'))
    await attempt('data frame', () => baseline.recommend(user).toDataFrame())
    await attempt('word cloud', () => wordCloud({love: 3, war: 2}))
    console.log(JSON.stringify(said))
    process.exit()
  }
  main()`

describe('the library without the packages that are frozen upstream, and without all that it needs for one thing only', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-alone-'))
  let said: Record<string, unknown> = {}
  beforeAll(() => {
    const own = path.join(folder, 'node_modules/movie-recs')
    mkdirSync(own, {recursive: true})
    for (const part of ['dist', 'package.json', 'fonts'])
      cpSync(path.join(ROOT, 'lib', part), path.join(own, part), {recursive: true})
    for (const name of WITH)
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name), 'junction')
    const {NODE_PATH: _, ...env} = process.env
    said = JSON.parse(execFileSync(process.execPath, ['-e', PROGRAM], {cwd: folder, encoding: 'utf8', env}))
  })
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  it('fits, predicts, lists and judges by every engine but the one that TensorFlow trains', () => {
    const {'embedding-net': deep, 'data frame': frame, 'word cloud': cloud, ...others} = said
    expect(Object.keys(others).length).toBeGreaterThan(18)
    for (const [name, came] of Object.entries(others)) expect(came, name).toBe(true)
  })

  it.each([
    ['embedding-net', ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm']],
    ['data frame', ['danfojs-node@1.2.0']],
    ['word cloud', ['@napi-rs/canvas']]
  ])('%s says which package it needs, and how to get it', (name, packages) => {
    expect(said[name]).toMatchObject({error: 'MissingPackageError', ours: true, packages})
    expect((said[name] as {message: string}).message).toContain('npm install')
  })
})
