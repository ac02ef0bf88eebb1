import {faultOfId, type MovieId, type UserId} from '../data/ids'
import {ArgumentError, UnknownIdError} from '../errors'
import type {Directory} from './directory'
import {type Person, STRANGER} from './model'

/** Ratings typed in now, of a person who need not be in the data. */
export type Profile = ReadonlyArray<{movieId: MovieId; rating: number}>
/** A known user, or ratings typed in now. */
export type Who = UserId | Profile

/** @internal Somebody who asks, and the movies of her profile that nothing is known of. */
export interface Asker {
  readonly person: Person
  readonly leftOut: readonly MovieId[]
}

/** @internal */
export function isProfile(who: Who): who is Profile {
  return Array.isArray(who)
}

/** @internal A user's training ratings, or a profile's, in dense indices. A stranger has none. @throws ArgumentError for what is neither */
export function askerOf(who: Who, directory: Directory): Asker {
  if (isProfile(who)) return ofProfile(who, directory)
  if (typeof who !== 'string' && typeof who !== 'number')
    throw new ArgumentError(
      `Expected a userId, or a profile as in [{movieId: 1, rating: 4}], got ${JSON.stringify(who)}.`
    )
  const u = directory.userIds.indexOf(who)
  return {person: u < 0 ? STRANGER : {u, ...directory.ratingsOf(u)}, leftOut: []}
}

/** Movies that the model has no index for say nothing to it: they are left out. */
function ofProfile(profile: Profile, {items, scale: [min, max]}: Directory): Asker {
  const rated = new Map<number, number>()
  const leftOut: MovieId[] = []
  const seen = new Set<string>()
  for (const one of profile) {
    const {movieId, rating}: Profile[number] = Object(one)
    const fault = faultOfId(movieId)
    if (fault !== undefined)
      throw new ArgumentError(
        `Profile: expected ratings as in {movieId: 1, rating: 4}, got ${JSON.stringify(one)}: the id is ${fault}.`
      )
    // Ratings are kept in single precision: what was taken from them is as good as what is written.
    const kept = Math.fround(rating)
    if (typeof rating !== 'number' || !(kept >= Math.fround(min) && kept <= Math.fround(max)))
      throw new ArgumentError(
        `Profile: expected a rating from ${min} to ${max}, the scale of the training ratings, for movie ${String(movieId)}, got ${String(rating)}. A wider scale is given when they are read: scale: [1, 10], or --scale 1,10.`
      )
    if (seen.has(String(movieId)))
      throw new ArgumentError(`Profile: movie ${movieId} is rated twice. Keep one rating.`)
    seen.add(String(movieId))
    const i = items.indexOf(movieId)
    if (i >= 0) rated.set(i, rating)
    else leftOut.push(movieId)
  }
  const order = [...rated.keys()].sort((a, b) => a - b)
  const r = Float32Array.from(order, i => rated.get(i) as number)
  return {person: {u: -1, i: Int32Array.from(order), r}, leftOut}
}

/** How many of those left out of a profile are named. */
const MOST_NAMED = 10

/** @internal What an answer tells of movies that were left out of a profile: nothing where there are none. */
export function leftOutOf(
  leftOut: readonly MovieId[],
  {movies, itemsAre}: Directory
): {leftOut?: readonly MovieId[]; note?: string} {
  if (leftOut.length === 0) return {}
  const names = leftOut.slice(0, MOST_NAMED).map(movieId => movies.title(movieId))
  const more = leftOut.length > MOST_NAMED ? ` and ${leftOut.length - MOST_NAMED} more` : ''
  const note = `Left out of the profile: ${names.join('; ')}${more}. Only movies that ${itemsAre} say something.`
  return {leftOut, note}
}

/** @internal Why nothing can be said for somebody. */
export function nobodyKnown(who: Who, {items, itemsAre, userIds, movies, withheld}: Directory): Error {
  if (!isProfile(who) && withheld)
    return new UnknownIdError(
      'user',
      who,
      `Unknown userId ${who}: the model was saved without its ratings and knows no users. Pass a profile of ratings instead, or save it with them.`
    )
  if (!isProfile(who))
    return new UnknownIdError(
      'user',
      who,
      userIds.indexOf(who) >= 0
        ? `User ${who} has no rating in the training part, so nothing can be recommended. Pass a profile of ratings instead.`
        : `Unknown userId ${who}: ${userIds.describe('user')} were in the training ratings.`
    )
  if (who.length === 0)
    return new ArgumentError(`The profile is empty. Add one of the ${items.length} movies that ${itemsAre}.`)
  const [{movieId}] = who
  return new UnknownIdError(
    'movie',
    movieId,
    `The profile has none of the ${items.length} movies that ${itemsAre}; it begins with ${movies.title(movieId)} [${movieId}]. Add one of them.`
  )
}
