import type {Ratings} from '../../data/ratings'
import {ArgumentError} from '../../errors'
import type {Arrays} from '../../files/arrayFile'
import {FactorModel} from '../../models/factorModel'
import {HiddenLayers} from '../../models/hiddenLayers'
import {middleOf} from '../../models/middle'
import {Support} from '../../models/model'
import type {NetworkLayer} from '../../show/drawn'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from '../ratingEngine'
import type {Run} from '../run'
import {EmbeddingTraining, embeddingShape, type Side} from './embeddingTraining'
import {loadTensorFlow} from './tensorflow'
import {Training} from './training'

const OPTIONS = {
  factors: {kind: 'integer', default: 100, min: 1, max: 4096, about: 'Length of the embeddings.'},
  biases: {kind: 'boolean', default: true, about: 'Add the mean and a bias of each user and movie.'},
  hidden: {
    kind: 'integers',
    default: [],
    min: 1,
    about: 'Widths of hidden layers over both embeddings, whose output is added to the dot product.'
  },
  dropout: {
    kind: 'number',
    default: 0,
    min: 0,
    max: 0.95,
    about: 'Share of the product and of each hidden layer that is dropped while training.'
  },
  sideInformation: {
    kind: 'boolean',
    default: false,
    about: 'Add embeddings of what the data knows of users (age, gender, occupation) and movies (genres).'
  },
  learningRate: {kind: 'number', default: 0.015, min: 1e-7, about: 'Step length of AdaMax.'},
  decay: {
    kind: 'number',
    default: 0.95,
    min: 0.01,
    max: 1,
    about: 'The step length is multiplied by this after every epoch.'
  },
  regularization: {
    kind: 'number',
    default: 0.04,
    min: 0,
    about: 'Penalty on the squares of embeddings and biases, for each rating that they are in.'
  },
  shrinkage: {
    kind: 'number',
    default: 4,
    min: 0,
    about:
      'Penalty on the squares of the embedding and bias of each user and movie beside that, so that few ratings say little.'
  },
  epochs: {kind: 'integer', default: 60, min: 1, about: 'Passes over the ratings, at most.'},
  batchSize: {kind: 'integer', default: 8192, min: 1, about: 'Ratings a step, at most.'},
  stepsPerEpoch: {
    kind: 'integer',
    default: 40,
    min: 1,
    about: 'Steps of a pass, at least: batches of few ratings are smaller than batchSize.'
  },
  patience: {
    kind: 'integer',
    default: 2,
    min: 0,
    about:
      'Epochs without a better error on the validation part after which training stops; 0 runs all epochs.'
  },
  validationShare: {
    kind: 'number',
    default: 0.1,
    min: 0.01,
    max: 0.5,
    about: 'Share of the training ratings that early stopping watches.'
  },
  refit: {
    kind: 'boolean',
    default: true,
    about:
      'Fit once more on all ratings, for the number of epochs found; else keep the best weights as they are.'
  },
  seed: {kind: 'integer', default: 1, about: 'Seed of every random draw.'}
} as const

export type EmbeddingNetOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * The article's network: an embedding of users, one of movies, and their dot product.
 *
 *   score(u, i) = mu + bu + bi + pu · qi + mlp([pu, qi])          biases and mlp by option
 *   loss        = 1/N (sum of err² + sum of (shrinkage + regularization n) (|·|² + b²)), n the ratings of the user, of the movie
 *   update      AdaMax on mini-batches, in TensorFlow; early stopping on a part of train, then again on all of it
 *
 * The article has `{biases: false, regularization: 0, shrinkage: 0, decay: 1, stepsPerEpoch: 1}`, `refit: false` and Keras' AdaMax
 * (its learning rate, 0.001, is for batches of 32; 0.01 suits 8192). A typed-in profile gets its own pu and bu, everything else frozen
 * (a ridge regression; Gauss-Newton steps of it with hidden layers). Source: Le, "The 4 Recommendation Engines That Can Predict Your
 * Movie Tastes" (2018); AdaMax: Kingma and Ba 2015; dot product against mlp: Rendle et al. 2020. Cost of an epoch: ratings × factors.
 */
