import {describe, expect, it} from 'vitest'
import {
  Arena,
  invertNegated,
  invertScratch,
  invertSize,
  kernelsOn,
  pointer,
  Random,
  Run,
  withPool
} from '#internals'
import * as twin from './twins/invert'
import {filterRows, rowProducts, weighTogether} from './twins/linear'

const BLOCK = invertSize(1)

/** G'G + 1 of a random G, [n × n]: symmetric and positive definite. */
function positive(n: number): Float64Array {
  const random = new Random(n)
  const g = Float64Array.from({length: n * n}, () => random.normal())
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) a[i * n + j] += (g[k * n + i] * g[k * n + j]) / n
    a[i * n + i] += 1
  }
  return a
}

async function invert(a: Float64Array, n: number): Promise<{found: Float64Array; positive: boolean}> {
  const arena = new Arena()
  const fast = arena.f64(a)
  const done = await withPool(arena, new Run('inverting', {workers: 2}), pool =>
    invertNegated(invertScratch(arena, n), pool, fast, n)
  )
  return {found: fast.slice(), positive: done}
}

describe('invertNegated', () => {
  it.each([1, 2, 5].map(blocks => blocks * BLOCK))('inverts %i rows as its twin does', async n => {
    const a = positive(n)
    const {found} = await invert(a, n)
    const slow = a.slice()
    twin.invertNegated(slow, n)
    // Eigenvalues from 1 to 5: the two orders of sums differ by some ten roundings.
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) expect(Math.abs(found[i * n + j] - slow[i * n + j])).toBeLessThan(1e-12)
    // And the twin's answer is an inverse: a row of A times a column of it.
    for (const [i, j] of [
      [0, 0],
      [3, n - 1],
      [n - 1, n - 1]
    ]) {
      let product = 0
      for (let k = 0; k < n; k++) product -= a[i * n + k] * slow[k * n + j]
      expect(product).toBeCloseTo(i === j ? 1 : 0, 10)
    }
  })

  it('says where a matrix has no inverse', async () => {
    const n = BLOCK
    expect((await invert(new Float64Array(n * n), n)).positive).toBe(false)
  })
})

it('weighTogether adds up what its twin counts', () => {
  const arena = new Arena()
  const rows = [[0, 2, 3], [], [1, 2], [0, 1, 2, 3], [3]]
  const start = [0, 3, 3, 5, 9, 10]
  const columns = [0, 1, 2, 3].map(i => [...rows.keys()].filter(u => rows[u].includes(i)))
  const columnStart = [0, 2, 4, 7, 10]
  const x = (u: number, i: number): number => 1 + u - i / 2
  const values = rows.flatMap((row, u) => row.map(i => x(u, i)))
  const columnValues = columns.flatMap((users, i) => users.map(u => x(u, i)))
  const lists = [
    ...[columnStart, columns.flat()].map(list => pointer(arena.i32(list))),
    pointer(arena.f32(columnValues)),
    ...[start, rows.flat()].map(list => pointer(arena.i32(list))),
    pointer(arena.f32(values))
  ]
  const weights = [1, 9, 0.5, 2, 3]
  const a = arena.f64(16)
  kernelsOn(arena.memory).weighTogether(0, 4, ...lists, pointer(arena.f64(weights)), pointer(a), 4)
  const [rowStart, rowIndex] = [start, rows.flat()].map(list => Int32Array.from(list))
  const expected = weighTogether(rowStart, rowIndex, Float32Array.from(values), weights, 4)
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) expect(a[i * 4 + j]).toBe(j <= i ? expected[i * 4 + j] : 0)
})

it('rowProducts and filterRows have what their twins have', () => {
  const n = 12
  const factors = 8
  const random = new Random(4)
  const normals = (length: number): number[] => Array.from({length}, () => random.normal())
  const arena = new Arena()
  const a = arena.f64(normals(n * n))
  const b = arena.f64(normals(n * n))
  const product = arena.f64(n * n)
  const kernels = kernelsOn(arena.memory)
  kernels.rowProducts(0, 5, pointer(a), pointer(b), pointer(product), n)
  kernels.rowProducts(5, n, pointer(a), pointer(b), pointer(product), n)
  const slow = rowProducts(a, b, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) expect(product[i * n + j]).toBeCloseTo(slow[i * n + j], 10)
  const v = arena.f32(normals(n * factors))
  const linear = [normals(n), normals(n)] as const
  const low = [normals(n), normals(n)] as const
  const out = arena.f32(n * n)
  const [lf, lt, wf, wt] = [...linear, ...low].map(values => pointer(arena.f64(values)))
  kernels.filterRows(0, n, pointer(a), lf, lt, pointer(v), factors, wf, wt, pointer(out), n)
  for (const [at, value] of filterRows(a, linear, v, low, n).entries()) expect(out[at]).toBeCloseTo(value, 4)
})
