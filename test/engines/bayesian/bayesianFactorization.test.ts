import {existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  BayesianFactorization,
  type BayesianFactorizationOptions,
  CheckpointError,
  evaluate,
  InterruptedError,
  loadEngine,
  loadMovieLens,
  Movies,
  OptionError,
  type RatingEngine,
  Ratings,
  readRatings,
  saveEngine,
  split,
  splitRows,
  syntheticRatings
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {Random} from '#internals'
import {ROOT, SHARED} from '#paths'

const DATA = path.join(SHARED, 'data')
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-bayesian-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const made = syntheticRatings({
  users: 400,
  movies: 150,
  ratings: 16_000,
  factors: 2,
  taste: 0.8,
  noise: 0.5,
  step: 0
})
const {train, test} = split(made)
const SMALL: BayesianFactorizationOptions = {factors: 4, sweeps: 60, burnIn: 20, samples: 60}

describe('on made-up ratings with two planted factors and noise of 0.5', () => {
  let engine: BayesianFactorization
  beforeAll(async () => {
    engine = await new BayesianFactorization(SMALL).fit(train, {validation: test})
  })

  it('recovers them: the error is near the noise', () => {
    // No engine can be below 0.5; biases alone leave sqrt(0.5² + 0.8²) = 0.94.
    const {rmse} = evaluate(engine, test)
    expect(rmse).toBeGreaterThan(0.47)
    expect(rmse).toBeLessThan(0.56)
  })

  it('needs no tuning: four times the factors cost at most two hundredths', async () => {
    const wide = await new BayesianFactorization({...SMALL, factors: 16}).fit(train)
    expect(evaluate(wide, test).rmse).toBeLessThan(evaluate(engine, test).rmse + 0.02)
  })

  it('gives 90 % intervals that hold about 90 % of the test ratings', () => {
    let inside = 0
    for (const {userId, movieId, rating} of test) {
      const [lo, hi] = engine.predictDetailed(userId, movieId).interval as [number, number]
      if (lo <= rating && rating <= hi) inside++
    }
    // 1,600 test ratings: three standard errors of a share of 0.9 are 0.022.
    expect(inside / test.length).toBeGreaterThan(0.875)
    expect(inside / test.length).toBeLessThan(0.925)
  })

  it('reports both errors of every sweep', () => {
    expect(engine.history.map(step => step.epoch)).toEqual(Array.from({length: 80}, (_, k) => k + 1))
    const last = engine.history[79]
    expect(last.validation).toBeLessThan(engine.history[0].validation as number)
    // The bytes that predict err by about a hundredth of a deviation: the learning curve ends where the engine is.
    expect(Math.abs((last.validation as number) - evaluate(engine, test).rmse)).toBeLessThan(2e-3)
    expect(last.train).toBeLessThan(0.5)
  })
})

describe('stopping and going on', () => {
  it.each([
    ['normal', {}],
    ['probit', {likelihood: 'probit'}],
    ['side information', {sideInformation: true}]
  ] as const)('comes to the same model after a stop, %s', async (name, more) => {
    const options = {factors: 4, sweeps: 12, burnIn: 4, chains: 2, samples: 10, ...more}
    const stars = split(known(syntheticRatings({users: 100, movies: 60, ratings: 2500})))
    const run = {validation: stars.test}
    const through = await new BayesianFactorization(options).fit(stars.train, run)
    const checkpoint = path.join(folder, `${name}.checkpoint`)
    for (const after of [3, 9, 20]) {
      const stop = new AbortController()
      const stopped = new BayesianFactorization(options).fit(stars.train, {
        ...run,
        checkpoint,
        resume: true,
        signal: stop.signal,
        onProgress: ({done}) => done >= after && stop.abort()
      })
      await expect(stopped).rejects.toThrow(InterruptedError)
    }
    const done: number[] = []
    const resumed = await new BayesianFactorization(options).fit(stars.train, {
      ...run,
      checkpoint,
      resume: true,
      workers: 1,
      onProgress: progress => done.push(progress.done)
    })
    expect(done[0]).toBeGreaterThan(20)
    const seconds = resumed.history.map(step => step.seconds)
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b))
    const files = [path.join(folder, 'through.mrec'), path.join(folder, 'resumed.mrec')]
    await saveEngine(through, files[0])
    await saveEngine(resumed, files[1])
    expect(readFileSync(files[1]).equals(readFileSync(files[0]))).toBe(true)
    const other = new BayesianFactorization({...options, seed: 2}).fit(stars.train, {
      ...run,
      checkpoint,
      resume: true
    })
    await expect(other).rejects.toThrow(/belongs to another fit.*seed was 1, is 2/)
    const foreign = new BayesianFactorization(options).fit(stars.train, {checkpoint: files[0], resume: true})
    await expect(foreign).rejects.toThrow(CheckpointError)
  })

  it('does not go on with ratings of other days, where it learns from days', async () => {
    const rows = [...syntheticRatings({users: 40, movies: 30, ratings: 600})]
    const dated = (every: number): Ratings =>
      Ratings.from(rows.map((row, n) => ({...row, timestamp: 86400 * (n % every)})))
    const checkpoint = path.join(folder, 'days.checkpoint')
    const stop = new AbortController()
    const begun = new BayesianFactorization({...SMALL, days: true}).fit(dated(3), {
      checkpoint,
      signal: stop.signal,
      onProgress: ({done}) => done >= 2 && stop.abort()
    })
    await expect(begun).rejects.toThrow(InterruptedError)
    const other = new BayesianFactorization({...SMALL, days: true}).fit(dated(4), {checkpoint, resume: true})
    await expect(other).rejects.toThrow(/belongs to another fit.*dates was \d+, is \d+/)
  })
})

