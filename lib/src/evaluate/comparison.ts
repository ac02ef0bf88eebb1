import type {UserId} from '../data/ids'
import {ArgumentError} from '../errors'
import type {RankingFigure} from '../math/rankingFigures'
import {meanOf, sampleDeviation, sum as totalOf} from '../math/statistics'
import {studentQuantile, studentTwoSided} from '../math/student'
import {Table} from '../show/table'
import type {Doubted} from './doubts'
import type {Evaluation} from './errors'
import {drawnTotals, percentiles} from './intervals'
import type {RankingEvaluation} from './ranking'

/** An engine among others: its figure, and how sure it is. */
export interface ComparedEngine {
  engine: string
  /** The figure. */
  value: number
  /** The lower end of the interval of the figure, by drawing users with replacement. */
  low: number
  /** The upper end. */
  high: number
  /** Letters: engines that share one cannot be told apart. */
  group: string
}

/** Two engines on the same users. */
export interface ComparedPair {
  engine: string
  /** The one it is compared with. */
  other: string
  /** The figure of the one less that of the other. */
  difference: number
  /** The lower end of its interval. */
  low: number
  /** The upper end. */
  high: number
  /** Of a paired t-test over users, two-sided. */
  p: number
  /** The same, corrected for the number of pairs (Holm 1979). */
  adjusted: number
  /** Mean of the paired differences in their standard deviations (Cohen's d_z). */
  effect: number
}

/** Fitted models compared on one test part. */
export interface Comparison {
  /** What was compared: rmse, ndcg@10. */
  figure: string
  /** Best first. */
  engines: Table<ComparedEngine>
  /** Every two engines, the better one first. */
  pairs: Table<ComparedPair>
  /** Users with a test rating. */
  users: number
  /** What should be known of the parts: ratings in both, a future that leaks into the past. */
  doubts: readonly string[]
}

/** Errors by user: all of an evaluation that a comparison needs. */
export type ErrorsByUser = Pick<Evaluation, 'byUser'> & Doubted

/** What is compared, and how sure one wants to be. */
export interface CompareOptions {
  /** What is compared. @default 'rmse' for errors, 'ndcg' for lists */
  figure?: 'rmse' | 'mae' | RankingFigure
  /** Which k of lists. @default the first */
  k?: number
  /** Of the intervals; engines are told apart where the corrected p is below 1 - level. @default 0.95 */
  level?: number
  /** Draws of the bootstrap. @default 2000 */
  draws?: number
  /** Of the random numbers: the same seed gives the same result. @default 1 */
  seed?: number
}

/**
 * Compares fitted models by what each did for the same users, since ratings of one user hang together:
 *
 *   figure       root of sum of e_u / sum of n_u (RMSE; e_u the squared errors of user u), the same without the root (MAE), or the mean of a user's figure
 *   intervals    percentiles of the figure, and of differences of figures, over draws of as many users with replacement (Efron and Tibshirani 1993)
 *   test         t of the paired differences of e_u over users; p corrected by Holm's step-down method for all pairs
 *   groups       letters by insertion and absorption (Piepho 2004): two engines share a letter unless their corrected p is below 1 - level
 *
 * These models are compared, not what their engines would learn from other ratings: for that, compare over several splits (`compareOverSplits`).
 * @throws ArgumentError where they were not measured on the same test part, or the figure is none of theirs
 */
export function compareEvaluations(
  evaluations: Readonly<Record<string, ErrorsByUser | RankingEvaluation>>,
  o: CompareOptions = {}
): Comparison {
  const {level = 0.95, draws = 2000, seed = 1} = o
  if (!(level > 0 && level < 1))
    throw new ArgumentError(`compareEvaluations: expected a level between 0 and 1, got ${level}.`)
  const entries = Object.entries(evaluations).map(([engine, one]) => ({
    engine,
    ...measuredOf(engine, one, o)
  }))
  if (entries.length < 2)
    throw new ArgumentError(`compareEvaluations: expected two evaluations or more, got ${entries.length}.`)
  const [first] = entries
  for (const one of entries) checkSame(first, one)
  const better = first.lowIsGood ? -1 : 1
  const figures = entries.map(one => figureOf(one))
  const order = [...entries.keys()].sort((a, b) => better * (figures[b] - figures[a]))
  const sorted = order.map(k => entries[k])
  const drawn = bootstrap(sorted, draws, seed)
  const ends = (values: Float64Array): {low: number; high: number} => {
    const [low, high] = percentiles(values, level)
    return {low, high}
  }
  const pairs: UncorrectedPair[] = []
  for (let a = 0; a < sorted.length; a++) {
    for (let b = a + 1; b < sorted.length; b++) {
      pairs.push({
        engine: sorted[a].engine,
        other: sorted[b].engine,
        difference: figures[order[a]] - figures[order[b]],
        ...ends(drawn[a].map((value, n) => value - drawn[b][n])),
        ...pairedT(sorted[a].sum, sorted[b].sum)
      })
    }
  }
  const rows = sorted.map(({engine}, k) => ({engine, value: figures[order[k]], ...ends(drawn[k])}))
  const doubts = [...new Set(Object.values(evaluations).flatMap(one => one.doubts ?? []))]
  return {...toldApart(first.figure, rows, pairs, level), users: first.users.length, doubts}
}

