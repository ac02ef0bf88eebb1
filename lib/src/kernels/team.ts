import path from 'node:path'
import {Worker} from 'node:worker_threads'
import type {Run} from '../engines/run'
import type {Arena} from './arena'
import {
  type Board,
  DONE,
  FAILED,
  HEARD,
  type Job,
  MOST_BEHIND,
  MOST_CALLS,
  newBoard,
  noneTaken,
  TAKEN,
  takeCalls
} from './job'
import {type Kernels, kernelModule, kernelsOn} from './wasm'
import type {WorkerSetup} from './worker'

/**
 * This thread and helpers that run short kernel calls together: for work of a thousand steps that each wait for the one before,
 * and for questions whose answer cannot be awaited. Calls are taken from one counter in shared memory and write to different
 * places, so the result does not depend on how many threads there are, nor on when the helpers start: until then this thread does
 * their share. While calls run this thread hears nothing, so let it `breathe` in between (see `Run`).
 */
export class Team {
  private readonly helpers: Worker[]
  private readonly kernels: Kernels
  private readonly board: Board
  private turn = 0

  /** `threads` counts this one. `scratch` has the address of each thread's own memory, which then comes first in every call. */
  constructor(
    arena: Arena,
    threads: number,
    private readonly scratch: readonly number[] = []
  ) {
    const {memory} = arena
    const module = kernelModule()
    this.kernels = kernelsOn(memory, module)
    this.board = newBoard(threads - 1)
    this.helpers = Array.from({length: threads - 1}, (_, k) => {
      const share = {board: this.board, helper: k, scratch: scratch[k + 1]}
      const workerData: WorkerSetup = {memory, module, share}
      const helper = new Worker(path.join(__dirname, 'worker.js'), {workerData, env: {}, execArgv: []})
      helper.on('error', () => {}) // What it did not do is done here; what it did is counted.
      helper.unref()
      return helper
    })
  }

  /** Runs a kernel on every row of arguments and returns when all are done, with their values in the order of the rows. */
  all(kernel: string, calls: ReadonlyArray<readonly number[]>): Float64Array {
    const values = new Float64Array(calls.length)
    for (let from = 0; from < calls.length; from += MOST_CALLS)
      values.set(this.take(kernel, calls.slice(from, from + MOST_CALLS)), from)
    return values
  }

  private take(kernel: string, calls: ReadonlyArray<readonly number[]>): Float64Array {
    const {state, values} = this.board
    const job: Job = {kernel, calls, turn: ++this.turn}
    Atomics.store(state, DONE, 0)
    Atomics.store(state, FAILED, 0)
    Atomics.store(state, TAKEN, noneTaken(job.turn))
    for (const [k, helper] of this.helpers.entries())
      if (job.turn - Atomics.load(state, HEARD + k) < MOST_BEHIND) helper.postMessage(job)
    takeCalls(this.kernels, this.board, job, this.scratch[0])
    for (;;) {
      const done = Atomics.load(state, DONE)
      if (done === calls.length) break
      Atomics.wait(state, DONE, done, 100)
    }
    if (Atomics.load(state, FAILED) !== 0) throw new Error(`${kernel}: a kernel aborted.`)
    return values.subarray(0, calls.length)
  }

  async close(): Promise<void> {
    await Promise.all(this.helpers.map(helper => helper.terminate()))
  }
}

/** Forms a team, hands it to the work, and dissolves it whatever happens. */
export async function withTeam<T>(arena: Arena, run: Run, work: (team: Team) => Promise<T>): Promise<T> {
  const team = new Team(arena, run.workers)
  try {
    return await work(team)
  } finally {
    await team.close()
  }
}

/** Runs a kernel on every row of arguments at once, on `threads` threads with this one. `scratch` is as for a team. */
export function allNow(
  arena: Arena,
  threads: number,
  kernel: string,
  calls: ReadonlyArray<readonly number[]>,
  scratch: readonly number[]
): void {
  const team = new Team(arena, Math.max(1, Math.min(threads, calls.length)), scratch)
  try {
    team.all(kernel, calls)
  } finally {
    void team.close()
  }
}
