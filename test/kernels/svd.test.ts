import {describe, expect, it} from 'vitest'
import {Arena, pointer} from '../../lib/dist/kernels/arena.js'
import * as reference from '../../lib/dist/kernels/reference.js'
import {kernelsOn} from '../../lib/dist/kernels/wasm.js'
import {Random} from '../../lib/dist/math/random.js'

/** Sums of up to 40 terms of size 10 in another order: 1e-11 apart at most. */
const TOLERANCE = 1e-11

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0)
}

/** 11 users × 40 columns, the sixth user without ratings. */
function matrix(arena: Arena, random: Random): reference.CentredRows {
  const start = [0]
  const index: number[] = []
  for (let u = 0; u < 11; u++) {
    for (let c = 0; c < 40; c++) if (u !== 5 && random.uniform() < 0.3) index.push(c)
    start.push(index.length)
  }
  return {
    start: arena.i32(start),
    index: arena.i32(index),
    value: arena.f32(index.map(() => 1 + random.below(5))),
    offset: arena.f64(Array.from({length: 11}, (_, u) => (u === 5 ? 0 : random.uniform())))
  }
}

describe('the kernels of the truncated SVD do what their twins do', () => {
  const arena = new Arena()
  const random = new Random(3)
  const kernels = kernelsOn(arena.memory)
  const rows = matrix(arena, random)
  const shared = [rows.start, rows.index, rows.value, rows.offset].map(pointer)
  const normals = (length: number): Float64Array => arena.f64(Array.from({length}, () => random.normal()))

  it('gramProduct', () => {
    const x = normals(40)
    const y = arena.f64(40).fill(7)
    const total = x.reduce((sum, value) => sum + value, 0)
    const common = kernels.gramProduct(0, 11, ...shared, pointer(x), total, pointer(y), 40)
    const expected = reference.gramProduct(rows, x)
    expect(
      largestDifference(
        y.map(value => value - common),
        expected
      )
    ).toBeLessThan(100 * TOLERANCE)
  })

  it('projectRows', () => {
    const v = normals(40 * 6)
    const total = arena.f64(6)
    for (const [at, value] of v.entries()) total[at % 6] += value
    const out = arena.f64(11 * 6)
    kernels.projectRows(0, 11, ...shared, pointer(v), pointer(total), 6, pointer(out))
    expect(largestDifference(out, reference.projectRows(rows, v, 6))).toBeLessThan(TOLERANCE)
  })

  it.each([1, 4, 6])('orthogonalize against %i rows', count => {
    const n = 40
    const basis = arena.f64((count + 4) * n)
    for (let row = 0; row < count; row++) {
      const w = Float64Array.from({length: n}, () => random.normal())
      reference.orthogonalize(w, basis, row)
      const length = Math.hypot(...w)
      basis.set(
        w.map(value => value / length),
        row * n
      )
    }
    const w = normals(n)
    const slow = w.slice()
    kernels.orthogonalize(pointer(w), pointer(basis), n, count)
    reference.orthogonalize(slow, basis, count)
    expect(largestDifference(w, slow)).toBeLessThan(TOLERANCE)
    for (let row = 0; row < count; row++) {
      let product = 0
      for (let c = 0; c < n; c++) product += w[c] * basis[row * n + c]
      expect(Math.abs(product)).toBeLessThan(TOLERANCE)
    }
  })

  it('rotateBasis', () => {
    const basis = normals(7 * 40)
    const weights = normals(7 * 4)
    const out = arena.f64(40 * 4)
    kernels.rotateBasis(0, 40, pointer(basis), 40, 7, pointer(weights), 4, pointer(out))
    expect(largestDifference(out, reference.rotateBasis(basis, 40, weights, 4))).toBeLessThan(TOLERANCE)
  })
})
