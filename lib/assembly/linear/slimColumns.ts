import {kthLargest} from './kthLargest'

/** How many movies at most join the active ones at once. */
const JOIN: i32 = 50
/** Active movies whose part of G is copied together, so that passes stay in the cache; even. */
const NEAR: usize = 320

/** Bytes of scratch that one thread needs: for each movie two slopes and two weights in f64, and an i32; a heap; a part of G. */
export function slimColumnsScratch(movies: i32): i32 {
  return (4 * 8 + 4) * movies + 8 * JOIN + 16 + 8 * <i32>(NEAR * NEAR)
}

/**
 * Columns `from` to `to` - 1 of the weights W of the elastic net with w ≥ 0 and w_ii = 0, by coordinate descent on the Gram matrix G of
 * the movies: [movies × movies] f64, both triangles; `diagonal` has its G_jj and `ridged` G_jj + l2_j, [movies] f64. For the column w of
 * movie i, in turn:
 *
 *   w_j = max(0, (g_j + G_jj w_j - l1) / (G_jj + l2_j)),    g = G_i - G w
 *
 * Passes go over the active movies alone, those with a weight and the `JOIN` whose first step would be the largest, until none of them
 * moves by more than `tolerance`; then more join, until none would or `most` have a weight. So no more than the active g are brought up to date in a pass, and
 * all of g once they have settled. After `epochs` passes a column is left as it is.
 * Column c goes to row c - `from` of `out`, [columns × movies] f32.
 */
export function slimColumns(
  scratch: usize,
  from: i32,
  to: i32,
  gram: usize,
  diagonal: usize,
  ridged: usize,
  movies: i32,
  l1: f64,
  tolerance: f64,
  epochs: i32,
  most: i32,
  out: usize
): void {
  const bytes = (<usize>movies) << 3
  const g = scratch
  const w = g + bytes
  const slopes = w + bytes
  const weights = slopes + bytes
  const heap = weights + bytes
  const near = heap + ((<usize>JOIN) << 3)
  const active = near + ((NEAR * NEAR) << 3)
  for (let i = from; i < to; i++) {
    memory.copy(g, gram + <usize>i * bytes, bytes)
    memory.fill(w, 0, bytes)
    let left = epochs
    while (left > 0) {
      const room = most - weighing(w, movies)
      if (room <= 0 || (left < epochs && room < JOIN / 2)) break
      firstSteps(slopes, g, w, i, ridged, movies, l1, tolerance)
      const least = kthLargest(slopes, movies, min(JOIN, room), heap)
      const count = join(active, slopes, least, w, movies)
      if (count === 0) break
      for (let c: usize = 0; c < count; c++) {
        const at = (<usize>load<i32>(active + (c << 2))) << 3
        store<f64>(slopes + (c << 3), load<f64>(g + at))
        store<f64>(weights + (c << 3), load<f64>(w + at))
      }
      if (count <= NEAR) gather(active, count, gram, bytes, near)
      let moved = Infinity
      for (; left > 0 && moved > tolerance; left--)
        moved =
          count <= NEAR
            ? passNear(active, count, slopes, weights, near, ridged, l1)
            : passOver(active, count, slopes, weights, gram, diagonal, ridged, bytes, l1)
      settle(active, count, weights, g, w, gram, movies)
    }
    const row = out + ((<usize>(i - from) * <usize>movies) << 2)
    for (let j: usize = 0; j < <usize>movies; j++) store<f32>(row + (j << 2), <f32>load<f64>(w + (j << 3)))
  }
}

/** How many movies have a weight. */
function weighing(w: usize, movies: i32): i32 {
  let count = 0
  for (let j = 0; j < movies; j++) if (load<f64>(w + ((<usize>j) << 3)) !== 0) count++
  return count
}

/** The weight of least loss while the others, whose slope this is, stay. */
function best(slope: f64, ridged: f64, l1: f64): f64 {
  return max<f64>(0, (slope - l1) / ridged)
}

/** By how much each movie without a weight would move, 0 where that is no more than `tolerance`. */
function firstSteps(
  steps: usize,
  g: usize,
  w: usize,
  i: i32,
  ridged: usize,
  movies: i32,
  l1: f64,
  tolerance: f64
): void {
  for (let j = 0; j < movies; j++) {
    const at = (<usize>j) << 3
    let step: f64 = 0
    if (j !== i && load<f64>(w + at) === 0 && load<f64>(g + at) > l1)
      step = best(load<f64>(g + at), load<f64>(ridged + at), l1)
    store<f64>(steps + at, step > tolerance ? step : 0)
  }
}

