import type {Ratings} from '../data/ratings'
import {Support} from '../models/model'
import {PopularityModel} from '../models/popularityModel'
import {Engine} from './engine'
import type {EngineSpec, OptionsOf, Resolved} from './options'
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
export class Popularity extends Engine<PopularityOptions, PopularityModel> {
  static readonly spec: EngineSpec<PopularityOptions> = {
    name: 'popularity',
    about: 'The most rated movies, or the best rated with damping: the same list for everyone.',
    source: 'Cremonesi, Koren, Turrin 2010, section 3.1 (TopPop, MovieAvg)',
    model: 'popularity',
    clicks: {by: 'count'},
    updates: 'anew',
    options: OPTIONS
  }

  /** @internal */
  protected async learn(
    train: Ratings,
    {by, damping}: Resolved<PopularityOptions>,
    run: Run
  ): Promise<PopularityModel> {
    const {start, value} = train.byMovie
    const popularity = Float64Array.from({length: start.length - 1}, (_, i) => {
      const count = start[i + 1] - start[i]
      if (by === 'count') return count
      let sum = damping * train.mean
      for (let n = start[i]; n < start[i + 1]; n++) sum += value[n]
      return count + damping === 0 ? train.mean : sum / (count + damping)
    })
    run.report(1, 1)
    return new PopularityModel(popularity, by === 'count' ? undefined : train.mean, Support.of(train), train)
  }
}
