import type {Ratings} from '../data/ratings'
import {Engine, type EngineState, type Person, type Term} from './engine'
import type {EngineSpec, OptionsOf} from './options'
import type {Run} from './run'

const OPTIONS = {
  by: {
    kind: 'choice',
    default: 'count',
    choices: ['count', 'mean'],
    about: 'What a movie is ranked by: how many rated it (count), or its damped mean rating (mean).'
  },
  damping: {
    kind: 'number',
    default: 25,
    min: 0,
    about: 'For by=mean: ratings of the overall mean that every movie is given beforehand.'
  }
} as const

export type PopularityOptions = OptionsOf<typeof OPTIONS>

/**
 * The same list for everyone: what a personal engine has to beat.
 *
 *   by count   score(i) = n_i
 *   by mean    score(i) = (sum of ratings of i + damping · mu) / (n_i + damping)
 *
 * A movie is like another by how many people rated both (cosine over who rated). Cost: one pass over the ratings.
 */
export class Popularity extends Engine<PopularityOptions> {
  static readonly spec: EngineSpec<PopularityOptions> = {
    name: 'popularity',
    about: 'The most rated movies, or the best rated with damping: the same list for everyone.',
    source: 'Cremonesi, Koren, Turrin 2010, section 3.1 (TopPop, MovieAvg)',
    options: OPTIONS
  }
  /** [movies] */
  private score: Float64Array = new Float64Array(0)

  protected async learn(train: Ratings, run: Run): Promise<void> {
    const {by, damping} = this.resolved
    const {start, value} = train.byMovie
    this.score = new Float64Array(start.length - 1)
    for (let i = 0; i < this.score.length; i++) {
      let sum = damping * train.mean
      for (let n = start[i]; n < start[i + 1]; n++) sum += value[n]
      const count = start[i + 1] - start[i]
      this.score[i] = by === 'count' ? count : count + damping === 0 ? train.mean : sum / (count + damping)
    }
    run.report(1, 1)
  }

  protected scoresOf(_person: Person, items: Int32Array): Float64Array {
    return Float64Array.from(items, i => this.score[i])
  }

  protected similarTo(i: number): Float64Array {
    const {byMovie, byUser} = this.train
    const both = new Float64Array(this.items.length)
    for (let n = byMovie.start[i]; n < byMovie.start[i + 1]; n++) {
      const u = byMovie.index[n]
      for (let m = byUser.start[u]; m < byUser.start[u + 1]; m++) both[byUser.index[m]]++
    }
    const count = (j: number): number => byMovie.start[j + 1] - byMovie.start[j]
    return both.map((shared, j) => (shared === 0 ? 0 : shared / Math.sqrt(count(i) * count(j))))
  }

  protected terms(_person: Person, i: number): Term[] {
    const name = this.resolved.by === 'count' ? 'ratings' : 'damped mean rating'
    return [{name, value: i < 0 ? 0 : this.score[i]}]
  }

  protected dump(): EngineState {
    return {values: {}, arrays: {score: this.score}}
  }

  protected restore(state: EngineState): void {
    this.score = state.arrays.score as Float64Array
  }
}
