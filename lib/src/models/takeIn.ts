import {FactorModel} from './factorModel'
import {ItemWeights} from './itemWeights'
import type {Change, Model, ModelState} from './model'
import {placeInDraws} from './placeInDraws'
import {placeInFactors} from './placeInFactors'
import {Posterior} from './posterior'
import {widenWeights} from './widenWeights'

/**
 * @internal What becomes of a model when new ratings are taken in beside what was learned, as a model file would hold it; undefined for a
 * kind that is learned anew. In steps, each of which tells the share that is done. The result depends on what was learned at the fit
 * and on the ratings there are now alone, so updates in parts end where one with all of them does.
 */
export function takeIn(model: Model, change: Change): Generator<number, ModelState> | undefined {
  if (model instanceof FactorModel) return placeInFactors(model, change)
  if (model instanceof Posterior) return placeInDraws(model, change)
  return model instanceof ItemWeights ? widenWeights(model, change) : undefined
}
