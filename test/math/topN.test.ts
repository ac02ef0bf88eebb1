import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {topN} from '#internals'

describe('topN', () => {
  it('is the head of the sorted list, ties to the smaller rank', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: 0, max: 5}), {maxLength: 60}),
        fc.integer({min: 0, max: 70}),
        fc.boolean(),
        (scores, n, turned) => {
          const rank = turned ? scores.map((_, k) => scores.length - k) : undefined
          const all = scores.map((_, k) => k)
          const sorted = [...all].sort((a, b) => scores[b] - scores[a] || (turned ? b - a : a - b))
          expect([...topN(scores, n, all, rank)]).toEqual(sorted.slice(0, n))
        }
      )
    )
  })

  it('looks at the candidates only', () => {
    expect([...topN([9, 8, 7, 6], 2, [3, 1])]).toEqual([1, 3])
  })
})
