import {topN} from '../math/topN'
import {isKnown, type Model, type Person} from './model'

/** @internal Which lists are wanted of many people. */
export interface ListsWanted {
  /** The length of a list. */
  readonly n: number
  /** [movies] 1 where a movie may be listed at all; all of them are known to the model */
  readonly allowed: Uint8Array
  /** The movies that are left out of her list, in any order. */
  without(person: Person): ArrayLike<number>
}

/** @internal Lists of some people, best first, in the model's indices. */
export interface ListBlock {
  readonly people: readonly Person[]
  /** [people × n] movies, -1 behind the end of a list that is shorter */
  readonly movies: Int32Array
  /** [people × n] unclipped scores */
  readonly scores: Float64Array
}

/** @internal Empty lists for these people. */
export function emptyLists(people: readonly Person[], n: number): ListBlock {
  const movies = new Int32Array(people.length * n).fill(-1)
  return {people, movies, scores: new Float64Array(movies.length)}
}

/**
 * @internal Lists by the model's own scores of every movie, one person after the other: for any model, and what faster ways are held to. Ties go
 * to the smaller index. Nobody is listed anything of whom nothing is known.
 */
export function listsByScores(model: Model, people: readonly Person[], wanted: ListsWanted): ListBlock {
  const {n, allowed} = wanted
  const block = emptyLists(people, n)
  const scores = new Float64Array(allowed.length)
  for (const [k, person] of people.entries()) {
    if (!isKnown(person)) continue
    const mine = listable(wanted, person)
    const computed = model.scores(person, mine)
    for (let c = 0; c < mine.length; c++) scores[mine[c]] = computed[c]
    const best = topN(scores, n, mine)
    for (let place = 0; place < best.length; place++) {
      block.movies[k * n + place] = best[place]
      block.scores[k * n + place] = scores[best[place]]
    }
  }
  return block
}

/** @internal The movies that can stand on her list, ascending. */
export function listable(
  {allowed, without}: Pick<ListsWanted, 'allowed' | 'without'>,
  person: Person
): Int32Array {
  const left = allowed.slice()
  const out = without(person)
  for (let n = 0; n < out.length; n++) left[out[n]] = 0
  return placesOf(left)
}

/** @internal Where there is a 1, ascending. */
export function placesOf(marks: Uint8Array): Int32Array {
  const places = new Int32Array(marks.length)
  let length = 0
  for (let i = 0; i < marks.length; i++) if (marks[i] === 1) places[length++] = i
  return places.subarray(0, length)
}
