import type {Ratings} from '../../data/ratings'
import {ItemWeights} from '../../models/itemWeights'
import {Support} from '../../models/model'
import {aboveTheMean, type Input, type Likes, type Lists, likesOf, type Weights} from '../../models/weights'

/** What counts of ratings, and how often it was clicked; stars count once. */
export function countsOf(train: Ratings, atLeast: number): Likes {
  const nothing = new Float64Array(train.byMovie.start.length - 1)
  return likesOf(train, {atLeast, stars: 0, counts: train.clicks}, nothing)
}

/** The same pairs with numbers of their user u and movie i, `of(count, u, i)`. */
export function weighed(
  {byUser, byMovie}: Likes,
  of: (count: number, u: number, i: number) => number
): Likes {
  return {
    byUser: {...byUser, value: eachOf(byUser, of)},
    byMovie: {...byMovie, value: eachOf(byMovie, (count, i, u) => of(count, u, i))}
  }
}

function eachOf(
  {start, index, value}: Lists,
  of: (count: number, row: number, column: number) => number
): Float32Array {
  const made = new Float32Array(value.length)
  for (let row = 0; row + 1 < start.length; row++)
    for (let k = start[row]; k < start[row + 1]; k++) made[k] = of(value[k], row, index[k])
  return made
}

/** The sum of f(value) over each row. */
export function sumsOf({start, value}: Lists, f: (value: number) => number): Float64Array {
  const sums = new Float64Array(start.length - 1)
  for (let row = 0; row < sums.length; row++)
    for (let k = start[row]; k < start[row + 1]; k++) sums[row] += f(value[k])
  return sums
}

/** Weights by which a movie is also like another. */
export function plainly(
  train: Ratings,
  weights: Weights,
  input: Input,
  above: Float64Array = aboveTheMean(train)
): ItemWeights {
  const ones = new Float64Array(train.byMovie.start.length - 1).fill(1)
  return new ItemWeights(weights, input, {from: ones, to: ones}, above, Support.of(train))
}
