import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  BayesianFactorization,
  type BayesianFactorizationOptions,
  evaluate,
  Ratings,
  readRatings,
  saveEngine,
  splitRows
} from 'movie-recs'
import type {Bench, Outcome} from '../harness'
import {readMillionSplit} from '../splits'

interface Parts {
  train: Ratings
  test: Ratings
}

/** MovieLens 100K, split u1: ours and myFM at the error that myFM comes to. */
export async function bayesian(bench: Bench): Promise<void> {
  const folder = bench.data('ml-100k')
  if (folder === undefined) {
    console.log('bayesian: MovieLens 100K is not here (movie-recs data 100k).')
    return
  }
  const parts = await firstSplit(folder)
  await againstMyfm(bench, parts, {
    work: 'Bayesian SVD++ both ways, MovieLens 100K u1',
    options: {factors: 10, burnIn: 30, sweeps: 90, samples: 90},
    args: ['--rank', '10', '--sweeps', '512', '--probit'],
    goal: 5,
    note: 'myFM: rank 10, ordered probit, 512 sweeps'
  })
  const common = {factors: 10, burnIn: 50, sweeps: 250}
  const rows = []
  for (const options of [{}, {days: true}, {likelihood: 'probit'}, {noise: 'one'}, {noise: 'users'}] as const)
    rows.push({...named(options), ...(await measure(parts, {...common, ...options}))})
  bench.table('BayesianFactorization on MovieLens 100K u1: 10 factors, 50 + 250 sweeps', rows)
}

/** MovieLens 1M: the three splits with the defaults, and myFM on the first at the error that it comes to in 100 sweeps. */
export async function bayesianRecord(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('bayesian-1m: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const rows = []
  for (const split of [1, 2, 3])
    rows.push({split, ...(await measure(await readMillionSplit(folder, split), {}))})
  const mean = rows.reduce((sum, row) => sum + row.rmse, 0) / 3
  bench.table(
    `BayesianFactorization on MovieLens 1M, defaults: mean RMSE ${mean.toFixed(4)} over three splits`,
    rows
  )
  await againstMyfm(bench, await readMillionSplit(folder, 1), {
    work: 'Bayesian SVD++ both ways, MovieLens 1M split 1',
    options: {factors: 32, burnIn: 40, sweeps: 40, samples: 40},
    args: ['--rank', '32', '--sweeps', '100', '--probit'],
    goal: 5,
    note: 'myFM: rank 32, ordered probit, 100 sweeps of the 512 that bring it to 0.8201 in 23 minutes'
  })
}

/** How the error falls with sweeps and factors, on u1 of MovieLens 100K. The test part chooses nothing here. */
export async function bayesianCurves(bench: Bench): Promise<void> {
  const folder = bench.data('ml-100k')
  if (folder === undefined) return
  await curves(bench, 'MovieLens 100K u1', await firstSplit(folder), [2, 4, 8, 16, 32])
}

/** The same on split 1 of MovieLens 1M. */
export async function bayesianRecordCurves(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) return
  await curves(bench, 'MovieLens 1M split 1', await readMillionSplit(folder, 1), [8, 16, 32, 64])
}

/** Where the curves look at the error. */
const SWEEPS = [60, 80, 100, 150, 200, 300]

async function curves(bench: Bench, what: string, {train, test}: Parts, counts: number[]): Promise<void> {
  const rows = []
  for (const factors of counts) {
    const engine = await new BayesianFactorization({factors, burnIn: 50, sweeps: 250, samples: 1}).fit(
      train,
      {
        validation: test
      }
    )
    const row: Record<string, string | number> = {factors}
    for (const {epoch, validation = 0} of engine.history)
      if (SWEEPS.includes(epoch)) row[`${epoch} sweeps`] = round(validation, 4)
    rows.push({...row, 'seconds a sweep': round((engine.history.at(-1)?.seconds ?? 0) / 300, 4)})
  }
  const title = `BayesianFactorization on ${what}: RMSE by factors and sweeps, 50 of them burn-in`
  bench.table(title, rows, {
    file: `bayesian-${what.replaceAll(' ', '-').toLowerCase()}.png`,
    x: 'factors',
    y: SWEEPS.map(sweeps => `${sweeps} sweeps`),
    measure: 'RMSE (stars)'
  })
}

async function againstMyfm(
  bench: Bench,
  {train, test}: Parts,
  o: {work: string; options: BayesianFactorizationOptions; args: string[]; goal: number; note: string}
): Promise<void> {
  const temporary = mkdtempSync(path.join(tmpdir(), 'movie-recs-bench-'))
  try {
    const files = [path.join(temporary, 'train.csv'), path.join(temporary, 'test.csv')]
    for (const [k, part] of [train, test].entries())
      writeFileSync(files[k], [...part].map(row => `${row.userId},${row.movieId},${row.rating}\n`).join(''))
    await bench.row({
      work: o.work,
      ours: async (): Promise<Outcome> => {
        const begun = performance.now()
        const engine = await new BayesianFactorization(o.options).fit(train)
        const seconds = (performance.now() - begun) / 1000
        return {seconds, rmse: evaluate(engine, test).rmse}
      },
      peer: {name: 'myFM 0.4.0', venv: 'myfm', script: 'myfm_flipped.py', args: [...files, ...o.args]},
      goal: o.goal,
      note: o.note,
      warmUp: false,
      runs: 1
    })
  } finally {
    rmSync(temporary, {recursive: true, force: true})
  }
}

/** Error, time, coverage of the 90 % intervals, and size of the model file, whose predictions these are. */
async function measure(
  {train, test}: Parts,
  options: BayesianFactorizationOptions
): Promise<{rmse: number; mae: number; seconds: number; coverage: number; megabytes: number}> {
  const begun = performance.now()
  const engine = await new BayesianFactorization(options).fit(train)
  const seconds = (performance.now() - begun) / 1000
  const {rmse, mae} = evaluate(engine, test)
  let inside = 0
  let asked = 0
  const every = Math.ceil(test.length / 5000)
  for (const [n, {userId, movieId, rating, timestamp}] of [...test].entries()) {
    if (n % every !== 0) continue
    const [lo, hi] = engine.predictDetailed(userId, movieId, {timestamp}).interval as [number, number]
    asked++
    if (lo <= rating && rating <= hi) inside++
  }
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'movie-recs-bench-')), 'model.mrec')
  await saveEngine(engine, file)
  const megabytes = statSync(file).size / 1e6
  rmSync(path.dirname(file), {recursive: true})
  return {
    rmse: round(rmse, 5),
    mae: round(mae, 5),
    seconds: round(seconds, 1),
    coverage: round(inside / asked, 4),
    megabytes: round(megabytes, 1)
  }
}

async function firstSplit(folder: string): Promise<Parts> {
  const base = await readRatings(path.join(folder, 'u1.base'))
  const rest = await readRatings(path.join(folder, 'u1.test'))
  const all = Ratings.from([...base, ...rest])
  return splitRows(
    all,
    Array.from({length: rest.length}, (_, n) => base.length + n)
  )
}

function named(options: BayesianFactorizationOptions): {options: string} {
  const text = Object.entries(options).map(([name, value]) => `${name}=${String(value)}`)
  return {options: text.join(' ') || 'defaults'}
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
