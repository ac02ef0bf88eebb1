// Executors in processes of their own, as on a cluster, and one of them killed in the middle.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {AlternatingLeastSquares, evaluate, type Progress, readRatings, saveEngine} from 'movie-recs'
import {afterAll, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {OWN_JOB} from './ownJob'

const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-test-cluster-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const [ratings, movies] = ['ratings', 'movies'].map(name =>
  path.join(ROOT, `data/ml-latest-small/${name}.csv`)
)
/** The first process that `pgrep` finds. */
const pgrep = (...argv: string[]): number =>
  Number(execFileSync('pgrep', argv, {encoding: 'utf8'}).split('\n')[0])

it('loses an executor while it learns, and fits on', async () => {
  const options = {factors: 10, regularization: 0.1}
  let killed = 0
  const onProgress = ({done}: Progress): void => {
    if (killed > 0 || done < 2) return
    killed = pgrep('-g', String(pgrep('-of', OWN_JOB)), '-f', 'CoarseGrainedExecutorBackend')
    process.kill(killed, 'SIGKILL')
  }
  const engine = new AlternatingLeastSquares(options)
  await engine.fit({on: 'local-cluster[2,1,1024]', ratings, movies}, {onProgress})
  expect(killed).toBeGreaterThan(0)
  const train = await readRatings(ratings)
  const here = await new AlternatingLeastSquares({...options, biases: 'first', shrinkage: 0}).fit(train)
  // On what was learned from: the two fit it alike.
  expect(Math.abs(evaluate(engine, train).rmse - evaluate(here, train).rmse)).toBeLessThan(0.005)
  const model = path.join(folder, 'model.mrec')
  await saveEngine(engine, model)
  const command = path.join(ROOT, 'lib/bin/movie-recs.js')
  const argv = ['recommend', '--model', model, '--user', '15', '--explain']
  expect(execFileSync(process.execPath, [command, ...argv], {encoding: 'utf8'})).toMatch(/\(\d{4}\)/)
})
