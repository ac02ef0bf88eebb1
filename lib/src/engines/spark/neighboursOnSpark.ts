import path from 'node:path'
import {group, transpose} from '../../data/compressed'
import {IdIndex, type MovieId, type UserId} from '../../data/ids'
import type {Ratings} from '../../data/ratings'
import {openParquet} from '../../files/parquet/openParquet'
import {SparseWeights} from '../../models/weights'
import type {Work} from '../../work'
import type {OnSpark} from '../elsewhere'
import {areClicks, withResults} from './results'
import {type IdsOfSide, idsOfSide, ratingsOf} from './returned'

/** Of whoever rated more, so many ratings are drawn: pairs of movies grow with the square of it. */
const CAP = 500

/** What Spark is asked for. */
export interface NeighboursWanted {
  neighbours: number
  atLeast: number
}

/**
 * For each movie those that the same people click, by cosine: a join of all ratings with themselves on the user, of at most `CAP` ratings of
 * each, and of each movie's sums the largest.
 */
export async function neighboursOnSpark(
  source: OnSpark,
  {neighbours, atLeast}: NeighboursWanted,
  work: Work
): Promise<{weights: SparseWeights; train: Ratings}> {
  const asked = {engine: 'click-neighbours', options: {neighbours, atLeast}, cap: CAP}
  return withResults(source, asked, work, async ({folder, done, keep, warnings}) => {
    const movies = await idsOfSide<MovieId>(path.join(folder, 'movies'), 'movieId', work)
    const users = keep
      ? (await idsOfSide<UserId>(path.join(folder, 'users'), 'userId', work)).ids
      : new IdIndex<UserId>([])
    const train = await ratingsOf(
      keep ? path.join(folder, 'ratings') : undefined,
      {users, movies},
      {catalogue: source.movies, clicks: areClicks(source), done, warnings},
      work
    )
    return {weights: await weightsIn(path.join(folder, 'pairs'), movies, work), train}
  })
}

/** Rows of weights, their columns ascending. */
async function weightsIn(
  folder: string,
  {ids, place}: IdsOfSide<MovieId>,
  work: Work
): Promise<SparseWeights> {
  const table = await openParquet(folder)
  const [from, to, weight] = [
    new Int32Array(table.rows),
    new Int32Array(table.rows),
    new Float32Array(table.rows)
  ]
  let at = 0
  for await (const pairs of table.groups(['j', 'i', 'weight'])) {
    const [j, i] = [pairs.numbers('j'), pairs.numbers('i')]
    weight.set(pairs.numbers('weight'), at)
    for (let n = 0; n < pairs.rows; n++, at++) {
      from[at] = place[j[n]]
      to[at] = place[i[n]]
    }
    await work.breathe()
  }
  const {start, index, value} = transpose(group(to, from, weight, ids.length), ids.length)
  return new SparseWeights(start, index, value)
}
