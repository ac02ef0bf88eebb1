import {QUANTILE_95, upperTail} from '../math/normal'
import {cosines, dot, dotFrom} from '../math/vectors'
import {dayOf} from './days'
import {type Draw, Draws} from './draws'
import type {
  ModelState,
  PairScores,
  Pairs,
  Part,
  Person,
  PredictionDetails,
  RatingModel,
  Support,
  When
} from './model'
import {type Place, placeOf, sharesOf} from './profile'

/** Draws that explanations and similarities are averaged over, of all that are kept. */
const SOME = 40

type Row = Float32Array | Float64Array

/** @internal What a kernel does for all draws at once. */
export interface WeighDraws {
  /** Numbers that the steps of a draw take; those behind its columns are 0. */
  readonly stride: number
  /**
   * For each of these rows of movies, the sum over draws d and columns c of a step times its byte. Those from place start[k] to
   * start[k + 1] - 1 are of person k, whose steps stand at (d * people + k) * stride. [rows]
   */
  weigh(rows: Int32Array, start: Int32Array, steps: Float32Array): Float64Array
}

/** Rows of movies for some people, one after the other: those of person k from place start[k] to start[k + 1] - 1. */
interface RowLists {
  start: Int32Array
  movies: Int32Array
}

/** The row of somebody of these people in a draw; it may be written over by the next. */
type PlaceIn = (draw: Draw, k: number) => Row

/** Numbers of people's rows, of all draws, that are worked with at a time. */
const TOGETHER = 1 << 20

/**
 * Means over the draws of a posterior that were kept, each draw a factorisation of its own:
 *
 *   score(u, i) = mean over draws of mu + bu + bi + pu·qi                    with days also + bt + t·pu + t·qi
 *   place       a profile gets the conditional posterior mean of its row in each draw (`placeOf`)
 *   share       of p·q that her rating n has: what it adds to that mean; what the prior and the draws around it add is the term `rest`
 *   alike       cosine of the movies' factors, averaged over draws: draws differ by rotations that leave it as it is
 *
 * Unknown users and movies have the average row of their side, days without ratings the average day's.
 */
export class Posterior implements RatingModel {
  readonly kind = 'posterior'
  readonly unit = 'stars'
  readonly predicts = true

  /** @internal */
  constructor(
    /** The kept draws. */
    readonly draws: Draws,
    /** [days] whole days since 1970 with training ratings, ascending; empty without days */
    readonly dates: Int32Array,
    /** The mean of the training ratings. */
    readonly mu: number,
    private readonly support: Support,
    /** Makes lists faster where it is there. */
    private readonly weighDraws?: WeighDraws
  ) {}

  /** @internal */
  static restore(
    {values, arrays}: ModelState,
    support: Support,
    kernel?: (draws: Draws) => WeighDraws | undefined
  ): Posterior {
    const {dates, ...own} = arrays
    const draws = Draws.restore({values, arrays: own})
    return new Posterior(draws, dates as Int32Array, values.mu as number, support, kernel?.(draws))
  }

  /** @internal */
  state(): ModelState {
    const {values, arrays} = this.draws.state()
    return {values: {...values, mu: this.mu}, arrays: {...arrays, dates: this.dates}}
  }

  /** @internal */
  anonymous(): ModelState {
    const {values, arrays} = this.draws.withoutUsers().state()
    return {values: {...values, mu: this.mu}, arrays: {...arrays, dates: this.dates}}
  }

  /** @internal */
  knows(i: number): boolean {
    return this.support.knowsMovie(i)
  }

