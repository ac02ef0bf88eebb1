import {dayOf} from '../engines/bayesian/days'
import type {EngineState, Person} from '../engines/engine'
import {density, upperTail} from '../math/normal'
import {type DrawnRows, PosteriorSamples} from './draws'
import {type Place, placeOf, sharesOf} from './profile'

/** Draws that explanations and similarities are averaged over, of all that are kept. */
const SOME = 40
/** Half of a normal 90 % interval, in deviations. */
const NINETY = 1.6448536269514722

type Row = Float32Array | Float64Array

/** What BayesianFactorization says of people and movies: means over the draws that it kept. */
export class Posterior {
  constructor(
    private readonly draws: PosteriorSamples,
    /** [days] whole days since 1970 with training ratings, ascending */
    private readonly dates: Int32Array
  ) {}

  static restore(state: EngineState): Posterior {
    return new Posterior(PosteriorSamples.restore(state), state.arrays.dates as Int32Array)
  }

  dump(): EngineState {
    const {values, arrays} = this.draws.dump()
    return {values, arrays: {...arrays, dates: this.dates}}
  }

  /** Rows of those without ratings. */
  get averageUser(): number {
    return this.draws.shape.counts.users - 1
  }

  get averageMovie(): number {
    return this.draws.shape.counts.movies - 1
  }

  /** Expected ratings of pairs of rows, at these times where the model has days. */
  scorePairs(user: Int32Array, movie: Int32Array, time: Float64Array | undefined): Float64Array {
    const {draws} = this
    const users = distinct(user)
    const movies = distinct(movie)
    const days = this.hasDays ? distinct(user.map((_, n) => this.dayRow(time?.[n]))) : undefined
    const score = new Float64Array(user.length)
    for (let s = 0; s < draws.length; s++) {
      const {values: a, width} = draws.decode(s, 'users', users.rows)
      const b = draws.decode(s, 'movies', movies.rows).values
      const c = days === undefined ? undefined : draws.decode(s, 'days', days.rows).values
      for (let n = 0; n < score.length; n++) {
        const [atA, atB] = [users.place[n], movies.place[n]]
        const value = this.score(a, atA, b, atB, c, days === undefined ? 0 : days.place[n])
        score[n] += draws.expected(s, value, a[(atA + 1) * width - 1] * b[(atB + 1) * width - 1])
      }
    }
    return score.map(sum => sum / draws.length)
  }

  /** Expected ratings of one person. */
  scoresOf(person: Person, movies: Int32Array): Float64Array {
    const {draws} = this
    const {factors, mean, probit} = draws.shape
    const onlyPrecision = Float64Array.from({length: draws.width}, (_, c) => Number(c > factors))
    const score = new Float64Array(movies.length)
    for (let s = 0; s < draws.length; s++) {
      const row = this.rowIn(s, person)
      const day = this.dayIn(s, undefined)?.values
      // As `score`, with all that is multiplied by the movie's row gathered first.
      const weights = Float64Array.from({length: draws.width}, (_, c) =>
        c < factors ? row[c] + (day?.[c] ?? 0) : Number(c === factors)
      )
      const start =
        mean + row[factors] + (day === undefined ? 0 : day[factors] + dot(day, 0, row, 0, factors))
      const sums = draws.weigh(s, 'movies', movies, weights)
      const precisions = probit ? draws.weigh(s, 'movies', movies, onlyPrecision) : undefined
      for (let n = 0; n < movies.length; n++)
        score[n] += draws.expected(s, start + sums[n], row[draws.width - 1] * (precisions?.[n] ?? 1))
    }
    return score.map(sum => sum / draws.length)
  }

