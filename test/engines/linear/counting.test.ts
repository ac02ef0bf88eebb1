import {ArgumentError, Blend, ClickNeighbours, Ease, GraphFilter, RandomWalk, Slim} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {smallWorld} from '../../contract/world'

describe.each([ClickNeighbours, Ease, GraphFilter, RandomWalk, Slim])('%o with atLeast', Class => {
  const world = smallWorld()
  const low = [
    {movieId: 100, rating: 1},
    {movieId: 104, rating: 2}
  ]

  it('refuses ratings of which not one counts, before any work', async () => {
    const engine = new Class({atLeast: 8})
    await expect(engine.fit(world)).rejects.toThrow(ArgumentError)
    await expect(engine.fit(world)).rejects.toThrow(/not one rating has 8 stars or more; the highest has 5/)
    expect(engine.fitted).toBe(false)
  })

  it('gives what most people rated where nothing that somebody rated counts, and says so', async () => {
    const engine = await new Class({atLeast: 4}).fit(world)
    const list = engine.recommend(low, {n: 5})
    expect(list.map(({fallback}) => fallback)).toEqual(Array(5).fill('popular'))
    const rated = low.map(({movieId}) => movieId)
    const popular = engine.recommend([], {n: 7}).filter(({movieId}) => !rated.includes(movieId as number))
    expect([...list]).toEqual(popular.slice(0, 5))
    expect(engine.recommend([{movieId: 100, rating: 5}], {n: 1})[0].fallback).toBeUndefined()
  })

  it('gives lists for everybody as it gives them one by one', async () => {
    const counts = world.rows.r.filter(rating => rating >= 5).length
    expect(counts).toBeGreaterThan(0)
    const engine = await new Class({atLeast: 5}).fit(world)
    let fallen = 0
    for await (const {userId, movies} of engine.recommendAll({n: 3})) {
      const alone = engine.recommend(userId, {n: 3})
      expect(movies.map(({movieId, fallback}) => [movieId, fallback])).toEqual(
        alone.map(({movieId, fallback}) => [movieId, fallback])
      )
      if (movies[0].fallback === 'popular') fallen++
    }
    expect(fallen).toBeGreaterThan(0)
  })
})

it('a blend for lists is as deaf as all of its members, and a member that hears nothing moves no movie', async () => {
  const world = smallWorld()
  const low = [
    {movieId: 100, rating: 1},
    {movieId: 104, rating: 2}
  ]
  const blendOf = (members: Array<Ease | Slim | GraphFilter>): Promise<Blend> =>
    new Blend({for: 'lists', members, weights: members.map(() => 1)}).fit(world)
  const deaf = await blendOf([new Ease({atLeast: 4}), new Slim({atLeast: 4})])
  expect(deaf.recommend(low, {n: 5}).map(({fallback}) => fallback)).toEqual(Array(5).fill('popular'))
  const half = await blendOf([new Ease({atLeast: 4}), new GraphFilter()])
  const own = await new GraphFilter().fit(world)
  const list = half.recommend(low, {n: 5})
  expect(list.map(({movieId}) => movieId)).toEqual(own.recommend(low, {n: 5}).map(({movieId}) => movieId))
  expect(list[0].fallback).toBeUndefined()
})
