import type {Split} from '../data/split'
import type {RatingEngine} from '../engines/ratingEngine'
import type {FitRun} from '../engines/run'
import {Table} from '../show/table'
import {type Comparison, compareEvaluations} from './comparison'
import {type Evaluation, evaluateAsync} from './errors'

/** What an engine's error costs. */
export interface CostRow {
  engine: string
  /** Root mean squared error, in stars. */
  rmse: number
  /** Ends of the interval of the error, by drawing users. */
  low: number
  /** The upper end of its interval. */
  high: number
  /** Letters: engines that share one cannot be told apart. */
  group: string
  /** Seconds of the fit. */
  fitSeconds: number
  /** Seconds of all predictions of the test part. */
  predictSeconds: number
  /** Both together: neighbours do at the one what others do at the other. */
  seconds: number
}

/** Engines fitted and measured on one split: errors with intervals, and seconds. */
export interface MeasuredErrors {
  /** Best first. */
  costs: Table<CostRow>
  /** Which of them can be told apart. */
  comparison: Comparison
  /** Errors by engine. */
  evaluations: Readonly<Record<string, Evaluation>>
}

/**
 * Fits every engine on the one train part, one after the other, and measures it on the one test part. Seconds are those of this machine
 * while it does what else it does; they have no interval. Names are the caller's.
 * @throws ArgumentError for fewer than two engines
 */
export async function measureErrors(
  engines: Readonly<Record<string, RatingEngine<any>>>,
  {train, test}: Split,
  run: FitRun = {}
): Promise<MeasuredErrors> {
  const evaluations: Record<string, Evaluation> = {}
  const seconds: Record<string, Pick<CostRow, 'fitSeconds' | 'predictSeconds' | 'seconds'>> = {}
  for (const [name, engine] of Object.entries(engines)) {
    const begun = performance.now()
    await engine.fit(train, run)
    const fitted = performance.now()
    evaluations[name] = await evaluateAsync(engine, test, run)
    const done = performance.now()
    seconds[name] = {
      fitSeconds: (fitted - begun) / 1000,
      predictSeconds: (done - fitted) / 1000,
      seconds: (done - begun) / 1000
    }
  }
  const comparison = compareEvaluations(evaluations)
  const rows = comparison.engines.map(
    ({engine, value, low, high, group}): CostRow => ({
      engine,
      rmse: value,
      low,
      high,
      group,
      ...seconds[engine]
    })
  )
  const costs = new Table(rows, {
    headings: {fitSeconds: 'fit, s', predictSeconds: 'predict, s', seconds: 'both, s'},
    decimals: {rmse: 4, low: 4, high: 4, fitSeconds: 2, predictSeconds: 2, seconds: 2}
  })
  return {costs, comparison, evaluations}
}

/**
 * The RMSE of engines on every one of several splits, each engine made and fitted anew: what `compareOverSplits` takes.
 * [engine][split]
 */
export async function errorsOverSplits(
  makes: Readonly<Record<string, () => RatingEngine<any>>>,
  splits: Iterable<Split>,
  run: FitRun = {}
): Promise<Record<string, number[]>> {
  const errors: Record<string, number[]> = Object.fromEntries(Object.keys(makes).map(name => [name, []]))
  for (const {train, test} of splits) {
    for (const [name, make] of Object.entries(makes)) {
      const engine = await make().fit(train, run)
      errors[name].push((await evaluateAsync(engine, test, run)).rmse)
    }
  }
  return errors
}
