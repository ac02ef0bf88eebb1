import {principalPlaces} from '../../math/jacobi'
import {Perceptron} from '../../models/hiddenLayers'
import {type ReadOut, readOut, termsOfRatings} from '../../models/readOut'
import type {MapPoint, NetworkLayer} from '../../show/drawn'
import type {Arrays} from '../checkpoint'
import type {EngineState, Person, Term} from '../engine'
import {type FallbackOption, type PairScores, type Pairs, RatingEngine} from '../ratingEngine'

/** More than six colours and marks are hard to tell apart: the other genres share one. */
const GENRES_ON_MAP = 5
const OTHER = 'other'

/**
 * How a trained network answers, without TensorFlow: a vector pu for a user, a vector qi for a movie, biases, and where there are
 * hidden layers what they add.
 *
 *   score(u, i) = mu + bu + bi + pu · qi + mlp([pu, qi])
 *
 * Arrays: pu [users × F], qi [movies × F], row-major; bu [users] and bi [movies] unless the network has no biases; the layers.
 */
export abstract class NetworkEngine<O extends FallbackOption> extends RatingEngine<O> {
  private arrays: Arrays = {}
  private mu = 0
  private factors = 0
  private mlp: Perceptron | undefined
  private middle: Float64Array | undefined

  /** The layers, inputs first: what `plotNetwork` draws. */
  abstract get layers(): readonly NetworkLayer[]

  /** Widths of the hidden layers with that of their input first; none by default. */
  protected hiddenWidths(): readonly number[] {
    return []
  }

  /** The penalty under which a person's vector is read from this many ratings. */
  protected abstract strength(ratings: number): number

  /** Takes what was learned. */
  protected answerFrom(mu: number, arrays: Arrays, factors: number): void {
    this.mu = mu
    this.arrays = arrays
    this.factors = factors
    const widths = this.hiddenWidths()
    this.mlp = widths.length === 0 ? undefined : new Perceptron(widths, arrays)
    this.middle = undefined
  }

  /**
   * The mean vector of the movies, each counted as often as it was rated: the place from which a person's ratings are read, so that
   * a rating speaks of what sets its movie apart; the bias takes the rest. 0 where there is no bias to take it, or no plain dot product.
   */
  private get centre(): Float64Array {
    if (this.middle !== undefined) return this.middle
    const {factors: F, train} = this
    const {start} = train.byMovie
    const mean = new Float64Array(F)
    if (this.biased && this.mlp === undefined)
      for (let i = 0; i + 1 < start.length; i++)
        for (let f = 0; f < F; f++)
          mean[f] += (this.arrays.qi[i * F + f] * (start[i + 1] - start[i])) / train.length
    this.middle = mean
    return mean
  }

  private get biased(): boolean {
    return this.arrays.bu !== undefined
  }

  /**
   * The most rated movies on the plane on which their embeddings differ most, with the first of their genres: what `plotMovieMap`
   * draws.
   */
  movieMap(o: {n?: number} = {}): MapPoint[] {
    const {n = 60} = o
    const {start} = this.train.byMovie
    const F = this.factors
    const often = Array.from({length: start.length - 1}, (_, i) => i)
      .sort((a, b) => start[b + 1] - start[b] - (start[a + 1] - start[a]) || a - b)
      .slice(0, n)
    const chosen = new Float64Array(often.length * F)
    for (const [k, i] of often.entries()) chosen.set(this.arrays.qi.subarray(i * F, i * F + F), k * F)
    const plane = principalPlaces(chosen, F, 2)
    const genreOf = (i: number): string => this.movies.get(this.items.ids[i])?.genres[0] ?? OTHER
    const named = mostFrequent(often.map(genreOf), GENRES_ON_MAP)
    return often.map((i, k) => {
      const genre = genreOf(i)
      const title = this.movies.title(this.items.ids[i])
      return {title, x: plane[2 * k], y: plane[2 * k + 1], group: named.includes(genre) ? genre : OTHER}
    })
  }

  /** mu + bu + bi: what is predicted before taste. An unknown side counts 0; without biases an unknown side leaves the mean. */
  private plain(u: number, i: number): number {
    const {bu, bi} = this.arrays
    if (bu === undefined) return u < 0 || i < 0 ? this.train.mean : 0
    return this.mu + (u < 0 ? 0 : bu[u]) + (i < 0 ? 0 : bi[i])
  }

  /** Taste: pu · qi + mlp([pu, qi]), with its gradient by pu where asked for. */
  private taste(pu: Float64Array, i: number, gradient?: Float64Array): number {
    const {qi} = this.arrays
    const F = this.factors
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
    const F = this.factors
    return Float64Array.from(this.arrays.pu.subarray(u * F, u * F + F))
  }

  /** The embedding and bias of a person read from her ratings, all else frozen: Gauss-Newton, exact at once without hidden layers. */
  private read({i, r}: Person): ReadOut {
    const {factors: F, biased, centre} = this
    const width = biased ? F + 1 : F
    const codes = new Float64Array(r.length * width)
    const y = new Float64Array(r.length)
    const slope = new Float64Array(F)
    let fitted: ReadOut = {w: new Float64Array(width), alpha: new Float64Array(r.length), codes}
    for (let step = 0; step < (this.mlp === undefined ? 1 : 5); step++) {
      const pu = fitted.w.subarray(0, F)
      for (let j = 0; j < r.length; j++) {
        y[j] = r[j] - (biased ? this.plain(-1, i[j]) : 0) - this.taste(pu, i[j], slope)
        for (let f = 0; f < F; f++) {
          codes[j * width + f] = slope[f] - centre[f]
          y[j] += slope[f] * pu[f]
        }
        if (biased) codes[j * width + F] = 1
      }
      fitted = readOut(codes, y, width, this.strength(r.length))
    }
    return fitted
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const {factors: F, biased} = this
    const {w} = person.u >= 0 ? {w: this.trained(person.u)} : this.read(person)
    const pu = w.subarray(0, F)
    const own = person.u >= 0 ? undefined : biased ? w[F] - dot(this.centre, w) : 0
    return Float64Array.from(
      items,
      i =>
        (own === undefined ? this.plain(person.u, i) : (biased ? this.plain(-1, i) : 0) + own) +
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
    return cosines(this.arrays.qi, this.factors, i)
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
    const {factors: F, biased, centre} = this
    const read = this.read(person)
    const pu = person.u >= 0 ? this.trained(person.u) : read.w.slice(0, F)
    const slope = this.meanSlope(pu, i).map((value, f) => value - centre[f])
    const width = biased ? F + 1 : F
    const pushes = read.alpha.map((alpha, j) => alpha * dot(slope, read.codes.subarray(j * width)))
    const usual = dot(pu, centre)
    const total = this.taste(pu, i) - usual
    const terms = termsOfRatings(pushes, person, total, this.items, this.movies)
    if (bu === undefined) return terms
    return [
      {name: 'mean', value: this.mu},
      {name: 'user bias', value: person.u >= 0 ? bu[person.u] + usual : read.w[F]},
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
    return {values: {mu: this.mu, factors: this.factors}, arrays: this.arrays}
  }

  protected restore({values, arrays}: EngineState): void {
    this.answerFrom(values.mu as number, arrays as Arrays, values.factors as number)
  }
}

/** The `n` names that come most often, ties in the order they come in. */
function mostFrequent(names: readonly string[], n: number): string[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, n)
    .map(([name]) => name)
}

/** Over the length of the first. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let f = 0; f < a.length; f++) sum += a[f] * b[f]
  return sum
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
