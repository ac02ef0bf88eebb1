import type {Kernels} from './wasm'

/** Calls of one kernel that the threads of a team share. */
export interface Job {
  kernel: string
  calls: ReadonlyArray<readonly number[]>
  turn: number
}

/**
 * What the threads of a team tell each other. It has memory of its own, not the arena's: a helper that starts late may look at it
 * after the work is over and the arena is used for something else.
 */
export interface Board {
  /** [DONE], [FAILED], [TAKEN], and from [HEARD] on the last turn that each helper has heard of */
  state: Int32Array
  /** [MOST_CALLS] what each call returned */
  values: Float64Array
}

export const DONE = 0
export const FAILED = 1
/** The turn in the high bits and how many of its calls are taken in the low ones: nobody can take a call of a turn that is over. */
export const TAKEN = 2
export const HEARD = 3
const LOW_BITS = 12
/** Calls of one turn, at most. */
export const MOST_CALLS: number = (1 << LOW_BITS) - 1
/** Turns that a helper is told of before it has heard of the first: far fewer than the high bits can tell apart. */
export const MOST_BEHIND = 1000

export function newBoard(helpers: number): Board {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * (HEARD + helpers))),
    values: new Float64Array(new SharedArrayBuffer(8 * MOST_CALLS))
  }
}

/** The entry TAKEN when a turn begins. */
export function noneTaken(turn: number): number {
  return turn << LOW_BITS
}

/** Takes calls of a job until none is left or its turn is over. `scratch` comes first in every call, where it is given. */
export function takeCalls(
  kernels: Kernels,
  {state, values}: Board,
  {kernel, calls, turn}: Job,
  scratch?: number
): void {
  for (;;) {
    const taken = Atomics.load(state, TAKEN)
    const id = taken - noneTaken(turn)
    if (id < 0 || id >= calls.length) return
    if (Atomics.compareExchange(state, TAKEN, taken, taken + 1) !== taken) continue
    try {
      values[id] = kernels[kernel](...(scratch === undefined ? calls[id] : [scratch, ...calls[id]]))
    } catch {
      Atomics.add(state, FAILED, 1)
    }
    Atomics.add(state, DONE, 1)
    Atomics.notify(state, DONE)
  }
}
