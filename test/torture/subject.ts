import {mkdtempSync} from 'node:fs'
import path from 'node:path'
import {Random} from '#internals'

/** How a try ended that held what is promised. */
export type Ending =
  /** The work was done, and what came of it is right. */
  | 'held'
  /** It was refused as promised: a typed error, one line, and nothing half done. */
  | 'refused'
  /** It was broken off, and the next one found everything in order. */
  | 'recovered'

/** What a try is made with. All that is drawn comes from `random`, so its seed makes it again. */
export interface Try {
  random: Random
  /** A folder of this try's own. */
  folder: string
}

/** One thing that is tortured. */
export interface Subject {
  /** As --only names it. */
  name: string
  about: string
  /** Why it cannot be tried on this machine. */
  skip?: () => string | undefined
  /** Seconds that one try may take before it counts as a hang. @default 60 */
  limit?: number
  /** What all tries share is made once, in a folder; gives what makes one try. It throws what counts as a fault. */
  prepare: (folder: string) => Promise<(one: Try) => Promise<Ending>>
}

/** A promise that was broken. */
export class Fault extends Error {
  override name = 'Fault'
}

/** @throws Fault where it is not so */
export function promised(condition: unknown, fault: string): asserts condition {
  if (!condition) throw new Fault(fault)
}

/** One of these. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]
}

/** A try of this seed. */
export function tryOf(seed: number, folder: string): Try {
  return {random: new Random(seed), folder: mkdtempSync(path.join(folder, `${seed}-`))}
}
