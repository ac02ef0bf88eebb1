import type {Ratings} from '../../data/ratings'
import type {Arrays} from '../../files/arrayFile'
import {pow} from '../../math/exponential'
import {Random} from '../../math/random'
import {type ArrayShape, numbers, type Size} from '../../sound/arrays'
import type {Run} from '../run'
import type {Tensor, TensorFlow, Variable} from './tensorflow'
import type {Network, NetworkShape} from './training'

/** AdaMax (Kingma and Ba 2015, algorithm 2); the first moment is kept without its factor 1 - BETA1, which goes into the step. */
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-7

/** The options of EmbeddingNet that its training needs. */
export interface EmbeddingSettings {
  factors: number
  biases: boolean
  hidden: readonly number[]
  dropout: number
  learningRate: number
  decay: number
  regularization: number
  shrinkage: number
  batchSize: number
  stepsPerEpoch: number
  seed: number
}

/** What is known beside the ratings: [rows × width] with 0 for what does not hold. */
export interface Side {
  rows: Float32Array
  width: number
}

/** What the network learns from. */
export interface Material {
  fitted: Ratings
  watched?: Ratings
  side: {users?: Side; movies?: Side}
}

/** The arrays of EmbeddingNet under training; its memory is AdaMax's of each. */
export function embeddingShape(
  {factors, biases, hidden}: Pick<EmbeddingSettings, 'factors' | 'biases' | 'hidden'>,
  {users, movies}: Material['side']
): NetworkShape {
  const sizes: Record<string, Size> = {
    pu: ['users', factors],
    qi: ['movies', factors],
    ...(biases ? {bu: ['users'], bi: ['movies']} : {}),
    ...(users === undefined ? {} : {su: [users.width, factors]}),
    ...(movies === undefined ? {} : {si: [movies.width, factors]})
  }
  const widths = hidden.length === 0 ? [] : [2 * factors, ...hidden, 1]
  for (let k = 0; k + 1 < widths.length; k++) {
    sizes[`w${k}`] = [widths[k], widths[k + 1]]
    if (k < hidden.length) sizes[`c${k}`] = [widths[k + 1]]
  }
  const memory = Object.entries(sizes).flatMap(
    ([name, size]): Array<[string, ArrayShape]> => [
      [`${name}.first`, numbers('single', size)],
      [`${name}.largest`, numbers('single', size, {min: 0})]
    ]
  )
  return {
    weights: Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, numbers('single', size)])),
    memory: {step: numbers('single', [1], {min: 0}), ...Object.fromEntries(memory)}
  }
}

interface Batch {
  u: Tensor
  i: Tensor
  r: Tensor
  size: number
}

/**
 * EmbeddingNet under training, in TensorFlow. Variables are named as the arrays of the engine:
 *
 *   pu [users × F]   qi [movies × F]   bu [users × 1]   bi [movies × 1]   su, si [width × F] tables of side information
 *   w0, c0, w1, c1, … weights [in × out] and offsets [out] of the hidden layers; the last one gives one number without offset
 */
export class EmbeddingTraining implements Network {
  private readonly variables: Record<string, Variable> = {}
  private readonly moments: Record<string, {first: Variable; largest: Variable}> = {}
  private readonly constants: Tensor[] = []
  private readonly tf: TensorFlow
  private readonly o: EmbeddingSettings
  private readonly material: Material
  private readonly run: Run
  private readonly side: {users?: Tensor; movies?: Tensor} = {}
  /** [rows × 1] what a row is multiplied by in the slope of the penalty */
  private readonly penalties: Record<string, Tensor> = {}
  private readonly mu: number
  private readonly batchSize: number
  private readonly dot: (a: Tensor, b: Tensor) => Tensor
  private step = 0

