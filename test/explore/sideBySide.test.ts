import {
  ArgumentError,
  Baseline,
  Ease,
  listsAsRatingsCome,
  Popularity,
  sideBySide,
  syntheticRatings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const ratings = syntheticRatings({users: 80, movies: 50, ratings: 1500})
const profile = ratings.frame.movieIds.ids.slice(10, 15).map((movieId, k) => ({movieId, rating: 1 + k}))

describe('sideBySide', () => {
  it('has what each engine lists, its reason, and what most of them list first', async () => {
    const engines = {popularity: await new Popularity().fit(ratings), ease: await new Ease().fit(ratings)}
    const {lists, reasons, agreed} = sideBySide(engines, profile, {n: 4})
    const own = [...engines.ease.recommend(profile, {n: 4})]
    expect(lists[1]).toEqual({
      engine: 'ease',
      ...Object.fromEntries(own.map(({title}, k) => [`${k + 1}.`, title]))
    })
    expect(reasons[1].why).toBe(engines.ease.explain(profile, own[0].movieId).sentence)
    expect(agreed.reduce((sum, row) => sum + row.engines, 0)).toBe(8)
    const both = own.filter(({title}) => Object.values(lists[0]).includes(title))
    expect(agreed.filter(row => row.engines === 2)).toHaveLength(both.length)
    expect(agreed.map(row => row.engines)).toEqual(agreed.map(row => row.engines).sort((a, b) => b - a))
  })
})

describe('listsAsRatingsCome', () => {
  it('ends at the whole list, and never moves where everyone gets the same', async () => {
    const engines = {
      popularity: await new Popularity().fit(ratings),
      baseline: await new Baseline().fit(ratings),
      ease: await new Ease().fit(ratings)
    }
    const {curves, shares} = listsAsRatingsCome(engines, profile, {n: 5})
    for (const rows of Object.values(curves)) expect(rows[rows.length - 1]).toEqual({x: 5, y: 1})
    expect(curves.popularity.map(({y}) => y)).toEqual([1, 1, 1, 1, 1])
    expect(shares[2]).toEqual({engine: 'ease', first: curves.ease[0].y, half: curves.ease[2].y})
    const rated = new Set(profile.map(({movieId}) => movieId))
    const listOf = (some: typeof profile): unknown[] =>
      [...engines.ease.recommend(some, {n: 10})]
        .map(({movieId}) => movieId)
        .filter(id => !rated.has(id))
        .slice(0, 5)
    const last = listOf(profile)
    expect(curves.ease[1].y).toBe(listOf(profile.slice(0, 2)).filter(id => last.includes(id)).length / 5)
  })

  it('refuses a length that is none', async () => {
    const popularity = await new Popularity().fit(ratings)
    expect(() => listsAsRatingsCome({popularity}, profile, {n: 0})).toThrow(ArgumentError)
    expect(() => sideBySide({popularity}, profile, {n: 1.5})).toThrow(ArgumentError)
  })
})
