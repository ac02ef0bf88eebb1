import type {Ratings} from '../data/ratings'
import type {Split} from '../data/split'
import {ArgumentError} from '../errors'
import {pow} from '../math/exponential'
import {count} from '../show/numbers'
import {Table} from '../show/table'
import {type Comparison, compareEvaluations} from './comparison'
import {ErrorTally, type Evaluation} from './errors'

/** By what test ratings are put into groups: ratings of the user, or of the movie, in train; genres of the movie. */
export type Grouping = 'user ratings' | 'movie ratings' | 'genre'

/** One group: its size, and the RMSE of each engine in it. */
export interface GroupRow {
  name: string
  /** Test ratings. */
  ratings: number
  /** Users in the group. */
  users: number
  [engine: string]: string | number
}

/** Errors of several engines, group by group. */
export interface ErrorsByGroup {
  /** What users or movies were grouped by. */
  by: Grouping
  /** A row for each group. */
  groups: Table<GroupRow>
  /** Of each group by its name: the engines with intervals and letters, as everywhere. p is corrected within a group, not over groups. */
  comparisons: Readonly<Record<string, Comparison>>
  /** Test ratings in groups of too few users to compare by. */
  leftOut: number
}

/**
 * Where engines differ: their test errors by how many ratings the user or the movie has in train, in groups that grow by a factor, or by
 * genre, where a rating counts in each genre of its movie. A group of too few people goes into the next one, the last into the one before;
 * genres of too few are left out. Evaluations are of one test part.
 * @throws ArgumentError where the catalogue has no genres, or no group has `users` users
 */
export function errorsByGroup(
  evaluations: Readonly<Record<string, Evaluation>>,
  {train, test}: Split,
  o: {
    by: Grouping
    /** Users that a group must have. @default 10 */
    users?: number
    /** By which groups of ratings grow: with 4 none, 1 to 3, 4 to 15, 16 to 63, … @default 4 */
    factor?: number
  }
): ErrorsByGroup {
  const {by, users = 10, factor = 4} = o
  if (!Number.isInteger(factor) || factor < 2)
    throw new ArgumentError(`errorsByGroup: expected a whole factor from 2 up, got ${factor}.`)
  const strange = Object.entries(evaluations).find(([, {errors}]) => errors.length !== test.length)
  if (strange !== undefined)
    throw new ArgumentError(
      `errorsByGroup: ${strange[0]} was measured on ${count(strange[1].errors.length)} ratings, this test part has ${count(test.length)}. Give the parts that it was measured on.`
    )
  const rows: GroupRow[] = []
  const kept = new Uint8Array(test.length)
  const comparisons: Record<string, Comparison> = {}
  for (const [name, members] of groupsOf(train, test, by, users, factor)) {
    if (peopleIn(test, members) < users) continue
    const comparison = compareEvaluations(within(evaluations, test, members))
    for (const n of members) kept[n] = 1
    comparisons[name] = comparison
    const errors = new Map(comparison.engines.map(({engine, value}) => [engine, value]))
    rows.push({
      name,
      ratings: members.length,
      users: comparison.users,
      ...Object.fromEntries(Object.keys(evaluations).map(engine => [engine, errors.get(engine) as number]))
    })
  }
  if (rows.length === 0)
    throw new ArgumentError(`errorsByGroup: no group by ${by} has ${users} users among the test ratings.`)
  const decimals = Object.fromEntries(Object.keys(evaluations).map(engine => [engine, 4]))
  const groups = new Table(rows, {headings: {name: by, ratings: 'test ratings'}, decimals})
  return {by, groups, comparisons, leftOut: kept.reduce((sum, one) => sum + 1 - one, 0)}
}

/** Rows of the test part by the name of their group: by support from few to many, genres with the most ratings first. */
function groupsOf(
  train: Ratings,
  test: Ratings,
  by: Grouping,
  users: number,
  factor: number
): Array<[name: string, rows: number[]]> {
  if (by === 'genre') return genresOf(test)
  const {u, i} = test.indexedBy(train.frame.userIds, train.frame.movieIds)
  const {start} = by === 'user ratings' ? train.byUser : train.byMovie
  const index = by === 'user ratings' ? u : i
  const bins: number[][] = []
  for (let n = 0; n < index.length; n++) {
    const bin = binOf(index[n] < 0 ? 0 : start[index[n] + 1] - start[index[n]], factor)
    while (bins.length <= bin) bins.push([])
    bins[bin].push(n)
  }
  const groups: Array<{first: number; last: number; rows: number[]}> = []
  for (const [bin, rows] of bins.entries()) {
    const before = groups.at(-1)
    if (before !== undefined && peopleIn(test, before.rows) < users) {
      before.rows = before.rows.concat(rows)
      before.last = bin
    } else if (rows.length > 0) groups.push({first: bin, last: bin, rows: [...rows]})
  }
  const [before, end] = groups.slice(-2)
  if (end !== undefined && peopleIn(test, end.rows) < users) {
    groups.pop()
    before.rows = before.rows.concat(end.rows)
    before.last = end.last
  }
  return groups.map(({first, last, rows}) => [nameOf(first, last, factor), rows])
}

/** None is the first bin, then they begin at the powers of the factor. */
function binOf(support: number, factor: number): number {
  let bin = 0
  while (support >= pow(factor, bin)) bin++
  return support === 0 ? 0 : bin
}

function nameOf(first: number, last: number, factor: number): string {
  if (last === 0) return 'none'
  const [from, to] = [first === 0 ? 0 : pow(factor, first - 1), pow(factor, last) - 1]
  return from === to ? count(to) : `${count(from)} to ${count(to)}`
}

function peopleIn(test: Ratings, rows: readonly number[]): number {
  return new Set(rows.map(n => test.rows.u[n])).size
}

function genresOf(test: Ratings): Array<[name: string, rows: number[]]> {
  const {ids} = test.frame.movieIds
  const genres = ids.map(id => test.movies.get(id)?.genres ?? [])
  const groups = new Map<string, number[]>()
  for (const [n, i] of test.rows.i.entries()) {
    for (const genre of genres[i]) {
      const rows = groups.get(genre)
      if (rows === undefined) groups.set(genre, [n])
      else rows.push(n)
    }
  }
  if (groups.size === 0) throw new ArgumentError('errorsByGroup: the movies of these ratings have no genres.')
  return [...groups].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))
}

/** Each evaluation as if these rows were all of the test part. */
function within(
  evaluations: Readonly<Record<string, Evaluation>>,
  test: Ratings,
  rows: readonly number[]
): Record<string, Pick<Evaluation, 'byUser'>> {
  return Object.fromEntries(
    Object.entries(evaluations).map(([name, {errors}]) => {
      const tally = new ErrorTally()
      for (const n of rows) tally.add(test.frame.userIds.ids[test.rows.u[n]], errors[n])
      return [name, {byUser: tally.byUser}]
    })
  )
}
