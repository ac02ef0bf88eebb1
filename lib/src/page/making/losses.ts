import {meanOf} from '../../math/statistics'
import type {Model, PredictionDetails, RatingModel} from '../../models/model'
import type {Work} from '../../work'
import type {Measure} from '../pageFile'
import {LISTED, listsFor, type Trial} from './trials'

/** What a page's model loses against the engine's, on people whose ratings are typed in anew. */
export async function lossesOf(
  engine: Model,
  page: Model,
  trials: readonly Trial[],
  movies: number,
  work: Work
): Promise<Measure[]> {
  const own = await listsFor(engine, trials, movies, work)
  const others = await listsFor(page, trials, movies, work)
  const shared = trials.map((_, k) => {
    const first = new Set(own.movies.subarray(k * LISTED, (k + 1) * LISTED))
    return meanOf(Array.from(others.movies.subarray(k * LISTED, (k + 1) * LISTED), i => Number(first.has(i))))
  })
  const measured: Measure[] = [
    {what: "share of the first ten movies that are the engine's own", value: meanOf(shared, 1)}
  ]
  if (engine.unit !== 'stars') return measured
  const told = trials.filter(({hidden}) => hidden.i.length > 0)
  return [...measured, ...(await starLosses(engine as RatingModel, page as RatingModel, told, work))]
}

/** Of what is predicted for ratings that were not typed in. */
async function starLosses(
  engine: RatingModel,
  page: RatingModel,
  told: readonly Trial[],
  work: Work
): Promise<Measure[]> {
  let [count, apart, ownSquares, pageSquares] = [0, 0, 0, 0]
  const widths: number[] = []
  for (const {person, hidden} of told) {
    if (work.outOfBreath) await work.breathe()
    const own = engine.scores(person, hidden.i)
    const small = page.scores(person, hidden.i)
    for (const [n, r] of hidden.r.entries()) {
      apart += (own[n] - small[n]) ** 2
      ownSquares += (own[n] - r) ** 2
      pageSquares += (small[n] - r) ** 2
      count++
    }
    const [a, b] = [engine, page].map(model => width(model.details?.(person, hidden.i[0], {})))
    if (a !== undefined && b !== undefined) widths.push(b / a)
  }
  if (count === 0) return []
  const root = (squares: number): number => Math.sqrt(squares / count)
  return [
    {what: 'stars between a score of the page and of the engine, root mean square', value: root(apart)},
    {
      what: 'RMSE lost, in stars, on ratings of the training data that were not typed in',
      value: root(pageSquares) - root(ownSquares)
    },
    ...(widths.length === 0
      ? []
      : [{what: "width of an interval, in widths of the engine's own", value: meanOf(widths)}])
  ]
}

function width(details: PredictionDetails | undefined): number | undefined {
  return details?.interval === undefined ? undefined : details.interval[1] - details.interval[0]
}
