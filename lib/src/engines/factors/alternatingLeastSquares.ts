import type {Ratings} from '../../data/ratings'
import {DivergedError, OptionError} from '../../errors'
import {Arena} from '../../kernels/arena'
import {withPool} from '../../kernels/pool'
import type {Biases} from '../../models/biases'
import {FactorModel, type Placing} from '../../models/factorModel'
import {Support} from '../../models/model'
import {BASELINE_DEFAULTS, learnBiases} from '../baseline'
import type {OnSpark} from '../elsewhere'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {factorsOnSpark} from '../spark/factorsOnSpark'
import {LeastSquares} from './leastSquares'

const OPTIONS = {
  factors: {kind: 'integer', default: 50, min: 1, max: 4096, about: 'Length of the taste vectors.'},
  epochs: {
    kind: 'integer',
    default: 12,
    min: 1,
    about: 'Rounds; in each all users are solved for, then all movies.'
  },
  regularization: {
    kind: 'number',
    default: 0.07,
    min: 0,
    about:
      'Weight of the squared factors: for each rating (explicit), or once for each user and movie, times a power of what its errors weigh (implicit).'
  },
  shrinkage: {
    kind: 'number',
    default: 2.25,
    min: 0,
    about:
      'For feedback=explicit: weight of the squared factors and bias of each user and movie beside that, so that few ratings say little.'
  },
  biases: {
    kind: 'choice',
    default: 'joint',
    choices: ['joint', 'first'],
    about:
      'For feedback=explicit: learned together with the factors (joint), or as the baseline has them, before the factors, and held (first).'
  },
  regularizationExponent: {
    kind: 'number',
    default: 0.75,
    min: 0,
    max: 1,
    about:
      'For feedback=implicit: the weight of a user’s or movie’s squared factors grows with all that its squared errors weigh, to this power; 0 for none.'
  },
  feedback: {
    kind: 'choice',
    default: 'explicit',
    choices: ['explicit', 'implicit'],
    about:
      'Predict stars from stars (explicit), or take every rating as a sign of interest, whose confidence grows with its stars (implicit). Implicit ranks by preference from about 0 to 1 and predicts no stars.'
  },
  confidence: {
    kind: 'number',
    default: 1,
    min: 0,
    about: 'For feedback=implicit: how much a star adds to the confidence 1 of what is not rated.'
  },
  steps: {
    kind: 'integer',
    default: 2,
    min: 1,
    about: 'Steps of conjugate gradients for each user and movie in each round.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of the first factors.'}
} as const

export type AlternatingLeastSquaresOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/** @internal How a profile comes to its bias: with its factors, or as the baseline that was held gives it one. */
export function placedBias(held: Biases | undefined): Pick<Placing, 'bias' | 'damping'> {
  return held === undefined ? {bias: 'solved'} : {bias: 'mean', damping: held.userDamping}
}

/** Rounds of biases on Spark, where each costs a pass over a cluster: on MovieLens 1M the RMSE of four is within 0.0001 of that of ten. */
const BIAS_ROUNDS = 4
/** Steps that settle the users for good after the last round, so that a profile and a user with the same ratings agree. */
const LAST_STEPS = 30

/**
 * Alternating least squares: with the movies fixed the best users are ridge regressions, and the other way round.
 *
 *   explicit    r_ui = mu + bu + bi + pu·qi                                      (Zhou, Wilkinson, Schreiber, Pan 2008, with biases)
 *     least of  sum of (r - r_ui)² + sum of (shrinkage + reg n) (b² + |·|²), n the ratings of the user, of the movie
 *     update    (pu, bu) = (Q'Q + shrinkage + reg n)⁻¹ Q'(r - mu - bi), rows of Q being (qi, 1) of the movies rated
 *     biases    first: bu and bi are the baseline's, held, and (pu, qi) are solved for what they leave over, with Q's rows being qi
 *   implicit    preference s_ui = pu·qi near 1 where rated, near 0 elsewhere        (Hu, Koren, Volinsky 2008, equations 3 to 5)
 *     least of  sum over ALL pairs of c (p - s_ui)² + sum of reg_u |pu|² + sum of reg_i |qi|²,
 *               c = 1 + confidence · r where rated, else 1; reg_u = reg (sum of c over the row)^exponent   (Rendle et al. 2022, equation 8)
 *     update    pu = (Y'Y + Y'(C - 1)Y + reg_u)⁻¹ Y'C p, where Y'Y is formed once for all users
 *
 * The systems are not formed but moved along by a few steps of conjugate gradients from the last round's solution (Takács,
 * Pilászy, Tikk 2011). With implicit feedback (Y'Y + reg)⁻¹, which all users have in common, goes before each step: what is left
 * differs from the identity by a user's own ratings alone, and one step does more than three without. A bias is a factor whose
 * other side is fixed at 1. An unknown user has bu = 0 and no factors, an unknown movie likewise.
 * Cost of a round: (4 · steps + 2) · ratings × factors; implicit also (3 · steps + 2) · (users + movies) × factors².
 */
