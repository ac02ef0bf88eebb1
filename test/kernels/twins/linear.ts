/** Twin of `weighTogether`: for each two columns the weights of the rows that have both, [columns × columns]. */
export function weighTogether(
  rowStart: Int32Array,
  rowIndex: Int32Array,
  weights: readonly number[],
  columns: number
): Float64Array {
  const a = new Float64Array(columns * columns)
  for (let u = 0; u + 1 < rowStart.length; u++)
    for (let k = rowStart[u]; k < rowStart[u + 1]; k++)
      for (let m = rowStart[u]; m < rowStart[u + 1]; m++) a[rowIndex[k] * columns + rowIndex[m]] += weights[u]
  return a
}
