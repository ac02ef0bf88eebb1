import {Blend} from './blend/blend'
import type {EngineClass} from './engine'
import {MEMBERS} from './members'

/** Every engine by its one name, simplest first. The command line, model files and the contract test know engines from here only. */
const ENGINES: readonly EngineClass[] = [...MEMBERS, Blend]

/** The classes of all engines, in the order of the list. */
export function engines(): readonly EngineClass[] {
  return ENGINES
}

/** The class of this name; undefined where there is none. */
export function engineByName(name: string): EngineClass | undefined {
  return ENGINES.find(engine => engine.spec.name === name)
}
