import fc from 'fast-check'
import {kFold, OptionError, Ratings, split, splitRows} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {smallWorld} from '../contract/world'

const world = smallWorld()
const key = (row: {userId: unknown; movieId: unknown}): string => `${row.userId}:${row.movieId}`

describe('split', () => {
  it('parts the rows, keeps their order, and keeps ids, scale and catalogue of the parent', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({min: 0.05, max: 0.9, noNaN: true}),
        fc.constantFrom('random', 'user', 'time'),
        (seed, share, by) => {
          const {train, test} = split(world, {seed, test: share, by: by as 'random'})
          expect(train.length + test.length).toBe(world.length)
          const all = [...world].map(key)
          const trainRows = [...train].map(key)
          const testRows = new Set([...test].map(key))
          expect(all.filter(row => !testRows.has(row))).toEqual(trainRows)
          expect(train.frame).toBe(world.frame)
          expect(test.scale).toEqual(world.scale)
          expect(test.movies).toBe(world.movies)
        }
      ),
      {numRuns: 30}
    )
  })

  it('is the same for the same seed', () => {
    expect([...split(world, {seed: 3}).test]).toEqual([...split(world, {seed: 3}).test])
    expect([...split(world, {seed: 4}).test]).not.toEqual([...split(world, {seed: 3}).test])
  })

  it('takes the latest rows by time and the last of every user by leave-last-out', () => {
    const {train, test} = split(world, {by: 'time', test: 0.2})
    const latestTrain = Math.max(...[...train].map(row => row.timestamp as number))
    for (const row of test) expect(row.timestamp).toBeGreaterThanOrEqual(latestTrain)
    const last = split(world, {by: 'leave-last-out'})
    expect(last.test.length).toBe(world.userCount)
    for (const {userId, timestamp} of last.test) {
      for (const other of last.train)
        if (other.userId === userId) expect(other.timestamp).toBeLessThanOrEqual(timestamp as number)
    }
  })

  it('says that time needs timestamps', () => {
    const timeless = Ratings.from([...world].map(({userId, movieId, rating}) => ({userId, movieId, rating})))
    expect(() => split(timeless, {by: 'time'})).toThrow(/needs timestamps/)
  })

  it('refuses a share outside 0 to 1 and a row number outside the rows', () => {
    expect(() => split(world, {test: 1})).toThrow(OptionError)
    expect(() => split(world, {test: Number.NaN})).toThrow(OptionError)
    expect(() => splitRows(world, [world.length])).toThrow(/row number from 0/)
  })
})

describe('kFold', () => {
  it('tests every rating exactly once, in folds of nearly the same size', () => {
    const folds = kFold(world, {folds: 7, seed: 2})
    const tested = folds.flatMap(({test}) => [...test].map(key))
    expect(tested.sort()).toEqual([...world].map(key).sort())
    const sizes = folds.map(({test}) => test.length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  })
})
