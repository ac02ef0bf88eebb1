import {group, transpose} from './compressed'

/** What becomes of pairs of user and movie that come more than once. */
export type Duplicates = 'error' | 'first' | 'last' | 'mean' | 'sum'
export const DUPLICATES: readonly Duplicates[] = ['error', 'first', 'last', 'mean', 'sum']

/** The most pairs for which a table of bits is made: 64 MB. */
const MOST_BITS = 2 ** 29

/** The rows whose (user, movie) pair has come before, ascending; only the first of them unless `all`. */
export function duplicateRows(
  u: Int32Array,
  i: Int32Array,
  users: number,
  movies: number,
  all: boolean
): number[] {
  const rows: number[] = []
  if (users * movies <= MOST_BITS) {
    const seen = new Int32Array((users * movies + 31) >>> 5)
    for (let n = 0; n < u.length; n++) {
      const pair = u[n] * movies + i[n]
      const bit = 1 << (pair & 31)
      if ((seen[pair >>> 5] & bit) !== 0) {
        rows.push(n)
        if (!all) return rows
      }
      seen[pair >>> 5] |= bit
    }
    return rows
  }
  const {start, index, row} = transpose(group(i, u, new Float32Array(u.length), movies), users)
  for (let m = 0; m < users; m++)
    for (let k = start[m] + 1; k < start[m + 1]; k++) if (index[k] === index[k - 1]) rows.push(row[k])
  rows.sort((a, b) => a - b)
  return all ? rows : rows.slice(0, 1)
}

/** Ratings in the order of their rows, whose values may be written. */
interface Rows {
  readonly u: Int32Array
  readonly i: Int32Array
  readonly r: Float32Array
  readonly t?: Float64Array
}

/**
 * Makes one rating of each pair that comes more than once, in place: the first or the last by time (by row where there are no times, or
 * equal ones), or the mean or the sum at the latest time. `again` are the rows whose pair has come before. Returns the rows that are to be left out, ascending, and
 * what was done.
 */
export function mergeDuplicates(
  {u, i, r, t}: Rows,
  again: readonly number[],
  movies: number,
  how: Exclude<Duplicates, 'error'>
): {out: number[]; said: string} {
  const rowsOf = new Map<number, number[]>(again.map(row => [u[row] * movies + i[row], []]))
  for (let n = 0; n < u.length; n++) rowsOf.get(u[n] * movies + i[n])?.push(n)
  const out: number[] = []
  for (const rows of rowsOf.values()) {
    const byTime = t === undefined ? rows : [...rows].sort((a, b) => t[a] - t[b] || a - b)
    const kept = how === 'last' ? byTime[byTime.length - 1] : how === 'first' ? byTime[0] : rows[0]
    if (how === 'mean' || how === 'sum') {
      const sum = rows.reduce((all, row) => all + r[row], 0)
      r[kept] = how === 'sum' ? sum : sum / rows.length
      if (t !== undefined) t[kept] = t[byTime[byTime.length - 1]]
    }
    for (const row of rows) if (row !== kept) out.push(row)
  }
  const by = how === 'mean' || how === 'sum' ? '' : t === undefined ? ' in the order of rows' : ' by time'
  const pairs =
    rowsOf.size === 1 ? '1 pair of user and movie comes' : `${rowsOf.size} pairs of user and movie come`
  return {
    out: out.sort((a, b) => a - b),
    said: `${pairs} more than once: the ${how}${by} is kept, for ${out.length + rowsOf.size} ratings ${rowsOf.size}.`
  }
}
