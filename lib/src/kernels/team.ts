import type {Worker} from 'node:worker_threads'
import type {Work} from '../work'
import type {Arena} from './arena'
import {
  adjourn,
  announce,
  awaitChange,
  type Board,
  DONE,
  FAILED,
  kernelList,
  MOST_CALLS,
  newBoard,
  takeCalls
} from './job'
import {dismiss, engage} from './threads'
import {type Kernel, kernelModule, kernelsOn, type WasmMemory} from './wasm'

/**
 * This thread and helpers that run short kernel calls together: for work of a thousand steps that each wait for the one before,
 * and for questions whose answer cannot be awaited. Calls are taken from one counter in shared memory and write to different
 * places, so the result does not depend on how many threads there are, nor on when the helpers start: until then this thread does
 * their share. Helpers watch that memory: a message would take as long as a call. While calls run this thread hears nothing, so let
 * it `breathe` in between (see `Run`).
 */
export class Team {
  private readonly helpers: Worker[]
  private readonly memory: WasmMemory
  private readonly kernels: readonly Kernel[]
  /** The place of each kernel in that list. */
  private readonly places: Map<string, number>
  private readonly board: Board

  /** `threads` counts this one. `scratch` has the address of each thread's own memory, which then comes first in every call. */
  constructor(
    arena: Arena,
    threads: number,
    private readonly scratch: readonly number[] = []
  ) {
    const {memory} = arena
    this.memory = memory
    const module = kernelModule()
    const kernels = kernelsOn(memory, module)
    this.kernels = kernelList(kernels)
    this.places = new Map(Object.keys(kernels).map((name, place) => [name, place]))
    this.board = newBoard()
    this.helpers = Array.from({length: threads - 1}, (_, k) =>
      engage({memory, module, share: {board: this.board, scratch: scratch[k + 1]}})
    )
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
    announce(this.board, this.memory, this.places.get(kernel) ?? -1, calls)
    takeCalls(this.memory, this.kernels, this.board, this.scratch[0])
    for (;;) {
      const done = Atomics.load(state, DONE)
      if (done === calls.length) break
      awaitChange(this.board, DONE, done)
    }
    if (Atomics.load(state, FAILED) !== 0) throw new Error(`${kernel}: a kernel aborted.`)
    return values.subarray(0, calls.length)
  }

  close(): void {
    adjourn(this.board)
    for (const helper of this.helpers) dismiss(helper)
  }
}

/** Forms a team, hands it to the work, and dissolves it whatever happens. */
export async function withTeam<T>(arena: Arena, run: Work, work: (team: Team) => Promise<T>): Promise<T> {
  const team = new Team(arena, run.workers)
  try {
    return await work(team)
  } finally {
    team.close()
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
    team.close()
  }
}
