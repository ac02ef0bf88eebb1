import {Arena, kernelsOn, pointer, Random} from '#internals'
import * as twin from '../../test/kernels/twins/dot'
import type {Bench} from '../harness'

/** Small kernels against their plain twins. */
export async function kernels(bench: Bench): Promise<void> {
  const random = new Random(1)
  const arena = new Arena()
  const n = 1000
  const a = arena.f32(Float32Array.from({length: n}, () => random.normal()))
  const b = arena.f32(Float32Array.from({length: n}, () => random.normal()))
  const {dot} = kernelsOn(arena.memory)
  let sink = 0
  await bench.row({
    work: 'dot product of 1,000, 200,000 times',
    ours: () => {
      for (let k = 0; k < 200_000; k++) sink += dot(pointer(a), pointer(b), n)
    },
    twin: () => {
      for (let k = 0; k < 200_000; k++) sink += twin.dot(a, b)
    }
  })
  if (Number.isNaN(sink)) throw new Error('The dot products are not numbers.')
}
