// Fits every engine but TensorFlow's on the data that ships and hashes what comes of it: the model file, the lists of some people, and
// for engines of stars the errors on a test part. `node scripts/sameBytes/fits.mjs [--workers 2]` prints it as JSON.
import {createHash} from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import url from 'node:url'
import {
  engines,
  evaluate,
  isRatingEngine,
  loadMovieLens,
  plotActivity,
  plotRatingByGenre,
  plotRatings,
  plotRatingsOverTime,
  saveEngine,
  split
} from 'movie-recs'

const data = path.resolve(path.dirname(url.fileURLToPath(import.meta.url)), '../../data')
/** TensorFlow sums in an order of its own on each processor. */
const LEFT_OUT = ['embedding-net']
/** Few epochs: every operation is run, none for long. */
const OPTIONS = /** @type {Record<string, Record<string, unknown>>} */ ({
  'truncated-svd': {factors: 8},
  mf: {factors: 8, epochs: 3},
  als: {factors: 8, epochs: 2},
  bayesian: {factors: 4, sweeps: 6, burnIn: 2, samples: 4},
  'auto-rec': {hidden: 8, epochs: 3},
  'graph-filter': {factors: 8},
  slim: {neighbours: 30, atLeast: 3},
  blend: {members: ['baseline', 'item-neighbours', {engine: 'als', options: {factors: 4, epochs: 2}}]}
})
const PEOPLE = 40

/**
 * @param {{workers?: number, only?: readonly string[]}} [o]
 * @returns {Promise<Record<string, Record<string, string>>>} sha256 of model, lists and errors by engine, and of figures as JSON
 */
export async function bytesOfFits({workers = 2, only} = {}) {
  const ratings = await loadMovieLens('latest-small', {dir: data})
  const {train, test} = split(ratings, {test: 0.1, seed: 7})
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-bytes-'))
  const users = ratings.frame.userIds.ids.slice(0, PEOPLE)
  /** @type {Record<string, Record<string, string>>} */
  const hashes = {}
  try {
    for (const Class of engines()) {
      const {name} = Class.spec
      if (LEFT_OUT.includes(name) || (only && !only.includes(name))) continue
      const engine = await new Class(OPTIONS[name] ?? {}).fit(train, {workers})
      const file = path.join(folder, name)
      await saveEngine(engine, file)
      const lists = createHash('sha256')
      for await (const list of engine.recommendAll({users, workers})) lists.update(JSON.stringify(list))
      hashes[name] = {
        model: sha256(fs.readFileSync(file)),
        lists: lists.digest('hex'),
        ...(isRatingEngine(engine) ? {errors: errorsOf(evaluate(engine, test))} : {})
      }
    }
    if (!only) hashes.figures = {json: sha256(JSON.stringify(figures(ratings)))}
  } finally {
    fs.rmSync(folder, {recursive: true, force: true})
  }
  return hashes
}

/** @param {import('movie-recs').Ratings} ratings */
const figures = ratings =>
  [plotRatings, plotActivity, plotRatingByGenre, plotRatingsOverTime].map(plot => plot(ratings).toJSON())

/** @param {{rmse: number, mae: number}} evaluation its seconds are no part of it */
const errorsOf = ({rmse, mae}) => sha256(JSON.stringify([rmse, mae]))

/** @param {Buffer | string} bytes */
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

if (process.argv[1] && import.meta.url === url.pathToFileURL(process.argv[1]).href) {
  const at = process.argv.indexOf('--workers')
  const workers = at < 0 ? undefined : Number(process.argv[at + 1])
  console.log(JSON.stringify(await bytesOfFits({workers}), undefined, 1))
  // Threads that wait for more work would keep it running.
  process.exit()
}
