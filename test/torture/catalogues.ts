import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {readMovies} from 'movie-recs'
import {ROOT} from '#paths'
import {changed} from './changed'
import {isTyped, seeds} from './readers'
import {Fault, pick, promised, type Subject} from './subject'

const MOVIES = [
  '1::Toy Story (1995)::Animation|Comedy\n2::Misérables, Les (1995)::Drama|Musical\n',
  `1|Toy Story (1995)|01-Jan-1995||http://x|${'0|'.repeat(18)}1\n2|GoldenEye (1995)|01-Jan-1995||http://y|${'1|'.repeat(18)}0\n`
]
/** Lines that were slow, or could be: quotes that never close, fields without end. */
const LONG = ['"\n', '1,"a,b\n', '""""\n', '1,a,b\n', ',,,,\n', "{'id': 1, 'name': '\n"]

/** Catalogues, changed at random or long and odd: movies or a typed error, in time that grows with their length alone. */
export const catalogues: Subject = {
  name: 'catalogues',
  about: 'catalogues of movies, changed at random or long and odd',
  async prepare() {
    const shipped = readFileSync(path.join(ROOT, 'data/ml-latest-small/movies.csv')).subarray(0, 30_000)
    const files = [shipped, ...MOVIES.map(text => Buffer.from(text.repeat(40))), ...seeds()]
    return async ({random, folder}) => {
      const long = random.below(8) === 0
      const bytes = long
        ? Buffer.from(`movieId,title,genres\n${pick(random, LONG).repeat(50_000)}2,Good,Drama\n`)
        : changed(pick(random, files), random)
      const file = path.join(folder, 'movies.csv')
      writeFileSync(file, bytes)
      const begun = performance.now()
      try {
        const movies = await readMovies(file, {onBadLine: pick(random, ['error', 'skip'] as const)})
        for (const movie of movies) promised(movie.title !== '', 'A movie has no title.')
        return 'held'
      } catch (error) {
        if (error instanceof Fault) throw error
        promised(isTyped(error), `An untyped error: ${(error as Error).stack}`)
        return 'refused'
      } finally {
        const seconds = (performance.now() - begun) / 1000
        promised(seconds < 30, `${bytes.length} bytes took ${seconds.toFixed(1)} s.`)
      }
    }
  }
}
