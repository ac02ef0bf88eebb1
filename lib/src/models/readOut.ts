import type {IdIndex, MovieId} from '../data/ids'
import type {Movies} from '../data/movies'
import type {Term} from '../engines/engine'
import {ridge} from './ridge'

/** Own ratings named one by one in an explanation; the others are summed. */
const NAMED = 30

/**
 * What one person's ratings say when everything else is frozen: the weights w on the movies' codes that a ridge regression reads
 * from them. By the representer theorem w is a sum over her ratings, w = sum_j alpha_j code_j with alpha_j = (y_j - w · code_j) / lambda,
 * which is what makes a prediction w · code_i explainable: rating j pushes it by alpha_j (code_j · code_i).
 */
export interface ReadOut {
  w: Float64Array
  /** [ratings] */
  alpha: Float64Array
  /** [ratings × width] */
  codes: Float64Array
}

/** `codes` is [ratings × width], `y` what is left of her ratings once the biases are taken off. */
export function readOut(codes: Float64Array, y: Float64Array, width: number, lambda: number): ReadOut {
  const w = ridge(codes, y, width, lambda)
  const alpha = y.map((one, j) => {
    let dot = 0
    for (let f = 0; f < width; f++) dot += w[f] * codes[j * width + f]
    return (one - dot) / lambda
  })
  return {w, alpha, codes}
}

/** The pushes of her own ratings as terms, largest first, and a term `rest` that closes the sum to `total`. */
export function termsOfRatings(
  pushes: Float64Array,
  rated: {readonly i: Int32Array; readonly r: Float32Array},
  total: number,
  items: IdIndex<MovieId>,
  movies: Movies
): Term[] {
  const order = Array.from(pushes, (_, j) => j).sort(
    (a, b) => Math.abs(pushes[b]) - Math.abs(pushes[a]) || a - b
  )
  const terms: Term[] = order.slice(0, NAMED).map(j => {
    const movieId = items.ids[rated.i[j]]
    const title = movies.title(movieId)
    return {name: `you rated ${title} ${rated.r[j]}`, value: pushes[j], movieId, title}
  })
  if (order.length > NAMED)
    terms.push({name: 'your other ratings', value: order.slice(NAMED).reduce((sum, j) => sum + pushes[j], 0)})
  const named = terms.reduce((sum, {value}) => sum + value, 0)
  terms.push({name: 'rest', value: total - named})
  return terms
}
