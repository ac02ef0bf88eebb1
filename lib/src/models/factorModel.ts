/**
 * What engines of factors have in common once they are fitted:
 *
 *   score(u, i) = mu + bu + bi + pu·qi
 *
 * Unknown users have bu = 0 and pu = 0, unknown movies bi = 0 and qi = 0. A movie is like another by the cosine of their factors.
 */
import type {Ratings} from '../data/ratings'
import type {EngineState, Person, Term} from '../engines/engine'
import {type FallbackOption, type PairScores, type Pairs, RatingEngine} from '../engines/ratingEngine'
import {cholesky, choleskySolve} from '../math/cholesky'

/** @internal What was learned. */
export interface FactorModel {
  mu: number
  /** Number of factors. */
  F: number
  /** [users] */
  bu: Float32Array | Float64Array
  /** [movies] */
  bi: Float32Array | Float64Array
  /** [users × F], row-major: all that stands against qi in the prediction. */
  pu: Float32Array | Float64Array
  /** [movies × F], row-major */
  qi: Float32Array | Float64Array
}

/** @internal A person in the model's terms. */
export interface Taste {
  bias: number
  /** Where this person's factors stand: `from` to `from` + F - 1. */
  factors: Float32Array | Float64Array
  from: number
}

export abstract class FactorEngine<O extends FallbackOption> extends RatingEngine<O> {
  protected model!: FactorModel
  /** What the shares leave over. */
  protected readonly restName: string = 'rest'

  /** @internal What was learned, for those who look into it. */
  get learned(): Readonly<FactorModel> {
    return this.train && this.model
  }

  /** The place of someone typed in, or of a user's ratings taken anew. */
  protected abstract foldIn(person: Person): Taste
  /** p·qi of a person shared out over her own rated movies: [rated]. What is left goes to the term `rest`. */
  protected abstract shares(person: Person, taste: Taste, i: number): Float64Array

  protected taste(person: Person): Taste {
    const {F, bu, pu} = this.model
    return person.u < 0 ? this.foldIn(person) : {bias: bu[person.u], factors: pu, from: person.u * F}
  }

  protected scoreOf({bias, factors, from}: Taste, i: number): number {
    const {mu, F, bi, qi} = this.model
    // Two sums, so that an addition need not wait for the one before it.
    let even = mu + bias + bi[i]
    let odd = 0
    const at = i * F
    let f = 0
    for (; f + 4 <= F; f += 4) {
      even += factors[from + f] * qi[at + f] + factors[from + f + 1] * qi[at + f + 1]
      odd += factors[from + f + 2] * qi[at + f + 2] + factors[from + f + 3] * qi[at + f + 3]
    }
    for (; f < F; f++) even += factors[from + f] * qi[at + f]
    return even + odd
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const taste = this.taste(person)
    const scores = new Float64Array(items.length)
    for (let n = 0; n < scores.length; n++) scores[n] = this.scoreOf(taste, items[n])
    return scores
  }

  protected scorePairs({u, i}: Pairs): PairScores {
    const {mu, F, bu, bi, pu} = this.model
    const {start} = this.train.byUser
    const score = new Float64Array(u.length)
    const fallback = new Uint8Array(u.length)
    const taste: Taste = {bias: 0, factors: pu, from: 0}
    for (let n = 0; n < score.length; n++) {
      const knowsUser = u[n] >= 0 && start[u[n] + 1] > start[u[n]]
      const knowsMovie = this.knows(i[n])
      fallback[n] = knowsUser ? (knowsMovie ? 0 : 2) : 1
      if (fallback[n] === 0) {
        taste.bias = bu[u[n]]
        taste.from = u[n] * F
        score[n] = this.scoreOf(taste, i[n])
      } else score[n] = mu + (knowsUser ? bu[u[n]] : 0) + (knowsMovie ? bi[i[n]] : 0)
    }
    return {score, fallback}
  }

  protected scoreUnknown(person: Person, i: number): number {
    const bias = person.i.length === 0 ? 0 : this.taste(person).bias
    return this.model.mu + bias + (this.knows(i) ? this.model.bi[i] : 0)
  }

