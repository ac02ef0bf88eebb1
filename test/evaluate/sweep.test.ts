import {
  ArgumentError,
  Baseline,
  errorBySupport,
  evaluate,
  MatrixFactorization,
  type Progress,
  split,
  sweep,
  sweepSize,
  syntheticRatings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const parts = split(syntheticRatings({users: 60, movies: 40, ratings: 900}))

describe('sweep', () => {
  it('measures each value as evaluate does', async () => {
    const rows = await sweep(epochs => new Baseline({epochs}), [1, 5], parts)
    for (const {x, y} of rows)
      expect(y).toBe(evaluate(await new Baseline({epochs: x}).fit(parts.train), parts.test).rmse)
    expect(rows.map(row => row.x)).toEqual([1, 5])
  })

  it('tells how many values are done, and fits between them', async () => {
    const heard: Progress[] = []
    await sweep(epochs => new MatrixFactorization({epochs, factors: 2, patience: 0}), [2, 4], parts, {
      onProgress: step => heard.push(step)
    })
    expect(heard.map(({done}) => done)).toEqual([0.5, 1, 1.25, 1.5, 1.75, 2, 2])
    expect(heard.every(({task, total}) => task === 'trying values of mf' && total === 2)).toBe(true)
    const shares: Progress[] = []
    await sweepSize(() => new MatrixFactorization({epochs: 1, factors: 2, patience: 0}), [0.5, 1], parts, {
      onProgress: step => shares.push(step)
    })
    expect(shares.at(-1)).toMatchObject({task: 'trying sizes of the training part', done: 2, total: 2})
    expect(shares.map(({done}) => done).filter(done => done < 1)).toEqual([])
    expect([...new Set(shares.map(({done}) => done))]).toEqual([1, 2])
  })

  it('takes shares of the training ratings, the whole in the end', async () => {
    const rows = await sweepSize(() => new Baseline(), [0.25, 1], parts)
    expect(rows.map(row => row.x)).toEqual([Math.round(parts.train.length / 4), parts.train.length])
    expect(rows[1].y).toBe(evaluate(await new Baseline().fit(parts.train), parts.test).rmse)
    await expect(sweepSize(() => new Baseline(), [0], parts)).rejects.toThrow(ArgumentError)
  })
})

describe('errorBySupport', () => {
  it('divides the test ratings, and its squares sum to the whole error', async () => {
    const evaluation = evaluate(await new Baseline().fit(parts.train), parts.test)
    const rows = errorBySupport(evaluation, parts)
    expect(rows.reduce((sum, {pairs}) => sum + pairs, 0)).toBe(parts.test.length)
    const square = rows.reduce((sum, {pairs, rmse}) => sum + pairs * rmse ** 2, 0)
    expect(Math.sqrt(square / parts.test.length)).toBeCloseTo(evaluation.rmse, 9)
    const {start} = parts.train.byMovie
    const once = [...parts.test.rows.i].filter(
      i => start[i + 1] - start[i] >= 8 && start[i + 1] - start[i] < 16
    )
    expect(rows.find(row => row.ratings === '8 to 15')?.pairs ?? 0).toBe(once.length)
  })
})
