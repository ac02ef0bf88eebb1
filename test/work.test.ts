import {
  AutoRec,
  BayesianFactorization,
  type Engine,
  InterruptedError,
  MatrixFactorization,
  progress,
  syntheticRatings
} from 'movie-recs'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {Work} from '#internals'

const {setImmediate} = globalThis
afterEach(() => {
  vi.useRealTimers()
  globalThis.setImmediate = setImmediate
})

const ratings = syntheticRatings({users: 60, movies: 40, ratings: 900})
const engines = (): Array<Engine<any>> => [
  new MatrixFactorization({factors: 4, epochs: 5}),
  new BayesianFactorization({factors: 4, sweeps: 5, burnIn: 2, samples: 5}),
  new AutoRec({hidden: 8, epochs: 3})
]

describe('long work', () => {
  it('goes on where a test framework has put fake timers in place of the real ones', async () => {
    vi.useFakeTimers({
      toFake: ['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'setInterval']
    })
    for (const engine of engines()) expect((await engine.fit(ratings, progress())).fitted).toBe(true)
  })

  it('goes on where there is no global setImmediate, as in a simulated browser', async () => {
    delete (globalThis as Partial<typeof globalThis>).setImmediate
    for (const engine of engines()) expect((await engine.fit(ratings)).fitted).toBe(true)
  })

  it('is out of breath when it has worked on for a while, and not once it has breathed', async () => {
    const work = new Work('digging')
    expect(work.outOfBreath).toBe(false)
    for (const begun = performance.now(); performance.now() - begun < 100; );
    expect(work.outOfBreath).toBe(true)
    await work.breathe()
    expect(work.outOfBreath).toBe(false)
  })

  it('tells what it does, how far it is and since when, and stops by its signal', async () => {
    const stop = new AbortController()
    const heard: unknown[] = []
    const work = new Work('counting', {signal: stop.signal, onProgress: step => heard.push(step)})
    work.report(1, 3, {train: 0.5})
    expect(heard).toEqual([{task: 'counting', done: 1, total: 3, seconds: expect.closeTo(0, 0), train: 0.5}])
    await work.breathe()
    stop.abort()
    await expect(work.breathe()).rejects.toThrow(InterruptedError)
    expect(() => work.check()).toThrow(/^counting: stopped after 0\.\d s\.$/)
  })
})
