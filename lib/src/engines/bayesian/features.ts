import {group} from '../../data/compressed'
import type {Ratings} from '../../data/ratings'
import {OptionError} from '../../errors'

/** What is known of the rows of a side, as words that apply or do not: those of row k stand at start[k] to start[k + 1] - 1. */
export interface Features {
  /** [features] "age 25 to 29", "genre Drama", "year 1994"; in the order in which they are first met */
  readonly names: readonly string[]
  /** [rows + 1] */
  readonly start: Int32Array
  readonly index: Int32Array
}

/** Years of age that count as one. */
const AGES = 5

/**
 * What is known of users (age in steps of five years, gender, occupation) and of movies (genres, year and decade).
 * @throws OptionError where nothing is known of any of them
 */
export function featuresOf({frame, users, movies}: Ratings): {users: Features; movies: Features} {
  const {userIds, movieIds} = frame
  const known = {
    users: indicators(Array.from(userIds.ids, id => wordsOfUser(users?.get(id)))),
    movies: indicators(Array.from(movieIds.ids, id => wordsOfMovie(movies.get(id))))
  }
  if (known.users.names.length + known.movies.names.length === 0)
    throw new OptionError(
      'sideInformation',
      true,
      'Option sideInformation of bayesian: nothing is known of the users or movies beside their ratings. Set it to false, or read the ratings with their users and a catalogue that has genres or years.'
    )
  return known
}

function wordsOfUser(user: {age?: number; gender?: string; occupation?: string} = {}): string[] {
  const {age, gender, occupation} = user
  const words: string[] = []
  if (age !== undefined) {
    const from = AGES * Math.floor(age / AGES)
    words.push(`age ${from} to ${from + AGES - 1}`)
  }
  if (gender !== undefined) words.push(`gender ${gender}`)
  if (occupation !== undefined) words.push(`occupation ${occupation}`)
  return words
}

function wordsOfMovie(movie: {genres: readonly string[]; year?: number} = {genres: []}): string[] {
  const {genres, year} = movie
  const when = year === undefined ? [] : [`year ${year}`, `decade ${10 * Math.floor(year / 10)}`]
  return [...genres.map(genre => `genre ${genre}`), ...when]
}

function indicators(words: ReadonlyArray<readonly string[]>): Features {
  const places = new Map<string, number>()
  const rows: number[] = []
  const index: number[] = []
  for (const [row, its] of words.entries()) {
    for (const word of its) {
      if (!places.has(word)) places.set(word, places.size)
      rows.push(row)
      index.push(places.get(word) as number)
    }
  }
  const grouped = group(
    Int32Array.from(rows),
    Int32Array.from(index),
    new Float32Array(rows.length),
    words.length
  )
  return {names: [...places.keys()], start: grouped.start, index: grouped.index}
}
