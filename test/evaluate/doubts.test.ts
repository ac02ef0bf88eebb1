import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Baseline, compareEvaluations, doubtsOf, evaluate, Ratings, split} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {main} from '#internals'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-doubts-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('before an engine is measured', () => {
  it('nothing is said of a split', () => {
    const {train, test} = split(smallWorld(), {test: 0.2, seed: 1})
    expect(doubtsOf(train, test, {times: false})).toEqual([])
    const inTime = split(smallWorld(), {test: 0.2, by: 'time'})
    expect(doubtsOf(inTime.train, inTime.test)).toEqual([])
  })

  it('test ratings that are in train are counted, whatever kind their ids are', () => {
    const world = smallWorld()
    const {test} = split(world, {test: 0.2, seed: 1})
    const texts = Ratings.from(Array.from(test, row => ({...row, userId: String(row.userId)})))
    const all = new RegExp(`^${test.length} of ${test.length} test ratings are in train`)
    for (const part of [test, texts])
      expect(doubtsOf(world, part, {times: false})).toEqual([expect.stringMatching(all)])
  })

  it('users and movies that train has not are counted where they are more than half', () => {
    const train = Ratings.from([
      {userId: 1, movieId: 1, rating: 4},
      {userId: 1, movieId: 2, rating: 4}
    ])
    const test = Ratings.from([
      {userId: 1, movieId: 7, rating: 4},
      {userId: 2, movieId: 8, rating: 4}
    ])
    expect(doubtsOf(train, test)).toEqual([
      expect.stringMatching(/^0 of 2 movies of the test ratings are in train/)
    ])
    expect(doubtsOf(train, train.select([1]))).toEqual([expect.stringMatching(/^1 of 1 test ratings/)])
  })

  it('a future that leaks into the past is counted: of the same user, and of others', () => {
    const at = (userId: number, movieId: number, timestamp: number): object => ({
      userId,
      movieId,
      rating: 3,
      timestamp
    })
    const rated = (...rows: object[]): Ratings =>
      Ratings.from(rows as Array<{userId: number; movieId: number; rating: number}>)
    const train = rated(at(1, 1, 100), at(1, 2, 200), at(2, 1, 300), ...[3, 4].map(movie => at(3, movie, 50)))
    // 1 at 150: before her own at 200 and the other's at 300. 1 at 250: before the other's alone. 2 at 250: before her own, nobody else's.
    const both = rated(at(1, 3, 150), at(1, 4, 250), at(2, 3, 250), at(2, 4, 400))
    expect(doubtsOf(train, both)).toEqual([
      expect.stringMatching(
        /^2 of 4 test ratings are older than a rating of the same user in train, and 2 are older than ratings of other people: .* split by time\.$/
      )
    ])
    const later = rated(at(1, 3, 210), at(1, 4, 300), at(2, 3, 310))
    expect(doubtsOf(train, later)).toEqual([
      expect.stringMatching(
        /^1 of 3 test ratings are older than ratings of other people in train, and none is older than one of the same user: /
      )
    ])
    const alone = rated(at(2, 3, 250), at(2, 4, 400))
    expect(doubtsOf(train, alone)).toEqual([
      expect.stringMatching(/^1 of 2 test ratings are older than a rating of the same user in train: /)
    ])
    expect(doubtsOf(train, rated(at(1, 3, 300), at(2, 3, 300)))).toEqual([])
  })

  it('the last rating of every user leaks from others alone', () => {
    const {train, test} = split(smallWorld(), {by: 'leave-last-out'})
    expect(doubtsOf(train, test)).toEqual([
      expect.stringMatching(
        /^\d+ of 36 test ratings are older than ratings of other people in train, and none/
      )
    ])
  })

  it('is told by what was measured, and by a comparison, once', async () => {
    const {train, test} = split(smallWorld(), {by: 'leave-last-out'})
    const [baseline, damped] = await Promise.all(
      [{}, {userDamping: 20}].map(options => new Baseline(options).fit(train))
    )
    const evaluations = {baseline: evaluate(baseline, test), damped: evaluate(damped, test)}
    expect(evaluations.baseline.doubts).toEqual(doubtsOf(train, test))
    expect(Object.keys(evaluations.baseline)).not.toContain('doubts')
    expect(compareEvaluations(evaluations).doubts).toEqual(doubtsOf(train, test))
  })

  it('the command says it of files that are given, not of a part that it was asked to draw', async () => {
    const {train, test} = split(smallWorld(), {by: 'leave-last-out'})
    const files = [train, test].map((part, k) => {
      const file = path.join(folder, `timed-${k}.csv`)
      const rows = Array.from(part, row => [row.userId, row.movieId, row.rating, row.timestamp].join(','))
      writeFileSync(file, `userId,movieId,rating,timestamp\n${rows.join('\n')}\n`)
      return file
    })
    const notes: string[] = []
    const io = {out: () => {}, note: (text: string) => notes.push(text), signal: new AbortController().signal}
    await main(['evaluate', '--engine', 'baseline', '--train', files[0], '--test', files[1]], io)
    expect(notes).toEqual([
      expect.stringMatching(/of 36 test ratings are older than ratings of other people/)
    ])
    await main(['evaluate', '--engine', 'baseline', '--ratings', files[0], '--holdout', '0.2'], io)
    expect(notes).toHaveLength(1)
  })

  it('the command says it first', async () => {
    const file = path.join(folder, 'r.csv')
    writeFileSync(
      file,
      `userId,movieId,rating\n${[...smallWorld()].map(row => `${row.userId},${row.movieId},${row.rating}`).join('\n')}\n`
    )
    const notes: string[] = []
    const io = {out: () => {}, note: (text: string) => notes.push(text), signal: new AbortController().signal}
    expect(await main(['evaluate', '--engine', 'baseline', '--train', file, '--test', file], io)).toBe(0)
    expect(notes[0]).toMatch(/^(\d+) of \1 test ratings are in train/)
  })
})
