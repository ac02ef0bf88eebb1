/** Plain twins of the kernels of neighbours (lib/assembly/neighbours), on typed arrays instead of pointers. */

/** What the twins of the neighbour kernels read: as lib/assembly/neighbours/neighbourhood.ts, in typed arrays. */
export interface Neighbours {
  /** By entity: raters, ascending, and what is compared. */
  rows: {start: Int32Array; index: Int32Array; value: Float32Array}
  /** By rater: entities, ascending, what is compared and the deviation of each. */
  columns: {start: Int32Array; index: Int32Array; value: Float32Array; deviations: Float32Array}
  measure: 'jaccard' | 'cosine' | 'distance' | 'pearson'
  overAll: boolean
  minSupport: number
  shrinkage: number
  amplification: number
  k: number
  damping: number
}

/** Twin of `similarityRow`: the same pass over co-ratings, every sum in float64. */
export function similarityRow(t: Neighbours, x: number): Float64Array {
  const entities = t.rows.start.length - 1
  const [n, xy, xx, yy, sx, sy] = Array.from({length: 6}, () => new Float64Array(entities))
  for (let r = t.rows.start[x]; r < t.rows.start[x + 1]; r++) {
    const a = t.rows.value[r]
    const rater = t.rows.index[r]
    for (let c = t.columns.start[rater]; c < t.columns.start[rater + 1]; c++) {
      const y = t.columns.index[c]
      const b = t.columns.value[c]
      n[y]++
      xy[y] += a * b
      xx[y] += a * a
      yy[y] += b * b
      sx[y] += a
      sy[y] += b
    }
  }
  const squares = (e: number): number =>
    t.rows.value.subarray(t.rows.start[e], t.rows.start[e + 1]).reduce((sum, v) => sum + v * v, 0)
  const count = (e: number): number => t.rows.start[e + 1] - t.rows.start[e]
  return Float64Array.from(n, (support, y) => {
    if (y === x) return 1
    if (support === 0 || support < t.minSupport) return 0
    const either = count(x) + count(y) - support
    const [left, right] = t.overAll ? [squares(x), squares(y)] : [xx[y], yy[y]]
    let s: number
    if (t.measure === 'jaccard') s = t.overAll ? support / either : 1
    else if (t.measure === 'distance')
      s = 1 / (1 + (left + right - 2 * xy[y]) / (t.overAll ? either : support))
    else if (t.measure === 'cosine') s = left * right > 0 ? xy[y] / Math.sqrt(left * right) : 0
    else {
      const varies = (support * xx[y] - sx[y] ** 2) * (support * yy[y] - sy[y] ** 2)
      s = varies > 0 ? (support * xy[y] - sx[y] * sy[y]) / Math.sqrt(varies) : 0
    }
    if (t.shrinkage > 0) s *= (support - 1) / (support - 1 + t.shrinkage)
    return Math.sign(s) * Math.abs(s) ** t.amplification
  })
}

/** Twin of `weighNearest`: sorts. `row` are the weights of the entities at `index`. */
export function weighNearest(
  t: Neighbours,
  row: ArrayLike<number>,
  index: Int32Array,
  deviations: Float32Array
): {mean: number; places: number[]} {
  const places = [...index.keys()]
    .filter(p => row[index[p]] > 0)
    .sort((a, b) => row[index[b]] - row[index[a]] || a - b)
    .slice(0, t.k)
  const weight = places.reduce((total, p) => total + row[index[p]], t.damping)
  const sum = places.reduce((total, p) => total + row[index[p]] * deviations[p], 0)
  return {mean: places.length > 0 ? sum / weight : 0, places}
}

/** Twin of `neighbourScores`: pairs one by one; a row is kept while the entity stays the same. */
export function neighbourScores(t: Neighbours, entity: Int32Array, rater: Int32Array): Float64Array {
  let row: Float64Array = new Float64Array(0)
  let x = -1
  return Float64Array.from(entity, (e, n) => {
    if (e !== x) row = similarityRow(t, e)
    x = e
    row[e] = 0
    const [from, to] = [t.columns.start[rater[n]], t.columns.start[rater[n] + 1]]
    return weighNearest(t, row, t.columns.index.subarray(from, to), t.columns.deviations.subarray(from, to))
      .mean
  })
}

/** Twin of `neighbourStore`: the `k` nearest of an entity, whoever rated what. */
export function neighbourStore(t: Neighbours, x: number): number[] {
  const row = similarityRow(t, x)
  row[x] = 0
  const everyone = Int32Array.from(row.keys())
  return weighNearest(t, row, everyone, new Float32Array(row.length)).places
}
