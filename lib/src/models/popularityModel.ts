import type {Model, ModelState, Part, Person, Rated, Support} from './model'

/**
 * One list for everyone: score(i) is how many rated movie i, or its damped mean rating. A movie is like another by how many people
 * rated both: the cosine over who rated.
 */
export class PopularityModel implements Model {
  readonly kind = 'popularity'

  /** @internal */
  constructor(
    /** [movies] */
    readonly popularity: Float64Array,
    /** The mean of all ratings, where the score is a mean; undefined where it is a count. */
    private readonly mu: number | undefined,
    private readonly support: Support,
    private readonly rated: Rated
  ) {}

  /** @internal */
  static restore({values, arrays}: ModelState, support: Support, rated: Rated): PopularityModel {
    return new PopularityModel(
      arrays.popularity as Float64Array,
      values.mu as number | undefined,
      support,
      rated
    )
  }

  get unit(): 'people' | 'stars' {
    return this.mu === undefined ? 'people' : 'stars'
  }

  /** @internal */
  state(): ModelState {
    const {mu, popularity} = this
    return {values: mu === undefined ? {} : {mu}, arrays: {popularity}}
  }

  /** @internal */
  anonymous(): ModelState {
    return this.state()
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal */
  scores(_person: Person, items: Int32Array): Float64Array {
    const {popularity} = this
    const scores = new Float64Array(items.length)
    for (let n = 0; n < scores.length; n++) scores[n] = popularity[items[n]]
    return scores
  }

  /** @internal Nothing is alike where it is not known who rated what. */
  similar(i: number): Float64Array {
    const {byUser, byMovie} = this.rated
    const {movies} = this.support
    if (byMovie.index.length === 0) return new Float64Array(movies.length).fill(Number.NEGATIVE_INFINITY)
    const both = new Float64Array(movies.length)
    for (let n = byMovie.start[i]; n < byMovie.start[i + 1]; n++) {
      const u = byMovie.index[n]
      for (let m = byUser.start[u]; m < byUser.start[u + 1]; m++) both[byUser.index[m]]++
    }
    return both.map((shared, j) => (shared === 0 ? 0 : shared / Math.sqrt(movies[i] * movies[j])))
  }

  /** @internal */
  parts(_person: Person, i: number): Part[] {
    const value = i < 0 ? 0 : this.popularity[i]
    if (this.mu === undefined) return [{kind: 'popularity', value}]
    return [
      {kind: 'mean', value: this.mu},
      {kind: 'movie', value: i < 0 ? 0 : value - this.mu}
    ]
  }
}
