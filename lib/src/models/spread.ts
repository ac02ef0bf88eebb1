import type {Rated, Since} from './model'

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array

/** @internal Rows of `width` numbers at their new places among `rows`; those between are filled. The same array where nothing moves. */
export function spread<T extends Numbers>(old: T, places: Int32Array, rows: number, width = 1, fill = 0): T {
  if (places.length === rows) return old
  const made = new (old.constructor as new (length: number) => T)(rows * width).fill(fill) as T
  for (let k = 0; k < places.length; k++)
    made.set(old.subarray(k * width, (k + 1) * width), places[k] * width)
  return made
}

/** @internal The starts of rows at their new places; those between are empty. */
export function spreadStarts(start: Int32Array, places: Int32Array, rows: number): Int32Array {
  const made = new Int32Array(rows + 1)
  for (let k = 0; k < places.length; k++) made[places[k] + 1] = start[k + 1] - start[k]
  for (let row = 0; row < rows; row++) made[row + 1] += made[row]
  return made
}

/** @internal Marks of these indices among `length`. */
export function marksOf(indices: Int32Array, length: number): Uint8Array {
  const marks = new Uint8Array(length)
  for (const k of indices) marks[k] = 1
  return marks
}

/** @internal Users who rated something since the fit, ascending. */
export function changedUsers({u}: Since): Int32Array {
  return u.filter((one, n) => n === 0 || one !== u[n - 1])
}

/** @internal The ratings of a row, of others that are not marked alone. */
export function rowWithout(
  {start, index, value}: Rated['byUser'],
  row: number,
  marked?: Uint8Array
): {u: -1; i: Int32Array; r: Float32Array} {
  const [from, to] = [start[row], start[row + 1]]
  const [i, r] = [index.subarray(from, to), value.subarray(from, to)]
  if (marked === undefined || i.every(k => marked[k] === 0)) return {u: -1, i, r}
  const kept = [...i.keys()].filter(n => marked[i[n]] === 0)
  return {u: -1, i: Int32Array.from(kept, n => i[n]), r: Float32Array.from(kept, n => r[n])}
}
