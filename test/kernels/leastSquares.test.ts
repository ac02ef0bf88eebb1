import {describe, expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import * as twin from './twins/factors'
import {invertNegated} from './twins/invert'

/** Six rows, the last without ratings, against nine others. */
function problem(F: number, o: Partial<twin.LeastSquares>): {arena: Arena; problem: twin.LeastSquares} {
  const random = new Random(F)
  const start = [0]
  const index: number[] = []
  for (let u = 0; u < 6; u++) {
    for (let i = 0; i < 9; i++) if (u < 5 && random.uniform() < 0.6) index.push(i)
    start.push(index.length)
  }
  const arena = new Arena()
  const normals = (n: number): Float32Array => arena.f32(Array.from({length: n}, () => random.normal()))
  return {
    arena,
    problem: {
      start: arena.i32(start),
      index: arena.i32(index),
      value: arena.f32(index.map(() => 1 + random.below(5))),
      x: normals(6 * F),
      y: normals(9 * F),
      F,
      gram: new Float32Array(0),
      weights: [1, 0, 0, 1],
      penalty: 0,
      perRating: 0.3,
      fixed: -1,
      ...o
    }
  }
}

function solve(arena: Arena, o: twin.LeastSquares, steps: number, inverse = 0): number {
  const {start, index, value, x, y, F, gram, weights, penalty, perRating, fixed} = o
  const penalties = penalty === 0 ? 0 : pointer(arena.f32(new Float32Array(6).fill(penalty)))
  return kernelsOn(arena.memory).conjugateGradient(
    ...[0, 6, ...[start, index, value, x, y].map(pointer), F],
    ...[gram.length === 0 ? 0 : pointer(gram), inverse, ...weights, penalties, perRating, fixed, steps],
    pointer(arena.u8(kernelConstants().conjugateGradientScratch(F)))
  )
}

describe.each([8, 16, 24])('with rows of %i', F => {
  it.each(['explicit', 'with a fixed entry', 'implicit'])(
    'conjugateGradient with steps to spare solves the equations of its twin: %s',
    kind => {
      const {arena, problem: fast} = problem(F, kind === 'with a fixed entry' ? {fixed: F - 1} : {})
      if (kind === 'implicit') {
        fast.gram = arena.f32(twin.gramOfRows(fast.y, F))
        Object.assign(fast, {weights: [0, 2, 1, 2], penalty: 0.3, perRating: 0})
      }
      const slow = {...fast, x: fast.x.slice()}
      const squares = solve(arena, fast, 4 * F)
      expect(squares / twin.leastSquares(slow)).toBeCloseTo(1, 4)
      // Single precision against double, of systems with a condition of a few hundred.
      for (const [k, value] of fast.x.entries()) expect(Math.abs(value - slow.x[k])).toBeLessThan(2e-4)
    }
  )

  it('every step brings it nearer', () => {
    const {arena, problem: one} = problem(F, {})
    const solved = {...one, x: one.x.slice()}
    twin.leastSquares(solved)
    const distance = (x: Float32Array): number => Math.hypot(...x.map((value, k) => value - solved.x[k]))
    let before = distance(one.x)
    for (let step = 0; step < 2; step++) {
      solve(arena, one, 1)
      expect(distance(one.x)).toBeLessThan(before)
      before = distance(one.x)
    }
  })

  it('the inverse of what all rows have in common makes a step worth many', () => {
    const {arena, problem: plain} = problem(F, {weights: [0, 0.2, 1, 0.2], penalty: 0.3, perRating: 0})
    plain.gram = arena.f32(twin.gramOfRows(plain.y, F))
    const inverse = Float64Array.from(plain.gram, (value, at) => value + (at % (F + 1) === 0 ? 0.3 : 0))
    invertNegated(inverse, F)
    const pointerTo = pointer(arena.f32(inverse.map(value => -value)))
    const solved = {...plain, x: plain.x.slice()}
    const helped = {...plain, x: arena.f32(plain.x)}
    twin.leastSquares(solved)
    solve(arena, plain, 2)
    solve(arena, helped, 2, pointerTo)
    // Row 5 has no ratings and stays where it is.
    const distance = (x: Float32Array): number =>
      Math.hypot(...x.subarray(0, 5 * F).map((value, k) => value - solved.x[k]))
    expect(distance(helped.x)).toBeLessThan(distance(plain.x) / 4)
    solve(arena, helped, 20, pointerTo)
    expect(distance(helped.x)).toBeLessThan(1e-3)
  })

  it.each([1, 6, 9])('gramOfRows of %i rows', rows => {
    const {arena, problem: one} = problem(F, {})
    const y = one.y.subarray(0, rows * F)
    const out = arena.f32(F * F).fill(3)
    kernelsOn(arena.memory).gramOfRows(0, rows, pointer(y), F, pointer(out))
    for (const [k, value] of twin.gramOfRows(y, F).entries()) expect(out[k]).toBeCloseTo(value, 5)
  })
})
