import {availableParallelism} from 'node:os'
import {type Ratings, shortest} from '../data/ratings'
import {type Split, split, splitRows} from '../data/split'
import type {Engine} from '../engines/engine'
import {loadEngine} from '../engines/modelFile'
import {RatingEngine} from '../engines/ratingEngine'
import {doubtsOf} from '../evaluate/doubts'
import {evaluate} from '../evaluate/errors'
import {checkWritable, writeWhole} from '../files/writeWhole'
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

export const evaluateCommand: Command = {
  name: 'evaluate',
  about: 'Fits an engine on train ratings and measures its error on test ratings.',
  usage: [
    'evaluate --engine mf --train a.csv --test b.csv [--set factors=50 ...] [--seed 1] [--workers 2] [--predictions FILE] [--json]',
    'evaluate --engine mf --ratings r.csv --test-rows rows.txt        (row numbers from 0)',
    'evaluate --engine mf --ratings r.csv --holdout 0.1 --seed 1',
    'evaluate --model model.mrec --test b.csv [--predictions predictions.csv]'
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
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const predictions = text(values, 'predictions')
    if (predictions !== undefined) await checkWritable(predictions)
    const {engine, test, fitSeconds} = await fittedAndTest(values, io)
    const {train} = engine
    const fitted = performance.now()
    const {rmse, mae, fallbacks} = evaluate(engine, test)
    const predictSeconds = (performance.now() - fitted) / 1000
    if (predictions !== undefined)
      await writeWhole(predictions, [
        /\.csv$/i.test(predictions) ? tableOf(engine, test) : lines(engine.predictAll(test))
      ])
    const seed = number(values, 'seed', {whole: true, min: 0}) ?? 1
    const workers = number(values, 'workers', {whole: true, min: 1}) ?? availableParallelism()
    const result = {
      engine: engine.name,
      options: engine.save().options,
      seed,
      workers,
      train: {ratings: train.length, users: train.userCount, movies: train.movieCount},
      test: {ratings: test.length},
      rmse,
      mae,
      fallbacks,
      fitSeconds,
      predictSeconds,
      peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024)
    }
    if (values.json === true) return io.out(JSON.stringify(result, undefined, 2))
    const fell = Object.entries(fallbacks).filter(([, count]) => count > 0)
    io.out(`${engine}`)
    io.out(`RMSE ${rmse.toFixed(4)}, MAE ${mae.toFixed(4)} on ${count(test.length)} test ratings`)
    io.out(
      `fallbacks: ${fell.length === 0 ? 'none' : fell.map(([name, count]) => `${name} ${count}`).join(', ')}`
    )
    io.out(
      `${values.model === undefined ? `fitted in ${fitSeconds.toFixed(2)} s, ` : ''}predicted in ${predictSeconds.toFixed(2)} s, ${result.peakMemoryMB} MB at the peak`
    )
  }
}

/** The engine that is measured, and on what: read from --model, or fitted here. */
async function fittedAndTest(
  values: Values,
  io: Io
): Promise<{engine: RatingEngine<any>; test: Ratings; fitSeconds: number}> {
  const model = text(values, 'model')
  if (model !== undefined) {
    const idle = [...Object.keys(ENGINE_OPTIONS), 'ratings', 'train', 'test-rows', 'holdout'].find(
      name => values[name] !== undefined
    )
    if (idle !== undefined)
      throw new UsageError(`--model names a fitted engine, measured on --test: leave --${idle} out.`)
    const path = needed(values, 'test', 'a file of test ratings')
    const engine = ratingEngine(await loadEngine(model))
    const test = await ratingsFrom(path, values, io)
    for (const doubt of doubtsOf(engine.train, test)) io.note(doubt)
    return {engine, test, fitSeconds: 0}
  }
  const Class = engineClass(values)
  const engine = ratingEngine(new Class(engineOptions(Class, values)))
  const {train, test} = await parts(values, io)
  for (const doubt of doubtsOf(train, test)) io.note(doubt)
  const begun = performance.now()
  await fitWithProgress(run => engine.fit(train, run), values, io)
  return {engine, test, fitSeconds: (performance.now() - begun) / 1000}
}

function ratingEngine(engine: Engine<any>): RatingEngine<any> {
  if (engine instanceof RatingEngine) return engine
  throw new UsageError(
    `${engine.name} ranks movies and predicts no stars, so it has no RMSE. Engines that do: see movie-recs engines.`
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
