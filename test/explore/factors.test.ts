import {
  AlternatingLeastSquares,
  ArgumentError,
  axisExtremes,
  BayesianFactorization,
  factorPlaces,
  factorTable,
  largestBiases,
  placesOnMap,
  Ratings,
  sureAndUnsure
} from 'movie-recs'
import {beforeAll, describe, expect, it} from 'vitest'
import {symmetricEigen} from '#internals'

/**
 * Movies 0 to 3 are liked by even users and disliked by odd ones, movies 4 to 7 the other way round; movie 8 is liked by all.
 * The one axis of taste is even against odd.
 */
const world = Ratings.from(
  Array.from({length: 20}, (_, u) =>
    Array.from({length: 9}, (_, i) => ({
      userId: u,
      movieId: i,
      rating: i === 8 ? 5 : (u % 2 === 0) === i < 4 ? 4 : 2
    })).filter(row => (row.userId + row.movieId) % 5 !== 0)
  ).flat()
)

describe('what factors mean', () => {
  const engine = new AlternatingLeastSquares({factors: 3, epochs: 20, shrinkage: 2})
  beforeAll(async () => {
    await engine.fit(world)
  })

  it('the first axis separates the two kinds, by one star to each side', () => {
    const places = factorPlaces(engine, {axes: 2, minRatings: 1})
    const [first, second] = [0, 1].map(axis => places.map(place => place.places[axis]))
    const sides = first.slice(0, 8).map(Math.sign)
    expect(new Set(sides.slice(0, 4)).size).toBe(1)
    expect(sides.slice(4)).toEqual(sides.slice(0, 4).map(side => -side))
    for (const place of first.slice(0, 8)) {
      expect(Math.abs(place)).toBeGreaterThan(0.7)
      expect(Math.abs(place)).toBeLessThan(1.1)
    }
    expect(Math.max(...second.map(Math.abs))).toBeLessThan(0.2)
    const {low, high} = axisExtremes(places, 1, {n: 4})[0]
    expect(Number(low.match(/\d+/)?.[0]) < 4).not.toBe(Number(high.match(/\d+/)?.[0]) < 4)
    expect(() => axisExtremes(places, 3)).toThrow(ArgumentError)
    expect(placesOnMap(places, {n: 3}).length).toBe(3)
  })

  it('the largest bias is that of the movie all like', () => {
    const [best] = largestBiases(engine, {n: 2, minRatings: 1})
    expect(best.mean).toBe(5)
    expect(() => largestBiases(engine, {minRatings: 1000})).toThrow(ArgumentError)
  })

  it('the tables hold what adds up to a prediction', () => {
    const user = factorTable(engine, 'users')[3] as Record<string, number>
    const movie = factorTable(engine, 'movies')[8] as Record<string, number>
    const sum = ['f1', 'f2', 'f3'].reduce((total, f) => total + user[f] * movie[f], 0)
    expect(world.mean + user.bias + movie.bias + sum).toBeCloseTo(engine.predictDetailed(3, 8).score, 5)
  })

  it('two users with one score and two intervals', async () => {
    const bayesian = await new BayesianFactorization({factors: 2, sweeps: 40, burnIn: 10}).fit(world)
    const unrated = world.frame.movieIds.ids[0]
    const pair = sureAndUnsure(bayesian, unrated)
    expect(pair.length).toBe(2)
    expect(Math.abs(pair[0].score - pair[1].score)).toBeLessThanOrEqual(0.02)
    expect(pair[1].width).toBeGreaterThan(pair[0].width)
    expect(() => sureAndUnsure(engine, unrated)).toThrow(ArgumentError)
  })
})

describe('symmetricEigen', () => {
  it('finds what A v = value v asks for', () => {
    const a = Float64Array.of(4, 1, 0.5, 1, 3, -1, 0.5, -1, 2)
    const {values, vectors} = symmetricEigen(a, 3)
    for (let c = 0; c < 3; c++) {
      for (let k = 0; k < 3; k++) {
        let product = 0
        for (let m = 0; m < 3; m++) product += a[k * 3 + m] * vectors[m * 3 + c]
        expect(product).toBeCloseTo(values[c] * vectors[k * 3 + c], 12)
      }
      if (c > 0) expect(values[c]).toBeLessThanOrEqual(values[c - 1])
    }
  })
})
