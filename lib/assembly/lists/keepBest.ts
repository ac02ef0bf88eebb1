/**
 * Of `count` scores (T at `scores`, a multiple of 16 / sizeof<T>()) of the movies `first`, `first` + 1, … those that belong among the
 * `most` best of all that came before: a heap whose root is the worst one kept, scores [most] T at `kept` and movies [most] i32 at
 * `movies`, of which `size` are in use. Movies come in ascending order, so that one that ties with the root, being later, stays out.
 * -Infinity and NaN are never kept. Returns the new size.
 */
export function keepBest<T>(
  scores: usize,
  first: i32,
  count: i32,
  most: i32,
  size: i32,
  kept: usize,
  movies: usize
): i32 {
  if (most === 0) return 0
  let border = borderOf<T>(kept, size, most)
  const end = scores + <usize>count * sizeof<T>()
  for (let at = scores; at < end; at += 16) {
    if (!v128.any_true(v128.gt<T>(v128.load(at), v128.splat<T>(border)))) continue
    for (let lane = at; lane < at + 16; lane += sizeof<T>()) {
      const score = load<T>(lane)
      if (!(score > border)) continue
      const movie = first + <i32>((lane - scores) / sizeof<T>())
      if (size < most) rise<T>(kept, movies, size++, score, movie)
      else sink<T>(kept, movies, size, score, movie)
      if (size === most) border = load<T>(kept)
    }
  }
  return size
}

/** What a score must be more than to be kept. */
export function borderOf<T>(kept: usize, size: i32, most: i32): T {
  return size < most ? <T>-Infinity : load<T>(kept)
}

/** Whether one of these goes before the other: a lower score, or as high and a later movie. */
function isWorse<T>(score: T, movie: i32, other: T, otherMovie: i32): bool {
  return score < other || (score === other && movie > otherMovie)
}

function rise<T>(kept: usize, movies: usize, place: i32, score: T, movie: i32): void {
  let at = <usize>place
  while (at > 0) {
    const up = (at - 1) >> 1
    const above = load<T>(kept + up * sizeof<T>())
    const aboveMovie = load<i32>(movies + (up << 2))
    if (isWorse<T>(above, aboveMovie, score, movie)) break
    store<T>(kept + at * sizeof<T>(), above)
    store<i32>(movies + (at << 2), aboveMovie)
    at = up
  }
  store<T>(kept + at * sizeof<T>(), score)
  store<i32>(movies + (at << 2), movie)
}

/** Replaces the root. */
function sink<T>(kept: usize, movies: usize, size: i32, score: T, movie: i32): void {
  let at: usize = 0
  for (;;) {
    let down: usize = 2 * at + 1
    if (down >= <usize>size) break
    let below = load<T>(kept + down * sizeof<T>())
    let belowMovie = load<i32>(movies + (down << 2))
    if (down + 1 < <usize>size) {
      const right = load<T>(kept + (down + 1) * sizeof<T>())
      const rightMovie = load<i32>(movies + ((down + 1) << 2))
      if (isWorse<T>(right, rightMovie, below, belowMovie)) {
        below = right
        belowMovie = rightMovie
        down++
      }
    }
    if (isWorse<T>(score, movie, below, belowMovie)) break
    store<T>(kept + at * sizeof<T>(), below)
    store<i32>(movies + (at << 2), belowMovie)
    at = down
  }
  store<T>(kept + at * sizeof<T>(), score)
  store<i32>(movies + (at << 2), movie)
}
