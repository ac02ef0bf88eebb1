import type {Ratings} from '../data/ratings'
import {kFold, SPLITS, type Split, type SplitOptions, split} from '../data/split'
import type {Engine} from '../engines/engine'
import {type EngineSpec, rangeText, resolveOptions} from '../engines/options'
import {ArgumentError, OptionError} from '../errors'
import {checksum} from '../files/arrayFile'
import {resolveConventions} from '../math/rankingFigures'
import type {WorkOptions} from '../work'
import {type Aim, type Aimed, isOfStars, noErrors, readAim, usualAim} from './aim'
import {type Resource, resourceOf} from './halving'
import type {RankingOptions} from './ranking'
import type {Identity} from './searchLog'
import {type Options, resolveSpace, type SearchedOption, type SearchSpace} from './searchSpace'

/** The class of an engine, whose options are searched. */
export interface SearchableEngine<O extends object, E extends Engine<any, any>> {
  new (options?: O): E
  readonly spec: EngineSpec<O>
}

/** The options of the class, which what is given does not widen. */
export type OfClass<O> = [O][O extends unknown ? 0 : never]

/** How a search is made. */
export interface SearchOptions<O> extends WorkOptions, Omit<RankingOptions, 'k'> {
  /** What is made small or large. @default 'rmse' for engines that predict stars, else 'ndcg@10' */
  aim?: Aim
  /** Options that all candidates have. */
  options?: OfClass<O>
  /** Measure each candidate on so many inner folds, and take the mean. @default one inner part, see `validationShare` */
  folds?: number
  /** Share of the training ratings that candidates are measured on. @default 0.1 */
  validationShare?: number
  /** How that share is drawn. @default 'random' */
  by?: NonNullable<SplitOptions['by']>
  /** How often candidates are looked at, all but the best share of them discarded each time but the last; 1 discards none. @default 3 */
  rungs?: number
  /** One of so many goes on to the next rung, where it is given so many times as much. @default 3 */
  eta?: number
  /** The search ends within so many minutes, its last fit included. */
  minutes?: number
  /** Whether it ends with a fit of the best on all the ratings. @default true */
  refit?: boolean
  /** Of the candidates and of the inner parts; the seed of an engine is an option of its own. @default 1 */
  seed?: number
  /** A file of JSON lines, one for each measurement, written as soon as it is made. */
  log?: string
  /** Go on from `log` where it exists. @default false */
  resume?: boolean
}

/** A search that was checked: what it is of, but not how it is run. */
export interface SearchPlan<O extends object, E extends Engine<any, any>> {
  Class: SearchableEngine<O, E>
  train: Ratings
  searched: readonly SearchedOption[]
  /** Options that all candidates have. */
  fixed: Options
  aim: Aimed
  /** How lists are measured. */
  lists: Omit<RankingOptions, 'k'>
  /** The inner parts. */
  splits: readonly Split[]
  parts: Options
  resource: Resource
  eta: number
  seed: number
  identity: Identity
}

/** Checks all of a search before any work. @throws OptionError, ArgumentError */
export function planOf<O extends object, E extends Engine<any, any>>(
  kind: 'grid' | 'random',
  Class: SearchableEngine<O, E>,
  space: SearchSpace<O>,
  train: Ratings,
  o: SearchOptions<O>,
  more: Options = {}
): SearchPlan<O, E> {
  const {spec} = Class
  const {rungs = 3, eta = 3, seed = 1} = o
  const fixed = Object.fromEntries(Object.entries(o.options ?? {}).filter(([, value]) => value !== undefined))
  const resolved = resolveOptions(spec, fixed as O) as Options
  const searched = resolveSpace(spec, space, fixed)
  checkHow(o)
  if (train.length < 2)
    throw new ArgumentError(
      `search of ${spec.name}: expected ratings to fit on and to measure on, got ${train.length}.`
    )
  const aim = aimOf(new Class(fixed as O), train, o.aim)
  const lists = listsOf(o)
  const {folds, validationShare = 0.1, by = 'random'} = o
  const splits =
    folds === undefined ? [split(train, {test: validationShare, seed, by})] : kFold(train, {folds, seed})
  const parts = folds === undefined ? {share: validationShare, by} : {folds}
  const names = new Set(searched.map(({name}) => name))
  const identity = {
    search: kind,
    engine: spec.name,
    options: fixed,
    space: Object.fromEntries(searched.map(({name, values, range}) => [name, values ?? range])),
    aim: aim.name,
    ...(aim.k === undefined ? {} : {...lists, relevant: lists.relevant ?? 'all'}),
    parts,
    rungs,
    eta,
    seed,
    ratings: checksumOf(train),
    ...more
  }
  const resource = resourceOf(spec, resolved, names, splits, {eta, rungs, seed})
  return {Class, train, searched, fixed, aim, lists, splits, parts, resource, eta, seed, identity}
}

