import {MovieRecsError} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {Arena, adjourn, dismiss, engage, kernelModule, MOST_CALLS, newBoard, pointer, Team} from '#internals'

const N = 100

/** `dot` of n numbers 0, 1, 2, … and n ones: n (n - 1) / 2. */
function sums(arena: Arena, counts: number[]): {calls: number[][]; expected: number[]} {
  const a = arena.f32(Float32Array.from({length: N}, (_, k) => k))
  const ones = arena.f32(new Float32Array(N).fill(1))
  return {
    calls: counts.map(n => [pointer(a), pointer(ones), n]),
    expected: counts.map(n => (n * (n - 1)) / 2)
  }
}

describe('Team', () => {
  it('gives the values of all calls in their order, for any number of threads', async () => {
    const arena = new Arena()
    const {calls, expected} = sums(
      arena,
      Array.from({length: N}, (_, n) => n + 1)
    )
    for (const threads of [1, 2, 3]) {
      const team = new Team(arena, threads)
      expect([...team.all('dot', calls)]).toEqual(expected)
      team.close()
    }
  })

  it('takes no call twice, and none of a turn that is over, while helpers start late', async () => {
    const arena = new Arena()
    const team = new Team(arena, 4)
    const counts = Array.from({length: 7}, (_, n) => n + 1)
    const {calls} = sums(arena, counts)
    // Each turn has other values, so a call of another turn would show.
    for (let turn = 0; turn < 3000; turn++) {
      const shift = turn % 90
      const values = team.all(
        'dot',
        calls.map(([a, ones, n]) => [a + 4 * 4 * Math.floor(shift / 4), ones, n])
      )
      const from = 4 * Math.floor(shift / 4)
      expect([...values]).toEqual(counts.map(n => n * from + (n * (n - 1)) / 2))
      if (turn % 100 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    team.close()
  })

  it('does more calls than the board has room for', () => {
    const arena = new Arena()
    const {calls, expected} = sums(arena, [5, 6, 7])
    const many = Array.from({length: MOST_CALLS + 10}, (_, k) => calls[k % 3])
    const team = new Team(arena, 1)
    expect([...team.all('dot', many)]).toEqual(many.map((_, k) => expected[k % 3]))
    expect(team.all('dot', [])).toHaveLength(0)
  })

  it('tells which kernel failed, and is of use after it', async () => {
    const arena = new Arena()
    const {calls, expected} = sums(arena, [4, 5])
    const team = new Team(arena, 2)
    expect(() => team.all('dot', [...calls, [2 ** 31, 2 ** 31, 1e9]])).toThrow(/^dot: .*out of bounds/)
    expect([...team.all('dot', calls)]).toEqual(expected)
    team.close()
  })

  it('gives each thread the address of its own memory first', async () => {
    const arena = new Arena()
    const ones = arena.f32([1, 1, 1, 1])
    const own = [arena.f32([1, 2, 3, 4]), arena.f32([1, 2, 3, 4])].map(pointer)
    const team = new Team(arena, 2, own)
    const calls = Array.from({length: 50}, () => [pointer(ones), 4])
    expect([...team.all('dot', calls)]).toEqual(calls.map(() => 10))
    team.close()
  })

  it('goes on no more when a helper has died', async () => {
    const arena = new Arena()
    const {calls, expected} = sums(arena, [4, 5])
    // The team has the thread that was given back last.
    const {memory} = new Arena()
    const board = newBoard(1)
    const thread = engage({memory, module: kernelModule(), board, thread: 0}, () => undefined)
    adjourn(board)
    dismiss(thread)
    const team = new Team(arena, 2)
    expect([...team.all('dot', calls)]).toEqual(expected)
    await thread.terminate()
    expect(() => team.all('dot', calls)).toThrow(MovieRecsError)
    expect(() => team.all('dot', calls)).toThrow(/A worker thread died at work/)
    team.close()
  })
})
