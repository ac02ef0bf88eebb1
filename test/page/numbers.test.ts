import {inflateRawSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {inSteps, type PackedArray, pack, unpack, type Writing} from '#internals'

const singles = fc.array(fc.float({min: -1000, max: 1000, noNaN: true}), {maxLength: 300})
const again = (values: number[], as: Writing): Float32Array =>
  unpack(JSON.parse(JSON.stringify(pack(Float32Array.from(values), as, 7)))) as Float32Array

/** By another implementation of the format. */
const inflated = ({bytes}: PackedArray): number[] => [...inflateRawSync(Buffer.from(bytes, 'base64'))]

describe('numbers of a page', () => {
  it('come back whole', () => {
    fc.assert(
      fc.property(singles, values => {
        expect(again(values, 'whole')).toEqual(Float32Array.from(values))
        expect(again(values, 'single')).toEqual(Float32Array.from(values))
        const doubles = Float64Array.from(values, value => value / 3)
        expect(unpack(pack(doubles))).toEqual(doubles)
      })
    )
  })

  it('come back as whole numbers by their gaps, whatever their order and size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1})), values => {
        expect(unpack(pack(Int32Array.from(values), 'gaps'))).toEqual(Int32Array.from(values))
      })
    )
    // 1, 2, 70: gaps 1, 1, 68 are written as 2, 2, 136, and only the last needs two bytes.
    expect(inflated(pack(Int32Array.of(1, 2, 70), 'gaps'))).toEqual([2, 2, 136, 1])
  })

  it('are within half a step of eleven digits of two as halves, down to a millionth of the largest', () => {
    fc.assert(
      fc.property(singles, values => {
        const largest = Math.max(0, ...values.map(Math.abs))
        for (const [k, value] of again(values, 'half').entries())
          expect(Math.abs(value - values[k])).toBeLessThanOrEqual(
            Math.max(2 ** -11 * Math.abs(values[k]), 1e-9 * largest) * (1 + 1e-6)
          )
      })
    )
  })

  it('are within half a step of the largest of their block as bytes', () => {
    fc.assert(
      fc.property(singles, values => {
        for (const [k, value] of again(values, 'byte').entries()) {
          // A step below the smallest number of single precision cannot be kept.
          const from = 7 * Math.floor(k / 7)
          const largest = Math.max(...values.slice(from, from + 7).map(Math.abs))
          expect(Math.abs(value - values[k])).toBeLessThanOrEqual((largest / 254) * (1 + 1e-5) + 1e-37)
        }
      })
    )
  })

  it('are within a quarter of the smallest of their block as steps, and are read as they were rounded', () => {
    fc.assert(
      fc.property(singles, values => {
        for (const [k, value] of again(values, 'steps').entries()) {
          const from = 7 * Math.floor(k / 7)
          const sizes = values.slice(from, from + 7).map(Math.abs)
          const largest = Math.max(...sizes)
          const smallest = Math.min(...sizes.filter(size => size > 2 ** -40 * largest))
          // A step below the smallest number of single precision cannot be kept.
          const rounding = 2 ** -23 * Math.abs(values[k]) + 1e-37
          expect(Math.abs(value - values[k])).toBeLessThanOrEqual(smallest / 4 + rounding)
        }
        const rounded = inSteps(Float32Array.from(values))
        expect(unpack(pack(rounded, 'steps'))).toEqual(rounded)
      })
    )
  })

  it('take one and two bytes each before they are deflated, the first bytes of all before the second ones', () => {
    const values = Float32Array.from({length: 1000}, (_, k) => k)
    expect(inflated(pack(values, 'byte'))).toHaveLength(1000)
    const halves = inflated(pack(values, 'half'))
    expect(halves).toHaveLength(2000)
    expect(new Set(halves.slice(1000)).size).toBeLessThan(50)
    expect(atob(pack(values, 'half').bytes).length).toBeLessThan(1700)
  })
})
