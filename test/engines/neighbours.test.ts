import {evaluate, ItemNeighbours, type NeighboursOptions, type Ratings, UserNeighbours} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {has100k, hundredK, hundredKSplit, SMALL, type SurpriseEntry, smallSplit} from '../golden/surprise'

const SIMILARITIES = {
  cosine: 'cosine',
  msd: 'mean-squared-difference',
  pearson: 'pearson',
  pearson_baseline: 'pearson-baseline'
} as const
/** Similarity and prediction without any of our extras. */
const PLAIN = {shrinkage: 0, amplification: 1, damping: 0, k: 40} as const

/** Our options under which Surprise's definitions hold. */
function asSurprise({engine, options}: SurpriseEntry): NeighboursOptions {
  const mean = options.userBased ? 'user-mean' : 'movie-mean'
  const around = {
    KNNBasic: 'nothing',
    KNNWithMeans: mean,
    KNNWithZScore: 'z-score',
    KNNBaseline: 'baseline'
  } as const
  return {
    ...PLAIN,
    similarity: SIMILARITIES[options.similarity as keyof typeof SIMILARITIES],
    over: 'common',
    minSupport: options.minSupport ?? 1,
    shrinkage: options.shrinkage ?? 0,
    around: around[engine as keyof typeof around],
    minK: options.minK ?? 1,
    userDamping: 15,
    movieDamping: 10,
    fallback: engine === 'KNNBaseline' ? 'equation' : 'mean'
  }
}

async function agrees(entry: SurpriseEntry, {train, test}: {train: Ratings; test: Ratings}): Promise<void> {
  const Class = entry.options.userBased ? UserNeighbours : ItemNeighbours
  const engine = await new Class(asSurprise(entry)).fit(train)
  const {rmse, mae, fallbacks} = evaluate(engine, test)
  expect(Math.abs(rmse - entry.rmse)).toBeLessThan(1e-4)
  expect(Math.abs(mae - entry.mae)).toBeLessThan(1e-4)
  for (const [userId, movieId, rating] of entry.first)
    expect(Math.abs(engine.predict(userId, movieId) - rating)).toBeLessThan(1e-4)
  if (entry.engine !== 'KNNBasic') return
  // Only KNNBasic counts too few neighbours as impossible.
  expect(Object.values(fallbacks).reduce((sum, n) => sum + n, 0)).toBe(entry.impossible)
}

const title = ({engine, options}: SurpriseEntry): string =>
  `${engine} ${options.userBased ? 'of users' : 'of movies'} by ${options.similarity}${options.minK === undefined ? '' : ', at least 3 neighbours of support 5'}`

describe('agrees with Surprise on latest-small', async () => {
  const parts = await smallSplit()
  const entries = SMALL.filter(({engine}) => engine.startsWith('KNN'))
  it('has all its neighbour engines', () => expect(entries.length).toBe(16))
  for (const entry of entries) it(title(entry), () => agrees(entry, parts))
})

describe.skipIf(!has100k)('agrees with Surprise on MovieLens 100K', async () => {
  const parts = has100k ? await hundredKSplit() : undefined
  for (const entry of hundredK().filter(({engine}) => engine.startsWith('KNN')))
    it(title(entry), () => agrees(entry, parts as NonNullable<typeof parts>))
})
