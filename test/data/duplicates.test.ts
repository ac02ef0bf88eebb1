import path from 'node:path'
import {type Duplicates, OptionError, Ratings, readRatings} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {main} from '#internals'
import {ROOT} from '#paths'

const file = path.join(ROOT, 'test/fixtures/cases/03-rerating/ratings.csv')

// User 1 rates movie 10 with 2, then 5; user 2 rates movie 12 with 4, then 3, which stands in front in the file.
const KEPT: Array<[Exclude<Duplicates, 'error'>, first: number, second: number]> = [
  ['first', 2, 4],
  ['last', 5, 3],
  ['mean', 3.5, 3.5],
  ['sum', 7, 7]
]

/** What users 1 and 2 say of movies 10 and 12, and when. */
function ofPairs(ratings: Ratings): Array<{rating: number; timestamp?: number}> {
  return [...ratings]
    .filter(({userId, movieId}) => (userId === 1 && movieId === 10) || (userId === 2 && movieId === 12))
    .map(({rating, timestamp}) => ({rating, ...(timestamp === undefined ? {} : {timestamp})}))
    .sort((a, b) => (b.timestamp ?? 0) - (a.timestamp ?? 0))
}

describe('a movie that is rated again', () => {
  it('is an error that names the choice, also where bad lines are left out', async () => {
    for (const onBadLine of ['error', 'skip'] as const)
      await expect(readRatings(file, {onBadLine})).rejects.toThrow(
        /ratings\.csv:5: .*second rating of user 1 for movie 10.*--duplicates last \(first, mean, sum\)/
      )
    await expect(readRatings(file, {duplicates: 'newest' as 'last'})).rejects.toThrow(OptionError)
  })

  it.each(KEPT)('has its %s by time kept where asked for, and that is said', async (duplicates, one, two) => {
    const ratings = await readRatings(file, {duplicates})
    expect(ratings.length).toBe(6)
    const time = duplicates === 'first' ? [1500000000, 1400000000] : [1600000000, 1500000300]
    expect(ofPairs(ratings)).toEqual([
      {rating: one, timestamp: time[0]},
      {rating: two, timestamp: time[1]}
    ])
    expect(ratings.warnings.join()).toMatch(
      new RegExp(`^2 pairs of user and movie come more than once: the ${duplicates}.* for 4 ratings 2\\.$`)
    )
    if (duplicates === 'sum') expect(ratings.scale[1]).toBe(7)
  })

  it('is in the order of rows where there are no times', async () => {
    const ratings = await readRatings(file, {duplicates: 'last', columns: {timestamp: 'none'}})
    expect(ofPairs(ratings).map(({rating}) => rating)).toEqual([5, 4])
    expect(ratings.warnings.join()).toMatch(/the last in the order of rows is kept/)
  })

  it('is the same in memory', () => {
    const rows = [
      {userId: 'a', movieId: 1, rating: 2},
      {userId: 'a', movieId: 2, rating: 1},
      {userId: 'a', movieId: 1, rating: 5},
      {userId: 'a', movieId: 1, rating: 5}
    ]
    expect(() => Ratings.from(rows)).toThrow(/Row 2: user a rates movie 1 a second time.*duplicates: 'last'/)
    for (const [how, rating] of [
      ['first', 2],
      ['last', 5],
      ['mean', 4],
      ['sum', 12]
    ] as const)
      expect(
        [...Ratings.from(rows, undefined, {duplicates: how})].find(row => row.movieId === 1)?.rating
      ).toBe(rating)
  })

  it('is told on the command line', async () => {
    const notes: string[] = []
    const io = {out: () => {}, note: (text: string) => notes.push(text), signal: new AbortController().signal}
    const args = ['recommend', '--engine', 'popularity', '--ratings', file, '--user', '1']
    expect(await main(args, io)).toBe(1)
    expect(await main([...args, '--duplicates', 'mean'], io)).toBe(0)
    expect(notes.join('\n')).toMatch(/2 pairs of user and movie come more than once: the mean is kept/)
    expect(await main([...args, '--duplicates', 'newest'], io)).toBe(2)
  })
})
