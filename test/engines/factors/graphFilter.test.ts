import {ArgumentError, GraphFilter, type GraphFilterOptions, Ratings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {smallWorld} from '../../contract/world'

const world = smallWorld()
const {start, index} = world.byUser
const users = start.length - 1
const movies = world.byMovie.start.length - 1

type Matrix = number[][]
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map(row => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))
const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map(row => row[j]))

/** N of the paper: D_U^-½ R D_I^-½. */
const raters = Array.from({length: movies}, (_, i) => world.byMovie.start[i + 1] - world.byMovie.start[i])
const n: Matrix = Array.from({length: users}, (_, u) => {
  const row = new Array<number>(movies).fill(0)
  for (let k = start[u]; k < start[u + 1]; k++)
    row[index[k]] = 1 / Math.sqrt((start[u + 1] - start[u]) * raters[index[k]])
  return row
})
const p = product(transposed(n), n)

/** The options of the papers. */
const paper: GraphFilterOptions = {userExponent: 0.5, movieExponent: 0.5, popularityExponent: 0, stars: 0}

/** The first k eigenvectors of P by orthogonal iteration, the plainest way. */
function eigenvectors(k: number): Matrix {
  let v: Matrix = Array.from({length: movies}, (_, i) =>
    Array.from({length: k}, (_, f) => Math.sin(1 + i * (f + 1)))
  )
  for (let round = 0; round < 3000; round++) {
    const columns = transposed(product(p, v))
    for (const [f, column] of columns.entries()) {
      for (const before of columns.slice(0, f)) {
        const common = column.reduce((sum, value, i) => sum + value * before[i], 0)
        for (const i of column.keys()) column[i] -= common * before[i]
      }
      const length = Math.hypot(...column)
      for (const i of column.keys()) column[i] /= length
    }
    v = transposed(columns)
  }
  return v
}

async function weights(o: GraphFilterOptions): Promise<Matrix> {
  const {model} = await new GraphFilter({...paper, ...o}).fit(world)
  return Array.from({length: movies}, (_, j) => Array.from({length: movies}, (_, i) => model.weight(j, i)))
}

function expectAlike(ours: Matrix, theirs: Matrix): void {
  for (let j = 0; j < movies; j++)
    for (let i = 0; i < movies; i++)
      expect(ours[j][i], `${j} to ${i}`).toBeCloseTo(i === j ? 0 : theirs[j][i], 4)
}

describe('GraphFilter', () => {
  it('is equation 12 of its paper', async () => {
    const v = eigenvectors(3)
    const ideal = product(v, transposed(v))
    const theirs = p.map((row, j) =>
      row.map((value, i) => value + 0.3 * Math.sqrt(raters[i] / raters[j]) * ideal[j][i])
    )
    // The lengths that rows are divided by are measured in means; the largest eigenvalue, 1 in the paper, makes that good.
    expectAlike(await weights({factors: 3, share: 0.3}), theirs)
  })

  it('gives the same where there are fewer users than movies, and nothing is multiplied out', async () => {
    // Rows turned over: users are movies, and movies users. Twice as many movies that nobody rates but one make users the fewer.
    const rows = [...world].map(({userId, movieId, rating}) => ({userId, movieId, rating}))
    const users = [...new Set(rows.map(row => row.userId))]
    const rare = users.map((userId, k) => ({userId, movieId: 5000 + k, rating: 3}))
    const few = Ratings.from([...rows, ...rare])
    const copies = Ratings.from(
      [0, 1].flatMap(copy =>
        [...rows, ...rare].map(row => ({...row, userId: Number(row.userId) + 10_000 * copy}))
      )
    )
    expect(few.userCount).toBeLessThan(few.movieCount)
    expect(copies.userCount).toBeGreaterThan(copies.movieCount)
    const [through, dense] = [
      await new GraphFilter({factors: 5}).fit(few),
      await new GraphFilter({factors: 5}).fit(copies)
    ]
    for (const userId of users.slice(0, 5)) {
      const list = dense.recommend(userId, {n: 100, includeRated: true})
      const scores = new Map(
        through.recommend(userId, {n: 100, includeRated: true}).map(row => [row.movieId, row.score])
      )
      expect(scores.size).toBe(list.length)
      for (const {movieId, score} of list) expect(scores.get(movieId)).toBeCloseTo(score, 4)
      const {score} = through.explain(userId, list[0].movieId)
      expect(score).toBeCloseTo(list[0].score, 4)
    }
    expect(Object.keys(through.model.weights)).toContain('numbers')
  })

  it('is the polynomials of Turbo-CF', async () => {
    const square = product(p, p)
    const cube = product(square, p)
    expectAlike(await weights({filter: 'linear'}), p)
    expectAlike(
      await weights({filter: 'second-order'}),
      p.map((row, j) => row.map((value, i) => 2 * value - square[j][i]))
    )
    expectAlike(
      await weights({filter: 'third-order'}),
      p.map((row, j) => row.map((value, i) => value + 0.01 * (-cube[j][i] + 10 * square[j][i] - 29 * value)))
    )
  })

  it('refuses ratings of which none has enough stars', async () => {
    await expect(new GraphFilter({atLeast: 9}).fit(world)).rejects.toThrow(ArgumentError)
    const one = Ratings.from([{userId: 1, movieId: 1, rating: 4}])
    expect((await new GraphFilter().fit(one)).recommend(1)).toHaveLength(0)
  })
})
