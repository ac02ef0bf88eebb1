import type {Ratings} from '../../data/ratings'
import {meanOf} from '../../math/statistics'
import {type Input, ItemWeights} from '../../models/itemWeights'
import {Support} from '../../models/model'
import {type Likes, type Lists, likesOf, type Weights} from '../../models/weights'

/** Lists with a number for each entry. */
export interface CountLists extends Lists {
  readonly value: Float32Array
}

/** Who likes what, and how much, from both sides. */
export interface Counts {
  readonly byUser: CountLists
  readonly byMovie: CountLists
}

/** What counts of ratings, and how often it was clicked; stars count once. */
export function countsOf(train: Ratings, atLeast: number): Counts {
  const likes = likesOf(train, atLeast)
  const counts = (side: keyof Likes): CountLists => {
    const value = new Float32Array(likes[side].index.length).fill(1)
    if (train.clicks) keepInto(value, train[side].value, atLeast)
    return {...likes[side], value}
  }
  return {byUser: counts('byUser'), byMovie: counts('byMovie')}
}

/** Those of the values that are at least so much. */
function keepInto(kept: Float32Array, values: Float32Array, atLeast: number): void {
  let length = 0
  for (const value of values) if (value >= atLeast) kept[length++] = value
}

/** The same pairs with numbers of their user u and movie i, `of(count, u, i)`. */
export function weighed(
  {byUser, byMovie}: Counts,
  of: (count: number, u: number, i: number) => number
): Counts {
  return {
    byUser: {...byUser, value: eachOf(byUser, of)},
    byMovie: {...byMovie, value: eachOf(byMovie, (count, i, u) => of(count, u, i))}
  }
}

function eachOf(
  {start, index, value}: CountLists,
  of: (count: number, row: number, column: number) => number
): Float32Array {
  const made = new Float32Array(value.length)
  for (let row = 0; row + 1 < start.length; row++)
    for (let k = start[row]; k < start[row + 1]; k++) made[k] = of(value[k], row, index[k])
  return made
}

/** The sum of f(value) over each row. */
export function sumsOf({start, value}: CountLists, f: (value: number) => number): Float64Array {
  const sums = new Float64Array(start.length - 1)
  for (let row = 0; row < sums.length; row++)
    for (let k = start[row]; k < start[row + 1]; k++) sums[row] += f(value[k])
  return sums
}

/** How many entries each row has. */
export function sizesOf({start}: Lists): Float64Array {
  const sizes = new Float64Array(start.length - 1)
  for (let row = 0; row < sizes.length; row++) sizes[row] = start[row + 1] - start[row]
  return sizes
}

/** (n_i / mean)^-exponent for movies with so many ratings: 1 for the mean movie. */
export function popularityScale(sizes: Float64Array, exponent: number): Float64Array {
  const mean = meanOf(
    sizes.filter(n => n > 0),
    1
  )
  return sizes.map(n => (Math.max(1, n) / mean) ** -exponent)
}

/** Weights by which a movie is also like another. */
export function plainly(train: Ratings, weights: Weights, input: Input): ItemWeights {
  const ones = new Float64Array(train.byMovie.start.length - 1).fill(1)
  return new ItemWeights(weights, input, {from: ones, to: ones}, aboveTheMean(train), Support.of(train))
}

/** How far each movie is rated above the mean movie, in stars; 0 where nobody rated it. [movies] */
export function aboveTheMean({byMovie: {start, value}}: Ratings): Float64Array {
  const means = new Float64Array(start.length - 1).fill(Number.NaN)
  for (let i = 0; i < means.length; i++)
    if (start[i] < start[i + 1]) means[i] = meanOf(value.subarray(start[i], start[i + 1]))
  const middle = meanOf(means.filter(mean => !Number.isNaN(mean)))
  return means.map(mean => (Number.isNaN(mean) ? 0 : mean - middle))
}
