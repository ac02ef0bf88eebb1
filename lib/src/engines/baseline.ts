import type {Compressed} from '../data/compressed'
import type {Ratings} from '../data/ratings'
import {Biases} from '../models/biases'
import {Support} from '../models/model'
import type {Work} from '../work'
import type {EngineSpec, OptionsOf, Resolved} from './options'
import {FALLBACK_SPEC, type FallbackOption, RatingEngine} from './ratingEngine'
import type {Run} from './run'

const OPTIONS = {
  userDamping: {
    kind: 'number',
    default: 5,
    min: 0,
    about: 'Ratings of deviation 0 that every user is given beforehand: pulls few ratings towards the mean.'
  },
  movieDamping: {
    kind: 'number',
    default: 3,
    min: 0,
    about: 'Ratings of deviation 0 that every movie is given beforehand.'
  },
  epochs: {kind: 'integer', default: 10, min: 1, about: 'Rounds of alternating least squares.'}
} as const

export type BaselineOptions = OptionsOf<typeof OPTIONS> & FallbackOption

/**
 * How far a user rates above the mean, and how far a movie is rated above it: what every personal engine has to beat, and what
 * they fall back to.
 *
 *   prediction   score(u, i) = mu + bu[u] + bi[i]             unknown user or movie: its term is 0
 *   objective    sum of (r_ui - mu - bu[u] - bi[i])² + userDamping · sum of bu² + movieDamping · sum of bi²
 *   update       bi[i] = sum over i's raters of (r - mu - bu[u]) / (movieDamping + n_i), then
 *                bu[u] = sum over u's movies of (r - mu - bi[i]) / (userDamping + n_u)
 *
 * The last update is that of the users, so a profile typed in now gets the very bias that a known user with these ratings has.
 * userDamping 15, movieDamping 10, 10 epochs are Surprise's defaults. Cost: 2 · epochs passes over the ratings.
 */
export class Baseline extends RatingEngine<BaselineOptions, Biases> {
  static readonly spec: EngineSpec<BaselineOptions> = {
    name: 'baseline',
    about: 'Mean plus how far the user rates above it plus how far the movie is rated above it.',
    source: 'Koren 2010, "Factor in the neighbors", section 2.1; alternating as in Surprise',
    model: 'biases',
    updates: 'anew',
    options: {...OPTIONS, fallback: FALLBACK_SPEC}
  }

  /** @internal */
  protected learn(train: Ratings, options: Resolved<BaselineOptions>, run: Run): Promise<Biases> {
    return learnBiases(train, options, run, epoch => run.report(epoch, options.epochs))
  }
}

/** The biases of the baseline with its default options, or with these: for engines that work on what it leaves over. */
export async function learnBiases(
  train: Ratings,
  o: Pick<BaselineOptions, 'userDamping' | 'movieDamping' | 'epochs'>,
  work: Work,
  onEpoch?: (epoch: number) => void
): Promise<Biases> {
  const {userDamping, movieDamping, epochs} = {...BASELINE_DEFAULTS, ...o}
  const mu = train.mean
  const bu = new Float64Array(train.frame.userIds.length)
  const bi = new Float64Array(train.frame.movieIds.length)
  for (let epoch = 1; epoch <= epochs; epoch++) {
    alternate(train.byMovie, mu, bu, movieDamping, bi)
    alternate(train.byUser, mu, bi, userDamping, bu)
    onEpoch?.(epoch)
    if (work.outOfBreath) await work.breathe()
  }
  return new Biases({mu, bu, bi}, userDamping, Support.of(train))
}

/** The options of the baseline, unless others are asked for. */
export const BASELINE_DEFAULTS: Pick<Required<BaselineOptions>, 'userDamping' | 'movieDamping' | 'epochs'> = {
  userDamping: OPTIONS.userDamping.default,
  movieDamping: OPTIONS.movieDamping.default,
  epochs: OPTIONS.epochs.default
}

/** One half round: the biases `b` of the rows, given those of the other side. */
function alternate(
  {start, index, value}: Compressed,
  mu: number,
  other: Float64Array,
  damping: number,
  b: Float64Array
): void {
  for (let row = 0; row < b.length; row++) {
    const from = start[row]
    const to = start[row + 1]
    let sum = 0
    for (let n = from; n < to; n++) sum += value[n] - mu - other[index[n]]
    b[row] = to === from ? 0 : sum / (damping + to - from)
  }
}
