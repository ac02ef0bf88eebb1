import {availableParallelism} from 'node:os'
import {type Ratings, shortest} from '../data/ratings'
import type {Split} from '../data/split'
import type {Engine} from '../engines/engine'
import {loadEngine} from '../engines/modelFile/load'
import {RatingEngine} from '../engines/ratingEngine'
import {evaluationOf} from '../evaluate/errors'
import {meanInterval} from '../evaluate/intervals'
import type {EvaluateRankingOptions, RankingEvaluation} from '../evaluate/ranking'
import {typeOfIds} from '../files/parquet/typeOfIds'
import {type WrittenRow, writeParquetRows} from '../files/parquet/writeRows'
import {checkWritable, writeWhole} from '../files/writeWhole'
import type {Predictions} from '../models/rater'
import {csvField} from '../show/csv'
import {count} from '../show/numbers'
import {type Command, type Io, needed, number, text, UsageError, type Values} from './command'
import {
  ENGINE_OPTIONS,
  engineClass,
  engineOptions,
  FILE_OPTIONS,
  fitWithProgress,
  ratingsFrom,
  watched
} from './inputs'
import {interruptibly} from './interruptibly'
import {isParquetName} from './listFile'
import {
  PART_OPTIONS,
  parts,
  RANKING_OPTIONS,
  rankingOf,
  rankingOptions,
  sayDoubts,
  withMasked
} from './measuring'

/** So many users make intervals narrow, and draws of them slow. */
const MANY = 20_000
const FEW_DRAWS = 200

export const evaluateCommand: Command = {
  name: 'evaluate',
  about: 'Fits an engine on train ratings and measures its error, or its lists, on test ratings.',
  usage: [
    'evaluate --engine mf --train a.csv --test b.csv [--set factors=50 ...] [--seed 1] [--workers 2] [--predictions FILE] [--json]',
    'evaluate --engine mf --ratings r.csv --test-rows rows.txt        (row numbers from 0)',
    'evaluate --engine mf --ratings r.csv --holdout 0.1 [--by time] --seed 1',
    'evaluate --model model.mrec --test b.csv [--predictions predictions.csv]',
    'evaluate --engine ease --ranking --train a.csv --test b.csv [--k 10,20] [--relevant 4] [--masked FILE] [--json]'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    model: {type: 'string'},
    ...PART_OPTIONS,
    predictions: {type: 'string'},
    ...RANKING_OPTIONS,
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const predictions = text(values, 'predictions')
    const ranking = rankingOptions(values)
    if (ranking !== undefined && predictions !== undefined)
      throw new UsageError('--ranking measures lists, not predictions: leave --predictions out.')
    if (predictions !== undefined) await checkWritable(predictions)
    const lists = await withMasked(ranking, values, io)
    const {engine, test, fitSeconds} = await fittedAndTest(values, io)
    const {train} = engine
    const begun = performance.now()
    const measured =
      lists === undefined
        ? await errorsOf(engine as RatingEngine<any>, test, io)
        : await listsOf(engine, {train, test}, lists, values, io)
    const seconds = (performance.now() - begun) / 1000
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
      io.out(JSON.stringify(result, undefined, 2))
    } else {
      io.out(`${engine}`)
      for (const line of measured.lines) io.out(line)
      io.out(
        `${values.model === undefined ? `fitted in ${fitSeconds.toFixed(2)} s, ` : ''}${lists === undefined ? 'predicted' : 'listed'} in ${seconds.toFixed(2)} s, ${peakMemoryMB} MB at the peak`
      )
    }
    // The figures come first: a disk that is full takes none of them.
    if (predictions !== undefined && measured.predictions !== undefined)
      await writePredictions(predictions, measured.predictions, test)
  }
}

/** What was measured, for people and for programs. */
interface Measured {
  lines: string[]
  json: Record<string, unknown>
  /** Where errors were measured, what they are of. */
  predictions?: Predictions
}

async function errorsOf(engine: RatingEngine<any>, test: Ratings, io: Io): Promise<Measured> {
  const predictions = await watched(run => engine.predictAllDetailedAsync(test, run), io)
  const {rmse, mae, fallbacks} = evaluationOf(engine, test, predictions)
  const fell = Object.entries(fallbacks).filter(([, times]) => times > 0)
  return {
    lines: [
      `RMSE ${rmse.toFixed(4)}, MAE ${mae.toFixed(4)} on ${count(test.length)} test ratings`,
      `fallbacks: ${fell.length === 0 ? 'none' : fell.map(([name, times]) => `${name} ${times}`).join(', ')}`
    ],
    json: {rmse, mae, fallbacks},
    predictions
  }
}

