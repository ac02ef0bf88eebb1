/** Bytes of scratch that choosing among so many needs. */
export function weighNearestScratch(count: i32): i32 {
  return 4 * (BINS + count)
}

/**
 * What the nearest say, weighted: of `count` entities (i32 at `index`; 0 for the numbers 0 to count - 1) the `k` with the largest
 * positive similarity in `row` ([entities] f32) are taken; ties go to the first. The p-th has the f32 at `deviations + 4p`.
 * The mean, sum of similarity · deviation / (damping + sum of similarity), goes to `mean` (f64).
 * `taken` gets the places p of those that are taken ([k] i32); `scratch` has `weighNearestScratch` bytes. Returns how many they are.
 *
 * Positive floats are ordered as their bits are, so one pass counts the candidates by the upper bits (16 bins an octave), which
 * gives the bin that the k-th is in; a second pass takes all above it, and only that bin is looked at closely. O(count).
 */
export function weighNearest(
  row: usize,
  index: usize,
  deviations: usize,
  count: i32,
  k: i32,
  damping: f32,
  scratch: usize,
  taken: usize,
  mean: usize
): i32 {
  const size = nearest(row, index, count, k, scratch, taken)
  let weight = <f64>damping
  let sum: f64 = 0
  for (let h: usize = 0; h < <usize>size; h++) {
    const p = <usize>load<i32>(taken + (h << 2))
    const s = <f64>load<f32>(row + ((<usize>entityAt(index, p)) << 2))
    weight += s
    sum += s * <f64>load<f32>(deviations + (p << 2))
  }
  store<f64>(mean, size > 0 ? sum / weight : 0)
  return size
}

/** Bytes of scratch that `weighList` needs for lists of so many. */
export function weighListScratch(count: i32): i32 {
  return weighNearestScratch(count) + 4 * 3 * count
}

/**
 * The mean of `weighNearest` to the bit, where nobody asks who was taken: one pass gathers those with a positive similarity, and only
 * where they are more than `k` is there a choice to make. `index` 0 takes the similarities in the order of the list. Similarities are
 * f32, 1 << `shift` bytes apart.
 */
export function weighList(
  row: usize,
  shift: usize,
  index: usize,
  deviations: usize,
  count: i32,
  k: i32,
  damping: f32,
  scratch: usize,
  mean: usize
): i32 {
  const bytes = (<usize>count) << 2
  const similarities = scratch + weighNearestScratch(count)
  const said = similarities + bytes
  const size =
    index === 0
      ? gather(row, (<usize>1) << shift, deviations, bytes, similarities, said)
      : gatherFrom(row, shift, index, deviations, bytes, similarities, said)
  const speak = <i32>(size >> 2)
  if (speak > k) {
    weighChosen(similarities, said, speak, k, damping, scratch, said + bytes, mean)
    return k
  }
  let weight = <f64>damping
  let sum: f64 = 0
  for (let p: usize = 0; p < size; p += 4) {
    const s = <f64>load<f32>(similarities + p)
    weight += s
    sum += s * <f64>load<f32>(said + p)
  }
  store<f64>(mean, speak > 0 ? sum / weight : 0)
  return speak
}

/** Positive similarities, `step` bytes apart, and the deviations beside them: how many bytes they are. */
function gather(
  row: usize,
  step: usize,
  deviations: usize,
  bytes: usize,
  similarities: usize,
  said: usize
): usize {
  let size: usize = 0
  for (const end = deviations + bytes; deviations < end; deviations += 4, row += step) {
    // Positive floats are positive as integers; what may not speak is written over by the next one.
    const bits = load<i32>(row)
    store<i32>(similarities + size, bits)
    store<i32>(said + size, load<i32>(deviations))
    size += (<usize>(bits > 0)) << 2
  }
  return size
}

/** The same of the entities i32 at `index`. */
function gatherFrom(
  row: usize,
  shift: usize,
  index: usize,
  deviations: usize,
  bytes: usize,
  similarities: usize,
  said: usize
): usize {
  let size: usize = 0
  for (const end = deviations + bytes; deviations < end; deviations += 4, index += 4) {
    const bits = load<i32>(row + ((<usize>load<i32>(index)) << shift))
    store<i32>(similarities + size, bits)
    store<i32>(said + size, load<i32>(deviations))
    size += (<usize>(bits > 0)) << 2
  }
  return size
}

/** The mean of the `k` nearest of more, all of whom may speak: without a branch for each, in the order that `nearest` takes them. */
function weighChosen(
  similarities: usize,
  said: usize,
  count: i32,
  k: i32,
  damping: f32,
  scratch: usize,
  taken: usize,
  mean: usize
): void {
  const border = scratch + ((<usize>BINS) << 2)
  const lowest = lowestBin(similarities, 0, count, k, scratch)
  let weight = <f64>damping
  let sum: f64 = 0
  let above = 0
  let close = 0
  for (let p = 0; p < count; p++) {
    const at = (<usize>p) << 2
    const bits = load<i32>(similarities + at)
    const bin = binOf(bits)
    const higher = <i32>(bin > lowest)
    // All bits or none: 0 leaves sums as they are.
    const s = <f64>reinterpret<f32>(bits & -higher)
    weight += s
    sum += s * <f64>load<f32>(said + at)
    above += higher
    store<i32>(border + ((<usize>close) << 2), p)
    close += <i32>(bin === lowest)
  }
  const size = best(similarities, 0, border, close, k - above, taken)
  for (let h: usize = 0; h < <usize>size; h++) {
    const at = (<usize>load<i32>(taken + (h << 2))) << 2
    const s = <f64>load<f32>(similarities + at)
    weight += s
    sum += s * <f64>load<f32>(said + at)
  }
  store<f64>(mean, sum / weight)
}

