import type {MovieId} from '../data/ids'
import type {Ratings} from '../data/ratings'
import type {RatingModel} from '../models/model'
import {type DetailedPrediction, type Predictions, Rater} from '../models/rater'
import type {Who} from '../models/recommender'
import {atOnce} from '../models/scoring'
import {type WatchOptions, Work} from '../work'
import {Engine, type EngineClass} from './engine'
import {asksForClicks, type Resolved} from './options'

/** The option that every rating engine has beside its own, for the spec. */
export const FALLBACK_SPEC = {
  kind: 'choice',
  default: 'equation',
  choices: ['equation', 'mean'],
  about:
    "What an unknown user or movie gets: the engine's equation with the unknown terms 0 (equation), or the mean of the training ratings (mean)."
} as const

/** The option that every rating engine has beside its own. */
export interface FallbackOption {
  /**
   * What an unknown user or movie gets: the engine's equation with the unknown terms 0 (`equation`), or the mean of the training ratings
   * (`mean`). @default 'equation'
   */
  fallback?: (typeof FALLBACK_SPEC.choices)[number]
}

/** An engine whose score is a rating in stars. */
export abstract class RatingEngine<
  O extends FallbackOption = FallbackOption,
  M extends RatingModel = RatingModel
> extends Engine<O, M> {
  /** The rating this person would give, in stars, clipped to the scale. Unknown ids get the fallback of the equation. */
  predict(who: Who, movieId: MovieId, o: {timestamp?: number} = {}): number {
    return this.recommender.predict(who, movieId, o).rating
  }

  /**
   * The prediction of every pair, in the row order of its argument; its ratings are not looked at. Nothing else is heard until it is done:
   * of a million pairs await `predictAllAsync`.
   */
  predictAll(pairs: Ratings): Float32Array {
    return this.predictAllDetailed(pairs).ratings
  }

  /** As `predictAll`, with the fallback that each pair took. */
  predictAllDetailed(pairs: Ratings): Predictions {
    return atOnce(this.recommender.predicting(pairs))
  }

  /**
   * The same predictions as those of `predictAll`, while timers and interrupts are heard. @throws InterruptedError for a stop
   * @example
   * const predicted = await engine.predictAllAsync(test, progress())
   */
  async predictAllAsync(pairs: Ratings, run: WatchOptions = {}): Promise<Float32Array> {
    return (await this.predictAllDetailedAsync(pairs, run)).ratings
  }

  /** As `predictAllAsync`, with the fallback that each pair took. */
  async predictAllDetailedAsync(pairs: Ratings, run: WatchOptions = {}): Promise<Predictions> {
    const {recommender} = this
    const work = new Work(`predicting by ${this.name}`, run)
    const predictions = await work.through(recommender.predicting(pairs))
    work.report(100, 100)
    return predictions
  }

  /** The prediction with its unclipped score, the fallback taken, and what else the engine knows of it. */
  predictDetailed(who: Who, movieId: MovieId, o: {timestamp?: number} = {}): DetailedPrediction {
    return this.recommender.predict(who, movieId, o)
  }

  /** @internal */
  override get recommender(): Rater<M> {
    return super.recommender as Rater<M>
  }

  /** @internal */
  protected override around(model: M, train: Ratings, {fallback}: Resolved<O>): Rater<M> {
    return new Rater(model, this.directory(train), fallback === 'mean' ? train.mean : undefined)
  }
}

/**
 * Whether an engine predicts stars, so that `predict`, `predictAll` and `evaluate` are there: false for engines that only rank, and once it
 * is fitted or loaded for one that was fitted on signs of interest.
 * @example
 * const engine = await loadEngine('model.mrec')
 * if (isRatingEngine(engine)) console.log(engine.predict(15, 2858))
 */
export function isRatingEngine(engine: Engine<any, any>): engine is RatingEngine {
  return engine instanceof RatingEngine && (!engine.fitted || engine.model.predicts)
}

/** @internal Whether engines of a class predict stars with these options: not those that take ratings for signs of interest. */
export function predictsStars({prototype, spec}: EngineClass, options: object): boolean {
  return prototype instanceof RatingEngine && !asksForClicks(spec, options).asked
}
