import type {Split} from '../data/split'
import type {EngineClass} from '../engines/engine'
import {RatingEngine} from '../engines/ratingEngine'
import {engineByName} from '../engines/registry'
import {compareEvaluations, compareOverSplits} from '../evaluate/comparison'
import {type Evaluation, evaluateAsync} from '../evaluate/errors'
import {crossValidate} from '../evaluate/protocols'
import type {EvaluateRankingOptions, RankingEvaluation, RankingOptions} from '../evaluate/ranking'
import {FIGURES} from '../math/rankingFigures'
import {count} from '../show/numbers'
import {progressLine} from '../show/progressLine'
import {Table} from '../show/table'
import {type Command, type Io, needed, number, text, UsageError, type Values} from './command'
import {engineOptions, FILE_OPTIONS, fitWithProgress, ratingFiles, ratingsFrom, watched} from './inputs'
import {
  heldOut,
  PART_OPTIONS,
  parts,
  RANKING_OPTIONS,
  rankingOf,
  rankingOptions,
  sayDoubts,
  withMasked
} from './measuring'

export const compareCommand: Command = {
  name: 'compare',
  about:
    'Compares several engines: by cross-validation, or as fitted models on one test part, with intervals and tests.',
  usage: [
    'compare --engines baseline,mf,item-neighbours --ratings r.csv [--set mf.factors=50 ...] [--folds 5] [--seed 1] [--json]',
    'compare --engines baseline,mf --train a.csv --test b.csv [--figure mae]      (or --ratings with --holdout or --test-rows)',
    'compare --engines popularity,ease,slim --ratings r.csv --holdout 0.1 --ranking [--k 10] [--figure recall] [--json]',
    'compare --engines baseline,mf --ratings r.csv --holdout 0.1 --splits 3      (engines, not fitted models)'
  ],
  options: {
    ...FILE_OPTIONS,
    engines: {type: 'string'},
    set: {type: 'string', multiple: true},
    folds: {type: 'string'},
    ...PART_OPTIONS,
    ...RANKING_OPTIONS,
    figure: {type: 'string'},
    splits: {type: 'string'},
    seed: {type: 'string'},
    workers: {type: 'string'},
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const lists = rankingOptions(values)
    const classes = classesOf(values, lists !== undefined)
    const options = optionsByEngine(classes, values)
    if (values.splits !== undefined && values.holdout === undefined)
      throw new UsageError('--splits goes with --holdout, the share that each measures on.')
    const parted = Object.keys(PART_OPTIONS).some(name => values[name] !== undefined)
    if (parted || lists !== undefined) return onTestParts(classes, options, lists, values, io)
    if (values.figure !== undefined)
      throw new UsageError('--figure goes with one test part: name it by --holdout, --test-rows or --test.')
    return crossValidated(classes, options, values, io)
  }
}

/** The classes that --engines names. */
function classesOf(values: Values, ranking: boolean): EngineClass[] {
  const names = needed(values, 'engines', 'names with commas between').split(',')
  return names.map(name => {
    const Class = engineByName(name)
    if (Class === undefined || (!ranking && !(Class.prototype instanceof RatingEngine)))
      throw new UsageError(
        `There is no engine "${name}"${ranking ? '' : ' that predicts stars'}: see movie-recs engines.`
      )
    return Class
  })
}

async function crossValidated(
  classes: readonly EngineClass[],
  options: EngineOptions,
  values: Values,
  io: Io
): Promise<void> {
  const folds = number(values, 'folds', {whole: true, min: 2}) ?? 5
  const seed = number(values, 'seed', {whole: true, min: 0}) ?? 1
  const workers = number(values, 'workers', {whole: true, min: 1, max: 256})
  const ratings = await ratingsFrom(ratingFiles(values), values, io)
  const line = progressLine()
  const rows = []
  try {
    for (const Class of classes) {
      const make = (): RatingEngine<any> => new Class(options.get(Class)) as RatingEngine<any>
      const table = await crossValidate(make, ratings, {
        folds,
        seed,
        signal: io.signal,
        onProgress: line.update,
        ...(workers === undefined ? {} : {workers})
      })
      const [mean, sd] = table.slice(-2)
      rows.push({
        engine: Class.spec.name,
        rmse: mean.rmse,
        rmseSd: sd.rmse,
        mae: mean.mae,
        maeSd: sd.mae,
        fitSeconds: mean.fitSeconds
      })
    }
  } finally {
    line.clear()
  }
  if (values.json === true)
    return io.out(JSON.stringify({folds, seed, ratings: ratings.length, engines: rows}, undefined, 2))
  io.out(new Table(rows, {decimals: {rmse: 4, rmseSd: 4, mae: 4, maeSd: 4, fitSeconds: 2}}).toString())
}

/** Compares by a test part: fitted models on one, or engines over several splits. */
async function onTestParts(
  classes: readonly EngineClass[],
  options: EngineOptions,
  lists: RankingOptions | undefined,
  values: Values,
  io: Io
): Promise<void> {
  if (values.folds !== undefined)
    throw new UsageError('--folds goes with cross-validation, without a test part: leave one of them out.')
  const figures: readonly string[] = lists === undefined ? ['rmse', 'mae'] : FIGURES
  const figure = text(values, 'figure') ?? (lists === undefined ? 'rmse' : 'ndcg')
  if (!figures.includes(figure))
    throw new UsageError(
      `--figure is one of ${figures.join(', ')}${lists === undefined ? ', or with --ranking one of lists' : ''}, got "${figure}".`
    )
  const splits = number(values, 'splits', {whole: true, min: 2})
  const holdout = number(values, 'holdout', {min: 0, max: 1})
  const masking = await withMasked(lists, values, io)
  const work: Work = {classes, options, lists: masking, figure, values, io}
  return splits !== undefined && holdout !== undefined ? overSplits(work, splits, holdout) : onOneSplit(work)
}