type UncorrectedPair = Omit<ComparedPair, 'adjusted'>

/** Corrects p for the number of pairs, and gives engines, the best first, their letters. */
function toldApart(
  figure: string,
  engines: ReadonlyArray<Omit<ComparedEngine, 'group'>>,
  uncorrected: readonly UncorrectedPair[],
  level: number
): Omit<Comparison, 'users' | 'doubts'> {
  const corrected = holm(uncorrected.map(pair => pair.p))
  const pairs = uncorrected.map(
    ({effect, ...pair}, n): ComparedPair => ({...pair, adjusted: corrected[n], effect})
  )
  const letters = groupsOf(
    engines.map(({engine}) => engine),
    pairs.filter(pair => pair.adjusted < 1 - level).map(pair => [pair.engine, pair.other])
  )
  const rows = engines.map((engine, k): ComparedEngine => ({...engine, group: letters[k]}))
  return {
    figure,
    engines: new Table(rows, {headings: {value: figure}, decimals: {value: 4, low: 4, high: 4}}),
    pairs: new Table(pairs, {
      decimals: {difference: 4, low: 4, high: 4, p: 4, adjusted: 4, effect: 3}
    })
  }
}

/**
 * Compares engines by one figure measured on the same splits of the same ratings, `values[engine][split]`: what they learn from ratings like these.
 * Parts of different splits overlap, so their figures vary less than those of new ratings would: variances are corrected by
 *
 *   s² (1 / splits + test / train)                with `test` and `train` the shares of a split (Nadeau and Bengio 2003)
 *
 * in t-intervals of each mean and t-tests of paired differences, both with splits - 1 degrees of freedom; p is corrected by Holm's method.
 * @throws ArgumentError for fewer than two engines or splits, or figures that are not of the same splits
 */
export function compareOverSplits(
  values: Readonly<Record<string, readonly number[]>>,
  o: {
    /** @default 'rmse' */
    figure?: string
    /** Share of the ratings in a test part. */
    test: number
    best: 'low' | 'high'
    /** @default 0.95 */
    level?: number
  }
): Omit<Comparison, 'users' | 'doubts'> & {splits: number} {
  const {figure = 'rmse', test, best, level = 0.95} = o
  const entries = Object.entries(values)
  const splits = entries[0]?.[1].length ?? 0
  if (entries.length < 2 || splits < 2)
    throw new ArgumentError(
      `compareOverSplits: expected two engines and two splits or more, got ${entries.length} and ${splits}.`
    )
  if (!entries.every(([, one]) => one.length === splits))
    throw new ArgumentError('compareOverSplits: expected a figure of every engine for every split.')
  if (!(test > 0 && test < 1))
    throw new ArgumentError(
      `compareOverSplits: expected a share of test ratings between 0 and 1, got ${test}.`
    )
  const error = (of: readonly number[]): number =>
    sampleDeviation(of) * Math.sqrt(1 / splits + test / (1 - test))
  const reach = studentQuantile(1 - level, splits - 1)
  const around = (of: readonly number[]): {low: number; high: number} => {
    const mean = meanOf(of)
    return {low: mean - reach * error(of), high: mean + reach * error(of)}
  }
  const sign = best === 'low' ? 1 : -1
  entries.sort(([, a], [, b]) => sign * (meanOf(a) - meanOf(b)))
  const pairs: UncorrectedPair[] = []
  for (const [k, [engine, one]] of entries.entries()) {
    for (const [other, two] of entries.slice(k + 1)) {
      const differences = one.map((value, n) => value - two[n])
      const difference = meanOf(differences)
      const deviation = sampleDeviation(differences)
      const p =
        deviation > 0
          ? studentTwoSided(difference / error(differences), splits - 1)
          : Number(difference === 0)
      const effect = deviation > 0 ? difference / deviation : 0
      pairs.push({engine, other, difference, ...around(differences), p, effect})
    }
  }
  const rows = entries.map(([engine, one]) => ({engine, value: meanOf(one), ...around(one)}))
  return {...toldApart(figure, rows, pairs, level), splits}
}

/** Of each user a sum and how much it counts; the figure is a function of their totals. */
interface Measured {
  figure: string
  lowIsGood: boolean
  root: boolean
  users: readonly UserId[]
  sum: Float64Array
  weight: Float64Array
}

