import type {Work} from '../work'
import {type Arena, pointer} from './arena'
import {DONE, hearChange, withdraw} from './board'
import {Crew, type Task} from './crew'

/** Worker threads whose work is awaited, while this thread is free (see `Crew`). */
export class Pool extends Crew {
  constructor(
    arena: Arena,
    private readonly run: Work
  ) {
    super(arena, run.workers, 0)
  }

  /** How many threads there are. */
  get size(): number {
    return this.run.workers
  }

  /**
   * Runs a kernel on every row of arguments and resolves when all are done, with their values in the order of the rows.
   * Stops with an InterruptedError where the run was aborted, once the calls under way have ended.
   * `onDone` hears how many calls are done. Where a kernel needs scratch of its own, `scratch` has an address for each thread
   * (see `scratchFor`), which comes first in every call.
   */
  all(
    kernel: string,
    calls: ReadonlyArray<readonly number[]>,
    onDone?: (done: number) => void,
    scratch: readonly number[] = []
  ): Promise<Float64Array> {
    return this.inTurn([{kernel, calls}], onDone, scratch)
  }

  /**
   * The same for several tasks, each of which begins when the one before is over: by the thread that ended it, while nobody waits for
   * this one, which on a busy machine may be long in waking up. Of the tasks that are over `onDone` is handed the values, too.
   */
  async inTurn(
    tasks: readonly Task[],
    onDone?: (done: number, values: Float64Array) => void,
    scratch: readonly number[] = []
  ): Promise<Float64Array> {
    const {board, run} = this
    run.check()
    const count = tasks.reduce((sum, {calls}) => sum + calls.length, 0)
    const values = new Float64Array(count)
    const stop = (): void => withdraw(board)
    run.signal?.addEventListener('abort', stop)
    // Threads keep no process alive, nor does a change that is listened for: it would end in the midst of the work.
    const awake = setInterval(() => undefined, 1000)
    try {
      for (const [before, done] of this.turns(tasks, {scratch, told: onDone !== undefined}, values)) {
        if (run.signal?.aborted) withdraw(board)
        else if (done > 0) onDone?.(before + done, values)
        await hearChange(board, DONE, done)
      }
    } finally {
      clearInterval(awake)
      run.signal?.removeEventListener('abort', stop)
    }
    if (!run.signal?.aborted) onDone?.(count, values)
    run.check()
    return values
  }
}

/** Scratch memory of this many bytes for each of `threads`: their addresses. */
export function scratchFor(arena: Arena, threads: number, bytes: number): number[] {
  return Array.from({length: threads}, () => pointer(arena.u8(bytes)))
}

/** Fixed blocks [from, to) of about `size` rows: they depend on the data alone. */
export function blocks(count: number, size: number): Array<readonly [from: number, to: number]> {
  const list: Array<readonly [number, number]> = []
  for (let from = 0; from < count; from += size) list.push([from, Math.min(count, from + size)])
  return list
}

/** Fixed blocks of rows with about `weight` entries each, by the row starts of a compressed table. */
export function weightedBlocks(
  start: Int32Array,
  weight: number
): Array<readonly [from: number, to: number]> {
  const list: Array<readonly [number, number]> = []
  let from = 0
  for (let row = 1; row < start.length; row++) {
    if (start[row] - start[from] >= weight || row === start.length - 1) {
      list.push([from, row])
      from = row
    }
  }
  return list
}

/** Opens a pool, hands it to the work, and closes it whatever happens. */
export async function withPool<T>(arena: Arena, run: Work, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = new Pool(arena, run)
  try {
    return await work(pool)
  } finally {
    pool.close()
  }
}
