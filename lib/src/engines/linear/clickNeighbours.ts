import type {Ratings} from '../../data/ratings'
import {OptionError} from '../../errors'
import {log, log1p} from '../../math/logarithms'
import {meanOf} from '../../math/statistics'
import type {ItemWeights} from '../../models/itemWeights'
import type {Likes} from '../../models/weights'
import type {OnSpark} from '../elsewhere'
import {Engine} from '../engine'
import {AT_LEAST_SPEC, type AtLeastOption, sizesOf} from '../likes'
import type {EngineSpec, OptionsOf, Resolved} from '../options'
import type {Run} from '../run'
import {neighboursOnSpark} from '../spark/neighboursOnSpark'
import {countsOf, plainly, sumsOf, weighed} from './likes'
import {related} from './related'

const OPTIONS = {
  weighting: {
    kind: 'choice',
    default: 'bm25',
    choices: ['cosine', 'tfidf', 'bm25'],
    about:
      'What a click is worth: itself, less where the user clicked much, or that with counts that saturate.'
  },
  neighbours: {
    kind: 'integer',
    default: 100,
    min: 1,
    about: 'How many movies each movie speaks for: the most alike.'
  },
  k1: {
    kind: 'number',
    default: 1.2,
    min: 0,
    about: 'How slowly the counts of bm25 saturate: 0 for one click as good as many.'
  },
  b: {
    kind: 'number',
    default: 0.75,
    min: 0,
    max: 1,
    about: 'How far bm25 holds it against a movie that it has more clicks than the mean movie.'
  }
} as const

export type ClickNeighboursOptions = OptionsOf<typeof OPTIONS> & AtLeastOption

/**
 * Movies that the same people click: nearest neighbours with the weights of text retrieval, a movie for a document, its users for words.
 * c_ui is how often user u clicked movie i; ratings in stars, those of `atLeast`, count 1.
 *
 *   score(u, i) = sum over the movies j that u clicked of c_uj W_ji,    W_ji: S_ji where i is among the `neighbours` of j with the largest
 *   similarity    S_ji = v_j · v_i, with for each user u of movie i
 *   cosine        v_iu = c_ui / |c_i|
 *   tfidf         v_iu = t_iu / |t_i|,     t_iu = sqrt(c_ui) idf_u,     idf_u = ln(movies) - ln(1 + movies that u clicked)
 *   bm25          v_iu = idf_u c_ui (k1 + 1) / (c_ui + k1 (1 - b + b c_i / mean)),     c_i = sum of c_ui over u, `mean` that over movies
 *
 * These are CosineRecommender, TFIDFRecommender and BM25Recommender of the Python package implicit 0.7. Its K counts the movie itself
 * where that is among the best, so K is `neighbours` + 1; here no movie speaks for itself. Cost: one addition for each two movies of a user.
 */
export class ClickNeighbours extends Engine<ClickNeighboursOptions, ItemWeights> {
  static readonly spec: EngineSpec<ClickNeighboursOptions> = {
    name: 'click-neighbours',
    about: 'Movies that the same people click, by cosine, TF-IDF or BM25; ranks, and predicts no stars.',
    source:
      'Deshpande, Karypis 2004, "Item-Based Top-N Recommendation Algorithms"; Robertson, Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond"; definitions of implicit 0.7',
    model: 'weights',
    clicks: true,
    updates: 'anew',
    options: {...OPTIONS, atLeast: AT_LEAST_SPEC}
  }

  /** @internal Cosines alone are learned there. */
  protected override async learnOn(
    source: OnSpark,
    o: Resolved<ClickNeighboursOptions>,
    run: Run
  ): Promise<{model: ItemWeights; train: Ratings; resolved: Resolved<ClickNeighboursOptions>}> {
    if (o.weighting !== 'cosine')
      throw new OptionError(
        'weighting',
        o.weighting,
        `weighting: on Spark it is cosine, and nothing else; got ${o.weighting}. Ask for it: weighting: 'cosine' (--set weighting=cosine).`
      )
    const {weights, train} = await neighboursOnSpark(source, o, run)
    const input = {atLeast: o.atLeast, stars: 0, counts: train.clicks}
    const above = new Float64Array(train.frame.movieIds.length)
    return {model: plainly(train, weights, input, above), train, resolved: o}
  }

  /** @internal */
  protected async learn(train: Ratings, o: Resolved<ClickNeighboursOptions>, run: Run): Promise<ItemWeights> {
    const counts = countsOf(train, o.atLeast)
    await run.breathe()
    const vectors = vectorsOf(counts, o)
    await run.breathe()
    const scale =
      o.weighting === 'bm25'
        ? new Float64Array(train.byMovie.start.length - 1).fill(1)
        : sumsOf(vectors.byMovie, v => v * v).map(sum => (sum > 0 ? 1 / Math.sqrt(sum) : 0))
    const weights = await related(vectors, {left: scale, right: scale}, o.neighbours, run)
    return plainly(train, weights, {atLeast: o.atLeast, stars: 0, counts: train.clicks})
  }
}

/** v_iu without the division by the length. */
function vectorsOf(counts: Likes, {weighting, k1, b}: Resolved<ClickNeighboursOptions>): Likes {
  if (weighting === 'cosine') return counts
  const clicks = sumsOf(counts.byMovie, count => count)
  const clicked = clicks.filter(sum => sum > 0)
  const idf = sizesOf(counts.byUser).map(n => log(clicked.length) - log1p(n))
  if (weighting === 'tfidf') return weighed(counts, (count, u) => Math.sqrt(count) * idf[u])
  const mean = meanOf(clicked)
  return weighed(
    counts,
    (count, u, i) => (idf[u] * count * (k1 + 1)) / (count + k1 * (1 - b + (b * clicks[i]) / mean))
  )
}
