import {
  crossValidate,
  evaluate,
  type FallbackOption,
  Popularity,
  RatingEngine,
  type RatingModel,
  Ratings
} from 'movie-recs'
import {describe, expect, it} from 'vitest'

/** Three stars for everything: errors can be counted by hand. */
const three: RatingModel = {
  kind: 'biases',
  unit: 'stars',
  predicts: true,
  knows: i => i >= 0,
  scores: (_, items) => new Float64Array(items.length).fill(3),
  similar: () => new Float64Array(2),
  parts: () => [{kind: 'mean', value: 3}],
  state: () => ({values: {}, arrays: {}}),
  scorePairs: ({u}) => ({
    score: new Float64Array(u.length).fill(3),
    fallback: Uint8Array.from(u, one => (one < 0 ? 1 : 0))
  }),
  scoreUnknown: () => 3
}

class Three extends RatingEngine<FallbackOption> {
  static readonly spec = {
    name: 'three',
    about: 'Three stars for everything.',
    source: 'none',
    options: {
      fallback: {kind: 'choice', default: 'equation', choices: ['equation', 'mean'], about: 'Fallback.'}
    }
  } as const
  protected async learn(): Promise<RatingModel> {
    return three
  }
}

const train = Ratings.from([
  {userId: 1, movieId: 1, rating: 1},
  {userId: 1, movieId: 2, rating: 5},
  {userId: 2, movieId: 1, rating: 4},
  {userId: 2, movieId: 2, rating: 2}
])

describe('evaluate', () => {
  it('is the root of the mean squared error and the mean absolute error over all test ratings', async () => {
    const engine = await new Three().fit(train)
    const test = Ratings.from([
      {userId: 1, movieId: 1, rating: 1},
      {userId: 1, movieId: 2, rating: 4},
      {userId: 9, movieId: 1, rating: 5}
    ])
    const {rmse, mae, n, fallbacks, errors, byUser} = evaluate(engine, test)
    // errors: 1 - 3 = -2, 4 - 3 = 1, 5 - 3 = 2; squares 4 + 1 + 4 = 9; absolute 2 + 1 + 2 = 5
    expect(rmse).toBeCloseTo(Math.sqrt(9 / 3), 12)
    expect(mae).toBeCloseTo(5 / 3, 12)
    expect(n).toBe(3)
    expect([...errors]).toEqual([-2, 1, 2])
    expect(fallbacks).toEqual({'unknown user': 1, 'unknown movie': 0, 'too few neighbours': 0})
    // user 1: squares 4 + 1 over two ratings
    expect(byUser.get(1)).toEqual({n: 2, rmse: Math.sqrt(2.5)})
  })

  it('refuses an empty test part', async () => {
    const engine = await new Three().fit(train)
    expect(() => evaluate(engine, Ratings.from([]))).toThrow(/not one test rating/)
  })
})

describe('crossValidate', () => {
  it('gives a row for each fold, then the mean and the sample deviation', async () => {
    const table = await crossValidate(() => new Three(), train, {folds: 4})
    expect(table.map(row => row.fold)).toEqual(['1', '2', '3', '4', 'mean', 'sd'])
    // one rating a fold: absolute errors 2, 2, 1, 1 in some order; mean 1.5, sd sqrt((4 · 0.25) / 3)
    expect(table[4].mae).toBeCloseTo(1.5, 12)
    expect(table[5].mae).toBeCloseTo(Math.sqrt(1 / 3), 12)
  })

  it('leaves engines that predict no stars to the compiler', () => {
    expect(new Popularity()).not.toBeInstanceOf(RatingEngine)
  })
})
