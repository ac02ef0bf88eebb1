import type {MovieId} from '../data/ids'
import type {Merged} from '../data/merge'
import type {Change, Since} from '../models/model'
import {printAsText} from '../show/inspect'
import {count, percent} from '../show/numbers'

/**
 * How an engine takes in new ratings: `anew`, learned again from all of them, which is what a fit gives; `people and movies`, placed beside
 * what was learned, which stays; `people`, where new movies wait for the next fit.
 */
export type UpdateKind = 'anew' | 'people and movies' | 'people'

/** Share of ratings newer than the fit from which on a fit is advised: see docs/updating.md. */
export const OUTDATED = 0.1

/** What one update took in, and what is left for a fit. */
export class Updated {
  /** New ratings, those that took the place of another included. */
  readonly ratings: number
  /** Ratings of a pair of user and movie that was there: the new one counts now. Of clicks, pairs whose clicks were added up. */
  readonly replaced: number
  /** Users who had no rating before. */
  readonly newUsers: number
  /** Movies that had no rating before. */
  readonly newMovies: number
  /** Rated movies that the engine cannot score before the next fit, those of updates before included. */
  readonly notLearned: {readonly movies: readonly MovieId[]; readonly ratings: number}
  /** Ratings taken in since the fit, and their share of all there are now; 0 where all was learned anew. */
  readonly sinceFit: {readonly ratings: number; readonly share: number}
  /** What should be looked at, one sentence each. */
  readonly warnings: readonly string[]
  /** What it took. */
  readonly seconds: number

  /** @internal */
  constructor(
    {ratings, replaced, newUsers, newMovies, warnings}: Merged,
    taken: number,
    since: Since | undefined,
    unlearned: Int32Array,
    seconds: number
  ) {
    const {start} = ratings.byMovie
    this.ratings = taken
    this.replaced = replaced
    this.newUsers = newUsers
    this.newMovies = newMovies.length
    this.notLearned = {
      movies: Array.from(unlearned, i => ratings.frame.movieIds.ids[i]),
      ratings: unlearned.reduce((sum, i) => sum + start[i + 1] - start[i], 0)
    }
    const all = since?.ratings ?? 0
    this.sinceFit = {ratings: all, share: all === 0 ? 0 : all / ratings.length}
    this.warnings = warnings
    this.seconds = seconds
    Object.freeze(this)
  }

  /** "100 new ratings: 3 new people, 1 new movie, 2 replaced." */
  toString(): string {
    const {newUsers, newMovies, notLearned, sinceFit} = this
    const parts = [
      `${count(newUsers)} new ${newUsers === 1 ? 'person' : 'people'}`,
      `${count(newMovies)} new ${newMovies === 1 ? 'movie' : 'movies'}`,
      `${count(this.replaced)} replaced`
    ]
    const waiting = notLearned.movies.length
    const lines = [`${count(this.ratings)} new ratings: ${parts.join(', ')}.`]
    if (waiting > 0)
      lines.push(
        `${count(waiting)} rated ${waiting === 1 ? 'movie is' : 'movies are'} not learned (${count(notLearned.ratings)} ratings): fit again to have ${waiting === 1 ? 'it' : 'them'} scored.`
      )
    if (sinceFit.ratings > 0)
      lines.push(`${count(sinceFit.ratings)} ratings since the fit, ${percent(sinceFit.share)} of all.`)
    return lines.join(' ')
  }
}

printAsText(Updated, updated => `Updated(${updated})`)

/** @internal A merge as models see it, after the updates before it. */
export function changeOf({ratings, users, movies, taken, newMovies}: Merged, before?: Since): Change {
  const width = ratings.frame.movieIds.length
  const pairs = new Map<number, number>()
  for (const [n, u] of before?.u.entries() ?? [])
    pairs.set(users[u] * width + movies[(before as Since).i[n]], (before as Since).was[n])
  for (const [n, u] of taken.u.entries()) {
    const pair = u * width + taken.i[n]
    if (!pairs.has(pair)) pairs.set(pair, taken.was[n])
  }
  const order = Float64Array.from(pairs.keys()).sort()
  const old = Array.from(before?.movies ?? [], i => movies[i])
  return {
    rated: ratings,
    users,
    movies,
    since: {
      ratings: (before?.ratings ?? 0) + taken.u.length,
      u: Int32Array.from(order, pair => Math.floor(pair / width)),
      i: Int32Array.from(order, pair => pair % width),
      was: Float32Array.from(order, pair => pairs.get(pair) as number),
      movies: Int32Array.from(new Set([...old, ...newMovies])).sort()
    }
  }
}
