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

/** Twin of `rowProducts`: A B of symmetric matrices that commute, lower triangle of [n × n]. */
export function rowProducts(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) for (let k = 0; k < n; k++) product[i * n + j] += a[i * n + k] * b[j * n + k]
  return product
}

/** Twin of `filterRows`. */
export function filterRows(
  gram: Float64Array,
  linear: readonly [from: number[], to: number[]],
  v: Float32Array,
  low: readonly [from: number[], to: number[]],
  n: number
): Float64Array {
  const factors = v.length / n
  const weights = new Float64Array(n * n)
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) {
      if (i === j) continue
      let near = 0
      for (let f = 0; f < factors; f++) near += v[j * factors + f] * v[i * factors + f]
      const together = gram[Math.max(i, j) * n + Math.min(i, j)]
      weights[j * n + i] = linear[0][j] * together * linear[1][i] + low[0][j] * near * low[1][i]
    }
  return weights
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
