/** The header of a model file: which engine, its options, what the fit was, ids, catalogue and users. */
import {compareIds, faultOfId, type MovieId, otherKind, type UserId} from '../../data/ids'
import type {Ratings, User, Withheld} from '../../data/ratings'
import {UnsoundError} from '../../errors'
import {shown} from '../../printable'
import {
  checked,
  dictionary,
  list,
  number,
  oneOf,
  optional,
  orNull,
  pair,
  type Read,
  record,
  text,
  whole
} from '../../sound/values'
import type {Engine, Saved} from '../engine'
import {HISTORY, type HistoryEntry} from '../run'

export interface Header {
  engine: string
  model: string
  options: Record<string, unknown>
  values: Record<string, unknown>
  history: HistoryEntry[]
  userIds: readonly UserId[]
  movieIds: readonly MovieId[]
  scale: readonly [number, number]
  movies: ListedMovie[]
  users: User[]
  /** Present where the ratings are clicks. */
  clicks?: true
  /** Ratings taken in by updates since the fit; whose they are stands in arrays. */
  since?: number
  /** Where the ratings were left out. Their mean is null where there were none. */
  withheld?: Counts
}

interface ListedMovie {
  movieId: MovieId
  title: string
  year?: number
  genres: readonly string[]
  texts?: Readonly<Record<string, string>>
}

type Counts = Pick<Withheld, 'ratings' | 'users'> & {mean: number | null}

const ID: Read<number | string> = checked(
  'a number from 0 up or a text that is not empty',
  value => faultOfId(value) === undefined
)

/** Ids in the order of dense indices, each once; 15 and '15' are the same. */
const IDS: Read<Array<number | string>> = value => {
  const ids = list(ID)(value)
  const numbers = new Set(ids.filter(id => typeof id === 'number'))
  for (const [k, id] of ids.entries()) {
    if (k > 0 && compareIds(ids[k - 1], id) >= 0)
      throw new UnsoundError(`[${k}]`, `an id behind ${shown(ids[k - 1])}`, shown(id))
    if (typeof id === 'string' && numbers.has(otherKind(id) as number))
      throw new UnsoundError(`[${k}]`, 'an id that is not there as a number', shown(id))
  }
  return ids
}

const SCALE: Read<readonly [number, number]> = value => {
  const scale = pair(number())(value)
  if (scale[0] <= scale[1]) return scale
  throw new UnsoundError('', 'the least and the greatest rating', `${scale[0]} and ${scale[1]}`)
}

const WITHHELD: Read<Counts> = value => {
  const counts = record<Counts>({ratings: whole(), users: whole(), mean: orNull(number())})(value)
  if ((counts.mean === null) === (counts.ratings === 0)) return counts
  throw new UnsoundError(
    'mean',
    counts.ratings === 0 ? 'null, of no ratings' : 'a number',
    shown(counts.mean)
  )
}

/** @internal What a header must be; the values are looked at by the kind of model. */
export const HEADER: Read<Header> = record<Header>({
  engine: text,
  model: text,
  options: dictionary(value => value),
  values: dictionary(value => value),
  history: HISTORY,
  userIds: IDS,
  movieIds: IDS,
  scale: SCALE,
  movies: list(
    record<ListedMovie>({
      movieId: checked('a number or a text', value => typeof value === 'string' || Number.isFinite(value)),
      title: text,
      year: optional(number()),
      genres: list(text),
      texts: optional(dictionary(text))
    })
  ),
  users: list(
    record<User>({
      userId: ID,
      age: optional(number()),
      gender: optional(text),
      occupation: optional(text)
    })
  ),
  clicks: optional(oneOf(true)),
  since: optional(whole()),
  withheld: optional(WITHHELD)
})

/** @internal What is written of an engine. Seconds are left out: the same fit writes the same bytes. */
export function headerOf(
  engine: Engine<any>,
  {options, kind, state, train, history, since}: Saved<object>,
  ratings: boolean
): Header {
  return {
    engine: engine.name,
    model: kind,
    options: options as Record<string, unknown>,
    values: state.values,
    history: history.map(entry => ({...entry, seconds: 0})),
    userIds: ratings ? train.frame.userIds.ids : [],
    movieIds: train.frame.movieIds.ids,
    scale: train.scale,
    movies: Array.from(train.movies, ({movieId, originalTitle, year, genres, texts}) => ({
      movieId,
      title: originalTitle,
      ...(year === undefined ? {} : {year}),
      genres,
      ...(texts === undefined ? {} : {texts})
    })),
    users: train.users === undefined || !ratings ? [] : Array.from(train.users.values(), knownOf),
    ...(train.clicks ? {clicks: true as const} : {}),
    ...(since === undefined || !ratings ? {} : {since: since.ratings}),
    ...(ratings ? {} : {withheld: countsOf(train)})
  }
}

function knownOf({userId, age, gender, occupation}: User): User {
  return {
    userId,
    ...(age === undefined ? {} : {age}),
    ...(gender === undefined ? {} : {gender}),
    ...(occupation === undefined ? {} : {occupation})
  }
}

/** What is known of ratings that are left out. */
function countsOf({withheld, length, userCount, mean}: Ratings): Counts {
  const {ratings, users} = withheld ?? {ratings: length, users: userCount}
  return {ratings, users, mean: Number.isNaN(mean) ? null : mean}
}
