/** Twin of `weighTogether`: X' diag(weights) X, [columns × columns]. */
export function weighTogether(
  rowStart: Int32Array,
  rowIndex: Int32Array,
  rowValue: Float32Array,
  weights: readonly number[],
  columns: number
): Float64Array {
  const a = new Float64Array(columns * columns)
  for (let u = 0; u + 1 < rowStart.length; u++)
    for (let k = rowStart[u]; k < rowStart[u + 1]; k++)
      for (let m = rowStart[u]; m < rowStart[u + 1]; m++)
        a[rowIndex[k] * columns + rowIndex[m]] += weights[u] * rowValue[k] * rowValue[m]
  return a
}
