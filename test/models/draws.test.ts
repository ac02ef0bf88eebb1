import {describe, expect, it} from 'vitest'
import {PosteriorSamples, Random} from '#internals'

const SHAPE = {
  factors: 3,
  counts: {users: 5, movies: 4, days: 0, links: 0},
  mean: 3.5,
  probit: false,
  stars: [1, 2, 3, 4, 5]
}

/** Rows as a sampler has them: 3 factors and a padding, bias, precision, two columns that are not kept. */
function sampler(random: Random) {
  const rows = (count: number): Float32Array =>
    Float32Array.from({length: count * 8}, (_, n) => (n % 8 === 5 ? 1 + random.uniform() : random.normal()))
  return {
    bias: 4,
    stride: 8,
    cuts: new Float64Array(6),
    users: {rows: rows(5), precision: Float32Array.of(1, 2, 3, 1, 4, 1, 1, 1), links: undefined},
    movies: {rows: rows(4)},
    daySide: undefined
  }
}

describe('PosteriorSamples', () => {
  it('keeps every number to half a step of its column', () => {
    const random = new Random(4)
    const samples = PosteriorSamples.empty(SHAPE, 2)
    const draws = [sampler(random), sampler(random)]
    for (const draw of draws) samples.add(draw as never)
    for (const [s, {users, movies}] of draws.entries()) {
      for (const [table, rows, count] of [
        ['users', users.rows, 5],
        ['movies', movies.rows, 4]
      ] as const) {
        const {values, width} = samples.decode(
          s,
          table,
          Int32Array.from({length: count}, (_, k) => k)
        )
        expect(width).toBe(5)
        for (let c = 0; c < width; c++) {
          const column = Array.from({length: count}, (_, k) => rows[k * 8 + (c < 3 ? c : c + 1)])
          const step = (Math.max(...column) - Math.min(...column)) / 255
          for (const [k, value] of column.entries())
            expect(Math.abs(values[k * width + c] - value)).toBeLessThan(0.501 * step)
        }
      }
      expect([...samples.precisionsOf(s)]).toEqual([1, 2, 3, 4])
    }
  })

  it('weighs columns as it decodes them', () => {
    const samples = PosteriorSamples.empty(SHAPE, 1)
    samples.add(sampler(new Random(5)) as never)
    const rows = Int32Array.of(3, 1)
    const weights = [0.5, -2, 1, 3, 0]
    const {values, width} = samples.decode(0, 'movies', rows)
    const sums = samples.weigh(0, 'movies', rows, weights)
    for (const [k, sum] of sums.entries()) {
      const plain = weights.reduce((total, weight, c) => total + weight * values[k * width + c], 0)
      expect(sum).toBeCloseTo(plain, 5)
    }
  })

  it('has room for what 140 MB hold, and for 20 draws at least', () => {
    const room = (users: number): number =>
      PosteriorSamples.empty({...SHAPE, factors: 30, counts: {...SHAPE.counts, users, movies: 0}}, 250).room
    // 32 bytes a row: 100,000 rows are 3.2 MB, 43 of which are 137.6 MB.
    expect(room(1000)).toBe(250)
    expect(room(100_000)).toBe(43)
    expect(room(400_000)).toBe(20)
  })
})