  /** @internal */
  scorePairs(pairs: Pairs): PairScores {
    if (this.hasDays) return this.scorePairsOfDays(pairs)
    const {draws, support} = this
    const {u, i} = pairs
    const score = new Float64Array(u.length)
    const movies = i.map(one => this.rowOfMovie(one))
    const start = runsOf(u)
    const hers = new Float32Array(draws.width)
    const together = Math.max(1, Math.floor(TOGETHER / (draws.length * draws.width)))
    for (let first = 0; first + 1 < start.length; first += together) {
      const some = start.subarray(first, first + together + 1)
      const [from, to] = [some[0], some[some.length - 1]]
      const rows = some.subarray(0, -1).map(n => (support.knowsUser(u[n]) ? u[n] : this.averageUser))
      const place = (draw: Draw, k: number): Row => draw.rows('users', rows.subarray(k, k + 1), hers)
      const lists = {start: some.map(n => n - from), movies: movies.subarray(from, to)}
      score.set(this.scoresOf(lists, place), from)
    }
    return {score, fallback: support.fallbacks(pairs)}
  }

  /** Where each pair may have a day of its own, draw by draw. */
  private scorePairsOfDays(pairs: Pairs): PairScores {
    const {draws, support} = this
    const {u, i, t} = pairs
    const users = distinct(u.map(one => (support.knowsUser(one) ? one : this.averageUser)))
    const movies = distinct(i.map(one => this.rowOfMovie(one)))
    const days = distinct(u.map((_, n) => this.rowOfDay(t?.[n])))
    const score = new Float64Array(u.length)
    for (const draw of draws.each()) {
      const {width} = draw
      const a = draw.rows('users', users.rows)
      const b = draw.rows('movies', movies.rows)
      const c = draw.rows('days', days.rows)
      for (let n = 0; n < score.length; n++) {
        const [atA, atB] = [users.place[n], movies.place[n]]
        const value = scoreIn(draw, a, atA, b, atB, c, days.place[n])
        score[n] += draw.expected(value, a[(atA + 1) * width - 1] * b[(atB + 1) * width - 1])
      }
    }
    return {score: score.map(sum => sum / draws.length), fallback: support.fallbacks(pairs)}
  }

  /** @internal */
  scores(person: Person, movies: Int32Array, {timestamp}: When = {}): Float64Array {
    const lists = {start: Int32Array.of(0, movies.length), movies}
    return this.scoresOf(lists, draw => this.rowIn(draw, person), timestamp)
  }

  /**
   * Scores of each person's movies, whose row in a draw is `place`: draw by draw, so that the rows of one draw's movies stay in the cache
   * while the people pass by.
   */
  private scoresOf(lists: RowLists, place: PlaceIn, timestamp?: number): Float64Array {
    const {draws, weighDraws} = this
    const {probit} = draws.shape
    if (weighDraws !== undefined && !probit) return this.scoresAtOnce(lists, place, timestamp, weighDraws)
    const {start, movies} = lists
    const onlyPrecision = Float64Array.from({length: draws.width}, (_, c) => Number(c > draws.shape.factors))
    const score = new Float64Array(movies.length)
    for (const draw of draws.each())
      for (let k = 0; k + 1 < start.length; k++) {
        const own = movies.subarray(start[k], start[k + 1])
        const {begun, weights, precision} = this.gathered(draw, place(draw, k), timestamp)
        const sums = draw.weigh('movies', own, weights)
        const precisions = probit ? draw.weigh('movies', own, onlyPrecision) : undefined
        for (let n = 0; n < own.length; n++)
          score[start[k] + n] += draw.expected(begun + sums[n], precision * (precisions?.[n] ?? 1))
      }
    return score.map(sum => sum / draws.length)
  }

  /** Scores that are the stars expected, by a kernel. */
  private scoresAtOnce(
    {start, movies}: RowLists,
    place: PlaceIn,
    timestamp: number | undefined,
    weighDraws: WeighDraws
  ): Float64Array {
    const {draws} = this
    const {stride} = weighDraws
    const people = start.length - 1
    const steps = new Float32Array(draws.length * people * stride)
    const weights = new Float64Array(draws.width)
    const common = new Float64Array(people)
    let at = 0
    for (const draw of draws.each())
      for (let k = 0; k < people; k++) {
        const {begun} = this.gathered(draw, place(draw, k), timestamp, weights)
        common[k] += begun + draw.stepsOf('movies', weights, steps.subarray(at, at + stride))
        at += stride
      }
    const scores = weighDraws.weigh(movies, start, steps)
    for (let k = 0; k < people; k++)
      for (let n = start[k]; n < start[k + 1]; n++) scores[n] = (common[k] + scores[n]) / draws.length
    return scores
  }

