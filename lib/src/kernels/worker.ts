import timers from 'node:timers'
import {parentPort} from 'node:worker_threads'
import {type Board, help, kernelList} from './board'
import {garbageCollector} from './garbage'
import {kernelsOn, type WasmMemory, type WasmModule} from './wasm'

/** As it is when the thread starts: what a test framework puts in its place later would never come back. */
const {setImmediate} = timers

/** A place at the board of a pool. */
export interface WorkerSetup {
  memory: WasmMemory
  module: WasmModule
  board: Board
  thread: number
}

/** What to work on from now on; nothing: let go of the memory. */
export interface WorkerMessage {
  setup: WorkerSetup | undefined
}

if (parentPort !== null) {
  // An idle thread allocates nothing, so it would not collect its garbage, and with it keep the memories of all fits it worked for.
  const collectGarbage = garbageCollector()
  parentPort.on('message', ({setup}: WorkerMessage) => {
    if (setup !== undefined) {
      const {memory, module, board, thread} = setup
      help({board, thread, memory, kernels: kernelList(kernelsOn(memory, module))})
    } else if (collectGarbage !== undefined) setImmediate(collectGarbage)
  })
}