  constructor(tf: TensorFlow, o: EmbeddingSettings, material: Material, run: Run) {
    this.tf = tf
    this.o = o
    this.material = material
    this.run = run
    this.mu = o.biases ? material.fitted.mean : 0
    this.batchSize = Math.min(o.batchSize, Math.ceil(material.fitted.length / o.stepsPerEpoch))
    this.dot = rowDots(tf)
    const {userIds, movieIds} = material.fitted.frame
    const {factors: F, hidden} = o
    const random = new Random(o.seed, 1)
    this.add('pu', [userIds.length, F], 0.05, random)
    this.add('qi', [movieIds.length, F], 0.05, random)
    if (o.biases) {
      this.add('bu', [userIds.length, 1], 0, random)
      this.add('bi', [movieIds.length, 1], 0, random)
    }
    for (const [name, side] of Object.entries(material.side) as Array<
      ['users' | 'movies', Side | undefined]
    >) {
      if (side === undefined) continue
      this.side[name] = tf.tensor(side.rows, [side.rows.length / side.width, side.width])
      this.constants.push(this.side[name] as Tensor)
      this.add(name === 'users' ? 'su' : 'si', [side.width, F], 0.01, random)
    }
    this.penalize()
    const sizes = hidden.length === 0 ? [] : [2 * F, ...hidden, 1]
    for (let k = 0; k + 1 < sizes.length; k++) {
      this.add(`w${k}`, [sizes[k], sizes[k + 1]], Math.sqrt(6 / (sizes[k] + sizes[k + 1])), random)
      if (k < hidden.length) this.add(`c${k}`, [sizes[k + 1]], 0, random)
    }
  }

  /** Penalties of embeddings, biases and what is known of rows: each counts once, and as often as it is in a rating. */
  private penalize(): void {
    const {regularization, shrinkage} = this.o
    if (regularization === 0 && shrinkage === 0) return
    const {byUser, byMovie} = this.material.fitted
    const {users, movies} = this.material.side
    for (const [names, {start}, known, side] of [
      [['pu', 'bu'], byUser, 'su', users],
      [['qi', 'bi'], byMovie, 'si', movies]
    ] as const) {
      const ratings = Float32Array.from({length: start.length - 1}, (_, row) => start[row + 1] - start[row])
      this.weigh(names, ratings)
      if (side !== undefined) this.weigh([known], sums(side, ratings))
    }
  }

  /** The penalty of tables, of whose rows each is in so many ratings. */
  private weigh(names: readonly string[], ratings: Float32Array): void {
    const {regularization, shrinkage} = this.o
    const weights = ratings.map(n => (2 * (shrinkage + regularization * n)) / this.material.fitted.length)
    const tensor = this.tf.tensor(weights, [weights.length, 1])
    this.constants.push(tensor)
    for (const name of names) if (name in this.variables) this.penalties[name] = tensor
  }

  /** Uniform in ±`spread`, as Keras draws embeddings (0.05) and layers (Glorot). */
  private add(name: string, shape: number[], spread: number, random: Random): void {
    const size = shape.reduce((product, one) => product * one, 1)
    const values = new Float32Array(size)
    for (let k = 0; k < size; k++) values[k] = spread * (2 * random.uniform() - 1)
    const make = (from: Float32Array): Variable => {
      const tensor = this.tf.tensor(from, shape)
      const variable = this.tf.variable(tensor)
      tensor.dispose()
      return variable
    }
    this.variables[name] = make(values)
    const zeros = new Float32Array(size)
    this.moments[name] = {first: make(zeros), largest: make(zeros)}
  }

  async epoch(epoch: number, told: (share: number) => void): Promise<number> {
    const {tf, o, batchSize} = this
    const {rows, length} = this.material.fitted
    const order = new Random(o.seed, 2, epoch).permutation(length)
    const rate = o.learningRate * pow(o.decay, epoch - 1)
    const masks = this.masks(batchSize, epoch)
    let square = 0
    try {
      for (let from = 0; from < length; from += batchSize) {
        square += this.learn(this.batch(rows, order.subarray(from, from + batchSize)), masks, rate)
        if (this.run.outOfBreath) {
          told(Math.min(1, (from + batchSize) / length))
          await this.run.breathe()
        }
      }
    } finally {
      tf.dispose(masks)
    }
    return Math.sqrt(square / length)
  }

