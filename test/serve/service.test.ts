import {execFile} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {
  AlternatingLeastSquares,
  ArgumentError,
  Baseline,
  Ease,
  type Engine,
  engines,
  InterruptedError,
  ItemNeighbours,
  ModelFileError,
  NotFittedError,
  OptionError,
  Popularity,
  RatingEngine,
  Recommendations,
  type RecommendOptions,
  type Service,
  ServiceError,
  saveEngine,
  serveEngine,
  syntheticRatings,
  Table,
  UnknownIdError,
  type Who
} from 'movie-recs'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {arrived, carried} from '#internals'
import {ROOT} from '#paths'
import {SETTINGS} from '../contract/settings'
import {smallWorld} from '../contract/world'
import {layOut, putTogether, takeApart} from '../files/forge'

const world = smallWorld()
const profile = [
  {movieId: 100, rating: 5},
  {movieId: 999999, rating: 4},
  {movieId: 102, rating: 1}
]
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-serve-'))
const open: Service[] = []

/** A service that is closed after the test. */
async function served(model: Engine<any> | string, o?: Parameters<typeof serveEngine>[1]): Promise<Service> {
  const service = await serveEngine(model, {workers: 1, ...o})
  open.push(service)
  return service
}

afterEach(async () => {
  for (const service of open.splice(0)) await service.close()
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe.each(engines().map(Class => [Class.spec.name, Class] as const))('%s, served', (name, Class) => {
  let engine: Engine<any>
  const file = path.join(folder, `${name}.mrec`)
  beforeAll(async () => {
    engine = await new Class({...SETTINGS[name]?.small}).fit(world)
    await saveEngine(engine, file)
  })

  it('answers byte for byte as the engine does, from memory and from a file', async () => {
    const asked: Array<[Who, RecommendOptions]> = [
      [10, {}],
      [13, {n: 500, includeRated: true}],
      [16, {n: 3, among: new Set([100, 104, 106]), except: [104], minRatings: 2, includeRated: true}],
      [16, {n: 3, genres: new Set(['Comedy']), years: [1980, 1995]}],
      [profile, {n: 5, diversity: 0.4}],
      [[], {n: 4}],
      [4711, {unknown: 'popular'}]
    ]
    for (const model of [engine, file]) {
      const service = await served(model, {workers: 2})
      expect(service.name).toBe(name)
      expect(String(service)).toMatch(/ on 36 users × 27 movies, served by 2 threads$/)
      for (const [who, o] of asked) {
        const [theirs, own] = [await service.recommend(who, o), engine.recommend(who, o)]
        expect(JSON.stringify(theirs)).toBe(JSON.stringify(own))
        expect(theirs).toBeInstanceOf(Recommendations)
        expect(String(theirs)).toBe(String(own))
        expect(theirs.leftOut).toEqual(own.leftOut)
      }
      for (const who of [10, profile, []] as Who[])
        expect(JSON.stringify(await service.explain(who, 104))).toBe(JSON.stringify(engine.explain(who, 104)))
      const near = await service.similar(100, {n: 5})
      expect(JSON.stringify(near)).toBe(JSON.stringify(engine.similar(100, {n: 5})))
      expect(near).toBeInstanceOf(Table)
      if (engine instanceof RatingEngine && engine.model.predicts) {
        expect(await service.predict(10, 104)).toBe(engine.predict(10, 104))
        expect(await service.predictDetailed(profile, 104, {timestamp: 1e9})).toEqual(
          engine.predictDetailed(profile, 104, {timestamp: 1e9})
        )
      } else await expect(service.predict(10, 104)).rejects.toThrow(ArgumentError)
    }
  })

  it('refuses what the engine refuses, with the same error', async () => {
    const service = await served(file)
    const cases: Array<[() => Promise<unknown>, () => unknown]> = [
      [() => service.recommend(4711), () => engine.recommend(4711)],
      [
        () => service.recommend([{movieId: 4711, rating: 3}]),
        () => engine.recommend([{movieId: 4711, rating: 3}])
      ],
      [() => service.recommend(10, {n: 0}), () => engine.recommend(10, {n: 0})],
      [() => service.recommend(10, {m: 1} as object), () => engine.recommend(10, {m: 1} as object)],
      [() => service.similar(4711), () => engine.similar(4711)],
      [() => service.explain(10, 4711), () => engine.explain(10, 4711)]
    ]
    for (const [there, here] of cases) {
      const theirs: Error = await there().then(String, error => error)
      const own = thrownBy(here)
      expect(theirs.constructor).toBe(own.constructor)
      expect({...theirs, message: theirs.message}).toEqual({...own, message: own.message})
    }
  })
})

function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('Nothing was thrown.')
}

describe('errors on their way between threads', () => {
  it('keep class, fields, message and cause', () => {
    const cause = new UnknownIdError('movie', 'x', 'no x')
    for (const error of [
      new UnknownIdError('user', 7, 'Unknown.'),
      new OptionError('k', () => 1, 'Option k.'),
      new InterruptedError('stopped', {cause}),
      new ServiceError('busy', 'later'),
      new RangeError('out of range')
    ]) {
      const back = arrived(structuredClone(carried(error)))
      expect(back).toBeInstanceOf(error.constructor)
      expect(back.name).toBe(error.name)
      expect(back.message).toBe(error.message)
      expect(back.stack).toBe(error.stack)
      if (error instanceof OptionError) expect(back).toMatchObject({option: 'k', value: '() => 1'})
      else expect({...back}).toEqual({...error})
    }
    expect((arrived(carried(new Error('a', {cause}))).cause as UnknownIdError).id).toBe('x')
  })
})

describe('a service', () => {
  let ease: Ease
  let popularity: Popularity
  beforeAll(async () => {
    ease = await new Ease().fit(world)
    popularity = await new Popularity().fit(world)
  })

  const FORGED = /forged\.mrec is not sound: popularity: expected 27 numbers \(movies\), got 26/
  /** A file whose sizes and checksums are right, with a score too few. */
  const forged = async (): Promise<string> => {
    const file = path.join(folder, 'forged.mrec')
    await saveEngine(popularity, file)
    const parts = takeApart(readFileSync(file))
    const at = parts.entries.findIndex(({name}) => name === 'popularity')
    parts.entries[at].shape = [26]
    parts.arrays[at] = parts.arrays[at].subarray(0, 8 * 26)
    layOut(parts)
    writeFileSync(file, putTogether(parts))
    return file
  }

  it('refuses what it cannot serve', async () => {
    await expect(serveEngine(new Ease())).rejects.toThrow(NotFittedError)
    await expect(serveEngine(path.join(folder, 'none.mrec'))).rejects.toThrow(ModelFileError)
    const broken = path.join(folder, 'broken.mrec')
    writeFileSync(broken, 'PK hello')
    await expect(serveEngine(broken)).rejects.toThrow(/not a movie-recs model/)
    await expect(serveEngine(await forged())).rejects.toThrow(FORGED)
    await expect(serveEngine(await forged())).rejects.toThrow(ModelFileError)
    for (const o of [{workers: 0}, {workers: 65}, {queue: 0}])
      await expect(serveEngine(ease, o)).rejects.toThrow(ArgumentError)
    class Own extends Baseline {}
    await expect(serveEngine(await new Own().fit(world))).rejects.toThrow(/no engine of this library/)
  })

  it('says what cannot be sent to a thread', async () => {
    const service = await served(ease)
    await expect(service.recommend(10, {except: id => id === 100})).rejects.toThrow(/except: a function/)
    const odd = [{movieId: 100, rating: (() => 5) as unknown as number}]
    await expect(service.recommend(odd)).rejects.toThrow(/cannot be sent to another thread/)
    expect((await service.recommend(10)).length).toBeGreaterThan(0)
  })

  it('serves the engine as it was when it was handed over, until it is swapped', async () => {
    const engine = await new AlternatingLeastSquares({factors: 4, epochs: 3}).fit(world)
    const service = await served(engine)
    const before = JSON.stringify(engine.recommend(10))
    const fitting = engine.fit(smallWorld({seed: 8}))
    expect(JSON.stringify(await service.recommend(10))).toBe(before)
    await fitting
    expect(JSON.stringify(engine.recommend(10))).not.toBe(before)
    expect(JSON.stringify(await service.recommend(10))).toBe(before)
    await service.swap(engine)
    expect(JSON.stringify(await service.recommend(10))).toBe(JSON.stringify(engine.recommend(10)))
  })

  it('goes on answering while another model is swapped in, each list by one of the two', async () => {
    const file = path.join(folder, 'popularity-next.mrec')
    await saveEngine(popularity, file)
    const service = await served(ease, {workers: 2})
    const [old, next] = [ease, popularity].map(engine => JSON.stringify(engine.recommend(10)))
    let done = false
    const swapping = service.swap(file).then(() => (done = true))
    await expect(service.swap(ease)).rejects.toThrow(/being swapped in already/)
    const during: string[] = []
    while (!done) during.push(JSON.stringify(await service.recommend(10)))
    await swapping
    expect(during.length).toBeGreaterThan(5)
    expect(during.slice(0, 5).every(list => list === old)).toBe(true)
    expect(new Set([...during, old, next])).toEqual(new Set([old, next]))
    expect(JSON.stringify(await service.recommend(10))).toBe(next)
    expect(service.name).toBe('popularity')
  })

  it('keeps its model where another cannot be had', async () => {
    const service = await served(ease)
    await expect(service.swap(path.join(folder, 'none.mrec'))).rejects.toThrow(ModelFileError)
    await expect(service.swap(new Popularity())).rejects.toThrow(NotFittedError)
    await expect(service.swap(await forged())).rejects.toThrow(FORGED)
    expect(JSON.stringify(await service.recommend(10))).toBe(JSON.stringify(ease.recommend(10)))
    expect((await service.swap(popularity)).name).toBe('popularity')
  })

  it('refuses more calls than may wait, and answers those it took', async () => {
    const service = await served(ease, {queue: 3})
    const calls = Array.from({length: 10}, () => service.recommend(10))
    const settled = await Promise.allSettled(calls)
    const refused = settled.filter(one => one.status === 'rejected')
    // One thread has two at a time, three wait.
    expect(refused.length).toBe(5)
    for (const {reason} of refused as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(ServiceError)
      expect(reason.reason).toBe('busy')
    }
    expect(service.waiting).toBe(0)
  })

  it('gives up a call by its signal, waiting or under way', async () => {
    const service = await served(ease)
    const stop = new AbortController()
    const calls = Array.from({length: 6}, (_, k) => service.recommend(10, k % 2 ? {signal: stop.signal} : {}))
    stop.abort()
    const settled = await Promise.allSettled(calls)
    expect(settled.map(one => one.status)).toEqual(
      [0, 1, 2, 3, 4, 5].map(k => (k % 2 ? 'rejected' : 'fulfilled'))
    )
    for (const one of settled)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(InterruptedError)
    await expect(service.similar(100, {signal: stop.signal})).rejects.toThrow(InterruptedError)
  })

  it('fails the calls of a thread that dies, and replaces it', async () => {
    const service = await served(ease)
    const [thread] = service.shift.threads
    const calls = [10, 13, 16, 19, 22, 25].map(userId => service.recommend(userId))
    const settling = Promise.allSettled(calls)
    await thread.kill()
    const settled = await settling
    const lost = settled.filter(one => one.status === 'rejected')
    expect(lost.length).toBeGreaterThan(0)
    for (const {reason} of lost as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(ServiceError)
      expect(reason.reason).toBe('died')
      expect(reason.message).toMatch(/ask again/)
    }
    // Two at most were with it; those that waited are answered by who takes its place.
    expect(lost.length).toBeLessThanOrEqual(2)
    expect(settled[5].status).toBe('fulfilled')
    expect(JSON.stringify(await service.recommend(10))).toBe(JSON.stringify(ease.recommend(10)))
    expect(service.workers).toBe(1)
    expect(service.shift.threads).not.toContain(thread)
  })

  it('answers what it was asked before it was closed, then refuses', async () => {
    const service = await served(ease)
    const calls = Array.from({length: 8}, () => service.recommend(10))
    const closing = service.close()
    await expect(service.recommend(10)).rejects.toMatchObject({reason: 'closed'})
    await expect(service.swap(popularity)).rejects.toMatchObject({reason: 'closed'})
    for (const list of await Promise.all(calls)) expect(list.length).toBeGreaterThan(0)
    await closing
    expect(service.close()).toBe(service.close())
    expect(service.workers).toBe(0)
  })

  it('gives up a swap when it is closed', async () => {
    const service = await served(ease)
    const swapping = service.swap(popularity)
    const failed = expect(swapping).rejects.toMatchObject({reason: 'closed'})
    await service.close()
    await failed
  })
})

describe('a process with a service', () => {
  const run = (program: string): Promise<{stdout: string}> =>
    promisify(execFile)(process.execPath, ['-e', program], {cwd: ROOT, timeout: 60_000})
  const file = path.join(folder, 'item-neighbours-process.mrec')
  beforeAll(async () => saveEngine(await new ItemNeighbours({k: 5}).fit(world), file))

  it('ends by itself while nothing is asked, without closing', async () => {
    const {stdout} = await run(`
      require('movie-recs').serveEngine(${JSON.stringify(file)}).then(async service => {
        console.log((await service.recommend(10)).length)
      })`)
    expect(stdout).toBe('10\n')
  })

  // Processor time of the main thread, which others at work on the machine do not lengthen.
  it.skipIf(process.platform !== 'linux')(
    'is not kept from its other work while a big model is loaded',
    async () => {
      const big = path.join(folder, 'big.mrec')
      await saveEngine(
        await new Popularity().fit(syntheticRatings({users: 20_000, movies: 5000, ratings: 500_000})),
        big
      )
      const {stdout} = await run(`
      const {readFileSync} = require('node:fs')
      const {loadEngine, serveEngine} = require('movie-recs')
      const now = () => Number(readFileSync('/proc/self/task/' + process.pid + '/schedstat', 'utf8').split(' ')[0]) / 1e6
      const longest = async work => {
        let last = now(), most = 0
        const timer = setInterval(() => {
          most = Math.max(most, now() - last)
          last = now()
        }, 2)
        await work()
        await new Promise(resolve => setTimeout(resolve, 10))
        clearInterval(timer)
        return most
      }
      const main = async () => {
        let service
        const served = await longest(async () => (service = await serveEngine(${JSON.stringify(big)}, {workers: 2})))
        const swapped = await longest(() => service.swap(${JSON.stringify(big)}))
        const loaded = await longest(() => loadEngine(${JSON.stringify(big)}))
        console.log(JSON.stringify({served, swapped, loaded}))
      }
      main()`)
      const {served, swapped, loaded} = JSON.parse(stdout)
      expect(served).toBeLessThan(50)
      expect(swapped).toBeLessThan(50)
      // What is compared with it: the same file, read by this thread.
      expect(loaded).toBeGreaterThan(Math.max(served, swapped))
    }
  )

  it('has nothing left of one that was closed, its old shifts included', async () => {
    const {stdout} = await run(`
      const {serveEngine} = require('movie-recs')
      const left = () => process.getActiveResourcesInfo().filter(one => /Worker|MessagePort/.test(one)).length
      serveEngine(${JSON.stringify(file)}, {workers: 2}).then(async service => {
        await service.recommend(10)
        await service.swap(${JSON.stringify(file)})
        const during = left()
        await service.close()
        console.log(left(), process._getActiveHandles().filter(one => /Worker|MessagePort/.test(one.constructor.name)).length)
      })`)
    expect(stdout).toBe('0 0\n')
  })
})
