import {describe, expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import * as twin from './twins/lists'

const PEOPLE = 6

/** Lists of movies left out, by person: none, some, all. */
function leftOut(movies: number, random: Random): number[][] {
  const all = Array.from({length: movies}, (_, i) => i)
  return Array.from({length: PEOPLE}, (_, k) => all.filter(() => random.uniform() < k / (PEOPLE - 1)))
}

/** A room for these people on the arena, and what stands in it after a kernel. */
function room(arena: Arena, out: number[][], most: number, precision: 'f32' | 'f64') {
  const size = arena.i32(PEOPLE)
  const movies = arena.i32(PEOPLE * most)
  const scores = arena[precision](PEOPLE * most)
  const [start, index] = ragged(arena, out)
  const table = pointer(arena.u8(kernelConstants().listRoomBytes()))
  const parts = [start, index, arena.i32(PEOPLE), size, movies, scores].map(pointer)
  kernelsOn(arena.memory).setListRoom(table, ...parts, most)
  const listOf = (k: number): Array<[number, number]> =>
    Array.from({length: size[k]}, (_, h): [number, number] => [
      movies[k * most + h],
      scores[k * most + h]
    ]).sort((a, b) => b[1] - a[1] || a[0] - b[0])
  /** Puts the first of these movies into each list, as if a kernel had kept them. */
  const fill = (kept: number[][]): void => {
    for (const [k, list] of kept.entries()) {
      movies.set(list.slice(0, most), k * most)
      size[k] = Math.min(most, list.length)
    }
  }
  return {table, listOf, fill}
}

function ragged(arena: Arena, lists: number[][]): [start: Int32Array, index: Int32Array] {
  const start = [0]
  for (const list of lists) start.push(start[start.length - 1] + list.length)
  return [arena.i32(start), arena.i32(lists.flat())]
}

/** Small whole numbers: many scores tie. */
function wholes(random: Random, count: number): Float32Array {
  return Float32Array.from({length: count}, () => random.below(5) - 2)
}

function normals(random: Random, count: number): Float32Array {
  return Float32Array.from({length: count}, () => random.normal())
}

describe.each([1, 15, 16, 17, 63, 64, 65, 150])('lists of %i movies', movies => {
  it.each([0, 1, 3, 64])('factorLists has the bits of its twin with %i factors', F => {
    const {FACTOR_TILE: width, factorListsScratch} = kernelConstants()
    for (const numbers of [normals, wholes]) {
      const random = new Random(movies, F)
      const [p, q, bi] = [PEOPLE * F, movies * F, movies].map(count => numbers(random, count))
      const tiles = Math.ceil(movies / width)
      for (const most of [1, 7, 200]) {
        const arena = new Arena()
        const out = leftOut(movies, random)
        const {table, listOf} = room(arena, out, most, 'f32')
        const packed = arena.f32(tiles * (2 + F) * width)
        for (let i = 0; i < tiles * width; i++) {
          const at = Math.floor(i / width) * (2 + F) * width + (i % width)
          packed[at] = i < movies ? bi[i] : Number.NEGATIVE_INFINITY
          packed[at + width] = i < movies ? 1.00001 * Math.hypot(...q.subarray(i * F, (i + 1) * F)) : 0
          for (let f = 0; i < movies && f < F; f++) packed[at + (f + 2) * width] = q[i * F + f]
        }
        const pairs = arena.f32(PEOPLE * F)
        for (let k = 0; k < PEOPLE; k++)
          for (let f = 0; f < F; f++) pairs[(k >> 1) * 2 * F + 2 * f + (k & 1)] = p[k * F + f]
        const length = arena.f32(PEOPLE)
        for (let k = 0; k < PEOPLE; k++) length[k] = 1.00001 * Math.hypot(...p.subarray(k * F, (k + 1) * F))
        const scratch = pointer(arena.u8(factorListsScratch()))
        const {factorLists} = kernelsOn(arena.memory)
        for (const [from, to] of [
          [4, 6],
          [0, 4]
        ])
          factorLists(scratch, from, to, table, ...[pairs, length, packed].map(pointer), tiles, F)
        for (let k = 0; k < PEOPLE; k++) {
          const scores = twin.factorScores(p.subarray(k * F, (k + 1) * F), q, bi)
          expect(listOf(k)).toEqual(twin.bestOf(scores, out[k], most))
        }
      }
    }
  })

  it.each(['all rows alike', 'rows that count differently'])('weightLists and sparseLists: %s', kind => {
    const {WEIGHT_TILE: width, weightListsScratch, sparseListsScratch} = kernelConstants()
    for (const numbers of [normals, wholes]) {
      const random = new Random(movies, 1)
      // Half of the weights are 0, on the diagonal all.
      const w = numbers(random, movies * movies).map((value, at) =>
        at % (movies + 1) === 0 || random.uniform() < 0.5 ? 0 : value
      )
      const divisor = Float64Array.from({length: movies}, () => 1 + random.below(3))
      const rows = leftOut(movies, random)
      const x = rows.map(list => list.map(() => (kind === 'all rows alike' ? 1 : 1 + random.below(5) / 2)))
      const places = width * Math.ceil(movies / width)
      const arena = new Arena()
      const by = arena.f64(places).fill(Number.NaN)
      by.set(divisor)
      const [start, index] = ragged(arena, rows)
      const value = kind === 'all rows alike' ? 0 : pointer(arena.f32(x.flat()))
      const tiled = arena.f32(places * movies)
      for (let j = 0; j < movies; j++)
        for (let i = 0; i < movies; i++)
          tiled[(Math.floor(i / width) * movies + j) * width + (i % width)] = w[j * movies + i]
      const columns = Array.from({length: movies}, (_, j) =>
        Array.from({length: movies}, (_, i) => i).filter(i => w[j * movies + i] !== 0)
      )
      const [weightStart, weightIndex] = ragged(arena, columns)
      const weightValue = arena.f32(columns.flatMap((list, j) => list.map(i => w[j * movies + i])))
      const kernels = kernelsOn(arena.memory)
      for (const most of [1, 7, 200]) {
        const out = leftOut(movies, random)
        const expected = rows.map((list, k) =>
          twin.bestOf(twin.weightScores(w, list, x[k], divisor), out[k], most)
        )
        const dense = room(arena, out, most, 'f64')
        const scratch = pointer(arena.u8(weightListsScratch()))
        const whole = [pointer(tiled), movies, places / width, pointer(by)]
        kernels.weightLists(scratch, 0, PEOPLE, dense.table, pointer(start), pointer(index), value, ...whole)
        const sparse = room(arena, out, most, 'f64')
        const sums = pointer(arena.u8(sparseListsScratch(places)))
        const some = [...[weightStart, weightIndex, weightValue].map(pointer), places, pointer(by)]
        kernels.sparseLists(sums, 0, PEOPLE, sparse.table, pointer(start), pointer(index), value, ...some)
        for (let k = 0; k < PEOPLE; k++) {
          expect(dense.listOf(k)).toEqual(expected[k])
          expect(sparse.listOf(k)).toEqual(expected[k])
        }
      }
    }
  })

  it.each([0, 1, 3, 4, 50])('exactLists orders what is kept by scores in double, with %i factors', F => {
    for (const numbers of [normals, wholes])
      for (const wide of [false, true]) {
        const random = new Random(movies, F)
        // Places are another order of the movies.
        const movieOf = random.permutation(movies)
        const [p, bi, base] = [PEOPLE * F, movies, PEOPLE].map(count =>
          Float64Array.from(numbers(random, count))
        )
        const q = wide
          ? Float64Array.from(numbers(random, movies * F), Math.cbrt)
          : numbers(random, movies * F)
        for (const [most, n] of [
          [1, 1],
          [7, 3],
          [200, 5],
          [200, 200]
        ]) {
          const arena = new Arena()
          const out = leftOut(movies, random)
          const {table, listOf, fill} = room(arena, out, most, 'f32')
          fill(out.map(left => Array.from(movieOf.keys()).filter(place => !left.includes(place))))
          const [lists, scores] = [arena.i32(PEOPLE * n).fill(7), arena.f64(PEOPLE * n).fill(7)]
          const parts = [arena.f64(p), arena.f64(base), arena.i32(movieOf), arena.f64(bi)].map(pointer)
          const rows = [pointer(wide ? arena.f64(q) : arena.f32(q)), Number(wide)]
          const to = [F, n, pointer(lists), pointer(scores)]
          for (const [from, end] of [
            [2, 6],
            [0, 2]
          ])
            kernelsOn(arena.memory).exactLists(0, from, end, table, ...parts, ...rows, ...to)
          for (let k = 0; k < PEOPLE; k++) {
            const kept = listOf(k).map(([place]) => movieOf[place])
            const exact = (i: number): number =>
              twin.exactScore(base[k] + bi[i], p.subarray(k * F, (k + 1) * F), q.subarray(i * F, (i + 1) * F))
            const best = kept
              .map((i): [number, number] => [i, exact(i)])
              .sort((a, b) => b[1] - a[1] || a[0] - b[0])
            const filled = [...best, ...Array.from({length: n}, (): [number, number] => [-1, 0])].slice(0, n)
            expect(Array.from(lists.subarray(k * n, (k + 1) * n))).toEqual(filled.map(([i]) => i))
            expect(Array.from(scores.subarray(k * n, (k + 1) * n))).toEqual(filled.map(([, score]) => score))
          }
        }
      }
  })

  it('intoLists takes scores tile by tile', () => {
    const random = new Random(movies, 2)
    const width = 32
    for (const most of [1, 7, 200]) {
      const arena = new Arena()
      const out = leftOut(movies, random)
      const {table, listOf} = room(arena, out, most, 'f64')
      const scores = Array.from({length: PEOPLE}, () =>
        Array.from({length: movies}, () => random.below(20) / 7)
      )
      const tile = arena.f64(PEOPLE * width)
      for (let first = 0; first < movies; first += width) {
        const count = Math.min(width, movies - first)
        tile.fill(99)
        for (let k = 0; k < PEOPLE; k++) tile.set(scores[k].slice(first, first + count), k * width)
        kernelsOn(arena.memory).intoLists(0, PEOPLE, table, pointer(tile), width, first, count)
      }
      for (let k = 0; k < PEOPLE; k++) expect(listOf(k)).toEqual(twin.bestOf(scores[k], out[k], most))
    }
  })
})
