import {AlternatingLeastSquares} from './alternatingLeastSquares'
import {AutoRec} from './autoRec'
import {Baseline} from './baseline'
import {BayesianFactorization} from './bayesianFactorization'
import {ContentBased} from './contentBased'
import {Ease} from './ease'
import {EmbeddingNet} from './embeddingNet'
import type {EngineClass} from './engine'
import {MatrixFactorization} from './matrixFactorization'
import {ItemNeighbours, UserNeighbours} from './neighbours'
import {Popularity} from './popularity'
import {TruncatedSvd} from './truncatedSvd'

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
  Ease
]

/** The classes of all engines, in the order of the list. */
export function engines(): readonly EngineClass[] {
  return ENGINES
}

export function engineByName(name: string): EngineClass | undefined {
  return ENGINES.find(engine => engine.spec.name === name)
}
