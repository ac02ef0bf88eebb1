import type {Ratings} from '../data/ratings'
import {SPLITS, type Split} from '../data/split'
import type {Engine, EngineClass} from '../engines/engine'
import {saveEngine} from '../engines/modelFile/save'
import {optionText} from '../engines/options'
import type {RatingEngine} from '../engines/ratingEngine'
import {ArgumentError} from '../errors'
import {type Aim, readAim} from '../evaluate/aim'
import {evaluateAsync} from '../evaluate/errors'
import {evaluateRanking} from '../evaluate/ranking'
import {gridSearch, randomSearch} from '../evaluate/search'
import type {SearchOptions} from '../evaluate/searchPlan'
import type {SearchResult} from '../evaluate/searchResult'
import {checkWritable, writeWhole} from '../files/writeWhole'
import {plotSearch} from '../plots/searchChart'
import {count} from '../show/numbers'
import {type Command, type Io, number, text, UsageError, type Values} from './command'
import {
  ENGINE_OPTIONS,
  engineClass,
  engineOptions,
  FILE_OPTIONS,
  fitWithProgress,
  ratingFiles,
  ratingsFrom,
  watched
} from './inputs'
import {PART_OPTIONS, parts, sayDoubts} from './measuring'
import {spaceFrom} from './space'

export const searchCommand: Command = {
  name: 'search',
  about:
    'Looks for the options of an engine that do best on an inner part of the ratings, and discards early what does badly.',
  usage: [
    'search --engine mf --space factors=20..200,regularization=0.01..0.1 --ratings r.csv --minutes 5 [--out model.mrec]',
    'search --engine ease --space regularization=0.1/0.3/1,dropout=0..0.8 --ratings r.csv --trials 30 --aim ndcg@10',
    'search --engine mf --space factors=20/50/100,decay=0.9/0.96 --grid --ratings r.csv --holdout 0.1      (measures the best there, once)',
    'search --engine mf --space … --ratings r.csv --trials 81 --log s.jsonl [--resume] [--figure s.html] [--json]'
  ],
  options: {
    ...ENGINE_OPTIONS,
    space: {type: 'string', multiple: true},
    aim: {type: 'string'},
    relevant: {type: 'string'},
    trials: {type: 'string'},
    grid: {type: 'boolean'},
    steps: {type: 'string'},
    minutes: {type: 'string'},
    rungs: {type: 'string'},
    'inner-folds': {type: 'string'},
    'inner-share': {type: 'string'},
    'inner-by': {type: 'string'},
    log: {type: 'string'},
    resume: {type: 'boolean'},
    ...FILE_OPTIONS,
    ...PART_OPTIONS,
    figure: {type: 'string'},
    out: {type: 'string'},
    json: {type: 'boolean'}
  },
  help: {
    seed: ['NUMBER', 'of all that is drawn: candidates, parts and, where it has a seed, by the engine'],
    relevant: [
      'STARS',
      'from which on a rating is relevant, for an aim of lists; every one where it is not given'
    ],
    resume: ['', 'go on from --log'],
    figure: ['FILE', 'to write: what was tried, as a page that opens without network'],
    out: ['FILE', 'to write: the model of the best, fitted on all of the ratings but a test part']
  },
  async run(values, _words, io) {
    const Class = engineClass(values)
    const options = searchOptions(Class, values, io)
    const space = spaceFrom(Class, spacesOf(values))
    for (const name of ['figure', 'out', 'log']) {
      const file = text(values, name)
      if (file !== undefined) await checkWritable(file)
    }
    const {train, test} = await ratingsOf(values, io)
    const found = await searched(Class, space, train, options, values, io)
    const {engine, refitted} = found
    const out = text(values, 'out')
    const figure = text(values, 'figure')
    if (figure !== undefined) await writeWhole(figure, [plotSearch(found).toHTML()])
    if (out !== undefined && refitted) await saveEngine(engine, out)
    const measured =
      test === undefined || !refitted ? undefined : await onTest(engine, {train, test}, found, values, io)
    if (values.json === true) io.out(JSON.stringify(asJson(found, measured, test), undefined, 2))
    else for (const line of told(Class, found, measured, test, values)) io.out(line)
    // Whoever goes on with the model must hear that there is none.
    if (out !== undefined && !refitted)
      throw new ArgumentError(
        `${out} was not written: there was no time left for the fit on all ratings. Give it more minutes, or fit what was chosen.`
      )
  }
}

