import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {CheckpointError, type EngineClass, loadEngine, ModelFileError, saveEngine} from 'movie-recs'
import type {Random} from '#internals'
import {Court} from '../files/court'
import {forge} from '../files/forge'
import {changed, flipped, noise} from './changed'
import {type Ending, Fault, pick, promised, type Subject} from './subject'
import {QUICK, quick, smallWorld} from './worlds'

/** A file that a disk, a copy or a hand has damaged. Its checksums then do not fit: nothing of it is to be believed. */
function damaged(bytes: Buffer, random: Random): Buffer {
  switch (random.below(5)) {
    case 0:
      return Buffer.from(bytes.subarray(0, random.below(bytes.length)))
    case 1:
      return Buffer.concat([bytes, noise(random, 1 + random.below(100))])
    case 2:
      return changed(bytes, random)
    case 3: {
      const made = Buffer.from(bytes)
      // The first bytes and the header are where lengths stand.
      made[random.below(64)] = random.below(256)
      return made
    }
    default:
      return flipped(bytes, random)
  }
}

/** Damaged model files are refused by name, every one; the only one that is read is the one that is whole. */
export const models: Subject = {
  name: 'models',
  about: 'damaged model files of every engine',
  async prepare(folder) {
    const good: Array<readonly [string, Buffer]> = []
    for (const Class of QUICK) {
      const file = path.join(folder, `${Class.spec.name}.mrec`)
      await saveEngine(await quick(Class).fit(smallWorld()), file)
      good.push([Class.spec.name, readFileSync(file)])
    }
    return async ({random, folder}): Promise<Ending> => {
      const [name, whole] = pick(random, good)
      const bytes = damaged(whole, random)
      const file = path.join(folder, `${name}.mrec`)
      writeFileSync(file, bytes)
      const error = await loadEngine(file).then(
        () => undefined,
        failure => failure
      )
      if (bytes.equals(whole)) promised(error === undefined, `The whole file of ${name} is refused: ${error}`)
      else
        promised(
          error instanceof ModelFileError,
          `A damaged file of ${name} is ${error === undefined ? 'accepted' : `refused by ${error.stack}`}`
        )
      return error === undefined ? 'held' : 'refused'
    }
  }
}

/** Model files whose checksums fit and whose contents lie: refused by name, or answered from with numbers, in time. */
export const forged: Subject = {
  name: 'forged',
  about: 'forged model files of every engine',
  async prepare(folder) {
    const good: Buffer[] = []
    for (const Class of QUICK) {
      const file = path.join(folder, `${Class.spec.name}.mrec`)
      await saveEngine(await quick(Class).fit(smallWorld()), file)
      good.push(readFileSync(file))
    }
    const court = new Court('judgeModel', 10_000)
    return async ({random}): Promise<Ending> => {
      const whole = pick(random, good)
      const {what, bytes} = forge(whole, good, random)
      const judgement = await court.try(bytes)
      promised(judgement.outcome !== 'fault', `${what}: ${judgement.what}`)
      return judgement.outcome === 'refused' ? 'refused' : 'held'
    }
  }
}

/** Damaged checkpoints are refused by name before any work. */
export const checkpoints: Subject = {
  name: 'checkpoints',
  about: 'damaged checkpoints of every engine that writes one',
  async prepare(folder) {
    const world = smallWorld()
    const good: Array<readonly [EngineClass, Buffer]> = []
    for (const Class of QUICK.filter(({spec}) => spec.resumes === true)) {
      const file = path.join(folder, `${Class.spec.name}.ckpt`)
      const kept = await broken(Class, file)
      if (kept !== undefined) good.push([Class, kept])
    }
    promised(good.length > 0, 'No engine wrote a checkpoint.')
    return async ({random, folder}): Promise<Ending> => {
      const [Class, whole] = pick(random, good)
      const bytes = damaged(whole, random)
      const file = path.join(folder, 'fit.ckpt')
      writeFileSync(file, bytes)
      try {
        await quick(Class).fit(world, {checkpoint: file, resume: true})
        promised(bytes.equals(whole), `A damaged checkpoint of ${Class.spec.name} is gone on from.`)
        return 'recovered'
      } catch (error) {
        if (error instanceof Fault) throw error
        promised(
          error instanceof CheckpointError,
          `A checkpoint of ${Class.spec.name}: ${(error as Error).stack}`
        )
        return 'refused'
      }
    }

    /** The checkpoint that a fit had written when it was stopped. */
    async function broken(Class: EngineClass, file: string): Promise<Buffer | undefined> {
      const stop = new AbortController()
      const run = {
        checkpoint: file,
        signal: stop.signal,
        onProgress: ({done}: {done: number}) => {
          if (done >= 3) stop.abort()
        }
      }
      await quick(Class)
        .fit(world, run)
        .catch(() => undefined)
      try {
        return readFileSync(file)
      } catch {
        return undefined
      }
    }
  }
}
