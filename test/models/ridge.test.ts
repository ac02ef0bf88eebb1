import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Random, Ridge, ridgeBySteps} from '#internals'

/** [rows × size] of normal numbers. */
function matrix(rows: number, size: number, random: Random): Float64Array {
  return Float64Array.from({length: rows * size}, () => random.normal())
}

const shapes = fc.record({
  rated: fc.integer({min: 1, max: 12}),
  size: fc.integer({min: 1, max: 12}),
  seed: fc.nat(1000)
})

describe('Ridge', () => {
  it('has numbers where the system has no solution: nothing is known of any movie, and nothing is added', () => {
    const o = {gram: new Float64Array(4), weights: Float64Array.of(1)}
    const ridge = new Ridge(new Float64Array(2), 2, 0, o)
    expect([...ridge.solve(Float64Array.of(1))]).toEqual([0, 0])
    expect([...ridge.shares(Float64Array.of(1), Float64Array.of(1, 1))]).toEqual([0])
  })

  it('is the least of its loss, with fewer ratings than unknowns and with more', () => {
    fc.assert(
      fc.property(shapes, ({rated, size, seed}) => {
        const random = new Random(seed)
        const c = matrix(rated, size, random)
        const t = matrix(rated, 1, random)
        const x = new Ridge(c, size, 0.5).solve(t)
        // Half of the gradient of |t - C x|² + 0.5 |x|²: C'(C x - t) + 0.5 x.
        for (let f = 0; f < size; f++) {
          let slope = 0.5 * x[f]
          for (let n = 0; n < rated; n++) {
            let left = -t[n]
            for (let g = 0; g < size; g++) left += c[n * size + g] * x[g]
            slope += left * c[n * size + f]
          }
          expect(slope).toBeCloseTo(0, 9)
        }
      })
    )
  })

  it('is found by steps, too', () => {
    fc.assert(
      fc.property(shapes, ({rated, size, seed}) => {
        const random = new Random(seed)
        const c = matrix(rated, size, random)
        const t = matrix(rated, 1, random)
        const x = new Ridge(c, size, 0.5).solve(t)
        const steps = ridgeBySteps(c, size, 0.5, t)
        // The residual is a millionth of what it was, and x by no more than the condition of the system further off.
        for (let f = 0; f < size; f++) expect(steps[f]).toBeCloseTo(x[f], 3)
      })
    )
    expect([...ridgeBySteps(Float64Array.of(1, 2), 2, 1, Float64Array.of(0))]).toEqual([0, 0])
  })

  it('shares s · x out over the ratings, however the system is solved', () => {
    fc.assert(
      fc.property(shapes, ({rated, size, seed}) => {
        const random = new Random(seed)
        const [c, t, s] = [matrix(rated, size, random), matrix(rated, 1, random), matrix(size, 1, random)]
        const gram = new Float64Array(size * size)
        // Without a gram the smaller system is solved; with one of zeros always that of the factors.
        const [small, whole] = [new Ridge(c, size, 0.5), new Ridge(c, size, 0.5, {gram})]
        const shares = small.shares(t, s)
        for (const [n, share] of whole.shares(t, s).entries()) expect(shares[n]).toBeCloseTo(share, 9)
        const x = small.solve(t)
        const product = s.reduce((sum, value, f) => sum + value * x[f], 0)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(product, 9)
      })
    )
  })

  it('weighs ratings, and projects onto orthonormal columns', () => {
    // Two ratings, one unknown: x = (2 · 3 + 5) / (1 + 4 · 2 + 1 · 1) for c = (2, 1), weights (2, 1), t (3, 5), penalty 1.
    const ridge = new Ridge(Float64Array.of(2, 1), 1, 1, {weights: Float64Array.of(2, 1)})
    expect(ridge.solve(Float64Array.of(3, 5))[0]).toBeCloseTo((2 * 3 + 5) / 10, 12)
    const projection = new Ridge(Float64Array.of(1, 0, 0, 1), 2, 0, {orthonormal: true})
    expect([...projection.solve(Float64Array.of(3, 5))]).toEqual([3, 5])
    expect([...projection.shares(Float64Array.of(3, 5), Float64Array.of(2, -1))]).toEqual([6, -5])
  })

  it('finds a solution where movies say the same and nothing is penalised', () => {
    const twins = new Ridge(Float64Array.of(1, 1, 1, 1), 2, 0)
    const x = twins.solve(Float64Array.of(2, 2))
    expect(x[0] + x[1]).toBeCloseTo(2, 6)
    expect(x.every(Number.isFinite)).toBe(true)
  })
})
