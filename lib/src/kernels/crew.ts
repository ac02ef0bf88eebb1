import type {Worker} from 'node:worker_threads'
import type {MovieRecsError} from '../errors'
import type {Arena} from './arena'
import {
  adjourn,
  announce,
  type Board,
  DONE,
  failureOf,
  type Job,
  MOST_CALLS,
  mourn,
  newBoard,
  type Terms
} from './board'
import {dismiss, engage} from './threads'
import {type Kernels, kernelModule, kernelsOn, type WasmMemory} from './wasm'

/** A task: a kernel by its name, and any number of calls. */
export interface Task extends Omit<Job, 'kernel'> {
  kernel: string
}

/** Tasks in turns of at most MOST_CALLS calls, one that has more in pieces. */
function turnsOf(tasks: readonly Task[]): Task[][] {
  const turns: Task[][] = []
  let room = 0
  for (const {kernel, calls} of tasks)
    for (let from = 0; from < calls.length; from += MOST_CALLS) {
      const piece = calls.slice(from, from + MOST_CALLS)
      if (piece.length > room) {
        turns.push([])
        room = MOST_CALLS
      }
      turns[turns.length - 1].push({kernel, calls: piece})
      room -= piece.length
    }
  return turns
}

/**
 * Threads at one board that run kernels on the memory of an arena. A task is a list of argument rows; each row is one call (at most
 * about 200 ms), taken from one counter in shared memory by whichever thread is free. The rows belong to the data (fixed blocks), and
 * calls of one task write to different places, so the result does not depend on how many threads there are, nor on when they start.
 *
 * There are two ways to wait for the end of a task, and both are right. A pool leaves the calls to its helpers and awaits them, so
 * this thread stays free. A team works along and blocks: for steps of 50 µs, which helpers may come too late for, and for questions
 * that cannot be awaited. A pool that worked along won a few per cent of a small fit, but lost more beside other processes: a thread
 * that never sleeps uses up its time in the midst of a call that all others wait for, and with four such processes on two cores ALS
 * took up to 1.4 times as long. For the same reason nobody spins: a look of 100 µs before sleep won 3 % of an SVD, and with it that
 * ALS took up to 2.5 times as long.
 */
export abstract class Crew {
  protected readonly board: Board
  protected readonly memory: WasmMemory
  protected readonly kernels: Kernels
  protected readonly helpers: Worker[]
  private readonly deaths: MovieRecsError[] = []
  /** The place of each kernel in the list. */
  private readonly places: Map<string, number>

  /** So many threads, of which those before `first` are not helpers. */
  protected constructor({memory}: Arena, threads: number, first: number) {
    const module = kernelModule()
    const board = newBoard(threads)
    this.board = board
    this.memory = memory
    this.kernels = kernelsOn(memory, module)
    this.places = new Map(Object.keys(this.kernels).map((name, place) => [name, place]))
    this.helpers = Array.from({length: threads - first}, (_, k) =>
      engage({memory, module, board, thread: first + k}, death => {
        this.deaths.push(death)
        mourn(board)
      })
    )
  }

  /**
   * Runs tasks, one when the one before is over, into `values`, which has room for all calls in their order: comes back whenever there is
   * something to wait for, with the calls done in the turns before this one and in this one. Of tasks that are over `values` has all, where the terms are to tell.
   */
  protected *turns(
    tasks: readonly Task[],
    terms: Terms,
    values: Float64Array
  ): Generator<readonly [before: number, done: number]> {
    const {board, memory, deaths} = this
    let before = 0
    for (const turn of turnsOf(tasks)) {
      if (deaths.length > 0) throw deaths[0]
      const jobs = turn.map(({kernel, calls}) => ({kernel: this.places.get(kernel) ?? -1, calls}))
      const count = turn.reduce((sum, {calls}) => sum + calls.length, 0)
      announce(board, memory, jobs, terms)
      // One who died may have taken a call with him, or the beginning of the next job: there is no end to wait for.
      for (let done = 0; done < count && deaths.length === 0; done = Atomics.load(board.state, DONE)) {
        // Who is told how far it is may look at what there is.
        if (terms.told) values.set(board.values.subarray(0, count), before)
        yield [before, done]
      }
      if (deaths.length > 0) throw deaths[0]
      const failure = failureOf(board)
      if (failure !== undefined)
        throw new Error(`${[...new Set(turn.map(({kernel}) => kernel))].join(', ')}: ${failure}`)
      values.set(board.values.subarray(0, count), before)
      before += count
    }
  }

  close(): void {
    adjourn(this.board)
    for (const helper of this.helpers) dismiss(helper)
  }
}
