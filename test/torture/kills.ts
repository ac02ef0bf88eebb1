import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {loadEngine, saveEngine} from 'movie-recs'
import {LIBRARY, movieRecs, ran, SHIPPED, temporaries} from './command'
import {pick, promised, type Subject} from './subject'
import {QUICK, quick, smallWorld} from './worlds'

/** Engines to fit; those with options can go on from a checkpoint. */
const COMMANDS = [
  ['baseline'],
  ['als'],
  ['ease'],
  ['bayesian', '--set', 'factors=8', '--set', 'sweeps=12', '--set', 'burnIn=4', '--set', 'samples=8'],
  ['auto-rec', '--set', 'epochs=4']
] as const
/** Milliseconds of the longest of these commands on a quiet machine. */
const LONGEST = 3000

/** A fit that is killed leaves the model that was there, or the new one; the next one leaves nothing else. */
export const fits: Subject = {
  name: 'kill-fit',
  about: 'movie-recs fit, killed at any moment, and once more',
  limit: 120,
  async prepare(folder) {
    const before = path.join(folder, 'before.mrec')
    await saveEngine(await quick(QUICK[0]).fit(smallWorld()), before)
    return async ({random, folder}) => {
      const out = path.join(folder, 'm.mrec')
      const [engine, ...set] = pick(random, COMMANDS)
      const checkpoint = set.length > 0 ? ['--checkpoint', path.join(folder, 'c'), ...set] : []
      const args = [
        'fit',
        '--engine',
        engine,
        '--ratings',
        SHIPPED,
        '--out',
        out,
        '--workers',
        '1',
        ...checkpoint
      ]
      const {signal} = await movieRecs(args, {killAfter: random.below(LONGEST)})
      if (existsSync(out)) await loadEngine(out)
      const resume = checkpoint.length > 0 ? ['--resume'] : []
      const again = await movieRecs([...args, ...resume])
      promised(
        again.status === 0,
        `After a kill ${engine} ended with ${again.status}: ${again.err.slice(0, 600)}`
      )
      await loadEngine(out)
      promised(temporaries(folder).length === 0, `There is left: ${temporaries(folder).join(', ')}`)
      return signal === null ? 'held' : 'recovered'
    }
  }
}

/** Models that are written again and again in one process, which is killed: there is always a whole one. */
export const saves: Subject = {
  name: 'kill-save',
  about: 'a process that saves models without end, killed at any moment',
  async prepare(folder) {
    const file = path.join(folder, 'm.mrec')
    const script = `const {AlternatingLeastSquares, saveEngine, syntheticRatings} = require(${JSON.stringify(LIBRARY)})
      new AlternatingLeastSquares({factors: 64, epochs: 1}).fit(syntheticRatings({users: 4000, movies: 2000, ratings: 60000}), {workers: 1})
        .then(async engine => { for (;;) await saveEngine(engine, ${JSON.stringify(file)}) })`
    return async ({random}) => {
      const {signal, err} = await ran([process.execPath, '-e', script], {killAfter: 800 + random.below(1500)})
      promised(signal === 'SIGKILL', `It ended by itself: ${err.slice(0, 600)}`)
      if (!existsSync(file)) return 'held'
      await loadEngine(file)
      // The next one that comes so far sweeps away what this one left.
      promised(temporaries(folder).length <= 1, `There are left: ${temporaries(folder).join(', ')}`)
      return 'recovered'
    }
  }
}

/** Lists for everybody that are killed under way leave what was there. */
export const lists: Subject = {
  name: 'kill-lists',
  about: 'lists for everybody into a file, killed at any moment',
  limit: 120,
  async prepare(folder) {
    const model = path.join(folder, 'm.mrec')
    const lists = (out: string): string[] => [
      'recommend',
      '--model',
      model,
      '--all-users',
      '-n',
      '50',
      '--out',
      out
    ]
    const fitted = await movieRecs(['fit', '--engine', 'baseline', '--ratings', SHIPPED, '--out', model])
    promised(fitted.status === 0, fitted.err)
    const good = path.join(folder, 'good.csv')
    const made = await movieRecs(lists(good))
    promised(made.status === 0, made.err)
    const whole = readFileSync(good)
    return async ({random, folder}) => {
      const out = path.join(folder, 'lists.csv')
      const {signal} = await movieRecs(lists(out), {killAfter: random.below(LONGEST)})
      if (existsSync(out)) promised(readFileSync(out).equals(whole), 'A kill left half of the lists.')
      const again = await movieRecs(lists(out))
      promised(
        again.status === 0 && readFileSync(out).equals(whole),
        `The lists once more: ${again.err.slice(0, 600)}`
      )
      promised(temporaries(folder).length === 0, `There is left: ${temporaries(folder).join(', ')}`)
      return signal === null ? 'held' : 'recovered'
    }
  }
}
