import {describe, expect, it} from 'vitest'
import {Arena, kernelConstants, kernelsOn, pointer, Random} from '#internals'
import * as twin from './twins/deep'

const USERS = 11
const MOVIES = 9
const STEP = {share: 1 / 40, reg: 0.01, rate: 0.01, step: 2}
/** Single against double precision over sums of at most 11 terms. */
const TOLERANCE = 2e-6

/** 11 users × 9 movies with about half of the ratings (the last movie has none), on an arena. */
function problem(F: number, dropX: number, dropH: number) {
  const random = new Random(F, 7)
  const start = [0]
  const user: number[] = []
  for (let i = 0; i < MOVIES; i++) {
    for (let u = 0; u < USERS; u++) if (i < MOVIES - 1 && random.uniform() < 0.5) user.push(u)
    start.push(user.length)
  }
  const byUser = Array.from({length: USERS}, (_, u) => user.flatMap((one, k) => (one === u ? [k] : [])))
  const arena = new Arena()
  const normals = (n: number, moments = 0): Float32Array =>
    arena.f32(
      Array.from({length: n + moments * n}, (_, k) =>
        k < n ? 0.3 * random.normal() : 0.01 * random.uniform()
      )
    )
  const n = user.length
  const fast: twin.AutoRecState = {
    start: arena.i32(start),
    user: arena.i32(user),
    value: arena.f32(user.map(() => 1 + random.below(5))),
    target: normals(n),
    x: arena.f32(n),
    err: arena.f32(n),
    v: normals(USERS * F, 2),
    w: normals(USERS * F, 2),
    c: normals(USERS, 2),
    b: normals(F),
    h: arena.f32(MOVIES * F),
    y: arena.f32(MOVIES * F),
    back: arena.f32(MOVIES * F),
    F,
    dropX,
    dropH,
    seed: 12345
  }
  const lists = {
    order: arena.i32([3, 1, 4, 0, 5, 8, 2, 6, 7]),
    userStart: arena.i32([0, ...byUser.map((_, u) => user.filter(one => one <= u).length)]),
    movie: arena.i32(byUser.flat().map(k => start.findIndex(end => end > k) - 1)),
    place: arena.i32(byUser.flat()),
    batchOf: arena.i32(MOVIES),
    gradients: arena.u8(kernelConstants().autoLearnScratch(USERS, F))
  }
  const copies = Object.entries(fast).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : value.slice()
  ])
  return {arena, fast, lists, slow: Object.fromEntries(copies) as twin.AutoRecState}
}

function runFast({arena, fast, lists}: ReturnType<typeof problem>): number {
  const kernels = kernelsOn(arena.memory)
  const {F, dropX, dropH, seed} = fast
  const at = (...names: Array<keyof twin.AutoRecState>): number[] =>
    names.map(name => pointer(fast[name] as Float32Array))
  const order = pointer(lists.order)
  const drops = [dropX, dropH].flatMap(share => [Math.floor(share * 2 ** 32), 1 / (1 - share)])
  let squares = 0
  for (const [from, to] of [
    [0, 4],
    [4, MOVIES]
  ]) {
    kernels.autoEncode(
      order,
      from,
      to,
      ...at('start', 'user', 'value', 'x', 'v', 'b', 'h', 'y'),
      F,
      ...drops,
      seed
    )
    squares += kernels.autoDecode(
      order,
      from,
      to,
      ...at('start', 'user', 'target', 'err', 'w', 'c', 'h', 'y', 'back'),
      F,
      1 / (1 - dropH)
    )
  }
  const own = [lists.userStart, lists.movie, lists.place, lists.batchOf].map(pointer)
  const tables = at('x', 'err', 'y', 'back', 'v', 'w', 'c')
  const {share, reg, rate, step} = STEP
  const tail = [USERS, pointer(lists.gradients), F, share, reg, rate, 1 - 0.9 ** step, 1 - 0.999 ** step]
  for (const [from, to] of [
    [0, 5],
    [5, USERS]
  ])
    kernels.autoLearn(from, to, ...own, 0, ...tables, ...tail)
  return squares
}

describe('autoRec kernels', () => {
  for (const F of [4, 8, 20]) {
    for (const [dropX, dropH] of [
      [0, 0],
      [0.6, 0.3]
    ]) {
      it(`do what their twins do, width ${F}, dropping ${dropX} and ${dropH}`, () => {
        const world = problem(F, dropX, dropH)
        const squares = runFast(world)
        twin.autoEncode(world.slow)
        expect(Math.abs(squares - twin.autoDecode(world.slow))).toBeLessThan(1e-4)
        twin.autoLearn(world.slow, STEP)
        for (const name of ['x', 'h', 'y', 'err', 'back', 'c', 'v', 'w'] as const) {
          let apart = 0
          for (const [k, value] of world.fast[name].entries())
            apart = Math.max(apart, Math.abs(value - world.slow[name][k]))
          expect(apart, name).toBeLessThan(name === 'v' || name === 'w' ? 10 * TOLERANCE : TOLERANCE)
        }
      })
    }
  }

  it('drop the share they are asked to', () => {
    const {arena, fast, lists} = problem(8, 0.6, 0.3)
    let zeros = 0
    let all = 0
    for (let seed = 0; seed < 200; seed++) {
      runFast({arena, fast: {...fast, seed}, lists, slow: fast})
      zeros += fast.x.filter(one => one === 0).length
      all += fast.x.length
    }
    expect(zeros / all).toBeGreaterThan(0.57)
    expect(zeros / all).toBeLessThan(0.63)
  })
})
