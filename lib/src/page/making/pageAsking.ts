import {groundOf} from '../../ask/ground'
import {disagreementOf, predictsStars} from '../../ask/rateNext'
import type {Engine} from '../../engines/engine'
import {symmetricEigen} from '../../math/jacobi'
import {topN} from '../../math/topN'
import type {Model} from '../../models/model'
import type {Work} from '../../work'
import type {PageAsking} from '../asking'
import {pack} from '../numbers'

/** Movies that may be asked for: few enough that a phone chooses in a moment. */
const CANDIDATES = 400
/** People whose predictions say what somebody may be like; axes that are kept of the covariance over them. */
const PEOPLE = 200
const AXES = 24

/** What a page asks by: the ground of `rateNext`, of what the page's own model predicts of people by their ratings; nothing without ratings. */
export async function pageAskingOf(
  engine: Engine<any, any>,
  model: Model,
  work: Work
): Promise<PageAsking | undefined> {
  const {train, recommender} = engine
  if (train.length === 0) return undefined
  if (!predictsStars(engine)) {
    const rated = Int32Array.from(recommender.directory.items.ids.keys()).filter(
      i => model.knows(i) && recommender.directory.ratersOf(i) > 0
    )
    const {items} = recommender.directory
    const inTrain = (i: number): number => train.frame.movieIds.indexOf(items.ids[i])
    const scores = Float64Array.from(items.ids.keys(), i =>
      inTrain(i) < 0 ? 0 : disagreementOf(train, inTrain(i))
    )
    return {items: pack(topN(scores, CANDIDATES, rated), 'gaps')}
  }
  // A page has no rows of users: everybody is placed by her ratings.
  const person = (who: Parameters<typeof recommender.person>[0]) => ({...recommender.person(who), u: -1})
  const ground = await groundOf(
    {model, train, recommender: {person}},
    {candidates: CANDIDATES, people: PEOPLE, seed: 1},
    work
  )
  const {items, spread, known, noise} = ground
  return {
    items: pack(items, 'gaps'),
    ground: {
      rank: AXES,
      axes: pack(axesOf(spread, items.length), 'half'),
      known: pack(known, 'single'),
      noise
    }
  }
}

/** V S for the largest singular values S of the spread U S V'. [movies × AXES] */
function axesOf(spread: Float64Array, movies: number): Float32Array {
  const people = spread.length / movies
  const products = new Float64Array(people * people)
  for (let a = 0; a < people; a++)
    for (let b = 0; b < people; b++)
      for (let c = 0; c < movies; c++)
        products[a * people + b] += spread[a * movies + c] * spread[b * movies + c]
  const {vectors} = symmetricEigen(products, people)
  const axes = new Float32Array(movies * AXES)
  for (let k = 0; k < people; k++)
    for (let f = 0; f < Math.min(AXES, people); f++) {
      const weight = vectors[k * people + f]
      for (let c = 0; c < movies; c++) axes[c * AXES + f] += weight * spread[k * movies + c]
    }
  return axes
}
