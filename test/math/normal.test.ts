import {describe, expect, it} from 'vitest'
import {upperTail} from '#internals'

/** By erfc of C's library, to the last digit. */
const TAILS: ReadonlyArray<readonly [x: number, above: number]> = [
  [-3, 0.9986501019683699],
  [0, 0.5],
  [0.3, 0.3820885778110474],
  [1, 0.15865525393145707],
  [2.5, 0.006209665325776139],
  [5, 2.866515718791946e-7],
  [7.05, 8.945889558769917e-13],
  [7.1, 6.23784446333164e-13],
  [8, 6.220960574271819e-16],
  [20, 2.7536241186063314e-89]
]

describe('upperTail', () => {
  it.each(TAILS)('of %d is what lies above, to 1e-8 of itself', (x, above) => {
    expect(Math.abs(upperTail(x) / above - 1)).toBeLessThan(1e-8)
  })

  it('is 0 and 1 at the ends', () => {
    expect([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(upperTail)).toEqual([0, 1])
  })
})