/** Bins of 1/16 octave from 2^-24 to 2, below them one for the smaller positive ones, and 0 for those that may not speak; whole vectors. */
const SHIFT: i32 = 19
const LOWEST: i32 = (103 << 4) - 2
const BINS: i32 = 25 * 16 + 4

/** Bin of a similarity by its bits: 0 unless positive. */
function binOf(bits: i32): i32 {
  const bin = (bits >> SHIFT) - LOWEST
  return bits > 0 ? max(bin, 1) : 0
}

function entityAt(index: usize, p: usize): i32 {
  return index === 0 ? <i32>p : load<i32>(index + (p << 2))
}

/** The lowest bin that has some of the `k` nearest but not room for all of it; 0 where all that may speak are taken. */
function lowestBin(row: usize, index: usize, count: i32, k: i32, scratch: usize): i32 {
  for (let at = scratch; at < scratch + ((<usize>BINS) << 2); at += 16) v128.store(at, i32x4.splat(0))
  let top = 0
  for (let p = 0; p < count; p++) {
    const bin = binOf(load<i32>(row + ((<usize>entityAt(index, p)) << 2)))
    const at = scratch + ((<usize>bin) << 2)
    store<i32>(at, load<i32>(at) + 1)
    top = max(top, bin)
  }
  let above = 0
  let bin = top
  for (; bin > 0; bin--) {
    const here = load<i32>(scratch + ((<usize>bin) << 2))
    if (above + here > k) break
    above += here
  }
  return bin
}

/** Places of the `k` nearest among `count`: those above the bin of the k-th in order, then those of that bin. */
export function nearest(row: usize, index: usize, count: i32, k: i32, scratch: usize, taken: usize): i32 {
  const border = scratch + ((<usize>BINS) << 2)
  const lowest = lowestBin(row, index, count, k, scratch)
  let size = 0
  let close = 0
  for (let p = 0; p < count; p++) {
    const one = binOf(load<i32>(row + ((<usize>entityAt(index, p)) << 2)))
    if (one < lowest || one === 0) continue
    if (one > lowest) {
      store<i32>(taken + ((<usize>size) << 2), p)
      size++
    } else {
      store<i32>(border + ((<usize>close) << 2), p)
      close++
    }
  }
  return lowest === 0 ? size : size + best(row, index, border, close, k - size, taken + ((<usize>size) << 2))
}

/** The `k` most similar of the places at `list`, ties to the first: a heap whose root is the worst one kept. */
function best(row: usize, index: usize, list: usize, count: i32, k: i32, heap: usize): i32 {
  if (k === 0) return 0
  let size = 0
  for (let c = 0; c < count; c++) {
    const p = load<i32>(list + ((<usize>c) << 2))
    if (size < k) rise(row, index, heap, size++, p)
    else if (similarity(row, index, p) > similarity(row, index, load<i32>(heap)))
      sink(row, index, heap, size, p)
  }
  return size
}

function similarity(row: usize, index: usize, p: i32): f32 {
  return load<f32>(row + ((<usize>entityAt(index, p)) << 2))
}

/** Whether place `a` goes before place `b`: less similar, or as similar and later. */
function isWorse(row: usize, index: usize, a: i32, b: i32): bool {
  const sa = similarity(row, index, a)
  const sb = similarity(row, index, b)
  return sa < sb || (sa === sb && a > b)
}

function rise(row: usize, index: usize, heap: usize, at: i32, p: i32): void {
  while (at > 0) {
    const up = (at - 1) >> 1
    const above = load<i32>(heap + ((<usize>up) << 2))
    if (isWorse(row, index, above, p)) break
    store<i32>(heap + ((<usize>at) << 2), above)
    at = up
  }
  store<i32>(heap + ((<usize>at) << 2), p)
}

/** Replaces the root. */
function sink(row: usize, index: usize, heap: usize, size: i32, p: i32): void {
  let at = 0
  for (;;) {
    let down = 2 * at + 1
    if (down >= size) break
    let below = load<i32>(heap + ((<usize>down) << 2))
    if (down + 1 < size) {
      const right = load<i32>(heap + ((<usize>(down + 1)) << 2))
      if (isWorse(row, index, right, below)) {
        below = right
        down++
      }
    }
    if (isWorse(row, index, p, below)) break
    store<i32>(heap + ((<usize>at) << 2), below)
    at = down
  }
  store<i32>(heap + ((<usize>at) << 2), p)
}
