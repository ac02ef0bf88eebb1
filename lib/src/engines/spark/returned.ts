import {compareIds, IdIndex, type MovieId, type UserId} from '../../data/ids'
import {Movies} from '../../data/movies'
import {Ratings} from '../../data/ratings'
import {moviesFor} from '../../data/reading/readers'
import {openParquet} from '../../files/parquet/openParquet'
import type {RowGroup} from '../../files/parquet/rowGroup'
import type {Work} from '../../work'
import type {Done} from './submit'

/** Users or movies as Spark has left them. */
export interface IdsOfSide<Id extends number | string> {
  /** In the order of `compareIds`. */
  readonly ids: IdIndex<Id>
  /** [rows] how many ratings each has */
  readonly ratings: Int32Array
  /** [rows] where each of Spark's rows stands among `ids`: it sorts texts by the bytes of UTF-8 */
  readonly place: Int32Array
}

/** With what was learned of them. */
export interface Side<Id extends number | string> extends IdsOfSide<Id> {
  /** [rows] */
  readonly bias: Float32Array
  /** [rows × factors], row-major */
  readonly factors: Float32Array
}

/** Reads the ids of users or movies. */
export async function idsOfSide<Id extends number | string>(
  folder: string,
  name: 'userId' | 'movieId',
  work: Work
): Promise<IdsOfSide<Id>> {
  const written: Id[] = []
  const counts: number[] = []
  for await (const group of (await openParquet(folder)).groups([name, 'ratings'])) {
    for (const id of idsOf<Id>(group, name)) written.push(id)
    for (const n of group.numbers('ratings')) counts.push(n)
    await work.breathe()
  }
  const order = Int32Array.from(written, (_, k) => k).sort((a, b) => compareIds(written[a], written[b]))
  const place = new Int32Array(order.length)
  for (const [k, from] of order.entries()) place[from] = k
  return {
    ids: new IdIndex(Array.from(order, k => written[k])),
    ratings: order.map(k => counts[k]),
    place
  }
}

/** Reads users or movies with their biases and factors. */
export async function sideOf<Id extends number | string>(
  folder: string,
  name: 'userId' | 'movieId',
  F: number,
  work: Work
): Promise<Side<Id>> {
  const side = await idsOfSide<Id>(folder, name, work)
  const bias = new Float32Array(side.place.length)
  const factors = new Float32Array(side.place.length * F)
  let row = 0
  for await (const group of (await openParquet(folder)).groups(['bias', 'factors'])) {
    const [biases, {values}] = [group.numbers('bias'), group.lists('factors')]
    for (let n = 0; n < group.rows; n++, row++) {
      bias[side.place[row]] = biases[n]
      factors.set(values.subarray(n * F, (n + 1) * F), side.place[row] * F)
    }
    await work.breathe()
  }
  return {...side, bias, factors}
}

function idsOf<Id extends number | string>(group: RowGroup, name: string): Iterable<Id> {
  const {type} = group.column(name)
  return (type === 'string' ? group.texts(name) : group.numbers(name)) as unknown as Iterable<Id>
}

/** The ratings of a job, all of them or, without `users`, what is known without them. */
export async function ratingsOf(
  folder: string | undefined,
  {users, movies}: {users: IdIndex<UserId>; movies: IdsOfSide<MovieId>},
  {
    catalogue,
    clicks,
    done,
    warnings
  }: {catalogue: string | undefined; clicks: boolean; done: Done; warnings: string[]},
  work: Work
): Promise<Ratings> {
  const listed =
    catalogue === undefined
      ? undefined
      : await moviesFor(catalogue, movies.ids, {onBadLine: 'error'}, warnings)
  const frame = {
    userIds: users,
    movieIds: movies.ids,
    movies: listed ?? Movies.ofIds(movies.ids.ids),
    // As the reader here has it: no click is a 0.
    scale: clicks ? ([0, done.scale[1]] as const) : done.scale,
    warnings,
    ...(clicks ? {clicks} : {})
  }
  if (folder === undefined) {
    const withheld = {ratings: done.ratings, users: done.users, mean: done.mu, raters: movies.ratings}
    return Ratings.withheld({...frame, withheld})
  }
  const [u, i, r] = [
    new Int32Array(done.ratings),
    new Int32Array(done.ratings),
    new Float32Array(done.ratings)
  ]
  let at = 0
  for await (const group of (await openParquet(folder)).groups(['userId', 'movieId', 'rating'])) {
    r.set(group.numbers('rating'), at)
    let n = at
    for (const id of idsOf<UserId>(group, 'userId')) u[n++] = users.indexOf(id)
    n = at
    for (const id of idsOf<MovieId>(group, 'movieId')) i[n++] = movies.ids.indexOf(id)
    at += group.rows
    await work.breathe()
  }
  return new Ratings({u, i, r}, frame)
}
