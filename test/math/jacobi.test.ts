import {describe, expect, it} from 'vitest'
import {principalPlaces} from '#internals'

describe('principalPlaces', () => {
  it('finds the directions of largest spread, largest first', () => {
    // Four points on the axes of a plane in three dimensions: 3 and -3 along (0, 1, 0), 1 and -1 along (0, 0, 1), all at (5, 5, 5).
    const plane = principalPlaces([5, 8, 5, 5, 2, 5, 5, 5, 6, 5, 5, 4], 3, 2)
    const expected = [3, 0, -3, 0, 0, 1, 0, -1]
    const [sx, sy] = [Math.sign(plane[0]), Math.sign(plane[5])]
    for (const [k, value] of plane.entries())
      expect(value).toBeCloseTo(expected[k] * (k % 2 === 0 ? sx : sy), 9)
  })

  it('gives zeros for rows that do not differ', () => {
    expect([...principalPlaces([1, 2, 1, 2], 2, 2)]).toEqual([0, 0, 0, 0])
  })

  it('gives the same for few long rows as for many short ones, and 0 on axes that rows do not have', () => {
    // Two rows of three: half their difference (2, -2, 1) to both sides of the middle, of length 3; one axis is all there is.
    const found = [...principalPlaces([4, 0, 2, 0, 4, 0], 3, 2)]
    for (const [k, value] of [3, 0, -3, 0].entries())
      expect(Math.abs(found[k])).toBeCloseTo(Math.abs(value), 9)
    expect(found[0]).toBeCloseTo(-found[2], 9)
    // The same rows with a third that stands in their middle: as many rows as columns, the other way to count.
    const more = [...principalPlaces([4, 0, 2, 0, 4, 0, 2, 2, 1], 3, 2)]
    for (const [k, value] of [...found, 0, 0].entries()) expect(more[k]).toBeCloseTo(value, 9)
  })
})
