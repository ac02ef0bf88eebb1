import {expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'

/** Twin of `weighDraws` for one person. */
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
  // Four at a time and what is left over; nobody's, too.
  const lists = [[6, 0, 3], [], [1], [5, 4, 3, 2, 1, 0, 6, 6, 2]]
  const start = [0, 3, 3, 4, 13]
  const steps = lists.map(() =>
    Array.from({length: draws}, () => Array.from({length: width}, () => random.normal() / 100))
  )
  const padded = arena.f32(draws * lists.length * stride)
  for (const [k, own] of steps.entries())
    for (const [d, ofDraw] of own.entries()) padded.set(ofDraw, (d * lists.length + k) * stride)
  const out = arena.f64(lists.flat().length)
  const [rows, begins] = [arena.i32(lists.flat()), arena.i32(start)].map(pointer)
  const places = [pointer(padded), rows, begins, lists.length, pointer(out)]
  kernelsOn(arena.memory).weighDraws(pointer(bytes), draws, draw, width, ...places)
  const twin = lists.flatMap((list, k) => weighed(bytes, draw, width, steps[k], list))
  for (const [n, value] of twin.entries()) expect(out[n]).toBeCloseTo(value, 4)
})
