import {RandomWalk, Ratings} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const rated = [
  [0, 1],
  [0, 1, 2],
  [1, 2, 4],
  [2, 3],
  [0, 3, 4],
  [0, 1, 3]
]
const world = Ratings.from(
  rated.flatMap((movies, u) => movies.map(i => ({userId: u, movieId: i, rating: 1 + ((u + i) % 5)})))
)
const raters = [0, 1, 2, 3, 4].map(i => rated.filter(movies => movies.includes(i)).length)

describe('RandomWalk', () => {
  it('with alpha 1 and beta 0 is where a walk is after two steps, but for where it began', async () => {
    const {model} = await new RandomWalk({alpha: 1, beta: 0, neighbours: 9}).fit(world)
    for (let j = 0; j < 5; j++) {
      // From movie j to each of its raters with 1 / raters, from there to each of her movies with 1 / movies.
      const reached = [0, 0, 0, 0, 0]
      for (const movies of rated.filter(one => one.includes(j)))
        for (const i of movies) reached[i] += 1 / raters[j] / movies.length
      expect(reached.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      for (let i = 0; i < 5; i++) expect(model.weight(j, i)).toBeCloseTo(i === j ? 0 : reached[i], 6)
    }
  })

  it('raises each probability of a step to alpha and divides by popularity to beta', async () => {
    const [alpha, beta] = [0.7, 0.4]
    const {model} = await new RandomWalk({alpha, beta, neighbours: 9}).fit(world)
    for (let j = 0; j < 5; j++)
      for (let i = 0; i < 5; i++) {
        if (i === j) continue
        const both = rated.filter(movies => movies.includes(i) && movies.includes(j))
        const sum = both.reduce(
          (all, movies) => all + (1 / raters[j]) ** alpha * (1 / movies.length) ** alpha,
          0
        )
        expect(model.weight(j, i)).toBeCloseTo(sum / raters[i] ** beta, 6)
      }
  })

  it('scores a movie by those that it is most reached from', async () => {
    const whole = await new RandomWalk({neighbours: 9}).fit(world)
    const few = await new RandomWalk({neighbours: 2}).fit(world)
    for (let i = 0; i < 5; i++) {
      const all = [0, 1, 2, 3, 4].map(j => whole.model.weight(j, i))
      const border = [...all].sort((a, b) => b - a)[1]
      const kept = [0, 1, 2, 3, 4].filter(j => few.model.weight(j, i) > 0)
      expect(kept.length).toBe(2)
      for (const j of kept) {
        expect(few.model.weight(j, i)).toBe(all[j])
        expect(all[j]).toBeGreaterThanOrEqual(border)
      }
    }
  })

  it('leaves out what has too few stars', async () => {
    const engine = await new RandomWalk({atLeast: 3}).fit(world)
    const profile = [
      {movieId: 0, rating: 5},
      {movieId: 1, rating: 2}
    ]
    expect(engine.explain(profile, 2).terms.map(term => term.movieId)).toEqual([0])
  })
})
