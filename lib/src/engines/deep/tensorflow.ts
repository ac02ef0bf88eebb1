/**
 * The one place that loads TensorFlow, and the part of it that is used here. Native (@tensorflow/tfjs-node) where its library is
 * present, else WebAssembly; nothing of either is loaded before a deep engine is fitted.
 */
import {availableParallelism} from 'node:os'
import path from 'node:path'
import util from 'node:util'
import {ArgumentError, MissingPackageError} from '../../errors'

/** Where TensorFlow computes: in its own native library, or in WebAssembly. */
export type TensorFlowBackend = 'native' | 'wasm'

/** @internal */
export interface Tensor {
  readonly shape: number[]
  dataSync(): Float32Array
  dispose(): void
}
/** @internal */
export interface Variable extends Tensor {
  readonly name: string
  assign(value: Tensor): void
}
type Input = Tensor | number
type Matrix = ArrayLike<number>

/** @internal The operations of TensorFlow.js that the networks are written in. */
export interface TensorFlow {
  ready(): Promise<void>
  setBackend(name: string): Promise<boolean>
  getBackend(): string
  memory(): {numTensors: number; numBytes: number}
  tidy<T extends Tensor | Tensor[] | number | undefined>(work: () => T): T
  keep<T extends Tensor>(tensor: T): T
  dispose(tensors: object): void
  tensor(values: Matrix, shape: number[], type?: 'float32' | 'int32'): Tensor
  variable(value: Tensor): Variable
  slice(x: Tensor, begin: number[], size: number[]): Tensor
  gather(x: Tensor, indices: Tensor): Tensor
  concat(xs: Tensor[], axis: number): Tensor
  matMul(a: Tensor, b: Tensor): Tensor
  add(a: Input, b: Input): Tensor
  sub(a: Input, b: Input): Tensor
  mul(a: Input, b: Input): Tensor
  div(a: Input, b: Input): Tensor
  maximum(a: Input, b: Input): Tensor
  abs(x: Tensor): Tensor
  relu(x: Tensor): Tensor
  square(x: Tensor): Tensor
  sum(x: Tensor, axis?: number): Tensor
  mean(x: Tensor): Tensor
  reshape(x: Tensor, shape: number[]): Tensor
  customGrad(
    f: (
      a: Tensor,
      b: Tensor,
      save: (tensors: Tensor[]) => void
    ) => {value: Tensor; gradFunc: (slope: Tensor, saved: Tensor[]) => Tensor[]}
  ): (a: Tensor, b: Tensor) => Tensor
  variableGrads(f: () => Tensor, variables: Variable[]): {value: Tensor; grads: Record<string, Tensor>}
}

/** The kernel API that a missing operation is added through. */
interface KernelContext {
  inputs: {x: TensorInfo; segmentIds: TensorInfo}
  attrs: {numSegments: number}
  backend: {
    makeOutput(shape: number[], type: string): TensorInfo
    typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array
  }
}
interface TensorInfo {
  shape: number[]
}
interface WithKernels extends TensorFlow {
  registerKernel(config: {
    kernelName: string
    backendName: string
    kernelFunc: (context: KernelContext) => TensorInfo
  }): void
  getKernel(name: string, backend: string): unknown
}

const PACKAGES = ['tfjs-node-native', '@tensorflow/tfjs-node']
let chosen: TensorFlowBackend | undefined
const loaded = new Map<TensorFlowBackend, Promise<TensorFlow>>()

/**
 * Asks for a backend before the next deep engine is fitted; `undefined` leaves it to what is installed, native first. The
 * environment variable MOVIE_RECS_TENSORFLOW=native|wasm does the same.
 */
export function useTensorFlow(backend: TensorFlowBackend | undefined): void {
  if (backend !== undefined && backend !== 'native' && backend !== 'wasm')
    throw new ArgumentError(`Expected the TensorFlow backend native or wasm, got ${String(backend)}.`)
  chosen = backend
}

/** The backend a deep engine would be fitted on now, without loading it; `undefined` where TensorFlow is not installed. */
export function tensorFlowBackend(): TensorFlowBackend | undefined {
  const asked = chosen ?? process.env.MOVIE_RECS_TENSORFLOW
  if (asked !== 'wasm' && nativePackage() !== undefined) return 'native'
  return asked !== 'native' && found('@tensorflow/tfjs-backend-wasm') ? 'wasm' : undefined
}

/** @internal TensorFlow with its backend set. */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const backend = tensorFlowBackend()
  if (backend === undefined)
    throw new MissingPackageError(
      ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'],
      `TensorFlow${chosen === undefined ? '' : ` (${chosen})`} is not installed, and this engine is trained with it. Run npm install @tensorflow/tfjs-node, or @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm.`
    )
  const loading = loaded.get(backend) ?? (backend === 'native' ? loadNative() : loadWasm())
  loaded.set(backend, loading)
  const tf = await loading
  await tf.setBackend(backend === 'native' ? 'tensorflow' : 'wasm')
  return tf
}

async function loadNative(): Promise<TensorFlow> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0'
  restoreRemovedUtilities()
  const tf = require(nativePackage() as string) as TensorFlow
  await tf.ready()
  return tf
}

async function loadWasm(): Promise<TensorFlow> {
  restoreRemovedUtilities()
  const tf = require('@tensorflow/tfjs') as WithKernels
  const wasm = require('@tensorflow/tfjs-backend-wasm') as {
    setWasmPaths(folder: string): void
    setThreadsCount(threads: number): void
  }
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`)
  wasm.setThreadsCount(availableParallelism())
  await tf.setBackend('wasm')
  await tf.ready()
  addSegmentSum(tf)
  return tf
}

/** tfjs-node 4.22 calls helpers that Node 23 removed, and that Node 22 warns of. */
function restoreRemovedUtilities(): void {
  const old = util as unknown as Record<string, unknown>
  old.isNullOrUndefined = (value: unknown) => value === null || value === undefined
  old.isArray = Array.isArray
}

/** The gradient of `gather`, which the wasm backend lacks: without it embeddings do not train. */
function addSegmentSum(tf: WithKernels): void {
  if (tf.getKernel('UnsortedSegmentSum', 'wasm') !== undefined) return
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({inputs: {x, segmentIds}, attrs: {numSegments}, backend}) => {
      const out = backend.makeOutput([numSegments, ...x.shape.slice(1)], 'float32')
      const width = x.shape.slice(1).reduce((product, size) => product * size, 1)
      const from = backend.typedArrayFromHeap(x)
      const to = backend.typedArrayFromHeap(out).fill(0)
      const segments = backend.typedArrayFromHeap(segmentIds)
      for (let row = 0; row < segments.length; row++)
        for (let k = 0; k < width; k++) to[segments[row] * width + k] += from[row * width + k]
      return out
    }
  })
}

/** The native package whose binding is in place: without it, requiring the package throws. */
function nativePackage(): string | undefined {
  return PACKAGES.find(name => {
    const folder = folderOf(name)
    return folder !== undefined && found(path.join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'))
  })
}

function folderOf(name: string): string | undefined {
  try {
    return path.dirname(require.resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}

function found(what: string): boolean {
  try {
    require.resolve(what)
    return true
  } catch {
    return false
  }
}
