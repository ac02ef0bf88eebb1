import {parentPort, workerData} from 'node:worker_threads'
import {type Job, takeCalls} from './job'
import {kernelsOn, type WasmMemory, type WasmModule} from './wasm'

/** A worker of the pool: runs one kernel call at a time on the shared memory, or takes its share of a job and ends. */
export interface WorkerSetup {
  memory: WasmMemory
  module: WasmModule
  job?: Job
  /** Of a job: the address of this thread's scratch memory. */
  scratch?: number
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
  const {memory, module, job, scratch} = workerData as WorkerSetup
  if (job === undefined) answer(port, memory, module)
  else takeCalls(job, scratch as number)
}

function answer(port: NonNullable<typeof parentPort>, memory: WasmMemory, module: WasmModule): void {
  const kernels = kernelsOn(memory, module)
  port.on('message', ({id, kernel, args}: WorkerCall) => {
    try {
      port.postMessage({id, value: kernels[kernel](...args)} satisfies WorkerAnswer)
    } catch (error) {
      port.postMessage({id, error: `${kernel}: ${(error as Error).message}`} satisfies WorkerAnswer)
    }
  })
}
