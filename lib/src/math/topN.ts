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
  const size = Math.max(0, Math.min(n, candidates.length))
  const heap = new Int32Array(size)
  if (size === 0) return heap
  for (let c = 0; c < size; c++) heap[c] = candidates[c]
  for (let from = (size >> 1) - 1; from >= 0; from--) sink(heap, from, size, heap[from], scores, rank)
  let border = scores[heap[0]]
  for (let c = size; c < candidates.length; c++) {
    const candidate = candidates[c]
    if (scores[candidate] < border || !isBetter(candidate, heap[0], scores, rank)) continue
    sink(heap, 0, size, candidate, scores, rank)
    border = scores[heap[0]]
  }
  // The worst of those left goes behind them.
  for (let left = size - 1; left > 0; left--) {
    const last = heap[left]
    heap[left] = heap[0]
    sink(heap, 0, left, last, scores, rank)
  }
  return heap
}

function isBetter(a: number, b: number, scores: ArrayLike<number>, rank?: ArrayLike<number>): boolean {
  if (scores[a] !== scores[b]) return scores[a] > scores[b]
  return rank === undefined ? a < b : rank[a] < rank[b]
}

/** Puts `one` where it belongs from place `from` of a heap of this size on down. */
function sink(
  heap: Int32Array,
  from: number,
  size: number,
  one: number,
  scores: ArrayLike<number>,
  rank?: ArrayLike<number>
): void {
  let at = from
  for (let down = 2 * at + 1; down < size; down = 2 * at + 1) {
    if (down + 1 < size && isBetter(heap[down], heap[down + 1], scores, rank)) down++
    if (!isBetter(one, heap[down], scores, rank)) break
    heap[at] = heap[down]
    at = down
  }
  heap[at] = one
}
