import type {Ratings} from '../../data/ratings'
import type {Arrays} from '../../files/arrayFile'
import type {BiasNumbers} from '../../models/biases'
import {FactorModel} from '../../models/factorModel'
import {middleOf} from '../../models/middle'
import {Support} from '../../models/model'
import type {NetworkLayer} from '../../show/drawn'
import {learnBiases} from '../baseline'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {AutoRecTraining, autoRecShape, strideOf} from './autoRecTraining'
import {Training} from './training'

const OPTIONS = {
  hidden: {kind: 'integer', default: 512, min: 1, max: 8192, about: 'Width of the code.'},
  inputDropout: {
    kind: 'number',
    default: 0.7,
    min: 0,
    max: 0.95,
    about: "Share of a movie's ratings that the encoder does not see in an epoch."
  },
  dropout: {
    kind: 'number',
    default: 0.3,
    min: 0,
    max: 0.95,
    about: 'Share of the code that the decoder does not see.'
  },
  regularization: {
    kind: 'number',
    default: 70,
    min: 0,
    about:
      'Penalty on the squares of the weights, as in the paper: per weight, against the sum of squared errors.'
  },
  shrinkage: {
    kind: 'number',
    default: 5,
    min: 0,
    about: 'Ratings of a user at which half of what the network says beside the biases is believed.'
  },
  learningRate: {
    kind: 'number',
    default: 0.001,
    min: 1e-8,
    about: 'Step length of Adam at the beginning; it falls to 0 along a cosine.'
  },
  epochs: {kind: 'integer', default: 60, min: 1, about: 'Passes over the ratings.'},
  batches: {
    kind: 'integer',
    default: 10,
    min: 1,
    about: 'Batches that the movies are dealt into in each epoch; each is one step of Adam.'
  },
  networks: {
    kind: 'integer',
    default: 1,
    min: 1,
    max: 64,
    about: 'Networks, each from its own seed, whose predictions are averaged.'
  },
  patience: {
    kind: 'integer',
    default: 0,
    min: 0,
    about:
      'Epochs without a better error on the validation part after which training stops, and all ratings are fitted; 0 runs all epochs.'
  },
  validationShare: {
    kind: 'number',
    default: 0.05,
    min: 0.01,
    max: 0.5,
    about: 'Share of the training ratings that early stopping watches.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of every random draw.'}
} as const

export type AutoRecOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * An autoencoder of movies: it takes the ratings a movie got, thinned, squeezes them into a code, and gives back what everyone
 * would rate it.
 *
 *   h_i = sigmoid(b + sum over raters u of r_ui v_u)                 the code of movie i
 *   score(u, i) = mu + bu + bi + c_u + w_u · h_i                     bu, bi: those of Baseline
 *   loss = ½ sum of err² + ½ regularization · (|V|² + |W|²)          over all ratings, those dropped from the input too
 *
 * Once trained, c_u and w_u are multiplied by n_u / (n_u + shrinkage), n_u the ratings of the user.
 *
 * Source: Sedhain, Menon, Sanner, Xie 2015, equations 2 and 4 (I-AutoRec). Three things differ, each worth about 0.004 on a
 * validation part of MovieLens 1M: the net learns what the biases leave over, while the input stays the plain stars (which also tells who rated);
 * input and code are thinned by dropout (Vincent et al. 2008; Kuchaiev and Ginsburg 2017); Adam with a falling step
 * length in place of resilient propagation. Once trained, a movie is its code and a user her row of the decoder, so
 * predictions, explanations and typed-in profiles are those of a dot product. Cost of an epoch: 5 · ratings × hidden.
 */
