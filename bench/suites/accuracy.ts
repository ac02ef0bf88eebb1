import {readFileSync} from 'node:fs'
import path from 'node:path'
import {engines, evaluate, RatingEngine, readRatings, splitRows} from 'movie-recs'
import type {Bench} from '../harness'
import {ACCURACY} from '../report'

/**
 * Every engine that predicts stars, with its defaults, on the three random 90/10 splits of MovieLens 1M and on u1 of MovieLens 100K.
 * The test part is looked at once, after the fit. `--only mf,als` runs some of them and keeps the other rows.
 */
export async function accuracy(bench: Bench): Promise<void> {
  const million = bench.data('ml-1m')
  const hundred = bench.data('ml-100k')
  if (million === undefined || hundred === undefined) {
    console.log('accuracy: MovieLens 1M and 100K are not here (movie-recs data 1m, movie-recs data 100k).')
    return
  }
  const ratings = await readRatings(path.join(million, 'ratings.csv'))
  const parts = [1, 2, 3].map(n => {
    const rows = readFileSync(path.join(million, `splits/test-rows-${n}.txt`), 'utf8')
      .trim()
      .split('\n')
    return splitRows(ratings, rows.map(Number))
  })
  const u1 = {
    train: await readRatings(path.join(hundred, 'u1.base')),
    test: await readRatings(path.join(hundred, 'u1.test'))
  }
  const table: Array<Record<string, string | number>> = []
  for (const Class of engines()) {
    const {name} = Class.spec
    if (!(Class.prototype instanceof RatingEngine) || (bench.only.length > 0 && !bench.only.includes(name)))
      continue
    const errors: number[] = []
    let fitSeconds = 0
    for (const {train, test} of [...parts, u1]) {
      const begun = performance.now()
      const engine = await new Class().fit(train)
      if (train !== u1.train) fitSeconds += (performance.now() - begun) / 1000 / parts.length
      errors.push(evaluate(engine as RatingEngine<any>, test).rmse)
      console.log(
        `accuracy: ${name}: ${(errors.at(-1) as number).toFixed(4)} after ${((performance.now() - begun) / 1000).toFixed(1)} s`
      )
    }
    const [one, two, three, hundredK] = errors
    const mean = (one + two + three) / 3
    const deviation = Math.sqrt([one, two, three].reduce((sum, error) => sum + (error - mean) ** 2, 0) / 2)
    table.push({
      engine: name,
      'RMSE, mean of three': mean.toFixed(4),
      'standard deviation': deviation.toFixed(4),
      'split 1': one.toFixed(4),
      'split 2': two.toFixed(4),
      'split 3': three.toFixed(4),
      'fit, s': fitSeconds.toFixed(1),
      'ML-100K u1': hundredK.toFixed(4)
    })
  }
  bench.table(ACCURACY, table)
}
