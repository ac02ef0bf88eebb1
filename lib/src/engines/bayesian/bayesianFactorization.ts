import type {Ratings} from '../../data/ratings'
import {Arena} from '../../kernels/arena'
import {withPool} from '../../kernels/pool'
import {Posterior} from '../../models/posterior'
import type {EngineState, Person, Term} from '../engine'
import type {EngineSpec, OptionsOf} from '../options'
import {
  type DetailedPrediction,
  FALLBACK_SPEC,
  type FallbackOption,
  type PairScores,
  type Pairs,
  RatingEngine
} from '../ratingEngine'
import type {Run} from '../run'
import {GibbsFit} from './schedule'

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
 *                m, lambda, y, z and their own m, lambda: normal and gamma, all scales 1
 *   likelihood   normal: r ~ N(score, 1 / (alpha_u · beta_i)); probit: r is the class between whose cuts a latent rating falls
 *                that is so distributed; alpha_u, beta_i ~ Gamma, a noise for each user and each movie
 *   a sweep      every [pu, bu] at once given all else (`gibbsRows`), then every [qi, bi], then the days, then y and z
 *                (`gibbsLinks`), then the priors and noises; probit: the cuts by Metropolis (`gibbsCuts`)
 *
 * Unknown users and movies get m, the average row of their side. A profile typed in now gets its conditional posterior mean in each
 * draw. Cost of a sweep: ratings × (factors + 2)² multiplications for both sides, and (users + movies) × factors³ / 6.
 *
 * Sources: Salakhutdinov and Mnih 2008 (whole rows given the rest, eq. 11 to 14); Rendle 2012 and Rendle, Zhang, Koren 2019 (the
 * model, "timeSVD++ flipped"); Simm et al. 2015 (implicit vectors by regression on the rows); Lakshminarayanan et al. 2011 (noise by
 * user and movie); Albert and Chib 1993 (probit).
 */
export class BayesianFactorization extends RatingEngine<BayesianFactorizationOptions> {
  static readonly spec: EngineSpec<BayesianFactorizationOptions> = {
    name: 'bayesian',
    about:
      'Bayesian factorisation by Gibbs sampling, with implicit feedback both ways and an interval for each prediction.',
    source: 'Salakhutdinov and Mnih 2008; Rendle, Zhang, Koren 2019; Simm et al. 2015',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }
  private posterior!: Posterior

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const {factors, likelihood, noise, ratedMovies, raters, days, seed, chains, burnIn, sweeps, samples} =
      this.resolved
    const model = {factors, probit: likelihood === 'probit', noise, ratedMovies, raters, days, seed}
    const arena = new Arena()
    await withPool(arena, run, async pool => {
      const fit = new GibbsFit(train, model, {chains, burnIn, sweeps, samples}, arena, pool, run)
      await fit.sample()
      this.posterior = new Posterior(fit.samples, fit.dates)
      this.steps = fit.steps
    })
  }

  protected scorePairs({u, i, t}: Pairs): PairScores {
    const {start} = this.train.byUser
    const {averageUser} = this.posterior
    const fallback = new Uint8Array(u.length)
    const user = new Int32Array(u.length)
    for (let n = 0; n < u.length; n++) {
      const knowsUser = u[n] >= 0 && start[u[n] + 1] > start[u[n]]
      user[n] = knowsUser ? u[n] : averageUser
      fallback[n] = knowsUser ? (this.knows(i[n]) ? 0 : 2) : 1
    }
    const movie = i.map(one => this.rowOfMovie(one))
    return {score: this.posterior.scorePairs(user, movie, t), fallback}
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    return this.posterior.scoresOf(person, items)
  }

  protected scoreUnknown(person: Person, i: number): number {
    return this.scoresOf(person, Int32Array.of(this.rowOfMovie(i)))[0]
  }

  /** Interval from the spread of the draws and the noise together; chances of the stars from the borders between them. */
  protected override details(
    person: Person,
    i: number,
    o: {timestamp?: number}
  ): Partial<DetailedPrediction> {
    return this.posterior.uncertainty(person, this.rowOfMovie(i), o.timestamp)
  }

  protected similarTo(i: number): Float64Array {
    return this.posterior.cosines(i, this.items.length)
  }

  /**
   * Mean, biases, and p·q shared out over her rated movies by what each adds to the conditional mean of her place. `rest` is what the
   * prior and the draws around that mean add; for the probit also what the slope of the stars leaves.
   */
  protected terms(person: Person, i: number): Term[] {
    const {user, movie, shares} = this.posterior.parts(person, this.rowOfMovie(i))
    const terms: Term[] = [
      {name: 'mean', value: this.train.mean},
      {name: 'user', value: user},
      {name: 'movie', value: movie}
    ]
    for (const [n, value] of shares.entries()) {
      const movieId = this.items.ids[person.i[n]]
      terms.push({name: 'rated', value, movieId, title: this.movies.title(movieId)})
    }
    const sum = terms.reduce((total, term) => total + term.value, 0)
    terms.push({name: 'rest', value: this.scoreUnknown(person, i) - sum})
    return terms
  }

  protected dump(): EngineState {
    return this.posterior.dump()
  }

  protected restore(state: EngineState): void {
    this.posterior = Posterior.restore(state)
  }

  /** The average movie's row for one without training ratings. */
  private rowOfMovie(i: number): number {
    return this.knows(i) ? i : this.posterior.averageMovie
  }
}
