import type {Worker} from 'node:worker_threads'
import type {MovieRecsError} from '../errors'
import type {Arena} from './arena'
import {adjourn, announce, type Board, DONE, failureOf, type Job, MOST_CALLS, mourn, newBoard} from './board'
import {dismiss, engage} from './threads'
import {type Kernels, kernelModule, kernelsOn, type WasmMemory} from './wasm'

/** A task: a kernel by its name, and any number of calls. */
export interface Task extends Omit<Job, 'kernel'> {
  kernel: string
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
   * Runs a task, turn by turn, into `values`: comes back whenever there is something to wait for, with the calls done in the turns
   * before this one and in this one.
   */
  protected *turns(task: Task, values: Float64Array): Generator<readonly [before: number, done: number]> {
    const {board, memory, deaths} = this
    const kernel = this.places.get(task.kernel) ?? -1
    for (let before = 0; before < task.calls.length; before += MOST_CALLS) {
      if (deaths.length > 0) throw deaths[0]
      const calls = task.calls.slice(before, before + MOST_CALLS)
      announce(board, memory, {...task, kernel, calls})
      // One who died may have taken a call with him.
      for (let done = 0; done + deaths.length < calls.length; done = Atomics.load(board.state, DONE))
        yield [before, done]
      if (deaths.length > 0) throw deaths[0]
      const failure = failureOf(board)
      if (failure !== undefined) throw new Error(`${task.kernel}: ${failure}`)
      values.set(board.values.subarray(0, calls.length), before)
    }
  }

  close(): void {
    adjourn(this.board)
    for (const helper of this.helpers) dismiss(helper)
  }
}
