import {Biases} from './biases'
import {FactorModel} from './factorModel'
import {ItemWeights} from './itemWeights'
import {type Model, type ModelKind, type ModelState, type Rated, type Since, Support} from './model'
import {PopularityModel} from './popularityModel'
import {Posterior} from './posterior'
import {TermModel} from './termModel'

/** @internal The model of a file by its kind, with the ratings it was fitted on and what updates have changed since; a neighbour model needs kernels and a blend its members: they are made by their engines. */
export function restoreModel(
  kind: Exclude<ModelKind, 'neighbours' | 'blend'>,
  state: ModelState,
  train: Rated,
  since?: Since
): Model {
  const support = Support.of(train)
  switch (kind) {
    case 'popularity':
      return PopularityModel.restore(state, support, train)
    case 'biases':
      return Biases.restore(state, support)
    case 'factors':
      return FactorModel.restore(state, support)
    case 'weights':
      return ItemWeights.restore(state, Support.of(train, since?.movies), train)
    case 'terms':
      return TermModel.restore(state)
    case 'posterior':
      return Posterior.restore(state, support)
  }
}
