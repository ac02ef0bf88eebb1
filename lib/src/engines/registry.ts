import {Baseline} from './baseline'
import {BayesianFactorization} from './bayesian/bayesianFactorization'
import {ContentBased} from './contentBased'
import {AutoRec} from './deep/autoRec'
import {EmbeddingNet} from './deep/embeddingNet'
import type {EngineClass} from './engine'
import {AlternatingLeastSquares} from './factors/alternatingLeastSquares'
import {MatrixFactorization} from './factors/matrixFactorization'
import {TruncatedSvd} from './factors/truncatedSvd'
import {ClickNeighbours} from './linear/clickNeighbours'
import {Ease} from './linear/ease'
import {RandomWalk} from './linear/randomWalk'
import {Slim} from './linear/slim'
import {ItemNeighbours, UserNeighbours} from './neighbours/neighbours'
import {Popularity} from './popularity'

/** Every engine by its one name, simplest first. The command line, model files and the contract test know engines from here only. */
const ENGINES: readonly EngineClass[] = [
  Popularity,
  Baseline,
  ContentBased,
  UserNeighbours,
  ItemNeighbours,
  TruncatedSvd,
  MatrixFactorization,
  AlternatingLeastSquares,
  BayesianFactorization,
  EmbeddingNet,
  AutoRec,
  ClickNeighbours,
  RandomWalk,
  Slim,
  Ease
]

/** The classes of all engines, in the order of the list. */
export function engines(): readonly EngineClass[] {
  return ENGINES
}

/** The class of this name; undefined where there is none. */
export function engineByName(name: string): EngineClass | undefined {
  return ENGINES.find(engine => engine.spec.name === name)
}
