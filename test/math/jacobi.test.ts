import {describe, expect, it} from 'vitest'
import {principalPlane} from '#internals'

describe('principalPlane', () => {
  it('finds the directions of largest spread, largest first', () => {
    // Four points on the axes of a plane in three dimensions: 3 and -3 along (0, 1, 0), 1 and -1 along (0, 0, 1), all at (5, 5, 5).
    const plane = principalPlane([5, 8, 5, 5, 2, 5, 5, 5, 6, 5, 5, 4], 3)
    const expected = [3, 0, -3, 0, 0, 1, 0, -1]
    const [sx, sy] = [Math.sign(plane[0]), Math.sign(plane[5])]
    for (const [k, value] of plane.entries())
      expect(value).toBeCloseTo(expected[k] * (k % 2 === 0 ? sx : sy), 9)
  })

  it('gives zeros for rows that do not differ', () => {
    expect([...principalPlane([1, 2, 1, 2], 2)]).toEqual([0, 0, 0, 0])
  })
})
