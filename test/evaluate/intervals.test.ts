import {meanInterval} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Random} from '#internals'

describe('meanInterval', () => {
  it('is about two standard errors to both sides, and the same for the same seed', () => {
    const random = new Random(3)
    const values = Float64Array.from({length: 2500}, () => 5 + 2 * random.normal())
    const mean = values.reduce((a, b) => a + b) / values.length
    const [low, high] = meanInterval(values)
    expect(low).toBeCloseTo(mean - (1.96 * 2) / 50, 2)
    expect(high).toBeCloseTo(mean + (1.96 * 2) / 50, 2)
    expect(meanInterval(values)).toEqual([low, high])
    expect(meanInterval(values, {seed: 2})).not.toEqual([low, high])
    expect(meanInterval(values, {level: 0.5})[0]).toBeGreaterThan(low)
  })

  it('holds what it says: in 95 of 100 samples the mean of all is inside', () => {
    const random = new Random(5)
    let inside = 0
    for (let sample = 0; sample < 200; sample++) {
      const [low, high] = meanInterval(
        Float64Array.from({length: 80}, () => random.uniform()),
        {draws: 400}
      )
      if (low <= 0.5 && 0.5 <= high) inside++
    }
    expect(inside / 200).toBeGreaterThan(0.9)
    expect(inside / 200).toBeLessThan(0.99)
  })

  it('refuses nothing, and a level that is none', () => {
    expect(() => meanInterval([])).toThrow(/not one value/)
    expect(() => meanInterval([1], {level: 95})).toThrow(/between 0 and 1, got 95/)
  })
})