describe('side information', () => {
  const options = {...SMALL, sideInformation: true}

  it('tells of movies that few have rated: those of the one genre are better than those of the other', async () => {
    const random = new Random(5)
    const movies = Movies.from(
      Array.from({length: 400}, (_, k) => ({
        movieId: k + 1,
        title: `Film ${k + 1}`,
        genres: [k % 2 === 0 ? 'Good' : 'Bad']
      }))
    )
    const rows = Array.from({length: 1200}, (_, n) => ({
      userId: Math.floor(n / 20) + 1,
      movieId: ((37 * n) % 400) + 1,
      rating: (n % 2 === 0 ? 4 : 2) + 0.5 * random.normal()
    }))
    const parts = split(Ratings.from(rows, movies))
    const plain = await new BayesianFactorization(SMALL).fit(parts.train)
    const informed = await new BayesianFactorization(options).fit(parts.train)
    expect(evaluate(informed, parts.test).rmse).toBeLessThan(evaluate(plain, parts.test).rmse - 0.05)
    // A stranger, and somebody who typed one rating, get what is usual: the mean of both genres.
    const usual = Array.from({length: 400}, (_, k) => informed.predict(99999, k + 1))
    expect(usual.reduce((sum, one) => sum + one, 0) / usual.length).toBeCloseTo(3, 0)
    expect(informed.predict([{movieId: 1, rating: 4}], 3)).toBeGreaterThan(3.2)
  })

  it('is of users and movies alike, and leaves explanations that sum to the score', async () => {
    const engine = await new BayesianFactorization(options).fit(known(made))
    const {score, terms} = engine.explain(1, 2)
    expect(Math.abs(terms.reduce((sum, {value}) => sum + value, 0) - score)).toBeLessThan(1e-5)
    expect(engine.toString()).toContain('sideInformation')
  })

  it('does not go on where something else is known', async () => {
    const checkpoint = path.join(folder, 'known.checkpoint')
    const stop = new AbortController()
    const begun = new BayesianFactorization(options).fit(known(made), {
      checkpoint,
      signal: stop.signal,
      onProgress: ({done}) => done >= 2 && stop.abort()
    })
    await expect(begun).rejects.toThrow(InterruptedError)
    const other = new BayesianFactorization(options).fit(known(made, 5), {checkpoint, resume: true})
    await expect(other).rejects.toThrow(/belongs to another fit.*known was \d+, is \d+/)
  })

  it('is refused where nothing is known', async () => {
    await expect(new BayesianFactorization(options).fit(made)).rejects.toThrow(
      /nothing is known of the users or movies.*Set it to false/
    )
  })
})

/** The same ratings, with an age for each user and a genre for each movie. */
function known(ratings: Ratings, ages = 4): Ratings {
  const rows = [...ratings]
  const ids = (of: 'userId' | 'movieId'): number[] => [...new Set(rows.map(row => Number(row[of])))]
  const movies = ids('movieId').map(movieId => ({
    movieId,
    title: `Film ${movieId} (1999)`,
    genres: [`G${movieId % 5}`]
  }))
  const users = ids('userId').map(userId => ({
    userId,
    age: 10 * (userId % ages),
    gender: userId % 3 ? 'F' : 'M'
  }))
  return Ratings.from(rows, Movies.from(movies), {users})
}

