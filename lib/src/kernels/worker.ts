import {type MessagePort, parentPort, workerData} from 'node:worker_threads'
import {type Board, HEARD, type Job, takeCalls} from './job'
import {type Kernels, kernelsOn, type WasmMemory, type WasmModule} from './wasm'

/** A worker of the pool runs one kernel call at a time on the shared memory; a helper of a team takes its share of each job. */
export interface WorkerSetup {
  memory: WasmMemory
  module: WasmModule
  share?: Share
}
export interface Share {
  board: Board
  /** Number of the helper, from 0. */
  helper: number
  /** The address of its scratch memory, where kernels need one. */
  scratch: number | undefined
}
export interface WorkerCall {
  id: number
  kernel: string
  args: readonly number[]
}
export interface WorkerAnswer {
  id: number
  value?: number
  error?: string
}

if (parentPort !== null) {
  const port = parentPort
  const {memory, module, share} = workerData as WorkerSetup
  const kernels = kernelsOn(memory, module)
  if (share === undefined) answer(port, kernels)
  else help(port, kernels, share)
}

function help(port: MessagePort, kernels: Kernels, {board, helper, scratch}: Share): void {
  port.on('message', (job: Job) => {
    takeCalls(kernels, board, job, scratch)
    Atomics.store(board.state, HEARD + helper, job.turn)
  })
}

function answer(port: MessagePort, kernels: Kernels): void {
  port.on('message', ({id, kernel, args}: WorkerCall) => {
    try {
      port.postMessage({id, value: kernels[kernel](...args)} satisfies WorkerAnswer)
    } catch (error) {
      port.postMessage({id, error: `${kernel}: ${(error as Error).message}`} satisfies WorkerAnswer)
    }
  })
}