export class AutoRec extends RatingEngine<AutoRecOptions, FactorModel> {
  static readonly spec: EngineSpec<AutoRecOptions> = {
    name: 'auto-rec',
    about: 'An autoencoder that gives back what everyone would rate a movie from the ratings it got.',
    source: 'Sedhain, Menon, Sanner, Xie 2015 (I-AutoRec), with dropout on the input',
    model: 'factors',
    resumes: true,
    updates: 'people and movies',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal */
  protected async learn(given: Ratings, o: Options, run: Run): Promise<FactorModel> {
    const train = given.select(given.byUser.row)
    const biases = await learnBiases(train, {}, run)
    return new Training(this.name, o, train, run, o, autoRecShape(o.hidden)).fit(
      async (fitted, watched, network) =>
        new AutoRecTraining(
          {...o, seed: o.seed + network * SEEDS_APART},
          {fitted, watched, biases: fitted === train ? biases : await learnBiases(fitted, {}, run)},
          run
        ),
      trained => modelOf(trained, train, o, biases, run)
    )
  }

  /** The layers, inputs first: what `plotNetwork` draws. */
  get layers(): readonly NetworkLayer[] {
    const {factors: width} = this.model
    const networks = width / this.resolved.hidden
    const users = this.train.frame.userIds.length
    return [
      {name: 'ratings of a movie', width: users, weights: 0, from: []},
      {name: 'code', width, weights: (users + 1) * width, from: ['ratings of a movie']},
      {name: 'everyone’s rating', width: users, weights: users * (width + networks), from: ['code']}
    ]
  }
}

type Options = Resolved<AutoRecOptions>

/** From the seed of one network to that of the next. */
const SEEDS_APART = 1000003

/** Codes beside codes, decoders beside decoders: the mean of several networks is one network, as wide as all of them. */
function modelOf(
  trained: readonly Arrays[],
  train: Ratings,
  o: Options,
  biases: BiasNumbers,
  run: Run
): FactorModel {
  const {hidden} = o
  const width = hidden * trained.length
  const users = train.frame.userIds.length
  const movies = train.frame.movieIds.length
  const pu = new Float32Array(users * width)
  const qi = new Float32Array(movies * width)
  const bu = Float32Array.from(biases.bu)
  const {start} = train.byUser
  const stride = strideOf(hidden)
  trained.forEach((weights, k) => {
    const codes = codesOf(weights, train, o, biases, run)
    const mean = takeOffMean(codes, train, stride)
    for (let u = 0; u < users; u++) {
      const rated = start[u + 1] - start[u]
      const belief = rated === 0 ? 0 : rated / (rated + o.shrinkage)
      let constant = belief * weights.c[u]
      for (let f = 0; f < hidden; f++) {
        const weight = belief * weights.w[u * stride + f]
        pu[u * width + k * hidden + f] = weight / trained.length
        constant += weight * mean[f]
      }
      bu[u] += constant / trained.length
    }
    for (let i = 0; i < movies; i++)
      for (let f = 0; f < hidden; f++) qi[i * width + k * hidden + f] = codes[i * stride + f]
  })
  return new FactorModel(
    {mu: biases.mu, factors: width, bu, bi: Float32Array.from(biases.bi), pu, qi},
    // A fifth of the loss's penalty: what served profiles of 5 and of 20 ratings best, on ratings of latest-small held out.
    {once: 0.2 * o.regularization + 1, bias: 'solved', across: lengthOf(pu) / lengthOf(qi) || 1},
    Support.of(train),
    {middle: middleOf(qi, width, train.byMovie)}
  )
}

/** The sum of the squares over rows, which are as many as are not 0: how large factors are. */
function lengthOf(rows: Float32Array): number {
  return rows.reduce((sum, one) => sum + one * one, 0) / rows.filter(one => one !== 0).length
}

function codesOf(weights: Arrays, train: Ratings, o: Options, biases: BiasNumbers, run: Run): Float32Array {
  const coder = new AutoRecTraining(o, {fitted: train, biases}, run)
  try {
    return coder.codes(weights)
  } finally {
    coder.close()
  }
}

/** Takes the mean code off the codes of movies with ratings, and gives it: what it adds to a score is the same for all movies. */
function takeOffMean(codes: Float32Array, {byMovie: {start}}: Ratings, stride: number): Float64Array {
  const mean = new Float64Array(stride)
  const active = Int32Array.from({length: start.length - 1}, (_, i) => i).filter(i => start[i + 1] > start[i])
  for (const i of active) for (let f = 0; f < stride; f++) mean[f] += codes[i * stride + f] / active.length
  for (const i of active) for (let f = 0; f < stride; f++) codes[i * stride + f] -= mean[f]
  return mean
}
