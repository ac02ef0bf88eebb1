import type {Split} from '../data/split'
import type {Engine} from '../engines/engine'
import {Table} from '../show/table'
import type {ListTraits} from './exposure'
import {type EvaluateRankingOptions, evaluateRanking, type RankingEvaluation} from './ranking'

/** Engines' lists in one row each: how good they are, and what they are like. */
export interface ListRow extends ListTraits {
  name: string
  /** nDCG of its lists. */
  ndcg: number
}

/**
 * The lists of several fitted engines on one split, side by side: a table of their quality, coverage and popularity, and the
 * evaluations by name, for `compareEvaluations`. One k, the first of `o.k`.
 */
export async function measureLists(
  fitted: Readonly<Record<string, Engine<any, any>>>,
  parts: Split,
  o: EvaluateRankingOptions = {}
): Promise<{traits: Table<ListRow>; evaluations: Record<string, RankingEvaluation>}> {
  const evaluations: Record<string, RankingEvaluation> = {}
  for (const [name, engine] of Object.entries(fitted))
    evaluations[name] = await evaluateRanking(engine, parts, o)
  const rows = Object.entries(evaluations).map(([name, {ranking}]): ListRow => {
    const {ndcg, coverage, novelty, diversity, popularityLift, gini} = ranking[0]
    return {name, ndcg, coverage, novelty, diversity, popularityLift, gini}
  })
  const look = {
    columns: ['name', 'ndcg', 'coverage', 'popularityLift', 'novelty'],
    headings: {popularityLift: 'popularity lift'},
    decimals: {ndcg: 4, coverage: 4, popularityLift: 2, novelty: 2}
  }
  return {traits: new Table(rows, look), evaluations}
}
