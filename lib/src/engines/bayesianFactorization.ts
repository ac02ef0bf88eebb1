import type {Ratings} from '../data/ratings'
import {Arena} from '../kernels/arena'
import {withPool} from '../kernels/pool'
import {density, upperTail} from '../math/normal'
import {type Place, placeOf, sharesOf} from './bayesianProfile'
import type {EngineState, Person, Term} from './engine'
import {GibbsFit} from './gibbsFit'
import type {EngineSpec} from './options'
import {type DrawnRows, PosteriorSamples} from './posteriorSamples'
import {dayOf} from './ratingDays'
import {
  type DetailedPrediction,
  FALLBACK_SPEC,
  type FallbackOption,
  type PairScores,
  type Pairs,
  RatingEngine
} from './ratingEngine'
import type {Run} from './run'

export interface BayesianFactorizationOptions extends FallbackOption {
  /** Numbers that describe a user's taste and a movie's traits. @default 32 */
  factors?: number
  /** Sweeps of each chain that count, each a new draw of every number of the model. @default 300 */
  sweeps?: number
  /** Sweeps of each chain before those, while it settles. @default 50 */
  burnIn?: number
  /** Independent chains, one after the other; their draws are averaged. @default 1 */
  chains?: number
  /** Draws kept of all chains together: what predicts, and what a model file holds. @default 200 */
  samples?: number
  /** Stars as numbers with normal noise, or as classes cut from a latent scale (ordered probit). @default 'normal' */
  likelihood?: 'normal' | 'probit'
  /** Whose ratings have a noise of their own: everyone's the same, each user's, or each user's times each movie's. @default 'both' */
  noise?: 'one' | 'users' | 'both'
  /** Learn from which movies a user rated, whatever the stars. @default true */
  ratedMovies?: boolean
  /** Learn from who rated a movie, whatever the stars. @default true */
  raters?: boolean
  /** Learn from the day of each rating; needs timestamps. @default false */
  days?: boolean
  /** @default 1 */
  seed?: number
}

/** Draws that explanations and similarities are averaged over, of all that are kept. */
const SOME = 40
/** Half of a normal 90 % interval, in deviations. */
const NINETY = 1.6448536269514722

/**
 * Bayesian factorisation by Gibbs sampling: an SVD++ both ways whose every number is drawn from its posterior, again and again, and
 * whose prediction is the mean over the draws. Nothing is tuned but the number of factors and sweeps: the priors are drawn, too.
 *
 *   prediction   score(u, i) = mu + bu + bi + pu·qi                        with days also + bt + t·pu + t·qi
 *   priors       [pu, bu] ~ N(m + sum over rated j of yj / sqrt(n_u), diag(lambda)⁻¹)          yj: vectors of implicit feedback
 *                [qi, bi] ~ N(m' + sum over raters v of zv / sqrt(n_i), diag(lambda')⁻¹)
 *                m, lambda, y, z and their own m, lambda: normal and gamma, all scales 1
 *   likelihood   normal: r ~ N(score, 1 / (alpha_u · beta_i)); probit: r is the class between whose cuts a latent rating falls
 *                that is so distributed; alpha_u, beta_i ~ Gamma, a noise for each user and each movie
 *   a sweep      every [pu, bu] at once given all else (`gibbsRows`), then every [qi, bi], then the days, then y and z
 *                (`gibbsLinks`), then the priors and noises; probit: the cuts by Metropolis (`gibbsCuts`)
 *
 * Unknown users and movies get m, the average row of their side. A profile typed in now gets its conditional posterior mean in each
 * draw. Cost of a sweep: ratings × (factors + 2)² multiplications for both sides, and (users + movies) × factors³ / 6.
 *
 * Sources: Salakhutdinov and Mnih 2008 (whole rows given the rest, eq. 11 to 14); Rendle 2012 and Rendle, Zhang, Koren 2019 (the
 * model, "timeSVD++ flipped"); Simm et al. 2015 (implicit vectors by regression on the rows); Lakshminarayanan et al. 2011 (noise by
 * user and movie); Albert and Chib 1993 (probit).
 */
