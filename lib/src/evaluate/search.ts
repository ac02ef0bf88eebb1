import type {Ratings} from '../data/ratings'
import type {Engine} from '../engines/engine'
import {Searching} from './searching'
import {checkNumber, planOf, type SearchableEngine, type SearchOptions} from './searchPlan'
import type {SearchResult} from './searchResult'
import {drawsOf, gridOf, type SearchSpace, sizeOf} from './searchSpace'

/** Candidates drawn at random where nobody says how many, nor how long. */
const USUAL_TRIALS = 27

/**
 * Tries all combinations of the values of a space; of a range `steps` values. The rest is as for `randomSearch`.
 * @throws OptionError, before any work, for a space or an option that makes no sense, CheckpointError for the log of another search
 */
export async function gridSearch<O extends object, E extends Engine<any, any>>(
  Class: SearchableEngine<O, E>,
  space: SearchSpace<O>,
  train: Ratings,
  o: SearchOptions<O> & {
    /** Values of a range, both ends included. @default 4 */
    steps?: number
  } = {}
): Promise<SearchResult<E>> {
  const {steps = 4, ...rest} = o
  checkNumber('steps', steps, {whole: true, min: 2})
  const plan = planOf('grid', Class, space, train, rest, {steps})
  const grid = gridOf(plan.searched, steps, plan.seed)
  return new Searching(plan, rest).run(grid.values(), grid.length)
}

/**
 * Tries candidates drawn from a space, on an inner part of `train` alone, and discards early what does badly (successive halving, Jamieson
 * and Talwalkar 2016, in brackets one after the other as in Hyperband, Li et al. 2018):
 *
 *   bracket     n = eta^(rungs - 1) candidates, each given 1 / n of the resource; the best one of `eta` go on and are given `eta` times as
 *               much, to the last with all of it. Every rung costs the same; each is fitted anew
 *   resource    epochs or sweeps of the engine; users of the inner training part, with all they rated, for an engine without
 *   chosen      the best of those that were given all of it; ties by the number of the trial
 *
 * Candidates that begin slowly and end well are lost by it: `rungs: 1` discards none. The result is the same for any number of workers;
 * with `minutes` it is the beginning of what it would be without, as far as that time takes it: `finished` and `leftOut` say how far.
 * @throws OptionError, before any work, for a space or an option that makes no sense, CheckpointError for the log of another search,
 * InterruptedError for a stop, after which `log` and `resume` go on
 */
export async function randomSearch<O extends object, E extends Engine<any, any>>(
  Class: SearchableEngine<O, E>,
  space: SearchSpace<O>,
  train: Ratings,
  o: SearchOptions<O> & {
    /** Candidates. @default 27; as many as there is time for where there are `minutes` */
    trials?: number
  } = {}
): Promise<SearchResult<E>> {
  const {trials = o.minutes === undefined ? USUAL_TRIALS : Number.POSITIVE_INFINITY, ...rest} = o
  if (trials !== Number.POSITIVE_INFINITY) checkNumber('trials', trials, {whole: true, min: 1})
  const plan = planOf('random', Class, space, train, rest)
  const count = Math.min(trials, sizeOf(plan.searched))
  return new Searching(plan, rest).run(drawsOf(plan.searched, plan.seed), count)
}
