import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  AutoRec,
  CheckpointError,
  DivergedError,
  EmbeddingNet,
  type EmbeddingNetOptions,
  evaluate,
  InterruptedError,
  Movies,
  type Progress,
  type RatingEngine,
  Ratings,
  readRatings,
  split,
  tensorFlowBackend,
  useTensorFlow
} from 'movie-recs'
import {afterAll, afterEach, describe, expect, it} from 'vitest'
import {loadTensorFlow} from '#internals'
import {ROOT} from '#paths'
import {smallWorld} from '../../contract/world'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-deep-'))
afterAll(() => {
  spawnSync('umount', [path.join(folder, 'tiny')])
  rmSync(folder, {recursive: true, force: true})
})
afterEach(() => useTensorFlow(undefined))

const world = smallWorld()
const tiny = smallWorld({users: 9, movies: 9})
const QUICK: EmbeddingNetOptions = {
  factors: 8,
  epochs: 6,
  batchSize: 64,
  stepsPerEpoch: 1,
  learningRate: 0.05
}

function predictions(engine: RatingEngine<any>, ratings: Ratings = world): number[] {
  return [...engine.predictAll(ratings)]
}

function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let gap = 0
  for (let n = 0; n < a.length; n++) gap = Math.max(gap, Math.abs(a[n] - b[n]))
  return gap
}