/** What was found, for people. */
function told(
  Class: EngineClass,
  found: SearchResult<Engine<any>>,
  measured: Record<string, number> | undefined,
  test: Ratings | undefined,
  values: Values
): string[] {
  const figures = Object.entries(measured ?? {}).map(([name, value]) => `${name} ${value.toFixed(4)}`)
  return [
    String(found),
    ...(figures.length > 0
      ? [`On the test part, ${count(test?.length ?? 0)} ratings measured once: ${figures.join(', ')}.`]
      : []),
    ...(values.figure === undefined ? [] : [`figure written to ${values.figure}`]),
    ...(values.out !== undefined && found.refitted ? [`model written to ${values.out}`] : []),
    ...(found.refitted ? [] : [`To fit it: ${fitLine(Class, found, values)}`])
  ]
}

function spacesOf(values: Values): readonly string[] {
  const given = values.space as string[] | undefined
  if (given === undefined || given.includes(''))
    throw new UsageError(
      '--space is missing: options and what to try of them, as in factors=20..200,regularization=0.01/0.03/0.1.'
    )
  return given
}

type Wanted = SearchOptions<any> & {trials?: number; steps?: number}

/** How the search is made, by the options of the command line; what has no effect is refused. */
function searchOptions(Class: EngineClass, values: Values, io: Io): Wanted {
  const grid = values.grid === true
  for (const [name, goes] of [
    ['trials', !grid],
    ['steps', grid]
  ] as const)
    if (values[name] !== undefined && !goes)
      throw new UsageError(
        name === 'trials'
          ? '--trials goes without --grid, which tries all combinations.'
          : '--steps goes with --grid: it says how many values of a range are tried.'
      )
  if (values.resume === true && values.log === undefined)
    throw new UsageError('--resume needs the log to go on from: name it with --log FILE.')
  const aim = text(values, 'aim')
  if (values.relevant !== undefined && (aim === undefined || readAim(aim).k === undefined))
    throw new UsageError('--relevant goes with an --aim of lists, as ndcg@10.')
  const {seed: _own, ...withoutSeed} = values
  const fixed = engineOptions(Class, withoutSeed)
  const seed = number(values, 'seed', {whole: true, min: 0})
  const spaced = spacesOf(values).some(one => /(^|,)\s*seed\s*=/.test(one))
  if (seed !== undefined && Object.hasOwn(Class.spec.options, 'seed') && !spaced) fixed.seed ??= seed
  const by = text(values, 'inner-by') ?? text(values, 'by')
  const folds = number(values, 'inner-folds', {whole: true, min: 2})
  return {
    options: fixed,
    signal: io.signal,
    refit: ['out', ...Object.keys(PART_OPTIONS)].some(name => values[name] !== undefined),
    ...given({
      aim: aim as Aim | undefined,
      seed,
      folds,
      relevant: number(values, 'relevant'),
      trials: number(values, 'trials', {whole: true, min: 1}),
      steps: number(values, 'steps', {whole: true, min: 2}),
      minutes: number(values, 'minutes', {min: 0}),
      rungs: number(values, 'rungs', {whole: true, min: 1}),
      validationShare: number(values, 'inner-share', {min: 0, max: 1}),
      by: folds === undefined || values['inner-by'] !== undefined ? innerBy(by) : undefined,
      log: text(values, 'log')
    }),
    ...(values.resume === true ? {resume: true} : {})
  }
}

function innerBy(by: string | undefined): Wanted['by'] {
  if (by === undefined) return undefined
  const found = SPLITS.find(one => one === by)
  if (found === undefined) throw new UsageError(`--inner-by is one of ${SPLITS.join(', ')}, got "${by}".`)
  return found
}

