/** Twin of `invertPanel`, `invertUpdate` and `invertPivotRows`, a pivot of one at a time: minus the inverse of a [n × n], in place. */
export function invertNegated(a: Float64Array, n: number): void {
  for (let pivot = 0; pivot < n; pivot++) {
    const d = a[pivot * n + pivot]
    const panel = Float64Array.from({length: n}, (_, i) => a[i * n + pivot])
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== pivot && j !== pivot) a[i * n + j] -= (panel[i] * panel[j]) / d
    for (let i = 0; i < n; i++) a[i * n + pivot] = a[pivot * n + i] = panel[i] / d
    a[pivot * n + pivot] = -1 / d
  }
}
