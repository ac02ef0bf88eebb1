import {existsSync} from 'node:fs'
import path from 'node:path'
import {ArgumentError, Ratings, rawRowNeighbours, readRatings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {SHARED} from '#paths'

const rows = [
  {userId: 1, movieId: 10, rating: 4},
  {userId: 2, movieId: 30, rating: 5},
  {userId: 9, movieId: 20, rating: 1},
  {userId: 4, movieId: 40, rating: 3}
]

/** The tutorial's lines, spelt out for rows of three numbers. */
function bySpelling(table: number[][]): {user: number[][]; item: number[][]} {
  const mean = (v: number[]): number => v.reduce((sum, one) => sum + one, 0) / v.length
  const correlation = (a: number[], b: number[]): number => {
    const [x, y] = [a.map(one => one - mean(a)), b.map(one => one - mean(b))]
    const dot = (p: number[], q: number[]): number => p.reduce((sum, one, k) => sum + one * q[k], 0)
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
  }
  const columns = [0, 1, 2].map(c => table.map(row => row[c]))
  const sum = (v: number[]): number => v.reduce((total, one) => total + one, 0)
  const user = table.map(a => {
    const s = table.map(b => correlation(a, b))
    return [0, 1, 2].map(
      c => mean(a) + sum(table.map((b, k) => s[k] * (b[c] - mean(b)))) / sum(s.map(Math.abs))
    )
  })
  const item = table.map(a =>
    [0, 1, 2].map(c => {
      const s = columns.map(column => correlation(columns[c], column))
      return sum(a.map((one, d) => one * s[d])) / sum(s.map(Math.abs))
    })
  )
  return {user, item}
}

describe('rawRowNeighbours', () => {
  it('is the tutorial’s computation', () => {
    const table = rows.map(row => [row.userId, row.movieId, row.rating])
    const spelt = bySpelling(table)
    const [user, item] = rawRowNeighbours(Ratings.from(rows), {train: 1})
    for (const [figure, predicted] of [
      [user, spelt.user],
      [item, spelt.item]
    ] as const) {
      const square = table.map((row, k) => row.map((one, c) => (one - predicted[k][c]) ** 2))
      expect(figure.printed).toBeCloseTo(Math.sqrt(square.flat().reduce((a, b) => a + b, 0) / 12), 9)
      expect(figure.rating).toBeCloseTo(Math.sqrt(square.reduce((sum, row) => sum + row[2], 0) / 4), 9)
    }
  })

  it('changes with the ids although no rating changes: the defect', () => {
    const moved = Ratings.from(rows.map(row => ({...row, movieId: row.movieId * 100})))
    const [before, after] = [Ratings.from(rows), moved].map(ratings => rawRowNeighbours(ratings, {train: 1}))
    expect(after[0].printed).toBeGreaterThan(20 * before[0].printed)
  })

  it('refuses ids that are texts', () => {
    const texts = Ratings.from(rows.map(row => ({...row, movieId: `m${row.movieId}`})))
    expect(() => rawRowNeighbours(texts)).toThrow(ArgumentError)
  })

  const oneM = path.join(SHARED, 'data/ml-1m/ratings.csv')
  it.skipIf(!existsSync(oneM))(
    'has the size of the printed figures on MovieLens 1M: 699.96 and 114.97',
    async () => {
      const [user, item] = rawRowNeighbours(await readRatings(oneM))
      expect(user.printed).toBeGreaterThan(600)
      expect(user.printed).toBeLessThan(800)
      expect(item.printed).toBeGreaterThan(60)
      expect(item.printed).toBeLessThan(250)
    }
  )
})