/** Without what was not given. */
function given<T extends object>(values: T): {[K in keyof T]?: NonNullable<T[K]>} {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

/** What is searched on, and a test part where one is named. */
async function ratingsOf(values: Values, io: Io): Promise<{train: Ratings; test?: Ratings}> {
  if (!Object.keys(PART_OPTIONS).some(name => values[name] !== undefined))
    return {train: await ratingsFrom(ratingFiles(values), values, io)}
  const both = await parts(values, io)
  sayDoubts(both, values, io)
  return both
}

function searched(
  Class: EngineClass,
  space: object,
  train: Ratings,
  {trials, steps, ...options}: Wanted,
  values: Values,
  io: Io
): Promise<SearchResult<Engine<any>>> {
  const {log: _log, ...rest} = values
  return fitWithProgress(
    ({onProgress, signal, workers}) => {
      const run = {...options, ...given({onProgress, signal, workers})}
      return values.grid === true
        ? gridSearch<any, Engine<any>>(Class, space, train, {...run, ...given({steps})})
        : randomSearch<any, Engine<any>>(Class, space, train, {...run, ...given({trials})})
    },
    {...rest, resume: undefined},
    io
  )
}

/** The figures of the best on the test part, which nothing was chosen by. */
async function onTest(
  engine: Engine<any>,
  split: Split,
  {aim}: SearchResult,
  values: Values,
  io: Io
): Promise<Record<string, number>> {
  const {k} = readAim(aim)
  if (k === undefined) {
    const {rmse, mae} = await watched(run => evaluateAsync(engine as RatingEngine<any>, split.test, run), io)
    return {rmse, mae}
  }
  const relevant = number(values, 'relevant')
  const {ranking} = await fitWithProgress(
    ({onProgress, signal, workers}) =>
      evaluateRanking(engine, split, {k, ...given({relevant, onProgress, signal, workers})}),
    {...values, resume: undefined},
    io
  )
  const {recall, ndcg} = ranking[0]
  const own = aim.split('@')[0] as 'ndcg'
  return {[aim]: ranking[0][own], ...{[`recall@${k}`]: recall, [`ndcg@${k}`]: ndcg}}
}

function asJson(
  found: SearchResult<Engine<any>>,
  measured: Record<string, number> | undefined,
  test: Ratings | undefined
): object {
  const {engine, aim, best, options, value, chosen, refitted, finished, leftOut, resource, parts} = found
  return {
    engine: engine.name,
    options: {...engine.options},
    aim,
    best,
    chosen: {trial: chosen, options, value},
    inner: parts,
    ...(measured === undefined ? {} : {test: {ratings: test?.length, ...measured}}),
    refitted,
    finished,
    leftOut,
    resource,
    space: Object.fromEntries(found.searched.map(({name, drawn}) => [name, drawn])),
    seconds: found.seconds,
    trials: found.trials.map(({trial, options: tried, measured: levels}) => ({
      trial,
      options: tried,
      measured: levels.map(({level, values, seconds, failed}) => ({
        [resource.name]: level,
        values,
        seconds,
        ...(failed === undefined ? {} : {failed})
      }))
    }))
  }
}

/** The command that fits what was chosen. */
function fitLine(Class: EngineClass, {engine}: SearchResult<Engine<any>>, values: Values): string {
  const set = Object.entries(engine.options).map(
    ([name, value]) => `--set ${inShell(`${name}=${optionText(value)}`)}`
  )
  const read = (values.ratings as string[] | undefined) ?? [text(values, 'train') ?? '']
  const files = read.map(file => `--ratings ${inShell(file)}`)
  return ['movie-recs fit --engine', Class.spec.name, ...set, ...files, '--out model.mrec'].join(' ')
}

/** In quotes where a shell would take it apart. */
function inShell(word: string): string {
  return /^[\w=.,+/:-]+$/.test(word) ? word : `"${word}"`
}
