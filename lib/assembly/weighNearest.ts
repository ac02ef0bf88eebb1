/**
 * What the nearest say, weighted: of `count` entities (i32 at `index`; 0 for the numbers 0 to count - 1) the `k` with the largest
 * positive similarity in `row` ([entities] f32) speak; ties go to the first. `self` never speaks. Entity number p says the f32 at
 * `says + 4p`. The mean, sum of similarity · said / (damping + sum of similarity), goes to `mean` (f64).
 * `heap` takes the similarities of those that spoke ([k] f32), then their places ([k] i32). Returns how many they are.
 */
export function weighNearest(
  row: usize, index: usize, says: usize, count: i32, self: i32, k: i32, damping: f32, heap: usize, mean: usize
): i32 {
  const size = nearest(row, index, count, self, k, heap)
  const places = heap + (<usize>k << 2)
  let weight = <f64>damping
  let said: f64 = 0
  for (let h: usize = 0; h < <usize>size; h++) {
    const s = <f64>load<f32>(heap + (h << 2))
    weight += s
    said += s * <f64>load<f32>(says + (<usize>load<i32>(places + (h << 2)) << 2))
  }
  store<f64>(mean, size > 0 ? said / weight : 0)
  return size
}

/** Fills `heap`, whose root is the worst one kept: the smallest similarity, of equal ones the last place. */
export function nearest(row: usize, index: usize, count: i32, self: i32, k: i32, heap: usize): i32 {
  const places = heap + (<usize>k << 2)
  let size = 0
  let worst: f32 = 0
  for (let p = 0; p < count; p++) {
    const e = index == 0 ? p : load<i32>(index + (<usize>p << 2))
    const s = load<f32>(row + (<usize>e << 2))
    if (s <= worst || e == self) continue
    if (size < k) {
      rise(heap, places, size++, s, p)
      if (size == k) worst = load<f32>(heap)
    } else {
      sink(heap, places, size, s, p)
      worst = load<f32>(heap)
    }
  }
  return size
}

function rise(heap: usize, places: usize, at: i32, s: f32, p: i32): void {
  while (at > 0) {
    const up = (at - 1) >> 1
    const above = load<f32>(heap + (<usize>up << 2))
    if (above < s || (above == s && load<i32>(places + (<usize>up << 2)) > p)) break
    move(heap, places, up, at)
    at = up
  }
  store<f32>(heap + (<usize>at << 2), s)
  store<i32>(places + (<usize>at << 2), p)
}

/** Replaces the root. */
function sink(heap: usize, places: usize, size: i32, s: f32, p: i32): void {
  let at = 0
  for (;;) {
    let down = 2 * at + 1
    if (down >= size) break
    if (down + 1 < size && isWorse(heap, places, down + 1, down)) down++
    const below = load<f32>(heap + (<usize>down << 2))
    if (below > s || (below == s && load<i32>(places + (<usize>down << 2)) < p)) break
    move(heap, places, down, at)
    at = down
  }
  store<f32>(heap + (<usize>at << 2), s)
  store<i32>(places + (<usize>at << 2), p)
}

@inline
function isWorse(heap: usize, places: usize, a: i32, b: i32): bool {
  const sa = load<f32>(heap + (<usize>a << 2))
  const sb = load<f32>(heap + (<usize>b << 2))
  return sa < sb || (sa == sb && load<i32>(places + (<usize>a << 2)) > load<i32>(places + (<usize>b << 2)))
}

@inline
function move(heap: usize, places: usize, from: i32, to: i32): void {
  store<f32>(heap + (<usize>to << 2), load<f32>(heap + (<usize>from << 2)))
  store<i32>(places + (<usize>to << 2), load<i32>(places + (<usize>from << 2)))
}
