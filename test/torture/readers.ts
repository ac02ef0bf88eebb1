import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {DataFormatError, FileError, MemoryError, OptionError, type Ratings, readRatings} from 'movie-recs'
import type {Random} from '#internals'
import {ROOT} from '#paths'
import {changed} from './changed'
import {type Ending, Fault, pick, promised, type Subject} from './subject'

/** Whether an error is one that a reader may throw. */
export function isTyped(error: unknown): boolean {
  return [DataFormatError, OptionError, FileError, MemoryError].some(kind => error instanceof kind)
}

/** Every file of the fixtures: layouts of a dozen data sets. */
export function seeds(): Buffer[] {
  const folder = path.join(ROOT, 'test/fixtures')
  return ['cases', 'layouts'].flatMap(name =>
    readdirSync(path.join(folder, name), {recursive: true, encoding: 'utf8'})
      .map(file => path.join(folder, name, file))
      .filter(file => statSync(file).isFile())
      .map(file => readFileSync(file).subarray(0, 20_000))
  )
}

/** Rows of one layout, so many that the reader's window moves over some of them. */
function rows(random: Random): Buffer {
  const [separator, header] = pick(random, [
    [',', 'userId,movieId,rating,timestamp\n'],
    ['::', ''],
    ['\t', ''],
    [';', 'user;item;stars;time\n']
  ])
  const count = pick(random, [1, 30, 30, 300, 12_000])
  const lines = Array.from({length: count}, (_, k) =>
    [1 + random.below(900), k, (1 + random.below(10)) / 2, 9e8 + random.below(6e8)].join(separator)
  )
  return Buffer.from(`${header}${lines.join('\n')}\n`)
}

/** Every rating of what was read is a number, of a user and a movie that are there. */
function areSound({rows, frame}: Ratings): boolean {
  const {u, i, r} = rows
  return r.every(
    (rating, k) => Number.isFinite(rating) && u[k] < frame.userIds.length && i[k] < frame.movieIds.length
  )
}

/** Ratings files of every layout, changed at random: rows or a typed error, and never half of it. */
export const readers: Subject = {
  name: 'readers',
  about: 'ratings files, changed at random',
  async prepare() {
    const files = seeds()
    return async ({random, folder}): Promise<Ending> => {
      const file = path.join(folder, pick(random, ['r.csv', 'r.dat', 'ratings.txt']))
      const bytes = changed(random.below(2) === 0 ? rows(random) : pick(random, files), random)
      writeFileSync(file, bytes)
      let ending: Ending = 'refused'
      for (const onBadLine of ['error', 'skip'] as const)
        try {
          promised(areSound(await readRatings(file, {onBadLine})), 'What was read is not sound.')
          ending = 'held'
        } catch (error) {
          if (error instanceof Fault) throw error
          promised(isTyped(error), `An untyped error: ${(error as Error).stack}`)
        }
      return ending
    }
  }
}
