import type {IdIndex} from '../data/ids'
import type {Ratings} from '../data/ratings'
import {placeIn} from '../math/search'
import {count} from '../show/numbers'

/**
 * What a person would want to know before an engine is measured on `test`: ratings that stand in both parts, and users or movies of
 * which fewer than half meet. One sentence each, with its numbers; nothing where all is well. O(train + test).
 */
export function doubtsOf(train: Ratings, test: Ratings): string[] {
  const said: string[] = []
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
  return said
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
