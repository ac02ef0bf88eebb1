import {InterruptedError, MemoryError, MovieRecsError} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {
  Arena,
  adjourn,
  announce,
  blocks,
  catchUp,
  DONE,
  dismiss,
  engage,
  failureOf,
  kernelModule,
  kernelsOn,
  MOST_CALLS,
  newBoard,
  pointer,
  Run,
  type Task,
  weightedBlocks,
  withPool
} from '#internals'

const N = 100
const OUT_OF_BOUNDS = [2 ** 31, 2 ** 31, 1e9]
const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** `dot` of n numbers 0, 1, 2, … and n ones: n (n - 1) / 2. */
function sums(arena: Arena, counts: number[]): {calls: number[][]; expected: number[]} {
  const a = arena.f32(Float32Array.from({length: N}, (_, k) => k))
  const ones = arena.f32(new Float32Array(N).fill(1))
  return {
    calls: counts.map(n => [pointer(a), pointer(ones), n]),
    expected: counts.map(n => (n * (n - 1)) / 2)
  }
}

/** Calls of `gramOfRows` that take a good part of a millisecond each. */
function slow(arena: Arena, count: number): number[][] {
  const stride = 128
  const [rows, gram] = [arena.f32(400 * stride), arena.f32(count * stride * stride)]
  return Array.from({length: count}, (_, k) => [
    ...[0, 400, pointer(rows), stride],
    pointer(gram) + 4 * k * stride * stride
  ])
}

const run = (workers: number, signal?: AbortSignal): Run =>
  new Run('counting', {workers, ...(signal === undefined ? {} : {signal})})