/** Fits each engine once and compares the models, user by user. */
async function onOneSplit(work: Work): Promise<void> {
  const {figure, values, io} = work
  const {train, test} = await parts(values, io)
  sayDoubts({train, test}, values, io)
  const {measured, seconds} = await measureAll(work, {train, test})
  const comparison = compareEvaluations(measured, {figure: figure as 'rmse'})
  const engines = comparison.engines.map(row => ({...row, fitSeconds: seconds[row.engine]}))
  if (values.json === true)
    return io.out(
      JSON.stringify(
        {
          compares: 'fitted models on one test part',
          figure: comparison.figure,
          users: comparison.users,
          engines,
          pairs: comparison.pairs.toJSON()
        },
        undefined,
        2
      )
    )
  const decimals = {value: 4, low: 4, high: 4, fitSeconds: 2}
  io.out(new Table(engines, {headings: {value: comparison.figure}, decimals}).toString())
  io.out(`\n${comparison.pairs}`)
  io.out(
    `\nThese fitted models on this one test part, ${count(comparison.users)} users; what their engines would learn from other ratings is another question. low to high: 95 %, by drawing users with replacement. Engines that share a letter cannot be told apart: paired t-tests over users, corrected for the number of pairs (Holm).`
  )
}

/** What is compared, and by what. */
interface Work {
  classes: readonly EngineClass[]
  options: EngineOptions
  lists: EvaluateRankingOptions | undefined
  figure: string
  values: Values
  io: Io
}

/** Every engine fitted and measured on one split, with the seconds of each fit. */
async function measureAll(
  {classes, options, lists, values, io}: Work,
  {train, test}: Split
): Promise<{measured: Record<string, Evaluation | RankingEvaluation>; seconds: Record<string, number>}> {
  const measured: Record<string, Evaluation | RankingEvaluation> = {}
  const seconds: Record<string, number> = {}
  for (const Class of classes) {
    const engine = new Class(options.get(Class))
    const begun = performance.now()
    await fitWithProgress(run => engine.fit(train, run), values, io)
    seconds[engine.name] = (performance.now() - begun) / 1000
    measured[engine.name] =
      lists === undefined
        ? await watched(run => evaluateAsync(engine as RatingEngine<any>, test, run), io)
        : await rankingOf(engine, {train, test}, lists, values, io)
  }
  return {measured, seconds}
}

/** Engines, not models: each is fitted anew on every split, drawn by the seed and those after it. */
async function overSplits(work: Work, splits: number, holdout: number): Promise<void> {
  const {figure, lists, values, io} = work
  const seed = number(values, 'seed', {whole: true, min: 0}) ?? 1
  const ratings = await ratingsFrom(ratingFiles(values), values, io)
  const figures: Record<string, number[]> = {}
  for (let n = 0; n < splits; n++) {
    const {measured} = await measureAll(work, heldOut(ratings, holdout, seed + n, values))
    for (const [engine, one] of Object.entries(measured)) {
      const value = 'ranking' in one ? one.ranking[0][figure as 'ndcg'] : one[figure as 'rmse']
      figures[engine] = [...(figures[engine] ?? []), value]
    }
  }
  const at = lists === undefined ? figure : `${figure}@${[lists.k ?? 10].flat()[0]}`
  const best = lists === undefined ? 'low' : 'high'
  const {engines, pairs} = compareOverSplits(figures, {figure: at, test: holdout, best})
  if (values.json === true)
    return io.out(
      JSON.stringify(
        {compares: 'engines over splits', figure: at, splits, seed, holdout, figures, engines, pairs},
        undefined,
        2
      )
    )
  io.out(`${engines}\n\n${pairs}`)
  io.out(
    `\nThese engines, each fitted anew on ${splits} splits of the same ratings (seeds ${seed} to ${seed + splits - 1}). low to high: 95 %; p: t-tests of paired differences; both corrected since splits overlap (Nadeau and Bengio 2003), and p for the number of pairs (Holm). Engines that share a letter cannot be told apart.`
  )
}

type EngineOptions = ReadonlyMap<EngineClass, Record<string, unknown>>

/** The options of each engine, of --set mf.factors=50. */
function optionsByEngine(classes: readonly EngineClass[], values: Values): EngineOptions {
  const pairs = (values.set as string[] | undefined) ?? []
  const own = (name: string): string[] =>
    pairs.filter(pair => pair.startsWith(`${name}.`)).map(pair => pair.slice(name.length + 1))
  const stray = pairs.find(pair => !classes.some(({spec}) => pair.startsWith(`${spec.name}.`)))
  if (stray !== undefined)
    throw new UsageError(
      `--set ${stray}: expected one of the engines that are compared and a point before it, as in ${classes[0].spec.name}.${Object.keys(classes[0].spec.options)[0]}=….`
    )
  return new Map(classes.map(Class => [Class, engineOptions(Class, {set: own(Class.spec.name)})]))
}
