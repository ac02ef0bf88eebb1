import {readFileSync} from 'node:fs'
import path from 'node:path'
import {type Ratings, readRatings, type Split, splitRows} from 'movie-recs'

/** A random 90/10 split of MovieLens 1M, by the rows that stand beside its ratings: n from 1 to 3. */
export function millionSplit(folder: string, n: number, ratings: Ratings): Split {
  const rows = readFileSync(path.join(folder, `splits/test-rows-${n}.txt`), 'utf8')
    .trim()
    .split(/\s+/)
  return splitRows(ratings, rows.map(Number))
}

/** The same of the ratings alone, read here. */
export async function readMillionSplit(folder: string, n: number): Promise<Split> {
  return millionSplit(folder, n, await readRatings(path.join(folder, 'ratings.csv')))
}
