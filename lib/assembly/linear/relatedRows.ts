import {kthLargest} from './kthLargest'

/** Bytes of scratch that one thread needs: a row [movies] f64, and the k largest of it. */
export function relatedRowsScratch(movies: i32, k: i32): i32 {
  return 8 * (movies + k)
}

/**
 * The k largest of each of the rows `from` to `to` - 1 of
 *
 *   S_ij = left_i · right_j · sum over the users u of v_iu v_uj,    j other than i, S_ij > 0
 *
 * with ascending j; of equal ones the smaller j stays. `left`, `right` are [movies] f64. (start, index, value) has for each movie its
 * users with v_iu in f32, (rowStart, rowIndex, rowValue) for each user her movies with v_uj: the two need not be the same numbers.
 * Row i goes to places i · k and on of `outIndex` (i32) and `outValue` (f32), how many they are to `outCount` [movies] i32. No more than
 * a row is in memory. Cost: one addition for each two movies of a user.
 */
export function relatedRows(
  scratch: usize,
  from: i32,
  to: i32,
  movies: i32,
  k: i32,
  start: usize,
  index: usize,
  value: usize,
  rowStart: usize,
  rowIndex: usize,
  rowValue: usize,
  left: usize,
  right: usize,
  outIndex: usize,
  outValue: usize,
  outCount: usize
): void {
  const heap = scratch + ((<usize>movies) << 3)
  for (let i = from; i < to; i++) {
    memory.fill(scratch, 0, (<usize>movies) << 3)
    const end = load<i32>(start + ((<usize>i) << 2), 4)
    for (let p = load<i32>(start + ((<usize>i) << 2)); p < end; p++) {
      const u = rowStart + ((<usize>load<i32>(index + ((<usize>p) << 2))) << 2)
      const v = load<f32>(value + ((<usize>p) << 2))
      addRow(scratch, v, rowIndex, rowValue, load<i32>(u), load<i32>(u, 4))
    }
    store<f64>(scratch + ((<usize>i) << 3), 0)
    const own = load<f64>(left + ((<usize>i) << 3))
    for (let j: usize = 0; j < (<usize>movies) << 3; j += 8)
      store<f64>(scratch + j, load<f64>(scratch + j) * own * load<f64>(right + j))
    const least = kthLargest(scratch, movies, k, heap)
    const place = (<usize>i * <usize>k) << 2
    const kept = keep(scratch, movies, least, timesIn(heap, k, least), outIndex + place, outValue + place)
    store<i32>(outCount + ((<usize>i) << 2), kept)
  }
}

/** sums[j] += v · v_uj for the movies of a user, those at `first` to `last` - 1. */
function addRow(sums: usize, v: f64, index: usize, value: usize, first: i32, last: i32): void {
  const end = (<usize>last) << 2
  for (let m = (<usize>first) << 2; m < end; m += 4) {
    const at = sums + ((<usize>load<i32>(index + m)) << 3)
    store<f64>(at, load<f64>(at) + v * <f64>load<f32>(value + m))
  }
}

function timesIn(heap: usize, size: i32, value: f64): i32 {
  let times = 0
  for (let h: usize = 0; h < (<usize>size) << 3; h += 8) if (load<f64>(heap + h) === value) times++
  return times
}

/** Writes the values above `least`, and the first `ties` of those that equal it; none that is 0. Returns how many they are. */
function keep(values: usize, count: i32, least: f64, ties: i32, index: usize, value: usize): i32 {
  let kept = 0
  for (let j = 0; j < count; j++) {
    const one = load<f64>(values + ((<usize>j) << 3))
    if (one < least || one <= 0) continue
    if (one === least && ties-- <= 0) continue
    store<i32>(index + ((<usize>kept) << 2), j)
    store<f32>(value + ((<usize>kept) << 2), <f32>one)
    kept++
  }
  return kept
}
