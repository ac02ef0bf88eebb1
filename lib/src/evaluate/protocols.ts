import type {Ratings} from '../data/ratings'
import {kFold} from '../data/split'
import type {RatingEngine} from '../engines/ratingEngine'
import type {FitRun} from '../engines/run'
import {meanOf, sampleDeviation} from '../math/statistics'
import {Table} from '../show/table'
import {Work} from '../work'
import {evaluate} from './errors'

/** One fold of a cross-validation, or its mean and deviation. */
export interface FoldRow {
  fold: string
  rmse: number
  mae: number
  fitSeconds: number
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
    const {rmse, mae} = evaluate(engine, test)
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
