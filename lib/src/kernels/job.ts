import {catchUp, type Kernel, type Kernels, PAGE, type WasmMemory} from './wasm'

/**
 * What the threads of a team share: the calls of one turn, and how far they are. It has memory of its own, not the arena's: a
 * helper that starts late may look at it after the work is over and the arena is used for something else.
 */
export interface Board {
  /** [LEFT], [DONE], [FAILED], [KERNEL], [COUNT], [PAGES], [OVER] */
  state: Int32Array
  /** [MOST_CALLS × MOST_ARGS] row-major; the first COUNT of each row are arguments. */
  args: Float64Array
  /** [MOST_CALLS] what each call returned */
  values: Float64Array
}

/**
 * The turn in the high bits and how many of its calls nobody has taken in the low ones. A call is taken by counting this down,
 * which nobody can who has not seen the turn begin; and a turn ends only when every taken call is done, so the board is not
 * rewritten while a call reads it.
 */
export const LEFT = 0
export const DONE = 1
export const FAILED = 2
/** Which of the kernels, by its place in the list. */
const KERNEL = 3
/** How many arguments a call has. */
const COUNT = 4
/** Length of the memory. */
const PAGES = 5
/** Not 0 when there will be no more turns. */
const OVER = 6
const LOW_BITS = 12
/** Calls of one turn, at most. */
export const MOST_CALLS: number = (1 << LOW_BITS) - 1
/** Arguments of one call, at most. */
const MOST_ARGS = 32
/** Looks at a number of the board before a thread goes to sleep over it: about 100 µs, more than waking up costs. */
const LOOKS = 5000

export function newBoard(): Board {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * 7)),
    args: new Float64Array(new SharedArrayBuffer(8 * MOST_CALLS * MOST_ARGS)),
    values: new Float64Array(new SharedArrayBuffer(8 * MOST_CALLS))
  }
}

/** The kernels in the order of their module's exports, which is that of every thread. */
export function kernelList(kernels: Kernels): readonly Kernel[] {
  return Object.values(kernels)
}

/**
 * Begins a turn: at most MOST_CALLS calls of one kernel, given by its place in the list, with as many arguments each. Only when the
 * turn before is done.
 */
export function announce(
  {state, args}: Board,
  memory: WasmMemory,
  kernel: number,
  calls: ReadonlyArray<readonly number[]>
): void {
  const turn = (Atomics.load(state, LEFT) >>> LOW_BITS) + 1
  state[PAGES] = memory.buffer.byteLength / PAGE
  state[KERNEL] = kernel
  state[COUNT] = calls.length > 0 ? calls[0].length : 0
  for (let id = 0; id < calls.length; id++)
    for (let k = 0; k < calls[id].length; k++) args[id * MOST_ARGS + k] = calls[id][k]
  Atomics.store(state, DONE, 0)
  Atomics.store(state, FAILED, 0)
  Atomics.store(state, LEFT, (turn << LOW_BITS) | calls.length)
  Atomics.notify(state, LEFT)
}

/** Tells the helpers that there will be no more turns. */
export function adjourn({state}: Board): void {
  Atomics.store(state, OVER, 1)
  // A turn without calls, so that those who sleep look up.
  Atomics.add(state, LEFT, 1 << LOW_BITS)
  Atomics.notify(state, LEFT)
}

export function isOver({state}: Board): boolean {
  return Atomics.load(state, OVER) !== 0
}

/** Takes calls until none is left, and returns what LEFT is then. `scratch` comes first in every call, where it is given. */
export function takeCalls(
  memory: WasmMemory,
  kernels: readonly Kernel[],
  {state, args, values}: Board,
  scratch?: number
): number {
  for (;;) {
    const left = Atomics.load(state, LEFT)
    const id = (left & MOST_CALLS) - 1
    if (id < 0) return left
    if (Atomics.compareExchange(state, LEFT, left, left - 1) !== left) continue
    try {
      catchUp(memory, state[PAGES] * PAGE)
      const kernel = kernels[state[KERNEL]]
      const call = args.subarray(id * MOST_ARGS, id * MOST_ARGS + state[COUNT])
      values[id] = scratch === undefined ? kernel(...call) : kernel(scratch, ...call)
    } catch {
      Atomics.add(state, FAILED, 1)
    }
    Atomics.add(state, DONE, 1)
    Atomics.notify(state, DONE)
  }
}

/** Returns when an entry of the board is no longer `value`, or after a tenth of a second: looks a while, then sleeps. */
export function awaitChange({state}: Board, entry: number, value: number): void {
  for (let k = 0; k < LOOKS; k++) if (Atomics.load(state, entry) !== value) return
  Atomics.wait(state, entry, value, 100)
}
