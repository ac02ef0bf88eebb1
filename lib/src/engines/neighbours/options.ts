import type {EngineSpec} from '../options'
import {FALLBACK_SPEC, type FallbackOption} from '../ratingEngine'

export type SimilarityName =
  | 'jaccard'
  | 'cosine'
  | 'adjusted-cosine'
  | 'mean-squared-difference'
  | 'pearson'
  | 'pearson-baseline'

export interface NeighboursOptions extends FallbackOption {
  /**
   * How two movies (or users) are compared, x and y being their ratings by (or of) the same people (or movies):
   * `jaccard` how many rated both of those who rated either; `cosine` of x and y; `adjusted-cosine` of x and y minus the mean of
   * the other side (of the person for movies, of the movie for users); `mean-squared-difference` 1 / (1 + mean of (x - y)²);
   * `pearson` of x and y minus their own means; `pearson-baseline` of what the baseline leaves over.
   * @default 'pearson-baseline'
   */
  similarity?: SimilarityName
  /**
   * `common`: sums and means over those who rated both. `all`: over everyone, a missing rating counts as 0 (so the few who rated
   * both have to stand up to all who rated one); Jaccard over `common` is 1 for any support. @default 'all'
   */
  over?: 'common' | 'all'
  /** Fewer common ratings than this: similarity 0. @default 1 */
  minSupport?: number
  /** Similarity is multiplied by (n - 1) / (n - 1 + shrinkage), n the common ratings: little support counts little. */
  shrinkage?: number
  /** Similarity is raised to this power, keeping its sign: above 1 the best neighbours count more. */
  amplification?: number
  /** What the neighbours' ratings, and the prediction, are measured from. `z-score`: their own mean, in their own deviation. */
  around?: 'nothing' | 'user-mean' | 'movie-mean' | 'z-score' | 'baseline'
  /** Most neighbours that speak. @default 40 */
  k?: number
  /** Fewer neighbours than this, and the prediction is what it is measured from. @default 1 */
  minK?: number
  /**
   * `among-raters`: the k nearest of those who rated the movie (of the movies that the user rated). `before`: the k nearest of all,
   * of whom those speak that did. @default 'among-raters'
   */
  choose?: 'among-raters' | 'before'
  /** Similarity of an imaginary neighbour who says nothing new: pulls few or weak neighbours towards the centre. */
  damping?: number
  /** `userDamping` of the baseline. @default 5 */
  userDamping?: number
  /** `movieDamping` of the baseline. @default 3 */
  movieDamping?: number
}

/** The spec's options, with what is best for each orientation. */
export function optionsWith(best: {
  shrinkage: number
  amplification: number
  k: number
  damping: number
}): EngineSpec<NeighboursOptions>['options'] {
  return {
    similarity: {
      kind: 'choice',
      default: 'pearson-baseline',
      choices: [
        'jaccard',
        'cosine',
        'adjusted-cosine',
        'mean-squared-difference',
        'pearson',
        'pearson-baseline'
      ],
      about: 'How two movies, or two users, are compared.'
    },
    over: {
      kind: 'choice',
      default: 'all',
      choices: ['common', 'all'],
      about: 'Sums over those who rated both, or over all, a missing rating counting as 0.'
    },
    minSupport: {
      kind: 'integer',
      default: 1,
      min: 1,
      about: 'Fewer common ratings than this: similarity 0.'
    },
    shrinkage: {
      kind: 'number',
      default: best.shrinkage,
      min: 0,
      about: 'Similarity times (n - 1) / (n - 1 + shrinkage), n being the common ratings.'
    },
    amplification: {
      kind: 'number',
      default: best.amplification,
      min: 0.1,
      max: 10,
      about: 'Similarity to this power, its sign kept.'
    },
    around: {
      kind: 'choice',
      default: 'baseline',
      choices: ['nothing', 'user-mean', 'movie-mean', 'z-score', 'baseline'],
      about: 'What ratings are measured from when neighbours are averaged.'
    },
    k: {kind: 'integer', default: best.k, min: 1, about: 'Most neighbours that speak.'},
    minK: {
      kind: 'integer',
      default: 1,
      min: 1,
      about: 'Fewer neighbours than this, and the prediction is what it is measured from.'
    },
    choose: {
      kind: 'choice',
      default: 'among-raters',
      choices: ['among-raters', 'before'],
      about: 'Choose the k nearest among those who can speak, or among all before it is known who can.'
    },
    damping: {
      kind: 'number',
      default: best.damping,
      min: 0,
      about: 'Similarity of an imaginary neighbour who says nothing new.'
    },
    userDamping: {kind: 'number', default: 5, min: 0, about: 'userDamping of the baseline.'},
    movieDamping: {kind: 'number', default: 3, min: 0, about: 'movieDamping of the baseline.'},
    fallback: FALLBACK_SPEC
  }
}
