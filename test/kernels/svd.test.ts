import {describe, expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import * as twin from './twins/factors'

/** Sums of up to 40 terms of size 10 in another order: 1e-11 apart at most. */
const TOLERANCE = 1e-11

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0)
}

/** 11 users × some columns, the sixth user without ratings. */
function matrix(arena: Arena, random: Random, columns: number): twin.CentredRows {
  const start = [0]
  const index: number[] = []
  for (let u = 0; u < 11; u++) {
    for (let c = 0; c < columns; c++) if (u !== 5 && random.uniform() < 0.3) index.push(c)
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
  const rows = matrix(arena, random, 40)
  const shared = [rows.start, rows.index, rows.value, rows.offset].map(pointer)
  const normals = (length: number): Float64Array => arena.f64(Array.from({length}, () => random.normal()))

  it('gramPairs, gramProduct and gramVectors', () => {
    // Of 40 columns the last two are none of the matrix.
    const few = matrix(arena, random, 38)
    const vectors = [normals(40).fill(0, 38), normals(40).fill(0, 38)]
    const [pairs, total] = [arena.f64(80), arena.f64(2)]
    kernels.gramPairs(...vectors.map(pointer), 40, pointer(pairs), pointer(total))
    expect([...pairs]).toEqual([...vectors[0]].flatMap((value, c) => [value, vectors[1][c]]))
    const part = kernelConstants().gramProductBytes(40)
    const parts = arena.f64((2 * part) / 8).fill(7)
    const common = [few.start, few.index, few.value, few.offset, pairs, total].map(pointer)
    kernels.gramProduct(0, 4, ...common, pointer(parts), 40)
    kernels.gramProduct(4, 11, ...common, pointer(parts) + part, 40)
    const out = [arena.f64(40), arena.f64(40)]
    for (const [from, to] of [
      [0, 22],
      [22, 40]
    ])
      kernels.gramVectors(from, to, pointer(parts), 2, 40, 38, ...out.map(pointer))
    for (const lane of [0, 1]) {
      const expected = twin.gramProduct(few, vectors[lane].slice(0, 38))
      expect(largestDifference(out[lane].slice(0, 38), expected)).toBeLessThan(100 * TOLERANCE)
      expect([...out[lane].slice(38)]).toEqual([0, 0])
    }
  })

  it('projectRows', () => {
    const v = normals(40 * 14)
    const total = arena.f64(14)
    for (const [at, value] of v.entries()) total[at % 14] += value
    const out = arena.f64(11 * 14)
    kernels.projectRows(0, 11, ...shared, pointer(v), pointer(total), 14, pointer(out))
    expect(largestDifference(out, twin.projectRows(rows, v, 14))).toBeLessThan(TOLERANCE)
  })

  it.each([1, 4, 6])('basisProducts and subtractBasis against %i rows', count => {
    const n = 40
    const basis = arena.f64((count + kernelConstants().BASIS_ROWS) * n)
    for (let row = 0; row < count; row++) {
      const w = Float64Array.from({length: n}, () => random.normal())
      twin.orthogonalize(w, basis, row)
      const length = Math.hypot(...w)
      basis.set(
        w.map(value => value / length),
        row * n
      )
    }
    const w = normals(n)
    const slow = w.slice()
    const [left, right] = [arena.f64(8), arena.f64(8)]
    const common = [pointer(w), pointer(basis), n, count]
    kernels.basisProducts(0, 18, ...common, pointer(left))
    kernels.basisProducts(18, n, ...common, pointer(right))
    const h = arena.f64(left.map((value, row) => (row < count ? value + right[row] : 0)))
    const squares =
      kernels.subtractBasis(0, 18, ...common, pointer(h)) +
      kernels.subtractBasis(18, n, ...common, pointer(h))
    expect(squares).toBeCloseTo(
      w.reduce((sum, value) => sum + value * value, 0),
      10
    )
    twin.orthogonalize(slow, basis, count)
    expect(largestDifference(w, slow)).toBeLessThan(TOLERANCE)
    for (let row = 0; row < count; row++) {
      let product = 0
      for (let c = 0; c < n; c++) product += w[c] * basis[row * n + c]
      expect(Math.abs(product)).toBeLessThan(TOLERANCE)
    }
  })

  it('scaleInto', () => {
    const w = normals(10)
    const out = arena.f64(10)
    kernels.scaleInto(pointer(w), 10, -3, pointer(out))
    expect([...out]).toEqual([...w].map(value => -3 * value))
  })

  it('rotateBasis', () => {
    const basis = normals(7 * 40)
    const weights = normals(7 * 4)
    const out = arena.f64(40 * 4)
    kernels.rotateBasis(0, 40, pointer(basis), 40, 7, pointer(weights), 4, pointer(out))
    expect(largestDifference(out, twin.rotateBasis(basis, 40, weights, 4))).toBeLessThan(TOLERANCE)
  })
})
