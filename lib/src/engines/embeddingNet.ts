import type {Ratings} from '../data/ratings'
import {ArgumentError} from '../errors'
import type {Arrays} from './checkpoint'
import {EmbeddingNetwork, type Side} from './embeddingNetwork'
import type {EngineState, Person, Term} from './engine'
import type {EngineSpec} from './options'
import {Perceptron} from './perceptron'
import {FALLBACK_SPEC, type FallbackOption, type PairScores, type Pairs, RatingEngine} from './ratingEngine'
import {type ReadOut, readOut, termsOfRatings} from './readOut'
import type {Run} from './run'
import {loadTensorFlow} from './tensorflow'
import {carve, type Network, Training} from './training'

export interface EmbeddingNetOptions extends FallbackOption {
  /** Length of the embeddings. @default 100 */
  factors?: number
  /** Add the mean and a bias of each user and movie. @default true */
  biases?: boolean
  /** Widths of hidden layers over both embeddings, whose output is added to the dot product. @default [] */
  hidden?: readonly number[]
  /** Share of the product and of each hidden layer that is dropped while training. @default 0 */
  dropout?: number
  /** Add embeddings of what the data knows of users (age, gender, occupation) and movies (genres). @default false */
  sideInformation?: boolean
  /** Step length of AdaMax. @default 0.01 */
  learningRate?: number
  /** The step length is multiplied by this after every epoch. @default 0.95 */
  decay?: number
  /** Penalty on the squares of embeddings and biases, per rating. @default 0.02 */
  regularization?: number
  /** Most epochs. @default 60 */
  epochs?: number
  /** Ratings a step. @default 8192 */
  batchSize?: number
  /** Stop when the error on the validation part has not fallen for this many epochs; 0 runs all epochs. @default 2 */
  patience?: number
  /** Share of the training ratings that early stopping watches. @default 0.1 */
  validation?: number
  /** Fit once more on all ratings, for the number of epochs found; else keep the best weights as they are. @default true */
  refit?: boolean
  /** @default 1 */
  seed?: number
}

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
export class EmbeddingNet extends RatingEngine<EmbeddingNetOptions> {
  static readonly spec: EngineSpec<EmbeddingNetOptions> = {
    name: 'embedding-net',
    about:
      'Embeddings of users and movies, their dot product and optional hidden layers, trained with TensorFlow.',
    source: 'Le 2018 (the article); Kingma and Ba 2015 (AdaMax); Rendle, Krichene, Zhang, Anderson 2020',
    options: {
      factors: {kind: 'integer', default: 100, min: 1, max: 4096, about: 'Length of the embeddings.'},
      biases: {kind: 'boolean', default: true, about: 'Add the mean and a bias of each user and movie.'},
      hidden: {
        kind: 'integers',
        default: [],
        min: 1,
        about: 'Widths of hidden layers over both embeddings; their output is added to the dot product.'
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
        about: 'Add embeddings of age, gender, occupation and genres, where the data has them.'
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
        default: 0.02,
        min: 0,
        about: 'Penalty on the squares of embeddings and biases, per rating.'
      },
      epochs: {kind: 'integer', default: 60, min: 1, about: 'Most epochs.'},
      batchSize: {kind: 'integer', default: 8192, min: 1, about: 'Ratings a step.'},
      patience: {
        kind: 'integer',
        default: 2,
        min: 0,
        about: 'Epochs without a better validation error before stopping; 0 runs all.'
      },
      validation: {
        kind: 'number',
        default: 0.1,
        min: 0.01,
        max: 0.5,
        about: 'Share of the training ratings that early stopping watches.'
      },
      refit: {
        kind: 'boolean',
        default: true,
        about: 'Fit once more on all ratings, for the number of epochs found.'
      },
      seed: {kind: 'integer', default: 1, about: 'Seed of every random draw.'},
      fallback: FALLBACK_SPEC
    }
  }
  /** pu [users × F], qi [movies × F], bu [users], bi [movies], and the hidden layers; side information is folded into pu and qi */
  private arrays: Arrays = {}
  private mu = 0
  private mlp: Perceptron | undefined

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
      ? carve(train, o.validation, o.seed)
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
    this.mu = this.resolved.biases ? mean : 0
    this.arrays = arrays
    this.prepare()
  }

  private prepare(): void {
    const {factors, hidden} = this.resolved
    this.mlp = hidden.length === 0 ? undefined : new Perceptron([2 * factors, ...hidden], this.arrays)
  }

  /** mu + bu + bi: what is predicted before taste. An unknown side counts 0; without biases an unknown side leaves the mean. */
  private plain(u: number, i: number): number {
    const {bu, bi} = this.arrays
    if (bu === undefined) return u < 0 || i < 0 ? this.train.mean : 0
    return this.mu + (u < 0 ? 0 : bu[u]) + (i < 0 ? 0 : bi[i])
  }

  /** Taste: pu · qi + mlp([pu, qi]), with its gradient by pu where asked for. */
  private taste(pu: Float64Array, i: number, gradient?: Float64Array): number {
    const {factors: F} = this.resolved
    const {qi} = this.arrays
    let dot = 0
    for (let f = 0; f < F; f++) dot += pu[f] * qi[i * F + f]
    if (gradient !== undefined) for (let f = 0; f < F; f++) gradient[f] = qi[i * F + f]
    if (this.mlp === undefined) return dot
    const x = new Float64Array(2 * F)
    x.set(pu)
    for (let f = 0; f < F; f++) x[F + f] = qi[i * F + f]
    const slope = gradient === undefined ? undefined : new Float64Array(2 * F)
    const y = this.mlp.value(x, slope)
    if (gradient !== undefined && slope !== undefined) for (let f = 0; f < F; f++) gradient[f] += slope[f]
    return dot + y
  }

  private trained(u: number): Float64Array {
    const {factors: F} = this.resolved
    return Float64Array.from(this.arrays.pu.subarray(u * F, u * F + F))
  }

  /** The embedding and bias of a person read from her ratings, all else frozen: Gauss-Newton, exact at once without hidden layers. */
  private read({i, r}: Person): ReadOut {
    const {factors: F, regularization, biases} = this.resolved
    const width = biases ? F + 1 : F
    const lambda = Math.max(regularization, 0.02) * r.length
    const codes = new Float64Array(r.length * width)
    const y = new Float64Array(r.length)
    const slope = new Float64Array(F)
    let fitted: ReadOut = {w: new Float64Array(width), alpha: new Float64Array(r.length), codes}
    for (let step = 0; step < (this.mlp === undefined ? 1 : 5); step++) {
      const pu = fitted.w.subarray(0, F)
      for (let j = 0; j < r.length; j++) {
        y[j] = r[j] - (biases ? this.plain(-1, i[j]) : 0) - this.taste(pu, i[j], slope)
        for (let f = 0; f < F; f++) {
          codes[j * width + f] = slope[f]
          y[j] += slope[f] * pu[f]
        }
        if (biases) codes[j * width + F] = 1
      }
      fitted = readOut(codes, y, width, lambda)
    }
    return fitted
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const {biases, factors: F} = this.resolved
    const {w} = person.u >= 0 ? {w: this.trained(person.u)} : this.read(person)
    const pu = w.subarray(0, F)
    const own = person.u >= 0 ? undefined : biases ? w[F] : 0
    return Float64Array.from(
      items,
      i =>
        (own === undefined ? this.plain(person.u, i) : (biases ? this.plain(-1, i) : 0) + own) +
        this.taste(pu, i)
    )
  }

  protected scorePairs({u, i}: Pairs): PairScores {
    const score = new Float64Array(u.length)
    const fallback = new Uint8Array(u.length)
    const {start} = this.train.byUser
    for (let n = 0; n < u.length; n++) {
      const user = u[n] >= 0 && start[u[n] + 1] > start[u[n]] ? u[n] : -1
      const movie = this.knows(i[n]) ? i[n] : -1
      fallback[n] = user < 0 ? 1 : movie < 0 ? 2 : 0
      score[n] = this.plain(user, movie) + (fallback[n] === 0 ? this.taste(this.trained(user), movie) : 0)
    }
    return {score, fallback}
  }

  protected scoreUnknown(person: Person, i: number): number {
    return this.plain(person.i.length > 0 ? person.u : -1, this.knows(i) ? i : -1)
  }

  /** Cosine of the movies' embeddings. */
  protected similarTo(i: number): Float64Array {
    const {factors: F} = this.resolved
    const {qi} = this.arrays
    return cosines(qi, F, i)
  }

  /**
   * mean + biases + the pushes of her own ratings. A push is exact for a dot product, and integrated along the straight line from
   * an empty embedding to hers for hidden layers; `rest` is what her trained embedding holds beyond her own ratings.
   */
  protected terms(person: Person, i: number): Term[] {
    const {bu, bi} = this.arrays
    const known = person.i.length > 0 && this.knows(i)
    if (!known) {
      const j = this.knows(i) ? i : -1
      const u = person.i.length > 0 ? person.u : -1
      if (bu === undefined) return [{name: 'mean', value: this.plain(u, -1)}]
      return [
        {name: 'mean', value: this.mu},
        {name: 'user bias', value: u < 0 ? 0 : bu[u]},
        {name: 'movie bias', value: j < 0 ? 0 : bi[j]}
      ]
    }
    const {factors: F, biases} = this.resolved
    const read = this.read(person)
    const pu = person.u >= 0 ? this.trained(person.u) : read.w.slice(0, F)
    const slope = this.meanSlope(pu, i)
    const width = biases ? F + 1 : F
    const pushes = read.alpha.map((alpha, j) => {
      let dot = 0
      for (let f = 0; f < F; f++) dot += read.codes[j * width + f] * slope[f]
      return alpha * dot
    })
    const total = this.taste(pu, i)
    const terms = termsOfRatings(pushes, person, total, this.items, this.movies)
    if (bu === undefined) return terms
    return [
      {name: 'mean', value: this.mu},
      {name: 'user bias', value: person.u >= 0 ? bu[person.u] : read.w[F]},
      {name: 'movie bias', value: bi[i]},
      ...terms
    ]
  }

  /** The mean gradient of taste along the line from 0 to pu, by the midpoint rule. */
  private meanSlope(pu: Float64Array, i: number): Float64Array {
    const steps = this.mlp === undefined ? 1 : 32
    const mean = new Float64Array(pu.length)
    const slope = new Float64Array(pu.length)
    for (let step = 0; step < steps; step++) {
      this.taste(
        pu.map(value => (value * (step + 0.5)) / steps),
        i,
        slope
      )
      for (let f = 0; f < mean.length; f++) mean[f] += slope[f] / steps
    }
    return mean
  }

  protected dump(): EngineState {
    return {values: {mu: this.mu}, arrays: this.arrays}
  }

  protected restore(state: EngineState): void {
    this.mu = state.values.mu as number
    this.arrays = state.arrays as Arrays
    this.prepare()
  }
}

/** Cosine of row `i` of a [rows × width] matrix with every row; 0 for a row of zeros. */
export function cosines(matrix: Float32Array, width: number, i: number): Float64Array {
  const lengthOf = (row: number): number => {
    let sum = 0
    for (let f = 0; f < width; f++) sum += matrix[row * width + f] ** 2
    return Math.sqrt(sum)
  }
  const own = lengthOf(i)
  return Float64Array.from({length: matrix.length / width}, (_, j) => {
    let dot = 0
    for (let f = 0; f < width; f++) dot += matrix[i * width + f] * matrix[j * width + f]
    const product = own * lengthOf(j)
    return product === 0 ? 0 : dot / product
  })
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
