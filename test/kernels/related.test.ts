import {describe, expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import {relatedRow, slimColumn} from './twins/linear'

/** [rows][columns] of numbers, 0 in some places. */
function table(rows: number, columns: number, draw: () => number): number[][] {
  return Array.from({length: rows}, () => Array.from({length: columns}, draw))
}

/** A row of the table as (start, index, value) in the memory of a kernel, by which of its entries `among` has. */
function compressed(arena: Arena, rows: number[][], among: number[][]): number[] {
  const kept = rows.map((row, r) => row.map((_, c) => c).filter(c => among[r][c] !== 0))
  const start = [0]
  for (const row of kept) start.push(start[start.length - 1] + row.length)
  const values = kept.flatMap((row, r) => row.map(c => rows[r][c]))
  return [
    pointer(arena.i32(start)),
    pointer(arena.i32(kept.flat())),
    pointer(arena.f32(Float32Array.from(values)))
  ]
}

const turned = (rows: number[][]): number[][] => rows[0].map((_, c) => rows.map(row => row[c]))

describe('relatedRows', () => {
  it.each([1, 2, 5, 40])('keeps the %i largest of each row, as its plain twin', k => {
    const [users, movies] = [9, 23]
    const random = new Random(k)
    // Whole numbers and halves: exact in any order, and with many that are equal.
    const v = table(users, movies, () => (random.uniform() < 0.4 ? 1 + random.below(3) : 0))
    for (const row of v) row[4] = 0
    const w = v.map(row => row.map(one => (one === 0 ? 0 : one / 2)))
    const left = Array.from({length: movies}, () => 1 + random.below(2))
    const right = Array.from({length: movies}, () => [0, 0.5, 1][random.below(3)])
    const arena = new Arena()
    const lists = [...compressed(arena, turned(v), turned(v)), ...compressed(arena, w, v)]
    const scales = [left, right].map(scale => pointer(arena.f64(scale)))
    const [index, value, count] = [arena.i32(movies * k), arena.f32(movies * k), arena.i32(movies)]
    const scratch = pointer(arena.u8(kernelConstants().relatedRowsScratch(movies, k)))
    const out = [index, value, count].map(pointer)
    const {relatedRows} = kernelsOn(arena.memory)
    for (const [from, to] of [
      [0, 7],
      [7, movies]
    ])
      relatedRows(scratch, from, to, movies, k, ...lists, ...scales, ...out)
    for (let i = 0; i < movies; i++) {
      const found = Array.from({length: count[i]}, (_, n) => [index[i * k + n], value[i * k + n]])
      expect(found, `row ${i}`).toEqual(relatedRow(i, k, v, w, left, right))
    }
  })
})

describe('slimColumns', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 18])('is its plain twin, for %i movies', movies => {
    const random = new Random(movies)
    const x = table(3 * movies, movies, () => (random.uniform() < 0.3 ? 1 : 0))
    const gram = turned(x).map(a => turned(x).map(b => a.reduce((sum, one, u) => sum + one * b[u], 0)))
    const arena = new Arena()
    const [l1, l2] = [0.3, 0.5]
    const diagonal = gram.map((row, j) => row[j])
    const g = [gram.flat(), diagonal, diagonal.map(one => one + l2)].map(part => pointer(arena.f64(part)))
    const scratch = pointer(arena.u8(kernelConstants().slimColumnsScratch(movies)))
    const out = arena.f32(movies * movies)
    kernelsOn(arena.memory).slimColumns(
      scratch,
      0,
      movies,
      ...g,
      movies,
      l1,
      1e-12,
      1000,
      movies,
      pointer(out)
    )
    // Both are at the one minimum, to the rounding of float32.
    for (let i = 0; i < movies; i++)
      for (const [j, weight] of slimColumn(i, gram, l1, l2, 1000).entries())
        expect(Math.abs(out[i * movies + j] - weight)).toBeLessThan(1e-6)
  })

  it('stops after so many passes', () => {
    const gram = [
      [3, 2, 1, 2, 4, 2, 1, 2, 5],
      [3, 4, 5],
      [4, 5, 6]
    ]
    const arena = new Arena()
    const scratch = pointer(arena.u8(kernelConstants().slimColumnsScratch(3)))
    const out = arena.f32(3)
    const g = gram.map(part => pointer(arena.f64(part)))
    kernelsOn(arena.memory).slimColumns(scratch, 0, 1, ...g, 3, 0.5, 0, 1, 3, pointer(out))
    // w_1 = (2 - 0.5) / (4 + 1), then w_2 = (1 - 2 · 0.3 - 0.5) / 6 < 0.
    expect([...out]).toEqual([0, Math.fround(0.3), 0])
  })
})
