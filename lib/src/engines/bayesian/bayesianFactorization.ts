import type {Ratings} from '../../data/ratings'
import {Arena} from '../../kernels/arena'
import {withPool} from '../../kernels/pool'
import {type ModelKind, type ModelState, Support} from '../../models/model'
import {Posterior} from '../../models/posterior'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {Schedule} from './schedule'
import {weighDrawsOf} from './weighDraws'

const OPTIONS = {
  factors: {
    kind: 'integer',
    default: 32,
    min: 1,
    max: 1024,
    about: "Numbers that describe a user's taste and a movie's traits."
  },
  sweeps: {
    kind: 'integer',
    default: 480,
    min: 1,
    about: 'Sweeps of each chain that count, each a new draw of every number of the model.'
  },
  burnIn: {
    kind: 'integer',
    default: 120,
    min: 0,
    about: 'Sweeps of each chain before those, while it settles.'
  },
  chains: {
    kind: 'integer',
    default: 1,
    min: 1,
    max: 1000,
    about: 'Independent chains, one after the other; their draws are averaged.'
  },
  samples: {
    kind: 'integer',
    default: 250,
    min: 1,
    about:
      'Draws kept of all chains together, a byte a number: what predicts, and what a model file holds. Fewer where they would take more than 140 MB, but 20 at least.'
  },
  likelihood: {
    kind: 'choice',
    default: 'normal',
    choices: ['normal', 'probit'],
    about:
      'Stars as numbers with normal noise (normal), or as classes cut from a latent scale, the ordered probit (probit).'
  },
  noise: {
    kind: 'choice',
    default: 'both',
    choices: ['one', 'users', 'both'],
    about:
      "Whose ratings have a noise of their own: everyone's the same (one), each user's (users), or each user's times each movie's (both)."
  },
  ratedMovies: {
    kind: 'boolean',
    default: true,
    about: 'Learn from which movies a user rated, whatever the stars.'
  },
  raters: {kind: 'boolean', default: true, about: 'Learn from who rated a movie, whatever the stars.'},
  days: {kind: 'boolean', default: false, about: 'Learn from the day of each rating; needs timestamps.'},
  sideInformation: {
    kind: 'boolean',
    default: false,
    about:
      'Learn from what is known of users (age, gender, occupation) and of movies (genres, year); needs users or a catalogue.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of all random numbers.'}
} as const

export type BayesianFactorizationOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * Bayesian factorisation by Gibbs sampling: an SVD++ both ways whose every number is drawn from its posterior, again and again, and
 * whose prediction is the mean over the draws. Nothing is tuned but the number of factors and sweeps: the priors are drawn, too.
 *
 *   prediction   score(u, i) = mu + bu + bi + pu·qi                        with days also + bt + t·pu + t·qi
 *   priors       [pu, bu] ~ N(m + sum over rated j of yj / sqrt(n_u), diag(lambda)⁻¹)          yj: vectors of implicit feedback
 *                [qi, bi] ~ N(m' + sum over raters v of zv / sqrt(n_i), diag(lambda')⁻¹)
 *                with sideInformation both means also + sum over the row's features g of wg / sqrt(how many)
 *                m, lambda, y, z, w and their own m, lambda: normal and gamma, all scales 1
 *   likelihood   normal: r ~ N(score, 1 / (alpha_u · beta_i)); probit: r is the class between whose cuts a latent rating falls
 *                that is so distributed; alpha_u, beta_i ~ Gamma, a noise for each user and each movie
 *   a sweep      every [pu, bu] at once given all else (`gibbsRows`), then every [qi, bi], then the days, then y, z and w
 *                (`gibbsLinks`), then the priors and noises; probit: the cuts by Metropolis (`gibbsCuts`)
 *
 * Unknown users and movies get m, the average row of their side. A profile typed in now gets its conditional posterior mean in each
 * draw. Cost of a sweep: ratings × (factors + 2)² multiplications for both sides, and (users + movies) × factors³ / 6.
 *
 * Sources: Salakhutdinov and Mnih 2008 (whole rows given the rest, eq. 11 to 14); Rendle 2012 and Rendle, Zhang, Koren 2019 (the
 * model, "timeSVD++ flipped"); Simm et al. 2015 (implicit vectors and side information by regression on the rows); Lakshminarayanan et al. 2011 (noise by
 * user and movie); Albert and Chib 1993 (probit).
 */
export class BayesianFactorization extends RatingEngine<BayesianFactorizationOptions, Posterior> {
  static readonly spec: EngineSpec<BayesianFactorizationOptions> = {
    name: 'bayesian',
    about:
      'Bayesian factorisation by Gibbs sampling, with implicit feedback both ways and an interval for each prediction.',
    source: 'Salakhutdinov and Mnih 2008; Rendle, Zhang, Koren 2019; Simm et al. 2015',
    model: 'posterior',
    resumes: true,
    updates: 'people and movies',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    o: Resolved<BayesianFactorizationOptions>,
    run: Run
  ): Promise<Posterior> {
    const {factors, likelihood, noise, ratedMovies, raters, days, sideInformation, seed} = o
    const {chains, burnIn, sweeps, samples} = o
    const model = {
      factors,
      probit: likelihood === 'probit',
      noise,
      ratedMovies,
      raters,
      days,
      sideInformation,
      seed
    }
    const arena = new Arena()
    return withPool(arena, run, async pool => {
      const schedule = new Schedule(train, model, {chains, burnIn, sweeps, samples}, arena, pool, run)
      await schedule.sample()
      const {draws, dates} = schedule
      return new Posterior(draws, dates, train.mean, Support.of(train), weighDrawsOf(draws))
    })
  }

  /** @internal With the kernel that lists are made by. */
  protected override revive(_kind: ModelKind, state: ModelState, train: Ratings): Posterior {
    return Posterior.restore(state, Support.of(train), weighDrawsOf)
  }
}
