import {type FallbackOption, RatingEngine, type RatingModel, Ratings} from 'movie-recs'

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

export class Three extends RatingEngine<FallbackOption> {
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

/** Two users who rate two movies, the mean 3. */
export const train = Ratings.from([
  {userId: 1, movieId: 1, rating: 1},
  {userId: 1, movieId: 2, rating: 5},
  {userId: 2, movieId: 1, rating: 4},
  {userId: 2, movieId: 2, rating: 2}
])
