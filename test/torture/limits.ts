import {existsSync} from 'node:fs'
import path from 'node:path'
import {loadEngine} from 'movie-recs'
import type {Random} from '#internals'
import {movieRecs, promisedRefusal, SHIPPED} from './command'
import {pick, promised, type Subject} from './subject'

const ENGINES = ['als', 'mf', 'ease', 'item-neighbours', 'auto-rec', 'baseline'] as const
/** Options under which a fit takes moments. */
const FEW: Readonly<Record<string, readonly string[]>> = {
  als: ['--set', 'epochs=2'],
  mf: ['--set', 'epochs=2'],
  'auto-rec': ['--set', 'epochs=2']
}

function limited(name: string, about: string, limits: (random: Random) => string): Subject {
  return {
    name,
    about,
    skip: () => (process.platform === 'linux' ? undefined : 'these limits are those of Linux'),
    limit: 180,
    async prepare() {
      return async ({random, folder}) => {
        const engine = pick(random, ENGINES)
        const out = path.join(folder, 'm.mrec')
        const limit = limits(random)
        const args = ['fit', '--engine', engine, '--ratings', SHIPPED, '--out', out, ...(FEW[engine] ?? [])]
        const ended = await movieRecs(args, {limits: limit})
        if (ended.status === 0) {
          promised(existsSync(out), `${engine} under ${limit} ended with 0 and wrote nothing.`)
          await loadEngine(out)
          return 'held'
        }
        promised(!existsSync(out), `${engine} under ${limit} ended with ${ended.status} and left a file.`)
        // Under a limit so low that Node itself does not run there is nobody to say anything.
        if (
          !/Fatal|FATAL|# Check failed|out of memory|Assertion|pthread_create|internal\/|node:/.test(
            ended.err
          )
        )
          promisedRefusal(ended, `${engine} under ${limit}`)
        return 'refused'
      }
    }
  }
}

/** Few descriptors: the work is done, with fewer threads where they are too few, or refused in a line. */
export const descriptors: Subject = limited(
  'few-descriptors',
  'fits under ulimit -n',
  random => `ulimit -n ${17 + random.below(24)}`
)

/** Little memory: the work is done or refused; status 0 always means that the model is there. */
export const memory: Subject = limited(
  'little-memory',
  'fits under ulimit -v',
  random => `ulimit -v ${1_200_000 + random.below(11_000_000)}`
)
