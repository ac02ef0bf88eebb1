/** The first address that this module keeps nothing at: memory from here on is the callers'. */
export function heapStart(): usize {
  return __heap_base
}