  protected similarTo(i: number): Float64Array {
    const {F, qi} = this.model
    const cosines = new Float64Array(this.items.length)
    const own = dotRows(qi, i, i, F)
    for (let j = 0; j < cosines.length; j++) {
      const lengths = Math.sqrt(own * dotRows(qi, j, j, F))
      cosines[j] = lengths > 0 ? dotRows(qi, i, j, F) / lengths : 0
    }
    return cosines
  }

  protected terms(person: Person, i: number): Term[] {
    const {mu, bi} = this.model
    const terms: Term[] = [{name: 'mean', value: mu}]
    const known = person.i.length > 0
    const taste = known ? this.taste(person) : undefined
    if (taste !== undefined) terms.push({name: 'user', value: taste.bias})
    if (!this.knows(i)) return terms
    terms.push({name: 'movie', value: bi[i]})
    if (taste === undefined) return terms
    let rest = this.scoreOf(taste, i) - mu - taste.bias - bi[i]
    for (const [n, value] of this.shares(person, taste, i).entries()) {
      const movieId = this.items.ids[person.i[n]]
      terms.push({name: 'rated', value, movieId, title: this.movies.title(movieId)})
      rest -= value
    }
    // Rounding of the model's own sums is no term.
    if (Math.abs(rest) > 1e-9) terms.push({name: this.restName, value: rest})
    return terms
  }

  protected dump(): EngineState {
    const {mu, F, bu, bi, pu, qi} = this.model
    return {values: {mu, F}, arrays: {bu, bi, pu, qi}}
  }

  protected restore({values, arrays}: EngineState, _train: Ratings): void {
    const {bu, bi, pu, qi} = arrays as unknown as FactorModel
    this.model = {mu: values.mu as number, F: values.F as number, bu, bi, pu, qi}
  }
}

function dotRows(rows: Float32Array | Float64Array, i: number, j: number, F: number): number {
  let sum = 0
  for (let f = 0; f < F; f++) sum += rows[i * F + f] * rows[j * F + f]
  return sum
}

/**
 * Ridge regression of what is left of a person's ratings on the factors of her movies:
 * minimise sum over j of weightj (errj / weightj - x·qj)² + penalty · |x|² + x'(gram)x; weights are 1 and gram 0 unless given.
 * With `withBias` qj has a last column of ones. The matrix is formed and factored once, in O(rated · F² + F³).
 */
export class Ridge {
  private readonly size: number
  /** [rated × size], row-major */
  private readonly rows: Float64Array
  /** [size × size] */
  private readonly l: Float64Array

  constructor(
    qi: Float32Array | Float64Array,
    F: number,
    rated: Int32Array,
    penalty: number,
    o: {withBias?: boolean; weights?: Float64Array; gram?: Float64Array} = {}
  ) {
    const size = F + (o.withBias ? 1 : 0)
    this.size = size
    this.rows = new Float64Array(rated.length * size).fill(1)
    this.l = o.gram?.slice() ?? new Float64Array(size * size)
    const {rows, l} = this
    for (let n = 0; n < rated.length; n++) {
      for (let f = 0; f < F; f++) rows[n * size + f] = qi[rated[n] * F + f]
      const weight = o.weights?.[n] ?? 1
      for (let f = 0; f < size; f++) {
        const value = weight * rows[n * size + f]
        for (let g = 0; g <= f; g++) l[f * size + g] += value * rows[n * size + g]
      }
    }
    for (let f = 0; f < size; f++) l[f * size + f] += penalty
    cholesky(l, size)
  }

  /** x for these errors, one for each rated movie. */
  solve(err: Float64Array): Float64Array {
    const {rows, size} = this
    const x = new Float64Array(size)
    for (let n = 0; n < err.length; n++) for (let f = 0; f < size; f++) x[f] += err[n] * rows[n * size + f]
    choleskySolve(this.l, size, x)
    return x
  }

  /** x·q as a sum over the rated movies: q' (Q'Q + penalty)⁻¹ qj errj (Hu, Koren, Volinsky 2008, equation 7). [rated] */
  shares(err: Float64Array, q: Float32Array | Float64Array): Float64Array {
    const {rows, size} = this
    const v = new Float64Array(size)
    v.set(q)
    choleskySolve(this.l, size, v)
    return err.map((one, n) => {
      let weight = 0
      for (let f = 0; f < size; f++) weight += v[f] * rows[n * size + f]
      return weight * one
    })
  }
}
