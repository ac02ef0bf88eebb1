import type {Model} from '../../models/model'
import type {Work} from '../../work'
import type {PackedArray, Writing} from '../numbers'
import type {PageModel} from '../pageFile'
import {restorePage} from '../restorePage'
import {fewWeights, largeArrays, pageModelOf} from './pageModel'
import {LISTED, type Lists, listsFor, type Trial} from './trials'

/** What is tried, the smallest first. */
const TRIED: readonly Writing[] = ['byte', 'half']
/** What a score may differ by: in stars half of the second digit behind the point, else a thousandth of the list's first score. */
const MAY_DIFFER = {stars: 0.005, share: 0.001}

/**
 * A model in as few bytes as leave lists what they are: weights between movies in the steps that `neededWeights` measured them in, then each
 * large array in turn, the largest first, as bytes, as halves, or whole. Lists are the same where no score on one differs by more than
 * MAY_DIFFER, and at no place stands a movie whose own score is further than that from the one that belongs there: only movies that nobody
 * can tell apart may change places.
 */
export async function smallNumbers(
  model: Model,
  raters: Int32Array,
  trials: readonly Trial[],
  work: Work
): Promise<PageModel> {
  const writings = new Map<string, Writing>(fewWeights(model).map(name => [name, 'steps']))
  const done = new Map<string, PackedArray>()
  const exact = pageModelOf(model, writings, done)
  const reference = await Reference.of(restorePage(exact, raters), trials, raters.length, work)
  const arrays = largeArrays(exact)
  for (const [k, name] of arrays.entries()) {
    for (const as of TRIED) {
      await work.breathe()
      const tried = pageModelOf(model, new Map([...writings, [name, as]]), done)
      if (!(await reference.agrees(restorePage(tried, raters), work))) continue
      writings.set(name, as)
      break
    }
    work.report(k + 1, arrays.length)
  }
  return pageModelOf(model, writings, done)
}

/** Lists and scores that others are held to. */
class Reference {
  private constructor(
    private readonly lists: Lists,
    private readonly trials: readonly Trial[],
    private readonly movies: number,
    /** [trials × movies] */
    private readonly scores: Float32Array,
    /** [trials] what a score may differ by */
    private readonly tolerance: Float64Array
  ) {}

  static async of(model: Model, trials: readonly Trial[], movies: number, work: Work): Promise<Reference> {
    const lists = await listsFor(model, trials, movies, work)
    const all = new Float32Array(trials.length * movies)
    const tolerance = new Float64Array(trials.length)
    const known = Int32Array.from({length: movies}, (_, i) => i).filter(i => model.knows(i))
    for (const [k, {person}] of trials.entries()) {
      if (work.outOfBreath) await work.breathe()
      const scores = model.scores(person, known)
      for (const [n, i] of known.entries()) all[k * movies + i] = scores[n]
      const first = Math.abs(lists.scores[k * LISTED])
      tolerance[k] = model.unit === 'stars' ? MAY_DIFFER.stars : MAY_DIFFER.share * first
    }
    return new Reference(lists, trials, movies, all, tolerance)
  }

  /** Whether another model's lists are these. */
  async agrees(model: Model, work: Work): Promise<boolean> {
    const lists = await listsFor(model, this.trials, this.movies, work)
    return lists.movies.every((i, at) => {
      if (i < 0) return this.lists.movies[at] < 0
      const k = Math.floor(at / LISTED)
      const own = this.scores[k * this.movies + i]
      // The scores that others are held to are kept in single precision.
      const may = this.tolerance[k] + 1e-6 * Math.abs(own)
      return Math.abs(own - this.lists.scores[at]) <= may && Math.abs(own - lists.scores[at]) <= may
    })
  }
}
