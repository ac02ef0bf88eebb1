/**
 * Coordinates of rows on their two directions of largest spread (principal components), by power iteration on the centred rows
 * with the first direction taken out for the second. x is [rows × columns], row-major; gives [rows × 2]. The sign is such that
 * the row farthest out is on the positive side.
 */
export function principalPlane(x: ArrayLike<number>, columns: number): Float64Array {
  const rows = x.length / columns
  const centred = Float64Array.from(x)
  for (let c = 0; c < columns; c++) {
    let mean = 0
    for (let r = 0; r < rows; r++) mean += x[r * columns + c] / rows
    for (let r = 0; r < rows; r++) centred[r * columns + c] -= mean
  }
  const plane = new Float64Array(rows * 2)
  for (let k = 0; k < 2; k++) {
    const direction = leading(centred, rows, columns)
    let far = 0
    for (let r = 0; r < rows; r++) {
      let along = 0
      for (let c = 0; c < columns; c++) along += centred[r * columns + c] * direction[c]
      for (let c = 0; c < columns; c++) centred[r * columns + c] -= along * direction[c]
      plane[2 * r + k] = along
      if (Math.abs(along) > Math.abs(far)) far = along
    }
    if (far < 0) for (let r = 0; r < rows; r++) plane[2 * r + k] = -plane[2 * r + k]
  }
  return plane
}

/** The unit vector v of the largest |X v|. */
function leading(x: Float64Array, rows: number, columns: number): Float64Array {
  let v = Float64Array.from({length: columns}, (_, c) => 1 + (c % 7) / 7)
  for (let turn = 0; turn < 200; turn++) {
    const next = new Float64Array(columns)
    for (let r = 0; r < rows; r++) {
      let along = 0
      for (let c = 0; c < columns; c++) along += x[r * columns + c] * v[c]
      for (let c = 0; c < columns; c++) next[c] += along * x[r * columns + c]
    }
    const length = Math.hypot(...next)
    if (length === 0) return v.map(() => 0)
    v = next.map(value => value / length)
  }
  return v
}
