import {readFileSync} from 'node:fs'
import path from 'node:path'
import {Ratings, Slim, type SlimOptions} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {smallWorld} from '../../contract/world'

// Weights by scikit-learn's ElasticNet, from bench/peers/clicks_golden.py.
const {slim, counts} = JSON.parse(readFileSync(path.join(__dirname, '../../golden/clicks.json'), 'utf8'))
const EXACT = {tolerance: 1e-9, epochs: 1000}
const PLAIN: SlimOptions = {...EXACT, dropout: 0, userExponent: 0, popularityExponent: 0, stars: 0}

describe('Slim', () => {
  it('has the weights of scikit-learn', async () => {
    const rows = (counts.rows as number[][]).map(([userId, movieId]) => ({userId, movieId, rating: 1}))
    const {model} = await new Slim({...PLAIN, l1: slim.l1, l2: slim.l2}).fit(Ratings.from(rows))
    let some = 0
    for (const [j, row] of (slim.weights as number[][]).entries())
      for (const [i, weight] of row.entries()) {
        expect(Math.abs(model.weight(j, i) - weight), `${j} to ${i}`).toBeLessThan(1e-6)
        if (weight > 0) some++
      }
    expect(some).toBeGreaterThan(100)
  })

  it('is the least of its loss, rows and scores weighed as its options say', async () => {
    const world = smallWorld()
    const o = {...EXACT, l1: 0.1, l2: 0.5, dropout: 0.2, userExponent: 0.4, popularityExponent: 0.3}
    const {model} = await new Slim(o).fit(world)
    const {byUser, byMovie, movieCount: movies} = world
    const sizes = Array.from({length: movies}, (_, i) => byMovie.start[i + 1] - byMovie.start[i])
    const mean = world.length / movies
    const average = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((a, b) => a + b) / values.length
    const means = sizes.map((_, i) => average(byMovie.value.subarray(byMovie.start[i], byMovie.start[i + 1])))
    const gram = sizes.map(() => sizes.map(() => 0))
    for (let u = 0; u < world.userCount; u++) {
      const [from, to] = [byUser.start[u], byUser.start[u + 1]]
      const hers = byUser.index.subarray(from, to)
      const stars = byUser.value.subarray(from, to)
      const x = stars.map((r, n) => 1 + 0.1 * (r - average(stars) - (means[hers[n]] - average(means))))
      for (const [n, i] of hers.entries())
        for (const [m, j] of hers.entries()) gram[i][j] += hers.length ** -0.8 * x[n] * x[m]
    }
    const unit = gram.reduce((sum, row, i) => sum + row[i], 0) / movies
    for (let i = 0; i < movies; i++) {
      const w = sizes.map((_, j) => model.weight(j, i) * (sizes[i] / mean) ** 0.3)
      for (let j = 0; j < movies; j++) {
        if (j === i) continue
        // The slope of the loss along w_j: 0 where there is a weight, and not downhill where there is none.
        const penalty = 0.5 * unit + (0.2 / 0.8) * gram[j][j]
        const fit = w.reduce((sum, one, k) => sum + gram[j][k] * one, 0) - gram[j][i]
        const slope = fit + penalty * w[j] + 0.1 * unit
        expect(w[j] > 0 ? Math.abs(slope) : -slope).toBeLessThan(1e-5)
      }
      expect(model.weight(i, i)).toBe(0)
    }
  })

  it('has fewer weights with a larger l1, and none with one that is too large', async () => {
    const world = smallWorld()
    const weights = async (l1: number): Promise<number> => {
      const {model} = await new Slim({...PLAIN, l1}).fit(world)
      const all = Array.from({length: 27 * 27}, (_, n) => model.weight(n % 27, Math.floor(n / 27)))
      return all.filter(weight => weight !== 0).length
    }
    const [many, few, none] = [await weights(0), await weights(0.1), await weights(9)]
    expect(many).toBeGreaterThan(few)
    expect(few).toBeGreaterThan(0)
    expect(none).toBe(0)
  })

  it('leaves out what has too few stars', async () => {
    const engine = await new Slim({atLeast: 3}).fit(smallWorld())
    const profile = [
      {movieId: 100, rating: 5},
      {movieId: 102, rating: 2}
    ]
    expect(engine.explain(profile, 106).terms.map(term => term.movieId)).toEqual([100])
  })
})
