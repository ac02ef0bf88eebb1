import {TermMatrix} from '../text/tfidf'
import type {Model, ModelState, Part, Person, TermKind} from './model'

/** @internal What a rated movie adds to a profile: only its stars above her mean, its stars above it or (against) below it, or its stars. */
export type ProfileWeights = 'liked' | 'centred' | 'stars'

/** @internal How ratings become a profile. */
export interface Profiling {
  profile: ProfileWeights
  /** Ratings of `mu` added to her own before her mean is taken. */
  damping: number
  /** The mean of all ratings. */
  mu: number
}

/**
 * Movies by their terms (genres, words, years), a person by the weighted terms of what she rated:
 *
 *   p_u           = sum over i in R(u) of w_ui · x_i                       w_ui = max(0, r_ui - m_u), r_ui - m_u or r_ui
 *   m_u           = (sum of her ratings + damping · mu) / (n_u + damping)   all w_ui = 1 where they all are 0
 *   score(u, i)   = p_u · x_i / |p_u| + fame_i
 *   alike         x_i · x_j                                                the cosine
 */
export class TermModel implements Model {
  readonly kind = 'terms'
  readonly unit = 'score'

  /** @internal */
  constructor(
    /** [movies × terms], rows of norm 1 */
    readonly vectors: TermMatrix,
    /** [terms] what each term is */
    readonly kinds: readonly TermKind[],
    private readonly profiling: Profiling,
    /** [movies] what is added for how often a movie was rated */
    readonly fame: Float64Array
  ) {}

  /** @internal */
  static restore({values, arrays}: ModelState): TermModel {
    const {terms, kinds, ...profiling} = values as unknown as {terms: string[]; kinds: TermKind[]} & Profiling
    const {start, term, weight, fame} = arrays
    const vectors = new TermMatrix(terms, start as Int32Array, term as Int32Array, weight as Float64Array)
    return new TermModel(vectors, kinds, profiling, fame as Float64Array)
  }

  /** @internal */
  state(): ModelState {
    const {terms, start, term, weight} = this.vectors
    return {
      values: {terms: [...terms], kinds: [...this.kinds], ...this.profiling},
      arrays: {start, term, weight, fame: this.fame}
    }
  }

  /** @internal */
  anonymous(): ModelState {
    return this.state()
  }

  /** @internal Every listed movie has its terms, rated or not. */
  knows(i: number): boolean {
    return i >= 0
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    const products = this.vectors.times(this.profileOf(person))
    const scores = new Float64Array(items.length)
    for (let n = 0; n < scores.length; n++) scores[n] = products[items[n]] + this.fame[items[n]]
    return scores
  }

  /** @internal */
  similar(i: number): Float64Array {
    return this.vectors.cosinesTo(i)
  }

  /** @internal The terms of movie `i` with their weights, the heaviest first. */
  termsOf(i: number): Part[] {
    const {start, term, weight} = this.vectors
    const parts: Part[] = []
    for (let n = start[i]; n < start[i + 1]; n++) parts.push(this.part(term[n], weight[n]))
    return parts.sort((a, b) => b.value - a.value)
  }

  /** @internal The terms that she and the movie share, the heaviest first. */
  parts(person: Person, i: number): Part[] {
    const {start, term, weight} = this.vectors
    const profile = this.profileOf(person)
    const shared: Part[] = []
    for (let n = i < 0 ? 0 : start[i]; i >= 0 && n < start[i + 1]; n++) {
      const value = profile[term[n]] * weight[n]
      if (value !== 0) shared.push(this.part(term[n], value))
    }
    if (i >= 0 && this.fame[i] > 0)
      shared.push({kind: 'popularity', value: this.fame[i], name: 'how often it was rated'})
    shared.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    return shared.length > 0 ? shared : [{kind: 'rest', value: 0, name: 'nothing in common'}]
  }

  private part(t: number, value: number): Part {
    return {kind: this.kinds[t], value, name: this.vectors.terms[t]}
  }

  /** p_u / |p_u|; all 0 where nothing she rated says anything. [terms] */
  private profileOf({i, r}: Person): Float64Array {
    const {terms, start, term, weight} = this.vectors
    const weights = this.weigh(r)
    const profile = new Float64Array(terms.length)
    for (let k = 0; k < i.length; k++) {
      const w = weights[k]
      for (let n = start[i[k]]; n < start[i[k] + 1]; n++) profile[term[n]] += w * weight[n]
    }
    const norm = Math.sqrt(profile.reduce((sum, one) => sum + one * one, 0))
    return norm < 1e-12 ? profile.fill(0) : profile.map(one => one / norm)
  }

  /** w_ui; where all her ratings are the mean (data of likes only), every one counts the same. [rated] */
  private weigh(r: Float32Array): Float64Array {
    const {profile, damping, mu} = this.profiling
    const stars = Float64Array.from(r)
    if (profile === 'stars') return stars
    const sum = stars.reduce((total, one) => total + one, damping * mu)
    const centred = stars.map(one => one - sum / (r.length + damping))
    const weights = profile === 'liked' ? centred.map(one => Math.max(0, one)) : centred
    return weights.every(w => Math.abs(w) < 1e-9) ? weights.fill(1) : weights
  }
}
