import {availableParallelism} from 'node:os'
import {type Ratings, shortest} from '../data/ratings'
import {type Split, split, splitRows} from '../data/split'
import type {Engine} from '../engines/engine'
import {loadEngine} from '../engines/modelFile'
import {RatingEngine} from '../engines/ratingEngine'
import {doubtsOf} from '../evaluate/doubts'
import {evaluate} from '../evaluate/errors'
import {evaluateRanking, type RankingOptions} from '../evaluate/ranking'
import {checkWritable, writeWhole} from '../files/writeWhole'
import {CONVENTIONS, type RankingConventions} from '../math/rankingFigures'
import {count} from '../show/numbers'
import {type Command, csvField, type Io, needed, number, text, UsageError, type Values} from './command'
import {
  ENGINE_OPTIONS,
  engineClass,
  engineOptions,
  FILE_OPTIONS,
  fitWithProgress,
  ratingFiles,
  ratingsFrom,
  rowNumbers
} from './inputs'

/** Options that ask for figures of lists. */
const RANKING_OPTIONS = {
  ranking: {type: 'boolean'},
  k: {type: 'string'},
  relevant: {type: 'string'},
  masked: {type: 'string'},
  'count-users': {type: 'string'},
  convention: {type: 'string', multiple: true}
} as const

export const evaluateCommand: Command = {
  name: 'evaluate',
  about: 'Fits an engine on train ratings and measures its error, or its lists, on test ratings.',
  usage: [
    'evaluate --engine mf --train a.csv --test b.csv [--set factors=50 ...] [--seed 1] [--workers 2] [--predictions FILE] [--json]',
    'evaluate --engine mf --ratings r.csv --test-rows rows.txt        (row numbers from 0)',
    'evaluate --engine mf --ratings r.csv --holdout 0.1 --seed 1',
    'evaluate --model model.mrec --test b.csv [--predictions predictions.csv]',
    'evaluate --engine ease --ranking --train a.csv --test b.csv [--k 10,20] [--relevant 4] [--masked FILE] [--json]'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    model: {type: 'string'},
    train: {type: 'string'},
    test: {type: 'string'},
    'test-rows': {type: 'string'},
    holdout: {type: 'string'},
    predictions: {type: 'string'},
    ...RANKING_OPTIONS,
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const predictions = text(values, 'predictions')
    const lists = rankingOptions(values)
    if (lists !== undefined && predictions !== undefined)
      throw new UsageError('--ranking measures lists, not predictions: leave --predictions out.')
    if (predictions !== undefined) await checkWritable(predictions)
    const {engine, test, fitSeconds} = await fittedAndTest(values, io)
    const {train} = engine
    const begun = performance.now()
    const measured =
      lists === undefined
        ? errorsOf(engine as RatingEngine<any>, test)
        : await listsOf(engine, {train, test}, lists, values, io)
    const seconds = (performance.now() - begun) / 1000
    if (predictions !== undefined) await writePredictions(predictions, engine as RatingEngine<any>, test)
    const peakMemoryMB = Math.round(process.resourceUsage().maxRSS / 1024)
    if (values.json === true) {
      const result = {
        engine: engine.name,
        options: engine.save().options,
        seed: number(values, 'seed', {whole: true, min: 0}) ?? 1,
        workers: number(values, 'workers', {whole: true, min: 1}) ?? availableParallelism(),
        train: {ratings: train.length, users: train.userCount, movies: train.movieCount},
        test: {ratings: test.length},
        ...measured.json,
        fitSeconds,
        [lists === undefined ? 'predictSeconds' : 'listSeconds']: seconds,
        peakMemoryMB
      }
      return io.out(JSON.stringify(result, undefined, 2))
    }
    io.out(`${engine}`)
    for (const line of measured.lines) io.out(line)
    io.out(
      `${values.model === undefined ? `fitted in ${fitSeconds.toFixed(2)} s, ` : ''}${lists === undefined ? 'predicted' : 'listed'} in ${seconds.toFixed(2)} s, ${peakMemoryMB} MB at the peak`
    )
  }
}

