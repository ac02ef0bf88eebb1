import {describe, expect, it} from 'vitest'
import {Arena, kernelsOn, pointer, Random} from '#internals'
import {dot} from './twins/dot'

describe('dot', () => {
  it('is its plain twin, for every length of the tail', () => {
    const random = new Random(1)
    for (let n = 0; n < 40; n++) {
      const arena = new Arena()
      const a = arena.f32(Float32Array.from({length: n}, () => random.normal()))
      const b = arena.f32(Float32Array.from({length: n}, () => random.normal()))
      // Sums of up to 40 products in float32 in another order: at most a few units in the sixth digit.
      expect(Math.abs(kernelsOn(arena.memory).dot(pointer(a), pointer(b), n) - dot(a, b))).toBeLessThan(1e-5)
    }
  })
})
