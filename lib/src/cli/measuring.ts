import type {Ratings} from '../data/ratings'
import {SPLITS, type Split, split, splitRows} from '../data/split'
import type {Engine} from '../engines/engine'
import {doubtsOf} from '../evaluate/doubts'
import {
  type EvaluateRankingOptions,
  evaluateRanking,
  type RankingEvaluation,
  type RankingOptions
} from '../evaluate/ranking'
import {CONVENTIONS, type RankingConventions} from '../math/rankingFigures'
import {count} from '../show/numbers'
import {type Io, needed, number, text, UsageError, type Values} from './command'
import {fitWithProgress, ratingFiles, ratingsFrom, rowNumbers} from './inputs'

/** Options that name what to fit on and what to measure on. */
export const PART_OPTIONS = {
  train: {type: 'string'},
  test: {type: 'string'},
  'test-rows': {type: 'string'},
  holdout: {type: 'string'},
  by: {type: 'string'}
} as const

/** Options that ask for figures of lists. */
export const RANKING_OPTIONS = {
  ranking: {type: 'boolean'},
  k: {type: 'string'},
  relevant: {type: 'string'},
  masked: {type: 'string'},
  'count-users': {type: 'string'},
  convention: {type: 'string', multiple: true}
} as const

/** What --ranking and the options that go with it ask for; undefined without it. */
export function rankingOptions(values: Values): RankingOptions | undefined {
  if (values.ranking !== true) {
    const idle = Object.keys(RANKING_OPTIONS).find(name => values[name] !== undefined)
    if (idle !== undefined) throw new UsageError(`--${idle} goes with --ranking, which measures lists.`)
    return undefined
  }
  const k = (text(values, 'k') ?? '10').split(',').map(Number)
  if (!k.every(one => Number.isInteger(one) && one > 0))
    throw new UsageError(`--k takes lengths of lists, as in 10,20, got "${values.k}".`)
  const relevant = number(values, 'relevant')
  const users = text(values, 'count-users') ?? 'relevant'
  if (users !== 'relevant' && users !== 'all')
    throw new UsageError(`--count-users is relevant or all, got "${users}".`)
  return {k, users, ...(relevant === undefined ? {} : {relevant}), ...conventions(values)}
}

/** What --convention NAME=VALUE says of how figures are computed. */
function conventions(values: Values): RankingConventions {
  const given: Record<string, string> = {}
  for (const pair of (values.convention as string[] | undefined) ?? []) {
    const [name, value] = pair.split('=')
    const choices = Object.entries(CONVENTIONS).find(([one]) => one === name)?.[1]
    if (choices === undefined)
      throw new UsageError(
        `--convention ${pair}: expected one of ${Object.keys(CONVENTIONS).join(', ')} with its value, as in recallOver=reachable.`
      )
    if (!choices.includes(value))
      throw new UsageError(`--convention ${pair}: ${name} is ${choices.join(' or ')}.`)
    given[name] = value
  }
  return given
}

/** The train and the test part, by whichever of the three ways was given. */
export async function parts(values: Values, io: Io): Promise<{train: Ratings; test: Ratings}> {
  const train = text(values, 'train')
  const last = text(values, 'by') === 'leave-last-out'
  if (last && values.holdout !== undefined)
    throw new UsageError('--by leave-last-out tests on the last rating of every user: leave --holdout out.')
  if (values.by !== undefined && !last && values.holdout === undefined)
    throw new UsageError('--by goes with --holdout: it says how that share is drawn.')
  if (train !== undefined) {
    for (const name of ['ratings', 'test-rows', 'holdout', 'by'])
      if (values[name] !== undefined)
        throw new UsageError(`Give either --train and --test, or --ratings: leave --${name} out.`)
    return {
      train: await ratingsFrom(train, values, io),
      test: await ratingsFrom(needed(values, 'test', 'a file of test ratings'), values, io)
    }
  }
  if (values.test !== undefined) throw new UsageError('--test goes with --train: name the ratings to fit on.')
  const rows = text(values, 'test-rows')
  const holdout = number(values, 'holdout', {min: 0, max: 1})
  if (Number(rows !== undefined) + Number(holdout !== undefined) + Number(last) !== 1)
    throw new UsageError(
      'Say what to test on: --train and --test, or --ratings with --test-rows FILE, --holdout SHARE or --by leave-last-out.'
    )
  const ratings = await ratingsFrom(ratingFiles(values), values, io)
  if (rows !== undefined) return splitAtRows(ratings, rows, io)
  if (last) return split(ratings, {by: 'leave-last-out'})
  return heldOut(ratings, holdout as number, number(values, 'seed', {whole: true, min: 0}) ?? 1, values)
}

/** Says what should be known before it is measured; a part that was drawn here mixes times as --by asked for. */
export function sayDoubts({train, test}: Split, values: Values, io: Io): void {
  const times = values.holdout === undefined && values.by === undefined
  for (const doubt of doubtsOf(train, test, {times})) io.note(doubt)
}

/** The share --holdout of ratings, drawn as --by says. */
export function heldOut(ratings: Ratings, holdout: number, seed: number, values: Values): Split {
  const given = text(values, 'by')
  const by = given === undefined ? 'random' : SPLITS.find(one => one === given)
  if (by === undefined) throw new UsageError(`--by is one of ${SPLITS.join(', ')}, got "${given}".`)
  return split(ratings, {test: holdout, seed, by})
}

/** The rows of --test-rows, and the rest; rows of the file that are no ratings are told. */
async function splitAtRows(ratings: Ratings, file: string, io: Io): Promise<Split> {
  const numbers = await rowNumbers(file)
  const out = new Set(ratings.rowsLeftOut)
  const gone = numbers.filter(row => out.has(row)).length
  if (gone > 0)
    io.note(
      `${file}: ${count(gone)} of ${count(numbers.length)} rows were left out when the ratings were read, as bad lines or ratings made one with another: they are in neither part.`
    )
  return splitRows(ratings, numbers)
}

/** The same with the ratings of --masked, which are left out of lists, too: read before the work that needs them, and once. */
export async function withMasked(
  options: RankingOptions | undefined,
  values: Values,
  io: Io
): Promise<EvaluateRankingOptions | undefined> {
  const masked = text(values, 'masked')
  return options === undefined || masked === undefined
    ? options
    : {...options, alsoMasked: await ratingsFrom(masked, values, io)}
}

/** Measures an engine's lists, with a progress line. */
export async function rankingOf(
  engine: Engine<any>,
  split: Split,
  options: EvaluateRankingOptions,
  values: Values,
  io: Io
): Promise<RankingEvaluation> {
  return fitWithProgress(
    ({onProgress, signal, workers}) =>
      evaluateRanking(engine, split, {
        ...options,
        ...(workers === undefined ? {} : {workers}),
        ...(onProgress === undefined ? {} : {onProgress}),
        ...(signal === undefined ? {} : {signal})
      }),
    values,
    io
  )
}
