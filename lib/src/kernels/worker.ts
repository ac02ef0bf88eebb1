import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {type MessagePort, parentPort} from 'node:worker_threads'
import {awaitChange, type Board, isOver, kernelList, LEFT, takeCalls} from './job'
import {catchUp, type Kernel, type Kernels, kernelsOn, type WasmMemory, type WasmModule} from './wasm'

/** A worker of a pool runs one kernel call at a time on the shared memory; a helper of a team takes its share of each turn. */
export interface WorkerSetup {
  memory: WasmMemory
  module: WasmModule
  share?: Share
}
export interface Share {
  board: Board
  /** The address of its scratch memory, where kernels need one. */
  scratch: number | undefined
}
export interface WorkerCall {
  id: number
  kernel: string
  args: readonly number[]
  /** Length of the memory when the call was made. */
  bytes: number
}
export interface WorkerAnswer {
  id: number
  value?: number
  error?: string
}

/** What to work on from now on (nothing: let go of the memory), or a call for a worker of a pool. */
export type WorkerMessage = {setup: WorkerSetup | undefined} | WorkerCall

if (parentPort !== null) {
  const port = parentPort
  // An idle thread allocates nothing, so it would not collect its garbage, and with it keep the memories of all fits it worked for.
  // The flag is the process's, and stays: another thread may be starting.
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('globalThis.gc') as (() => void) | undefined
  let work: {memory: WasmMemory; kernels: Kernels} | undefined
  port.on('message', (message: WorkerMessage) => {
    if ('id' in message) {
      const {memory, kernels} = work as NonNullable<typeof work>
      catchUp(memory, message.bytes)
      answer(port, kernels, message)
    } else if (message.setup === undefined) {
      work = undefined
      if (collectGarbage !== undefined) setImmediate(collectGarbage)
    } else {
      const {memory, module, share} = message.setup
      work = {memory, kernels: kernelsOn(memory, module)}
      if (share !== undefined) help(memory, kernelList(work.kernels), share)
    }
  })
}

/** Until the team is dissolved. */
function help(memory: WasmMemory, kernels: readonly Kernel[], {board, scratch}: Share): void {
  while (!isOver(board)) awaitChange(board, LEFT, takeCalls(memory, kernels, board, scratch))
}

function answer(port: MessagePort, kernels: Kernels, {id, kernel, args}: WorkerCall): void {
  try {
    port.postMessage({id, value: kernels[kernel](...args)} satisfies WorkerAnswer)
  } catch (error) {
    port.postMessage({id, error: `${kernel}: ${(error as Error).message}`} satisfies WorkerAnswer)
  }
}
