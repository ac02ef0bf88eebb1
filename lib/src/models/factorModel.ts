import {pow} from '../math/exponential'
import {sum} from '../math/statistics'
import {cosines, cosinesAmong, dot, dotFrom} from '../math/vectors'
import {HiddenLayers} from './hiddenLayers'
import type {
  FactorForm,
  ModelState,
  PairScores,
  Pairs,
  Part,
  Person,
  Place,
  RatingModel,
  Support
} from './model'
import {Ridge, ridgeBySteps} from './ridge'

type Numbers = Float32Array | Float64Array

/** What was learned: score(u, i) = mu + bu[u] + bi[i] + pu[u] · qi[i]. */
export interface FactorNumbers {
  /** What all scores begin with: in engines for stars the mean of the training ratings. */
  readonly mu: number
  /** F, the length of a row of pu and of qi. */
  readonly factors: number
  /** [users] */
  readonly bu: Numbers
  /** [movies] */
  readonly bi: Numbers
  /** [users × factors], row-major: pu[u * F + f] */
  readonly pu: Numbers
  /** [movies × factors], row-major: qi[i * F + f] */
  readonly qi: Numbers
}

/** @internal How ratings place a person, all else as it was learned: what engines of factors differ in. */
export interface Placing {
  /** Weight of the square of what is solved for: `once`, and `each` for every rating. @default 0 */
  once?: number
  each?: number
  /** `once` is multiplied by all that the squared errors of her row weigh, to this power, where there is `confidence`. @default 0 */
  exponent?: number
  /**
   * Her bias: `solved` together with her factors; `mean` of what her ratings are above mu + bi, as if `damping` more were 0; `row`, the
   * mean of her row of `movies`, what she has not rated counting as 0, less mu; or `none`.
   */
  bias: 'solved' | 'mean' | 'row' | 'none'
  damping?: number
  movies?: number
  /** The movies are orthonormal columns, as those of a truncated SVD: ratings are projected onto them. */
  orthonormal?: boolean
  /** Sign of interest instead of stars: every rating is a 1 that weighs `confidence` · stars more than the 0 of a movie not rated. */
  confidence?: number
  /** What is predicted of an unknown user or movie where there are no biases. */
  constant?: number
  /** What `once` and `each` are multiplied by where a new movie is placed by its raters, where its factors are of another size. @default 1 */
  across?: number
}

/** @internal Arrays that only some engines learn. */
export interface MoreNumbers {
  /** [F × F] Q'Q of all movies, where movies that she has not rated count, too. */
  gram?: Float64Array
  /** [movies × F] what it adds to her factors that she rated a movie at all (SVD++), divided by the root of their number. */
  yj?: Float32Array
  /** [F] the place that movies are seen from when ratings are read, so that a rating speaks of what sets its movie apart. */
  middle?: Float64Array
  /** Closing term mlp([pu, qi]). */
  hidden?: HiddenLayers
  /** What bu and pu were at the fit, where ratings were taken in since. */
  fit?: {bu: Numbers; pu: Numbers}
  /** [F] of a truncated SVD, largest first. */
  singularValues?: Float64Array
}

/** Gauss-Newton steps that place a person before hidden layers, which bend; and parts of the line along which they are integrated. */
const BENDS = 5
const PARTS = 32

/**
 * Users and movies as vectors of factors with biases, whoever learned them:
 *
 *   score(u, i) = mu + bu + bi + pu·qi                                   (+ mlp([pu, qi]) after hidden layers)
 *   place       a profile gets the p (and bias) of a ridge regression of what is left of its ratings on the factors of its movies
 *   share       of p·qi that her rating n has: qi' M⁻¹ q_n err_n (see Ridge); what is left over is the term `rest`
 *   alike       cosine of qi and qj
 *
 * Unknown users have bu = 0 and pu = 0, unknown movies bi = 0 and qi = 0.
 */
export class FactorModel implements RatingModel, FactorNumbers {
  readonly kind = 'factors'
  /** What all scores begin with: in engines for stars the mean of the training ratings. */
  readonly mu: number
  readonly factors: number
  readonly bu: Numbers
  readonly bi: Numbers
  readonly pu: Numbers
  readonly qi: Numbers

