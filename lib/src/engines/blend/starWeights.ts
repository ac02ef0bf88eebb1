import type {Ratings} from '../../data/ratings'
import {cholesky, choleskySolve} from '../../math/cholesky'
import {log1p} from '../../math/logarithms'
import {along, type BlendMember, type Slopes, type Span, type StarTerms} from '../../models/blend'
import {Support} from '../../models/model'
import {scoringOf} from '../../models/scoring'
import type {Engine} from '../engine'
import type {Run} from '../run'

/** Parts of the cross-validation that the penalty is chosen by. */
const FOLDS = 10
/** Penalties that are tried, in ratings, from the one that leaves the plain mean of the members. */
const PENALTIES = [1e6, 1e5, 1e4, 1000, 100, 10, 1]

/** Weights, what they move by, and the level of a blend for stars. */
export interface StarWeights {
  readonly members: ReadonlyArray<{readonly weight: number; readonly slopes: Slopes}>
  readonly terms: StarTerms
}

/** What ridge regression learns from: the columns are the members' scores, then the same times a_u, times b_i, then 1, a_u and b_i. */
interface Regression {
  /** [pairs × size], row-major */
  readonly columns: Float64Array
  readonly size: number
  /** [pairs] what is left of each rating once the plain mean of the members is taken off */
  readonly target: Float64Array
  /** [pairs] that mean */
  readonly plain: Float64Array
  /** [pairs] */
  readonly r: Float32Array
  readonly scale: readonly [number, number]
}

/** These weights as they are, with no terms for what is known. */
export function fixedWeights(weights: readonly number[], {mean}: Ratings): StarWeights {
  const span: Span = {centre: 0, deviation: 1, least: 0, most: 0}
  return {
    members: weights.map(weight => ({weight, slopes: [0, 0]})),
    terms: {level: mean, slopes: [0, 0], users: span, movies: span}
  }
}

/** Fitted engines as members for stars: measured from the mean rating. */
export function starMembers(
  engines: ReadonlyArray<Engine<any, any>>,
  {members}: StarWeights,
  {mean}: Ratings
): BlendMember[] {
  return engines.map(({model}, k) => ({model, ...members[k], mean, deviation: 1}))
}

/**
 * Weights of members that were fitted on `rest`, by ridge regression on the ratings of `part`:
 *
 *   minimise   sum of (r - score)² + penalty · (|c - 1/K|² + |c'|² + |c''|²)          with the symbols of `BlendModel`
 *
 * so that a large penalty leaves the plain mean of the K members. The penalty, and whether the terms c' and c'' are there at all, are
 * chosen by cross-validation in ten folds: from the simplest on, what is next takes its place where its squared errors are lower by more than two
 * standard errors of the difference.
 */
export async function starWeights(
  engines: ReadonlyArray<Engine<any, any>>,
  rest: Ratings,
  part: Ratings,
  run: Run
): Promise<StarWeights> {
  const support = Support.of(rest)
  const {u, i} = part.indexedBy(rest.frame.userIds, rest.frame.movieIds)
  const users = spanOf(u, support.users)
  const movies = spanOf(i, support.movies)
  const known = [u.map(k => support.users[k]), i.map(k => support.movies[k])]
  const theirs: Float64Array[] = []
  for (const {model} of engines) {
    const {score} = await run.through(scoringOf(model, {u, i, ...timesOf(part)}), () => undefined)
    theirs.push(Float64Array.from(score))
  }
  const all = regressionOf(theirs, known, [users, movies], part, rest)
  const sums = await foldSums(all, run)
  const count = theirs.length
  let chosen: {terms: boolean; penalty: number; errors: Float64Array} | undefined
  for (const terms of [false, true]) {
    for (const penalty of PENALTIES) {
      if (run.outOfBreath) await run.breathe()
      const errors = errorsBy(all, sums, count, terms, penalty)
      if (chosen === undefined || isLower(errors, chosen.errors)) chosen = {terms, penalty, errors}
    }
  }
  const {terms = false, penalty = PENALTIES[0]} = chosen ?? {}
  const solved = solve(sums, -1, all.size, columnsIn(count, all.size, terms), penalty)
  const slopesAt = (k: number): Slopes => [solved[count + k], solved[2 * count + k]]
  return {
    members: theirs.map((_, k) => ({weight: 1 / count + solved[k], slopes: slopesAt(k)})),
    terms: {
      level: rest.mean + solved[3 * count],
      slopes: [solved[3 * count + 1], solved[3 * count + 2]],
      users,
      movies
    }
  }
}

function timesOf({rows: {t}}: Ratings): {t?: Float64Array} {
  return t === undefined ? {} : {t: Float64Array.from(t)}
}

