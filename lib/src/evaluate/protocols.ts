import type {Ratings} from '../data/ratings'
import {kFold, type Split, type SplitOptions, split} from '../data/split'
import type {RatingEngine} from '../engines/ratingEngine'
import type {FitRun} from '../engines/run'
import {meanOf, sampleDeviation} from '../math/statistics'
import {Table} from '../show/table'
import {untold, Work} from '../work'
import {errorsOverSplits} from './costs'
import {evaluateAsync} from './errors'

/** One fold of a cross-validation, or its mean and deviation. */
export interface FoldRow {
  /** Its number from 1, "mean" or "sd". */
  fold: string
  /** Root mean squared error, in stars. */
  rmse: number
  /** Mean absolute error, in stars. */
  mae: number
  /** Seconds of the fit. */
  fitSeconds: number
  /** Seconds of all predictions. */
  predictSeconds: number
}

/**
 * Fits a fresh engine on every fold's train part and measures it on the other part; the last two rows are the mean and the
 * standard deviation over the folds. Progress counts the folds.
 */
export async function crossValidate(
  make: () => RatingEngine<any>,
  ratings: Ratings,
  o: {folds?: number; seed?: number} & Pick<FitRun, 'signal' | 'workers' | 'onProgress'> = {}
): Promise<Table<FoldRow>> {
  const {folds = 5, seed = 1, ...run} = o
  const rows: FoldRow[] = []
  let work: Work | undefined
  for (const {train, test} of kFold(ratings, {folds, seed})) {
    const begun = performance.now()
    const engine = make()
    work ??= new Work(`cross-validating ${engine.name}`, run)
    await engine.fit(train, work.part(rows.length, folds))
    const fitted = performance.now()
    const {rmse, mae} = await evaluateAsync(engine, test, untold(run))
    const predictSeconds = (performance.now() - fitted) / 1000
    rows.push({fold: String(rows.length + 1), rmse, mae, fitSeconds: (fitted - begun) / 1000, predictSeconds})
  }
  work?.report(folds, folds)
  const summary = (fold: string, of: (values: number[]) => number): FoldRow => ({
    fold,
    rmse: of(rows.map(row => row.rmse)),
    mae: of(rows.map(row => row.mae)),
    fitSeconds: of(rows.map(row => row.fitSeconds)),
    predictSeconds: of(rows.map(row => row.predictSeconds))
  })
  return new Table([...rows, summary('mean', meanOf), summary('sd', sampleDeviation)], {
    decimals: {rmse: 4, mae: 4, fitSeconds: 2, predictSeconds: 2}
  })
}

/** One protocol, and the RMSE of each engine by it. */
export interface ProtocolRow {
  /** The protocol, in words. */
  name: string
  /** What a figure of it tells. */
  asks: string
  /** Ratings that each figure is of. */
  test: number
  [engine: string]: string | number
}

const ASKED: ReadonlyArray<readonly [by: NonNullable<SplitOptions['by']>, name: string, asks: string]> = [
  ['random', 'a random part', 'a rating among others of known people'],
  ['user', 'a part of each user', 'the same, everyone counting by her share'],
  ['cold-users', 'people left out', 'a rating of somebody unknown'],
  ['time', 'the latest part', 'what comes next, also of newcomers'],
  ['leave-last-out', 'the last of each user', 'her next rating; others may be from the future']
]

/**
 * The same engines by every way to divide the same ratings, cross-validation included: figures of different rows answer different questions.
 * Where ratings have no times the two rows that need them are left out.
 */
export async function errorByProtocol(
  makes: Readonly<Record<string, () => RatingEngine<any>>>,
  ratings: Ratings,
  o: {folds?: number; test?: number; seed?: number} & Pick<FitRun, 'signal' | 'workers' | 'onProgress'> = {}
): Promise<Table<ProtocolRow>> {
  const {folds = 5, test = 0.1, seed = 1, ...run} = o
  const timed = ratings.rows.t !== undefined
  const asked = ASKED.filter(([by]) => timed || (by !== 'time' && by !== 'leave-last-out'))
  const protocols: Array<{name: string; asks: string; parts: Split[]}> = asked.map(([by, name, asks]) => ({
    name,
    asks,
    parts: [split(ratings, {by, test, seed})]
  }))
  const crossed = kFold(ratings, {folds, seed})
  const all = `every rating once, learned from ${Math.round(100 - 100 / folds)} % of them`
  protocols.splice(1, 0, {name: `mean of ${folds} folds`, asks: all, parts: crossed})
  const rows: ProtocolRow[] = []
  for (const {name, asks, parts} of protocols) {
    const errors = Object.entries(await errorsOverSplits(makes, parts, run))
    const size = Math.round(meanOf(parts.map(part => part.test.length)))
    rows.push({
      name,
      asks,
      test: size,
      ...Object.fromEntries(errors.map(([engine, values]) => [engine, meanOf(values)]))
    })
  }
  const decimals = Object.fromEntries(Object.keys(makes).map(engine => [engine, 4]))
  return new Table(rows, {
    columns: ['name', ...Object.keys(makes), 'test', 'asks'],
    headings: {name: 'measured on', asks: 'asks for', test: 'test ratings'},
    decimals
  })
}