  /** The 90 % interval, from the spread of the draws and the noise together, and the chances of the stars. */
  uncertainty(
    person: Person,
    movie: number,
    time: number | undefined
  ): {interval: [number, number]; stars?: Float32Array} {
    const {draws} = this
    const {stars, probit} = draws.shape
    const chances = new Float64Array(stars.length)
    let [sum, squares, noise] = [0, 0, 0]
    for (let s = 0; s < draws.length; s++) {
      const row = this.rowIn(s, person)
      const {values, width} = draws.decode(s, 'movies', [movie])
      const score = this.score(row, 0, values, 0, this.dayIn(s, time)?.values, 0)
      const precision = row[width - 1] * values[width - 1]
      const borders = draws.bordersOf(s)
      const root = Math.sqrt(precision)
      let above = 1
      for (let k = 0; k < stars.length; k++) {
        const next = k + 1 < stars.length ? upperTail(root * (borders[k + 1] - score)) : 0
        chances[k] += above - next
        above = next
      }
      sum += score
      squares += score * score
      noise += 1 / precision
    }
    const n = draws.length
    const probabilities = Float32Array.from(chances, chance => chance / n)
    const [mean, variance] = probit
      ? momentsOf(stars, probabilities)
      : [sum / n, Math.max(0, squares / n - (sum / n) ** 2) + noise / n]
    const half = NINETY * Math.sqrt(variance)
    const interval: [number, number] = [mean - half, mean + half]
    return stars.length === 0 ? {interval} : {interval, stars: probabilities}
  }

  /** Cosine of the movies' factors, averaged over some of the draws: draws differ by rotations that leave it as it is. [movies] */
  cosines(i: number, movies: number): Float64Array {
    const all = Int32Array.from({length: movies}, (_, j) => j)
    const {factors} = this.draws.shape
    const some = this.someDraws()
    const cosines = new Float64Array(movies)
    for (const s of some) {
      const {values, width} = this.draws.decode(s, 'movies', all)
      const own = dot(values, i * width, values, i * width, factors)
      for (let j = 0; j < movies; j++) {
        const lengths = Math.sqrt(own * dot(values, j * width, values, j * width, factors))
        cosines[j] += lengths > 0 ? dot(values, i * width, values, j * width, factors) / lengths : 0
      }
    }
    return cosines.map(sum => sum / some.length)
  }

  /**
   * In stars, averaged over some of the draws: the biases, and what each of her ratings adds to p·q. For the probit by the slope of the
   * expected stars at the score.
   */
  parts(person: Person, movie: number): {user: number; movie: number; shares: Float64Array} {
    const {factors, probit} = this.draws.shape
    const rated = person.i.length
    const some = this.someDraws()
    const parts = {user: 0, movie: 0, shares: new Float64Array(rated)}
    for (const s of some) {
      const row = this.rowIn(s, person)
      const {values, width} = this.draws.decode(s, 'movies', [movie])
      const score = this.score(row, 0, values, 0, undefined, 0)
      const slope = (probit ? this.slopeAt(s, score, row[width - 1] * values[width - 1]) : 1) / some.length
      parts.user += slope * row[factors]
      parts.movie += slope * values[factors]
      if (rated === 0) continue
      const direction = new Float64Array(width - 1)
      for (let f = 0; f < factors; f++) direction[f] = slope * values[f]
      const place = this.placeIn(s, person, row[width - 1])
      for (const [n, share] of sharesOf(place, direction, rated).entries()) parts.shares[n] += share
    }
    return parts
  }

  private get hasDays(): boolean {
    return this.draws.shape.counts.days > 0
  }

  /** mean + biases + products of row `atA` of a, `atB` of b and, where there are days, `atC` of c. */
  private score(
    a: Row,
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
  private rowIn(s: number, person: Person): Row {
    if (person.i.length === 0) return this.draws.decode(s, 'users', [this.averageUser]).values
    return person.u >= 0 ? this.draws.decode(s, 'users', [person.u]).values : this.placeIn(s, person).row
  }

  private placeIn(s: number, person: Person, noise?: number): Place {
    const {draws} = this
    const movies = draws.decode(s, 'movies', person.i).values
    const links = draws.shape.counts.links === 0 ? undefined : draws.decode(s, 'links', person.i).values
    const average = draws.decode(s, 'users', [this.averageUser]).values
    return placeOf(draws, s, {movies, links, average, precision: draws.precisionsOf(s), r: person.r}, noise)
  }

  /** The row of a time's day; the average day's for a day without training ratings, or none given. */
  private dayRow(time: number | undefined): number {
    const day = time === undefined ? -1 : dayOf(this.dates, time)
    return day < 0 ? this.draws.shape.counts.days - 1 : day
  }

  private dayIn(s: number, time: number | undefined): DrawnRows | undefined {
    return this.hasDays ? this.draws.decode(s, 'days', [this.dayRow(time)]) : undefined
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
