import path from 'node:path'
import {
  Baseline,
  evaluate,
  ItemNeighbours,
  type NeighboursOptions,
  type RatingEngine,
  type Ratings,
  readRatings,
  type Split,
  split,
  syntheticRatings,
  UserNeighbours
} from 'movie-recs'
import * as twin from '../../test/kernels/twins/neighbours'
import type {Bench, Outcome} from '../harness'
import {readMillionSplit} from '../splits'

const SURPRISE = {
  over: 'common',
  k: 40,
  amplification: 1,
  damping: 0,
  userDamping: 15,
  movieDamping: 10
} as const
const ITEM: NeighboursOptions = {
  ...SURPRISE,
  similarity: 'pearson-baseline',
  shrinkage: 100,
  around: 'baseline'
}
const USER_MEANS: NeighboursOptions = {
  ...SURPRISE,
  similarity: 'pearson',
  shrinkage: 0,
  around: 'user-mean',
  fallback: 'mean'
}
const USER_COSINE: NeighboursOptions = {...USER_MEANS, similarity: 'cosine', around: 'nothing'}

/** Fit and predict of the neighbour engines on split 1 of MovieLens 1M against Surprise and LensKit, and their cost against size. */
export async function neighbours(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) console.log('neighbours: MovieLens 1M is not here (movie-recs data 1m).')
  else await againstPeers(bench, folder)
  await againstTwin(bench)
  await againstSize(bench)
}

/** Seconds of fit and predict; the error is computed after the clock has stopped. */
async function timed(make: () => RatingEngine<any>, {train, test}: Split): Promise<Outcome> {
  const begun = performance.now()
  const engine = await make().fit(train)
  engine.predictAll(test)
  const seconds = (performance.now() - begun) / 1000
  return {seconds, rmse: evaluate(engine, test).rmse}
}

async function againstPeers(bench: Bench, folder: string): Promise<void> {
  const ratings = path.join(folder, 'ratings.csv')
  const rows = path.join(folder, 'splits/test-rows-1.txt')
  const parts = await readMillionSplit(folder, 1)
  const row = (
    work: string,
    make: () => RatingEngine<any>,
    peer: 'surprise' | 'lenskit',
    engine: string,
    goal: number
  ): Promise<unknown> =>
    bench.row({
      work,
      ours: () => timed(make, parts),
      peer: {
        name: {surprise: 'Surprise 1.1.5', lenskit: 'LensKit 2025.8'}[peer],
        venv: {surprise: 'factorization', lenskit: 'lenskit'}[peer],
        script: `neighbours_${peer}.py`,
        args: [ratings, rows, engine]
      },
      goal
    })
  await row('baseline', () => new Baseline({userDamping: 15, movieDamping: 10}), 'surprise', 'baseline', 20)
  const item = 'movies as neighbours'
  const user = 'users as neighbours'
  await row(
    `${item}: shrunk Pearson around baselines, k 40`,
    () => new ItemNeighbours(ITEM),
    'surprise',
    'item-baseline',
    40
  )
  await row(
    `${user}: Pearson, around means, k 40`,
    () => new UserNeighbours(USER_MEANS),
    'surprise',
    'user-means',
    50
  )
  await row(`${user}: cosine, k 40`, () => new UserNeighbours(USER_COSINE), 'surprise', 'user-cosine', 50)
  await row(`${item}: our default`, () => new ItemNeighbours(), 'lenskit', 'item', 15)
  await row(`${user}: our default`, () => new UserNeighbours(), 'lenskit', 'user', 15)
}

/** One thread each: what the kernel gains by itself. */
async function againstTwin(bench: Bench): Promise<void> {
  const {train, test} = split(syntheticRatings({users: 2000, movies: 1200, ratings: 120_000}))
  const options = {...ITEM, similarity: 'cosine', shrinkage: 0, around: 'nothing'} as const
  const engine = await new ItemNeighbours(options).fit(train, {workers: 1})
  const table: twin.Neighbours = {
    rows: train.byMovie,
    columns: {...train.byUser, deviations: train.byUser.value},
    measure: 'cosine',
    overAll: false,
    minSupport: 1,
    shrinkage: 0,
    amplification: 1,
    k: 40,
    damping: 0
  }
  const {u, i} = test.rows
  const byMovie = Array.from(i.keys()).sort((a, b) => i[a] - i[b])
  const entity = Int32Array.from(byMovie, n => i[n])
  const rater = Int32Array.from(byMovie, n => u[n])
  await bench.row({
    work: 'movies as neighbours: the test pairs of 120,000 made-up ratings, one thread',
    ours: () => void engine.predictAll(test),
    twin: () => void twin.neighbourScores(table, entity, rater)
  })
}

/** The same work at three sizes: what one co-rating costs, and what it all takes. */
async function againstSize(bench: Bench): Promise<void> {
  const [hundredK, oneM] = [bench.data('ml-100k'), bench.data('ml-1m')]
  const sizes: Array<[string, () => Promise<{train: Ratings; test: Ratings}>]> = [
    ['10,000,000 made-up ratings', async () => split(syntheticRatings(TEN_MILLION))]
  ]
  if (oneM !== undefined) sizes.unshift(['MovieLens 1M, split 1', () => readMillionSplit(oneM, 1)])
  if (hundredK !== undefined)
    sizes.unshift([
      'MovieLens 100K, u1',
      async () => ({
        train: await readRatings(path.join(hundredK, 'u1.base')),
        test: await readRatings(path.join(hundredK, 'u1.test'))
      })
    ])
  const table: Array<Record<string, string | number>> = []
  for (const [name, make] of sizes) {
    const parts = await make()
    const seconds: number[] = []
    for (let run = 0; run < 3; run++)
      seconds.push((await timed(() => new ItemNeighbours(), parts)).seconds as number)
    const median = seconds.sort((a, b) => a - b)[1]
    const {start} = parts.train.byUser
    let coRatings = 0
    for (let k = 0; k + 1 < start.length; k++) coRatings += (start[k + 1] - start[k]) ** 2
    table.push({
      data: name,
      'training ratings': parts.train.length,
      'co-ratings, millions': Math.round(coRatings / 1e6),
      'fit and predict, s': median.toFixed(2),
      'ns a co-rating': ((median * 1e9) / coRatings).toFixed(2),
      'peak memory so far, MB': Math.round(process.resourceUsage().maxRSS / 1024)
    })
  }
  bench.table('Movies as neighbours with default options: cost against size', table, {
    file: 'neighbours-by-ratings.png',
    x: 'training ratings',
    y: ['fit and predict, s'],
    measure: 'seconds of fit and predict'
  })
}

/** As large as MovieLens 10M. */
const TEN_MILLION = {users: 69_878, movies: 10_677, ratings: 10_000_000}