export class BayesianFactorization extends RatingEngine<BayesianFactorizationOptions> {
  static readonly spec: EngineSpec<BayesianFactorizationOptions> = {
    name: 'bayesian',
    about:
      'Bayesian factorisation by Gibbs sampling, with implicit feedback both ways and an interval for each prediction.',
    source: 'Salakhutdinov and Mnih 2008; Rendle, Zhang, Koren 2019; Simm et al. 2015',
    options: {
      factors: {
        kind: 'integer',
        default: 32,
        min: 1,
        max: 1024,
        about: 'Numbers that describe a taste and a movie.'
      },
      sweeps: {kind: 'integer', default: 300, min: 1, about: 'Sweeps of each chain that count.'},
      burnIn: {
        kind: 'integer',
        default: 50,
        min: 0,
        about: 'Sweeps of each chain before those, while it settles.'
      },
      chains: {
        kind: 'integer',
        default: 1,
        min: 1,
        max: 1000,
        about: 'Independent chains whose draws are averaged.'
      },
      samples: {
        kind: 'integer',
        default: 200,
        min: 1,
        about:
          'Draws kept of all chains together, a byte a number: what predicts, and what a model file holds.'
      },
      likelihood: {
        kind: 'choice',
        default: 'normal',
        choices: ['normal', 'probit'],
        about: 'Stars as numbers with normal noise, or as classes cut from a latent scale.'
      },
      noise: {
        kind: 'choice',
        default: 'both',
        choices: ['one', 'users', 'both'],
        about: 'One noise for all ratings, one for each user, or one for each user times one for each movie.'
      },
      ratedMovies: {
        kind: 'boolean',
        default: true,
        about: 'Learn from which movies a user rated, whatever the stars.'
      },
      raters: {kind: 'boolean', default: true, about: 'Learn from who rated a movie, whatever the stars.'},
      days: {kind: 'boolean', default: false, about: 'Learn from the day of each rating; needs timestamps.'},
      seed: {kind: 'integer', default: 1, about: 'Seed of all random numbers.'},
      fallback: FALLBACK_SPEC
    }
  }
  private draws!: PosteriorSamples
  /** [days] whole days since 1970 with training ratings, ascending */
  private dates: Int32Array = new Int32Array(0)

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const {factors, likelihood, noise, ratedMovies, raters, days, seed, chains, burnIn, sweeps, samples} =
      this.resolved
    const model = {factors, probit: likelihood === 'probit', noise, ratedMovies, raters, days, seed}
    const plan = {chains, burnIn, sweeps, samples}
    const arena = new Arena()
    await withPool(arena, run, async pool => {
      const fit = new GibbsFit(train, model, plan, arena, pool, run)
      await fit.sample()
      this.draws = fit.samples
      this.dates = fit.dates
      this.steps = fit.steps
    })
  }

  protected scorePairs({u, i, t}: Pairs): PairScores {
    const {start} = this.train.byUser
    const {counts} = this.draws.shape
    const fallback = new Uint8Array(u.length)
    const user = new Int32Array(u.length)
    const movie = new Int32Array(u.length)
    for (let n = 0; n < u.length; n++) {
      const knowsUser = u[n] >= 0 && start[u[n] + 1] > start[u[n]]
      const knowsMovie = this.knows(i[n])
      user[n] = knowsUser ? u[n] : counts.users - 1
      movie[n] = knowsMovie ? i[n] : counts.movies - 1
      fallback[n] = knowsUser ? (knowsMovie ? 0 : 2) : 1
    }
    const day = counts.days === 0 ? undefined : user.map((_, n) => this.dayRow(t?.[n]))
    const users = distinct(user)
    const movies = distinct(movie)
    const days = day === undefined ? undefined : distinct(day)
    const score = new Float64Array(u.length)
    for (let s = 0; s < this.draws.length; s++) {
      const a = this.draws.decode(s, 'users', users.rows)
      const b = this.draws.decode(s, 'movies', movies.rows)
      const c = days === undefined ? undefined : this.draws.decode(s, 'days', days.rows)
      for (let n = 0; n < score.length; n++) {
        const at = users.place[n]
        const value = this.scoreOf(a.values, at, b.values, movies.place[n], c?.values, days?.place[n] ?? 0)
        const {width} = a
        const precision = a.values[(at + 1) * width - 1] * b.values[(movies.place[n] + 1) * width - 1]
        score[n] += this.draws.expected(s, value, precision)
      }
    }
    for (let n = 0; n < score.length; n++) score[n] /= this.draws.length
    return {score, fallback}
  }

  protected scoreUnknown(person: Person, i: number): number {
    return this.scoresOf(person, Int32Array.of(this.knows(i) ? i : this.draws.shape.counts.movies - 1))[0]
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    if (person.u >= 0)
      return Float64Array.from(
        this.scorePairs({u: new Int32Array(items.length).fill(person.u), i: items}).score
      )
    const score = new Float64Array(items.length)
    for (let s = 0; s < this.draws.length; s++) {
      const {values, width} = this.draws.decode(s, 'movies', items)
      const {row} = this.placeIn(s, person)
      const day = this.dayIn(s, undefined)
      for (let n = 0; n < items.length; n++) {
        const value = this.scoreOf(row, 0, values, n, day?.values, 0)
        score[n] += this.draws.expected(s, value, row[width - 1] * values[(n + 1) * width - 1])
      }
    }
    return score.map(sum => sum / this.draws.length)
  }

  /** Interval from the spread of the draws and the noise together; chances of the stars from the borders between them. */
  protected override details(
    person: Person,
    i: number,
    o: {timestamp?: number}
  ): Partial<DetailedPrediction> {
    const {stars, probit} = this.draws.shape
    const movie = [this.knows(i) ? i : this.draws.shape.counts.movies - 1]
    const chances = new Float64Array(stars.length)
    let sum = 0
    let squares = 0
    let noise = 0
    for (let s = 0; s < this.draws.length; s++) {
      const row = this.rowIn(s, person)
      const {values, width} = this.draws.decode(s, 'movies', movie)
      const score = this.scoreOf(row, 0, values, 0, this.dayIn(s, o.timestamp)?.values, 0)
      const precision = row[width - 1] * values[width - 1]
      const borders = this.draws.bordersOf(s)
      const root = Math.sqrt(precision)
      for (let k = 0; k < stars.length; k++)
        chances[k] += upperTail(root * (borders[k] - score)) - upperTail(root * (borders[k + 1] - score))
      sum += score
      squares += score * score
      noise += 1 / precision
    }
    const n = this.draws.length
    const probabilities = Float32Array.from(chances, chance => chance / n)
    const [mean, variance] = probit
      ? momentsOf(stars, probabilities)
      : [sum / n, Math.max(0, squares / n - (sum / n) ** 2) + noise / n]
    const half = NINETY * Math.sqrt(variance)
    const interval: [number, number] = [mean - half, mean + half]
    return stars.length === 0 ? {interval} : {interval, stars: probabilities}
  }

  /** Cosine of the movies' factors, averaged over some of the draws: draws differ by rotations that leave it as it is. */
  protected similarTo(i: number): Float64Array {
    const movies = this.items.length
    const all = Int32Array.from({length: movies}, (_, j) => j)
    const {factors} = this.draws.shape
    const cosines = new Float64Array(movies)
    for (const s of this.someDraws()) {
      const {values, width} = this.draws.decode(s, 'movies', all)
      const own = dot(values, i * width, values, i * width, factors)
      for (let j = 0; j < movies; j++) {
        const other = dot(values, j * width, values, j * width, factors)
        cosines[j] +=
          dot(values, i * width, values, j * width, factors) / Math.sqrt(Math.max(own * other, 1e-30))
      }
    }
    return cosines.map(sum => sum / this.someDraws().length)
  }

  /**
   * Mean, biases, and p·q shared out over her rated movies by what each adds to the conditional mean of her place, averaged over some
   * of the draws. `rest` is what the prior and the draws around that mean add; for the probit also what the slope of the stars leaves.
   */
  protected terms(person: Person, i: number): Term[] {
    const {factors, mean, probit} = this.draws.shape
    const movie = [this.knows(i) ? i : this.draws.shape.counts.movies - 1]
    const shares = new Float64Array(person.i.length)
    const biases = [0, 0]
    const some = this.someDraws()
    for (const s of some) {
      const row = this.rowIn(s, person)
      const {values, width} = this.draws.decode(s, 'movies', movie)
      const slope = probit
        ? this.slopeAt(s, this.scoreOf(row, 0, values, 0, undefined, 0), row[width - 1] * values[width - 1])
        : 1
      biases[0] += slope * row[factors]
      biases[1] += slope * values[factors]
      if (person.i.length === 0) continue
      const direction = Float64Array.from({length: width - 1}, (_, c) =>
        c < factors ? slope * values[c] : 0
      )
      const place = this.placeIn(s, person, row[width - 1])
      for (const [n, share] of sharesOf(place, direction, person.i.length).entries()) shares[n] += share
    }
    const start = probit ? this.train.mean : mean
    const terms: Term[] = [
      {name: 'mean', value: start},
      {name: 'user', value: biases[0] / some.length},
      {name: 'movie', value: biases[1] / some.length}
    ]
    for (const [n, share] of shares.entries()) {
      const movieId = this.items.ids[person.i[n]]
      terms.push({name: 'rated', value: share / some.length, movieId, title: this.movies.title(movieId)})
    }
    const score =
      person.i.length === 0 || !this.knows(i)
        ? this.scoreUnknown(person, i)
        : this.scoresOf(person, Int32Array.of(i))[0]
    terms.push({name: 'rest', value: score - terms.reduce((total, term) => total + term.value, 0)})
    return terms
  }

  protected dump(): EngineState {
    const {values, arrays} = this.draws.dump()
    return {values, arrays: {...arrays, dates: this.dates}}
  }

  protected restore(state: EngineState): void {
    this.draws = PosteriorSamples.restore(state)
    this.dates = state.arrays.dates as Int32Array
  }

  /** mean + biases + products of rows a, b and, where there are days, c. */
  private scoreOf(
    a: Float32Array | Float64Array,
    atA: number,
    b: Float32Array,
    atB: number,
    c: Float32Array | undefined,
    atC: number
  ): number {
    const {factors, mean} = this.draws.shape
    const {width} = this.draws
    const p = atA * width
    const q = atB * width
    const score = mean + a[p + factors] + b[q + factors] + dot(a, p, b, q, factors)
    if (c === undefined) return score
    const d = atC * width
    return score + c[d + factors] + dot(c, d, a, p, factors) + dot(c, d, b, q, factors)
  }

  /** A person's row in draw `s`: as drawn, as placed by the ratings typed in, or the average user's. */
  private rowIn(s: number, person: Person): Float32Array | Float64Array {
    if (person.i.length === 0)
      return this.draws.decode(s, 'users', [this.draws.shape.counts.users - 1]).values
    return person.u >= 0 ? this.draws.decode(s, 'users', [person.u]).values : this.placeIn(s, person).row
  }

  private placeIn(s: number, person: Person, noise?: number): Place {
    const {draws} = this
    const movies = draws.decode(s, 'movies', person.i).values
    const links = draws.shape.counts.links === 0 ? undefined : draws.decode(s, 'links', person.i).values
    const average = draws.decode(s, 'users', [draws.shape.counts.users - 1]).values
    return placeOf(draws, s, {movies, links, average, precision: draws.precisionsOf(s), r: person.r}, noise)
  }

  private dayRow(timestamp: number | undefined): number {
    const day = timestamp === undefined ? -1 : dayOf(this.dates, timestamp)
    return day < 0 ? this.draws.shape.counts.days - 1 : day
  }

  private dayIn(s: number, timestamp: number | undefined): DrawnRows | undefined {
    return this.draws.shape.counts.days === 0
      ? undefined
      : this.draws.decode(s, 'days', [this.dayRow(timestamp)])
  }

  /** How many stars a step of the latent score is worth there. */
  private slopeAt(s: number, score: number, precision: number): number {
    const {stars} = this.draws.shape
    const borders = this.draws.bordersOf(s)
    const root = Math.sqrt(precision)
    let slope = 0
    for (let k = 1; k < stars.length; k++)
      slope += (stars[k] - stars[k - 1]) * root * density(root * (borders[k] - score))
    return slope
  }

  private someDraws(): number[] {
    const count = Math.min(SOME, this.draws.length)
    return Array.from({length: count}, (_, k) => Math.floor(((k + 0.5) * this.draws.length) / count))
  }
}

function dot(
  a: Float32Array | Float64Array,
  p: number,
  b: Float32Array | Float64Array,
  q: number,
  n: number
): number {
  let sum = 0
  for (let k = 0; k < n; k++) sum += a[p + k] * b[q + k]
  return sum
}

/** The different rows that pairs name, and the place of each pair's row among them. */
function distinct(rows: Int32Array): {rows: Int32Array; place: Int32Array} {
  const places = new Map<number, number>()
  const place = rows.map(row => {
    const known = places.get(row)
    if (known !== undefined) return known
    places.set(row, places.size)
    return places.size - 1
  })
  return {rows: Int32Array.from(places.keys()), place}
}

/** Mean and variance over the stars. */
function momentsOf(stars: readonly number[], chances: Float32Array): [mean: number, variance: number] {
  let mean = 0
  let squares = 0
  for (let k = 0; k < stars.length; k++) {
    mean += stars[k] * chances[k]
    squares += stars[k] ** 2 * chances[k]
  }
  return [mean, squares - mean * mean]
}
