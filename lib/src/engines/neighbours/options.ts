import type {EngineSpec, OptionsOf} from '../options'
import {FALLBACK_SPEC, type FallbackOption} from '../ratingEngine'

/** What both orientations declare, with the defaults that are best for comparing movies. */
const OPTIONS = {
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
    about:
      'How two movies (or users) are compared, x and y being their ratings by (or of) the same people (or movies): jaccard, how many rated both of those who rated either; cosine of x and y; adjusted-cosine, of x and y minus the mean of the other side (of the person for movies, of the movie for users); mean-squared-difference, 1 / (1 + mean of (x - y)²); pearson, of x and y minus their own means; pearson-baseline, of what the baseline leaves over.'
  },
  over: {
    kind: 'choice',
    default: 'all',
    choices: ['common', 'all'],
    about:
      'Sums and means over those who rated both (common), or over everyone, a missing rating counting as 0, so that the few who rated both have to stand up to all who rated one (all). Jaccard over common is 1 for any support.'
  },
  minSupport: {
    kind: 'integer',
    default: 1,
    min: 1,
    about: 'Fewer common ratings than this: similarity 0.'
  },
  shrinkage: {
    kind: 'number',
    default: 10,
    min: 0,
    about:
      'Similarity is multiplied by (n - 1) / (n - 1 + shrinkage), n being the common ratings: little support counts little.'
  },
  amplification: {
    kind: 'number',
    default: 2,
    min: 0.1,
    max: 10,
    about: 'Similarity is raised to this power, keeping its sign: above 1 the best neighbours count more.'
  },
  around: {
    kind: 'choice',
    default: 'baseline',
    choices: ['nothing', 'user-mean', 'movie-mean', 'z-score', 'baseline'],
    about:
      "What the neighbours' ratings, and the prediction, are measured from; z-score: their own mean, in their own deviation."
  },
  k: {kind: 'integer', default: 40, min: 1, about: 'Most neighbours that speak.'},
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
    about:
      'The k nearest of those who rated the movie, or of the movies that the user rated (among-raters); or the k nearest of all, of whom those speak that did (before).'
  },
  damping: {
    kind: 'number',
    default: 0.005,
    min: 0,
    about:
      'Similarity of an imaginary neighbour who says nothing new: pulls few or weak neighbours towards the centre.'
  },
  userDamping: {kind: 'number', default: 5, min: 0, about: 'userDamping of the baseline.'},
  movieDamping: {kind: 'number', default: 3, min: 0, about: 'movieDamping of the baseline.'}
} as const

export type ItemNeighboursOptions = OptionsOf<typeof OPTIONS> & FallbackOption
export type UserNeighboursOptions = OptionsOf<typeof OPTIONS> & FallbackOption
/** The options of both orientations: they differ in their defaults alone. */
export type NeighboursOptions = ItemNeighboursOptions | UserNeighboursOptions

/** How two movies, or two users, are compared: see the option `similarity`. */
export type SimilarityName = NonNullable<NeighboursOptions['similarity']>

/** @internal For the spec: movies compared. */
export const ITEM_OPTIONS: EngineSpec<ItemNeighboursOptions>['options'] = {
  ...OPTIONS,
  fallback: FALLBACK_SPEC
}

/** @internal For the spec: users compared. */
export const USER_OPTIONS: EngineSpec<UserNeighboursOptions>['options'] = {
  ...OPTIONS,
  shrinkage: {...OPTIONS.shrinkage, default: 20},
  k: {...OPTIONS.k, default: 60},
  fallback: FALLBACK_SPEC
}
