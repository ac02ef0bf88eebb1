import {describe, expect, it} from 'vitest'
import {Draws, Random} from '#internals'

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
    noise: 5,
    stride: 8,
    cuts: new Float64Array(6),
    precision: Float32Array.of(1, 2, 3, 1, 4, 1, 1, 1),
    rows: {users: rows(5), movies: rows(4)}
  }
}

describe('Draws', () => {
  it('keeps every number to half a step of its column', () => {
    const random = new Random(4)
    const kept = Draws.empty(SHAPE, 2)
    const drawn = [sampler(random), sampler(random)]
    for (const one of drawn) kept.add(one)
    for (const [s, draw] of [...kept.each()].entries()) {
      const {users, movies} = drawn[s].rows
      for (const [table, rows, count] of [
        ['users', users, 5],
        ['movies', movies, 4]
      ] as const) {
        const values = draw.rows(
          table,
          Int32Array.from({length: count}, (_, k) => k)
        )
        const {width} = draw
        expect(width).toBe(5)
        for (let c = 0; c < width; c++) {
          const column = Array.from({length: count}, (_, k) => rows[k * 8 + (c < 3 ? c : c + 1)])
          const step = (Math.max(...column) - Math.min(...column)) / 255
          for (const [k, value] of column.entries())
            expect(Math.abs(values[k * width + c] - value)).toBeLessThan(0.501 * step)
        }
      }
      expect([...draw.precisions]).toEqual([1, 2, 3, 4])
    }
  })

  it('weighs columns as it decodes them', () => {
    const kept = Draws.empty(SHAPE, 1)
    kept.add(sampler(new Random(5)))
    const [draw] = kept.each()
    const rows = Int32Array.of(3, 1)
    const weights = [0.5, -2, 1, 3, 0]
    const values = draw.rows('movies', rows)
    const sums = draw.weigh('movies', rows, weights)
    for (const [k, sum] of sums.entries()) {
      const plain = weights.reduce((total, weight, c) => total + weight * values[k * draw.width + c], 0)
      expect(sum).toBeCloseTo(plain, 5)
    }
  })

  it('gives some of the draws at even distances', () => {
    const kept = Draws.empty(SHAPE, 10)
    for (let s = 0; s < 10; s++) kept.add({...sampler(new Random(s)), precision: new Float32Array(8).fill(s)})
    expect([...kept.each(5)].map(({precisions}) => precisions[0])).toEqual([1, 3, 5, 7, 9])
    expect([...kept.each()].map(({precisions}) => precisions[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('has room for what 140 MB hold, and for 20 draws at least', () => {
    const room = (users: number): number =>
      Draws.empty({...SHAPE, factors: 30, counts: {...SHAPE.counts, users, movies: 0}}, 250).room
    // 32 bytes a row: 100,000 rows are 3.2 MB, 43 of which are 137.6 MB.
    expect(room(1000)).toBe(250)
    expect(room(100_000)).toBe(43)
    expect(room(400_000)).toBe(20)
  })
})