describe('TensorFlow', () => {
  it('is not loaded with the library', () => {
    const script = `require('movie-recs')
      const loaded = Object.keys(require.cache).filter(file => /node_modules.*(tensorflow|tfjs)/.test(file))
      if (loaded.length > 0) throw new Error(loaded[0])`
    execFileSync(process.execPath, ['-e', script], {cwd: ROOT, stdio: 'pipe'})
  })

  it('says its backend, and takes the one asked for', async () => {
    useTensorFlow('wasm')
    expect(tensorFlowBackend()).toBe('wasm')
    expect((await loadTensorFlow()).getBackend()).toBe('wasm')
    expect(() => useTensorFlow('gpu' as never)).toThrow(/native or wasm, got gpu/)
  })

  it.skipIf(tensorFlowBackend() !== 'native')(
    'gives the same predictions on wasm as natively, on a part of latest-small',
    async () => {
      const all = await readRatings(path.join(ROOT, 'data/ml-latest-small/ratings.csv'))
      const small = split(all, {test: 0.9, seed: 3}).train
      const options = {factors: 16, epochs: 3, patience: 0, batchSize: 2048, hidden: [8], dropout: 0.1}
      const native = await new EmbeddingNet(options).fit(small)
      expect((await loadTensorFlow()).getBackend()).toBe('tensorflow')
      useTensorFlow('wasm')
      const wasm = await new EmbeddingNet(options).fit(small)
      expect((await loadTensorFlow()).getBackend()).toBe('wasm')
      expect(largestGap(predictions(native, small), predictions(wasm, small))).toBeLessThan(1e-3)
    }
  )

  it('returns all memory: as many tensors after a fit, a stop and a failure as before', async () => {
    const tf = await loadTensorFlow()
    const before = tf.memory().numTensors
    await new EmbeddingNet({...QUICK, hidden: [5], dropout: 0.2, sideInformation: true}).fit(world)
    expect(tf.memory().numTensors).toBe(before)
    await expect(new EmbeddingNet(QUICK).fit(world, stopAfter(3))).rejects.toThrow(InterruptedError)
    expect(tf.memory().numTensors).toBe(before)
    await expect(new EmbeddingNet({...QUICK, learningRate: 1e30}).fit(world)).rejects.toThrow(DivergedError)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('EmbeddingNet', () => {
  it('shrinks all that it learns, what is known of people and movies too', async () => {
    const twelve = Array.from({length: 12}, (_, k) => k)
    const known = Ratings.from(
      twelve.flatMap(userId =>
        twelve.map(movieId => ({userId, movieId, rating: (userId + movieId) % 2 ? 1 : 5}))
      ),
      Movies.from(
        twelve.map(movieId => ({
          movieId,
          title: `Movie ${movieId}`,
          genres: [movieId % 2 ? 'Drama' : 'Comedy']
        }))
      ),
      {users: twelve.map(userId => ({userId, gender: userId % 2 ? 'F' : 'M'}))}
    )
    const spread = async (shrinkage: number): Promise<number> => {
      const options = {...QUICK, epochs: 60, decay: 1, sideInformation: true, patience: 0, shrinkage}
      const engine = await new EmbeddingNet(options).fit(known)
      return Math.max(...predictions(engine, known).map(stars => Math.abs(stars - known.mean)))
    }
    expect(await spread(1e5)).toBeLessThan(0.05)
    expect(await spread(0)).toBeGreaterThan(1)
  })
})

/** A run that is aborted when its progress has been told so many times. */
function stopAfter(steps: number): {signal: AbortSignal; onProgress: () => void} {
  const stop = new AbortController()
  let heard = 0
  return {signal: stop.signal, onProgress: () => (++heard >= steps ? stop.abort() : undefined)}
}

const NETWORKS: Array<[string, (more?: object) => RatingEngine<any>]> = [
  ['EmbeddingNet', more => new EmbeddingNet({...QUICK, dropout: 0.2, ...more})],
  [
    'AutoRec',
    more => new AutoRec({hidden: 8, epochs: 8, batches: 3, learningRate: 0.02, networks: 2, ...more})
  ]
]

for (const [name, make] of NETWORKS) {
  describe(`${name} under training`, () => {
    it('learns from batches of one and from batches larger than the data', async () => {
      const sizes = name === 'AutoRec' ? [{batches: 1000}, {batches: 1}] : [{batchSize: 1}, {batchSize: 1e6}]
      for (const size of sizes) {
        const rmse = evaluate(await make({...size, epochs: 2}).fit(tiny), tiny).rmse
        expect(rmse, JSON.stringify(size)).toBeLessThan(1.3)
      }
    })

    it('says what to do when the error becomes NaN', async () => {
      const failed = make({learningRate: 1e38})
      await expect(failed.fit(world)).rejects.toThrow(/NaN in epoch \d+.*Lower learningRate/s)
      expect(failed.fitted).toBe(false)
    })

    it('keeps what it learned when it is stopped', async () => {
      const engine = make({epochs: 1000, patience: 0})
      await expect(engine.fit(world, stopAfter(40))).rejects.toThrow(InterruptedError)
      expect(engine.fitted).toBe(true)
      expect(evaluate(engine, world).rmse).toBeLessThan(1)
    })

    it('goes on from a checkpoint to the same result', async () => {
      for (const patience of [0, 2]) {
        const checkpoint = path.join(folder, `${name}-${patience}.ckp`)
        const whole = await make({patience}).fit(world)
        await expect(make({patience}).fit(world, {...stopAfter(5), checkpoint})).rejects.toThrow(
          InterruptedError
        )
        expect(existsSync(checkpoint)).toBe(true)
        const resumed = await make({patience}).fit(world, {checkpoint, resume: true})
        expect(predictions(resumed)).toEqual(predictions(whole))
        expect(resumed.history.map(({seconds: _, ...step}) => step)).toEqual(
          whole.history.map(({seconds: _, ...step}) => step)
        )
        const again = await make({patience}).fit(world, {checkpoint, resume: true})
        expect(predictions(again)).toEqual(predictions(whole))
      }
    })

    it('refuses a checkpoint of other options, a foreign one and a cut one', async () => {
      const checkpoint = path.join(folder, `${name}-other.ckp`)
      await make({epochs: 2}).fit(world, {checkpoint})
      const resume = {checkpoint, resume: true}
      await expect(make({epochs: 2, seed: 9}).fit(world, resume)).rejects.toThrow(/seed was 1, is 9/)
      const bytes = readFileSync(checkpoint)
      writeFileSync(checkpoint, bytes.subarray(0, bytes.length - 5))
      await expect(make({epochs: 2}).fit(world, resume)).rejects.toThrow(/cut or corrupt/)
      writeFileSync(checkpoint, 'hello')
      await expect(make({epochs: 2}).fit(world, resume)).rejects.toThrow(CheckpointError)
      rmSync(checkpoint)
      expect((await make({epochs: 2}).fit(world, resume)).fitted).toBe(true)
    })

    it('says so when a checkpoint cannot be written, and keeps the best weights', async () => {
      const engine = make()
      const place = mkdtempSync(path.join(folder, 'vanishing-'))
      const checkpoint = path.join(place, 'net.ckp')
      const onProgress = (): void => rmSync(place, {recursive: true, force: true})
      await expect(engine.fit(world, {checkpoint, onProgress})).rejects.toThrow(/could not be written/)
      expect(engine.fitted).toBe(true)
      writeFileSync(place, 'no folder')
      const unfitted = make()
      await expect(unfitted.fit(world, {checkpoint})).rejects.toThrow(/a file stands where the folder/)
      expect(unfitted.fitted).toBe(false)
    })
  })
}

describe('AutoRec that had enough', () => {
  it('tells at which epoch, and of how many', async () => {
    const heard: Progress[] = []
    const options = {hidden: 8, epochs: 60, batches: 3, learningRate: 0.05, patience: 1, networks: 1}
    const engine = await new AutoRec(options).fit(world, {onProgress: step => heard.push(step)})
    const epoch = engine.history.length
    expect(epoch).toBeLessThan(60)
    expect(heard.filter(step => step.early !== undefined)).toEqual([heard.at(-1)])
    expect(heard.at(-1)).toMatchObject({done: 120, total: 120, early: {epoch, epochs: 60}})
  })
})

describe('AutoRec, stopped in its second network', () => {
  it('is what it would be with the first alone, fitted on all ratings', async () => {
    const options = {hidden: 8, epochs: 8, batches: 3, learningRate: 0.02, patience: 2}
    const stop = new AbortController()
    const two = new AutoRec({...options, networks: 2})
    const onProgress = ({done}: {done: number}): void => (done > 17 ? stop.abort() : undefined)
    await expect(two.fit(world, {signal: stop.signal, onProgress})).rejects.toThrow(InterruptedError)
    const one = await new AutoRec({...options, networks: 1}).fit(world)
    expect(predictions(two)).toEqual(predictions(one))
    expect(two.layers).toEqual(one.layers)
  })
})

describe('a fit killed in the middle', () => {
  it('goes on from its checkpoint to the same result', async () => {
    const checkpoint = path.join(folder, 'killed.ckp')
    const out = path.join(folder, 'out.json')
    const script = `
      const {AutoRec, syntheticRatings} = require('movie-recs')
      const ratings = syntheticRatings({users: 300, movies: 200, ratings: 12000, seed: 4})
      const [checkpoint, resume, delay] = JSON.parse(process.argv[1])
      const onProgress = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay)
      new AutoRec({hidden: 32, epochs: 12}).fit(ratings, {onProgress, ...(checkpoint ? {checkpoint, resume} : {})})
        .then(engine => require('node:fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify([...engine.predictAll(ratings).subarray(0, 500)])))`
    const run = (...args: unknown[]): unknown => {
      execFileSync(process.execPath, ['-e', script, JSON.stringify(args)], {cwd: ROOT, stdio: 'pipe'})
      return JSON.parse(readFileSync(out, 'utf8'))
    }
    const whole = run(undefined, false, 0)
    const child = spawn(process.execPath, ['-e', script, JSON.stringify([checkpoint, false, 10])], {
      cwd: ROOT
    })
    while (!existsSync(checkpoint)) await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await new Promise(resolve => child.on('close', resolve))
    expect(run(checkpoint, true, 0)).toEqual(whole)
  })
})

/** A file system of one megabyte, where this machine allows one to be made. */
function tinyDisk(): string | undefined {
  const place = path.join(folder, 'tiny')
  mkdirSync(place, {recursive: true})
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place]).status === 0
    ? place
    : undefined
}

describe('a full disk while a checkpoint is written', () => {
  const place = tinyDisk()

  it.skipIf(place === undefined)(
    'is said, the checkpoint before stays, the best weights are kept',
    async () => {
      const checkpoint = path.join(place as string, 'net.ckp')
      const options = {factors: 100, hidden: [], epochs: 3, batchSize: 512}
      await new EmbeddingNet({...options, factors: 2}).fit(world, {checkpoint})
      const {size} = statSync(checkpoint)
      const engine = new EmbeddingNet({...options, factors: 1000})
      await expect(engine.fit(world, {checkpoint})).rejects.toThrow(/the disk is full.*resume: true/s)
      expect(statSync(checkpoint).size).toBe(size)
      expect(engine.fitted).toBe(true)
    }
  )
})
