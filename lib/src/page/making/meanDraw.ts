import {pow} from '../../math/exponential'
import {symmetricEigen} from '../../math/jacobi'
import {type Draw, Draws} from '../../models/draws'
import type {Support} from '../../models/model'
import {Posterior} from '../../models/posterior'
import type {Work} from '../../work'

/** Draws that are averaged, of all that are kept. */
const AVERAGED = 80

/** One draw with its factors on a common scale. Rows are factors, bias, precision of the noise: [rows × width], row-major. */
interface Rows {
  movies: Float64Array
  links: Float64Array
  average: Float64Array
  biasPrecision: number
}

/**
 * A posterior as one draw, the mean of many:
 *
 *   scaled   factors are divided by the deviations of the users' prior, which then is the identity, and any rotation leaves scores as they are
 *   turned   each draw onto the mean so far: R = argmin |Q R - mean|², movies weighed by their ratings (Schönemann 1966, Procrustes)
 *   noise    a movie's variance grows by that of its factors and bias between the turned draws, trace Cov(q) + Var(b): how unsure it is itself
 *
 * So what is not known of a movie weighs its rating down where it is typed in, and widens the interval where it is predicted. With days, the
 * average day's part of a movie's score is in its bias.
 */
export async function meanDraw(posterior: Posterior, support: Support, work: Work): Promise<Posterior> {
  const {draws, mu} = posterior
  const {factors, counts} = draws.shape
  const width = factors + 2
  const some = [...draws.each(AVERAGED)]
  let mean = scaled(some[some.length - 1]).movies
  for (let pass = 0; pass < 2; pass++) {
    const sum = new Float64Array(mean.length)
    for (const draw of some) {
      await work.breathe()
      const {movies} = scaled(draw)
      add(sum, turned(movies, width, rotationOnto(mean, movies, width, support)), 1 / some.length)
    }
    mean = sum
  }
  const squares = new Float64Array(counts.movies)
  const links = new Float64Array(counts.links * width)
  const average = new Float64Array(width)
  const cuts = new Float64Array(some[0].borders.length)
  let biasPrecision = 0
  for (const draw of some) {
    await work.breathe()
    const rows = scaled(draw)
    const rotation = rotationOnto(mean, rows.movies, width, support)
    addSquares(squares, turned(rows.movies, width, rotation), mean, width, some.length)
    add(links, turned(rows.links, width, rotation), 1 / some.length)
    add(average, turned(rows.average, width, rotation), 1 / some.length)
    add(cuts, draw.borders, 1 / some.length)
    biasPrecision += rows.biasPrecision / some.length
  }
  const own = average[width - 1]
  for (let i = 0; i < counts.movies; i++) {
    const at = (i + 1) * width - 1
    mean[at] = 1 / (own * (1 / (own * mean[at]) + squares[i]))
  }
  const one = Draws.empty({...draws.shape, counts: {...counts, users: 1, days: 0}}, 1)
  one.add({
    rows: {
      users: Float32Array.from(average),
      movies: Float32Array.from(mean),
      links: Float32Array.from(links)
    },
    stride: width,
    bias: factors,
    noise: factors + 1,
    precision: new Float32Array(width).fill(1).fill(biasPrecision, factors),
    cuts
  })
  return new Posterior(one, new Int32Array(0), mu, support)
}

/** The rows of a draw, what stands for movies divided and what stands for people multiplied by the root of the prior's precision. */
function scaled(draw: Draw): Rows {
  const {factors, counts} = draw.shape
  const {width, precisions} = draw
  const rows = (
    table: 'users' | 'movies' | 'links',
    from: number,
    to: number,
    power: number
  ): Float64Array => {
    const values = Float64Array.from(
      draw.rows(
        table,
        Array.from({length: to - from}, (_, k) => from + k)
      )
    )
    for (let k = 0; k < to - from; k++)
      for (let f = 0; f < factors; f++) values[k * width + f] *= pow(precisions[f], power)
    return values
  }
  const movies = rows('movies', 0, counts.movies, -0.5)
  if (counts.days > 0) addDay(movies, draw)
  return {
    movies,
    links: rows('links', 0, counts.links, 0.5),
    average: rows('users', counts.users - 1, counts.users, 0.5),
    biasPrecision: precisions[factors]
  }
}

/** Adds what the average day adds to the score of each movie to its bias. */
function addDay(movies: Float64Array, draw: Draw): void {
  const {width, precisions, shape} = draw
  const {factors, counts} = shape
  const day = draw.rows('days', [counts.days - 1])
  for (let at = 0; at < movies.length; at += width) {
    let sum = day[factors]
    for (let f = 0; f < factors; f++) sum += day[f] * movies[at + f] * Math.sqrt(precisions[f])
    movies[at + factors] += sum
  }
}

/** R with R'R = I by which the factors of `movies` come nearest to those of `mean`: X (X'X)^-½ for X = movies' · mean. [factors²] */
function rotationOnto(
  mean: Float64Array,
  movies: Float64Array,
  width: number,
  support: Support
): Float64Array {
  const n = width - 2
  const x = new Float64Array(n * n)
  for (let i = 0, at = 0; i < support.movies.length; i++, at += width) {
    const weight = support.movies[i]
    if (weight > 0)
      for (let f = 0; f < n; f++) {
        const value = weight * movies[at + f]
        for (let g = 0, to = f * n; g < n; g++, to++) x[to] += value * mean[at + g]
      }
  }
  const {values, vectors} = symmetricEigen(product(transposed(x, n), x, n), n)
  const least = 1e-12 * values[0]
  const scaledVectors = vectors.map((value, at) => value / Math.sqrt(Math.max(values[at % n], least)))
  return product(product(x, scaledVectors, n), transposed(vectors, n), n)
}

/** Rows with their factors times R; bias and noise stay. */
function turned(rows: Float64Array, width: number, rotation: Float64Array): Float64Array {
  const n = width - 2
  const out = rows.slice()
  for (let at = 0; at < rows.length; at += width) {
    out.fill(0, at, at + n)
    for (let f = 0, from = 0; f < n; f++) {
      const value = rows[at + f]
      for (let g = at; g < at + n; g++, from++) out[g] += value * rotation[from]
    }
  }
  return out
}

/** Adds the mean squared distance of each row from the mean row, factors and bias. */
function addSquares(
  sums: Float64Array,
  rows: Float64Array,
  mean: Float64Array,
  width: number,
  count: number
): void {
  for (let i = 0; i < sums.length; i++)
    for (let at = i * width; at < (i + 1) * width - 1; at++) sums[i] += (rows[at] - mean[at]) ** 2 / count
}

function add(sum: Float64Array, values: Float64Array, scale: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] += scale * values[k]
}

function transposed(a: Float64Array, n: number): Float64Array {
  return a.map((_, at) => a[(at % n) * n + Math.floor(at / n)])
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let f = 0; f < n; f++)
    for (let h = 0; h < n; h++) for (let g = 0; g < n; g++) out[f * n + g] += a[f * n + h] * b[h * n + g]
  return out
}