  /** One step of AdaMax on a batch; gives the sum of squared errors before it. */
  private learn(batch: Batch, masks: Tensor[], rate: number): number {
    const {tf} = this
    const square = tf.tidy(() => {
      const squares: Tensor[] = []
      const {grads} = tf.variableGrads(() => {
        const sum = tf.sum(tf.square(tf.sub(batch.r, this.forward(batch, masks))))
        squares.push(tf.keep(sum))
        return tf.div(sum, batch.size)
      }, Object.values(this.variables))
      this.step++
      const size = (rate * (1 - BETA1)) / (1 - pow(BETA1, this.step))
      for (const [name, variable] of Object.entries(this.variables)) {
        const {first, largest} = this.moments[name]
        const slope = this.penalized(name, grads[variable.name])
        first.assign(tf.add(tf.mul(first, BETA1), slope))
        largest.assign(tf.maximum(tf.mul(largest, BETA2), tf.abs(slope)))
        variable.assign(tf.sub(variable, tf.mul(tf.div(first, tf.add(largest, EPSILON)), size)))
      }
      return squares[0]
    })
    const value = square.dataSync()[0]
    tf.dispose([batch.u, batch.i, batch.r, square])
    return value
  }

  /** The slope with that of the penalty, 2 · (shrinkage + regularization · ratings of the row) / (all ratings) · row. */
  private penalized(name: string, slope: Tensor): Tensor {
    const weight = this.penalties[name]
    return weight === undefined ? slope : this.tf.add(slope, this.tf.mul(this.variables[name], weight))
  }

  /** Scores [batch]. */
  private forward(batch: Batch, masks: Tensor[] = []): Tensor {
    const {tf, variables: v, o} = this
    const pu = this.embedding(v.pu, v.su, this.side.users, batch.u)
    const qi = this.embedding(v.qi, v.si, this.side.movies, batch.i)
    let score = masks.length > 0 ? tf.sum(masked(tf, tf.mul(pu, qi), masks[0]), 1) : this.dot(pu, qi)
    if (o.biases) {
      const biases = tf.add(tf.gather(v.bu, batch.u), tf.gather(v.bi, batch.i))
      score = tf.add(tf.add(score, this.mu), tf.sum(biases, 1))
    }
    if (o.hidden.length === 0) return score
    let layer = tf.concat([pu, qi], 1)
    for (let k = 0; k < o.hidden.length; k++)
      layer = masked(tf, tf.relu(tf.add(tf.matMul(layer, v[`w${k}`]), v[`c${k}`])), masks[k + 1])
    return tf.add(score, tf.sum(tf.matMul(layer, v[`w${o.hidden.length}`]), 1))
  }

  private embedding(
    table: Variable,
    tags: Variable | undefined,
    side: Tensor | undefined,
    index: Tensor
  ): Tensor {
    const {tf} = this
    const own = tf.gather(table, index)
    return tags === undefined || side === undefined
      ? own
      : tf.add(own, tf.matMul(tf.gather(side, index), tags))
  }

  /**
   * Dropout masks, one for the product of the embeddings and one for each hidden layer, drawn once an epoch: the examples of a
   * batch are in random order, so each gets another row of the mask in every epoch.
   */
  private masks(size: number, epoch: number): Tensor[] {
    const {dropout, factors, hidden, seed} = this.o
    if (dropout === 0) return []
    const random = new Random(seed, 3, epoch)
    return [factors, ...hidden].map(width => {
      const kept = new Float32Array(size * width)
      for (let k = 0; k < kept.length; k++) kept[k] = random.uniform() < dropout ? 0 : 1 / (1 - dropout)
      return this.tf.tensor(kept, [size, width])
    })
  }

