import {parentPort, workerData} from 'node:worker_threads'
import {kernelsOn, type WasmMemory, type WasmModule} from './wasm'

/** A worker of the pool: runs one kernel call at a time on the shared memory. */
export interface WorkerSetup {
  memory: WasmMemory
  module: WasmModule
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
  const {memory, module} = workerData as WorkerSetup
  const kernels = kernelsOn(memory, module)
  port.on('message', ({id, kernel, args}: WorkerCall) => {
    try {
      port.postMessage({id, value: kernels[kernel](...args)} satisfies WorkerAnswer)
    } catch (error) {
      port.postMessage({id, error: `${kernel}: ${(error as Error).message}`} satisfies WorkerAnswer)
    }
  })
}
