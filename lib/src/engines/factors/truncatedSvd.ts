import type {Ratings} from '../../data/ratings'
import {Arena} from '../../kernels/arena'
import {withTeam} from '../../kernels/team'
import {sum} from '../../math/statistics'
import {FactorEngine, type Taste} from '../../models/factorModel'
import {Baseline} from '../baseline'
import type {EngineState, Person} from '../engine'
import type {EngineSpec, OptionsOf} from '../options'
import {FALLBACK_SPEC, type FallbackOption} from '../ratingEngine'
import type {Run} from '../run'
import {type Base, CentredMatrix} from './centredMatrix'

const OPTIONS = {
  factors: {
    kind: 'integer',
    default: 50,
    min: 1,
    max: 2000,
    about: 'How many of the largest singular values are kept.'
  },
  missing: {
    kind: 'choice',
    default: 'zero',
    choices: ['zero', 'user-mean', 'baseline'],
    about:
      "What stands where a user has not rated: 0, the article's recipe, rows being centred by their mean over all movies (zero); her mean over what she rated (user-mean); mean plus her bias plus the movie's (baseline)."
  }
} as const

export type TruncatedSvdOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * Truncated singular value decomposition of the matrix of ratings, its gaps filled in (Sarwar, Karypis, Konstan, Riedl 2000).
 *
 *   A = R - base, with R = base where nothing is rated and base_ui = bu (zero, user-mean) or mu + bu + bi (baseline);
 *       for `zero` R is 0 where nothing is rated and bu the mean of the user's whole row
 *   A ≈ U S V', the best approximation of its rank in squared error over all cells, gaps included
 *   prediction    r_ui = base_ui + (U S)_u · V_i, and (U S)_u = A_u V: a profile is projected like a user
 *
 * A is never formed: the centring enters the products A'(A x) as a rank-one term, and Lanczos' method finds V from them
 * (math/lanczos.ts). The sign of each column of V makes its largest entry positive. An unknown user has base without bu.
 * Cost: about 3 · factors products of 4 · ratings each, and 2 · movies · (3 · factors)² for the orthogonality.
 */
export class TruncatedSvd extends FactorEngine<TruncatedSvdOptions> {
  static readonly spec: EngineSpec<TruncatedSvdOptions> = {
    name: 'truncated-svd',
    about: 'The largest singular values of the matrix of ratings, gaps filled in.',
    source: 'Sarwar, Karypis, Konstan, Riedl 2000; Golub and Van Loan 2013, sections 10.1 to 10.4',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }
  /** The kept singular values, largest first. */
  singularValues: Float64Array = new Float64Array(0)
  protected override readonly restName: string = 'not rated counts as 0'

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const k = Math.min(this.resolved.factors, train.userCount, train.movieCount)
    const arena = new Arena()
    // The threads start while the matrix is laid out.
    await withTeam(arena, run, async team => {
      const base = await this.baseOf(train, run)
      const matrix = new CentredMatrix(arena, train, base)
      const eigen = await matrix.eigen(team, k, run)
      this.singularValues = eigen.values.map(value => Math.sqrt(Math.max(0, value)))
      const {v, us} = matrix.vectors(team, eigen)
      const {mu, bu, bi = new Float64Array(train.byMovie.start.length - 1)} = base
      this.model = {mu, F: k, bu, bi, pu: us, qi: v}
    })
    run.report(1, 1)
  }

  /** base_ui = mu + bu + bi; bi is 0 but for `baseline`. */
  private async baseOf(train: Ratings, run: Run): Promise<Base> {
    if (this.resolved.missing === 'baseline') {
      const signal = run.signal === undefined ? {} : {signal: run.signal}
      const {mu, bu, bi} = (await new Baseline().fit(train, signal)).biases
      return {mu, bu, bi, centred: true}
    }
    const {byUser} = train
    const whole = this.resolved.missing === 'zero'
    const mu = whole ? (train.mean * train.length) / (train.userCount * train.movieCount) : train.mean
    const bu = new Float64Array(byUser.start.length - 1)
    for (let u = 0; u < bu.length; u++) {
      const rated = byUser.value.subarray(byUser.start[u], byUser.start[u + 1])
      if (rated.length > 0) bu[u] = sum(rated) / (whole ? train.movieCount : rated.length) - mu
    }
    return {mu, bu, centred: !whole}
  }

  protected foldIn(person: Person): Taste {
    const {F, mu, bi, qi} = this.model
    const bias = this.biasOf(person)
    const factors = new Float64Array(F)
    const weights = this.weights(person, bias)
    for (const [n, j] of person.i.entries())
      for (let f = 0; f < F; f++) factors[f] += weights[n] * qi[j * F + f]
    if (this.resolved.missing === 'zero')
      for (let j = 0; j < bi.length; j++)
        for (let f = 0; f < F; f++) factors[f] -= (mu + bias) * qi[j * F + f]
    return {bias, factors, from: 0}
  }

  /** Each rated movie's entry in A times Vj·Vi. */
  protected shares(person: Person, taste: Taste, i: number): Float64Array {
    const {F, qi} = this.model
    return this.weights(person, taste.bias).map((weight, n) => {
      let product = 0
      for (let f = 0; f < F; f++) product += qi[person.i[n] * F + f] * qi[i * F + f]
      return weight * product
    })
  }

  private biasOf({i, r}: Person): number {
    const {mu, bi} = this.model
    if (this.resolved.missing === 'zero') return sum(r) / this.train.movieCount - mu
    if (this.resolved.missing === 'user-mean') return sum(r) / r.length - mu
    const errors = Float64Array.from(i, (j, n) => r[n] - mu - bi[j])
    return sum(errors) / ((Baseline.spec.options.userDamping.default as number) + i.length)
  }

  /** What each rating is above its base; for `zero`, the rating itself. */
  private weights({i, r}: Person, bias: number): Float64Array {
    const {mu, bi} = this.model
    const zero = this.resolved.missing === 'zero'
    return Float64Array.from(i, (j, n) => (zero ? r[n] : r[n] - mu - bias - bi[j]))
  }

  protected override dump(): EngineState {
    const {values, arrays} = super.dump()
    return {values, arrays: {...arrays, singularValues: this.singularValues}}
  }

  protected override restore(state: EngineState, train: Ratings): void {
    super.restore(state, train)
    this.singularValues = state.arrays.singularValues as Float64Array
  }
}
