import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Ratings, split} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {doubtsOf, main} from '#internals'
import {smallWorld} from '../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-doubts-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('before an engine is measured', () => {
  it('nothing is said of a split', () => {
    const {train, test} = split(smallWorld(), {test: 0.2, seed: 1})
    expect(doubtsOf(train, test)).toEqual([])
  })

  it('test ratings that are in train are counted, whatever kind their ids are', () => {
    const world = smallWorld()
    const {test} = split(world, {test: 0.2, seed: 1})
    const texts = Ratings.from(Array.from(test, row => ({...row, userId: String(row.userId)})))
    const all = new RegExp(`^${test.length} of ${test.length} test ratings are in train`)
    for (const part of [test, texts]) expect(doubtsOf(world, part)).toEqual([expect.stringMatching(all)])
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
