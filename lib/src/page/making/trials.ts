import {filledRows} from '../../data/compressed'
import type {Ratings} from '../../data/ratings'
import type {Engine} from '../../engines/engine'
import {Random} from '../../math/random'
import {askerOf, type Profile} from '../../models/asker'
import {rowOf} from '../../models/directory'
import {listsByScores} from '../../models/lists'
import type {Model, Person} from '../../models/model'
import type {Recommender} from '../../models/recommender'
import type {Work} from '../../work'

/** Somebody that a page is tried on: ratings as they are typed in, and some of the same person that it is not told. */
export interface Trial {
  /** Whose ratings they are: the same person may be tried more than once. */
  readonly of: number
  readonly person: Person
  /** Dense indices of movies, and their stars; empty where nobody's ratings are at hand. */
  readonly hidden: {readonly i: Int32Array; readonly r: Float32Array}
}

/** A list is looked at so far. */
export const LISTED = 10
/** How many ratings are typed in, one after the other: what a friend has patience for, and what an export brings. */
export const TYPED: readonly number[] = [3, 5, 10, 20, 50]
/** The share of somebody's ratings that is hidden. */
const HIDDEN = 0.2

/**
 * So many people of the training ratings, drawn at random, a fifth of each one's ratings hidden and a few of the others typed in. The
 * model has seen the hidden ones at its fit: errors on them are too small, but of two ways to write the same model alike. Better are other
 * people, where there are some whom the fit did not see. Where these are fewer than `least`, each is tried as often as makes so many, other ratings
 * hidden each time. Where there are no ratings, profiles are made up.
 */
export function trialsOf(
  {train, recommender, model}: Engine<any, any>,
  most: number,
  {
    people = train,
    sizes = TYPED,
    least = 0
  }: {people?: Ratings; sizes?: readonly number[]; least?: number} = {}
): Trial[] {
  const random = new Random(1)
  const users = Int32Array.from(people.withheld === undefined ? filledRows(people.byUser.start) : [])
  const turns = Math.max(1, Math.ceil(least / Math.max(1, users.length)))
  const asked = Array.from({length: turns}, () => [...random.shuffle(users)]).flat()
  const trials: Trial[] = []
  for (const u of asked) {
    const {i, r} = askerOf(profileOf(people, u), recommender.directory).person
    const order = Array.from(random.permutation(i.length)).filter(n => model.knows(i[n]))
    const hidden = Math.ceil(HIDDEN * order.length)
    if (order.length < 2) continue
    const taken = (places: number[]): {i: Int32Array; r: Float32Array} => {
      const sorted = places.sort((a, b) => a - b)
      return {i: Int32Array.from(sorted, n => i[n]), r: Float32Array.from(sorted, n => r[n])}
    }
    const typed = sizes[trials.length % sizes.length]
    const person = {u: -1, ...taken(order.slice(hidden, hidden + typed))}
    trials.push({of: u, person, hidden: taken(order.slice(0, hidden))})
    if (trials.length === most) break
  }
  return trials.length > 0 ? trials : madeUp(recommender, most, random)
}

/** All that somebody rated, as if it were typed in. */
function profileOf({byUser, frame}: Ratings, u: number): Profile {
  const {i, r} = rowOf(byUser, u)
  return Array.from(i, (movie, n) => ({movieId: frame.movieIds.ids[movie], rating: r[n]}))
}

/** People who rated some movies of the catalogue, each with one end of the scale or the other. */
function madeUp({directory, model}: Recommender, most: number, random: Random): Trial[] {
  const known = Int32Array.from(directory.items.ids.keys()).filter(i => model.knows(i))
  const none = {i: new Int32Array(0), r: new Float32Array(0)}
  return Array.from({length: most}, (_, k) => {
    const i = random
      .shuffle(known.slice())
      .slice(0, TYPED[k % TYPED.length])
      .sort()
    const r = Float32Array.from(i, () => directory.scale[random.below(2)])
    return {of: k, person: {u: -1, i, r}, hidden: none}
  })
}

/** The first movies and scores of each trial's list, [trials × LISTED]. */
export interface Lists {
  readonly movies: Int32Array
  readonly scores: Float64Array
}

/** A list for each trial by a model's own scores. */
export async function listsFor(
  model: Model,
  trials: readonly Trial[],
  movies: number,
  work: Work
): Promise<Lists> {
  const allowed = Uint8Array.from({length: movies}, (_, i) => Number(model.knows(i)))
  const wanted = {n: LISTED, allowed, without: (person: Person) => person.i}
  const lists = {
    movies: new Int32Array(trials.length * LISTED),
    scores: new Float64Array(trials.length * LISTED)
  }
  for (const [k, {person}] of trials.entries()) {
    if (work.outOfBreath) await work.breathe()
    const list = listsByScores(model, [person], wanted)
    lists.movies.set(list.movies, k * LISTED)
    lists.scores.set(list.scores, k * LISTED)
  }
  return lists
}
