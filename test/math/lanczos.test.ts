import {describe, expect, it} from 'vitest'
import {lanczos, Random, tridiagonalEigen, tridiagonalise} from '#internals'
import {orthogonalize} from '../kernels/twins/factors'

describe('tridiagonalise', () => {
  it('keeps the matrix but for a rotation: T M = M A', () => {
    const random = new Random(6)
    const n = 9
    const band = Float64Array.from({length: 3 * n}, (_, at) =>
      (at % n) + Math.floor(at / n) < n ? random.normal() : 0
    )
    const entry = (of: Float64Array, j: number, k: number): number =>
      Math.abs(j - k) > 2 ? 0 : of[Math.abs(j - k) * n + Math.min(j, k)]
    const after = band.slice()
    const m = new Float64Array(n * n)
    for (let k = 0; k < n; k++) m[k * n + k] = 1
    tridiagonalise(after, m)
    expect([...after.subarray(2 * n)]).toEqual(Array(n).fill(0))
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++) {
        let [left, right] = [0, 0]
        for (let a = 0; a < n; a++) {
          left += entry(after, j, a) * m[a * n + k]
          right += m[j * n + a] * entry(band, a, k)
        }
        expect(left).toBeCloseTo(right, 12)
      }
  })
})

describe('tridiagonalEigen', () => {
  it('finds the known eigenvalues of the second difference matrix', () => {
    // 2 on the diagonal, -1 beside it, n = 6: 2 - 2 cos(pi k / 7) for k = 1 to 6.
    const values = new Float64Array(6).fill(2)
    tridiagonalEigen(values, new Float64Array(6).fill(-1), new Float64Array(0))
    for (const [k, value] of values.sort().entries())
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (k + 1)) / 7), 12)
  })

  it('gives eigenvectors: T z = value z, also where T falls apart', () => {
    const random = new Random(5)
    const n = 30
    const diagonal = Float64Array.from({length: n}, () => random.normal())
    const below = Float64Array.from({length: n}, (_, k) => (k === 10 || k === 11 ? 0 : random.normal()))
    const values = diagonal.slice()
    const z = new Float64Array(n * n)
    for (let k = 0; k < n; k++) z[k * n + k] = 1
    tridiagonalEigen(values, below.slice(), z)
    for (let c = 0; c < n; c++) {
      for (let k = 0; k < n; k++) {
        const before = k > 0 ? below[k - 1] * z[(k - 1) * n + c] : 0
        const after = k < n - 1 ? below[k] * z[(k + 1) * n + c] : 0
        expect(before + diagonal[k] * z[k * n + c] + after).toBeCloseTo(values[c] * z[k * n + c], 11)
      }
    }
  })
})

describe('lanczos', () => {
  /** Runs it on a diagonal matrix, whose eigenvalues are known. */
  async function onDiagonal(values: number[], k: number, most: number): Promise<number[]> {
    const n = values.length
    const basis = new Float64Array((most + 4) * n)
    const w = [new Float64Array(n), new Float64Array(n)] as const
    const eigen = await lanczos(
      {
        most,
        w,
        append: (row, which, scale) =>
          basis.set(
            w[which].map(value => scale * value),
            row * n
          ),
        restrict: () => undefined,
        multiply: async row => {
          for (let c = 0; c < 2 * n; c++) w[Math.floor(c / n)][c % n] = values[c % n] * basis[row * n + c]
        },
        orthogonalize: (which, from, to) => {
          const before = w[which].slice()
          const rows = basis.subarray(from * n)
          orthogonalize(w[which], rows, to - from)
          const h = Float64Array.from({length: to - from}, (_, row) =>
            before.reduce((sum, value, c) => sum + value * rows[row * n + c], 0)
          )
          return {h, left: Math.hypot(...w[which])}
        }
      },
      k,
      1e-9
    )
    return [...eigen.values]
  }

  it('finds the largest values of a spectrum that falls slowly', async () => {
    const values = Array.from({length: 400}, (_, c) => 1000 / (c + 1))
    const found = await onDiagonal(values, 10, 200)
    for (const [c, value] of found.entries()) expect(value / values[c]).toBeCloseTo(1, 12)
  })

  it('finds values that come several times, and zeros, where it may fill the space', async () => {
    const values = [9, 9, 9, 4, 4, 1, 0, 0, 0, 0]
    const found = await onDiagonal(values, 10, 10)
    for (const [c, value] of found.entries()) expect(value).toBeCloseTo(values[c], 10)
  })
})
