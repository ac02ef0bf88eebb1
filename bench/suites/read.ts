import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {readRatings} from 'movie-recs'
import type {Bench} from '../harness'

/** The whole of MovieLens 1M from its file to a finished `Ratings`, against pandas' python engine on the same file. */
export async function read(bench: Bench): Promise<void> {
  const folder = bench.data('ml-1m')
  if (folder === undefined) {
    console.log('read: MovieLens 1M is not here (movie-recs data 1m).')
    return
  }
  const temporary = mkdtempSync(path.join(tmpdir(), 'movie-recs-bench-'))
  const file = path.join(temporary, 'ratings.dat')
  try {
    writeFileSync(file, datOf(folder))
    await bench.row({
      work: 'read MovieLens 1M, ratings.dat with timestamps (24 MB)',
      ours: async () => {
        const {length} = await readRatings(file)
        if (length !== 1_000_209) throw new Error(`Read ${length} ratings of 1,000,209.`)
        return undefined
      },
      peer: {name: "pandas' python engine", venv: 'pandas', script: 'read_pandas.py', args: [file]},
      goal: 25
    })
  } finally {
    rmSync(temporary, {recursive: true, force: true})
  }
}

/** ratings.dat as published, or made from ratings.csv, with one timestamp for all where that has none. */
function datOf(folder: string): Buffer {
  try {
    return readFileSync(path.join(folder, 'ratings.dat'))
  } catch {
    const lines = readFileSync(path.join(folder, 'ratings.csv'), 'latin1').trim().split(/\r?\n/).slice(1)
    return Buffer.from(
      lines
        .map(line => {
          const [user, movie, rating, timestamp = '978300760'] = line.split(',')
          return `${user}::${movie}::${rating}::${timestamp}\n`
        })
        .join(''),
      'latin1'
    )
  }
}
