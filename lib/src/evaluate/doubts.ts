import type {IdIndex} from '../data/ids'
import type {Ratings} from '../data/ratings'
import {placeIn} from '../math/search'
import {count} from '../show/numbers'

/**
 * What a person would want to know before an engine is measured on `test`: ratings that stand in both parts, users or movies of which
 * fewer than half meet, and, where both parts have times, test ratings that are older than what is learned from. One sentence each, with
 * its numbers; nothing where all is well. O(train + test).
 */
export function doubtsOf(
  train: Ratings,
  test: Ratings,
  o: {
    /** Whether times are looked at; parts that were drawn at random mix them by intention. @default true */
    times?: boolean
  } = {}
): string[] {
  const said: string[] = []
  if (train.withheld !== undefined)
    return [
      'The model was saved without its ratings and knows no users: all are measured as strangers, of whom nothing is known.'
    ]
  const both = shared(train, test)
  if (both > 0)
    said.push(
      `${count(both)} of ${count(test.length)} test ratings are in train: their error is that of ratings already learned.`
    )
  for (const [what, here, known] of [
    ['users', idsOf(test, 'u'), train.frame.userIds],
    ['movies', idsOf(test, 'i'), train.frame.movieIds]
  ] as const) {
    const met = here.filter(id => (known as IdIndex<number | string>).indexOf(id) >= 0).length
    if (met < here.length / 2)
      said.push(
        `${count(met)} of ${count(here.length)} ${what} of the test ratings are in train: check that both files write the same ids.`
      )
  }
  if (o.times !== false) said.push(...leak(train, test))
  return said
}

/** What was measured, with what should be known of its parts. */
export interface Doubted {
  /** As `doubtsOf` says them of the ratings that were learned from and those that it was measured on. Worked out when it is read. */
  readonly doubts?: readonly string[]
}

/** @internal The doubts of two parts beside what was measured: worked out when they are read, and not among what is compared or written. */
export function withDoubts<T extends object>(measured: T, train: Ratings, test: Ratings): T & Doubted {
  let said: readonly string[] | undefined
  return Object.defineProperty(measured, 'doubts', {
    get: () => {
      said ??= doubtsOf(train, test)
      return said
    }
  })
}

/** A future that leaks into the past: test ratings that are older than training ratings of the same user, or of other people. */
function leak(train: Ratings, test: Ratings): string[] {
  if (train.rows.t === undefined || test.rows.t === undefined) return []
  const latest = latestTimes(train.rows.u, train.rows.t, train.frame.userIds.length)
  const {u} = test.indexedBy(train.frame.userIds, train.frame.movieIds)
  let own = 0
  let others = 0
  for (let n = 0; n < u.length; n++) {
    if (test.rows.t[n] < (latest.of[u[n]] ?? Number.NEGATIVE_INFINITY)) own++
    if (test.rows.t[n] < (u[n] === latest.user ? latest.others : latest.all)) others++
  }
  if (own + others === 0) return []
  const all = `of ${count(test.length)} test ratings`
  const what =
    own === 0
      ? `${count(others)} ${all} are older than ratings of other people in train, and none is older than one of the same user: an engine knows what others came to like later.`
      : `${count(own)} ${all} are older than a rating of the same user in train${others === 0 ? '' : `, and ${count(others)} are older than ratings of other people`}: an engine learns from their future.`
  return [`${what} To foretell, train on what is older than the whole test part: split by time.`]
}

/** When each user rated last, who rated last of all, and when the last of the others did. */
function latestTimes(
  u: Int32Array,
  t: Float64Array,
  users: number
): {of: Float64Array; user: number; all: number; others: number} {
  const of = new Float64Array(users).fill(Number.NEGATIVE_INFINITY)
  for (let n = 0; n < u.length; n++) of[u[n]] = Math.max(of[u[n]], t[n])
  let user = -1
  let [all, others] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let k = 0; k < users; k++) {
    if (of[k] > all) [user, others, all] = [k, all, of[k]]
    else if (of[k] > others) others = of[k]
  }
  return {of, user, all, others}
}

/** The ids that have a rating. */
function idsOf(ratings: Ratings, side: 'u' | 'i'): Array<number | string> {
  const ids: readonly (number | string)[] = (side === 'u' ? ratings.frame.userIds : ratings.frame.movieIds)
    .ids
  const seen = new Uint8Array(ids.length)
  for (const index of ratings.rows[side]) seen[index] = 1
  return ids.filter((_, k) => seen[k] === 1)
}

/** The test pairs that are pairs of train. */
function shared(train: Ratings, test: Ratings): number {
  const {u, i} = test.indexedBy(train.frame.userIds, train.frame.movieIds)
  const {start, index} = train.byUser
  let both = 0
  for (let n = 0; n < u.length; n++) {
    if (u[n] >= 0 && i[n] >= 0 && placeIn(index, i[n], start[u[n]], start[u[n] + 1]) >= 0) both++
  }
  return both
}