/** How many ratings of each of these are known: where their logarithms lie. */
function spanOf(rows: Int32Array, ratings: Int32Array): Span {
  const logs = Float64Array.from(rows, row => log1p(ratings[row]))
  let [sum, squares, least, most] = [0, 0, Number.POSITIVE_INFINITY, 0]
  for (const log of logs) {
    sum += log
    squares += log * log
    least = Math.min(least, log)
    most = Math.max(most, log)
  }
  const centre = sum / logs.length
  const variance = squares / logs.length - centre * centre
  return {centre, deviation: variance > 1e-12 ? Math.sqrt(variance) : 1, least, most}
}

function regressionOf(
  theirs: readonly Float64Array[],
  [ofUsers, ofMovies]: readonly Int32Array[],
  [users, movies]: readonly Span[],
  {rows: {r}, scale}: Ratings,
  {mean}: Ratings
): Regression {
  const count = theirs.length
  const size = 3 * count + 3
  const columns = new Float64Array(r.length * size)
  const target = new Float64Array(r.length)
  const plain = new Float64Array(r.length)
  for (let n = 0; n < r.length; n++) {
    const row = columns.subarray(n * size, (n + 1) * size)
    const a = along(users, ofUsers[n])
    const b = along(movies, ofMovies[n])
    let sum = 0
    for (let k = 0; k < count; k++) {
      const score = theirs[k][n] - mean
      sum += score
      row[k] = score
      row[count + k] = score * a
      row[2 * count + k] = score * b
    }
    row.set([1, a, b], 3 * count)
    plain[n] = mean + sum / count
    target[n] = r[n] - plain[n]
  }
  return {columns, size, target, plain, r, scale}
}

/** X'X and X'y of each fold, side by side: [FOLDS][size × (size + 1)]. */
async function foldSums({columns, size, target}: Regression, run: Run): Promise<Float64Array[]> {
  const sums = Array.from({length: FOLDS}, () => new Float64Array(size * (size + 1)))
  for (let n = 0; n < target.length; n++) {
    if (run.outOfBreath) await run.breathe()
    const row = columns.subarray(n * size, (n + 1) * size)
    const own = sums[n % FOLDS]
    for (let j = 0; j < size; j++) {
      for (let k = 0; k <= j; k++) own[j * (size + 1) + k] += row[j] * row[k]
      own[j * (size + 1) + size] += row[j] * target[n]
    }
  }
  return sums
}

/** The columns that are in use: without terms for what is known, the members' scores and 1. */
function columnsIn(count: number, size: number, terms: boolean): number[] {
  return [...Array(size).keys()].filter(c => terms || c < count || c === 3 * count)
}

/** The ridge solution without one fold (-1: with all), 0 where a column is not in use. */
function solve(
  sums: readonly Float64Array[],
  without: number,
  size: number,
  used: readonly number[],
  penalty: number
): Float64Array {
  const n = used.length
  const a = new Float64Array(n * n)
  const b = new Float64Array(n)
  for (const [fold, own] of sums.entries()) {
    if (fold === without) continue
    for (let j = 0; j < n; j++) {
      const row = used[j] * (size + 1)
      for (let k = 0; k <= j; k++) a[j * n + k] += own[row + used[k]]
      b[j] += own[row + size]
    }
  }
  for (let j = 0; j < n; j++) a[j * n + j] += penalty
  cholesky(a, n)
  choleskySolve(a, n, b)
  const solved = new Float64Array(size)
  for (let j = 0; j < n; j++) solved[used[j]] = b[j]
  return solved
}

/** [pairs] squared errors, each by the weights of the other folds, scores clipped to the scale */
function errorsBy(
  {columns, size, plain, r, scale: [min, max]}: Regression,
  sums: readonly Float64Array[],
  count: number,
  terms: boolean,
  penalty: number
): Float64Array {
  const used = columnsIn(count, size, terms)
  const solved = sums.map((_, fold) => solve(sums, fold, size, used, penalty))
  return Float64Array.from(r, (rating, n) => {
    const own = solved[n % FOLDS]
    let score = plain[n]
    for (const c of used) score += own[c] * columns[n * size + c]
    return (Math.min(max, Math.max(min, score)) - rating) ** 2
  })
}

/** Whether squared errors are lower than others by more than two standard errors of the difference. */
function isLower(errors: Float64Array, others: Float64Array): boolean {
  let [sum, squares] = [0, 0]
  const n = errors.length
  for (let k = 0; k < n; k++) {
    const difference = others[k] - errors[k]
    sum += difference
    squares += difference * difference
  }
  const mean = sum / n
  return mean > 2 * Math.sqrt(Math.max(0, squares / n - mean * mean) / n)
}