describe('Pool', () => {
  it('gives the values of all calls in their order, for any number of workers', async () => {
    const arena = new Arena()
    const {calls, expected} = sums(
      arena,
      Array.from({length: N}, (_, n) => n + 1)
    )
    for (const workers of [1, 2, 3])
      await withPool(arena, run(workers), async pool => {
        expect(pool.size).toBe(workers)
        expect([...(await pool.all('dot', calls))]).toEqual(expected)
      })
  })

  it('takes no call twice, and none of a turn that is over, while helpers start late', async () => {
    const arena = new Arena()
    const counts = Array.from({length: 7}, (_, n) => n + 1)
    const {calls} = sums(arena, counts)
    await withPool(arena, run(4), async pool => {
      // Each turn has other values, so a call of another turn would show.
      for (let turn = 0; turn < 3000; turn++) {
        const from = 4 * Math.floor((turn % 90) / 4)
        const shifted = calls.map(([a, ones, n]) => [a + 4 * from, ones, n])
        const values = await pool.all('dot', shifted)
        expect([...values]).toEqual(counts.map(n => n * from + (n * (n - 1)) / 2))
      }
    })
  })

  it('does more calls than the board has room for, and tells how many are done', async () => {
    const arena = new Arena()
    const {calls, expected} = sums(arena, [5, 6, 7])
    const many = Array.from({length: MOST_CALLS + 10}, (_, k) => calls[k % 3])
    await withPool(arena, run(2), async pool => {
      const told: number[] = []
      const values = await pool.all('dot', many, done => told.push(done))
      expect([...values]).toEqual(many.map((_, k) => expected[k % 3]))
      expect(told).toEqual([...told].sort((a, b) => a - b))
      expect(told.at(-1)).toBe(many.length)
      expect(await pool.all('dot', [])).toHaveLength(0)
    })
  })

  it('refuses a call with more arguments than the board has room for', async () => {
    const work = withPool(new Arena(), run(1), pool => pool.all('dot', [new Array(33).fill(0)]))
    await expect(work).rejects.toThrow(/33 arguments/)
  })

  it('gives each thread the address of its own memory first', async () => {
    const arena = new Arena()
    const ones = arena.f32([1, 1, 1, 1])
    const own = [arena.f32([1, 2, 3, 4]), arena.f32([1, 2, 3, 4])].map(pointer)
    const calls = Array.from({length: 50}, () => [pointer(ones), 4])
    await withPool(arena, run(2), async pool => {
      expect([...(await pool.all('dot', calls, undefined, own))]).toEqual(calls.map(() => 10))
      // The next turn has none.
      expect([...(await pool.all('dot', [[pointer(ones), own[0], 4]]))]).toEqual([10])
    })
  })

  it('leaves this thread free while it works', async () => {
    const arena = new Arena()
    await withPool(arena, run(1), async pool => {
      let ticks = 0
      const timer = setInterval(() => ticks++, 1)
      const call = slow(arena, 1)[0]
      await pool.all(
        'gramOfRows',
        Array.from({length: 1000}, () => call)
      )
      clearInterval(timer)
      expect(ticks).toBeGreaterThan(20)
    })
  })

  it('sleeps while there is nothing to do', async () => {
    await withPool(new Arena(), run(3), async () => {
      await sleep(300)
      const before = process.cpuUsage()
      await sleep(500)
      const {user, system} = process.cpuUsage(before)
      expect(user + system).toBeLessThan(250_000)
    })
  })

  it('stops where the run is aborted, and names the task', async () => {
    const stop = new AbortController()
    const arena = new Arena()
    const work = withPool(arena, run(2, stop.signal), async pool => {
      setTimeout(() => stop.abort(), 20)
      for (;;) await pool.all('dot', [[0, 0, 0]])
    })
    await expect(work).rejects.toThrow(InterruptedError)
    await expect(work).rejects.toThrow(/counting: stopped/)
  })

  it.each([1, 3])(
    'stops in the midst of a task, when the calls under way have ended, with %i workers',
    async n => {
      const stop = new AbortController()
      const arena = new Arena()
      const calls = slow(arena, 50)
      let told = 0
      const work = withPool(arena, run(n, stop.signal), pool =>
        pool.all(
          'gramOfRows',
          Array.from({length: 8000}, (_, k) => calls[k % 50]),
          done => {
            told = done
            if (done > 10) stop.abort()
          }
        )
      )
      await expect(work).rejects.toThrow(InterruptedError)
      expect(told).toBeLessThan(4000)
    }
  )

  it('tells which kernel failed and how, and is of use after it', async () => {
    const arena = new Arena()
    const {calls, expected} = sums(arena, [4, 5])
    await withPool(arena, run(2), async pool => {
      const bad = [...calls, OUT_OF_BOUNDS, ...calls]
      await expect(pool.all('dot', bad)).rejects.toThrow(/^dot: .*out of bounds/)
      expect([...(await pool.all('dot', calls))]).toEqual(expected)
    })
  })

  it('takes calls in their order, and none after one that failed', async () => {
    const arena = new Arena()
    const [before, after] = [arena.f32(64).fill(1), arena.f32(64).fill(1)]
    const call = (gram: {byteOffset: number}): number[] => [0, 0, 0, 8, pointer(gram)]
    const calls = [call(before), [0, 1e9, 2 ** 31, 8, pointer(before)], call(after)]
    await withPool(arena, run(1), pool =>
      expect(pool.all('gramOfRows', calls)).rejects.toThrow(/^gramOfRows: /)
    )
    expect([before[0], after[0]]).toEqual([0, 1])
  })
})

