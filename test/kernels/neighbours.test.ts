import {type Ratings, syntheticRatings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Neighbourhood, type NeighbourStore, Run, withPool} from '#internals'
import * as twin from './twins/neighbours'

const ratings = syntheticRatings({users: 300, movies: 120, ratings: 6000, seed: 3})
const SETTINGS = {
  overAll: false,
  minSupport: 2,
  shrinkage: 5,
  amplification: 1.5,
  k: 12,
  damping: 1 / 128,
  measure: 'cosine' as 'jaccard' | 'cosine' | 'distance' | 'pearson'
}
const MEASURES = ['jaccard', 'cosine', 'distance', 'pearson'] as const

/** Kernel and twin on the same ratings: movies compared by stars, each saying its stars less 3. */
function both(given: Partial<typeof SETTINGS> = {}, of: Ratings = ratings, threads = 1) {
  const settings = {...SETTINGS, ...given}
  const [rows, columns] = [of.byMovie, of.byUser]
  const deviations = columns.value.map(r => r - 3)
  const near = new Neighbourhood(
    rows,
    columns,
    {byRow: rows.value, byColumn: columns.value},
    deviations,
    settings,
    threads
  )
  return {near, plain: {...settings, rows, columns: {...columns, deviations}} satisfies twin.Neighbours}
}

describe('similarityRow is its plain twin', () => {
  for (const measure of MEASURES) {
    for (const overAll of measure === 'pearson' ? [false] : [false, true]) {
      it(`${measure} over ${overAll ? 'all' : 'common'}`, () => {
        for (const amplification of [1, 2, 1.5]) {
          const {near, plain} = both({measure, overAll, amplification})
          for (const movie of [0, 17, 119]) {
            const fast = near.of(movie)
            // Sums of up to 300 products of stars in float32, exact there; a quotient and a root rounded to float32.
            for (const [y, s] of twin.similarityRow(plain, movie).entries())
              expect(Math.abs(fast[y] - s), `movie ${movie} with ${y}`).toBeLessThan(3e-6)
          }
        }
      })
    }
  }

  it('has the same bits from both ends', () => {
    for (const measure of MEASURES) {
      const {near} = both({measure})
      const rows = Array.from({length: 120}, (_, e) => near.of(e))
      for (let x = 0; x < 120; x++) for (let y = 0; y < x; y++) expect(rows[x][y]).toBe(rows[y][x])
    }
  })

  it('gives someone outside the table the row of an entity with the same ratings', () => {
    for (const overAll of [false, true]) {
      const {near} = both({overAll})
      const {start, index, value} = ratings.byMovie
      const [from, to] = [start[5], start[6]]
      expect(near.weightsOf(index.subarray(from, to), value.subarray(from, to)).subarray(0, 5)).toEqual(
        near.of(5).subarray(0, 5)
      )
    }
  })
})

describe('weighNearest is its plain twin', () => {
  it('chooses the same neighbours and takes the same mean, for any k and with many ties', () => {
    for (const k of [1, 2, 5, 12, 60, 120]) {
      for (const measure of ['jaccard', 'cosine'] as const) {
        // Without shrinkage and amplification, Jaccard over common ratings is 1 throughout: all ties.
        const {near, plain} = both({k, measure, shrinkage: 0, amplification: 1, minSupport: 1})
        const weights = near.of(7)
        const row = Float32Array.from(weights)
        row[7] = 0
        for (let rater = 0; rater < 300; rater++) {
          const [from, to] = [plain.columns.start[rater], plain.columns.start[rater + 1]]
          const index = plain.columns.index.subarray(from, to)
          const deviations = plain.columns.deviations.subarray(from, to)
          const {mean, count, places} = near.nearest(weights, 7, index, deviations)
          const means = near.meansOver(weights, 7, [rater])
          expect([means.mean[0], means.count[0]]).toEqual([mean, count])
          const slow = twin.weighNearest(plain, row, index, deviations)
          expect([...places].sort((a, b) => a - b)).toEqual(slow.places.sort((a, b) => a - b))
          // The same float64 terms in another order.
          expect(Math.abs(mean - slow.mean)).toBeLessThan(1e-12)
        }
      }
    }
  })
})

describe('neighbourScores', () => {
  const entity = Int32Array.from({length: 2000}, (_, n) => (n * 37) % 120)
  const rater = Int32Array.from({length: 2000}, (_, n) => (n * 101) % 300)

  it('is its plain twin', () => {
    const {near, plain} = both({measure: 'cosine', overAll: true})
    const {mean} = near.meansOfPairs(entity, rater)
    const slow = twin.neighbourScores(plain, entity, rater)
    // Similarities rounded to float32, each off by less than 1e-6, weigh stars of at most 2.
    for (const [n, score] of slow.entries()) expect(Math.abs(mean[n] - score)).toBeLessThan(1e-5)
  })

  it('gives the same bytes for any number of threads, and as one pair at a time', () => {
    const work = {users: 900, movies: 700, ratings: 120_000, seed: 5}
    const ratings = syntheticRatings(work)
    const {near} = both({}, ratings, 1)
    const alone = near.meansOfPairs(entity, rater)
    for (const threads of [2, 3])
      expect(both({}, ratings, threads).near.meansOfPairs(entity, rater)).toEqual(alone)
    for (const n of [0, 5, 1999]) {
      const one = near.meansOfPairs(entity.subarray(n, n + 1), rater.subarray(n, n + 1))
      expect([one.mean[0], one.count[0]]).toEqual([alone.mean[n], alone.count[n]])
    }
  })
})

describe('neighbourStore', () => {
  it('is its plain twin, for one worker and for two', async () => {
    for (const workers of [1, 2]) {
      const {near, plain} = both({k: 7})
      await withPool(near.arena, new Run('choosing', {workers}), pool => near.chooseBefore(pool, () => {}))
      const store = near.store as NeighbourStore
      for (let e = 0; e < 120; e++) {
        const mine = [...store.index.subarray(7 * e, 7 * e + 7)].filter(y => y >= 0).sort((a, b) => a - b)
        expect(mine).toEqual(twin.neighbourStore(plain, e).sort((a, b) => a - b))
      }
    }
  })
})