  /** @internal */
  constructor(
    numbers: FactorNumbers,
    private readonly placing: Placing,
    private readonly support: Support,
    private readonly more: MoreNumbers = {}
  ) {
    this.mu = numbers.mu
    this.factors = numbers.factors
    this.bu = numbers.bu
    this.bi = numbers.bi
    this.pu = numbers.pu
    this.qi = numbers.qi
  }

  /** @internal */
  static restore({values, arrays}: ModelState, support: Support): FactorModel {
    const {gram, yj, middle, singularValues, 'fit.bu': bu, 'fit.pu': pu} = arrays
    const hidden = values.hidden as number[] | undefined
    return new FactorModel(
      {...(arrays as unknown as FactorNumbers), mu: values.mu as number, factors: values.factors as number},
      values.placing as Placing,
      support,
      {
        ...(gram === undefined ? {} : {gram: gram as Float64Array}),
        ...(yj === undefined ? {} : {yj: yj as Float32Array}),
        ...(middle === undefined ? {} : {middle: middle as Float64Array}),
        ...(singularValues === undefined ? {} : {singularValues: singularValues as Float64Array}),
        ...(bu === undefined ? {} : {fit: {bu: bu as Numbers, pu: pu as Numbers}}),
        ...(hidden === undefined
          ? {}
          : {hidden: new HiddenLayers(hidden, arrays as Record<string, Float32Array>)})
      }
    )
  }

  /** @internal */
  state(): ModelState {
    const {mu, factors, bu, bi, pu, qi, placing} = this
    const {hidden, fit, ...arrays} = this.more
    const before: ModelState['arrays'] = fit === undefined ? {} : {'fit.bu': fit.bu, 'fit.pu': fit.pu}
    return {
      values: {mu, factors, placing, ...(hidden === undefined ? {} : {hidden: hidden.widths})},
      arrays: {bu, bi, pu, qi, ...arrays, ...before, ...hidden?.arrays}
    }
  }

  /** @internal */
  anonymous(): ModelState {
    const {values, arrays} = this.state()
    // What was learned of users at the fit, beside what updates made of it, goes too.
    const {'fit.bu': _b, 'fit.pu': _p, ...rest} = arrays
    return {values, arrays: {...rest, bu: this.bu.subarray(0, 0), pu: this.pu.subarray(0, 0)}}
  }

  /** [factors] the kept singular values of a truncated SVD, largest first; undefined for other engines. */
  get singularValues(): Float64Array | undefined {
    return this.more.singularValues
  }

  /**
   * [movies × factors], row-major: what it says of her that she rated a movie at all, as an SVD++ has learned it; undefined for other
   * engines. It is in `pu` already: the sum over her movies, divided by the root of their number.
   */
  get yj(): Float32Array | undefined {
    return this.more.yj
  }

  /** The hidden layers of a network over [pu, qi], whose value is added to the score; undefined where it has none. */
  get hidden(): HiddenLayers | undefined {
    return this.more.hidden
  }

  /** Where all that is not rated counts as 0, scores are far below what people give. */
  get unit(): 'stars' | 'score' {
    return this.predicts && this.placing.bias !== 'row' ? 'stars' : 'score'
  }