describe('tasks in turn', () => {
  const STRIDE = 8
  /** Tasks of two kinds: rows all of one number to a Gram matrix, then the sum of that. What is summed shows which matrix stood there. */
  function chained(arena: Arena, rounds: number): {tasks: Task[]; expected: number[]} {
    const rows = Array.from({length: 5}, (_, k) => arena.f32(4 * STRIDE).fill(k + 1))
    const [gram, ones] = [arena.f32(STRIDE * STRIDE), arena.f32(STRIDE * STRIDE).fill(1)]
    const tasks: Task[] = []
    const expected: number[] = []
    for (let k = 0; k < rounds; k++) {
      tasks.push({kernel: 'gramOfRows', calls: [[0, 4, pointer(rows[k % 5]), STRIDE, pointer(gram)]]})
      const sum = [pointer(gram), pointer(ones), STRIDE * STRIDE]
      tasks.push({kernel: 'dot', calls: Array.from({length: 1 + (k % 3)}, () => sum)})
      for (let n = 0; n <= k % 3; n++) expected.push(4 * STRIDE * STRIDE * ((k % 5) + 1) ** 2)
    }
    return {tasks, expected}
  }
  const sumsOf = (tasks: readonly Task[], values: Float64Array): number[] => {
    const kernels = tasks.flatMap(({kernel, calls}) => calls.map(() => kernel))
    return [...values].filter((_, n) => kernels[n] === 'dot')
  }

  it('begin when the one before is over, for any number of workers, in more turns than one', async () => {
    const arena = new Arena()
    const {tasks, expected} = chained(arena, 2000)
    for (const workers of [1, 2, 4])
      await withPool(arena, run(workers), async pool => {
        expect(sumsOf(tasks, await pool.inTurn(tasks))).toEqual(expected)
      })
  })

  it('tell how many calls are done, with the values of those that are over', async () => {
    const arena = new Arena()
    const {tasks, expected} = chained(arena, 40)
    await withPool(arena, run(2), async pool => {
      const ends = tasks.map((_, k) => tasks.slice(0, k + 1).reduce((sum, {calls}) => sum + calls.length, 0))
      let told = 0
      await pool.inTurn(tasks, (done, values) => {
        expect(done).toBeGreaterThanOrEqual(told)
        told = done
        const over = tasks.slice(0, ends.filter(end => end <= done).length)
        const known = sumsOf(over, values.slice(0, ends[over.length - 1] ?? 0))
        expect(known).toEqual(expected.slice(0, known.length))
      })
      expect(told).toBe(ends[ends.length - 1])
    })
  })

  it('end at one that fails, and the pool is of use after it', async () => {
    const arena = new Arena()
    const {tasks, expected} = chained(arena, 6)
    const never = arena.f32(STRIDE * STRIDE).fill(7)
    const last = {kernel: 'gramOfRows', calls: [[0, 0, 0, STRIDE, pointer(never)]]}
    for (const workers of [1, 3])
      await withPool(arena, run(workers), async pool => {
        for (let k = 0; k < 20; k++) {
          const bad = [...tasks, {kernel: 'dot', calls: [OUT_OF_BOUNDS, OUT_OF_BOUNDS]}, last]
          await expect(pool.inTurn(bad)).rejects.toThrow(/out of bounds/)
          expect(never[0]).toBe(7)
          expect(sumsOf(tasks, await pool.inTurn(tasks))).toEqual(expected)
        }
      })
  })

  it.each([1, 2, 3])('stop in the midst, with %i workers', async workers => {
    for (let k = 0; k < 10; k++) {
      const stop = new AbortController()
      const arena = new Arena()
      const calls = slow(arena, 3)
      const tasks = Array.from({length: 1000}, () => ({kernel: 'gramOfRows', calls}))
      let told = 0
      const work = withPool(arena, run(workers, stop.signal), pool =>
        pool.inTurn(tasks, done => {
          told = done
          if (done > 5 + k) stop.abort()
        })
      )
      await expect(work).rejects.toThrow(InterruptedError)
      expect(told).toBeLessThan(1500)
    }
  })
})

/** A thread alone at a board: what it is asked nobody else answers. */
function desk(arena: Arena, onDeath = (_: Error): void => undefined) {
  const {memory} = arena
  const module = kernelModule()
  const kernels = Object.keys(kernelsOn(memory, module))
  const board = newBoard(2)
  const thread = engage({memory, module, board, thread: 1}, onDeath)
  return {
    thread,
    async ask(kernel: string, call: number[]): Promise<number> {
      announce(board, memory, [{kernel: kernels.indexOf(kernel), calls: [call]}], {scratch: [], told: false})
      while (Atomics.load(board.state, DONE) < 1) await sleep(1)
      const failure = failureOf(board)
      if (failure !== undefined) throw new Error(failure)
      return board.values[0]
    },
    close(): void {
      adjourn(board)
      dismiss(thread)
    }
  }
}

