import {RatingsNeededError} from '../../errors'
import {writeArrayFile} from '../../files/arrayFile'
import type {ModelState} from '../../models/model'
import type {Engine} from '../engine'
import {FORMAT, type ModelContent} from './format'
import {headerOf} from './header'
import {arraysOf} from './ratings'

/** What goes into a model file. */
export interface SaveOptions {
  /**
   * Whether the training ratings, the ids of users and what was learned of each of them go in. Without them the engine knows nobody and
   * answers for ratings typed in (a `Profile`), and the file may be much smaller. What was learned from all together stays: of a movie with
   * very few raters that can still tell what they gave. @default true
   */
  ratings?: boolean
}

/**
 * Writes a fitted engine to a file: to a temporary name beside it first, then renamed, so that a failure leaves no half file.
 *
 * **The file holds all training ratings** with the ids of users and movies, and what is known of users (age, gender, occupation), since
 * lists leave out what was rated: pass it on as you would the ratings, or write it with `{ratings: false}`. Neighbours, blends with them,
 * and weights that were learned by users where these are fewer than the movies (`ease`, `graph-filter`) are made of the ratings and
 * cannot do without.
 * @throws RatingsNeededError for such a model without ratings; NotFittedError; FileError for a full disk and its like.
 */
export async function saveEngine(engine: Engine<any, any>, path: string, o: SaveOptions = {}): Promise<void> {
  await writeArrayFile(path, FORMAT, contentOf(engine, o))
}

/** @internal What a model file holds of an engine: the arrays are the engine's own. */
export function contentOf(engine: Engine<any, any>, o: SaveOptions = {}): ModelContent {
  const saved = engine.save()
  const {train, since, kind} = saved
  const {ratings = train.withheld === undefined} = o
  const state = ratings ? saved.state : anonymousState(engine)
  // Weights do not know movies that were first rated after the fit.
  const unlearned = kind === 'weights' ? since?.movies : undefined
  return {
    header: headerOf(engine, {...saved, state}, ratings),
    arrays: {...arraysOf(train, since, ratings, unlearned), ...state.arrays}
  }
}

function anonymousState(engine: Engine<any, any>): ModelState {
  const state = engine.model.anonymous?.()
  if (state !== undefined) return state
  throw new RatingsNeededError(
    `${engine.name}: this model answers out of the training ratings themselves and cannot be saved without them. Save it with its ratings, or fit an engine that can do without, such as mf, als, bayesian or slim.`
  )
}
