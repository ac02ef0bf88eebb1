import {catchUp, type Kernel, type Kernels, PAGE, type WasmMemory} from './wasm'

/**
 * What threads that work together share: the jobs of one turn, their calls, and how far they are. The calls of a job may run side by side;
 * a job begins when the one before is over, begun by the thread that ended it, so that no other has to wake up first. The board has
 * memory of its own, not the arena's: a helper that starts late may look at it after the work is over and the arena is used for
 * something else.
 */
export interface Board {
  /** [LEFT], [REST], [LATER], [DONE], [JOB], [CALLS], [PAGES], [FAILED], [TOLD], [BACK], [OVER] */
  state: Int32Array
  /** [MOST_CALLS × 4] of each job its first call, how many it has, its kernel, and how many arguments each has */
  jobs: Int32Array
  /** [threads] the address of each thread's own memory; 0 where kernels need none */
  scratch: Float64Array
  /** [MOST_CALLS × MOST_ARGS] row-major; the first of each row, as many as its job says, are arguments */
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

/** Calls of one kernel, at least one. */
export interface Job {
  /** By its place in the list. */
  kernel: number
  /** As many arguments in each. */
  calls: ReadonlyArray<readonly number[]>
}

/** How the jobs of a turn are run. */
export interface Terms {
  /** The address of each thread's own memory, which comes first in every call; none where the kernel needs none. */
  scratch: readonly number[]
  /** Whether whoever waits for the end wakes up at each call that is over. */
  told: boolean
}

/**
 * A number of its own for each job in the high bits, and how many of its calls nobody has taken in the low ones. A call is taken by
 * counting this down, which nobody can who has not seen the job begin; and a job ends only when every taken call is done, so neither
 * the board nor JOB is rewritten while a call reads it.
 */
export const LEFT = 0
/** Calls of this job that are not over. Whoever brings it to 0 begins the next. */
const REST = 1
/** Calls of jobs that have not begun; 0 once they are taken back, so that nobody begins them. */
const LATER = 2
/** Calls of this turn that are over: done, failed or withdrawn. */
export const DONE = 3
/** The job that is under way, counted from 0. */
const JOB = 4
/** Calls of this turn, of all its jobs. */
const CALLS = 5
/** Length of the memory. */
const PAGES = 6
/** Length of the text of the first failure; 0 where there was none. */
const FAILED = 7
const TOLD = 8
/** Not 0 once the calls of this turn are withdrawn. */
const BACK = 9
/** Not 0 when there will be no more turns. */
const OVER = 10
const LOW_BITS = 12
/** Calls of one turn, at most. */
export const MOST_CALLS: number = (1 << LOW_BITS) - 1
/** Arguments of one call, at most. */
const MOST_ARGS = 32
const MOST_TEXT = 200
export function newBoard(threads: number): Board {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * 11)),
    jobs: new Int32Array(new SharedArrayBuffer(4 * MOST_CALLS * 4)),
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

/** Begins a turn of jobs that have at most MOST_CALLS calls together. Only when the turn before is over. */
export function announce(
  board: Board,
  memory: WasmMemory,
  all: readonly Job[],
  {scratch, told}: Terms
): void {
  const {state, jobs, args} = board
  let id = 0
  for (const [k, {kernel, calls}] of all.entries()) {
    const count = calls[0].length
    if (count > MOST_ARGS)
      throw new RangeError(`A call has ${count} arguments, and the board has room for ${MOST_ARGS}.`)
    jobs.set([id, calls.length, kernel, count], 4 * k)
    for (const call of calls) args.set(call, MOST_ARGS * id++)
  }
  state[PAGES] = memory.buffer.byteLength / PAGE
  state[CALLS] = id
  state[FAILED] = 0
  state[TOLD] = told ? 1 : 0
  state[BACK] = 0
  board.scratch.fill(0)
  board.scratch.set(scratch)
  Atomics.store(state, DONE, 0)
  Atomics.store(state, LATER, id - jobs[1])
  begin(board, 0)
}

/** Begins a job, when nobody has a call of another. */
function begin({state, jobs}: Board, job: number): void {
  const calls = jobs[4 * job + 1]
  const number = (Atomics.load(state, LEFT) >>> LOW_BITS) + 1
  state[JOB] = job
  Atomics.store(state, REST, calls)
  Atomics.store(state, LEFT, (number << LOW_BITS) | calls)
  Atomics.notify(state, LEFT)
}

/** A job is over: the next begins, unless there is none or all that come are taken back. */
function next(board: Board): void {
  const {state, jobs} = board
  const job = state[JOB] + 1
  for (let later = Atomics.load(state, LATER); later > 0; later = Atomics.load(state, LATER)) {
    if (Atomics.compareExchange(state, LATER, later, later - jobs[4 * job + 1]) !== later) continue
    begin(board, job)
    return
  }
}

/**
 * Takes back the calls of this turn that nobody has taken. A job that was just being begun is taken back by the thread that would take
 * its first call.
 */
export function withdraw(board: Board): void {
  const {state} = board
  Atomics.store(state, BACK, 1)
  Atomics.add(state, DONE, Atomics.exchange(state, LATER, 0))
  while (!takeBack(board, Atomics.load(state, LEFT)));
}

/** Takes back what LEFT says that is left; false where it is no longer that. */
function takeBack({state}: Board, left: number): boolean {
  const calls = left & MOST_CALLS
  if (Atomics.compareExchange(state, LEFT, left, left - calls) !== left) return false
  Atomics.sub(state, REST, calls)
  Atomics.add(state, DONE, calls)
  Atomics.notify(state, DONE)
  return true
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
  const {state, jobs, args, values} = board
  const rest = left & MOST_CALLS
  if (rest === 0) return false
  if (Atomics.load(state, BACK) !== 0) {
    takeBack(board, left)
    return true
  }
  if (Atomics.compareExchange(state, LEFT, left, left - 1) !== left) return true
  const job = 4 * state[JOB]
  const id = jobs[job] + jobs[job + 1] - rest
  try {
    catchUp(memory, state[PAGES] * PAGE)
    const call = board.scratch[thread] === 0 ? [] : [board.scratch[thread]]
    for (let k = 0; k < jobs[job + 3]; k++) call.push(args[id * MOST_ARGS + k])
    values[id] = kernels[jobs[job + 2]](...call)
  } catch (error) {
    fail(board, (error as Error).message)
  }
  if (Atomics.sub(state, REST, 1) === 1) next(board)
  // The very last: from here on whoever waits may begin another turn.
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
