import {cholesky, choleskySolve} from '../math/cholesky'
import {type Arena, pointer} from './arena'
import {blocks, type Pool} from './pool'

/** Width of a pivot block, as in assembly/sweep.ts; sizes are padded to a multiple of it. */
export const SWEEP_BLOCK = 64
/** Rows that one call updates. */
const ROWS = 128

/** Where the sweeps of a matrix of n rows keep what they need. */
export interface SweepScratch {
  inverse: Float64Array
  panel: Float64Array
  w: Float64Array
}

export function sweepScratch(arena: Arena, n: number): SweepScratch {
  const [inverse, panel, w] = [SWEEP_BLOCK, n, n].map(rows => arena.f64(rows * SWEEP_BLOCK))
  return {inverse, panel, w}
}

/**
 * Minus the inverse of a symmetric positive definite matrix, in place, by sweeping its pivot blocks: n³/2 multiplications, as
 * many as a Cholesky factor and the inverse from it, in one kind of step. `a` is [n × n] on the arena, row-major, lower
 * triangle; n is a multiple of SWEEP_BLOCK (pad with ones on the diagonal). Returns false where a pivot is not positive.
 */
export async function invertNegated(
  {inverse, panel, w}: SweepScratch,
  pool: Pool,
  a: Float64Array,
  n: number,
  onDone?: (rows: number) => void
): Promise<boolean> {
  const rows = blocks(n, ROWS)
  for (let pivot = 0; pivot < n; pivot += SWEEP_BLOCK) {
    if (!invertPivot(a, n, pivot, inverse)) return false
    const args = [pivot, pointer(a), n, pointer(inverse), pointer(panel), pointer(w)]
    await pool.all(
      'sweepPanel',
      rows.map(([from, to]) => [from, to, ...args])
    )
    // The longest rows first, so that no worker is left alone with one.
    await pool.all('sweepUpdate', rows.map(([from, to]) => [from, to, ...args]).reverse())
    await pool.all(
      'sweepPivotRows',
      rows.filter(([from]) => from < pivot).map(([from, to]) => [from, to, pivot, pointer(a), n, pointer(w)])
    )
    onDone?.(pivot + SWEEP_BLOCK)
  }
  return true
}

/** The inverse of one diagonal block, by its Cholesky factor. */
function invertPivot(a: Float64Array, n: number, pivot: number, inverse: Float64Array): boolean {
  const size = SWEEP_BLOCK
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
