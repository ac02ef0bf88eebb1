import type {Model, ModelState, Part, Person, Rated, Support, WeightForm} from './model'
import {type Input, inputOf, type Lists, likesFrom, likesOf, type Weights, weightsOf} from './weights'

/** @internal By what a movie is like another: W_ij · from_i · to_j. */
export interface Likeness {
  /** [movies] */
  readonly from: Float64Array
  /** [movies] */
  readonly to: Float64Array
}

/**
 * What a person rated, weighed for each movie:
 *
 *   score(u, i) = sum over the movies j that she likes of x_j W_ji,     W_ii = 0
 *   x_j         = 1 + stars · (r_uj - mean of hers - above_j),          above_j: how far movie j is rated above the mean movie
 *               = r_uj where r_uj are counts of clicks, and the engine takes them for that
 */
export class ItemWeights implements Model {
  readonly kind = 'weights'
  readonly unit = 'score'

  /** @internal */
  constructor(
    /** @internal */
    readonly weights: Weights,
    private readonly input: Input,
    private readonly likeness: Likeness,
    /** [movies] above_j in stars */
    private readonly above: Float64Array,
    private readonly support: Support,
    /** X of the fit, where ratings were taken in since and the weights go through it. */
    private readonly kept: ModelState['arrays'] = {}
  ) {}

  /** @internal */
  static restore({values, arrays}: ModelState, support: Support, ratings: Rated): ItemWeights {
    const input = values as unknown as Input
    const {
      from,
      to,
      above,
      'likes.start': start,
      'likes.index': index,
      'likes.value': value,
      ...rest
    } = arrays
    const likeness = {from, to} as Likeness
    const mean = above as Float64Array
    const movies = mean.length
    if (start === undefined) {
      const weights = weightsOf(rest, movies, () => likesOf(ratings, input, mean))
      return new ItemWeights(weights, input, likeness, mean, support)
    }
    const byMovie = {start, index, value} as Lists
    const kept = {'likes.start': start, 'likes.index': index, 'likes.value': value}
    const weights = weightsOf(rest, movies, () => likesFrom(byMovie, rest))
    return new ItemWeights(weights, input, likeness, mean, support, kept)
  }

  /** @internal */
  state(): ModelState {
    const {input, weights, likeness, above, kept} = this
    return {values: {...input}, arrays: {...weights.arrays(), ...likeness, above, ...kept}}
  }

  /** @internal Weights that go through users are none without their ratings. */
  anonymous(): ModelState | undefined {
    return this.weights.rows() === undefined ? undefined : this.state()
  }

  /** The weight of a movie rated for a movie scored, by their places in the file of ratings: W_ji. */
  weight(j: number, i: number): number {
    return this.weights.at(j, i)
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal */
  hears({r}: Person): boolean {
    return r.some(rating => rating >= this.input.atLeast)
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    const {i, x} = this.inputOf(person)
    const sum = this.weights.sumOfRows(i, x)
    const scores = new Float64Array(items.length)
    for (let n = 0; n < items.length; n++) scores[n] = sum[items[n]]
    return scores
  }

  /** @internal */
  listForm(): WeightForm | undefined {
    const weights = this.weights.rows()
    if (weights === undefined) return undefined
    const {stars, counts = false} = this.input
    const rowsOf = (person: Person): {index: Int32Array; value: Float32Array} => {
      const {i, x} = this.inputOf(person)
      return {index: i, value: x}
    }
    return {kind: 'weights', weights, valued: stars !== 0 || counts, rowsOf}
  }

  /** @internal */
  similar(i: number): Float64Array {
    const {from, to} = this.likeness
    const row = this.weights.sumOfRows(Int32Array.of(i), Float32Array.of(1))
    return row.map((weight, j) => (j === i ? 1 : weight * from[i] * to[j]))
  }

  /** @internal */
  parts(person: Person, i: number): Part[] {
    if (!this.knows(i)) return [{kind: 'rest', value: 0, name: 'nobody rated it'}]
    const {i: rated, x} = this.inputOf(person)
    const parts: Part[] = []
    for (const [n, j] of rated.entries())
      if (j !== i) parts.push({kind: 'rated', value: x[n] * this.weights.at(j, i), i: j})
    return parts.length > 0 ? parts : [{kind: 'rest', value: 0, name: 'nothing that counts was rated'}]
  }

  /** @internal The movies that count, and how much: what the rows of W are summed by. */
  inputOf(person: Person): {i: Int32Array; x: Float32Array} {
    return inputOf(person, this.input, this.above)
  }
}
