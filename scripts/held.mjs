// node scripts/held.mjs FOLDER [name …]: how long each long call of the library holds the event loop, on ratings of MovieLens (its ratings.dat or
// ratings.csv and movies beside them). Built first: npm run build. Names choose calls that have them in their own.
import './setup/require-node.mjs'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as lib from 'movie-recs'

const [folder, ...names] = process.argv.slice(2)
if (folder === undefined) throw new Error('Name the folder of the ratings: node scripts/held.mjs FOLDER')
const file = ['ratings.csv', 'ratings.dat'].map(name => path.join(folder, name)).find(fs.existsSync)
if (file === undefined) throw new Error(`${folder} has neither ratings.csv nor ratings.dat.`)
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'movie-recs-held-'))

/** @type {Array<{call: string, seconds: number, held: number, processor: number}>} */
const rows = []
const tick = () => new Promise(resolve => setTimeout(resolve, 30))

/**
 * The whole time of a call, and the longest that nothing else was heard, also in seconds of processor, of all threads: on a busy machine these
 * tell more.
 * @template T @param {string} call @param {() => T | Promise<T>} work @returns {Promise<T | undefined>}
 */
async function measure(call, work) {
  if (names.length > 0 && !names.some(name => call.includes(name))) return undefined
  await tick()
  let [heard, busy, held, processor] = [performance.now(), process.cpuUsage(), 0, 0]
  const ticking = setInterval(() => {
    const {user, system} = process.cpuUsage(busy)
    held = Math.max(held, performance.now() - heard)
    processor = Math.max(processor, user + system)
    heard = performance.now()
    busy = process.cpuUsage()
  }, 5)
  await tick()
  held = 0
  processor = 0
  const begun = performance.now()
  const result = await work()
  const seconds = (performance.now() - begun) / 1000
  await tick()
  clearInterval(ticking)
  const row = {call, seconds, held: held / 1000, processor: processor / 1e6}
  rows.push(row)
  const [of, by, all] = [row.held, row.processor, seconds].map(one => `${one.toFixed(2).padStart(7)} s`)
  console.log(`held ${of}, ${by} of processor, of ${all}   ${call}`)
  return result
}

const all = (await measure('readRatings', () => lib.readRatings(file))) ?? (await lib.readRatings(file))
const [{train, test}] = [lib.split(all, {test: 0.1, seed: 1})]
await measure('split', () => lib.split(all, {test: 0.1, seed: 1}))
await measure('Ratings.from', () => lib.Ratings.from([...all]))
await measure('userActivity', () => lib.userActivity(all))
for (const explore of [
  lib.bestRated,
  lib.byDecade,
  lib.longTail,
  lib.mostRated,
  lib.ratingByGenre,
  lib.ratingCounts,
  lib.ratingsPerMovie,
  lib.ratingsPerUser,
  lib.ratingStatistics
])
  await measure(explore.name, () => explore(all))
await measure('titleWords', () => lib.titleWords(all.movies))

/** Of people, the one with the most ratings. */
const {byUser, frame} = train
let most = 0
for (let u = 0; u + 1 < byUser.start.length; u++)
  if (byUser.start[u + 1] - byUser.start[u] > byUser.start[most + 1] - byUser.start[most]) most = u
const userId = frame.userIds.ids[most]
const profile = [...train.of(userId)].map(({movieId, rating}) => ({movieId, rating}))
const [{movieId}] = lib.mostRated(train)

/** @type {Record<string, () => any>} */
const engines = {
  baseline: () => new lib.Baseline(),
  mf: () => new lib.MatrixFactorization({epochs: 3}),
  'truncated-svd': () => new lib.TruncatedSvd(),
  'embedding-net': () => new lib.EmbeddingNet({epochs: 1}),
  'auto-rec': () => new lib.AutoRec({epochs: 1}),
  'bayesian, 60 draws': () => new lib.BayesianFactorization({sweeps: 60, burnIn: 1, samples: 60}),
  'bayesian, 250 draws': () => new lib.BayesianFactorization({sweeps: 250, burnIn: 1, samples: 250}),
  'bayesian by classes, 60 draws': () =>
    new lib.BayesianFactorization({sweeps: 60, burnIn: 1, samples: 60, likelihood: 'probit'}),
  'item-neighbours': () => new lib.ItemNeighbours(),
  'user-neighbours': () => new lib.UserNeighbours(),
  blend: () => new lib.Blend({members: ['baseline', 'item-neighbours'], weights: [0.5, 0.5]}),
  ease: () => new lib.Ease(),
  content: () => new lib.ContentBased()
}
/** @type {Record<string, any>} */
const evaluations = {}
for (const [name, make] of Object.entries(engines)) {
  if (names.length > 0 && !names.some(one => name.includes(one))) continue
  const engine = make()
  await measure(`${name}: fit`, () => engine.fit(train))
  if (engine instanceof lib.RatingEngine) {
    await measure(`${name}: predictAll, all of train`, () => engine.predictAll(train))
    await measure(`${name}: predictAllAsync, all of train`, () => engine.predictAllAsync(train))
    evaluations[name] = await measure(`${name}: evaluateAsync, a tenth`, () =>
      lib.evaluateAsync(engine, test)
    )
  }
  await measure(`${name}: recommend`, () => engine.recommend(userId))
  await measure(`${name}: recommend to a profile of ${profile.length}`, () => engine.recommend(profile))
  await measure(`${name}: recommend, diversity, n = 10`, () => engine.recommend(userId, {diversity: 0.5}))
  await measure(`${name}: recommend, diversity, n = 100`, () =>
    engine.recommend(userId, {n: 100, diversity: 0.5})
  )
  await measure(`${name}: explain`, () => engine.explain(userId, movieId))
  await measure(`${name}: explain to a profile`, () => engine.explain(profile, movieId))
  await measure(`${name}: similar`, () => engine.similar(movieId))
  await measure(`${name}: similarities of 50`, () =>
    engine.similarities([...lib.mostRated(train, {n: 50})].map(one => one.movieId))
  )
  await measure(`${name}: recommendAll`, async () => {
    for await (const _ of engine.recommendAll());
  })
  await measure(`${name}: evaluateRanking`, () => lib.evaluateRanking(engine, {train, test}))
  const model = path.join(scratch, 'model.mrec')
  await measure(`${name}: saveEngine`, () => lib.saveEngine(engine, model))
  await measure(`${name}: loadEngine`, () => lib.loadEngine(model))
  if (!name.includes('neighbours') && name !== 'blend')
    await measure(`${name}: writePage`, () => lib.writePage(engine, path.join(scratch, 'page.html')))
}
if (Object.keys(evaluations).length > 1)
  await measure('compareEvaluations', () => lib.compareEvaluations(evaluations))
await measure('crossValidate', () => lib.crossValidate(() => new lib.MatrixFactorization({epochs: 2}), all))
fs.rmSync(scratch, {recursive: true})
console.log(
  String(
    new lib.Table(rows.sort((a, b) => b.processor - a.processor).slice(0, 20), {
      decimals: {seconds: 2, held: 2, processor: 2}
    })
  )
)
