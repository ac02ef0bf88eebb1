import {Movies, readProfile} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {
  choiceOf,
  dismissed,
  joined,
  left,
  lookedAt,
  NOTHING_YET,
  named,
  rated,
  ratedAll,
  ratingOf,
  ratingsCsv,
  ratingText,
  stepOf
} from '#internals'

describe('a visit', () => {
  it('keeps the place of a rating that is changed, and gives it up with the rating', () => {
    const three = [1, 2, 3].reduce((visit, movieId) => rated(visit, 0, movieId, 4), NOTHING_YET)
    const changed = rated(three, 0, 2, 1.5)
    expect(changed.visitors[0].ratings.map(one => [one.movieId, one.rating])).toEqual([
      [1, 4],
      [2, 1.5],
      [3, 4]
    ])
    expect(ratingOf(changed, 0, 2)).toBe(1.5)
    expect(ratingOf(rated(changed, 0, 2, undefined), 0, 2)).toBeUndefined()
    expect(ratingOf(three, 0, 2)).toBe(4)
  })

  it('is for one, for another, for both', () => {
    const two = named(joined(rated(NOTHING_YET, 0, 1, 4)), 1, 'Ben')
    expect(lookedAt(two)).toEqual([1])
    expect(lookedAt({...two, view: 'both'})).toEqual([0, 1])
    expect(ratingOf(rated(two, 1, 1, 2), 1, 1)).toBe(2)
    expect(ratingOf(rated(two, 1, 1, 2), 0, 1)).toBe(4)
    expect(left(two)).toEqual(rated(NOTHING_YET, 0, 1, 4))
  })

  it('takes many ratings at once, the new ones over the old', () => {
    const before = rated(NOTHING_YET, 0, 1, 4)
    const after = ratedAll(before, 0, [
      {movieId: 2, rating: 3},
      {movieId: 1, rating: 5}
    ])
    expect(after.visitors[0].ratings).toEqual([
      {movieId: 1, rating: 5},
      {movieId: 2, rating: 3}
    ])
    expect(dismissed(dismissed(after, 9, true), 9, true).notAgain).toEqual([9])
    expect(dismissed(dismissed(after, 9, true), 9, false).notAgain).toEqual([])
  })
})

describe('a scale', () => {
  it.each([
    [[0.5, 5], 0.5, 10, true],
    [[1, 5], 1, 5, true],
    [[1, 10], 1, 10, true],
    [[1, 1], 1, 1, true],
    [[0, 5], 1, 6, false],
    [[1, 5], 0.5, 9, false],
    [[-10, 10], 0.2, 101, false]
  ] as const)('of %j by %d has %d ratings, stars: %s', (scale, step, length, stars) => {
    const choice = choiceOf(scale, step)
    expect(choice.values).toHaveLength(length)
    expect(choice.values[0]).toBe(scale[0])
    expect(choice.values[length - 1]).toBe(scale[1])
    expect(choice.stars).toBe(stars)
  })

  it('has the steps that its ratings have', () => {
    expect(stepOf([1, 4, 5], [1, 5])).toBe(1)
    expect(stepOf([0.5, 4, 5], [0.5, 5])).toBe(0.5)
    expect(stepOf([1, 4.5, 5], [1, 5])).toBe(0.5)
    expect(stepOf([-9.95, 4.13], [-10, 10])).toBe(0.2)
  })

  it('is spoken of in stars', () => {
    const halves = choiceOf([0.5, 5], 0.5)
    expect([0.5, 1, 3.5].map(one => ratingText(one, halves))).toEqual(['half a star', '1 star', '3.5 stars'])
    expect(ratingText(3, choiceOf([0, 5], 1))).toBe('3 of 5')
  })
})

it('ratings as CSV come back as they were, whatever the titles hold', () => {
  const movies = Movies.from([
    {movieId: 7, title: 'One, Two, "Three" (1961)', genres: []},
    {movieId: 8, title: 'Line\nbreak (1990)', genres: []},
    {movieId: 'tt9', title: 'By its text (2001)', genres: []}
  ])
  const profile = [
    {movieId: 7, rating: 4.5},
    {movieId: 8, rating: 0.5},
    {movieId: 'tt9', rating: 3}
  ]
  const text = ratingsCsv(profile, movies)
  expect(text.split('\n')[0]).toBe('movieId,Title,Year,Rating')
  expect(readProfile(text, movies)).toEqual({profile, unmatched: [], said: []})
})
