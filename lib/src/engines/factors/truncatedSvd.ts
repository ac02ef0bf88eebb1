import type {Ratings} from '../../data/ratings'
import {Arena} from '../../kernels/arena'
import {withTeam} from '../../kernels/team'
import {sum} from '../../math/statistics'
import {FactorModel, type Placing} from '../../models/factorModel'
import {Support} from '../../models/model'
import {learnBiases} from '../baseline'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {type Base, CentredMatrix} from './centredMatrix'

const OPTIONS = {
  factors: {
    kind: 'integer',
    default: 50,
    min: 1,
    max: 2000,
    about: 'How many of the largest singular values are kept.'
  },
  missing: {
    kind: 'choice',
    default: 'zero',
    choices: ['zero', 'user-mean', 'baseline'],
    about:
      "What stands where a user has not rated: 0, the article's recipe, rows being centred by their mean over all movies (zero); her mean over what she rated (user-mean); mean plus her bias plus the movie's (baseline)."
  }
} as const

export type TruncatedSvdOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * Truncated singular value decomposition of the matrix of ratings, its gaps filled in (Sarwar, Karypis, Konstan, Riedl 2000).
 *
 *   A = R - base, with R = base where nothing is rated and base_ui = bu (zero, user-mean) or mu + bu + bi (baseline);
 *       for `zero` R is 0 where nothing is rated and bu the mean of the user's whole row
 *   A ≈ U S V', the best approximation of its rank in squared error over all cells, gaps included
 *   prediction    r_ui = base_ui + (U S)_u · V_i, and (U S)_u = A_u V: a profile is projected like a user
 *
 * A is never formed: the centring enters the products A'(A x) as a rank-one term, and Lanczos' method finds V from them
 * (math/lanczos.ts). The sign of each column of V makes its largest entry positive. An unknown user has base without bu.
 * Cost: about 3 · factors products of 4 · ratings each, and 2 · movies · (3 · factors)² for the orthogonality.
 */
export class TruncatedSvd extends RatingEngine<TruncatedSvdOptions, FactorModel> {
  static readonly spec: EngineSpec<TruncatedSvdOptions> = {
    name: 'truncated-svd',
    about: 'The largest singular values of the matrix of ratings, gaps filled in.',
    source: 'Sarwar, Karypis, Konstan, Riedl 2000; Golub and Van Loan 2013, sections 10.1 to 10.4',
    model: 'factors',
    updates: 'anew',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    {factors, missing}: Resolved<TruncatedSvdOptions>,
    run: Run
  ): Promise<FactorModel> {
    const k = Math.min(factors, train.userCount, train.movieCount)
    const arena = new Arena()
    // The threads start while the matrix is laid out.
    const model = await withTeam(arena, run, async team => {
      const {base, placing} = await baseOf(train, missing, run)
      const matrix = new CentredMatrix(arena, train, base)
      const eigen = await matrix.eigen(team, k, run)
      const {v, us} = matrix.vectors(team, eigen)
      const {mu, bu, bi = new Float64Array(train.byMovie.start.length - 1)} = base
      return new FactorModel({mu, factors: k, bu, bi, pu: us, qi: v}, placing, Support.of(train), {
        singularValues: eigen.values.map(value => Math.sqrt(Math.max(0, value)))
      })
    })
    run.report(1, 1)
    return model
  }
}

/** base_ui = mu + bu + bi, which is 0 but for `baseline`; and how a person gets the bias of her row. */
async function baseOf(
  train: Ratings,
  missing: 'zero' | 'user-mean' | 'baseline',
  run: Run
): Promise<{base: Base; placing: Placing}> {
  if (missing === 'baseline') {
    const {mu, bu, bi, userDamping} = await learnBiases(train, {}, run)
    return {
      base: {mu, bu, bi, centred: true},
      placing: {orthonormal: true, bias: 'mean', damping: userDamping}
    }
  }
  const {byUser, movieCount} = train
  const whole = missing === 'zero'
  const mu = whole ? (train.mean * train.length) / (train.userCount * movieCount) : train.mean
  const bu = new Float64Array(byUser.start.length - 1)
  for (let u = 0; u < bu.length; u++) {
    const rated = byUser.value.subarray(byUser.start[u], byUser.start[u + 1])
    if (rated.length > 0) bu[u] = sum(rated) / (whole ? movieCount : rated.length) - mu
  }
  const placing: Placing = whole
    ? {orthonormal: true, bias: 'row', movies: movieCount}
    : {orthonormal: true, bias: 'mean'}
  return {base: {mu, bu, centred: !whole}, placing}
}
