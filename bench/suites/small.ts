import path from 'node:path'
import {Baseline, engines, RatingEngine, type Ratings, readRatings, split} from 'movie-recs'
import type {Bench} from '../harness'

const SIZES = [200, 500, 1000, 2000, 5000]
/** Random subsets of each size, whose squared errors are pooled. */
const SUBSETS = 20
/** The baseline is what the others are measured by; what takes a missing rating for 0 predicts no stars worth comparing. */
const OTHERS = ['baseline', 'truncated-svd']

/**
 * How engines do where there is little to learn from: with their defaults, on random subsets of MovieLens 100K of which a fifth is held
 * out, their RMSE as a multiple of the baseline's. `--only mf,als` runs some of them and keeps the other rows.
 */
export async function small(bench: Bench): Promise<void> {
  const folder = bench.data('ml-100k')
  if (folder === undefined) {
    console.log('small: MovieLens 100K is not here (movie-recs data 100k).')
    return
  }
  const all = await readRatings(path.join(folder, 'u1.base'))
  const table: Array<Record<string, string | number>> = []
  const inStars: Record<string, string | number> = {engine: 'baseline, RMSE in stars'}
  const base: number[] = []
  for (const [k, size] of SIZES.entries()) {
    const {squares, count} = await pooled(() => new Baseline(), all, size)
    base[k] = squares
    inStars[`${size} ratings`] = Math.sqrt(squares / count).toFixed(4)
  }
  table.push(inStars)
  for (const Class of engines()) {
    const {name} = Class.spec
    if (!(Class.prototype instanceof RatingEngine) || OTHERS.includes(name)) continue
    if (bench.only.length > 0 && !bench.only.includes(name)) continue
    const row: Record<string, string | number> = {engine: name}
    for (const [k, size] of SIZES.entries()) {
      const {squares} = await pooled(() => new Class() as RatingEngine<any>, all, size)
      row[`${size} ratings`] = Math.sqrt(squares / base[k]).toFixed(4)
    }
    console.log(row)
    table.push(row)
  }
  bench.table(
    `RMSE over that of the baseline on few ratings: ${SUBSETS} random subsets of MovieLens 100K of each size, pooled`,
    table
  )
}

/** Squared errors of an engine on the held-out fifths of all subsets of a size, and how many they are. */
async function pooled(
  make: () => RatingEngine<any>,
  all: Ratings,
  size: number
): Promise<{squares: number; count: number}> {
  let squares = 0
  let count = 0
  for (let seed = 1; seed <= SUBSETS; seed++) {
    const some = split(all, {test: size / all.length, seed}).test
    const {train, test} = split(some, {test: 0.2, seed})
    const predicted = (await make().fit(train)).predictAll(test)
    squares += test.rows.r.reduce((sum, rating, n) => sum + (rating - predicted[n]) ** 2, 0)
    count += test.length
  }
  return {squares, count}
}
