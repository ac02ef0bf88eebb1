import type {MovieId} from '../data/ids'
import type {Engine} from '../engines/engine'
import {ArgumentError, checkCount} from '../errors'
import type {Profile, Who} from '../models/recommender'
import {Table} from '../show/table'

/** The lists of several engines for one person. */
export interface SideBySide {
  /** A row for each engine, a column for each place: "1.", "2.", … */
  lists: Table<{engine: string} & Record<string, string>>
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
  const places = Array.from({length: n}, (_, k) => `${k + 1}.`)
  const rows = lists.map(({name, list}) => ({
    engine: name,
    ...Object.fromEntries(places.map((place, k) => [place, list[k]?.title ?? '']))
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
  return {
    lists: new Table(rows, {columns: ['engine', ...places]}),
    reasons: new Table(reasons),
    agreed: new Table(agreed)
  }
}

/** A point of a curve: after so many ratings. */
export interface ListChange {
  /** Ratings known. */
  x: number
  /** Share of the last list that is there already. */
  y: number
}

/** How lists changed while ratings came in. */
export interface ListChanges {
  /** By engine: what `plotCurve` draws. */
  curves: Record<string, Table<ListChange>>
  /** By engine: the share of the last list that is there after the first rating, and after half of them. */
  shares: Table<{engine: string; first: number; half: number}>
}

/**
 * How the lists of engines change as somebody's ratings come in, one after the other in the order of the profile: which share of the list that
 * she gets in the end is there after so many. What she has rated in the end is left out of every list: else a movie would go because it was rated,
 * not because a taste was learned.
 */
export function listsAsRatingsCome(
  engines: Readonly<Record<string, Engine<any, any>>>,
  profile: Profile,
  o: {n?: number} = {}
): ListChanges {
  const {n = 10} = o
  checkCount('n', n)
  const curves: Record<string, Table<ListChange>> = {}
  for (const [name, engine] of Object.entries(engines)) {
    const start = profile.findIndex(({movieId}) => engine.knowsMovie(movieId)) + 1
    if (start === 0)
      throw new ArgumentError(`listsAsRatingsCome: ${name} knows none of the profile's movies.`)
    const lists = profile.map((_, k) => listOf(engine, profile, Math.max(k + 1, start), n))
    const last = new Set(lists[lists.length - 1])
    const rows = lists.map((list, k) => ({
      x: k + 1,
      y: list.filter(movieId => last.has(movieId)).length / Math.max(1, last.size)
    }))
    curves[name] = new Table<ListChange>(rows, {
      headings: {x: 'ratings', y: 'share of the last list'},
      decimals: {y: 2}
    })
  }
  const shares = Object.entries(curves).map(([engine, rows]) => ({
    engine,
    first: rows[0].y,
    half: rows[Math.ceil(rows.length / 2) - 1].y
  }))
  return {curves, shares: new Table(shares, {decimals: {first: 1, half: 1}})}
}

/** The list after the first `known` ratings, without what will be rated. */
function listOf(engine: Engine<any, any>, profile: Profile, known: number, n: number): MovieId[] {
  const rated = new Set(profile.map(({movieId}) => String(movieId)))
  return [...engine.recommend(profile.slice(0, known), {n: n + profile.length})]
    .map(({movieId}) => movieId)
    .filter(movieId => !rated.has(String(movieId)))
    .slice(0, n)
}
