import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {dotsWithRows, Random, sortedOnce} from '#internals'

describe('dotsWithRows', () => {
  it('has the bits of a sum taken in order, for any number of rows', () => {
    const random = new Random(1)
    for (const width of [0, 1, 7, 64])
      for (const rows of [0, 1, 3, 4, 5, 17]) {
        const x = Float64Array.from({length: width}, () => random.normal())
        const matrix = Float32Array.from({length: rows * width}, () => random.normal())
        const expected = Array.from({length: width === 0 ? 0 : rows}, (_, row) =>
          x.reduce((sum, value, f) => sum + value * matrix[row * width + f], 0)
        )
        expect([...dotsWithRows(x, matrix)]).toEqual(expected)
      }
  })
})

describe('sortedOnce', () => {
  it('is what a set would be, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: -9, max: 9})), values => {
        const expected = [...new Set(values)].sort((a, b) => a - b)
        expect([...sortedOnce(Int32Array.from(values))]).toEqual(expected)
      })
    )
  })
})
