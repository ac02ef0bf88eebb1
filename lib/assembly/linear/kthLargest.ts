/** The k-th largest of the values, 0 where fewer are positive: the root of a heap of the k largest, [k] f64. */
export function kthLargest(values: usize, count: i32, k: i32, heap: usize): f64 {
  memory.fill(heap, 0, (<usize>k) << 3)
  let least: f64 = 0
  for (let j = 0; j < count; j++) {
    const value = load<f64>(values + ((<usize>j) << 3))
    if (value <= least) continue
    sink(heap, k, value)
    least = load<f64>(heap)
  }
  return least
}

/** Puts a value in the place of the root, the smallest. */
function sink(heap: usize, size: i32, value: f64): void {
  let at = 0
  for (;;) {
    let down = 2 * at + 1
    if (down >= size) break
    let below = load<f64>(heap + ((<usize>down) << 3))
    if (down + 1 < size) {
      const other = load<f64>(heap + ((<usize>down) << 3), 8)
      if (other < below) {
        below = other
        down++
      }
    }
    if (value <= below) break
    store<f64>(heap + ((<usize>at) << 3), below)
    at = down
  }
  store<f64>(heap + ((<usize>at) << 3), value)
}