export class AlternatingLeastSquares extends RatingEngine<AlternatingLeastSquaresOptions, FactorModel> {
  static readonly spec: EngineSpec<AlternatingLeastSquaresOptions> = {
    name: 'als',
    about: 'Matrix factorisation by alternating least squares, from stars or from what was rated at all.',
    source:
      'Zhou et al. 2008; Hu, Koren, Volinsky 2008, equations 3 to 7; Takács, Pilászy, Tikk 2011; Rendle, Krichene, Zhang, Koren 2022',
    model: 'factors',
    clicks: {feedback: 'implicit'},
    updates: 'people and movies',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal Biases are the baseline's there, and regularization weighs for each rating, whatever the feedback. */
  protected override async learnOn(
    source: OnSpark,
    o: Resolved<AlternatingLeastSquaresOptions>,
    run: Run
  ): Promise<{
    model: FactorModel
    train: Ratings
    resolved: Resolved<AlternatingLeastSquaresOptions>
  }> {
    const own = {shrinkage: 0, regularizationExponent: 0, biases: 'first'} as const
    if (this.options.steps !== undefined)
      throw new OptionError('steps', o.steps, `steps: Spark solves each system as a whole. Leave it out.`)
    for (const [name, there] of Object.entries(own)) {
      const given = this.options[name as keyof typeof own]
      if (given !== undefined && given !== there)
        throw new OptionError(
          name,
          given,
          `${name}: on Spark it is ${there}, and nothing else; got ${given}. Leave it out.`
        )
    }
    const {userDamping, movieDamping} = BASELINE_DEFAULTS
    const learned = await factorsOnSpark(source, o, {rounds: BIAS_ROUNDS, userDamping, movieDamping}, run)
    return {...learned, resolved: {...o, ...own}}
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    o: Resolved<AlternatingLeastSquaresOptions>,
    run: Run
  ): Promise<FactorModel> {
    const {epochs, factors, regularization, feedback, confidence, steps} = o
    const explicit = feedback === 'explicit'
    const held = explicit && o.biases === 'first' ? await learnBiases(train, {}, run) : undefined
    const halves = new LeastSquares(new Arena(), train, o, held)
    const validate = run.validation === undefined ? undefined : halves.watch(run.validation, train)
    return withPool(halves.arena, run, async pool => {
      let told = 0
      const errorOf = (squares: number): number => Math.sqrt(squares / train.length)
      if (explicit && validate === undefined)
        await halves.rounds(pool, {epochs, steps, last: LAST_STEPS}, squares =>
          run.epoch(++told, epochs, {train: errorOf(squares)})
        )
      for (let epoch = told + 1; epoch <= epochs; epoch++) {
        const squares = await halves.solve(pool, 'users', steps)
        await halves.solve(pool, 'movies', steps)
        if (epoch === epochs) await halves.solve(pool, 'users', LAST_STEPS)
        const errors: {train?: number; validation?: number} = {}
        if (explicit) {
          errors.train = errorOf(squares)
          if (validate !== undefined) errors.validation = await validate(pool)
        }
        run.epoch(epoch, epochs, errors)
      }
      const numbers = {mu: halves.mu, factors, ...halves.numbers()}
      if (![numbers.pu, numbers.qi].every(rows => rows.every(Number.isFinite)))
        throw new DivergedError(
          `als: the factors are not finite with regularization ${regularization}. Raise regularization, to ${regularization * 2 || 0.05} say.`,
          'regularization'
        )
      return explicit
        ? new FactorModel(
            numbers,
            {once: o.shrinkage, each: regularization, ...placedBias(held)},
            Support.of(train)
          )
        : new FactorModel(
            numbers,
            {once: regularization, exponent: o.regularizationExponent, bias: 'none', confidence},
            Support.of(train),
            {
              gram: await halves.gramOfMovies(pool)
            }
          )
    })
  }
}
