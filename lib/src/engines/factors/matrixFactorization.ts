import type {Ratings} from '../../data/ratings'
import {DivergedError} from '../../errors'
import {Arena} from '../../kernels/arena'
import {withPool} from '../../kernels/pool'
import {pow} from '../../math/exponential'
import {Random} from '../../math/random'
import {FactorModel} from '../../models/factorModel'
import {Support} from '../../models/model'
import {holdOut, knownPairs} from '../heldOut'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {GradientDescent, type Snapshot, trainEpoch} from './gradientDescent'

const OPTIONS = {
  factors: {kind: 'integer', default: 100, min: 1, max: 4096, about: 'Length of the taste vectors.'},
  epochs: {
    kind: 'integer',
    default: 60,
    min: 1,
    about: 'Passes over the ratings: exactly as many with patience=0, else at most.'
  },
  learningRate: {kind: 'number', default: 0.012, min: 0, about: 'Step size of the first epoch.'},
  decay: {
    kind: 'number',
    default: 0.96,
    min: 0,
    max: 1,
    about: 'What the step size is multiplied by after each epoch.'
  },
  regularization: {
    kind: 'number',
    default: 0.04,
    min: 0,
    about: 'Weight of the squared biases and factors against the squared errors, for each rating.'
  },
  implicitFeedback: {
    kind: 'boolean',
    default: true,
    about: 'SVD++: a user is also what she chose to rate, whatever she thought of it.'
  },
  patience: {
    kind: 'integer',
    default: 3,
    min: 0,
    about:
      'Epochs without a better error on a validation part of the training ratings after which training stops; 0 trains all epochs. A second model learns from all ratings beside the first, and is kept as it was at the best epoch.'
  },
  validationShare: {
    kind: 'number',
    default: 0.05,
    min: 0.001,
    max: 0.5,
    about: 'Share of the training ratings that is held out to choose the epoch.'
  },
  initialDeviation: {
    kind: 'number',
    default: 0.01,
    min: 0,
    about: 'Standard deviation of the random factors that training starts from.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of the first factors and of the validation part.'}
} as const

export type MatrixFactorizationOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * Matrix factorisation with biases by stochastic gradient descent (Funk 2006; Koren, Bell, Volinsky 2009, equations 4 to 7),
 * with implicit feedback as SVD++ (Koren 2008, equation 15).
 *
 *   prediction    r_ui = mu + bu + bi + qi·(pu + |N(u)|^-1/2 · sum of yj over the movies N(u) that u rated)
 *   objective     sum of err² + regularization · (bu² + bi² + |pu|² + |qi|² + sum of |yj|²), err = r - r_ui, over all ratings
 *   update        bu += rate (err - reg bu)             pu += rate (err qi - reg pu)
 *                 bi += rate (err - reg bi)             qi += rate (err (pu + ...) - reg qi)
 *                 yj += rate (err |N(u)|^-1/2 qi - reg yj), rate = learningRate · decay^epoch
 *
 * Without implicit feedback the grid of users × movies is cut into B × B cells. The B cells of a diagonal share no user and no
 * movie, so they run side by side (Gemulla et al. 2011); the cells are fixed, so the result is the same for any number of
 * workers. In a cell each user's ratings are walked in turn, which keeps pu in cache. With implicit feedback every step touches
 * all of N(u), and users are walked one after the other; there the second worker trains the model with the validation part.
 * An unknown user has bu = 0 and no factors, an unknown movie bi = 0 and no factors.
 * Cost of an epoch: ratings × factors, about 2 times that with implicit feedback, and twice all of it with a validation part.
 */
export class MatrixFactorization extends RatingEngine<MatrixFactorizationOptions, FactorModel> {
  static readonly spec: EngineSpec<MatrixFactorizationOptions> = {
    name: 'mf',
    about: 'Matrix factorisation with biases by stochastic gradient descent, with implicit feedback (SVD++).',
    source: 'Koren, Bell, Volinsky 2009, equations 4 to 7; Koren 2008, equation 15; Gemulla et al. 2011',
    model: 'factors',
    // Users are walked one after the other, in this model and in the one with the validation part.
    threads: ({implicitFeedback, patience}) =>
      implicitFeedback ? (patience > 0 ? 2 : 1) : Number.POSITIVE_INFINITY,
    updates: 'people and movies',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    o: Resolved<MatrixFactorizationOptions>,
    run: Run
  ): Promise<FactorModel> {
    const {epochs, patience, learningRate, decay, validationShare, seed} = o
    const arena = new Arena()
    const whole = new GradientDescent(arena, train, train, o)
    const held = patience > 0 ? holdOut(train, validationShare, new Random(seed, 2)) : undefined
    const judge = held === undefined ? undefined : new GradientDescent(arena, train, held.rest, o)
    if (held !== undefined) judge?.watch(held.part.rows)
    if (run.validation !== undefined) whole.watch(knownPairs(run.validation, train))
    let kept: Snapshot | undefined
    await withPool(arena, run, async pool => {
      let best = Number.POSITIVE_INFINITY
      let bestEpoch = 0
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const models = judge === undefined ? [whole] : [whole, judge]
        await trainEpoch(pool, models, learningRate * pow(decay, epoch - 1))
        const decisive = await judge?.validate(pool)
        const validation = run.validation === undefined ? decisive : await whole.validate(pool)
        const errors = {train: whole.error, ...(validation === undefined ? {} : {validation})}
        if (![errors.train, decisive ?? 0, validation ?? 0].every(Number.isFinite))
          diverged(learningRate, epoch)
        run.epoch(epoch, epochs, errors)
        if (decisive === undefined || decisive < best) {
          best = decisive ?? best
          bestEpoch = epoch
          if (decisive !== undefined) kept = whole.snapshot()
        } else if (epoch - bestEpoch >= patience) {
          if (epoch < epochs) run.report(epochs, epochs, {...errors, early: {epoch, epochs}})
          break
        }
      }
    })
    const model = modelOf(kept ?? whole.snapshot(), train, o)
    if (!model.qi.every(Number.isFinite)) diverged(learningRate, epochs)
    return model
  }
}

function diverged(learningRate: number, epoch: number): never {
  throw new DivergedError(
    `mf: the factors ran to infinity in epoch ${epoch} with learningRate ${learningRate}. Lower learningRate, to ${learningRate / 3} say.`,
    'learningRate'
  )
}

/** The model of users whose pu holds all that stands against qi: the implicit part, too. */
function modelOf(
  {bu, bi, p, q, y}: Snapshot,
  train: Ratings,
  {factors, regularization}: Resolved<MatrixFactorizationOptions>
): FactorModel {
  const model = new FactorModel(
    {mu: train.mean, factors, bu, bi, pu: p, qi: q},
    {each: regularization, bias: 'solved'},
    Support.of(train),
    y.length > 0 ? {yj: y} : {}
  )
  const {start, index} = train.byUser
  for (let u = 0; u < bu.length; u++) {
    const z = model.implicitPart(index.subarray(start[u], start[u + 1]))
    for (let f = 0; f < factors; f++) p[u * factors + f] += z[f]
  }
  return model
}
