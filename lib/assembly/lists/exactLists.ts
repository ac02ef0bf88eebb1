import {ListRoom} from './listRoom'

/**
 * The lists of the people `from` to `to` - 1, out of what stands in the room, by the model's own scores: base + bi + pu·qi in double, as
 * two sums whose parts come in the order of `dotFrom` in lib/src/math/vectors.ts, so that the bits are the same.
 *
 * People have [people] f64 `base`, and `p` [people × factors] f64. Movies of the room are places: `movieOf` [places] i32 is whose they
 * are; `bi` [movies] f64; `q` [movies × factors], f64 where it is `wide` and f32 else. The best `n` go to `movies` [people × n] i32 and
 * `scores` [people × n] f64, best first, ties to the smaller movie; behind a list that is shorter stand -1 and 0.
 * The first argument, scratch, comes with every call of a turn, and is not used.
 */
export function exactLists(
  _scratch: usize,
  from: i32,
  to: i32,
  room: usize,
  p: usize,
  base: usize,
  movieOf: usize,
  bi: usize,
  q: usize,
  wide: i32,
  factors: i32,
  n: i32,
  movies: usize,
  scores: usize
): void {
  const t = changetype<ListRoom>(room)
  const width = (<usize>factors) << (wide ? 3 : 2)
  for (let k: usize = <usize>from; k < <usize>to; k++) {
    const person = p + k * ((<usize>factors) << 3)
    const kept = t.movies + ((k * <usize>t.most) << 2)
    const end = kept + ((<usize>load<i32>(t.size + (k << 2))) << 2)
    const ownMovies = movies + ((k * <usize>n) << 2)
    const ownScores = scores + ((k * <usize>n) << 3)
    let count = 0
    for (let at = kept; at < end; at += 4) {
      const i = load<i32>(movieOf + ((<usize>load<i32>(at)) << 2))
      const start = load<f64>(base + (k << 3)) + load<f64>(bi + ((<usize>i) << 3))
      const row = q + <usize>i * width
      const score = wide
        ? dotFrom<f64>(start, person, row, factors)
        : dotFrom<f32>(start, person, row, factors)
      count = intoOrder(ownMovies, ownScores, count, n, i, score)
    }
    for (; count < n; count++) {
      store<i32>(ownMovies + ((<usize>count) << 2), -1)
      store<f64>(ownScores + ((<usize>count) << 3), 0)
    }
  }
}

/** Puts a movie where it belongs among the best `n`, of which there are `count`; returns how many there are then. */
function intoOrder(movies: usize, scores: usize, count: i32, n: i32, movie: i32, score: f64): i32 {
  let at = <usize>min(count, n)
  while (at > 0) {
    const above = load<f64>(scores + ((at - 1) << 3))
    const aboveMovie = load<i32>(movies + ((at - 1) << 2))
    if (!(score > above || (score === above && movie < aboveMovie))) break
    if (at < <usize>n) {
      store<f64>(scores + (at << 3), above)
      store<i32>(movies + (at << 2), aboveMovie)
    }
    at--
  }
  if (at >= <usize>n) return count
  store<f64>(scores + (at << 3), score)
  store<i32>(movies + (at << 2), movie)
  return min(count + 1, n)
}

/** start + p·q: `p` in f64, `q` in T. */
function dotFrom<T>(start: f64, p: usize, q: usize, factors: i32): f64 {
  let even = start
  let odd: f64 = 0
  const end = p + ((<usize>factors) << 3)
  const fours = p + ((<usize>(factors & ~3)) << 3)
  for (; p < fours; p += 32, q += 4 * sizeof<T>()) {
    even += load<f64>(p) * <f64>load<T>(q) + load<f64>(p, 8) * <f64>load<T>(q, sizeof<T>())
    odd +=
      load<f64>(p, 16) * <f64>load<T>(q, 2 * sizeof<T>()) +
      load<f64>(p, 24) * <f64>load<T>(q, 3 * sizeof<T>())
  }
  for (; p < end; p += 8, q += sizeof<T>()) even += load<f64>(p) * <f64>load<T>(q)
  return even + odd
}
