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

/**
 * Twin of `relatedRows`: row i of S_ij = left_i · right_j · sum over the users of v_iu w_uj as pairs [j, S_ij], the k largest
 * above 0 with ascending j. `v` and `w` are [users][movies].
 */
export function relatedRow(
  i: number,
  k: number,
  v: readonly number[][],
  w: readonly number[][],
  left: readonly number[],
  right: readonly number[]
): Array<[j: number, value: number]> {
  return right
    .map((scale, j): [number, number] => [
      j,
      left[i] * scale * v.reduce((sum, row, u) => sum + row[i] * w[u][j], 0)
    ])
    .filter(([j, value]) => j !== i && value > 0)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, k)
    .sort((a, b) => a[0] - b[0])
}

/** Twin of `slimColumns`: one column of the weights, every movie in turn. `gram` is [movies][movies]. */
export function slimColumn(
  i: number,
  gram: readonly number[][],
  l1: number,
  l2: number,
  epochs: number
): number[] {
  const w = gram.map(() => 0)
  for (let epoch = 0; epoch < epochs; epoch++)
    for (let j = 0; j < w.length; j++) {
      if (j === i) continue
      const others = gram[j].reduce((sum, g, k) => (k === j ? sum : sum + g * w[k]), 0)
      const slope = gram[j][i] - others - l1
      w[j] = slope > 0 ? slope / (gram[j][j] + l2) : 0
    }
  return w
}
