import {readFileSync} from 'node:fs'
import path from 'node:path'
import {MemoryError, MovieRecsError} from '../errors'

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
  Instance: new (module: WasmModule, imports: object) => {readonly exports: object}
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

/**
 * A shared memory of two pages that can grow to 4 GiB, or to `maximum` pages.
 * @throws MemoryError where the system does not give the addresses that it could grow into
 */
export function sharedMemory(maximum: number = 1 << 16): WasmMemory {
  try {
    return new wasm.Memory({initial: 2, maximum, shared: true})
  } catch (cause) {
    throw new MemoryError(
      'The kernels need a range of 10 GB of addresses, of which they use what the work takes, and the system does not give it. Raise the limit (ulimit -v unlimited), or end other programs.',
      {cause}
    )
  }
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
  const functions = exportsOn(memory, module).filter(([, one]) => typeof one === 'function')
  return Object.fromEntries(functions) as Kernels
}

function exportsOn(
  memory: WasmMemory,
  module: WasmModule
): Array<[string, Kernel | {readonly value: number}]> {
  const abort = (): never => {
    throw new Error('A kernel aborted.')
  }
  return Object.entries(new wasm.Instance(module, {env: {memory, abort}}).exports)
}

/**
 * What the callers of kernels must know: the numbers that both languages use, and how much memory a kernel asks for, in bytes. It
 * is written in lib/assembly alone, beside the kernel it belongs to.
 */
export interface KernelConstants {
  readonly ADAM_BETA1: number
  readonly ADAM_BETA2: number
  readonly ADAM_EPSILON: number
  readonly BASIS_ROWS: number
  readonly FACTOR_TILE: number
  readonly GIBBS_LINK_QUADS: number
  readonly GIBBS_NOISE: number
  readonly GIBBS_SQUARES: number
  readonly MEASURE_COSINE: number
  readonly MEASURE_DISTANCE: number
  readonly MEASURE_JACCARD: number
  readonly MEASURE_PEARSON: number
  readonly PIVOT_BLOCK: number
  readonly TILE_MOVIE: number
  readonly TILE_PERSON: number
  readonly WEIGHT_TILE: number
  autoLearnScratch(users: number, stride: number): number
  autoStride(hidden: number): number
  conjugateGradientScratch(stride: number): number
  conjugateGradientStride(columns: number): number
  gibbsBias(quads: number): number
  gibbsCutsBytes(classes: number): number
  gibbsLinksScratch(rows: number, links: number): number
  gibbsRowsScratch(quads: number): number
  gibbsStride(quads: number): number
  gramProductBytes(columns: number): number
  factorListsScratch(): number
  heapStart(): number
  listRoomBytes(): number
  weightListsScratch(): number
  neighbourhoodBytes(): number
  neighbourScratch(entities: number): number
  neighbourTileScratch(entities: number): number
  relatedRowsScratch(movies: number, k: number): number
  sgdStride(factors: number): number
  similarityRowScratch(entities: number): number
  slimColumnsScratch(movies: number): number
  sparseListsScratch(movies: number): number
  svdppScratch(stride: number): number
  weighDrawsStride(width: number): number
  weighListScratch(count: number): number
  weighNearestScratch(count: number): number
}

let constants: KernelConstants | undefined

/** Read on first use from the kernels on a small memory of their own, since they depend on none. */
export function kernelConstants(): KernelConstants {
  constants ??= Object.fromEntries(
    exportsOn(sharedMemory(2), kernelModule()).map(([name, one]) => [
      name,
      typeof one === 'function' ? one : one.value
    ])
  ) as unknown as KernelConstants
  return constants
}