export class EmbeddingNet extends RatingEngine<EmbeddingNetOptions, FactorModel> {
  static readonly spec: EngineSpec<EmbeddingNetOptions> = {
    name: 'embedding-net',
    about:
      'Embeddings of users and movies, their dot product and optional hidden layers, trained with TensorFlow.',
    source: 'Le 2018 (the article); Kingma and Ba 2015 (AdaMax); Rendle, Krichene, Zhang, Anderson 2020',
    model: 'factors',
    resumes: true,
    updates: 'people and movies',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal */
  protected async learn(given: Ratings, o: Options, run: Run): Promise<FactorModel> {
    const train = given.select(given.byUser.row)
    const side = o.sideInformation ? sideOf(train) : {}
    const tf = await loadTensorFlow()
    const plan = {...o, networks: o.refit ? 1 : 0}
    const training = new Training(this.name, o, train, run, plan, embeddingShape(o, side))
    return training.fit(
      (fitted, watched) =>
        new EmbeddingTraining(tf, o, {fitted, side, ...(watched === undefined ? {} : {watched})}, run),
      ([weights], {mean}) => modelOf(weights, train, mean, side, o)
    )
  }

  /** The layers, inputs first: what `plotNetwork` draws. */
  get layers(): readonly NetworkLayer[] {
    const {factors, hidden, biases} = this.resolved
    const {userIds, movieIds} = this.train.frame
    const table = (name: string, rows: number, width: number): NetworkLayer => {
      return {
        name: `${name} ${width === 1 ? 'bias' : 'embedding'}`,
        width,
        weights: rows * width,
        from: [name]
      }
    }
    const pair = (width: number): NetworkLayer[] => [
      table('user', userIds.length, width),
      table('movie', movieIds.length, width)
    ]
    const both = ['user embedding', 'movie embedding']
    const deep = hidden.map((width, k) => {
      const before = k === 0 ? 2 * factors : hidden[k - 1]
      const from = k === 0 ? both : [`hidden ${k}`]
      return {name: `hidden ${k + 1}`, width, weights: (before + 1) * width, from}
    })
    const last = deep.length === 0 ? [] : [deep[deep.length - 1].name]
    const sum = ['dot product', ...(biases ? ['user bias', 'movie bias'] : []), ...last]
    return [
      {name: 'user', width: 1, weights: 0, from: []},
      {name: 'movie', width: 1, weights: 0, from: []},
      ...pair(factors),
      ...(biases ? pair(1) : []),
      {name: 'dot product', width: 1, weights: 0, from: both},
      ...deep,
      {name: 'rating', width: 1, weights: hidden.at(-1) ?? 0, from: sum}
    ]
  }
}

type Options = Resolved<EmbeddingNetOptions>

/** The model of trained weights: side information is folded into the embeddings, and a network without biases has zeros. */
function modelOf(
  {su, si, pu, qi, bu, bi, ...layers}: Arrays,
  train: Ratings,
  mean: number,
  side: {users?: Side; movies?: Side},
  {factors, hidden, biases, regularization, shrinkage}: Options
): FactorModel {
  if (su !== undefined && side.users !== undefined) fold(pu, side.users, su, factors)
  if (si !== undefined && side.movies !== undefined) fold(qi, side.movies, si, factors)
  // As the loss weighs them; a network without a penalty for each rating still needs some for a profile.
  const placing = {once: shrinkage, each: Math.max(regularization, 0.02)}
  const support = Support.of(train)
  const deep = hidden.length > 0 ? {hidden: new HiddenLayers([2 * factors, ...hidden], layers)} : {}
  if (biases)
    return new FactorModel({mu: mean, factors, bu, bi, pu, qi}, {...placing, bias: 'solved'}, support, {
      ...deep,
      ...(hidden.length > 0 ? {} : {middle: middleOf(qi, factors, train.byMovie)})
    })
  const none = (rows: Float32Array): Float32Array => new Float32Array(rows.length / factors)
  return new FactorModel(
    {mu: 0, factors, bu: none(pu), bi: none(qi), pu, qi},
    {...placing, bias: 'none', constant: train.mean},
    support,
    deep
  )
}

/** What the data knows beside the ratings, each row scaled to length 1. */
function sideOf(train: Ratings): {users?: Side; movies?: Side} {
  const {userIds, movieIds} = train.frame
  const genres = movieIds.ids.map(movieId => [...(train.movies.get(movieId)?.genres ?? [])])
  const users = userIds.ids.map(userId => {
    const {age, gender, occupation} = train.users?.get(userId) ?? {}
    return Object.entries({age, gender, occupation})
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${value}`)
  })
  const side = {...tagged('users', users), ...tagged('movies', genres)}
  if (Object.keys(side).length > 0) return side
  throw new ArgumentError(
    'sideInformation: these ratings know neither genres nor ages, genders or occupations. Read the movies and users files too, or leave the option out.'
  )
}

function tagged<K extends string>(name: K, tags: string[][]): Partial<Record<K, Side>> {
  const all = [...new Set(tags.flat())].sort()
  if (all.length === 0) return {}
  const rows = new Float32Array(tags.length * all.length)
  tags.forEach((own, row) => {
    for (const tag of own) rows[row * all.length + all.indexOf(tag)] = 1 / Math.sqrt(own.length)
  })
  return {[name]: {rows, width: all.length}} as Partial<Record<K, Side>>
}

/** matrix += side · table */
function fold(matrix: Float32Array, {rows, width}: Side, table: Float32Array, F: number): void {
  for (let row = 0; row < rows.length / width; row++)
    for (let tag = 0; tag < width; tag++)
      if (rows[row * width + tag] !== 0)
        for (let f = 0; f < F; f++) matrix[row * F + f] += rows[row * width + tag] * table[tag * F + f]
}
