import {describe, expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import * as twin from './twins/factors'

const RATE = 0.02
const REG = 0.1

/** 7 users × 9 movies with about half of the ratings (the last user has none), on an arena, and a copy for the twin. */
function problem(F: number): {arena: Arena; fast: twin.SgdState; slow: twin.SgdState} {
  const random = new Random(F)
  const start = [0]
  const index: number[] = []
  for (let u = 0; u < 7; u++) {
    for (let i = 0; i < 9; i++) if (u < 6 && random.uniform() < 0.5) index.push(i)
    start.push(index.length)
  }
  const arena = new Arena()
  const normals = (n: number): Float32Array => arena.f32(Array.from({length: n}, () => 0.3 * random.normal()))
  const fast = {
    start: arena.i32(start),
    index: arena.i32(index),
    value: arena.f32(index.map(() => 1 + random.below(5))),
    p: normals(7 * F),
    q: normals(9 * F),
    y: normals(9 * F),
    bu: normals(7),
    bi: normals(9),
    F,
    mu: 3.5
  }
  const copy = Object.entries(fast).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : value.slice()
  ])
  return {arena, fast, slow: Object.fromEntries(copy)}
}

function runSgd({arena, fast}: {arena: Arena; fast: twin.SgdState}, rate = RATE): number {
  const {start, index, value, p, q, bu, bi, F, mu} = fast
  const pointers = [index, value, p, q, bu, bi].map(pointer)
  return kernelsOn(arena.memory).sgd(0, 7, pointer(start), 1, ...pointers, F, mu, rate, REG, 1)
}

function runSvdpp({arena, fast}: {arena: Arena; fast: twin.SgdState}, rate = RATE): number {
  const {start, index, value, p, q, y, bu, bi, F, mu} = fast
  const pointers = [start, index, value, p, q, y, bu, bi].map(pointer)
  return kernelsOn(arena.memory).svdpp(
    0,
    7,
    ...pointers,
    F,
    mu,
    rate,
    REG,
    pointer(arena.u8(kernelConstants().svdppScratch(F)))
  )
}

/** The twins work in double precision between stores; the kernels in single: 2e-6 apart after one epoch of about 30 steps. */
const TOLERANCE = 2e-6

function largestDifference(a: twin.SgdState, b: twin.SgdState): number {
  let largest = 0
  for (const name of ['p', 'q', 'y', 'bu', 'bi'] as const)
    for (const [k, value] of a[name].entries()) largest = Math.max(largest, Math.abs(value - b[name][k]))
  return largest
}

describe.each([4, 8, 12, 20])('with %i factors', F => {
  it('sgd does what its twin does', () => {
    const both = problem(F)
    expect(runSgd(both)).toBeCloseTo(twin.sgd(both.slow, RATE, REG), 4)
    expect(largestDifference(both.fast, both.slow)).toBeLessThan(TOLERANCE)
  })

  it('svdpp does in one walk what its twin does rating after rating', () => {
    const both = problem(F)
    expect(runSvdpp(both)).toBeCloseTo(twin.svdpp(both.slow, RATE, REG), 4)
    expect(largestDifference(both.fast, both.slow)).toBeLessThan(TOLERANCE)
  })

  it('svdppFactors and squaredErrors do what their twins do', () => {
    const {arena, fast} = problem(F)
    const w = arena.f32(7 * F)
    const kernels = kernelsOn(arena.memory)
    kernels.svdppFactors(0, 7, ...[fast.start, fast.index, fast.p, fast.y, w].map(pointer), F)
    for (const [k, value] of twin.svdppFactors(fast).entries()) expect(w[k]).toBeCloseTo(value, 5)
    const pairs = {u: arena.i32([0, 3, 6]), i: arena.i32([8, 0, 4]), r: arena.f32([5, 1, 3])}
    const pointers = [pairs.u, pairs.i, pairs.r, w, fast.q, fast.bu, fast.bi].map(pointer)
    const sum = kernels.squaredErrors(0, 3, ...pointers, F, fast.mu, 3, 4)
    expect(sum).toBeCloseTo(twin.squaredErrors({...fast, p: w}, pairs, 3, 4), 4)
  })
})

describe('one step of each rating', () => {
  /** Half of err² + reg (bu² + bi² + |pu|² + |qi|² + sum of |yj|²) for the one rating of user 0. */
  function loss(state: Record<string, Float64Array>, F: number, rated: number[], r: number): number {
    const {p, q, y, bu, bi} = state
    const i = rated[0]
    let product = 0
    let squares = bu[0] ** 2 + bi[i] ** 2
    for (let f = 0; f < F; f++) {
      let w = p[f]
      for (const j of rated) w += y[j * F + f] / Math.sqrt(rated.length)
      product += w * q[i * F + f]
      squares += p[f] ** 2 + q[i * F + f] ** 2
      for (const j of rated) squares += y[j * F + f] ** 2
    }
    const err = r - 3.5 - bu[0] - bi[i] - product
    return 0.5 * (err * err + REG * squares)
  }

  it.each(['sgd', 'svdpp'] as const)('%s goes down the gradient found by finite differences', kernel => {
    const F = 4
    const {arena, fast} = problem(F)
    const one = {
      ...fast,
      start: arena.i32([0, 1, 1, 1, 1, 1, 1, 1]),
      index: arena.i32([2]),
      value: arena.f32([4.5])
    }
    if (kernel === 'sgd') one.y.fill(0)
    const names =
      kernel === 'sgd' ? (['p', 'q', 'bu', 'bi'] as const) : (['p', 'q', 'y', 'bu', 'bi'] as const)
    const before = Object.fromEntries(
      (['p', 'q', 'y', 'bu', 'bi'] as const).map(name => [name, Float64Array.from(one[name])])
    )
    const rate = 2 ** -7
    if (kernel === 'sgd') runSgd({arena, fast: one}, rate)
    else runSvdpp({arena, fast: one}, rate)
    for (const name of names) {
      for (let k = 0; k < before[name].length; k++) {
        const kept = before[name][k]
        const shifted = (by: number): number => {
          before[name][k] = kept + by
          const value = loss(before, F, [2], 4.5)
          before[name][k] = kept
          return value
        }
        const slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
        expect((one[name][k] - kept) / rate, `${name}[${k}]`).toBeCloseTo(-slope, 4)
      }
    }
  })
})
