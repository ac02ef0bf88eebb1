import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import {kFold, OptionError, Ratings, readRatings, split, splitRows} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {smallWorld} from '../contract/world'

const world = smallWorld()
const key = (row: {userId: unknown; movieId: unknown}): string => `${row.userId}:${row.movieId}`

describe('split', () => {
  it('parts the rows, keeps their order, and keeps ids, scale and catalogue of the parent', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({min: 0.05, max: 0.9, noNaN: true}),
        fc.constantFrom('random', 'user', 'time', 'cold-users'),
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

  it('takes whole users by cold-users: that share of them, and never all', () => {
    const {train, test} = split(world, {by: 'cold-users', test: 0.25, seed: 2})
    expect(test.userCount).toBe(9)
    expect(train.userCount).toBe(27)
    const known = new Set([...train].map(row => row.userId))
    for (const {userId} of test) expect(known.has(userId)).toBe(false)
    expect([...split(world, {by: 'cold-users', test: 0.25, seed: 3}).test]).not.toEqual([...test])
    expect(split(world, {by: 'cold-users', test: 0.999}).train.userCount).toBe(1)
    expect(split(world, {by: 'cold-users', test: 0.001}).test.userCount).toBe(1)
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

describe('splitRows', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-split-'))
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  it('takes the rows of the files, whichever of them are bad, blank, over lines or made one', async () => {
    // A line of the file, and whether it is a rating: the first of its pair and no bad line.
    const line = fc.oneof(
      {weight: 6, arbitrary: fc.tuple(fc.nat({max: 4}), fc.nat({max: 4})).map(([u, i]) => `${u},${i},3,x`)},
      fc.constantFrom('1,1,bad,x', '1,"1"1', '7,8', '1,2,"\n3",x', '')
    )
    const file = fc.array(line, {minLength: 1, maxLength: 25})
    await fc.assert(
      fc.asyncProperty(fc.tuple(file, file), fc.infiniteStream(fc.boolean()), async (parts, tested) => {
        const names = parts.map((lines, n) => {
          const name = path.join(folder, `${n}.csv`)
          writeFileSync(name, `user,movie,rating,note\n0,${9 + n},3,x\n${lines.join('\n')}\n`)
          return name
        })
        const rows = parts.flatMap((lines, n) => [`0,${9 + n},3,x`, ...lines.filter(text => text !== '')])
        const ratings = await readRatings(names, {onBadLine: 'skip', duplicates: 'first'})
        const numbers = rows.map((_, row) => row).filter(() => tested.next().value)
        const {train, test} = splitRows(ratings, numbers)
        const kept = rows.map((text, row) => /^\d+,\d+,3,x$/.test(text) && rows.indexOf(text) === row)
        const wanted = (of: boolean): string[] =>
          rows.filter((_, row) => kept[row] && numbers.includes(row) === of).map(text => text.slice(0, -4))
        const got = (part: Ratings): string[] =>
          Array.from(part, ({userId, movieId}) => `${userId},${movieId}`)
        expect(got(test)).toEqual(wanted(true))
        expect(got(train)).toEqual(wanted(false))
        expect(ratings.rowsLeftOut).toEqual(rows.map((_, row) => row).filter(row => !kept[row]))
        expect(() => splitRows(ratings, [rows.length])).toThrow(`from 0 to ${rows.length - 1}`)
        expect(() => splitRows(test, [test.length])).toThrow(OptionError)
      })
    )
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
