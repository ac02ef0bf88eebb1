import type {Worker} from 'node:worker_threads'
import type {Work} from '../work'
import {type Arena, pointer} from './arena'
import {dismiss, engage} from './threads'
import {kernelModule, type WasmMemory} from './wasm'
import type {WorkerAnswer, WorkerCall} from './worker'

/** Calls given to a worker ahead of time, so that it never waits for a message. */
const AHEAD = 2

/**
 * Worker threads that run kernels on the memory of an arena. A task is a kernel's name and a list of argument rows; each row is
 * one call (at most about 200 ms), given to whichever worker is free. The rows belong to the data (fixed blocks), so that the
 * result does not depend on how many workers there are: calls of one task must write to different places.
 */
export class Pool {
  private readonly workers: Worker[]
  private readonly run: Work
  private readonly memory: WasmMemory

  constructor(arena: Arena, run: Work) {
    this.run = run
    this.memory = arena.memory
    const setup = {memory: arena.memory, module: kernelModule()}
    this.workers = Array.from({length: run.workers}, () => engage(setup))
  }

  /** How many threads there are. */
  get size(): number {
    return this.workers.length
  }

  /**
   * Runs a kernel on every row of arguments and resolves when all are done, with their values in the order of the rows.
   * Stops with an InterruptedError where the run was aborted, once the calls under way have ended.
   * `onDone` hears how many calls are done. Where a kernel needs scratch of its own, `scratch` has an address for each thread
   * (see `scratchFor`), which comes first in every call.
   */
  async all(
    kernel: string,
    calls: ReadonlyArray<readonly number[]>,
    onDone?: (done: number) => void,
    scratch?: readonly number[]
  ): Promise<Float64Array> {
    this.run.check()
    const values = new Float64Array(calls.length)
    const bytes = this.memory.buffer.byteLength
    let next = 0
    let done = 0
    let failed: Error | undefined
    const serve = (worker: Worker, thread: number): Promise<void> =>
      new Promise(resolve => {
        let under = 0
        const give = (): void => {
          while (under < AHEAD && next < calls.length && failed === undefined && !this.run.signal?.aborted) {
            const id = next++
            under++
            const args = scratch === undefined ? calls[id] : [scratch[thread], ...calls[id]]
            worker.postMessage({id, kernel, args, bytes} satisfies WorkerCall)
          }
          if (under === 0) finish()
        }
        const hear = ({id, value, error}: WorkerAnswer): void => {
          under--
          if (error !== undefined) failed ??= new Error(error)
          else values[id] = value ?? 0
          onDone?.(++done)
          give()
        }
        const fail = (error: Error): void => {
          failed ??= error
          finish()
        }
        const finish = (): void => {
          worker.off('message', hear)
          worker.off('error', fail)
          worker.unref()
          resolve()
        }
        worker.on('message', hear)
        worker.on('error', fail)
        worker.ref()
        give()
      })
    await Promise.all(this.workers.map(serve))
    if (failed !== undefined) throw failed
    this.run.check()
    return values
  }

  close(): void {
    for (const worker of this.workers) dismiss(worker)
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
