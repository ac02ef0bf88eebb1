import {type Engine, type EngineClass, engines, type Ratings, syntheticRatings} from 'movie-recs'
import {SETTINGS} from '../contract/settings'

/** A world in which every engine is fitted in a moment. */
export function smallWorld(): Ratings {
  return syntheticRatings({users: 60, movies: 40, ratings: 900, seed: 3})
}

/** Engines that the library's own threads fit; TensorFlow's takes seconds and its own memory. */
export const QUICK: readonly EngineClass[] = engines().filter(({spec}) => spec.name !== 'embedding-net')

/** An engine with the options under which it learns a small world. */
export function quick(Class: EngineClass): Engine<any> {
  return new Class(SETTINGS[Class.spec.name]?.small ?? {})
}
