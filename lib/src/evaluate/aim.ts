import type {Ratings} from '../data/ratings'
import type {Split} from '../data/split'
import type {Engine, EngineClass} from '../engines/engine'
import {predictsStars, type RatingEngine} from '../engines/ratingEngine'
import {OptionError} from '../errors'
import {FIGURES, type RankingFigure} from '../math/rankingFigures'
import {untold, type WorkOptions} from '../work'
import {evaluateAsync} from './errors'
import {evaluateRanking, type RankingOptions} from './ranking'

/** What a search makes as small (errors) or as large (figures of lists) as it can; a figure without a length is that of lists of 10. */
export type Aim = 'rmse' | 'mae' | RankingFigure | `${RankingFigure}@${number}`

/** An aim, read. */
export interface Aimed {
  /** rmse, ndcg@10 */
  readonly name: string
  /** Its name: rmse, ndcg@10. */
  readonly figure: 'rmse' | 'mae' | RankingFigure
  /** The length of lists; undefined for errors. */
  readonly k?: number
  /** Whether a low or a high value of the figure is good. */
  readonly best: 'low' | 'high'
}

/** Reads "rmse", "ndcg" or "ndcg@20". @throws OptionError for what is no aim */
export function readAim(aim: string): Aimed {
  const [, name = '', length] = /^(\w+)(?:@(\d+))?$/.exec(aim) ?? []
  if (length === undefined && (name === 'rmse' || name === 'mae')) return {name, figure: name, best: 'low'}
  const figure = FIGURES.find(one => one.toLowerCase() === name.toLowerCase())
  const k = Number(length ?? 10)
  if (figure === undefined || k < 1)
    throw new OptionError(
      'aim',
      aim,
      `Option aim: expected rmse, mae, or one of ${FIGURES.join(', ')} with the length of the lists, as in ndcg@10; got ${aim}.`
    )
  return {name: `${figure}@${k}`, figure, k, best: 'high'}
}

/** Whether it predicts stars by its options, fitted or not. */
export function isOfStars(engine: Engine<any, any>): boolean {
  return predictsStars(engine.constructor as EngineClass, engine.options)
}

/** That it has none of the errors that are aimed for. */
export function noErrors({name}: Engine<any, any>, aim: string): OptionError {
  return new OptionError(
    'aim',
    aim,
    `Option aim: ${name} with these options ranks movies and predicts no stars, so it has no ${aim}. Take a figure of lists, as ndcg@10.`
  )
}

/** What is aimed for where nobody says: the error of engines that predict stars, else nDCG. */
export function usualAim(engine: Engine<any>, train: Ratings): Aim {
  return isOfStars(engine) && !train.clicks ? 'rmse' : 'ndcg@10'
}

/** The figure of a fitted engine on the other part. */
export async function figureOf(
  engine: Engine<any>,
  {figure, k}: Aimed,
  split: Split,
  o: WorkOptions & Omit<RankingOptions, 'k'>
): Promise<number> {
  if (figure === 'rmse' || figure === 'mae') {
    const rater = engine as RatingEngine<any>
    if (!rater.model.predicts) throw noErrors(engine, figure)
    return (await evaluateAsync(rater, split.test, untold(o)))[figure]
  }
  const {ranking} = await evaluateRanking(engine, split, {...o, k: k as number})
  return ranking[0][figure]
}
