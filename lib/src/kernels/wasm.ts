import {readFileSync} from 'node:fs'
import path from 'node:path'
import {MovieRecsError} from '../errors'

/** A kernel takes pointers, counts and strides, and gives at most one number. */
export type Kernel = (...args: number[]) => number
export type Kernels = Record<string, Kernel>

/** The part of the WebAssembly API that is used here; the kernel's TypeScript knows no such global. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}
export type WasmModule = object
interface WasmApi {
  Memory: new (o: {initial: number; maximum: number; shared: boolean}) => WasmMemory
  Module: new (bytes: Uint8Array) => WasmModule
  Instance: new (module: WasmModule, imports: object) => {readonly exports: unknown}
}
const wasm = (globalThis as unknown as {WebAssembly: WasmApi}).WebAssembly

/** Bytes in a page of memory. */
export const PAGE: number = 1 << 16

/**
 * Lets this thread see at least so many bytes of a memory that another thread may have grown. V8 tells threads of growth, but not
 * one that was being handed the memory just then: its bounds stay the old ones until it grows it itself, by nothing.
 */
export function catchUp(memory: WasmMemory, bytes: number): void {
  if (memory.buffer.byteLength < bytes) memory.grow(0)
}

let compiled: WasmModule | undefined

/** A shared memory of two pages that can grow to 4 GiB. */
export function sharedMemory(): WasmMemory {
  return new wasm.Memory({initial: 2, maximum: 1 << 16, shared: true})
}

/** The one wasm module, compiled on first use. */
export function kernelModule(): WasmModule {
  compiled ??= new wasm.Module(kernelBytes())
  return compiled
}

function kernelBytes(): Uint8Array {
  try {
    return readFileSync(path.join(__dirname, '..', 'kernels.wasm'))
  } catch (cause) {
    throw bundledWithout('kernels.wasm', cause)
  }
}

/** A bundler copies code, not the files beside it. */
export function bundledWithout(file: string, cause?: unknown): MovieRecsError {
  return new MovieRecsError(
    `movie-recs was bundled without ${file}: mark movie-recs as external (esbuild: --external:movie-recs), so that it is loaded from node_modules.`,
    {cause}
  )
}

/** The kernels on a memory, for this thread. */
export function kernelsOn(memory: WasmMemory, module: WasmModule = kernelModule()): Kernels {
  const abort = (): never => {
    throw new Error('A kernel aborted.')
  }
  return new wasm.Instance(module, {env: {memory, abort}}).exports as unknown as Kernels
}
