import path from 'node:path'
import {
  type Engine,
  type EngineClass,
  engines,
  evaluate,
  evaluateRanking,
  RatingEngine,
  Ratings,
  readRatings,
  type Split,
  split
} from 'movie-recs'
import type {Bench} from '../harness'
import {UPDATES_HUNDRED, UPDATES_MILLION} from '../report'
import {readMillionSplit} from '../splits'

/** Shares of all training ratings that come after the fit. */
const SHARES = [0.01, 0.05, 0.1, 0.2]
/** The length of the lists. */
const K = 10
/** Engines whose fit on MovieLens 1M takes longer than a minute: they are measured on 100K; a blend's members are, one by one. */
const SLOW = ['bayesian', 'embedding-net', 'blend']
const MADE_OF_OTHERS = ['blend']

type Cells = Record<string, string | number>

/**
 * What an update makes of a model against the model that knows nothing of the new ratings, and against a fit on all of them. Of the
 * training ratings a share is withheld as new, half of it at random and half of it that of people who are new. Stars are measured by
 * their RMSE, engines of lists by nDCG@10, on the same test part; whom a stale model does not know gets its fallback, or an empty list.
 * `--only ease,mf` runs some engines and keeps the other rows.
 */
export function update(bench: Bench): Promise<void> {
  return measuredOn(bench, 'ml-100k', UPDATES_HUNDRED, hundred, MADE_OF_OTHERS)
}

/** The same on MovieLens 1M, of engines whose fit there takes less than a minute. */
export function updateMillion(bench: Bench): Promise<void> {
  return measuredOn(bench, 'ml-1m', UPDATES_MILLION, folder => readMillionSplit(folder, 1), SLOW)
}

async function measuredOn(
  bench: Bench,
  edition: string,
  title: string,
  parted: (folder: string) => Promise<Split>,
  left: readonly string[]
): Promise<void> {
  const folder = bench.data(edition)
  if (folder === undefined) {
    console.log(`${bench.suite}: ${edition} is not here (movie-recs data ${edition.slice(3)}).`)
    return
  }
  const parts = await parted(folder)
  const rows: Cells[] = []
  for (const Class of engines()) {
    const {name: engine, updates} = Class.spec
    if (updates === undefined || left.includes(engine)) continue
    if (bench.only.length > 0 && !bench.only.includes(engine)) continue
    rows.push(...(await measured(Class, parts)))
  }
  bench.table(title, rows)
}

async function hundred(folder: string): Promise<Split> {
  const of = (part: string): Promise<Ratings> => readRatings(path.join(folder, part))
  return {train: await of('u1.base'), test: await of('u1.test')}
}

/** A row for each share. */
async function measured(Class: EngineClass, {train, test}: Split): Promise<Cells[]> {
  const rates = Class.prototype instanceof RatingEngine && Class.spec.name !== 'truncated-svd'
  const figure = (engine: Engine<any>): Promise<number> =>
    rates ? Promise.resolve(evaluate(engine as RatingEngine<any>, test).rmse) : listsOf(engine, {train, test})
  const [refitted, fitSeconds] = await timed(() => new Class().fit(train))
  const best = await figure(refitted)
  const rows: Cells[] = []
  for (const share of SHARES) {
    const {old, fresh} = withheld(train, share)
    const engine = await new Class().fit(old)
    const stale = await figure(engine)
    const [updated, seconds] = await timed(() => engine.update(fresh))
    const row = {
      engine: `${Class.spec.name}, ${100 * share} %`,
      updates: Class.spec.updates as string,
      figure: rates ? 'RMSE' : `nDCG@${K}`,
      stale: stale.toFixed(4),
      updated: (await figure(engine)).toFixed(4),
      refit: best.toFixed(4),
      'update, s': seconds.toFixed(2),
      'refit, s': fitSeconds.toFixed(2),
      'new people': updated.newUsers,
      'new movies': updated.newMovies,
      'not learned': updated.notLearned.movies.length
    }
    console.log(JSON.stringify(row))
    rows.push(row)
  }
  return rows
}

/** Lists of the whole catalogue without what is rated in train; nobody that the engine does not know has a list. */
async function listsOf(engine: Engine<any>, parts: Split): Promise<number> {
  return (await evaluateRanking(engine, parts, {k: K})).ranking[0].ndcg
}

/** As new: all ratings of half of that share of the people, and half of that share of everybody else's, at random. */
function withheld(train: Ratings, share: number): {old: Ratings; fresh: Ratings} {
  const people = split(train, {by: 'cold-users', test: share / 2, seed: 2})
  const others = split(people.train, {test: share / 2, seed: 3})
  return {
    old: Ratings.from(others.train, train.movies),
    fresh: Ratings.from([...people.test, ...others.test], train.movies)
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now()
  const done = await work()
  return [done, (performance.now() - begun) / 1000]
}
