import path from 'node:path'
import {
  BayesianFactorization,
  type BayesianFactorizationOptions,
  Blend,
  engines,
  evaluate,
  loadMovieLens,
  RatingEngine,
  type Ratings,
  readRatings,
  type Split
} from 'movie-recs'
import {defaultMembers} from '#dist/engines/blend/members.js'
import type {Bench} from '../harness'
import {ACCURACY, DAYS, KNOWN} from '../report'
import {millionSplit} from '../splits'

type Row = Record<string, string | number>

/**
 * Every engine that predicts stars, with its defaults, on the three random 90/10 splits of MovieLens 1M and on u1 of MovieLens 100K; and in
 * tables of their own those that learn from what is known of users and movies, and from the days of ratings. The test part is looked at once,
 * after the fit.
 * `--only mf,als` runs some of them and keeps the other rows.
 */
export async function accuracy(bench: Bench): Promise<void> {
  const million = bench.data('ml-1m')
  const hundred = bench.data('ml-100k')
  if (million === undefined || hundred === undefined) {
    console.log('accuracy: MovieLens 1M and 100K are not here (movie-recs data 1m, movie-recs data 100k).')
    return
  }
  const ratings = await loadMovieLens('1m', {dir: path.dirname(million)})
  const parts = [1, 2, 3].map(n => millionSplit(million, n, ratings))
  const u1 = {
    train: await readRatings(path.join(hundred, 'u1.base')),
    test: await readRatings(path.join(hundred, 'u1.test'))
  }
  const wanted = (name: string): boolean => bench.only.length === 0 || bench.only.includes(name)
  const table: Row[] = []
  for (const Class of engines()) {
    const {name} = Class.spec
    if (!(Class.prototype instanceof RatingEngine) || !wanted(name)) continue
    const row = await errorsOf(name, () => new Class() as RatingEngine<any>, parts)
    table.push({
      ...row,
      'ML-100K u1': (await fitted(name, new Class() as RatingEngine<any>, u1)).rmse.toFixed(4)
    })
  }
  if (table.length > 0) bench.table(ACCURACY, table)
  const informed: Row[] = []
  for (const [name, make] of Object.entries(INFORMED))
    if (wanted(name)) informed.push(await errorsOf(name, make, parts))
  if (informed.length > 0) bench.table(KNOWN, informed)
  const dated: Row[] = []
  for (const [name, make] of Object.entries(DATED)) {
    if (!wanted(name)) continue
    const {rmse, seconds} = await fitted(name, make(u1.train), u1)
    dated.push({engine: name, RMSE: rmse.toFixed(4), 'fit, s': seconds.toFixed(1)})
  }
  if (dated.length > 0) bench.table(DAYS, dated)
}

/** The blend of the record, its bayesian members with more options. */
function blendWith(options: BayesianFactorizationOptions, train: Ratings): Blend {
  const members = defaultMembers('stars', train).map(member =>
    member.engine === 'bayesian' ? {...member, options: {...member.options, ...options}} : member
  )
  return new Blend({members})
}

/** Makes an engine for training ratings. */
type Make = (train: Ratings) => RatingEngine<any>

/** Engines that learn from age, gender and occupation, genres and year. */
const INFORMED: Readonly<Record<string, Make>> = {
  'bayesian-informed': () => new BayesianFactorization({sideInformation: true}),
  'blend-informed': train => blendWith({sideInformation: true}, train)
}

/** Engines that learn from the day of each rating. */
const DATED: Readonly<Record<string, Make>> = {
  'bayesian-dated': () => new BayesianFactorization({days: true}),
  'blend-dated': train => blendWith({days: true}, train)
}

async function errorsOf(name: string, make: Make, parts: readonly Split[]): Promise<Row> {
  const errors: number[] = []
  let fitSeconds = 0
  for (const part of parts) {
    const {rmse, seconds} = await fitted(name, make(part.train), part)
    errors.push(rmse)
    fitSeconds += seconds / parts.length
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const squares = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0)
  return {
    engine: name,
    'RMSE, mean of three': mean.toFixed(4),
    'standard deviation': Math.sqrt(squares / (errors.length - 1)).toFixed(4),
    ...Object.fromEntries(errors.map((error, k) => [`split ${k + 1}`, error.toFixed(4)])),
    'fit, s': fitSeconds.toFixed(1)
  }
}

async function fitted(
  name: string,
  engine: RatingEngine<any>,
  {train, test}: Split
): Promise<{rmse: number; seconds: number}> {
  const begun = performance.now()
  await engine.fit(train)
  const seconds = (performance.now() - begun) / 1000
  const {rmse} = evaluate(engine, test)
  console.log(`accuracy: ${name}: ${rmse.toFixed(4)} after ${seconds.toFixed(1)} s`)
  return {rmse, seconds}
}
