import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {
  DivergedError,
  Ease,
  type EaseOptions,
  loadMovieLens,
  Ratings,
  readRatings,
  splitRows
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

// List and scores by numpy's inverse with regularization 100 on the train part of latest-small (every tenth row is test): 8,700
// movies, where this engine inverts a matrix of 671 users. Printed to six decimals.
const NUMPY = {
  user: 1,
  top10: [1374, 724, 585, 4085, 1148, 256, 1375, 3039, 858, 1569],
  scores: [0.109754, 0.107046, 0.102203, 0.095713, 0.093957, 0.093186, 0.092611, 0.092449, 0.089746, 0.07752]
}

function expectNumpy(engine: Ease, golden: {user: number; top10: number[]; scores: number[]}): void {
  const list = engine.recommend(golden.user, {n: 10})
  expect(list.map(row => row.movieId)).toEqual(golden.top10)
  for (const [k, row] of list.entries()) expect(Math.abs(row.score - golden.scores[k])).toBeLessThan(1e-6)
}

/** The options of the first paper, with its regularization, which is in ratings. */
function plain(train: Ratings, ratings: number, o: EaseOptions = {}): EaseOptions {
  const regularization = ratings / (train.length / train.movieCount)
  return {regularization, dropout: 0, userExponent: 0, popularityExponent: 0, stars: 0, ...o}
}

/** Six users, four movies: few enough for the solution to be written out. */
const rated = [
  [0, 1],
  [0, 1, 2],
  [1, 2],
  [2, 3],
  [0, 3],
  [0, 1, 3]
]
const world = Ratings.from(
  rated.flatMap((movies, u) => movies.map(i => ({userId: u, movieId: i, rating: 1 + ((u + i) % 5)})))
)

describe('Ease', () => {
  it('has the list and the scores of numpy on latest-small', async () => {
    const ratings = await loadMovieLens('latest-small')
    const tenths = Array.from({length: Math.floor(ratings.length / 10)}, (_, k) => 10 * k + 9)
    const {train} = splitRows(ratings, tenths)
    expectNumpy(await new Ease(plain(train, 100)).fit(train), NUMPY)
  })

  // MovieLens 100K does not ship with the project: this runs where ../shared holds it.
  it.skipIf(!existsSync(path.join(SHARED, 'golden/peers.json')))(
    'has the list and the scores of numpy on 100K',
    async () => {
      const golden = JSON.parse(readFileSync(path.join(SHARED, 'golden/peers.json'), 'utf8'))['ml-100k/u1']
        .ease
      const train = await readRatings(path.join(SHARED, 'data/ml-100k/u1.base'))
      expectNumpy(await new Ease(plain(train, 100)).fit(train), golden)
    }
  )

  it('is the least of its loss: no weight off the diagonal can be moved to lower it', async () => {
    const regularization = 2
    const engine = await new Ease(plain(world, 2)).fit(world)
    const weight = (j: number, i: number): number =>
      engine.explain([{movieId: j, rating: 3}], i).terms.reduce((sum, term) => sum + term.value, 0)
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        if (i === j) continue
        // Half of the derivative by B_ji of |X - X B|² + 2 |B|²: the sum over users of j of (X B - X)_ui, plus 2 B_ji.
        let slope = regularization * weight(j, i)
        for (const movies of rated) {
          if (!movies.includes(j)) continue
          const predicted = movies.reduce((sum, k) => sum + (k === i ? 0 : weight(k, i)), 0)
          slope += predicted - (movies.includes(i) ? 1 : 0)
        }
        expect(slope).toBeCloseTo(0, 5)
      }
    }
  })

  it.each([
    ['of the paper', plain(world, 1)],
    ['with all options', {}],
    ['with a relaxed diagonal', {dropout: 0.2, diagonal: 0.4}]
  ])(
    'gives the same with few users, where it inverts their matrix, as with the movies’: %s',
    async (_, o) => {
      // The same ratings by twice as many users are 2 X'X: with twice the regularization, which is relative to it, B is the same.
      const few = await new Ease(o).fit(
        Ratings.from([...world].filter(row => row.userId !== 0 && row.userId !== 1 && row.userId !== 2))
      )
      const many = await new Ease(o).fit(
        Ratings.from(
          [...world]
            .filter(row => Number(row.userId) > 2)
            .flatMap(row => [row, {...row, userId: Number(row.userId) + 10}])
        )
      )
      const profile = [
        {movieId: 0, rating: 3},
        {movieId: 3, rating: 3}
      ]
      for (const {movieId, score} of many.recommend(profile, {n: 4, includeRated: true}))
        expect(few.explain(profile, movieId).score).toBeCloseTo(score, 5)
      expect(few.similar(0, {n: 3}).map(row => row.movieId)).toEqual(
        many.similar(0, {n: 3}).map(row => row.movieId)
      )
    }
  )

  it('is the ridge regression that its options say, solved column by column', async () => {
    const o = {regularization: 0.7, dropout: 0.4, userExponent: 0.3, popularityExponent: 0.2, stars: 0.3}
    for (const diagonal of [0, 0.2, 0.9]) {
      const {model} = await new Ease({...o, diagonal}).fit(world)
      const w = slowWeights({...o, diagonal})
      for (let j = 0; j < 4; j++)
        for (let i = 0; i < 4; i++) expect(model.weight(j, i), `${j} to ${i}`).toBeCloseTo(w[j][i], 5)
    }
  })

  it('leaves out what has too few stars', async () => {
    const engine = await new Ease({atLeast: 3}).fit(world)
    const {terms} = engine.explain(
      [
        {movieId: 0, rating: 5},
        {movieId: 1, rating: 2}
      ],
      2
    )
    expect(terms.map(term => term.movieId)).toEqual([0])
  })

  it('names regularization where there is no inverse', async () => {
    await expect(new Ease({regularization: 0, dropout: 0}).fit(world)).resolves.toBeDefined()
    const twins = Ratings.from(
      [...world]
        .filter(row => row.movieId !== 3)
        .flatMap(row => [row, {...row, movieId: 10 + Number(row.movieId)}])
    )
    await expect(new Ease({regularization: 0, dropout: 0}).fit(twins)).rejects.toThrow(DivergedError)
    const few = Ratings.from([...world].filter(row => Number(row.userId) > 2))
    await expect(new Ease({regularization: 0, dropout: 0}).fit(few)).rejects.toMatchObject({
      option: 'regularization'
    })
  })
})