describe('what it says of a prediction', () => {
  const ratings = syntheticRatings({users: 120, movies: 80, ratings: 4000, seed: 3})

  it.each(['normal', 'probit'] as const)(
    'chances of the stars sum to one and agree with the rating, %s',
    async likelihood => {
      const engine = await new BayesianFactorization({...SMALL, likelihood}).fit(ratings)
      for (const {userId, movieId} of [...ratings].slice(0, 50)) {
        const {score, stars, interval} = engine.predictDetailed(userId, movieId)
        const chances = [...(stars as Float32Array)]
        expect(chances.length).toBe(5)
        expect(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1)).toBeLessThan(1e-5)
        const mean = chances.reduce((sum, chance, k) => sum + chance * (k + 1), 0)
        // Normal: the score is not cut at the ends of the scale, the mean over the stars is.
        expect(Math.abs(mean - Math.min(5, Math.max(1, score)))).toBeLessThan(
          likelihood === 'probit' ? 1e-4 : 0.35
        )
        expect((interval as [number, number])[0]).toBeLessThan(score)
        expect((interval as [number, number])[1]).toBeGreaterThan(score)
      }
    }
  )

  it('gives a user whose ratings are scattered a wider interval', async () => {
    const random = new Random(2)
    const rows = [...made].map(row => ({
      ...row,
      rating: row.rating + (Number(row.userId) % 2 === 0 ? 0 : random.normal())
    }))
    const engine = await new BayesianFactorization(SMALL).fit(Ratings.from(rows))
    let [even, odd] = [0, 0]
    for (let userId = 1; userId <= 100; userId++) {
      const [lo, hi] = engine.predictDetailed(userId, 1).interval as [number, number]
      if (userId % 2 === 0) even += hi - lo
      else odd += hi - lo
    }
    expect(odd).toBeGreaterThan(1.3 * even)
  })

  it('is of the day that is asked about, for a user as for a profile', async () => {
    const drifting = [...ratings].map((row, n) => ({
      ...row,
      rating: Math.min(5, row.rating + (n % 2)),
      timestamp: 86400 * (n % 2)
    }))
    const engine = await new BayesianFactorization({...SMALL, days: true}).fit(Ratings.from(drifting))
    const [{userId, movieId}] = drifting
    const profile = drifting.filter(row => row.userId === userId)
    for (const who of [userId, profile]) {
      const [first, second] = [0, 86400].map(timestamp => engine.predictDetailed(who, movieId, {timestamp}))
      expect(second.score).toBeGreaterThan(first.score + 0.3)
      for (const {score, interval} of [first, second]) {
        const [lo, hi] = interval as [number, number]
        expect(score).toBeCloseTo((lo + hi) / 2, 4)
      }
    }
  })

  it('stops with an error that names an option where numbers run away', async () => {
    const wild = Ratings.from([...ratings].map(row => ({...row, rating: row.rating * 1e30})))
    await expect(new BayesianFactorization(SMALL).fit(wild)).rejects.toThrow(/bayesian: .*Use fewer factors/)
  })

  it('refuses the probit where ratings are no classes', async () => {
    await expect(new BayesianFactorization({likelihood: 'probit'}).fit(made)).rejects.toThrow(OptionError)
  })

  it('names the option where days are wanted and there are no timestamps', async () => {
    const bare = Ratings.from([...ratings].map(({userId, movieId, rating}) => ({userId, movieId, rating})))
    await expect(new BayesianFactorization({days: true}).fit(bare)).rejects.toThrow(OptionError)
  })
})

describe.skipIf(!existsSync(SHARED))('on ML-100K, split u1 (needs ../shared/data)', () => {
  let parts: {train: Ratings; test: Ratings}
  beforeAll(async () => {
    const base = await readRatings(path.join(DATA, 'ml-100k/u1.base'))
    const rest = await readRatings(path.join(DATA, 'ml-100k/u1.test'))
    const all = Ratings.from([...base, ...rest])
    parts = splitRows(
      all,
      Array.from({length: rest.length}, (_, n) => base.length + n)
    )
  })

  it('has an RMSE of about 0.886 after 120 sweeps, less with rating days, and keeps it in a file', async () => {
    const quick = {factors: 10, sweeps: 120, burnIn: 30, samples: 60}
    const plain = await new BayesianFactorization(quick).fit(parts.train)
    const {rmse} = evaluate(plain, parts.test)
    expect(rmse).toBeGreaterThan(0.878)
    expect(rmse).toBeLessThan(0.8875)
    const dated = await new BayesianFactorization({...quick, days: true}).fit(parts.train)
    expect(evaluate(dated, parts.test).rmse).toBeLessThan(rmse - 0.001)
    const file = path.join(folder, 'u1.mrec')
    await saveEngine(plain, file)
    expect(statSync(file).size).toBeLessThan(150e6)
    expect(evaluate((await loadEngine(file)) as RatingEngine, parts.test).rmse).toBe(rmse)
  })
})

it('has an RMSE of about 0.86 on latest-small', async () => {
  const ratings = await loadMovieLens('latest-small', {dir: path.join(ROOT, 'data')})
  const parts = split(ratings)
  const engine = await new BayesianFactorization({factors: 8, sweeps: 60, burnIn: 30, samples: 40}).fit(
    parts.train
  )
  const {rmse} = evaluate(engine, parts.test)
  expect(rmse).toBeGreaterThan(0.8)
  expect(rmse).toBeLessThan(0.89)
  const informed = new BayesianFactorization({
    factors: 8,
    sweeps: 60,
    burnIn: 30,
    samples: 40,
    sideInformation: true
  })
  expect(evaluate(await informed.fit(parts.train), parts.test).rmse).toBeLessThan(rmse - 0.003)
})
