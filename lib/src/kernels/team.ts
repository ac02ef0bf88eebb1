import type {Work} from '../work'
import type {Arena} from './arena'
import {awaitChange, DONE, type Hand, kernelList, LEFT, takeCall} from './board'
import {Crew} from './crew'

/**
 * This thread and helpers (see `Crew`): for work of a thousand steps that each wait for the one before, and for questions whose
 * answer cannot be awaited. Until the helpers have started this thread does their share. While calls run it hears nothing, so let it
 * `breathe` in between (see `Work`).
 */
export class Team extends Crew {
  private readonly own: Hand

  /** `threads` counts this one. `scratch` has the address of each thread's own memory, which then comes first in every call. */
  constructor(
    arena: Arena,
    threads: number,
    private readonly scratch: readonly number[] = []
  ) {
    super(arena, threads, 1)
    const {board, memory} = this
    this.own = {board, memory, thread: 0, kernels: kernelList(this.kernels)}
  }

  /** Runs a kernel on every row of arguments and returns when all are done, with their values in the order of the rows. */
  all(kernel: string, calls: ReadonlyArray<readonly number[]>): Float64Array {
    const {board, own, scratch} = this
    const values = new Float64Array(calls.length)
    for (const [, done] of this.turns([{kernel, calls}], {scratch, told: false}, values))
      if (!takeCall(own, Atomics.load(board.state, LEFT))) awaitChange(board, DONE, done, 100)
    return values
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
