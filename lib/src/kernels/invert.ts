import {cholesky, choleskySolve} from '../math/cholesky'
import {type Arena, pointer} from './arena'
import {blocks, type Pool} from './pool'
import {kernelConstants} from './wasm'

/** Rows that one call updates. */
const ROWS = 128

/** The rows of a matrix of at least n that can be inverted: whole pivot blocks. */
export function invertSize(n: number): number {
  const {PIVOT_BLOCK} = kernelConstants()
  return Math.ceil(n / PIVOT_BLOCK) * PIVOT_BLOCK
}

/** Where inverting a matrix of n rows keeps what it needs. */
export interface InvertScratch {
  inverse: Float64Array
  panel: Float64Array
  w: Float64Array
}

export function invertScratch(arena: Arena, n: number): InvertScratch {
  const {PIVOT_BLOCK} = kernelConstants()
  const [inverse, panel, w] = [PIVOT_BLOCK, n, n].map(rows => arena.f64(rows * PIVOT_BLOCK))
  return {inverse, panel, w}
}

/**
 * Minus the inverse of a symmetric positive definite matrix, in place, pivot block by pivot block: n³/2 multiplications, as
 * many as a Cholesky factor and the inverse from it, in one kind of step. `a` is [n × n] on the arena, row-major, lower
 * triangle; n is an `invertSize` (pad with ones on the diagonal). Returns false where a pivot is not positive.
 */
export async function invertNegated(
  {inverse, panel, w}: InvertScratch,
  pool: Pool,
  a: Float64Array,
  n: number,
  onDone?: (rows: number) => void
): Promise<boolean> {
  const {PIVOT_BLOCK} = kernelConstants()
  const rows = blocks(n, ROWS)
  for (let pivot = 0; pivot < n; pivot += PIVOT_BLOCK) {
    if (!invertPivot(a, n, pivot, PIVOT_BLOCK, inverse)) return false
    const args = [pivot, pointer(a), n, pointer(inverse), pointer(panel), pointer(w)]
    await pool.all(
      'invertPanel',
      rows.map(([from, to]) => [from, to, ...args])
    )
    // The longest rows first, so that no worker is left alone with one.
    await pool.all('invertUpdate', rows.map(([from, to]) => [from, to, ...args]).reverse())
    await pool.all(
      'invertPivotRows',
      rows.filter(([from]) => from < pivot).map(([from, to]) => [from, to, pivot, pointer(a), n, pointer(w)])
    )
    onDone?.(pivot + PIVOT_BLOCK)
  }
  return true
}

/** The inverse of a diagonal block of `size` rows, by its Cholesky factor. */
function invertPivot(
  a: Float64Array,
  n: number,
  pivot: number,
  size: number,
  inverse: Float64Array
): boolean {
  const l = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) l[i * size + j] = a[(pivot + i) * n + pivot + j]
  if (!cholesky(l, size)) return false
  const column = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    column.fill(0)
    column[j] = 1
    choleskySolve(l, size, column)
    inverse.set(column, j * size)
  }
  return true
}
