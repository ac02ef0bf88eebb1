import path from 'node:path'
import {ROOT} from '#paths'
import {LIBRARY, ran} from './command'
import {pick, promised, type Subject} from './subject'

const SCRIPT = path.join(ROOT, 'test/fixtures/dyingThreads.cjs')
const ENGINES = [
  'als',
  'mf',
  'bayesian',
  'auto-rec',
  'ease',
  'slim',
  'item-neighbours',
  'user-neighbours',
  'truncated-svd'
]

/** Threads that die at any moment of a fit: it ends, fitted or with a typed error, and never hangs. */
export const threads: Subject = {
  name: 'dying-threads',
  about: 'fits whose threads, one or all, are ended at any moment',
  limit: 60,
  async prepare() {
    return async ({random}) => {
      const argv = [pick(random, ENGINES), String(random.below(700)), pick(random, ['one', 'all'])]
      const {status, signal, out, err} = await ran([process.execPath, SCRIPT, LIBRARY, ...argv], {
        killAfter: 50_000
      })
      const end = out.trim()
      promised(signal === null, `${argv.join(' ')} hangs.`)
      promised(
        /^fitted$|^refused: A worker thread died at work: .*\.$/.test(end),
        `${argv.join(' ')} ended with ${status}: ${end} ${err.slice(0, 400)}`
      )
      return end === 'fitted' ? 'held' : 'refused'
    }
  }
}
