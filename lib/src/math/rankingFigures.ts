import {ArgumentError} from '../errors'
import {log2} from './logarithms'

/** Where libraries differ in what they call recall, nDCG or MAP. A user has `relevant` movies, of which k can stand on a list. */
export interface RankingConventions {
  /** What precision is divided by: k, or the length of a list that is shorter. @default 'k' */
  precisionOver?: 'k' | 'list'
  /** What recall is divided by: all that is relevant, or what can stand on a list, min(k, relevant). @default 'relevant' */
  recallOver?: 'relevant' | 'reachable'
  /** What the average precision is divided by, likewise. @default 'reachable' */
  averageOver?: 'reachable' | 'relevant'
  /**
   * What the ideal list of nDCG holds: min(k, relevant) hits, all that is relevant though the list ends at k, or k hits, however
   * few are relevant. @default 'reachable'
   */
  idealOver?: 'reachable' | 'relevant' | 'k'
  /** What a hit at place p is divided by in nDCG: log2(p + 1), or max(1, log2 p), by which the first two places weigh alike. @default 'log2(p+1)' */
  discount?: 'log2(p+1)' | 'log2(p)'
}

/** The figures of one list, from 0 to 1, in the order in which they are shown. */
export const FIGURES = ['precision', 'recall', 'hitRate', 'mrr', 'map', 'ndcg'] as const
/** A figure of lists, by its name; formulas stand at `figuresOf`. */
export type RankingFigure = (typeof FIGURES)[number]

/** The choices of each convention, the default first. */
export const CONVENTIONS: Readonly<Record<keyof RankingConventions, readonly string[]>> = {
  precisionOver: ['k', 'list'],
  recallOver: ['relevant', 'reachable'],
  averageOver: ['reachable', 'relevant'],
  idealOver: ['reachable', 'relevant', 'k'],
  discount: ['log2(p+1)', 'log2(p)']
}

/** @internal The conventions with their defaults. @throws ArgumentError for a name or a value that is none of the choices. */
export function resolveConventions(given: RankingConventions): Required<RankingConventions> {
  for (const [name, value] of Object.entries(given)) {
    const choices = Object.entries(CONVENTIONS).find(([one]) => one === name)?.[1]
    if (choices === undefined)
      throw new ArgumentError(
        `There is no convention ${name}: they are ${Object.keys(CONVENTIONS).join(', ')}.`
      )
    if (value !== undefined && !choices.includes(value))
      throw new ArgumentError(`${name}: expected ${choices.join(' or ')}, got ${String(value)}.`)
  }
  return Object.fromEntries(
    Object.entries(CONVENTIONS).map(([name, [usual]]) => [
      name,
      given[name as keyof RankingConventions] ?? usual
    ])
  ) as Required<RankingConventions>
}

/**
 * The figures of a list at k, of which `hits[p - 1]` says whether place p is relevant, for a user with `relevant` > 0 such movies.
 * A list shorter than k counts as filled with misses. In these equations h_p is 1 at a hit, else 0, and sums run over p = 1 … k:
 *
 *   precision   sum of h_p / k                                                   precisionOver
 *   recall      sum of h_p / relevant                                             recallOver
 *   hitRate     1 where there is a hit
 *   mrr         1 / p of the first hit, 0 without one                             (mean reciprocal rank)
 *   map         sum of h_p · (h_1 + … + h_p) / p, / min(k, relevant)              averageOver; (mean average precision)
 *   ndcg        sum of h_p / log2(p + 1), / the same sum of an ideal list         idealOver, discount; (Järvelin and Kekäläinen 2002)
 */
export function figuresOf(
  hits: ArrayLike<boolean | number>,
  relevant: number,
  k: number,
  conventions: RankingConventions = {}
): Record<RankingFigure, number> {
  return figuresBy(resolveConventions(conventions), hits, relevant, k)
}

/** @internal The same by conventions that are resolved already, for many lists. */
export function figuresBy(
  {precisionOver, recallOver, averageOver, idealOver, discount}: Required<RankingConventions>,
  hits: ArrayLike<boolean | number>,
  relevant: number,
  k: number
): Record<RankingFigure, number> {
  const over = {relevant, reachable: Math.min(k, relevant), k}
  const places = Math.min(k, hits.length)
  const gains = GAINS[discount]
  let found = 0
  let first = 0
  let precisions = 0
  let gain = 0
  for (let p = 1; p <= places; p++) {
    if (!hits[p - 1]) continue
    found++
    if (first === 0) first = p
    precisions += found / p
    gain += gains.at(p)
  }
  return {
    precision: found === 0 ? 0 : found / (precisionOver === 'k' ? k : places),
    recall: found / over[recallOver],
    hitRate: found > 0 ? 1 : 0,
    mrr: first === 0 ? 0 : 1 / first,
    map: precisions / over[averageOver],
    ndcg: gain / gains.ideal(over[idealOver])
  }
}

/** What a hit is worth by its place, and a list of hits alone; kept as far as it was asked for. */
class Gains {
  private readonly sums = [0]

  constructor(private readonly discount: (place: number) => number) {}

  at(place: number): number {
    return 1 / this.discount(place)
  }

  ideal(hits: number): number {
    const {sums} = this
    while (sums.length <= hits) sums.push(sums[sums.length - 1] + this.at(sums.length))
    return sums[hits]
  }
}

const GAINS = {
  'log2(p+1)': new Gains(p => log2(p + 1)),
  'log2(p)': new Gains(p => Math.max(1, log2(p)))
}
