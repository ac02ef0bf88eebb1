import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Random} from '#internals'

const draws = (random: Random, n: number): number[] => Array.from({length: n}, () => random.uniform())

describe('Random', () => {
  it('gives the same numbers for the same seed and stream, others for others', () => {
    expect(draws(new Random(1, 2), 5)).toEqual(draws(new Random(1, 2), 5))
    expect(draws(new Random(1, 2), 5)).not.toEqual(draws(new Random(1, 3), 5))
    expect(draws(new Random(1, 2), 5)).not.toEqual(draws(new Random(2, 2), 5))
    expect(draws(new Random(1, 0, 1), 5)).not.toEqual(draws(new Random(1, 1, 0), 5))
  })

  it('has the moments of its distributions', () => {
    const n = 200_000
    const random = new Random(42)
    const moments = (draw: () => number): [number, number] => {
      let sum = 0
      let square = 0
      for (let k = 0; k < n; k++) {
        const x = draw()
        sum += x
        square += x * x
      }
      return [sum / n, square / n - (sum / n) ** 2]
    }
    // Standard errors: of a mean sd / sqrt(n), below 0.007 for every case here; bands of at least three of them.
    const cases: Array<[() => number, number, number]> = [
      [() => random.uniform(), 0.5, 1 / 12],
      [() => random.normal(), 0, 1],
      [() => random.gamma(3), 3, 3],
      [() => random.gamma(0.5), 0.5, 0.5]
    ]
    for (const [draw, mean, variance] of cases) {
      const [m, v] = moments(draw)
      expect(Math.abs(m - mean)).toBeLessThan(0.02)
      expect(Math.abs(v - variance)).toBeLessThan(0.06)
    }
  })

  it('makes permutations', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({min: 0, max: 300}), (seed, n) => {
        const order = new Random(seed).permutation(n)
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({length: n}, (_, k) => k))
      })
    )
  })

  it('puts every element in every place equally often', () => {
    // 24 orders of four things, 2,400 permutations: 100 each expected, standard deviation 9.8.
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 2400; seed++) {
      const key = new Random(seed).permutation(4).join('')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(50)
  })
})
