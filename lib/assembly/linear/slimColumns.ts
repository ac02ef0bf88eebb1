/** Bytes of scratch that one thread needs: slopes and weights [movies] f64, and the movies with a weight [movies] i32. */
export function slimColumnsScratch(movies: i32): i32 {
  return (8 + 8 + 4) * movies
}

/**
 * Columns `from` to `to` - 1 of the weights W of the elastic net with w ≥ 0 and w_ii = 0, by coordinate descent on the Gram matrix G of
 * the movies ([movies × movies] f64, both triangles). For the column w of movie i, until no weight moves by more than `tolerance`:
 *
 *   w_j = max(0, (g_j + G_jj w_j - l1) / (G_jj + l2)),    g = G_i - G w, which each change of a weight brings up to date
 *
 * Passes over the movies that have a weight alternate with passes over all; after `epochs` passes a column is left as it is.
 * Column c goes to row c - `from` of `out`, [columns × movies] f32.
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
    let some = -1
    for (let epoch = 0; epoch < epochs; epoch++) {
      const whole = some < 0
      const moved = whole
        ? passOverAll(scratch, w, i, gram, movies, l1, l2)
        : passOver(active, some, scratch, w, gram, movies, l1, l2)
      if (whole && moved <= tolerance) break
      some = whole ? weighed(w, movies, active) : moved <= tolerance ? -1 : some
    }
    const row = out + ((<usize>(i - from) * <usize>movies) << 2)
    for (let j: usize = 0; j < <usize>movies; j++) store<f32>(row + (j << 2), <f32>load<f64>(w + (j << 3)))
  }
}

/** The largest change of a weight. */
function passOverAll(g: usize, w: usize, i: i32, gram: usize, movies: i32, l1: f64, l2: f64): f64 {
  let moved: f64 = 0
  for (let j = 0; j < movies; j++) {
    const at = (<usize>j) << 3
    if (j === i || (load<f64>(g + at) <= l1 && load<f64>(w + at) === 0)) continue
    moved = max(moved, step(j, g, w, gram, movies, l1, l2))
  }
  return moved
}

/** The same over `count` movies, at `active`. */
function passOver(
  active: usize,
  count: i32,
  g: usize,
  w: usize,
  gram: usize,
  movies: i32,
  l1: f64,
  l2: f64
): f64 {
  let moved: f64 = 0
  for (let c = 0; c < count; c++)
    moved = max(moved, step(load<i32>(active + ((<usize>c) << 2)), g, w, gram, movies, l1, l2))
  return moved
}

/** The best weight of movie j while the others stay; returns by how much it changes. */
function step(j: i32, g: usize, w: usize, gram: usize, movies: i32, l1: f64, l2: f64): f64 {
  const at = (<usize>j) << 3
  const row = gram + <usize>j * ((<usize>movies) << 3)
  const own = load<f64>(row + at)
  const before = load<f64>(w + at)
  const after = max<f64>(0, (load<f64>(g + at) + own * before - l1) / (own + l2))
  const change = after - before
  if (change === 0) return 0
  store<f64>(w + at, after)
  subtract(g, change, row, movies)
  return Math.abs(change)
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

/** The movies that have a weight, to `active`; returns how many they are. */
function weighed(w: usize, movies: i32, active: usize): i32 {
  let count = 0
  for (let j = 0; j < movies; j++) {
    if (load<f64>(w + ((<usize>j) << 3)) === 0) continue
    store<i32>(active + ((<usize>count) << 2), j)
    count++
  }
  return count
}
