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
  return (rows, all) =>
    arena.scope(() => {
      const steps = arena.f32(all.length * stride)
      for (const [d, own] of all.entries()) steps.set(own, d * stride)
      const out = arena.f64(rows.length)
      const place = pointer(bytes) + from
      const lists = [pointer(steps), pointer(arena.i32(rows)), rows.length, pointer(out)]
      weighDraws(place, all.length, draw, draws.width, ...lists)
      return out.slice()
    })
}