/** Refuses numbers out of their range, and options that exclude or need another. */
function checkHow(o: SearchOptions<any>): void {
  const {folds, validationShare = 0.1, by = 'random', rungs = 3, eta = 3, seed = 1, minutes} = o
  checkNumber('seed', seed, {whole: true, min: 0})
  checkNumber('rungs', rungs, {whole: true, min: 1, max: 10})
  checkNumber('eta', eta, {whole: true, min: 2, max: 100})
  checkNumber('validationShare', validationShare, {above: 0, below: 1})
  if (minutes !== undefined) checkNumber('minutes', minutes, {above: 0})
  if (folds !== undefined && (o.validationShare !== undefined || o.by !== undefined))
    throw new OptionError('folds', folds, 'Option folds goes without validationShare and by: choose one.')
  if (by === 'leave-last-out' && o.validationShare !== undefined)
    throw new OptionError(
      'validationShare',
      o.validationShare,
      "Option validationShare has no effect with by: 'leave-last-out', the last rating of every user. Leave it out."
    )
  if (!SPLITS.includes(by))
    throw new OptionError('by', by, `Option by: expected one of ${SPLITS.join(', ')}, got ${String(by)}.`)
  if (o.resume === true && o.log === undefined)
    throw new OptionError('resume', true, 'Option resume needs the log to go on from: name it.')
}

function aimOf(engine: Engine<any, any>, train: Ratings, given: string | undefined): Aimed {
  const aim = readAim(given ?? usualAim(engine, train))
  if (aim.k === undefined && !isOfStars(engine)) throw noErrors(engine, aim.name)
  return aim
}

/** How lists are measured, conventions filled in. */
function listsOf({relevant, users = 'relevant', ...o}: Omit<RankingOptions, 'k'>): Omit<RankingOptions, 'k'> {
  const {precisionOver, recallOver, averageOver, idealOver, discount} = o
  const conventions = resolveConventions({precisionOver, recallOver, averageOver, idealOver, discount})
  return {users, ...(relevant === undefined ? {} : {relevant}), ...conventions}
}

/** Of all that says who rated what when, in the order of rows: parts are drawn by it. */
function checksumOf(ratings: Ratings): string {
  const {u, i, r, t} = ratings.rows
  return `${ratings.length}, checksum ${checksum([u, i, r, ...(t === undefined ? [] : [t])])}`
}

/** @internal Refuses what is no number, or out of its range. */
export function checkNumber(
  name: string,
  value: unknown,
  {
    whole = false,
    min,
    max,
    above,
    below
  }: {whole?: boolean; min?: number; max?: number; above?: number; below?: number}
): void {
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!whole || Number.isInteger(value)) &&
    value >= (min ?? Number.NEGATIVE_INFINITY) &&
    value <= (max ?? Number.POSITIVE_INFINITY) &&
    value > (above ?? Number.NEGATIVE_INFINITY) &&
    value < (below ?? Number.POSITIVE_INFINITY)
  if (fits) return
  const ends =
    above !== undefined
      ? below === undefined
        ? ` above ${above}`
        : ` between ${above} and ${below}`
      : rangeText(min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY)
  throw new OptionError(
    name,
    value,
    `Option ${name}: expected a ${whole ? 'whole ' : ''}number${ends}, got ${String(value)}.`
  )
}
