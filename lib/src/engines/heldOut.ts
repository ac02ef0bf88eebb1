import type {Ratings} from '../data/ratings'
import type {Random} from '../math/random'

/** Pairs in the indices of training ratings, with what was rated: to measure an error on. All arrays are [pairs]. */
export interface RatedPairs {
  u: Int32Array
  i: Int32Array
  r: Float32Array
}

/**
 * Divides ratings into a part to learn from and a part to watch, which has a rating at least. Drawn by user and movie, so that the order
 * of rows does not matter; both come out in that order.
 */
export function holdOut(train: Ratings, share: number, random: Random): {rest: Ratings; part: Ratings} {
  const {row} = train.byUser
  const aside = Uint8Array.from(row, () => (random.uniform() < share ? 1 : 0))
  if (aside.every(one => one === 0)) aside[aside.length - 1] = 1
  return {
    rest: train.select(row.filter((_, k) => aside[k] === 0)),
    part: train.select(row.filter((_, k) => aside[k] === 1))
  }
}

/** The rows of ratings whose user and movie the training ratings know of. */
export function knownPairs(ratings: Ratings, train: Ratings): RatedPairs {
  const {u, i} = ratings.indexedBy(train.frame.userIds, train.frame.movieIds)
  const rows = [...u.keys()].filter(n => u[n] >= 0 && i[n] >= 0)
  return {
    u: Int32Array.from(rows, n => u[n]),
    i: Int32Array.from(rows, n => i[n]),
    r: Float32Array.from(rows, n => ratings.rows.r[n])
  }
}
