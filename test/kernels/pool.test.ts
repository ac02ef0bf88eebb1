import {InterruptedError, MemoryError} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {
  Arena,
  blocks,
  catchUp,
  dismiss,
  engage,
  kernelModule,
  pointer,
  Run,
  weightedBlocks,
  withPool
} from '#internals'

describe('Pool', () => {
  it('gives the values of all calls in their order, for any number of workers', async () => {
    const arena = new Arena()
    const a = arena.f32(Float32Array.from({length: 100}, (_, k) => k))
    const ones = arena.f32(new Float32Array(100).fill(1))
    const calls = Array.from({length: 100}, (_, n) => [pointer(a), pointer(ones), n])
    for (const workers of [1, 2, 3]) {
      const sums = await withPool(arena, new Run('test', {workers}), pool => pool.all('dot', calls))
      expect([...sums]).toEqual(Array.from({length: 100}, (_, n) => (n * Math.max(0, n - 1)) / 2))
    }
  })

  it('stops where the run is aborted, and names the task', async () => {
    const stop = new AbortController()
    const arena = new Arena()
    const work = withPool(arena, new Run('counting', {workers: 2, signal: stop.signal}), async pool => {
      setTimeout(() => stop.abort(), 20)
      for (;;) await pool.all('dot', [[0, 0, 0]])
    })
    await expect(work).rejects.toThrow(InterruptedError)
    await expect(work).rejects.toThrow(/counting: stopped/)
  })

  it('tells which kernel failed', async () => {
    const arena = new Arena()
    const work = withPool(arena, new Run('test', {workers: 1}), pool =>
      pool.all('dot', [[2 ** 31, 2 ** 31, 1e9]])
    )
    await expect(work).rejects.toThrow(/dot: .*out of bounds/)
  })
})

describe('threads', () => {
  const setup = {memory: new Arena().memory, module: kernelModule()}

  it('are used again, for other memory', async () => {
    const thread = engage(setup)
    dismiss(thread)
    const arena = new Arena()
    const [a, b] = [arena.f32([1, 2, 3, 4]), arena.f32([1, 1, 1, 1])]
    const again = engage({...setup, memory: arena.memory})
    expect(again).toBe(thread)
    const {byteLength: bytes} = arena.memory.buffer
    again.postMessage({id: 7, kernel: 'dot', args: [pointer(a), pointer(b), 4], bytes})
    expect(await new Promise(resolve => again.once('message', resolve))).toEqual({id: 7, value: 10})
    dismiss(again)
  })

  it('see memory that grows while it is handed to them', async () => {
    for (let round = 0; round < 30; round++) {
      const arena = new Arena()
      const thread = engage({...setup, memory: arena.memory})
      let last = arena.f32(8)
      for (let grown = 0; grown < 6; grown++) {
        const until = performance.now() + round / 1000
        while (performance.now() < until) {
          // Each round a little later than the one before.
        }
        last = arena.f32(1 << 16)
      }
      // It clears 64 numbers there, and that asks for the bounds.
      const {byteLength: bytes} = arena.memory.buffer
      thread.postMessage({id: 1, kernel: 'gramOfRows', args: [0, 0, 0, 8, pointer(last)], bytes})
      const answer = await new Promise(resolve => thread.once('message', resolve))
      expect(answer).toEqual({id: 1, value: undefined})
      dismiss(thread)
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

  it('start side by side, and let go of the memory they worked on', async () => {
    const threads = Array.from({length: 6}, () => engage(setup))
    const answers = threads.map(
      thread => new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
    )
    for (const thread of threads) thread.postMessage({id: 2, kernel: 'dot', args: [0, 0, 0], bytes: 0})
    expect(await Promise.all(answers)).toEqual(threads.map(() => ({id: 2, value: 0})))
    for (const thread of threads) dismiss(thread)
  })

  it('are not used again after they died', async () => {
    const thread = engage(setup)
    await thread.terminate()
    dismiss(thread)
    expect(engage(setup)).not.toBe(thread)
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
