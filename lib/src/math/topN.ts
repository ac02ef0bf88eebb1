/**
 * The `n` best of `candidates` by score, best first; ties go to the smaller `rank` (the smaller id, or file order).
 * A bounded heap whose root is the worst one kept: O(candidates · log n).
 */
export function topN(
  scores: ArrayLike<number>,
  n: number,
  candidates: ArrayLike<number>,
  rank?: ArrayLike<number>
): Int32Array {
  const heap = new Int32Array(Math.max(0, Math.min(n, candidates.length)))
  let size = 0
  const better = (a: number, b: number): boolean => {
    const difference = scores[a] - scores[b]
    if (difference !== 0) return difference > 0
    return rank === undefined ? a < b : rank[a] < rank[b]
  }
  const sink = (from: number): void => {
    let k = from
    for (;;) {
      let worst = k
      const left = 2 * k + 1
      if (left < size && better(heap[worst], heap[left])) worst = left
      if (left + 1 < size && better(heap[worst], heap[left + 1])) worst = left + 1
      if (worst === k) return
      const kept = heap[k]
      heap[k] = heap[worst]
      heap[worst] = kept
      k = worst
    }
  }
  for (let c = 0; c < candidates.length; c++) {
    const candidate = candidates[c]
    if (size < heap.length) {
      let k = size++
      heap[k] = candidate
      while (k > 0) {
        const parent = (k - 1) >> 1
        if (!better(heap[parent], heap[k])) break
        const kept = heap[k]
        heap[k] = heap[parent]
        heap[parent] = kept
        k = parent
      }
    } else if (size > 0 && better(candidate, heap[0])) {
      heap[0] = candidate
      sink(0)
    }
  }
  return heap.sort((a, b) => (better(a, b) ? -1 : 1))
}
