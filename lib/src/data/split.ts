import {ArgumentError, OptionError} from '../errors'
import {Random} from '../math/random'
import {shown} from '../printable'
import {filledRows} from './compressed'
import {checkRatings, Ratings} from './ratings'

/** How ratings are divided. */
export interface SplitOptions {
  /** Share of the ratings that goes to the test part (of each user's ratings for `by: 'user'`). @default 0.1 */
  test?: number
  /** Of the random numbers: the same seed gives the same result. @default 1 */
  seed?: number
  /**
   * `random`: rows at random. `user`: the same share of every user's ratings. `time`: the latest rows of all.
   * `leave-last-out`: the last rating of every user with at least two; `test` has no effect there. `cold-users`: all ratings of that share of the
   * users, whom train does not know. `time` and `leave-last-out` need timestamps.
   * @default 'random'
   */
  by?: 'random' | 'user' | 'time' | 'leave-last-out' | 'cold-users'
}

/** The ways to divide ratings. */
export const SPLITS: ReadonlyArray<NonNullable<SplitOptions['by']>> = [
  'random',
  'user',
  'time',
  'leave-last-out',
  'cold-users'
]

/** Two parts of the same ratings: they keep the parent's ids, scale and catalogue, and its order of rows. */
export interface Split {
  /** What engines learn from. */
  train: Ratings
  /** What they are measured on. */
  test: Ratings
}

/** Divides ratings into a train and a test part. */
export function split(ratings: Ratings, o: SplitOptions = {}): Split {
  checkRatings(ratings, 'split')
  const {test = 0.1, seed = 1, by = 'random'} = o
  if (!(test > 0 && test < 1))
    throw new OptionError('test', test, `Option test: expected a share between 0 and 1, got ${test}.`)
  const picked = new Uint8Array(ratings.length)
  if (by === 'random')
    pick(new Random(seed).permutation(ratings.length), Math.round(test * ratings.length), picked)
  else if (by === 'user') pickByUser(ratings, test, seed, picked)
  else if (by === 'time') pick(byTime(ratings, by).reverse(), Math.round(test * ratings.length), picked)
  else if (by === 'leave-last-out') pickLast(ratings, picked)
  else if (by === 'cold-users') pickUsers(ratings, test, seed, picked)
  else throw new OptionError('by', by, `Option by: expected one of ${SPLITS.join(', ')}, got ${String(by)}.`)
  return divide(ratings, picked)
}

/** `folds` divisions in which every rating is in the test part exactly once. */
export function kFold(ratings: Ratings, o: {folds?: number; seed?: number} = {}): Split[] {
  checkRatings(ratings, 'kFold')
  const {folds = 5, seed = 1} = o
  if (!Number.isInteger(folds) || folds < 2 || folds > ratings.length)
    throw new OptionError(
      'folds',
      folds,
      `Option folds: expected a whole number from 2 to ${ratings.length}, got ${folds}.`
    )
  const order = new Random(seed).permutation(ratings.length)
  return Array.from({length: folds}, (_, fold) => {
    const picked = new Uint8Array(ratings.length)
    const from = Math.floor((fold * ratings.length) / folds)
    const to = Math.floor(((fold + 1) * ratings.length) / folds)
    for (let k = from; k < to; k++) picked[order[k]] = 1
    return divide(ratings, picked)
  })
}

/**
 * The test part is the rows of these numbers, counted from 0; train is the rest. Of ratings as they were read the numbers are those of the
 * rows of their files: rows that were left out there (`ratings.rowsLeftOut`) are counted, and are in neither part.
 */
export function splitRows(ratings: Ratings, testRows: Iterable<number>): Split {
  checkRatings(ratings, 'splitRows')
  const {length, rowsLeftOut} = ratings
  const picked = new Uint8Array(length + rowsLeftOut.length)
  for (const row of testRows) {
    if (!Number.isInteger(row) || row < 0 || row >= picked.length)
      throw new OptionError(
        'testRows',
        row,
        `Test row ${row}: expected a row number from 0 to ${picked.length - 1}.`
      )
    picked[row] = 1
  }
  for (let n = 0, k = 0; n < picked.length; n++) {
    if (n === rowsLeftOut[k]) k++
    else picked[n - k] = picked[n]
  }
  return divide(ratings, picked.subarray(0, length))
}

/** @internal Refuses what are not two parts, where `what` expects them. */
export function checkSplit(parts: Split, what: string): void {
  if (!(parts?.train instanceof Ratings && parts.test instanceof Ratings))
    throw new ArgumentError(`${what} expects {train, test}, as split() gives them, got ${shown(parts)}.`)
}

function divide(ratings: Ratings, picked: Uint8Array): Split {
  let count = 0
  for (let n = 0; n < picked.length; n++) count += picked[n]
  const train = new Int32Array(picked.length - count)
  const test = new Int32Array(count)
  for (let n = 0, a = 0, b = 0; n < picked.length; n++) {
    if (picked[n] === 1) test[b++] = n
    else train[a++] = n
  }
  return {train: ratings.select(train), test: ratings.select(test)}
}

function pick(order: Int32Array, count: number, picked: Uint8Array): void {
  for (let k = 0; k < count; k++) picked[order[k]] = 1
}

function pickByUser(ratings: Ratings, test: number, seed: number, picked: Uint8Array): void {
  const {start, row} = ratings.byUser
  for (let u = 0; u + 1 < start.length; u++) {
    const mine = new Random(seed, u).shuffle(row.slice(start[u], start[u + 1]))
    pick(mine, Math.round(test * mine.length), picked)
  }
}

/** All ratings of some users, one at least, and never of all. */
function pickUsers(ratings: Ratings, test: number, seed: number, picked: Uint8Array): void {
  const {start, row} = ratings.byUser
  const users = filledRows(start)
  const count = Math.min(users.length - 1, Math.max(1, Math.round(test * users.length)))
  for (const k of new Random(seed).permutation(users.length).subarray(0, count))
    for (let n = start[users[k]]; n < start[users[k] + 1]; n++) picked[row[n]] = 1
}

function pickLast(ratings: Ratings, picked: Uint8Array): void {
  const last = new Int32Array(ratings.frame.userIds.length).fill(-1)
  const count = new Int32Array(last.length)
  for (const row of byTime(ratings, 'leave-last-out')) {
    last[ratings.rows.u[row]] = row
    count[ratings.rows.u[row]]++
  }
  for (let u = 0; u < last.length; u++) if (count[u] > 1) picked[last[u]] = 1
}

/** Row numbers from the earliest to the latest; ties keep the order of rows. */
function byTime(ratings: Ratings, by: string): Int32Array {
  const {t} = ratings.rows
  if (t === undefined)
    throw new OptionError(
      'by',
      by,
      `Option by: '${by}' needs timestamps, and these ratings have none. Use 'random' or 'user'.`
    )
  const order = new Int32Array(t.length)
  for (let n = 0; n < order.length; n++) order[n] = n
  return order.sort((a, b) => t[a] - t[b] || a - b)
}
