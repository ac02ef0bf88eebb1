import type {Ratings} from '../../data/ratings'
import {pow} from '../../math/exponential'
import type {ItemWeights} from '../../models/itemWeights'
import {Engine} from '../engine'
import {AT_LEAST_SPEC, type AtLeastOption, sizesOf} from '../likes'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'
import {countsOf, plainly, weighed} from './likes'
import {related} from './related'

const OPTIONS = {
  alpha: {
    kind: 'number',
    default: 0.8,
    min: 0,
    about:
      'The power to which each probability of a step is raised: below 1, popular movies and users who rated much count for more.'
  },
  beta: {
    kind: 'number',
    default: 0.5,
    min: 0,
    about:
      'The power of a movie’s number of ratings that its score is divided by: 0 leaves popular movies ahead.'
  },
  neighbours: {
    kind: 'integer',
    default: 200,
    min: 1,
    about: 'How many movies each movie is reached from: the likeliest ways.'
  }
} as const

export type RandomWalkOptions = OptionsOf<typeof OPTIONS> & AtLeastOption

/**
 * RP3beta (Paudel et al. 2017): where a random walk of three steps ends that goes from a user to a movie she rated, to one of its raters,
 * to a movie that this one rated; popular movies, where most walks end, are held back by `beta`. P3alpha (Cooper et al. 2014) is beta 0.
 * X is 1 where a user rated a movie with `atLeast` stars; n_u and n_i are the sums of its rows and columns.
 *
 *   score(u, i) = sum over the movies j that u rated of W_ji                   her first step, 1 / n_u for all, is left out
 *   walk        W_ji = n_i^-beta · sum over the users v of p(j to v)^alpha p(v to i)^alpha,    p(j to v) = X_vj / n_j,    p(v to i) = X_vi / n_v
 *
 * For each movie i the `neighbours` largest W_ji are kept, the likeliest ways to it, and W_ii is 0. (The authors keep all; to keep the
 * largest of each j, as others do, ranked worse on MovieLens 1M.) A movie is like another by W, the walk from it.
 * Cost: one addition for each two movies of a user, and `neighbours` numbers a movie.
 */
export class RandomWalk extends Engine<RandomWalkOptions, ItemWeights> {
  static readonly spec: EngineSpec<RandomWalkOptions> = {
    name: 'random-walk',
    about:
      'Where a walk from what she rated over its raters to their movies ends; for lists, predicts no stars.',
    source:
      'Paudel, Christoffel, Newell, Bernstein 2017, "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications" (RP3beta); Cooper, Lee, Radzik, Siantos 2014, "Random Walks in Recommender Systems: Exact Computation and Simulations" (P3alpha)',
    model: 'weights',
    clicks: true,
    updates: 'anew',
    options: {...OPTIONS, atLeast: AT_LEAST_SPEC}
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    {alpha, beta, neighbours, atLeast}: Resolved<RandomWalkOptions>,
    run: Run
  ): Promise<ItemWeights> {
    const counts = countsOf(train, atLeast)
    await run.breathe()
    const movies = sizesOf(counts.byMovie)
    const shares = sizesOf(counts.byUser).map(n => pow(Math.max(1, n), -alpha / 2))
    const steps = weighed(counts, (_, u) => shares[u])
    await run.breathe()
    const left = movies.map(n => pow(Math.max(1, n), -alpha))
    const right = movies.map(n => pow(Math.max(1, n), -beta))
    // Row i of the turned weights: from which movies j movie i is reached.
    const turned = await related(steps, {left: right, right: left}, neighbours, run)
    return plainly(train, turned.transposed(), {atLeast, stars: 0})
  }
}
