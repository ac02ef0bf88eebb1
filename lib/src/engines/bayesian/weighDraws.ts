import {MemoryError} from '../../errors'
import {Arena, pointer} from '../../kernels/arena'
import {kernelConstants, kernelsOn} from '../../kernels/wasm'
import type {Draws} from '../../models/draws'
import type {WeighDraws} from '../../models/posterior'

/** Bytes that the kernel reads behind the last row. */
const BEHIND = 8

/** The kernel that weighs all draws at once, on memory of its own that it moves them into; undefined where there is no more memory. */
export function weighDrawsOf(draws: Draws): WeighDraws | undefined {
  const arena = new Arena()
  try {
    draws.moveInto(bytes => {
      const moved = arena.u8(bytes.length + BEHIND)
      moved.set(bytes)
      return moved.subarray(0, bytes.length)
    })
  } catch (error) {
    if (error instanceof MemoryError) return undefined
    throw error
  }
  const {bytes, from, draw} = draws.placeOf('movies')
  const stride = kernelConstants().weighDrawsStride(draws.width)
  const {weighDraws} = kernelsOn(arena.memory)
  const weigh = (rows: Int32Array, start: Int32Array, all: Float32Array): Float64Array =>
    arena.scope(() => {
      const people = start.length - 1
      const out = arena.f64(rows.length)
      const [steps, listed, begins] = [arena.f32(all), arena.i32(rows), arena.i32(start)].map(pointer)
      const place = pointer(bytes) + from
      const kept = all.length / stride / people
      weighDraws(place, kept, draw, draws.width, steps, listed, begins, people, pointer(out))
      return out.slice()
    })
  return {stride, weigh}
}
