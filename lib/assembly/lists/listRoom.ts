import {borderOf, keepBest} from './keepBest'

/**
 * What the list kernels read and write of a block of people, put there by `setListRoom`. Movies are counted among those that may be
 * listed at all, in ascending order.
 */
@unmanaged
export class ListRoom {
  /** [people + 1] i32, and i32 the movies that are left out of each list, ascending */
  outStart: usize
  outMovie: usize
  /** [people] i32 the first of them that is still to come */
  next: usize
  /** [people] i32 how many are kept; [people × most] i32 movies, and scores: a heap for each (see `keepBest`) */
  size: usize
  movies: usize
  scores: usize
  most: i32
}

/** Bytes of a room. */
export function listRoomBytes(): i32 {
  return <i32>offsetof<ListRoom>()
}

export function setListRoom(
  room: usize,
  outStart: usize,
  outMovie: usize,
  next: usize,
  size: usize,
  movies: usize,
  scores: usize,
  most: i32
): void {
  const t = changetype<ListRoom>(room)
  t.outStart = outStart
  t.outMovie = outMovie
  t.next = next
  t.size = size
  t.movies = movies
  t.scores = scores
  t.most = most
}

/** Empty lists for the people `from` to `to` - 1. */
export function openLists(t: ListRoom, from: i32, to: i32): void {
  const count = (<usize>(to - from)) << 2
  memory.copy(t.next + ((<usize>from) << 2), t.outStart + ((<usize>from) << 2), count)
  memory.fill(t.size + ((<usize>from) << 2), 0, count)
}

/** What a score of person `k` must be more than to be kept. */
export function borderOfList<T>(t: ListRoom, k: i32): T {
  const kept = t.scores + <usize>k * <usize>t.most * sizeof<T>()
  return borderOf<T>(kept, load<i32>(t.size + ((<usize>k) << 2)), t.most)
}

/**
 * Takes `count` scores (T, may be overwritten) of the movies from `first` on, those left out aside, into the list of person `k`. Movies before
 * `first` that were not taken in are passed over.
 */
export function intoList<T>(t: ListRoom, k: i32, scores: usize, first: i32, count: i32): void {
  const person = (<usize>k) << 2
  let next = load<i32>(t.next + person)
  const end = load<i32>(t.outStart + person, 4)
  for (; next < end; next++) {
    const movie = load<i32>(t.outMovie + ((<usize>next) << 2))
    if (movie >= first + count) break
    if (movie >= first) store<T>(scores + <usize>(movie - first) * sizeof<T>(), <T>-Infinity)
  }
  store<i32>(t.next + person, next)
  const place = <usize>k * <usize>t.most
  const kept = t.scores + place * sizeof<T>()
  const size = load<i32>(t.size + person)
  store<i32>(t.size + person, keepBest<T>(scores, first, count, t.most, size, kept, t.movies + (place << 2)))
}

/**
 * Takes scores that another kernel made, [people × `width`] f64 of the movies from `first` on, into the lists of the people `from` to
 * `to` - 1, which begin where `first` is 0. Of `width`, an even number, the first `count` are scores; the others are made to be none.
 */
export function intoLists(
  from: i32,
  to: i32,
  room: usize,
  scores: usize,
  width: i32,
  first: i32,
  count: i32
): void {
  const t = changetype<ListRoom>(room)
  if (first === 0) openLists(t, from, to)
  for (let k = from; k < to; k++) {
    const row = scores + ((<usize>k * <usize>width) << 3)
    for (let n = count; n < width; n++) store<f64>(row + ((<usize>n) << 3), -Infinity)
    intoList<f64>(t, k, row, first, width)
  }
}