  private batch({u, i, r}: {u: Int32Array; i: Int32Array; r: Float32Array}, order: Int32Array): Batch {
    const {tf} = this
    const size = order.length
    return {
      u: tf.tensor(
        Int32Array.from(order, n => u[n]),
        [size],
        'int32'
      ),
      i: tf.tensor(
        Int32Array.from(order, n => i[n]),
        [size],
        'int32'
      ),
      r: tf.tensor(
        Float32Array.from(order, n => r[n]),
        [size]
      ),
      size
    }
  }

  /** RMSE on the watched ratings, clipped to the scale as predictions are. */
  async error(): Promise<number> {
    const {tf} = this
    const {rows, length, scale} = this.material.watched as Ratings
    const {mean} = this.material.fitted
    let square = 0
    for (let from = 0; from < length; from += 65536) {
      const order = Int32Array.from({length: Math.min(65536, length - from)}, (_, k) => from + k)
      const batch = this.batch(rows, order)
      const scores = tf.tidy(() => this.forward(batch))
      const values = scores.dataSync()
      tf.dispose([batch.u, batch.i, batch.r, scores])
      for (let k = 0; k < values.length; k++) {
        const value = this.unseen(rows.u[from + k], rows.i[from + k]) ? mean : values[k]
        square += (rows.r[from + k] - Math.min(scale[1], Math.max(scale[0], value))) ** 2
      }
    }
    return Math.sqrt(square / length)
  }

  /** Without biases nothing is left of the equation for a user or movie without ratings: the mean stands in, as in predictions. */
  private unseen(u: number, i: number): boolean {
    const {byUser, byMovie} = this.material.fitted
    if (this.o.biases) return false
    return byUser.start[u] === byUser.start[u + 1] || byMovie.start[i] === byMovie.start[i + 1]
  }

  weights(): Arrays {
    return Object.fromEntries(
      Object.entries(this.variables).map(([name, variable]) => [name, copy(variable)])
    )
  }

  memory(): Arrays {
    const memory: Arrays = {step: Float32Array.of(this.step)}
    for (const [name, {first, largest}] of Object.entries(this.moments)) {
      memory[`${name}.first`] = copy(first)
      memory[`${name}.largest`] = copy(largest)
    }
    return memory
  }

  restore(weights: Arrays, memory: Arrays): void {
    const put = (variable: Variable, values: Float32Array): void =>
      void this.tf.tidy(() => variable.assign(this.tf.tensor(values, variable.shape)) as undefined)
    this.step = memory.step[0]
    for (const [name, variable] of Object.entries(this.variables)) {
      put(variable, weights[name])
      put(this.moments[name].first, memory[`${name}.first`])
      put(this.moments[name].largest, memory[`${name}.largest`])
    }
  }

  close(): void {
    const moments = Object.values(this.moments).flatMap(({first, largest}) => [first, largest])
    this.tf.dispose([...Object.values(this.variables), ...moments, ...this.constants])
  }
}

/** The dot products of rows, with the gradient written down: the automatic one makes two more tensors of the batch's size. */
function rowDots(tf: TensorFlow): (a: Tensor, b: Tensor) => Tensor {
  return tf.customGrad((a, b, save) => {
    save([a, b])
    const gradFunc = (slope: Tensor, [x, y]: Tensor[]): Tensor[] => {
      const column = tf.reshape(slope, [-1, 1])
      return [tf.mul(y, column), tf.mul(x, column)]
    }
    return {value: tf.sum(tf.mul(a, b), 1), gradFunc}
  })
}

function masked(tf: TensorFlow, x: Tensor, mask: Tensor | undefined): Tensor {
  if (mask === undefined) return x
  return tf.mul(x, x.shape[0] === mask.shape[0] ? mask : tf.slice(mask, [0, 0], x.shape))
}

/** The ratings of all rows that a thing is known of, for each thing. */
function sums({rows, width}: Side, ratings: Float32Array): Float32Array {
  const sum = new Float32Array(width)
  for (const [at, value] of rows.entries())
    if (value !== 0) sum[at % width] += ratings[Math.floor(at / width)]
  return sum
}

/** dataSync may hand out the backend's own memory. */
function copy(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync())
}
