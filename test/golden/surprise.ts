import {ROOT} from '#paths'
import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {type Ratings, readRatings, type Split, splitRows} from 'movie-recs'

/** One entry of the reference values: what Surprise predicts, and how wrong it is. */
export interface SurpriseEntry {
  engine: string
  options: {
    similarity?: string
    userBased?: boolean
    k?: number
    minK?: number
    minSupport?: number
    shrinkage?: number
    method?: string
  }
  rmse: number
  mae: number
  /** Pairs for which Surprise had no prediction of its own. */
  impossible: number
  /** [userId, movieId, prediction] of the first test rows */
  first: Array<[number, number, number]>
}

const read = (file: string): any => JSON.parse(readFileSync(file, 'utf8'))
const shared = path.resolve(ROOT, '../shared')

/** Values on latest-small, which ships with the project. */
export const SMALL: SurpriseEntry[] = read(path.join(__dirname, 'surprise.json')).engines

/** Rows 9, 19, 29, … of latest-small are the test part. */
export async function smallSplit(): Promise<Split> {
  const folder = path.join(ROOT, 'data/ml-latest-small')
  const ratings = await readRatings(path.join(folder, 'ratings.csv'), {movies: path.join(folder, 'movies.csv')})
  return splitRows(ratings, Array.from({length: Math.floor(ratings.length / 10)}, (_, k) => 10 * k + 9))
}

/** MovieLens 100K and its values do not ship with the project: they are tested where ../shared holds them. */
export const has100k = existsSync(path.join(shared, 'golden/peers.json'))
export const hundredK = (): SurpriseEntry[] =>
  has100k
    ? read(path.join(shared, 'golden/peers.json'))['ml-100k/u1'].engines.filter(
        ({engine, options}: SurpriseEntry) => engine.startsWith('KNN') || options.method === 'als'
      )
    : []

/** u1.base and u1.test in one frame. */
export async function hundredKSplit(): Promise<{train: Ratings; test: Ratings}> {
  const {Ratings} = await import('movie-recs')
  const [base, test] = await Promise.all(
    ['u1.base', 'u1.test'].map(file => readRatings(path.join(shared, 'data/ml-100k', file)))
  )
  const both = Ratings.from([...base, ...test])
  return splitRows(
    both,
    Array.from({length: test.length}, (_, k) => base.length + k)
  )
}
