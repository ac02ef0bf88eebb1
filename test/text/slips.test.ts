import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {slips} from '#internals'

describe('slips', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['matrix', 'martix', 1],
    ['toy stori', 'toy story', 1],
    ['', 'ab', 2],
    // Neighbours exchanged and then something put between them would be two slips; no character is touched twice.
    ['ca', 'abc', 3],
    ['heat', 'heat', 0]
  ])('between %s and %s', (a, b, count) => {
    expect(slips(a, b, 9)).toBe(count)
    expect(slips(a, b, count)).toBe(count)
    if (count > 0) expect(slips(a, b, count - 1)).toBe(Number.POSITIVE_INFINITY)
  })

  it('are as many there as back, none between the same, and one for each character that somebody puts in', () => {
    const text = fc.string({maxLength: 12, unit: fc.constantFrom('a', 'b', 'c', ' ')})
    fc.assert(
      fc.property(text, text, (a, b) => {
        const count = slips(a, b, 99)
        expect(slips(b, a, 99)).toBe(count)
        expect(count === 0).toBe(a === b)
        expect(slips(a, `${a}${b}`, 99)).toBe(b.length)
      })
    )
  })
})