/** What --ranking and the options that go with it ask for; undefined without it. */
function rankingOptions(values: Values): RankingOptions | undefined {
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

/** What was measured, for people and for programs. */
interface Measured {
  lines: string[]
  json: Record<string, unknown>
}

function errorsOf(engine: RatingEngine<any>, test: Ratings): Measured {
  const {rmse, mae, fallbacks} = evaluate(engine, test)
  const fell = Object.entries(fallbacks).filter(([, times]) => times > 0)
  return {
    lines: [
      `RMSE ${rmse.toFixed(4)}, MAE ${mae.toFixed(4)} on ${count(test.length)} test ratings`,
      `fallbacks: ${fell.length === 0 ? 'none' : fell.map(([name, times]) => `${name} ${times}`).join(', ')}`
    ],
    json: {rmse, mae, fallbacks}
  }
}

async function listsOf(
  engine: Engine<any>,
  split: Split,
  options: RankingOptions,
  values: Values,
  io: Io
): Promise<Measured> {
  const masked = text(values, 'masked')
  const alsoMasked = masked === undefined ? undefined : await ratingsFrom(masked, values, io)
  const {ranking, users, withoutList} = await fitWithProgress(
    ({onProgress, signal, workers}) =>
      evaluateRanking(engine, split, {
        ...options,
        ...(alsoMasked === undefined ? {} : {alsoMasked}),
        ...(workers === undefined ? {} : {workers}),
        ...(onProgress === undefined ? {} : {onProgress}),
        ...(signal === undefined ? {} : {signal})
      }),
    values,
    io
  )
  const strangers =
    withoutList === 0
      ? ''
      : `, of whom ${count(withoutList)} are unknown to it and got none: theirs count as 0`
  return {
    lines: [`lists of ${count(users.length)} users${strangers}`, String(ranking)],
    json: {ranking: ranking.toJSON(), users: users.length, withoutList}
  }
}

/** The engine that is measured, and on what: read from --model, or fitted here. */
async function fittedAndTest(
  values: Values,
  io: Io
): Promise<{engine: Engine<any>; test: Ratings; fitSeconds: number}> {
  const measurable = (engine: Engine<any>): Engine<any> =>
    values.ranking === true ? engine : ratingEngine(engine)
  const model = text(values, 'model')
  if (model !== undefined) {
    const idle = [...Object.keys(ENGINE_OPTIONS), 'ratings', 'train', 'test-rows', 'holdout'].find(
      name => values[name] !== undefined
    )
    if (idle !== undefined)
      throw new UsageError(`--model names a fitted engine, measured on --test: leave --${idle} out.`)
    const path = needed(values, 'test', 'a file of test ratings')
    const engine = measurable(await loadEngine(model))
    const test = await ratingsFrom(path, values, io)
    for (const doubt of doubtsOf(engine.train, test)) io.note(doubt)
    return {engine, test, fitSeconds: 0}
  }
  const Class = engineClass(values)
  const engine = measurable(new Class(engineOptions(Class, values)))
  const {train, test} = await parts(values, io)
  for (const doubt of doubtsOf(train, test)) io.note(doubt)
  const begun = performance.now()
  await fitWithProgress(run => engine.fit(train, run), values, io)
  return {engine, test, fitSeconds: (performance.now() - begun) / 1000}
}

function ratingEngine(engine: Engine<any>): RatingEngine<any> {
  if (engine instanceof RatingEngine) return engine
  throw new UsageError(
    `${engine.name} ranks movies and predicts no stars, so it has no RMSE. --ranking measures its lists; engines that predict: see movie-recs engines.`
  )
}

/** The train and the test part, by whichever of the three ways was given. */
async function parts(values: Values, io: Io): Promise<{train: Ratings; test: Ratings}> {
  const train = text(values, 'train')
  if (train !== undefined) {
    for (const name of ['ratings', 'test-rows', 'holdout'])
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
  if ((rows === undefined) === (holdout === undefined))
    throw new UsageError(
      'Say what to test on: --train and --test, or --ratings with --test-rows FILE or --holdout SHARE.'
    )
  const ratings = await ratingsFrom(ratingFiles(values), values, io)
  if (rows !== undefined) return splitAtRows(ratings, rows, io)
  return split(ratings, {test: holdout as number, seed: number(values, 'seed', {whole: true, min: 0}) ?? 1})
}

/** One prediction a line, or a table where the file is a .csv. */
function writePredictions(path: string, engine: RatingEngine<any>, test: Ratings): Promise<void> {
  return writeWhole(path, [/\.csv$/i.test(path) ? tableOf(engine, test) : lines(engine.predictAll(test))])
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

/** Predictions as CSV beside what they are of: user, movie, actual, predicted and the fallback taken, in the order of the test rows. */
function tableOf(engine: RatingEngine<any>, test: Ratings): string {
  const {ratings, fallbacks} = engine.predictAllDetailed(test)
  const rows = Array.from(test, ({userId, movieId, rating}, n) =>
    [userId, movieId, shortest(rating), ratings[n].toFixed(6), fallbacks[n] ?? ''].map(csvField).join(',')
  )
  return `user,movie,actual,predicted,fallback\n${rows.join('\n')}\n`
}

/** One prediction a line, in the order of the test rows. */
function lines(predictions: Float32Array): string {
  return `${Array.from(predictions, rating => rating.toFixed(6)).join('\n')}\n`
}