/** The weights of `world` by the plainest way: coordinate descent on each column, the weight of a movie for itself held at or under `diagonal`. */
function slowWeights(o: Required<Omit<EaseOptions, 'atLeast'>>): number[][] {
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const given = (u: number, i: number): number => 1 + ((u + i) % 5)
  const users = rated.map((movies, u) => mean(movies.map(i => given(u, i))))
  const movieMeans = [0, 1, 2, 3].map(i =>
    mean([...rated.keys()].filter(u => rated[u].includes(i)).map(u => given(u, i)))
  )
  const x = rated.map((movies, u) =>
    [0, 1, 2, 3].map(i => {
      if (!movies.includes(i)) return 0
      const above = given(u, i) - users[u] - (movieMeans[i] - mean(movieMeans))
      return (1 + o.stars * above) * movies.length ** -o.userExponent
    })
  )
  const gram = [0, 1, 2, 3].map(i => [0, 1, 2, 3].map(j => x.reduce((sum, row) => sum + row[i] * row[j], 0)))
  const diagonal = mean(gram.map((row, i) => row[i]))
  const penalty = gram.map((row, i) => o.regularization * diagonal + (o.dropout / (1 - o.dropout)) * row[i])
  const raters = [0, 1, 2, 3].map(i => rated.filter(movies => movies.includes(i)).length)
  const w = [0, 1, 2, 3].map(() => [0, 0, 0, 0])
  for (let i = 0; i < 4; i++) {
    for (let round = 0; round < 2000; round++) {
      for (let j = 0; j < 4; j++) {
        let rest = gram[j][i]
        for (let k = 0; k < 4; k++) if (k !== j) rest -= gram[j][k] * w[k][i]
        const best = rest / (gram[j][j] + penalty[j])
        w[j][i] = j === i ? Math.min(best, o.diagonal) : best
      }
    }
    w[i][i] = 0
    for (let j = 0; j < 4; j++) w[j][i] *= (raters[i] / mean(raters)) ** -o.popularityExponent
  }
  return w
}
