import {kernelsOn, type WasmMemory, type WasmModule} from './wasm'

/** Calls of one kernel that several threads share without messages. */
export interface Job {
  memory: WasmMemory
  module: WasmModule
  kernel: string
  calls: ReadonlyArray<readonly number[]>
  /** In the shared memory: calls taken, calls done, calls that failed. */
  progress: Int32Array
}

/** Takes calls of a job until none is left; `scratch` is the address of this thread's scratch memory, the first argument of all. */
export function takeCalls({memory, module, kernel, calls, progress}: Job, scratch: number): void {
  const kernels = kernelsOn(memory, module)
  for (;;) {
    const id = Atomics.add(progress, 0, 1)
    if (id >= calls.length) return
    try {
      kernels[kernel](scratch, ...calls[id])
    } catch {
      Atomics.add(progress, 2, 1)
    }
    Atomics.add(progress, 1, 1)
    Atomics.notify(progress, 1)
  }
}
