import path from 'node:path'
import {loadEngine} from 'movie-recs'
import {movieRecs, SHIPPED, temporaries} from './command'
import {twoDownloads} from './downloads'
import {pick, promised, type Subject} from './subject'

/** Two commands that write the same file at once: both end well, and one of their files is there, whole. */
export const together: Subject = {
  name: 'two-at-once',
  about: 'two downloads into one folder, two fits into one file',
  limit: 120,
  async prepare() {
    const downloads = await twoDownloads()
    return async one => {
      const {random, folder} = one
      if (random.below(2) === 0) {
        await downloads(one)
        return 'held'
      }
      const out = path.join(folder, 'm.mrec')
      const command = (): string[] => [
        'fit',
        '--engine',
        pick(random, ['baseline', 'ease']),
        '--ratings',
        SHIPPED,
        '--out',
        out
      ]
      for (const {status, err} of await Promise.all([movieRecs(command()), movieRecs(command())]))
        promised(status === 0, `One of two fits: ${err.slice(0, 600)}`)
      await loadEngine(out)
      promised(temporaries(folder).length === 0, `There is left: ${temporaries(folder).join(', ')}`)
      return 'held'
    }
  }
}
