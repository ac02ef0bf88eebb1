import {
  ArgumentError,
  compareEvaluations,
  Ease,
  ItemNeighbours,
  leaveOneOut,
  Popularity,
  Ratings,
  syntheticRatings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Three, train} from './three'

const ratings = syntheticRatings({users: 80, movies: 40, ratings: 1500})
const profile = ratings.frame.movieIds.ids.slice(0, 6).map((movieId, k) => ({movieId, rating: 1 + (k % 5)}))

describe('leaveOneOut', () => {
  it('predicts each rating from the others alone', async () => {
    const items = await new ItemNeighbours().fit(ratings)
    const {predictions, evaluations} = leaveOneOut({items, 'items again': items}, profile)
    for (const [k, {movieId, rating}] of profile.entries()) {
      const others = profile.filter(one => one.movieId !== movieId)
      expect(predictions[k].items).toBe(items.predict(others, movieId))
      expect(evaluations.items.errors[k]).toBeCloseTo(rating - items.predict(others, movieId), 5)
    }
    expect(compareEvaluations(evaluations).users).toBe(profile.length)
  })

  // Three stars said of 1, 2, 3, 5: errors -2, -1, 0, 2, so the squares sum to 9, and the root of 9 / 4 is 1.5; the mean error is 5 / 4.
  it('counts each rating once', async () => {
    const rows = [1, 2, 3, 4].flatMap(movieId => [
      {userId: 1, movieId, rating: 5},
      {userId: 2, movieId, rating: 1}
    ])
    const three = await new Three().fit(Ratings.from(rows))
    const given = [1, 2, 3, 5].map((rating, k) => ({movieId: k + 1, rating}))
    const {rmse, mae, n} = leaveOneOut({three}, given).evaluations.three
    expect([rmse, mae, n]).toEqual([1.5, 1.25, 4])
  })

  // Movies a to e are rated by 5, 4, 3, 2 and 1 people. b, c and e are in the profile, with 5, 4 and 1; the mean is 10 / 3, so b and c are liked.
  // With b left out, a stands before it: place 2. With c left out, a alone stands before it, since b is rated: place 2.
  it('finds the place of what is liked, on lists without what is rated', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].flatMap((movieId, k) =>
      Array.from({length: 5 - k}, (_, u) => ({userId: u, movieId, rating: 3 + (u % 2)}))
    )
    const popularity = await new Popularity().fit(Ratings.from(rows, undefined, {scale: [1, 5]}))
    const {places} = leaveOneOut({popularity}, [
      {movieId: 'b', rating: 5},
      {movieId: 'c', rating: 4},
      {movieId: 'e', rating: 1}
    ])
    expect([...places]).toEqual([{engine: 'popularity', median: 2, top10: 2, top100: 2}])
  })

  it('gives engines for lists a place and no prediction', async () => {
    const ease = await new Ease().fit(ratings)
    const {evaluations, places} = leaveOneOut({ease}, profile)
    expect(evaluations).toEqual({})
    expect(places[0].median).toBeGreaterThanOrEqual(1)
  })

  it('asks for three known movies', async () => {
    const three = await new Three().fit(train)
    expect(() =>
      leaveOneOut({three}, [
        {movieId: 1, rating: 3},
        {movieId: 2, rating: 3}
      ])
    ).toThrow(ArgumentError)
  })
})
