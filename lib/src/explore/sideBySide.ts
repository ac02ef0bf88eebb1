import type {MovieId} from '../data/ids'
import type {Engine} from '../engines/engine'
import {checkCount} from '../errors'
import type {Profile, Who} from '../models/recommender'
import {Table} from '../show/table'

/** The lists of several engines for one person. */
export interface SideBySide {
  /** A row for each place, a column for each engine. */
  lists: Table<Record<string, number | string>>
  /** The first of each list, and why it is there. */
  reasons: Table<{engine: string; title: string; why: string}>
  /** The movies of all lists, those that the most engines list first. */
  agreed: Table<{title: string; engines: number; by: string}>
}

/** What several engines list for one person, with reasons, and where they agree. */
export function sideBySide(
  engines: Readonly<Record<string, Engine<any, any>>>,
  who: Who,
  o: {n?: number} = {}
): SideBySide {
  const {n = 10} = o
  checkCount('n', n)
  const lists = Object.entries(engines).map(([name, engine]) => ({
    name,
    engine,
    list: engine.recommend(who, {n})
  }))
  const rows = Array.from({length: n}, (_, k) => ({
    place: k + 1,
    ...Object.fromEntries(lists.map(({name, list}) => [name, list[k]?.title ?? '']))
  }))
  const reasons = lists
    .filter(({list}) => list.length > 0)
    .map(({name, engine, list: [{movieId, title}]}) => ({
      engine: name,
      title,
      why: engine.explain(who, movieId).sentence
    }))
  const listed = new Map<MovieId, {title: string; by: string[]}>()
  for (const {name, list} of lists)
    for (const {movieId, title} of list) {
      const before = listed.get(movieId) ?? {title, by: []}
      before.by.push(name)
      listed.set(movieId, before)
    }
  const agreed = [...listed.values()]
    .sort((a, b) => b.by.length - a.by.length)
    .map(({title, by}) => ({title, engines: by.length, by: by.join(', ')}))
  return {lists: new Table(rows), reasons: new Table(reasons), agreed: new Table(agreed)}
}

/** A point of a curve: after so many ratings. */
export interface ListChange {
  /** Ratings known. */
  x: number
  /** Share of the last list that is there already. */
  y: number
}

/**
 * How the lists of engines change as somebody's ratings come in, one after the other in the order of the profile: by engine, which share of
 * the list that she gets in the end is there after so many.
 */
export function listsAsRatingsCome(
  engines: Readonly<Record<string, Engine<any, any>>>,
  profile: Profile,
  o: {
    /** Movies of a list. @default 10 */
    n?: number
    /** Numbers of ratings. @default every one */
    after?: readonly number[]
  } = {}
): Record<string, Table<ListChange>> {
  const {n = 10, after = profile.map((_, k) => k + 1)} = o
  checkCount('n', n)
  for (const x of after) checkCount('each of after', x)
  // What she rates in the end is left out of every list: else a movie would go because it was rated, not because a taste was learned.
  const rated = new Set(profile.map(({movieId}) => String(movieId)))
  return Object.fromEntries(
    Object.entries(engines).map(([name, engine]) => {
      const listOf = (some: Profile): MovieId[] =>
        [...engine.recommend(some, {n: n + profile.length})]
          .map(({movieId}) => movieId)
          .filter(movieId => !rated.has(String(movieId)))
          .slice(0, n)
      const last = new Set(listOf(profile))
      const counts = [...new Set(after)].filter(x => x <= profile.length)
      const rows = counts.map(x => {
        const there = listOf(profile.slice(0, x)).filter(movieId => last.has(movieId)).length
        return {x, y: last.size === 0 ? 0 : there / last.size}
      })
      return [
        name,
        new Table<ListChange>(rows, {
          headings: {x: 'ratings', y: 'share of the last list'},
          decimals: {y: 2}
        })
      ]
    })
  )
}
