import {Baseline} from './baseline'
import {BayesianFactorization} from './bayesian/bayesianFactorization'
import {ContentBased} from './contentBased'
import {AutoRec} from './deep/autoRec'
import {EmbeddingNet} from './deep/embeddingNet'
import type {EngineClass} from './engine'
import {AlternatingLeastSquares} from './factors/alternatingLeastSquares'
import {GraphFilter} from './factors/graphFilter'
import {MatrixFactorization} from './factors/matrixFactorization'
import {TruncatedSvd} from './factors/truncatedSvd'
import {ClickNeighbours} from './linear/clickNeighbours'
import {Ease} from './linear/ease'
import {RandomWalk} from './linear/randomWalk'
import {Slim} from './linear/slim'
import {ItemNeighbours, UserNeighbours} from './neighbours/neighbours'
import {Popularity} from './popularity'

/** Every engine that learns by itself, simplest first; each can be a member of a blend. */
export const MEMBERS: readonly EngineClass[] = [
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
  GraphFilter,
  Slim,
  Ease
]

/** The class of this name; undefined where there is none. */
export function memberByName(name: string): EngineClass | undefined {
  return MEMBERS.find(engine => engine.spec.name === name)
}

/** Their names, for messages. */
export function memberNames(): string {
  return MEMBERS.map(engine => engine.spec.name).join(', ')
}
