import {
  ArgumentError,
  Baseline,
  type Evaluation,
  errorsByGroup,
  evaluate,
  Movies,
  Ratings,
  split,
  syntheticRatings
} from 'movie-recs'
import {beforeAll, describe, expect, it} from 'vitest'
import {Three, train} from './three'

const made = syntheticRatings({users: 80, movies: 60, ratings: 2000})
const parts = split(made, {test: 0.2})
const measured: Record<string, Evaluation> = {}
beforeAll(async () => {
  measured.baseline = evaluate(await new Baseline().fit(parts.train), parts.test)
  const flat = new Baseline({userDamping: 1e9, movieDamping: 1e9})
  measured['a mean'] = evaluate(await flat.fit(parts.train), parts.test)
})

/** The root of the mean square of the errors of these test rows. */
const rmseOf = (rows: readonly number[]): number =>
  Math.sqrt(rows.reduce((sum, n) => sum + measured.baseline.errors[n] ** 2, 0) / rows.length)

describe('errorsByGroup', () => {
  it.each(['user ratings', 'movie ratings'] as const)('divides the test ratings by %s in train', by => {
    const {groups, leftOut} = errorsByGroup(measured, parts, {by, users: 5, factor: 2})
    expect(leftOut).toBe(0)
    expect(groups.length).toBeGreaterThan(1)
    expect(groups.reduce((sum, {ratings}) => sum + ratings, 0)).toBe(parts.test.length)
    const {start} = by === 'user ratings' ? parts.train.byUser : parts.train.byMovie
    const index = by === 'user ratings' ? parts.test.rows.u : parts.test.rows.i
    for (const {name, ratings, users, baseline} of groups) {
      const [from, to] =
        name === 'none' ? [0, 0] : `${name} to ${name}`.split(' to ').map(end => Number(end.replace(',', '')))
      const rows = [...index.keys()].filter(n => {
        const support = start[index[n] + 1] - start[index[n]]
        return support >= from && support <= to
      })
      expect(ratings).toBe(rows.length)
      expect(users).toBe(new Set(rows.map(n => parts.test.rows.u[n])).size)
      expect(baseline).toBeCloseTo(rmseOf(rows), 9)
    }
  })

  it('compares within each group, so that a sentence can say who beats whom there', () => {
    const {groups, comparisons} = errorsByGroup(measured, parts, {by: 'user ratings', users: 5})
    for (const row of groups) {
      const {engines} = comparisons[row.name]
      expect(engines.find(({engine}) => engine === 'a mean')?.value).toBe(row['a mean'])
      for (const {low, value, high} of engines) expect(low <= value && value <= high).toBe(true)
    }
  })

  it('puts groups of too few people together with their neighbours', () => {
    const people = new Set(parts.test.rows.u).size
    const all = errorsByGroup(measured, parts, {by: 'user ratings', users: people})
    expect(all.groups).toHaveLength(1)
    expect(all.groups[0]).toMatchObject({ratings: parts.test.length, users: people})
    const fine = errorsByGroup(measured, parts, {by: 'movie ratings', users: 1, factor: 2})
    expect(fine.groups.length).toBeGreaterThan(
      errorsByGroup(measured, parts, {by: 'movie ratings', users: 1}).groups.length
    )
  })

  it('counts a rating in each genre of its movie, and says what it left out', async () => {
    const movies = Movies.from([
      {movieId: 1, title: 'One (1999)', genres: ['Comedy', 'Drama']},
      {movieId: 2, title: 'Two (2000)', genres: ['Drama']}
    ])
    const test = Ratings.from(
      [
        {userId: 1, movieId: 1, rating: 4},
        {userId: 2, movieId: 1, rating: 1},
        {userId: 2, movieId: 2, rating: 3},
        {userId: 1, movieId: 2, rating: 5}
      ],
      movies
    )
    const three = evaluate(await new Three().fit(train), test)
    const both = {one: three, other: three}
    const {groups, leftOut} = errorsByGroup(both, {train, test}, {by: 'genre', users: 2})
    // Errors 1, -2, 0, 2: all of them Drama, the first two Comedy.
    expect(groups.map(({name, ratings}) => [name, ratings])).toEqual([
      ['Drama', 4],
      ['Comedy', 2]
    ])
    expect(groups[0].one).toBeCloseTo(Math.sqrt(9 / 4), 12)
    expect(groups[1].one).toBeCloseTo(Math.sqrt(5 / 2), 12)
    expect(leftOut).toBe(0)
    expect(() => errorsByGroup(both, {train, test}, {by: 'genre', users: 3})).toThrow(ArgumentError)
  })

  it('refuses what was measured elsewhere, and genres that are not there', () => {
    const elsewhere = split(made, {test: 0.3})
    expect(() => errorsByGroup(measured, elsewhere, {by: 'user ratings'})).toThrow(/was measured on/)
    expect(() => errorsByGroup(measured, parts, {by: 'user ratings', factor: 1})).toThrow(/factor/)
    const bare = {train, test: train}
    expect(() => errorsByGroup({}, bare, {by: 'genre'})).toThrow(/no genres/)
  })
})