async function listsOf(
  engine: Engine<any>,
  split: Split,
  options: EvaluateRankingOptions,
  values: Values,
  io: Io
): Promise<Measured> {
  const measured = await rankingOf(engine, split, options, values, io)
  const {ranking, users, withoutList} = measured
  const intervals = intervalsOf(measured)
  const strangers =
    withoutList === 0
      ? ''
      : `, of whom ${count(withoutList)} are unknown to it and got none: theirs count as 0`
  return {
    lines: [
      `lists of ${count(users.length)} users${strangers}`,
      String(ranking),
      `95 %, by drawing users: ${intervals.map(({k, ...ends}) => sayEnds(k, ends)).join('; ')}`
    ],
    json: {ranking: ranking.toJSON(), intervals, users: users.length, withoutList}
  }
}

interface Intervals {
  k: number
  recall: readonly [low: number, high: number]
  ndcg: readonly [low: number, high: number]
}

/** How sure the means over users are, at each k. */
function intervalsOf({ranking, byUser, users}: RankingEvaluation): Intervals[] {
  const draws = users.length > MANY ? FEW_DRAWS : undefined
  const of = (values: Float64Array): [number, number] =>
    meanInterval(values, draws === undefined ? {} : {draws})
  return ranking.map(({k}, n) => ({k, recall: of(byUser[n].recall), ndcg: of(byUser[n].ndcg)}))
}

function sayEnds(k: number, ends: Omit<Intervals, 'k'>): string {
  return Object.entries(ends)
    .map(([name, [low, high]]) => `${name}@${k} ${low.toFixed(4)} to ${high.toFixed(4)}`)
    .join(', ')
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
    const idle = [...Object.keys(ENGINE_OPTIONS), 'ratings', 'train', 'test-rows', 'holdout', 'by'].find(
      name => values[name] !== undefined
    )
    if (idle !== undefined)
      throw new UsageError(`--model names a fitted engine, measured on --test: leave --${idle} out.`)
    const path = needed(values, 'test', 'a file of test ratings')
    const engine = measurable(await interruptibly(() => loadEngine(model)))
    const test = await ratingsFrom(path, values, io)
    sayDoubts({train: engine.train, test}, values, io)
    return {engine, test, fitSeconds: 0}
  }
  const Class = engineClass(values)
  const engine = measurable(new Class(engineOptions(Class, values)))
  const {train, test} = await parts(values, io)
  sayDoubts({train, test}, values, io)
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

/** One prediction a line, or a table where the name ends in .csv or .parquet. */
function writePredictions(path: string, predictions: Predictions, test: Ratings): Promise<void> {
  if (isParquetName(path)) {
    const {userIds, movieIds} = test.frame
    const [user, movie] = [typeOfIds(userIds.ids), typeOfIds(movieIds.ids)]
    const columns = {user, movie, actual: 'float', predicted: 'float', fallback: 'string'} as const
    return writeParquetRows(path, columns, predictionsOf(predictions, test))
  }
  return writeWhole(path, /\.csv$/i.test(path) ? tableOf(predictions, test) : lines(predictions.ratings))
}

/** Predictions beside what they are of: user, movie, actual, predicted and the fallback taken, in the order of the test rows. */
function* predictionsOf({ratings, fallbacks}: Predictions, test: Ratings): Generator<WrittenRow> {
  let n = 0
  for (const {userId, movieId, rating} of test) {
    yield [userId, movieId, rating, ratings[n], fallbacks[n] ?? '']
    n++
  }
}

/** The same as CSV. */
function* tableOf(predictions: Predictions, test: Ratings): Generator<string> {
  yield 'user,movie,actual,predicted,fallback\n'
  for (const [user, movie, actual, predicted, fallback] of predictionsOf(predictions, test)) {
    const row = [user, movie, shortest(Number(actual)), Number(predicted).toFixed(6), fallback]
    yield `${row.map(csvField).join(',')}\n`
  }
}

/** One prediction a line, in the order of the test rows. */
function* lines(predictions: Float32Array): Generator<string> {
  for (const rating of predictions) yield `${rating.toFixed(6)}\n`
}
