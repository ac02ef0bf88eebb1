import {Neighbourhood} from './neighbourhood'
import {weighList} from './weighNearest'

/**
 * Means of one row of weights ([entities] f32) over the lists of `count` raters (i32 at `raters`): f64 at `means`, and i32 at `counts`
 * how many spoke. `scratch` has `weighListScratch` bytes for the entities.
 */
export function weighColumns(
  table: usize,
  row: usize,
  raters: usize,
  count: i32,
  scratch: usize,
  means: usize,
  counts: usize
): void {
  const t = changetype<Neighbourhood>(table)
  for (let n: usize = 0; n < <usize>count; n++) {
    const rater = (<usize>load<i32>(raters + (n << 2))) << 2
    const start = load<i32>(t.columnStart + rater)
    const place = (<usize>start) << 2
    const length = load<i32>(t.columnStart + rater, 4) - start
    const index = t.columnIndex + place
    const deviations = t.columnDeviations + place
    store<i32>(
      counts + (n << 2),
      weighList(row, 2, index, deviations, length, t.k, t.damping, scratch, means + (n << 3))
    )
  }
}

/**
 * The same over one list, of `length` with the f32 at `deviations`, for `count` weights of each of its entries: [length × 2^`shift`
 * bytes] f32, the first `count` of a row in use.
 */
export function weighRows(
  table: usize,
  weights: usize,
  shift: i32,
  count: i32,
  deviations: usize,
  length: i32,
  scratch: usize,
  means: usize,
  counts: usize
): void {
  const t = changetype<Neighbourhood>(table)
  for (let n: usize = 0; n < <usize>count; n++) {
    const own = weights + (n << 2)
    store<i32>(
      counts + (n << 2),
      weighList(own, shift, 0, deviations, length, t.k, t.damping, scratch, means + (n << 3))
    )
  }
}