/** The movies with a weight and those whose step is not below `least`, to `active`: how many they are, 0 where none has joined. */
function join(active: usize, steps: usize, least: f64, w: usize, movies: i32): usize {
  let count: usize = 0
  let joined = false
  for (let j = 0; j < movies; j++) {
    const at = (<usize>j) << 3
    const step = load<f64>(steps + at)
    const joins = step > 0 && step >= least
    if (!joins && load<f64>(w + at) === 0) continue
    store<i32>(active + (count << 2), j)
    count++
    joined = joined || joins
  }
  return joined ? count : 0
}

/** The part of G of the active movies, in rows of NEAR. */
function gather(active: usize, count: usize, gram: usize, bytes: usize, near: usize): void {
  for (let c: usize = 0; c < count; c++) {
    const from = gram + <usize>load<i32>(active + (c << 2)) * bytes
    const row = near + ((c * NEAR) << 3)
    for (let d: usize = 0; d < count; d++)
      store<f64>(row + (d << 3), load<f64>(from + ((<usize>load<i32>(active + (d << 2))) << 3)))
  }
}

/** As `passOver`, on the part of G that was gathered. */
function passNear(
  active: usize,
  count: usize,
  slopes: usize,
  weights: usize,
  near: usize,
  ridged: usize,
  l1: f64
): f64 {
  let most: f64 = 0
  for (let c: usize = 0; c < count; c++) {
    const row = near + ((c * NEAR) << 3)
    const before = load<f64>(weights + (c << 3))
    const others = load<f64>(slopes + (c << 3)) + load<f64>(row + (c << 3)) * before
    const after = best(others, load<f64>(ridged + ((<usize>load<i32>(active + (c << 2))) << 3)), l1)
    if (after === before) continue
    store<f64>(weights + (c << 3), after)
    subtract(slopes, after - before, row, <i32>count)
    most = max(most, Math.abs(after - before))
  }
  return most
}

/** One pass over the active movies; rows of G have so many bytes. Returns the largest change of a weight. */
function passOver(
  active: usize,
  count: usize,
  slopes: usize,
  weights: usize,
  gram: usize,
  diagonal: usize,
  ridged: usize,
  bytes: usize,
  l1: f64
): f64 {
  let most: f64 = 0
  for (let c: usize = 0; c < count; c++) {
    const j = <usize>load<i32>(active + (c << 2))
    const before = load<f64>(weights + (c << 3))
    const others = load<f64>(slopes + (c << 3)) + load<f64>(diagonal + (j << 3)) * before
    const after = best(others, load<f64>(ridged + (j << 3)), l1)
    if (after === before) continue
    store<f64>(weights + (c << 3), after)
    const row = gram + j * bytes
    for (let d: usize = 0; d < count; d++) {
      const other = load<f64>(row + ((<usize>load<i32>(active + (d << 2))) << 3))
      store<f64>(slopes + (d << 3), load<f64>(slopes + (d << 3)) - (after - before) * other)
    }
    most = max(most, Math.abs(after - before))
  }
  return most
}

/** Takes over the weights of the active movies, and brings all of g up to date. */
function settle(
  active: usize,
  count: usize,
  weights: usize,
  g: usize,
  w: usize,
  gram: usize,
  movies: i32
): void {
  for (let c: usize = 0; c < count; c++) {
    const j = <usize>load<i32>(active + (c << 2))
    const weight = load<f64>(weights + (c << 3))
    const change = weight - load<f64>(w + (j << 3))
    if (change === 0) continue
    store<f64>(w + (j << 3), weight)
    subtract(g, change, gram + ((j * <usize>movies) << 3), movies)
  }
}

/** g -= change · row */
function subtract(g: usize, change: f64, row: usize, count: i32): void {
  const changes = f64x2.splat(change)
  let k: usize = 0
  for (const end = (<usize>(count & ~3)) << 3; k < end; k += 32) {
    v128.store(g + k, f64x2.sub(v128.load(g + k), f64x2.mul(changes, v128.load(row + k))))
    v128.store(g + k, f64x2.sub(v128.load(g + k, 16), f64x2.mul(changes, v128.load(row + k, 16))), 16)
  }
  for (; k < (<usize>count) << 3; k += 8) store<f64>(g + k, load<f64>(g + k) - change * load<f64>(row + k))
}
