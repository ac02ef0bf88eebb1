import {intoList, ListRoom, openLists} from './listRoom'

/** Bytes of scratch that one thread needs: the sums of all movies, f64, and room up to a multiple of two. */
export function sparseListsScratch(movies: i32): i32 {
  return 8 * (movies + (movies & 1))
}

/**
 * As `weightLists` for weights most of which are 0: row j of W has its entries from `weightStart`[j] on, the movies i32 at `weightIndex`
 * and the weights f32 at `weightValue`. `movies` is even; `divisor` [movies] f64 is NaN behind the last movie.
 */
export function sparseLists(
  scratch: usize,
  from: i32,
  to: i32,
  room: usize,
  start: usize,
  row: usize,
  x: usize,
  weightStart: usize,
  weightIndex: usize,
  weightValue: usize,
  movies: i32,
  divisor: usize
): void {
  const t = changetype<ListRoom>(room)
  const bytes = (<usize>movies) << 3
  openLists(t, from, to)
  for (let k = from; k < to; k++) {
    memory.fill(scratch, 0, bytes)
    const end = (<usize>load<i32>(start + ((<usize>k) << 2), 4)) << 2
    for (let n = (<usize>load<i32>(start + ((<usize>k) << 2))) << 2; n < end; n += 4) {
      const j = weightStart + ((<usize>load<i32>(row + n)) << 2)
      const by: f64 = x === 0 ? 1 : <f64>load<f32>(x + n)
      const last = (<usize>load<i32>(j, 4)) << 2
      for (let e = (<usize>load<i32>(j)) << 2; e < last; e += 4) {
        const sum = scratch + ((<usize>load<i32>(weightIndex + e)) << 3)
        store<f64>(sum, load<f64>(sum) + by * <f64>load<f32>(weightValue + e))
      }
    }
    for (let i: usize = 0; i < bytes; i += 16)
      v128.store(scratch + i, f64x2.div(v128.load(scratch + i), v128.load(divisor + i)))
    intoList<f64>(t, k, scratch, 0, movies)
  }
}
