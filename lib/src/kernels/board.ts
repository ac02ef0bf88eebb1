import {catchUp, type Kernel, type Kernels, PAGE, type WasmMemory} from './wasm'

/**
 * What threads that work together share: the calls of one turn, and how far they are. It has memory of its own, not the arena's: a
 * helper that starts late may look at it after the work is over and the arena is used for something else.
 */
export interface Board {
  /** [LEFT], [DONE], [CALLS], [KERNEL], [COUNT], [PAGES], [FAILED], [TOLD], [OVER] */
  state: Int32Array
  /** [threads] the address of each thread's own memory; 0 where kernels need none */
  scratch: Float64Array
  /** [MOST_CALLS × MOST_ARGS] row-major; the first COUNT of each row are arguments */
  args: Float64Array
  /** [MOST_CALLS] what each call returned */
  values: Float64Array
  /** [MOST_TEXT] what the first call that failed said; FAILED units of UTF-16 */
  text: Uint16Array
}

/** A thread at the board. */
export interface Hand {
  board: Board
  thread: number
  memory: WasmMemory
  kernels: readonly Kernel[]
}

/** Calls of one kernel. */
export interface Job {
  /** By its place in the list. */
  kernel: number
  /** As many arguments in each. */
  calls: ReadonlyArray<readonly number[]>
  /** The address of each thread's own memory, which comes first in every call; none where the kernel needs none. */
  scratch: readonly number[]
  /** Whether whoever waits for the end wakes up at each call that is over. */
  told: boolean
}

/**
 * The turn in the high bits and how many of its calls nobody has taken in the low ones. A call is taken by counting this down,
 * which nobody can who has not seen the turn begin; and a turn ends only when every taken call is done, so the board is not
 * rewritten while a call reads it.
 */
export const LEFT = 0
/** Calls that are over: done, failed or withdrawn. */
export const DONE = 1
/** Calls of this turn. */
const CALLS = 2
const KERNEL = 3
/** How many arguments a call has. */
const COUNT = 4
/** Length of the memory. */
const PAGES = 5
/** Length of the text of the first failure; 0 where there was none. */
const FAILED = 6
const TOLD = 7
/** Not 0 when there will be no more turns. */
const OVER = 8
const LOW_BITS = 12
/** Calls of one turn, at most. */
export const MOST_CALLS: number = (1 << LOW_BITS) - 1
/** Arguments of one call, at most. */
const MOST_ARGS = 32
const MOST_TEXT = 200
export function newBoard(threads: number): Board {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * 9)),
    scratch: new Float64Array(new SharedArrayBuffer(8 * threads)),
    args: new Float64Array(new SharedArrayBuffer(8 * MOST_CALLS * MOST_ARGS)),
    values: new Float64Array(new SharedArrayBuffer(8 * MOST_CALLS)),
    text: new Uint16Array(new SharedArrayBuffer(2 * MOST_TEXT))
  }
}

/** The kernels in the order of their module's exports, which is that of every thread. */
export function kernelList(kernels: Kernels): readonly Kernel[] {
  return Object.values(kernels)
}

/** Begins a turn of at most MOST_CALLS calls. Only when the turn before is over. */
export function announce(board: Board, memory: WasmMemory, {kernel, calls, scratch, told}: Job): void {
  const {state, args} = board
  const turn = (Atomics.load(state, LEFT) >>> LOW_BITS) + 1
  const count = calls.length > 0 ? calls[0].length : 0
  if (count > MOST_ARGS)
    throw new RangeError(`A call has ${count} arguments, and the board has room for ${MOST_ARGS}.`)
  state[PAGES] = memory.buffer.byteLength / PAGE
  state[CALLS] = calls.length
  state[KERNEL] = kernel
  state[COUNT] = count
  state[FAILED] = 0
  state[TOLD] = told ? 1 : 0
  board.scratch.fill(0)
  board.scratch.set(scratch)
  for (let id = 0; id < calls.length; id++)
    for (let k = 0; k < count; k++) args[id * MOST_ARGS + k] = calls[id][k]
  Atomics.store(state, DONE, 0)
  Atomics.store(state, LEFT, (turn << LOW_BITS) | calls.length)
  Atomics.notify(state, LEFT)
}

/** Takes back the calls of this turn that nobody has taken. */
export function withdraw({state}: Board): void {
  for (;;) {
    const left = Atomics.load(state, LEFT)
    const calls = left & MOST_CALLS
    if (Atomics.compareExchange(state, LEFT, left, left - calls) !== left) continue
    Atomics.add(state, DONE, calls)
    Atomics.notify(state, DONE)
    return
  }
}

/** One of the threads is gone, and the call it may have had will never be over. */
export function mourn(board: Board): void {
  Atomics.store(board.state, TOLD, 1)
  withdraw(board)
}

/** Tells the helpers that there will be no more turns. */
export function adjourn({state}: Board): void {
  Atomics.store(state, OVER, 1)
  // A turn without calls, so that those who sleep look up.
  Atomics.add(state, LEFT, 1 << LOW_BITS)
  Atomics.notify(state, LEFT)
}

/** Takes calls turn by turn, until there will be no more. */
export function help(hand: Hand): void {
  const {state} = hand.board
  while (Atomics.load(state, OVER) === 0) {
    const left = Atomics.load(state, LEFT)
    if (!takeCall(hand, left)) awaitChange(hand.board, LEFT, left, 100)
  }
}

/** Takes the next call and runs it, if LEFT is still what it was; false where it says that there is none. */
export function takeCall({board, thread, memory, kernels}: Hand, left: number): boolean {
  const {state, args, values} = board
  const rest = left & MOST_CALLS
  if (rest === 0) return false
  if (Atomics.compareExchange(state, LEFT, left, left - 1) !== left) return true
  const id = state[CALLS] - rest
  try {
    catchUp(memory, state[PAGES] * PAGE)
    const kernel = kernels[state[KERNEL]]
    const call = board.scratch[thread] === 0 ? [] : [board.scratch[thread]]
    for (let k = 0; k < state[COUNT]; k++) call.push(args[id * MOST_ARGS + k])
    values[id] = kernel(...call)
  } catch (error) {
    fail(board, (error as Error).message)
  }
  const done = Atomics.add(state, DONE, 1) + 1
  if (done === state[CALLS] || Atomics.load(state, TOLD) !== 0) Atomics.notify(state, DONE)
  return true
}

function fail(board: Board, message: string): void {
  const {state, text} = board
  const length = Math.min(message.length, MOST_TEXT)
  if (Atomics.compareExchange(state, FAILED, 0, length) === 0)
    for (let k = 0; k < length; k++) text[k] = message.charCodeAt(k)
  withdraw(board)
}

/** What the first call of a turn that failed said, once the turn is over. */
export function failureOf({state, text}: Board): string | undefined {
  const length = Atomics.load(state, FAILED)
  return length === 0 ? undefined : String.fromCharCode(...text.subarray(0, length))
}

/** Sleeps until an entry of the board is no longer `value`, or for so many milliseconds. */
export function awaitChange({state}: Board, entry: number, value: number, ms: number): void {
  Atomics.wait(state, entry, value, ms)
}

/** The part of JavaScript that TypeScript's library for this target lacks. */
interface AtomicsAsync {
  waitAsync(state: Int32Array, entry: number, value: number): {value: string | Promise<string>}
}

/** Resolves when an entry of the board is no longer `value`. It keeps no process alive. */
export async function hearChange({state}: Board, entry: number, value: number): Promise<void> {
  await (Atomics as unknown as AtomicsAsync).waitAsync(state, entry, value).value
}
