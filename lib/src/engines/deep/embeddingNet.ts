import type {Ratings} from '../../data/ratings'
import {ArgumentError} from '../../errors'
import type {NetworkLayer} from '../../show/drawn'
import type {Arrays} from '../checkpoint'
import type {EngineSpec, OptionsOf} from '../options'
import {FALLBACK_SPEC, type FallbackOption} from '../ratingEngine'
import type {Run} from '../run'
import {EmbeddingNetwork, type Side} from './embeddingTraining'
import {NetworkEngine} from './networkEngine'
import {loadTensorFlow} from './tensorflow'
import {carve, type Network, Training} from './training'

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
  learningRate: {kind: 'number', default: 0.01, min: 1e-7, about: 'Step length of AdaMax.'},
  decay: {
    kind: 'number',
    default: 0.95,
    min: 0.01,
    max: 1,
    about: 'The step length is multiplied by this after every epoch.'
  },
  regularization: {
    kind: 'number',
    default: 0.05,
    min: 0,
    about: 'Penalty on the squares of embeddings and biases, per rating.'
  },
  epochs: {kind: 'integer', default: 60, min: 1, about: 'Passes over the ratings, at most.'},
  batchSize: {kind: 'integer', default: 8192, min: 1, about: 'Ratings a step.'},
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
 *   loss        = mean of err² + regularization · (|pu|² + |qi|² + bu² + bi²)
 *   update      AdaMax on mini-batches, in TensorFlow; early stopping on a part of train, then again on all of it
 *
 * The article has `{biases: false, regularization: 0, decay: 1}`, `refit: false` and Keras' AdaMax (its learning rate, 0.001, is
 * for batches of 32). A typed-in profile gets its own pu and bu, everything else frozen (a ridge regression; Gauss-Newton steps of it
 * with hidden layers). Source: Le, "The 4 Recommendation Engines That Can Predict Your Movie Tastes" (2018); AdaMax: Kingma and
 * Ba 2015; dot product against mlp: Rendle et al. 2020. Cost of an epoch: ratings × factors.
 */
export class EmbeddingNet extends NetworkEngine<EmbeddingNetOptions> {
  static readonly spec: EngineSpec<EmbeddingNetOptions> = {
    name: 'embedding-net',
    about:
      'Embeddings of users and movies, their dot product and optional hidden layers, trained with TensorFlow.',
    source: 'Le 2018 (the article); Kingma and Ba 2015 (AdaMax); Rendle, Krichene, Zhang, Anderson 2020',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }
  protected async learn(given: Ratings, run: Run): Promise<void> {
    const o = this.resolved
    const train = given.select(given.byUser.row)
    const side = o.sideInformation ? sideOf(train) : {}
    const tf = await loadTensorFlow()
    const searches = o.patience > 0 && train.length >= 20
    const refits = !searches || o.refit
    const training = await Training.open(
      this.name,
      o,
      train,
      run,
      o.epochs * (Number(searches) + Number(refits))
    )
    this.steps = training.steps
    const networks: EmbeddingNetwork[] = []
    const make = (fitted: Ratings, watched: Ratings | undefined): Network => {
      const network = new EmbeddingNetwork(
        tf,
        o,
        {fitted, side, ...(watched === undefined ? {} : {watched})},
        run
      )
      networks.push(network)
      return network
    }
    const {fitted, watched} = searches
      ? carve(train, o.validationShare, o.seed)
      : {fitted: train, watched: undefined}
    const stage = {
      epochs: o.epochs,
      patience: 0,
      watched: false,
      recorded: run.validation !== undefined || !searches
    }
    try {
      let {weights, epochs} = {weights: {} as Arrays, epochs: o.epochs}
      if (searches)
        ({weights, epochs} = await training.stage(() => make(fitted, watched), {
          ...stage,
          patience: o.patience,
          watched: true,
          recorded: !stage.recorded || !refits
        }))
      if (refits)
        ({weights} = await training.stage(() => make(train, run.validation), {
          ...stage,
          epochs,
          watched: run.validation !== undefined
        }))
      this.adopt(weights, refits ? train.mean : fitted.mean, side)
      training.done()
    } catch (error) {
      if (training.usable !== undefined) {
        this.adopt(training.usable, fitted.mean, side)
        this.usable = true
      }
      throw error
    } finally {
      for (const network of networks) network.dispose()
    }
  }

  /** Takes trained weights: folds side information into the embeddings. */
  private adopt(weights: Arrays, mean: number, side: {users?: Side; movies?: Side}): void {
    const {su, si, ...arrays} = weights
    const {factors: F} = this.resolved
    if (su !== undefined && side.users !== undefined) fold(arrays.pu, side.users, su, F)
    if (si !== undefined && side.movies !== undefined) fold(arrays.qi, side.movies, si, F)
    this.answerFrom(this.resolved.biases ? mean : 0, arrays, F)
  }

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

  protected override hiddenWidths(): readonly number[] {
    const {factors, hidden} = this.resolved
    return hidden.length === 0 ? [] : [2 * factors, ...hidden]
  }

  /** The penalty of the loss is per rating; without one a profile still needs some. */
  protected override strength(ratings: number): number {
    return Math.max(this.resolved.regularization, 0.02) * ratings
  }
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
