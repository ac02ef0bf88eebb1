import path from 'node:path'
import {IdIndex, type MovieId, type UserId} from '../../data/ids'
import type {Ratings} from '../../data/ratings'
import {gramOf} from '../../math/vectors'
import {FactorModel, type Placing} from '../../models/factorModel'
import {Support} from '../../models/model'
import type {Work} from '../../work'
import type {OnSpark} from '../elsewhere'
import {withResults} from './results'
import {ratingsOf, sideOf} from './returned'

/** What Spark's ALS is asked for. */
export interface FactorsWanted {
  factors: number
  epochs: number
  regularization: number
  feedback: 'explicit' | 'implicit'
  confidence: number
  seed: number
}

/** Biases as the baseline has them: rounds, and ratings of deviation 0 that every user and movie is given beforehand. */
export interface BiasesWanted {
  rounds: number
  userDamping: number
  movieDamping: number
}

/**
 * Learns factors by Spark's own ALS and takes them back:
 *
 *   explicit    what the baseline's biases leave over, as `als` with biases: 'first'
 *   implicit    preference 1 where rated, confidence 1 + confidence · r, as Hu, Koren, Volinsky 2008
 *   both        |p|² and |q|² weigh regularization · ratings of the user, of the movie (Zhou et al. 2008, "ALS-WR")
 */
export async function factorsOnSpark(
  source: OnSpark,
  o: FactorsWanted,
  biases: BiasesWanted,
  work: Work
): Promise<{model: FactorModel; train: Ratings}> {
  const explicit = o.feedback === 'explicit'
  const {factors, epochs, regularization, feedback, confidence, seed} = o
  const options = {factors, epochs, regularization, feedback, confidence, seed}
  return withResults(
    source,
    {engine: 'als', options, ...biases},
    work,
    async ({folder, done, keep, warnings}) => {
      const movies = await sideOf<MovieId>(path.join(folder, 'movies'), 'movieId', factors, work)
      const users = keep
        ? await sideOf<UserId>(path.join(folder, 'users'), 'userId', factors, work)
        : {ids: new IdIndex<UserId>([]), bias: new Float32Array(0), factors: new Float32Array(0)}
      const train = await ratingsOf(
        keep ? path.join(folder, 'ratings') : undefined,
        {users: users.ids, movies},
        {catalogue: source.movies, clicks: false, done, warnings},
        work
      )
      const placing: Placing = explicit
        ? {each: regularization, bias: 'mean', damping: biases.userDamping}
        : {each: regularization, bias: 'none', confidence}
      const model = new FactorModel(
        {
          mu: explicit ? done.mu : 0,
          factors,
          bu: users.bias,
          bi: movies.bias,
          pu: users.factors,
          qi: movies.factors
        },
        placing,
        Support.of(train),
        explicit ? {} : {gram: gramOf(movies.factors, factors)}
      )
      return {model, train}
    }
  )
}
