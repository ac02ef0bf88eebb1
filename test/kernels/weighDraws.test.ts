import {expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'

/** Twin of `weighDraws`. */
function weighed(
  bytes: Uint8Array,
  draw: number,
  width: number,
  steps: readonly number[][],
  rows: readonly number[]
): number[] {
  return rows.map(row =>
    steps.reduce(
      (sum, own, d) => sum + own.reduce((all, step, c) => all + step * bytes[d * draw + row * width + c], 0),
      0
    )
  )
}

it.each([3, 8, 10, 34])('weighDraws adds what its twin adds, for rows of %i bytes', width => {
  const random = new Random(width)
  const [draws, all] = [5, 7]
  const draw = all * width
  const arena = new Arena()
  const bytes = arena.u8(Array.from({length: draws * draw + 8}, () => random.below(256)))
  const stride = kernelConstants().weighDrawsStride(width)
  const steps = Array.from({length: draws}, () => Array.from({length: width}, () => random.normal() / 100))
  const padded = arena.f32(draws * stride)
  for (const [d, own] of steps.entries()) padded.set(own, d * stride)
  const rows = [6, 0, 3]
  const out = arena.f64(3)
  const places = [pointer(padded), pointer(arena.i32(rows)), rows.length, pointer(out)]
  kernelsOn(arena.memory).weighDraws(pointer(bytes), draws, draw, width, ...places)
  for (const [k, value] of weighed(bytes, draw, width, steps, rows).entries())
    expect(out[k]).toBeCloseTo(value, 4)
})