  get predicts(): boolean {
    return this.placing.confidence === undefined
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal */
  scores(person: Person, items: Int32Array): Float64Array {
    return this.scoresAt(this.placeOf(person), items)
  }

  /** @internal Hidden layers bend, and no kernel has them. */
  listForm(): FactorForm | undefined {
    if (this.more.hidden !== undefined) return undefined
    const {mu, factors, bi, qi} = this
    const placeOf = (person: Person): Place => this.placeOf(person)
    return {kind: 'factors', mu, factors, bi, qi, placeOf}
  }

  /** @internal */
  scorePairs(pairs: Pairs): PairScores {
    const {factors: F, bu, pu, support} = this
    const {u, i} = pairs
    const score = new Float64Array(u.length)
    const fallback = support.fallbacks(pairs)
    for (let n = 0; n < score.length; ) {
      const from = n
      const known = fallback[n] === 0
      while (n < score.length && u[n] === u[from] && (fallback[n] === 0) === known) n++
      if (known) {
        const place: Place = {bias: bu[u[from]], p: pu, from: u[from] * F}
        score.set(this.scoresAt(place, i.subarray(from, n)), from)
      } else
        for (let k = from; k < n; k++) score[k] = this.plain(support.knowsUser(u[k]) ? bu[u[k]] : 0, i[k])
    }
    return {score, fallback}
  }

  /** @internal */
  scoreUnknown(person: Person, i: number): number {
    return this.plain(person.i.length === 0 ? 0 : this.placeOf(person).bias, i)
  }

  /** @internal */
  similar(i: number): Float64Array {
    return cosines(this.qi, this.factors, i)
  }

  /** @internal */
  alike(items: Int32Array): (place: number) => Float64Array {
    const {factors: F, qi} = this
    const rows = new Float32Array(items.length * F)
    for (const [n, i] of items.entries()) rows.set(qi.subarray(i * F, (i + 1) * F), n * F)
    return cosinesAmong(rows, F)
  }

  /** @internal */
  parts(person: Person, i: number): Part[] {
    const knowsMovie = this.knows(i)
    if (person.i.length === 0 || !knowsMovie) return this.plainParts(person, i)
    const place = this.placeOf(person)
    const {user, shares} = this.sharesOf(person, place, i)
    const parts = this.biasParts(user, this.bi[i])
    for (const [n, value] of shares.entries())
      parts.push({kind: 'rated', value, i: person.i[n], rating: person.r[n]})
    const rest = parts.reduce((left, {value}) => left - value, this.score(place, i))
    // Rounding of the model's own sums is no term.
    if (Math.abs(rest) > 1e-9)
      parts.push({
        kind: 'rest',
        value: rest,
        ...(this.placing.bias === 'row' ? {name: 'counting what is not rated as 0'} : {})
      })
    return parts
  }

  /** mu + biases, or the constant that stands for them. */
  private plain(bias: number, i: number): number {
    return this.placing.constant ?? this.mu + bias + (this.knows(i) ? this.bi[i] : 0)
  }

  private plainParts(person: Person, i: number): Part[] {
    const {constant, bias} = this.placing
    if (constant !== undefined) return [{kind: 'mean', value: constant}]
    if (bias === 'none')
      return [{kind: 'rest', value: this.scoreUnknown(person, i), name: 'nothing is known'}]
    const user = person.i.length === 0 ? 0 : this.placeOf(person).bias
    return this.biasParts(user, this.knows(i) ? this.bi[i] : 0)
  }

  private biasParts(user: number, movie: number): Part[] {
    if (this.placing.bias === 'none') return []
    if (this.placing.bias === 'row')
      return [{kind: 'rest', value: this.mu + user, name: 'the mean over all movies'}]
    return [
      {kind: 'mean', value: this.mu},
      {kind: 'user', value: user},
      // Around users' means there are no biases of movies, so none is spoken of.
      ...(this.bi.some(bias => bias !== 0) ? [{kind: 'movie', value: movie} as const] : [])
    ]
  }

  private scoresAt(place: Place, items: Int32Array): Float64Array {
    const scores = new Float64Array(items.length)
    if (this.more.hidden !== undefined) {
      for (let n = 0; n < scores.length; n++) scores[n] = this.score(place, items[n])
      return scores
    }
    // As `score`, to the bit, with her factors in double already.
    const {factors: F, mu, bi, qi} = this
    const p = Float64Array.from(place.p.subarray(place.from, place.from + F))
    for (let n = 0; n < scores.length; n++) {
      const q = items[n] * F
      let even = mu + place.bias + bi[items[n]]
      let odd = 0
      let f = 0
      for (; f + 4 <= F; f += 4) {
        even += p[f] * qi[q + f] + p[f + 1] * qi[q + f + 1]
        odd += p[f + 2] * qi[q + f + 2] + p[f + 3] * qi[q + f + 3]
      }
      for (; f < F; f++) even += p[f] * qi[q + f]
      scores[n] = even + odd
    }
    return scores
  }

  private score({bias, p, from}: Place, i: number): number {
    const {factors: F, mu, bi, qi} = this
    const score = dotFrom(mu + bias + bi[i], p, from, qi, i * F, F)
    return this.more.hidden === undefined ? score : score + this.more.hidden.value(this.pair(p, from, i))
  }

  /** [pu, qi], what hidden layers take in. */
  private pair(p: Numbers, from: number, i: number): Float64Array {
    const {factors: F, qi} = this
    const x = new Float64Array(2 * F)
    x.set(p.subarray(from, from + F))
    x.set(qi.subarray(i * F, (i + 1) * F), F)
    return x
  }

  /** @internal Her row, or where a profile's ratings place her; the middle of all for one without ratings. */
  placeOf(person: Person): Place {
    const {factors: F, bu, pu} = this
    if (person.place !== undefined) return person.place
    return person.u >= 0 ? {bias: bu[person.u], p: pu, from: person.u * F} : this.foldIn(person)
  }

  private foldIn(person: Person): Place {
    const {factors: F} = this
    if (person.i.length === 0) return {bias: 0, p: new Float64Array(F), from: 0}
    const {bias} = this.placing
    const implicit = this.implicitPart(person.i)
    let place: Place = {bias: 0, p: implicit, from: 0}
    if (bias === 'mean') place.bias = this.meanBias(person)
    if (bias === 'row') place.bias = this.rowBias(person)
    for (let step = 0; step < (this.more.hidden === undefined ? 1 : BENDS); step++) {
      const solves = bias === 'solved'
      const x = this.ridge(person, place, solves).solve(
        this.targets(person, place, implicit, solves ? 0 : place.bias)
      )
      const p = x.slice(0, F).map((value, f) => value + implicit[f])
      place = {bias: solves ? x[F] - dot(this.middle, 0, x, 0, F) : place.bias, p, from: 0}
    }
    if (bias === 'row') this.takeOffRow(place)
    return place
  }

  /**
   * @internal Where a place that was learned from a part of her ratings moves for all of them: `was` are the ratings it was learned from, NaN for those
   * that are new. One step of recursive least squares, which from the best place of the old ratings leads to that of all of them.
   */
  moved(person: Person, place: Place, was: Float32Array): Place {
    if (this.placing.confidence !== undefined) return this.foldIn(person)
    const {factors: F} = this
    const withBias = this.placing.bias === 'solved'
    const {c, size, penalty} = this.system(person, place, withBias)
    const left = Float64Array.from(person.i, (j, n) =>
      Number.isNaN(was[n]) ? person.r[n] - this.score(place, j) : person.r[n] - was[n]
    )
    const x = ridgeBySteps(c, size, penalty, left)
    const p = x.slice(0, F).map((value, f) => value + place.p[place.from + f])
    return {bias: place.bias + (withBias ? x[F] - dot(this.middle, 0, x, 0, F) : 0), p, from: 0}
  }

  /** Movies that she has not rated count as 0 and pull, too: each takes the row's mean off along its factors. */
  private takeOffRow({bias, p}: Place): void {
    const {factors: F, mu, qi} = this
    for (let at = 0; at < qi.length; at += F) for (let f = 0; f < F; f++) p[f] -= (mu + bias) * qi[at + f]
  }

  private meanBias({i, r}: Person): number {
    const {mu, bi} = this
    const {damping = 0} = this.placing
    let above = 0
    for (let n = 0; n < i.length; n++) above += r[n] - mu - bi[i[n]]
    return above / (damping + i.length)
  }

  private rowBias({r}: Person): number {
    return sum(r) / (this.placing.movies as number) - this.mu
  }

  /** @internal |N(u)|^-1/2 · sum of yj over the movies she rated. [F] */
  implicitPart(i: Int32Array): Float64Array {
    const {factors: F} = this
    const {yj} = this.more
    const z = new Float64Array(F)
    if (yj === undefined) return z
    for (const j of i) for (let f = 0; f < F; f++) z[f] += yj[j * F + f]
    return z.map(value => value / Math.sqrt(Math.max(1, i.length)))
  }

  private get middle(): Float64Array {
    return this.more.middle ?? new Float64Array(this.factors)
  }

  private ridge(person: Person, place: Place, withBias: boolean): Ridge {
    const {confidence, orthonormal = false} = this.placing
    const {gram} = this.more
    const {c, size, penalty} = this.system(person, place, withBias)
    const weights =
      gram === undefined ? undefined : Float64Array.from(person.r, stars => (confidence ?? 0) * stars)
    return new Ridge(c, size, penalty, {
      orthonormal,
      ...(weights === undefined ? {} : {weights}),
      ...(gram === undefined ? {} : {gram})
    })
  }

  /** Against her factors stand the slopes of the score at each movie she rated, less the middle; against a bias that is solved for, 1. */
  private system(
    {i, r}: Person,
    place: Place,
    withBias: boolean
  ): {c: Float64Array; size: number; penalty: number} {
    const {factors: F, middle} = this
    const {once = 0, each = 0, exponent = 0, confidence} = this.placing
    const size = F + (withBias ? 1 : 0)
    const c = new Float64Array(i.length * size).fill(1)
    const {qi} = this
    const bends = this.more.hidden !== undefined
    for (let n = 0; n < i.length; n++) {
      const [slope, from] = bends ? [this.slopeAt(place.p, place.from, i[n]), 0] : [qi, i[n] * F]
      for (let f = 0; f < F; f++) c[n * size + f] = slope[from + f] - middle[f]
    }
    // Ratings below 0 count as little as none at all.
    const all = Math.max(0, qi.length / F + (confidence ?? 0) * sum(r))
    return {c, size, penalty: once * pow(all, exponent) + each * i.length}
  }

  /** What is left of each rating for her factors beside their implicit part: the linear part of the score where layers bend. */
  private targets({i, r}: Person, place: Place, implicit: Float64Array, bias: number): Float64Array {
    const {factors: F, mu, bi, qi} = this
    const {confidence, bias: kind} = this.placing
    if (confidence !== undefined) return Float64Array.from(r, stars => 1 + confidence * stars)
    if (kind === 'row') return Float64Array.from(r)
    return Float64Array.from(i, (j, n) => {
      const left = r[n] - mu - bi[j] - bias
      if (this.more.hidden === undefined) return left - dot(implicit, 0, qi, j * F, F)
      const slope = this.slopeAt(place.p, place.from, j)
      return left - this.taste(place.p, place.from, j) + dot(slope, 0, place.p, place.from, F)
    })
  }

  private taste(p: Numbers, from: number, i: number): number {
    const {factors: F, qi} = this
    return dot(p, from, qi, i * F, F) + (this.more.hidden?.value(this.pair(p, from, i)) ?? 0)
  }

  /** The gradient of taste by p. [F] */
  private slopeAt(p: Numbers, from: number, i: number): Float64Array {
    const {factors: F, qi} = this
    const slope = Float64Array.from(qi.subarray(i * F, (i + 1) * F))
    if (this.more.hidden === undefined) return slope
    const layers = new Float64Array(2 * F)
    this.more.hidden.value(this.pair(p, from, i), layers)
    return slope.map((value, f) => value + layers[f])
  }

  /** Her bias as seen from the middle, and what each of her ratings adds to the score of movie `i`. */
  private sharesOf(person: Person, place: Place, i: number): {user: number; shares: Float64Array} {
    const {factors: F, middle} = this
    const {p, from} = place
    const user = place.bias + dot(middle, 0, p, from, F)
    const implicit = this.implicitPart(person.i)
    const s = this.meanSlope(place, i).map((value, f) => value - middle[f])
    const shares = this.ridge(person, place, false).shares(this.targets(person, place, implicit, user), s)
    const {yj} = this.more
    if (yj === undefined) return {user, shares}
    const root = Math.sqrt(person.i.length)
    return {user, shares: shares.map((share, n) => share + dot(s, 0, yj, person.i[n] * F, F) / root)}
  }

  /** The mean gradient of taste along the line from 0 to p, by the midpoint rule: exact at once without hidden layers. */
  private meanSlope({p, from}: Place, i: number): Float64Array {
    const {factors: F} = this
    if (this.more.hidden === undefined) return this.slopeAt(p, from, i)
    const mean = new Float64Array(F)
    for (let part = 0; part < PARTS; part++) {
      const at = Float64Array.from(p.subarray(from, from + F), value => (value * (part + 0.5)) / PARTS)
      for (const [f, slope] of this.slopeAt(at, 0, i).entries()) mean[f] += slope / PARTS
    }
    return mean
  }
}