describe('threads', () => {
  it('are used again, for other memory', async () => {
    const first = desk(new Arena())
    first.close()
    const arena = new Arena()
    const [a, b] = [arena.f32([1, 2, 3, 4]), arena.f32([1, 1, 1, 1])]
    const again = desk(arena)
    expect(again.thread).toBe(first.thread)
    expect(await again.ask('dot', [pointer(a), pointer(b), 4])).toBe(10)
    again.close()
  })

  it('tell how a call failed, and answer the next', async () => {
    const {ask, close} = desk(new Arena())
    await expect(ask('dot', OUT_OF_BOUNDS)).rejects.toThrow(/out of bounds/)
    expect(await ask('dot', [0, 0, 0])).toBe(0)
    close()
  })

  it('see memory that grows while it is handed to them', async () => {
    for (let round = 0; round < 30; round++) {
      const arena = new Arena()
      const {ask, close} = desk(arena)
      let last = arena.f32(8)
      for (let grown = 0; grown < 6; grown++) {
        const until = performance.now() + round / 1000
        while (performance.now() < until) {
          // Each round a little later than the one before.
        }
        last = arena.f32(1 << 16)
      }
      last.fill(1)
      // It clears 64 numbers there, and that asks for the bounds.
      await ask('gramOfRows', [0, 0, 0, 8, pointer(last)])
      expect(last[63] + last[64]).toBe(1)
      close()
    }
  })

  it('grow a memory by nothing where they see less of it than there is, and only there', () => {
    const grown: number[] = []
    const memory = {buffer: new SharedArrayBuffer(100), grow: (pages: number) => grown.push(pages)}
    catchUp(memory, 100)
    expect(grown).toEqual([])
    catchUp(memory, 101)
    expect(grown).toEqual([0])
  })

  it('start side by side', async () => {
    const desks = Array.from({length: 6}, () => desk(new Arena()))
    expect(await Promise.all(desks.map(({ask}) => ask('dot', [0, 0, 0])))).toEqual(desks.map(() => 0))
    for (const {close} of desks) close()
  })

  it('are not used again after they died', async () => {
    const {thread, close} = desk(new Arena())
    await thread.terminate()
    close()
    const next = desk(new Arena())
    expect(next.thread).not.toBe(thread)
    next.close()
  })

  it('that die between tasks tell whoever they work for', async () => {
    const deaths: Error[] = []
    const {thread, close} = desk(new Arena(), death => deaths.push(death))
    await thread.terminate()
    close()
    expect(deaths).toHaveLength(1)
    expect(deaths[0]).toBeInstanceOf(MovieRecsError)
    expect(deaths[0].message).toMatch(/died at work: it left with exit code 1\. .*fewer workers/)
  })

  it('that die in the midst of a task stop it, be it one or all', async () => {
    for (const dying of [1, 2]) {
      // The next pool has the threads given back last.
      const desks = [desk(new Arena()), desk(new Arena())]
      for (const {close} of desks) close()
      const arena = new Arena()
      const calls = slow(arena, 400)
      const work = withPool(arena, run(2), async pool => {
        let dead: Promise<unknown> | undefined
        const task = pool.all('gramOfRows', calls, done => {
          if (done > 20) dead ??= Promise.all(desks.slice(0, dying).map(({thread}) => thread.terminate()))
        })
        await expect(task).rejects.toThrow(MovieRecsError)
        await dead
        // And there is no more work with that pool.
        await pool.all('dot', [[0, 0, 0]])
      })
      await expect(work).rejects.toThrow(/A worker thread died at work/)
    }
  })
})

describe('Arena', () => {
  it('lays arrays out apart and grows', () => {
    const arena = new Arena()
    const first = arena.f32(3)
    const second = arena.i32([1, 2, 3])
    const large = arena.f64(1 << 20)
    large.fill(7)
    first.fill(5)
    expect([...second]).toEqual([1, 2, 3])
    expect(pointer(second) % 16).toBe(0)
    expect(large[large.length - 1]).toBe(7)
    expect(first[2]).toBe(5)
  })

  it('says when a fit needs more than there can be', () => {
    const arena = new Arena()
    expect(() => arena.f64(2 ** 30)).toThrow(MemoryError)
  })
})

describe('blocks', () => {
  it('cover all rows once', () => {
    expect(blocks(10, 4)).toEqual([
      [0, 4],
      [4, 8],
      [8, 10]
    ])
    const start = Int32Array.of(0, 5, 5, 6, 20, 21)
    expect(weightedBlocks(start, 6)).toEqual([
      [0, 3],
      [3, 4],
      [4, 5]
    ])
  })
})
