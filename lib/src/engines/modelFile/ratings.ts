/** The training ratings of a model file, what stands for them where they are left out, and what updates have changed. */
import {IdIndex} from '../../data/ids'
import {Movies} from '../../data/movies'
import {Ratings, type RatingsFrame} from '../../data/ratings'
import {UnsoundError} from '../../errors'
import type {Arrays} from '../../files/arrayFile'
import {type Since, Support} from '../../models/model'
import {behind, counts, indices, looked, maybe, type NumberArray, numbers, starts} from '../../sound/arrays'
import {checkState, type StateShape} from '../../sound/state'
import {inside, LARGEST, type Read, record} from '../../sound/values'
import type {Header} from './header'

const NOTHING: Read<object> = record<object>({})

/** By user. */
const RATINGS: StateShape<object> = {
  values: NOTHING,
  arrays: () => ({
    start: starts('users', 'ratings'),
    index: indices(['ratings'], 'movies', {rows: 'start'}),
    value: numbers('single', ['ratings']),
    time: maybe(numbers('double', ['ratings']))
  })
}

/** Of a file without ratings: how many rated each movie. */
const RATERS: StateShape<object> = {
  values: NOTHING,
  arrays: () => ({raters: counts(['movies'])})
}

/** Pairs ascend by user, then by movie. */
const SINCE: StateShape<object> = {
  values: NOTHING,
  arrays: () => ({
    u: indices(['pairs'], 'users'),
    i: indices(['pairs'], 'movies'),
    was: looked('single', ['pairs'], checkWas),
    movies: indices(['new'], 'movies', {ascending: true})
  }),
  whole: (_, {u, i}, sizes) => {
    for (let k = 1; k < u.length; k++)
      if (u[k] < u[k - 1] || (u[k] === u[k - 1] && i[k] <= i[k - 1]))
        throw new UnsoundError(`u[${k}]`, 'pairs in ascending order', `${u[k]} behind ${u[k - 1]}`)
    const taken = sizes.get('taken') as number
    if (taken < u.length) throw new UnsoundError('', `${u.length} (pairs) or more`, String(taken))
  }
}

/** What pairs were rated at the fit; NaN for those that were not. */
function checkWas(was: NumberArray): void {
  const k = was.findIndex(one => Math.abs(one) > LARGEST)
  if (k >= 0) throw new UnsoundError(`[${k}]`, 'a rating or NaN', String(was[k]))
}

/** @internal The ratings of an engine as a file has them, or what stands for them. */
export function arraysOf(
  train: Ratings,
  since: Since | undefined,
  whole: boolean,
  unlearned?: Int32Array
): Arrays<NumberArray> {
  if (!whole) return {'ratings.raters': Support.of(train, unlearned).movies}
  const {start, index, value, row} = train.byUser
  const {t} = train.rows
  return {
    'ratings.start': start,
    'ratings.index': index,
    'ratings.value': value,
    ...(t === undefined ? {} : {'ratings.time': Float64Array.from(row, n => t[n])}),
    ...(since === undefined
      ? {}
      : {'since.u': since.u, 'since.i': since.i, 'since.was': since.was, 'since.movies': since.movies})
  }
}

/** @internal The ratings of a file and what updates have changed, looked at before any of it is used. @throws UnsoundError */
export function ratingsOf(header: Header, arrays: Arrays<NumberArray>): {train: Ratings; since?: Since} {
  const sizes = {users: header.userIds.length, movies: header.movieIds.length}
  const own = behind('ratings.', arrays)
  if (header.withheld !== undefined && header.userIds.length > 0)
    throw new UnsoundError(
      'userIds',
      'nobody, since the ratings are left out',
      `${header.userIds.length} users`
    )
  const shape = header.withheld === undefined ? RATINGS : RATERS
  inside('ratings', () => checkState(shape, {values: {}, arrays: own}, sizes))
  const train = header.withheld === undefined ? known(header, own) : withheld(header, own)
  const {since: taken} = header
  const changed = behind('since.', arrays)
  if (taken === undefined && Object.keys(changed).length === 0) return {train}
  if (taken === undefined) throw new UnsoundError('since', 'how many ratings updates took in', 'nothing')
  inside('since', () => checkState(SINCE, {values: {}, arrays: changed}, {...sizes, taken}))
  return {train, since: {...changed, ratings: taken} as unknown as Since}
}

function known(header: Header, arrays: Arrays<NumberArray>): Ratings {
  const {start, index: i, value: r, time: t} = arrays
  const u = new Int32Array(r.length)
  for (let user = 0; user + 1 < start.length; user++) u.fill(user, start[user], start[user + 1])
  const times = t === undefined ? {} : {t: t as Float64Array}
  const users = new Map(header.users.map(user => [user.userId, user]))
  return new Ratings(
    {u, i: i as Int32Array, r: r as Float32Array, ...times},
    {...frameOf(header), ...(users.size === 0 ? {} : {users})}
  )
}

/** Not one rating, and what is known of those there were. */
function withheld(header: Header, {raters}: Arrays<NumberArray>): Ratings {
  const {ratings, users, mean} = header.withheld as NonNullable<Header['withheld']>
  return Ratings.withheld({
    ...frameOf(header),
    withheld: {ratings, users, mean: mean ?? Number.NaN, raters: raters as Int32Array}
  })
}

function frameOf({userIds, movieIds, scale, movies, clicks}: Header): RatingsFrame {
  return {
    userIds: new IdIndex(userIds),
    movieIds: new IdIndex(movieIds),
    scale,
    movies: Movies.from(movies),
    ...(clicks === true ? {clicks} : {})
  }
}
