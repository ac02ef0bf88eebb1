import type {MovieId, UserId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import {log2} from '../math/logarithms'

/** What lists are like beside being right; n_i is how many users rated movie i in the train part, of U who rated anything. */
export interface ListTraits {
  /** Share of the movies that can be listed which stand on at least one list. */
  coverage: number
  /** Mean of -log2(n_i / U) over the places of the lists, in bits: 1 for what half of all know (Vargas and Castells 2011). A movie nobody rated counts as rated by one. */
  novelty: number
  /** Mean over the lists of 1 - cosine over all pairs of a list, a movie being the set of its raters (Ziegler et al. 2005). */
  diversity: number
  /** How much more popular the lists are than what their users rated: (mean n_i of lists - mean n_i of profiles) / the latter, both first taken by user (Abdollahpouri et al. 2019). */
  popularityLift: number
  /** Gini index of how often the movies that can be listed stand on a list: 0 where all come alike, near 1 where few have it all. */
  gini: number
}

/** Counts what is listed, list by list. */
export class Exposure {
  /** [movies] how many rated it in train */
  private readonly raters: Float64Array
  private readonly totals: ReadonlyArray<{
    k: number
    /** [movies] how often it was listed */
    listed: Int32Array
    surprise: number
    places: number
    apart: number
    pairs: number
    lift: Mean
    own: Mean
  }>
  private readonly movieOf: Int32Array
  /** [users] how many movies of the list each rated, weighed by 1 / sqrt(n_i) */
  private readonly together: Float64Array

  constructor(
    private readonly train: Ratings,
    movies: {readonly ids: readonly MovieId[]},
    ks: readonly number[]
  ) {
    const {start} = train.byMovie
    this.movieOf = Int32Array.from(movies.ids, id => train.frame.movieIds.indexOf(id))
    this.raters = Float64Array.from(this.movieOf, i => (i < 0 ? 0 : start[i + 1] - start[i]))
    this.together = new Float64Array(train.frame.userIds.length)
    this.totals = ks.map(k => ({
      k,
      listed: new Int32Array(movies.ids.length),
      surprise: 0,
      places: 0,
      apart: 0,
      pairs: 0,
      lift: new Mean(),
      own: new Mean()
    }))
  }

  /** A list of indices; -1 stands for a movie that nothing is known of. */
  add(userId: UserId, list: Int32Array): void {
    if (list.length === 0) return
    const own = this.popularityOf(userId)
    const cosines = this.cosines(list)
    for (const total of this.totals) {
      const length = Math.min(total.k, list.length)
      let popularity = 0
      for (let p = 0; p < length; p++) {
        const raters = list[p] < 0 ? 0 : this.raters[list[p]]
        if (list[p] >= 0) total.listed[list[p]]++
        total.surprise -= log2(Math.max(1, raters) / this.train.userCount)
        popularity += raters
      }
      total.places += length
      if (length > 1) {
        total.apart += 1 - cosines[length - 1] / ((length * (length - 1)) / 2)
        total.pairs++
      }
      if (own !== undefined) {
        total.lift.add(popularity / length)
        total.own.add(own)
      }
    }
  }

  /** Of each k. `catalogue` is how many movies can be listed. */
  traits(catalogue: number): ListTraits[] {
    return this.totals.map(({listed, surprise, places, apart, pairs, lift, own}) => {
      const counts = listed.filter(times => times > 0).sort()
      return {
        coverage: counts.length / catalogue,
        novelty: places === 0 ? 0 : surprise / places,
        diversity: pairs === 0 ? 0 : apart / pairs,
        popularityLift: own.value === 0 ? 0 : (lift.value - own.value) / own.value,
        gini: gini(counts, catalogue)
      }
    })
  }

  /** Mean number of raters of what a user rated in train; undefined for a stranger. */
  private popularityOf(userId: UserId): number | undefined {
    const {start, index} = this.train.byUser
    const {start: raters} = this.train.byMovie
    const u = this.train.frame.userIds.indexOf(userId)
    if (u < 0 || start[u] === start[u + 1]) return undefined
    let total = 0
    for (let k = start[u]; k < start[u + 1]; k++) total += raters[index[k] + 1] - raters[index[k]]
    return total / (start[u + 1] - start[u])
  }

  /**
   * The sum of cosines over all pairs of the first 1, 2, … movies of a list. With x_i the raters of i as a vector of length 1, movie p
   * adds x_p · (x_1 + … + x_{p-1}): one walk over its raters. [list]
   */
  private cosines(list: Int32Array): Float64Array {
    const {together} = this
    const {start, index} = this.train.byMovie
    const sums = new Float64Array(list.length)
    let sum = 0
    for (let p = 0; p < list.length; p++) {
      const i = list[p] < 0 ? -1 : this.movieOf[list[p]]
      if (i >= 0) {
        const weight = 1 / Math.sqrt(start[i + 1] - start[i])
        for (let k = start[i]; k < start[i + 1]; k++) {
          sum += together[index[k]] * weight
          together[index[k]] += weight
        }
      }
      sums[p] = sum
    }
    for (const item of list) {
      const i = item < 0 ? -1 : this.movieOf[item]
      if (i >= 0) for (let k = start[i]; k < start[i + 1]; k++) together[index[k]] = 0
    }
    return sums
  }
}

class Mean {
  private total = 0
  private count = 0

  add(value: number): void {
    this.total += value
    this.count++
  }

  get value(): number {
    return this.count === 0 ? 0 : this.total / this.count
  }
}

/** Of counts, ascending, and of zeros that fill them up to n: sum of (2 rank - n - 1) · count / (n · sum of count). */
function gini(counts: Int32Array, n: number): number {
  let weighed = 0
  let total = 0
  for (const [k, count] of counts.entries()) {
    const rank = n - counts.length + k + 1
    weighed += (2 * rank - n - 1) * count
    total += count
  }
  return total === 0 ? 0 : weighed / (n * total)
}
