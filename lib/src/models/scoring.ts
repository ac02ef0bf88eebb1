import {grouped} from '../data/compressed'
import type {PairScores, Pairs, RatingModel} from './model'

/** So many pairs are scored in one step: below 200 ms of work for every model. */
const STEP = 8192

/**
 * @internal Scores of many pairs in steps, so that whoever waits for them may breathe in between: yields the share that is done. The pairs of a
 * user (or of a movie, as the model says) are scored together, whatever their order, so that what is hers is computed once.
 */
export function* scoringOf(model: RatingModel, pairs: Pairs): Generator<number, PairScores> {
  if (model.scoring !== undefined) return yield* model.scoring(pairs)
  const score = new Float64Array(pairs.u.length)
  const fallback = new Uint8Array(score.length)
  const {start, order} = together(pairs[model.pairsBy ?? 'u'])
  for (let from = 0, key = 0; from < score.length; ) {
    // To the end of somebody's pairs, or amidst those of one that has more than a step of them, as those of nobody known may be.
    while (key + 1 < start.length && start[key + 1] <= from + STEP) key++
    const to = start[key] > from ? start[key] : Math.min(score.length, from + STEP)
    const some = order.subarray(from, to)
    const scored = model.scorePairs(chosen(pairs, some))
    for (let k = 0; k < some.length; k++) {
      score[some[k]] = scored.score[k]
      fallback[some[k]] = scored.fallback[k]
    }
    from = to
    yield from / score.length
  }
  return {score, fallback}
}

/** The places of pairs by their key, of which -1 is one. */
function together(keys: Int32Array): {start: Int32Array; order: Int32Array} {
  let largest = -1
  for (let n = 0; n < keys.length; n++) if (keys[n] > largest) largest = keys[n]
  return grouped(
    keys.map(key => key + 1),
    largest + 2
  )
}

function chosen({u, i, t}: Pairs, places: Int32Array): Pairs {
  return {
    u: places.map(n => u[n]),
    i: places.map(n => i[n]),
    ...(t === undefined ? {} : {t: Float64Array.from(places, n => t[n])})
  }
}

/** @internal Work in steps, done at once. */
export function atOnce<T>(steps: Generator<number, T>): T {
  for (;;) {
    const {done, value} = steps.next()
    if (done === true) return value
  }
}
