import path from 'node:path'
import {readMovies, tfidf} from 'movie-recs'
import type {Bench} from '../harness'

/** TF-IDF of the genres of MovieLens 1M and the cosines of all its movies, against scikit-learn on the same file. */
export async function content(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('content: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const file = path.join(folder, 'movies.dat')
  const documents = Array.from(await readMovies(file), movie => movie.genres.join(' '))
  await bench.row({
    work: 'tf-idf of the genres of 3,883 movies, and all 3,883² cosines',
    ours: () => {
      const {length} = tfidf(documents).cosines()
      if (length !== 3883 ** 2) throw new Error(`Got ${length} cosines of ${3883 ** 2}.`)
      return undefined
    },
    peer: {name: 'scikit-learn', venv: 'sklearn', script: 'content_sklearn.py', args: [file]},
    goal: 1
  })
}
