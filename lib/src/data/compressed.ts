/**
 * Ratings in compressed rows: those of row `k` (a user, or a movie) stand at `start[k]` to `start[k + 1] - 1`, in the order of
 * the other side's indices, each pair once.
 */
export interface Compressed {
  /** [rows + 1] */
  readonly start: Int32Array
  /** [ratings] dense index of the other side */
  readonly index: Int32Array
  /** [ratings] */
  readonly value: Float32Array
  /** [ratings] where the rating stands in row order */
  readonly row: Int32Array
}

/** Rows of (major, minor, value) in compressed form, in row order within each major: one counting pass. O(ratings + majors). */
export function group(major: Int32Array, minor: Int32Array, value: Float32Array, majors: number): Compressed {
  const made = allocate(major, majors)
  const next = made.start.slice(0, majors)
  for (let k = 0; k < major.length; k++) {
    const to = next[major[k]]++
    made.index[to] = minor[k]
    made.value[to] = value[k]
    made.row[to] = k
  }
  return made
}

/** The same ratings by the other side. Walked in order, so each new row has its indices ascending. O(ratings + minors). */
export function transpose({start, index, value, row}: Compressed, minors: number): Compressed {
  const made = allocate(index, minors)
  const next = made.start.slice(0, minors)
  for (let major = 0; major + 1 < start.length; major++) {
    for (let k = start[major]; k < start[major + 1]; k++) {
      const to = next[index[k]]++
      made.index[to] = major
      made.value[to] = value[k]
      made.row[to] = row[k]
    }
  }
  return made
}

/** Where each key, from 0 to `size` - 1, begins in `order`, which has the places of keys one key behind the other. O(keys + size). */
export function grouped(keys: Int32Array, size: number): {start: Int32Array; order: Int32Array} {
  const start = new Int32Array(size + 1)
  for (let n = 0; n < keys.length; n++) start[keys[n] + 1]++
  for (let key = 0; key < size; key++) start[key + 1] += start[key]
  const next = start.slice(0, size)
  const order = new Int32Array(keys.length)
  for (let n = 0; n < keys.length; n++) order[next[keys[n]]++] = n
  return {start, order}
}

/** The rows that have an entry, ascending, by the row starts of a compressed table. */
export function filledRows(start: Int32Array): number[] {
  const rows: number[] = []
  for (let row = 0; row + 1 < start.length; row++) if (start[row] < start[row + 1]) rows.push(row)
  return rows
}

/** How many entries each row has, by the row starts of a compressed table. [rows] */
export function lengthsOf(start: Int32Array): Int32Array {
  const lengths = new Int32Array(start.length - 1)
  for (let row = 0; row < lengths.length; row++) lengths[row] = start[row + 1] - start[row]
  return lengths
}

/** Empty rows with room for each key as often as it comes. */
function allocate(keys: Int32Array, rows: number): Compressed {
  const start = new Int32Array(rows + 1)
  for (let k = 0; k < keys.length; k++) start[keys[k] + 1]++
  for (let row = 0; row < rows; row++) start[row + 1] += start[row]
  const n = keys.length
  return {start, index: new Int32Array(n), value: new Float32Array(n), row: new Int32Array(n)}
}
