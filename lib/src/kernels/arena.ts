import {MemoryError} from '../errors'
import {type Held, hold} from './garbage'
import {kernelConstants, PAGE, sharedMemory, type WasmMemory} from './wasm'

/** The most a wasm memory can hold: 4 GiB. */
const MOST_PAGES = 1 << 16

/**
 * The memory of one fit: a shared wasm memory, laid out front to back, that every worker sees. What it hands out are typed
 * arrays on it; `pointer` gives the address that a kernel takes. It grows as needed and is dropped with the fit, so results
 * are copied out (`slice`) before that.
 */
export class Arena {
  readonly memory: WasmMemory
  private readonly held: Held
  private top: number
  /** No byte from here on was ever written: fresh memory is zero. */
  private untouched: number

  constructor() {
    this.memory = sharedMemory()
    this.held = hold(this.memory)
    // From the first page that AssemblyScript keeps nothing in.
    this.top = Math.ceil(kernelConstants().heapStart() / PAGE) * PAGE
    this.untouched = this.top
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.top
  }

  /** Runs `work` and gives back all that it allocated: for arenas that outlive one task. */
  scope<T>(work: () => T): T {
    const top = this.top
    try {
      return work()
    } finally {
      this.top = top
    }
  }

  f32(size: number | ArrayLike<number>): Float32Array {
    return this.typed(Float32Array, size)
  }

  f64(size: number | ArrayLike<number>): Float64Array {
    return this.typed(Float64Array, size)
  }

  i32(size: number | ArrayLike<number>): Int32Array {
    return this.typed(Int32Array, size)
  }

  u8(size: number | ArrayLike<number>): Uint8Array {
    return this.typed(Uint8Array, size)
  }

  /** A zeroed array of this length, or a copy of these values; aligned to 16 bytes. */
  private typed<T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
    Type: {
      new (buffer: ArrayBufferLike, offset: number, length: number): T
      readonly BYTES_PER_ELEMENT: number
    },
    size: number | ArrayLike<number>
  ): T {
    const length = typeof size === 'number' ? size : size.length
    const from = this.top
    this.top = Math.ceil((from + length * Type.BYTES_PER_ELEMENT) / 16) * 16
    this.grow()
    const view = new Type(this.memory.buffer, from, length)
    if (typeof size !== 'number') view.set(size)
    else if (from < this.untouched) view.fill(0)
    this.untouched = Math.max(this.untouched, this.top)
    return view
  }

  private grow(): void {
    const pages = Math.ceil(this.top / PAGE)
    const have = this.memory.buffer.byteLength / PAGE
    if (pages <= have) return
    const gigabytes = (this.top / 2 ** 30).toFixed(1)
    if (pages > MOST_PAGES)
      throw new MemoryError(
        `This fit needs ${gigabytes} GB at once, more than the 4 GB a kernel can address. Use fewer factors or fewer ratings.`
      )
    try {
      this.memory.grow(pages - have)
    } catch {
      throw new MemoryError(
        `This fit needs ${gigabytes} GB of memory, and the machine does not give it. Use fewer factors or fewer ratings.`
      )
    }
    this.held.bytes = this.memory.buffer.byteLength
  }
}

/** The address of an array of the arena. */
export function pointer(view: {readonly byteOffset: number}): number {
  return view.byteOffset
}