  /** As `scoreIn`, with all that a movie's row is multiplied by gathered first, and her noise's precision. Weights go into [width] zeros. */
  private gathered(
    draw: Draw,
    row: Row,
    timestamp: number | undefined,
    weights: Float64Array = new Float64Array(draw.width)
  ): {begun: number; weights: Float64Array; precision: number} {
    const {factors, mean} = draw.shape
    const day = this.dayIn(draw, timestamp)
    weights[factors] = 1
    for (let c = 0; c < factors; c++) weights[c] = day === undefined ? row[c] : row[c] + day[c]
    const begun = mean + row[factors] + (day === undefined ? 0 : day[factors] + dot(day, 0, row, 0, factors))
    return {begun, weights, precision: row[draw.width - 1]}
  }

  /** @internal */
  scoreUnknown(person: Person, i: number, when?: When): number {
    return this.scores(person, Int32Array.of(this.rowOfMovie(i)), when)[0]
  }

  /** @internal The 90 % interval, from the spread of the draws and the noise together, and the chances of the stars. */
  details(person: Person, i: number, {timestamp}: When): PredictionDetails {
    const {draws} = this
    const {stars, probit} = draws.shape
    const chances = new Float64Array(stars.length)
    let [sum, squares, noise] = [0, 0, 0]
    for (const draw of draws.each()) {
      const row = this.rowIn(draw, person)
      const values = draw.rows('movies', [this.rowOfMovie(i)])
      const score = scoreIn(draw, row, 0, values, 0, this.dayIn(draw, timestamp), 0)
      const precision = row[draw.width - 1] * values[draw.width - 1]
      const {borders} = draw
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
    const half = QUANTILE_95 * Math.sqrt(variance)
    const interval: [number, number] = [mean - half, mean + half]
    return stars.length === 0 ? {interval} : {interval, stars: probabilities}
  }

  /** @internal */
  similar(i: number): Float64Array {
    const all = Int32Array.from(this.support.movies.keys())
    const sums = new Float64Array(all.length)
    let count = 0
    for (const draw of this.draws.each(SOME)) {
      const own = cosines(draw.rows('movies', all), draw.width, i, draw.shape.factors)
      for (let j = 0; j < sums.length; j++) sums[j] += own[j]
      count++
    }
    return sums.map(sum => sum / count)
  }

  /**
   * @internal A movie's factors of all draws stand in one row, each draw's of length 1 by the root of how many draws there are, so that the
   * mean of cosines is one product.
   */
  alike(items: Int32Array): (place: number) => Float64Array {
    const {factors} = this.draws.shape
    const width = factors * Math.min(SOME, this.draws.length)
    const all = new Float32Array(items.length * width)
    let column = 0
    for (const draw of this.draws.each(SOME)) {
      const rows = draw.rows('movies', items)
      for (let n = 0; n < items.length; n++) {
        const from = n * draw.width
        const length = Math.sqrt(dot(rows, from, rows, from, factors) * (width / factors))
        for (let f = 0; f < factors; f++)
          all[n * width + column + f] = length > 0 ? rows[from + f] / length : 0
      }
      column += factors
    }
    return place => {
      const row = new Float64Array(items.length)
      for (let n = 0; n < row.length; n++) row[n] = dotFrom(0, all, place * width, all, n * width, width)
      return row
    }
  }

  /** @internal Biases and shares are in stars, averaged over some of the draws; for the probit by the slope of the expected stars. */
  parts(person: Person, i: number): Part[] {
    const {user, movie, shares} = this.shares(person, this.rowOfMovie(i))
    const parts: Part[] = [
      {kind: 'mean', value: this.mu},
      {kind: 'user', value: user},
      {kind: 'movie', value: movie}
    ]
    for (const [n, value] of shares.entries())
      parts.push({kind: 'rated', value, i: person.i[n], rating: person.r[n]})
    const rest = parts.reduce((left, {value}) => left - value, this.scoreUnknown(person, i))
    return [...parts, {kind: 'rest', value: rest}]
  }

  private shares(person: Person, movie: number): {user: number; movie: number; shares: Float64Array} {
    const {factors} = this.draws.shape
    const rated = person.i.length
    const count = Math.min(SOME, this.draws.length)
    const sums = {user: 0, movie: 0, shares: new Float64Array(rated)}
    for (const draw of this.draws.each(SOME)) {
      const {width} = draw
      const row = this.rowIn(draw, person)
      const values = draw.rows('movies', [movie])
      const score = scoreIn(draw, row, 0, values, 0, undefined, 0)
      const slope = draw.slope(score, row[width - 1] * values[width - 1]) / count
      sums.user += slope * row[factors]
      sums.movie += slope * values[factors]
      if (rated === 0) continue
      const direction = new Float64Array(width - 1)
      for (let f = 0; f < factors; f++) direction[f] = slope * values[f]
      const place = this.placeIn(draw, person, row[width - 1])
      for (const [n, share] of sharesOf(place, direction, rated).entries()) sums.shares[n] += share
    }
    return sums
  }

  /** The rows of those without ratings come last. */
  private get averageUser(): number {
    return this.draws.shape.counts.users - 1
  }

  private rowOfMovie(i: number): number {
    return this.knows(i) ? i : this.draws.shape.counts.movies - 1
  }

  private get hasDays(): boolean {
    return this.draws.shape.counts.days > 0
  }

  /** The row of a time's day; the average day's for a day without training ratings, or none given. */
  private rowOfDay(time: number | undefined): number {
    const day = time === undefined ? -1 : dayOf(this.dates, time)
    return day < 0 ? this.draws.shape.counts.days - 1 : day
  }

  private dayIn(draw: Draw, time: number | undefined): Float32Array | undefined {
    return this.hasDays ? draw.rows('days', [this.rowOfDay(time)]) : undefined
  }

  /** A person's row in a draw: as drawn, as placed by the ratings typed in, or the average user's. */
  private rowIn(draw: Draw, person: Person): Row {
    if (person.i.length === 0) return draw.rows('users', [this.averageUser])
    return person.u >= 0 ? draw.rows('users', [person.u]) : this.placeIn(draw, person).row
  }

  private placeIn(draw: Draw, {i, r}: Person, noise?: number): Place {
    const links = draw.shape.counts.links === 0 ? undefined : draw.rows('links', i)
    const average = draw.rows('users', [this.averageUser])
    return placeOf(draw, {movies: draw.rows('movies', i), links, average, r}, noise)
  }
}

/** mean + biases + products of row `atA` of a, `atB` of b and, where there are days, `atC` of c. */
function scoreIn(
  {shape: {factors, mean}, width}: Draw,
  a: Row,
  atA: number,
  b: Float32Array,
  atB: number,
  c: Float32Array | undefined,
  atC: number
): number {
  const p = atA * width
  const q = atB * width
  const score = mean + a[p + factors] + b[q + factors] + dot(a, p, b, q, factors)
  if (c === undefined) return score
  const d = atC * width
  return score + c[d + factors] + dot(c, d, a, p, factors) + dot(c, d, b, q, factors)
}

/** Where another value begins than the one before, and the end. */
function runsOf(values: Int32Array): Int32Array {
  const places: number[] = []
  for (let n = 0; n < values.length; n++) if (n === 0 || values[n] !== values[n - 1]) places.push(n)
  return Int32Array.from([...places, values.length])
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
