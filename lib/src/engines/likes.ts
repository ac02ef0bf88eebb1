import {type Arena, pointer} from '../kernels/arena'
import {type Pool, weightedBlocks} from '../kernels/pool'
import {pow} from '../math/exponential'
import {meanOf} from '../math/statistics'
import type {Lists} from '../models/weights'
import type {OptionsOf} from './options'

/** What engines of lists count as a sign of interest, for their specs. */
export const AT_LEAST_SPEC = {
  kind: 'number',
  default: 0,
  about: 'Ratings below this many stars are taken for no sign of interest.'
} as const

/** The same, for the options. */
export type AtLeastOption = OptionsOf<{atLeast: typeof AT_LEAST_SPEC}>

/** How signs of interest are weighed, and scores by popularity. */
export const WEIGHING_SPECS = {
  popularityExponent: {
    kind: 'number',
    default: 0.1,
    min: -1,
    max: 1,
    about: 'Scores are divided by the number of a movie’s ratings, in means over movies, to this power.'
  },
  stars: {
    kind: 'number',
    default: 0.1,
    min: 0,
    about: 'What a star more than is expected of her adds to the weight 1 of a rating.'
  }
} as const

/** The same, for the options, with what counts at all. */
export type Weighing = OptionsOf<typeof WEIGHING_SPECS> & AtLeastOption

/** Pairs of raters that one call weighs. */
const BLOCK = 20_000

/** @internal How many entries each row has. */
export function sizesOf({start}: Lists): Float64Array {
  const sizes = new Float64Array(start.length - 1)
  for (let row = 0; row < sizes.length; row++) sizes[row] = start[row + 1] - start[row]
  return sizes
}

/** @internal (n_i / mean)^-exponent for movies with so many ratings: 1 for the mean movie, and one that has none counts as having one. */
export function popularityScale(sizes: Float64Array, exponent: number): Float64Array {
  const mean = meanOf(
    sizes.filter(n => n > 0),
    1
  )
  return sizes.map(n => pow(Math.max(1, n) / mean, -exponent))
}

/** @internal X' diag(weights) X of a matrix X by its columns and rows, added to the lower triangle of `gram`, [n × n]. */
export async function addGram(
  arena: Arena,
  pool: Pool,
  {columns, rows, weights}: {columns: Lists; rows: Lists; weights: Float64Array},
  gram: Float64Array,
  n: number
): Promise<void> {
  const lists = [columns, rows].flatMap(({start, index, value}) => [
    pointer(arena.i32(start)),
    pointer(arena.i32(index)),
    pointer(arena.f32(value))
  ])
  const args = [...lists, pointer(arena.f64(weights)), pointer(gram), n]
  await pool.all(
    'weighTogether',
    weightedBlocks(columns.start, BLOCK).map(([from, to]) => [from, to, ...args])
  )
}
