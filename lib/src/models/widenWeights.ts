import type {ItemWeights} from './itemWeights'
import type {Change, ModelState} from './model'
import {spread, spreadStarts} from './spread'

/** What stands where a new movie has no number: nothing is divided by 0, and its weights are 0. */
const FILL: Readonly<Record<string, number>> = {penalties: 1, scale: 1, from: 1, to: 1}

/**
 * @internal Weights between movies are no one's: what people rate anew is weighed by them as before, and nothing is to be learned. New movies have
 * no weights before the next fit. Where weights go through the users of the fit, what these had rated is kept beside them.
 * Cost: none, or a copy of the weights where new ids stand among the old.
 */
export function* widenWeights(model: ItemWeights, change: Change): Generator<number, ModelState> {
  const {values, arrays} = model.state()
  const {movies: places, rated} = change
  const movies = rated.byMovie.start.length - 1
  const all = {...arrays, ...keptOf(model)}
  yield 0
  if (places.length === movies) return {values, arrays: all}
  const {start, index} = arrays
  const made = Object.entries(all).map(([name, array]): [string, typeof array] => {
    if (name === 'start' || name === 'likes.start')
      return [name, spreadStarts(array as Int32Array, places, movies)]
    if (name === 'index') return [name, array.map(i => places[i])]
    // Of the users of the fit, and lists of pairs.
    if (['inverse', 'users', 'likes.index', 'likes.value'].includes(name)) return [name, array]
    if (name !== 'weights')
      return [name, spread(array, places, movies, array.length / places.length, FILL[name])]
    return [
      name,
      start !== undefined && index !== undefined ? array : square(array as Float32Array, places, movies)
    ]
  })
  return {values, arrays: Object.fromEntries(made)}
}

/** [movies before × movies before] at their new places in [movies × movies]. */
function square(old: Float32Array, places: Int32Array, movies: number): Float32Array {
  const made = new Float32Array(movies * movies)
  const before = places.length
  for (let j = 0; j < before; j++)
    for (let i = 0, row = places[j] * movies; i < before; i++) made[row + places[i]] = old[j * before + i]
  return made
}

/** What the users of the fit had rated, for weights that go through them. */
function keptOf({weights: {likes}}: ItemWeights): ModelState['arrays'] {
  if (likes === undefined) return {}
  const {start, index, value} = likes.byMovie
  return {'likes.start': start, 'likes.index': index, 'likes.value': value}
}