function measuredOf(engine: string, one: ErrorsByUser | RankingEvaluation, o: CompareOptions): Measured {
  if ('ranking' in one) {
    const {figure = 'ndcg', k = one.ranking[0].k} = o
    const at = one.ranking.findIndex(row => row.k === k)
    if (at < 0)
      throw new ArgumentError(
        `${engine} was measured at k ${one.ranking.map(row => row.k).join(', ')}, not at ${k}.`
      )
    if (figure === 'rmse' || figure === 'mae')
      throw new ArgumentError(
        `${engine} was measured by its lists, which have no ${figure}: name a figure of lists, as ndcg.`
      )
    const sum = one.byUser[at][figure]
    const weight = new Float64Array(sum.length).fill(1)
    return {figure: `${figure}@${k}`, lowIsGood: false, root: false, users: one.users, sum, weight}
  }
  const {figure = 'rmse'} = o
  if (figure !== 'rmse' && figure !== 'mae')
    throw new ArgumentError(
      `${engine} was measured by its errors, which have no ${figure}: name rmse or mae.`
    )
  const users = [...one.byUser.keys()]
  const rows = [...one.byUser.values()]
  const sum = Float64Array.from(rows, ({n, rmse, mae}) => n * (figure === 'rmse' ? rmse * rmse : mae))
  const weight = Float64Array.from(rows, ({n}) => n)
  return {figure, lowIsGood: true, root: figure === 'rmse', users, sum, weight}
}

function checkSame(a: Measured & {engine: string}, b: Measured & {engine: string}): void {
  const same =
    a.figure === b.figure &&
    a.users.length === b.users.length &&
    a.users.every((userId, n) => String(userId) === String(b.users[n]) && a.weight[n] === b.weight[n])
  if (!same)
    throw new ArgumentError(
      `${a.engine} and ${b.engine} were not measured alike: ${a.figure} of ${a.users.length} users beside ${b.figure} of ${b.users.length}. Measure both on one test part.`
    )
}

function figureOf({sum, weight, root}: Measured): number {
  const ratio = totalOf(sum) / totalOf(weight)
  return root ? Math.sqrt(ratio) : ratio
}

/** The figure of each model in each draw of users, which is the same for all models. [models][draws] */
function bootstrap(models: readonly Measured[], draws: number, seed: number): Float64Array[] {
  const [{weight, root}] = models
  const [counts, ...sums] = drawnTotals([weight, ...models.map(({sum}) => sum)], draws, seed)
  return sums.map(own => own.map((all, draw) => (root ? Math.sqrt(all / counts[draw]) : all / counts[draw])))
}

/** Student's t of paired differences, and their mean in standard deviations; p is 1 where no pair differs. */
function pairedT(a: Float64Array, b: Float64Array): {p: number; effect: number} {
  const differences = a.map((value, n) => value - b[n])
  const mean = meanOf(differences)
  const deviation = sampleDeviation(differences, mean)
  if (!(deviation > 0))
    return {p: mean === 0 ? 1 : 0, effect: mean === 0 ? 0 : Math.sign(mean) * Number.POSITIVE_INFINITY}
  const effect = mean / deviation
  return {p: studentTwoSided(effect * Math.sqrt(a.length), a.length - 1), effect}
}

/** p values corrected so that the chance of one false alarm among all stays (Holm 1979): the smallest times m, the next times m - 1, … */
function holm(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((a, b) => p[a] - p[b])
  const adjusted = new Array<number>(p.length)
  let least = 0
  for (const [rank, n] of order.entries()) {
    least = Math.max(least, Math.min(1, (p.length - rank) * p[n]))
    adjusted[n] = least
  }
  return adjusted
}

/** Letters by insertion and absorption (Piepho 2004), in the order of the names: those that differ share none, others share one. */
function groupsOf(names: readonly string[], differing: ReadonlyArray<readonly [string, string]>): string[] {
  let groups: Array<Set<string>> = [new Set(names)]
  for (const [a, b] of differing) {
    const split = groups.flatMap(group =>
      group.has(a) && group.has(b)
        ? [new Set([...group].filter(name => name !== a)), new Set([...group].filter(name => name !== b))]
        : [group]
    )
    groups = split.filter(
      (group, n) =>
        !split.some((other, m) => m !== n && isWithin(group, other) && (group.size < other.size || m < n))
    )
  }
  const place = (group: Set<string>): number => names.findIndex(name => group.has(name))
  groups.sort((a, b) => place(a) - place(b) || b.size - a.size)
  return names.map(name => groups.map((group, n) => (group.has(name) ? letter(n) : '')).join(''))
}

function isWithin(group: Set<string>, other: Set<string>): boolean {
  return [...group].every(name => other.has(name))
}

/** a to z, then a2, b2, … */
function letter(n: number): string {
  return String.fromCharCode(97 + (n % 26)) + (n < 26 ? '' : String(1 + Math.floor(n / 26)))
}
