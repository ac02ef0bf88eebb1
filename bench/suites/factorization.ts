import path from 'node:path'
import {
  AlternatingLeastSquares,
  Ease,
  evaluate,
  MatrixFactorization,
  type MatrixFactorizationOptions,
  type RatingEngine,
  Ratings,
  readRatings,
  type Split,
  split,
  syntheticRatings,
  TruncatedSvd
} from 'movie-recs'
import type {Bench, Outcome} from '../harness'
import {millionSplit} from '../splits'

/** The settings of Surprise's SVD, and LensKit's number of factors and epochs: equal work on both sides. */
const SURPRISE: MatrixFactorizationOptions = {
  factors: 100,
  epochs: 20,
  learningRate: 0.005,
  decay: 1,
  regularization: 0.02,
  initialDeviation: 0.1,
  implicitFeedback: false,
  patience: 0
}

/** The engines of factors on MovieLens 1M against their peers. */
export async function factorization(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('factorization: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const ratings = await readRatings(path.join(folder, 'ratings.csv'))
  await againstPeers(bench, folder, ratings, millionSplit(folder, 1, ratings))
}

/** Error by factors on MovieLens 1M, and time by the number of ratings, synthetic. */
export async function factorizationCurves(bench: Bench): Promise<void> {
  await timeBySize(bench)
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('factorization-curves: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const ratings = await readRatings(path.join(folder, 'ratings.csv'))
  await errorByFactors(bench, millionSplit(folder, 1, ratings).train)
}

async function againstPeers(bench: Bench, folder: string, ratings: Ratings, first: Split): Promise<void> {
  const peer = (
    name: string,
    work: string
  ): {name: string; venv: string; script: string; args: string[]} => ({
    name,
    venv: 'factorization',
    script: 'factorization.py',
    args: [work, folder]
  })
  await bench.row({
    work: 'biased MF by SGD, 100 factors, 20 epochs, fit and predict (1M, split 1)',
    ours: () => fitAndPredict(new MatrixFactorization(SURPRISE), first),
    peer: peer('Surprise SVD, rows in file order', 'surprise'),
    goal: 8
  })
  await bench.row({
    work: 'explicit ALS with biases, 50 factors, 10 epochs, fit and predict (1M, split 1)',
    ours: () => fitAndPredict(new AlternatingLeastSquares({factors: 50, epochs: 10}), first),
    peer: {name: 'LensKit BiasedMFScorer', venv: 'lenskit', script: 'lenskit_als.py', args: [folder]},
    goal: 4
  })
  const truncated = async (): Promise<undefined> => {
    await new TruncatedSvd().fit(ratings)
  }
  await bench.row({
    work: 'truncated SVD, 50 factors, rows centred (1M)',
    ours: truncated,
    peer: peer('scipy PROPACK on a sparse operator', 'propack'),
    goal: 1.5
  })
  await bench.row({
    work: 'truncated SVD, 50 factors, rows centred (1M)',
    ours: truncated,
    peer: peer('the article: pivot, dense svds, product', 'article'),
    goal: 20
  })
  const ones = new Ratings({...ratings.rows, r: new Float32Array(ratings.length).fill(1)}, ratings.frame)
  await bench.row({
    work: 'implicit ALS, 64 factors, 15 iterations (1M)',
    ours: async () => {
      const o = {
        factors: 64,
        epochs: 15,
        regularization: 0.01,
        regularizationExponent: 0,
        feedback: 'implicit',
        steps: 1
      } as const
      const begun = performance.now()
      const engine = await new AlternatingLeastSquares(o).fit(ones)
      return {seconds: (performance.now() - begun) / 1000, loss: implicitLoss(engine, ones)}
    },
    peer: peer('implicit, conjugate gradient', 'implicit'),
    goal: 1,
    note: 'one step with a preconditioner against three without'
  })
  await bench.row({
    work: 'EASE, 3,706 movies (1M)',
    ours: async () => {
      await new Ease({dropout: 0, userExponent: 0, popularityExponent: 0, stars: 0}).fit(ratings)
      return undefined
    },
    peer: peer('numpy', 'ease'),
    goal: 1
  })
}

/** On a part of train: what is chosen is not chosen on the test part. */
async function errorByFactors(bench: Bench, train: Ratings): Promise<void> {
  const inner = split(train, {seed: 1})
  const rows: Array<Record<string, string | number>> = []
  for (const factors of [5, 20, 50, 100, 200]) {
    const row: Record<string, string | number> = {factors}
    const engines = {
      'mf, stars only': new MatrixFactorization({factors, implicitFeedback: false}),
      mf: new MatrixFactorization({factors}),
      als: new AlternatingLeastSquares({factors})
    }
    for (const [name, engine] of Object.entries(engines)) {
      const {rmse, seconds} = (await fitAndPredict(engine, inner)) as Required<Outcome>
      row[name] = rmse.toFixed(4)
      row[`${name}, s`] = seconds.toFixed(1)
    }
    rows.push(row)
  }
  bench.table('RMSE by the number of factors, MovieLens 1M, on a tenth of the train part of split 1', rows, {
    file: 'error-by-factors.png',
    x: 'factors',
    y: ['mf, stars only', 'mf', 'als'],
    measure: 'RMSE (stars)'
  })
}

/** Synthetic ratings of the shape of MovieLens: users and movies grow as the square root of the ratings. */
async function timeBySize(bench: Bench): Promise<void> {
  const rows: Array<Record<string, string | number>> = []
  for (const millions of [0.1, 1, 10]) {
    const ratings = syntheticRatings({
      users: Math.round(6000 * Math.sqrt(millions)),
      movies: Math.round(3700 * Math.sqrt(millions)),
      ratings: 1_000_000 * millions
    })
    const row: Record<string, string | number> = {ratings: ratings.length}
    const engines = {
      'mf as Surprise, s': new MatrixFactorization(SURPRISE),
      'als, s': new AlternatingLeastSquares({epochs: 10}),
      'truncated-svd, s': new TruncatedSvd()
    }
    // Grouping by user and by movie is the ratings' work, not the engines'.
    void [ratings.byUser, ratings.byMovie]
    for (const [name, engine] of Object.entries(engines)) {
      const begun = performance.now()
      await engine.fit(ratings)
      row[name] = ((performance.now() - begun) / 1000).toFixed(2)
    }
    rows.push(row)
  }
  bench.table('Seconds of a fit by the number of ratings, synthetic', rows, {
    file: 'seconds-by-ratings.png',
    x: 'ratings',
    y: ['mf as Surprise, s', 'als, s', 'truncated-svd, s'],
    measure: 'seconds of a fit'
  })
}

/** What implicit ALS minimises where every rating is 1, confidence 1 and regularization 0.01: a rated cell weighs 2, any other 1. */
function implicitLoss({model: {factors: F, pu, qi}}: AlternatingLeastSquares, {byUser}: Ratings): number {
  const gram = (rows: ArrayLike<number>): Float64Array => {
    const sums = new Float64Array(F * F)
    for (let row = 0; row < rows.length; row += F)
      for (let f = 0; f < F; f++) for (let g = 0; g < F; g++) sums[f * F + g] += rows[row + f] * rows[row + g]
    return sums
  }
  const [users, movies] = [gram(pu), gram(qi)]
  let loss = 0
  for (let k = 0; k < F * F; k++) loss += users[k] * movies[k]
  for (let f = 0; f < F; f++) loss += 0.01 * (users[f * F + f] + movies[f * F + f])
  for (let u = 0; u + 1 < byUser.start.length; u++)
    for (let k = byUser.start[u]; k < byUser.start[u + 1]; k++) {
      let score = 0
      for (let f = 0; f < F; f++) score += pu[u * F + f] * qi[byUser.index[k] * F + f]
      loss += 2 * (1 - score) ** 2 - score ** 2
    }
  return loss
}

async function fitAndPredict(engine: RatingEngine<any>, parts: Split): Promise<Outcome> {
  const begun = performance.now()
  await engine.fit(parts.train)
  engine.predictAll(parts.test)
  const seconds = (performance.now() - begun) / 1000
  return {seconds, rmse: evaluate(engine, parts.test).rmse}
}
