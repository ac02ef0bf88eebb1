/** Bytes of scratch that one thread needs: for each movie two slopes and two weights in f64, and an i32. */
export function slimColumnsScratch(movies: i32): i32 {
  return (4 * 8 + 4) * movies
}

/**
 * Columns `from` to `to` - 1 of the weights W of the elastic net with w ≥ 0 and w_ii = 0, by coordinate descent on the Gram matrix G of
 * the movies ([movies × movies] f64, both triangles). For the column w of movie i, until no weight moves by more than `tolerance`:
 *
 *   w_j = max(0, (g_j + G_jj w_j - l1) / (G_jj + l2)),    g = G_i - G w
 *
 * A pass over all movies, which keeps all of g up to date, is followed by passes over the active ones, those with a weight; these need
 * only their own g. After `epochs` passes a column is left as it is. Column c goes to row c - `from` of `out`, [columns × movies] f32.
 */
export function slimColumns(
  scratch: usize,
  from: i32,
  to: i32,
  gram: usize,
  movies: i32,
  l1: f64,
  l2: f64,
  tolerance: f64,
  epochs: i32,
  out: usize
): void {
  const bytes = (<usize>movies) << 3
  const w = scratch + bytes
  const active = w + bytes
  for (let i = from; i < to; i++) {
    memory.copy(scratch, gram + <usize>i * bytes, bytes)
    memory.fill(w, 0, bytes)
    for (let epoch = 0; epoch < epochs; ) {
      const moved = passOverAll(scratch, w, i, gram, movies, l1, l2)
      epoch++
      if (moved <= tolerance) break
      epoch += settle(active, scratch, w, gram, movies, l1, l2, tolerance, epochs - epoch)
    }
    const row = out + ((<usize>(i - from) * <usize>movies) << 2)
    for (let j: usize = 0; j < <usize>movies; j++) store<f32>(row + (j << 2), <f32>load<f64>(w + (j << 3)))
  }
}

/** Steps along every movie in turn, all of g brought up to date after each; returns the largest change of a weight. */
function passOverAll(g: usize, w: usize, i: i32, gram: usize, movies: i32, l1: f64, l2: f64): f64 {
  let most: f64 = 0
  for (let j = 0; j < movies; j++) {
    const at = (<usize>j) << 3
    const before = load<f64>(w + at)
    if (j === i || (load<f64>(g + at) <= l1 && before === 0)) continue
    const row = gram + <usize>j * ((<usize>movies) << 3)
    const after = best(load<f64>(g + at), before, load<f64>(row + at), l1, l2)
    if (after === before) continue
    store<f64>(w + at, after)
    subtract(g, after - before, row, movies)
    most = max(most, Math.abs(after - before))
  }
  return most
}

/** The weight of least loss while the others stay. */
function best(g: f64, w: f64, own: f64, l1: f64, l2: f64): f64 {
  return max<f64>(0, (g + own * w - l1) / (own + l2))
}

/** Passes over the active movies until none moves by more than `tolerance`, `epochs` at most; then g is brought up to date. */
function settle(
  active: usize,
  g: usize,
  w: usize,
  gram: usize,
  movies: i32,
  l1: f64,
  l2: f64,
  tolerance: f64,
  epochs: i32
): i32 {
  const bytes = (<usize>movies) << 3
  const slopes = active + ((<usize>movies) << 2)
  const weights = slopes + bytes
  let count: usize = 0
  for (let j = 0; j < movies; j++) {
    const at = (<usize>j) << 3
    if (load<f64>(w + at) === 0) continue
    store<i32>(active + (count << 2), j)
    store<f64>(slopes + (count << 3), load<f64>(g + at))
    store<f64>(weights + (count << 3), load<f64>(w + at))
    count++
  }
  let epoch = 0
  while (epoch < epochs) {
    epoch++
    if (passOver(active, count, slopes, weights, gram, bytes, l1, l2) <= tolerance) break
  }
  for (let c: usize = 0; c < count; c++) {
    const j = <usize>load<i32>(active + (c << 2))
    const change = load<f64>(weights + (c << 3)) - load<f64>(w + (j << 3))
    if (change === 0) continue
    store<f64>(w + (j << 3), load<f64>(weights + (c << 3)))
    subtract(g, change, gram + j * bytes, movies)
  }
  return epoch
}

/** One pass over the active movies; rows of G have so many bytes. Returns the largest change of a weight. */
function passOver(
  active: usize,
  count: usize,
  slopes: usize,
  weights: usize,
  gram: usize,
  bytes: usize,
  l1: f64,
  l2: f64
): f64 {
  let most: f64 = 0
  for (let c: usize = 0; c < count; c++) {
    const j = <usize>load<i32>(active + (c << 2))
    const row = gram + j * bytes
    const before = load<f64>(weights + (c << 3))
    const after = best(load<f64>(slopes + (c << 3)), before, load<f64>(row + (j << 3)), l1, l2)
    if (after === before) continue
    store<f64>(weights + (c << 3), after)
    for (let d: usize = 0; d < count; d++) {
      const other = load<f64>(row + ((<usize>load<i32>(active + (d << 2))) << 3))
      store<f64>(slopes + (d << 3), load<f64>(slopes + (d << 3)) - (after - before) * other)
    }
    most = max(most, Math.abs(after - before))
  }
  return most
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
