import type {Engine} from '../engines/engine'
import {meanOf, sampleDeviation} from '../math/statistics'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import {duration} from '../show/progressLine'
import {Table} from '../show/table'
import type {Aimed} from './aim'
import type {Measurement} from './searchLog'
import {type Options, type SearchedOption, textOf} from './searchSpace'

/** A candidate, and what was measured of it. */
export interface Trial {
  /** From 1, in the order in which they were drawn. */
  readonly trial: number
  /** What was tried. */
  readonly options: Options
  /** At each level of the resource that it was given, the last with most. */
  readonly measured: Measurement[]
}

/** What a search is made of. */
export interface SearchParts<E> {
  /** An engine with the options chosen, fitted on all of the training ratings where `refitted`. */
  engine: E
  /** Whether the engine was fitted again on all ratings. */
  refitted: boolean
  /** The figure that the search was for. */
  aim: Aimed
  /** The best candidate. */
  best: Trial
  /** Every candidate that was measured, in the order in which they were drawn. */
  trials: readonly Trial[]
  /** What was searched, and how it was drawn. */
  searched: readonly SearchedOption[]
  /** What candidates were given in shares, and the shares. */
  resource: {readonly name: string; readonly levels: readonly number[]}
  /** The inner parts: folds, or a share and how it was drawn. */
  parts: Options
  /** What time did not suffice for; nothing where all was done. */
  leftOut: readonly string[]
  /** Numbers of those that were neither discarded nor measured to the end when time was up. */
  undecided: readonly number[]
  /** In all. */
  seconds: number
}

/** @internal The measurement with most of the resource. */
export function topOf({measured}: Trial): Measurement | undefined {
  return measured[measured.length - 1]
}

/** @internal The figure where it has had most, the mean over inner parts; undefined for a candidate that failed or was not measured. */
export function figureOfTrial(trial: Trial): number | undefined {
  const values = topOf(trial)?.values ?? []
  return values.length === 0 ? undefined : meanOf(values)
}

/** @internal The better of two first; those without a figure last, ties by number. */
export function byFigure({best}: Aimed, a: Trial, b: Trial): number {
  const [one, other] = [a, b].map(trial => figureOfTrial(trial))
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined) || a.trial - b.trial
  return (best === 'low' ? one - other : other - one) || a.trial - b.trial
}

/** @internal Those that were given most first, of these the better one: figures compare at one level alone. */
export function byLevel(aim: Aimed, a: Trial, b: Trial): number {
  const [one, other] = [a, b].map(trial =>
    figureOfTrial(trial) === undefined ? 0 : (topOf(trial)?.level ?? 0)
  )
  return other - one || byFigure(aim, a, b)
}

/** What a search found, and all that it tried. */
export class SearchResult<E extends Engine<any, any> = Engine<any>> {
  /** An engine with the options chosen, fitted on all of the training ratings where `refitted`. */
  readonly engine: E
  /** Whether the engine was fitted again on all ratings. */
  readonly refitted: boolean
  /** rmse, ndcg@10 */
  readonly aim: string
  /** Which figures of the aim are good. */
  readonly best: 'low' | 'high'
  /** The options chosen, of those that were searched. */
  readonly options: Options
  /** Their figure on the inner part; the best of many flatters itself there. */
  readonly value: number
  /** Every candidate that was measured, in the order in which they were drawn. */
  readonly trials: readonly Trial[]
  /** The number of the one chosen. */
  readonly chosen: number
  /** What was searched, and how it was drawn. */
  readonly searched: readonly SearchedOption[]
  /** What candidates were given in shares, and the shares. */
  readonly resource: {readonly name: string; readonly levels: readonly number[]}
  /** The inner parts: folds, or a share and how it was drawn. */
  readonly parts: Options
  /** What time did not suffice for; nothing where all was done. */
  readonly leftOut: readonly string[]
  /** Numbers of those that were neither discarded nor measured to the end when time was up. */
  readonly undecided: readonly number[]
  /** In all. */
  readonly seconds: number
  private readonly aimed: Aimed

  constructor({aim, best, ...rest}: SearchParts<E>) {
    this.engine = rest.engine
    this.refitted = rest.refitted
    this.aim = aim.name
    this.best = aim.best
    this.options = best.options
    this.value = figureOfTrial(best) as number
    this.chosen = best.trial
    this.trials = rest.trials
    this.searched = rest.searched
    this.resource = rest.resource
    this.parts = rest.parts
    this.leftOut = rest.leftOut
    this.undecided = rest.undecided
    this.seconds = rest.seconds
    this.aimed = aim
    Object.defineProperty(this, 'aimed', {enumerable: false})
    Object.freeze(this)
  }

  /** Whether all was done that was asked for; with `minutes` it may not have been. */
  get finished(): boolean {
    return this.leftOut.length === 0
  }

  /**
   * A row for each candidate, those that were given most first, of these the best: its options, how much it was given, its figure there,
   * its deviation over folds where there are some, the seconds of all its fits, and what became of it.
   */
  table(): Table {
    const {aim, resource, searched, aimed} = this
    const full = resource.levels[resource.levels.length - 1]
    const folded = this.trials.some(one => (topOf(one)?.values.length ?? 0) > 1)
    const rows = [...this.trials]
      .sort((a, b) => byLevel(aimed, a, b))
      .map(one => {
        const {level = 0, values = [], failed} = topOf(one) ?? {}
        return {
          trial: one.trial,
          ...Object.fromEntries(searched.map(({name}) => [name, shown(one.options[name])])),
          [resource.name]: level,
          [aim]: figureOfTrial(one),
          ...(folded ? {deviation: values.length > 1 ? sampleDeviation(values) : undefined} : {}),
          seconds: one.measured.reduce((sum, {seconds}) => sum + seconds, 0),
          outcome: this.outcomeOf(one, level < full, failed)
        }
      })
    return new Table(rows, {decimals: {[aim]: 4, deviation: 4, seconds: 2}})
  }

  private outcomeOf({trial}: Trial, early: boolean, failed: string | undefined): string {
    if (trial === this.chosen) return 'chosen'
    if (failed !== undefined) return 'failed'
    if (!early) return ''
    return this.undecided.includes(trial) ? 'time was up' : 'discarded'
  }

  /** The best ten, what was chosen, and what was left out. */
  toString(): string {
    const table = this.table()
    return [table.head(10).toString(), '', ...this.sentences()].join('\n')
  }

  /** What was done and found, a sentence each. */
  sentences(): string[] {
    const {engine, aim, trials, resource, parts, options, value, leftOut, searched} = this
    const [full] = resource.levels.slice(-1)
    const where =
      parts.folds === undefined
        ? `${String(parts.share)} of the training ratings (${String(parts.by)})`
        : `${String(parts.folds)} inner folds`
    const level = topOf(trials.find(one => one.trial === this.chosen) as Trial)?.level ?? 0
    const failures = trials.filter(one => topOf(one)?.failed !== undefined)
    return [
      `${engine.name} by ${aim} on ${where}: ${count(trials.length)} candidates in ${duration(this.seconds)}${resource.levels.length > 1 ? `, given ${resource.levels.join(', ')} ${resource.name}, the worse ones discarded each time` : ''}.`,
      `Drawn: ${searched.map(({name, drawn}) => `${name} ${drawn}`).join('; ')}.`,
      ...(failures.length > 0
        ? [`${count(failures.length)} failed; the first: ${topOf(failures[0])?.failed ?? ''}`]
        : []),
      `Chosen: ${Object.entries(options)
        .map(([name, one]) => `${name}=${textOf(one)}`)
        .join(
          ' '
        )}, ${aim} ${value.toFixed(4)}${level < full ? ` with ${level} of ${full} ${resource.name}` : ''}${trials.length > 1 ? `, the best of ${count(trials.length)} and so flattered: a test part that the search has not seen says how good it is` : ''}.`,
      ...(leftOut.length > 0 ? [`Left out for want of time: ${leftOut.join('; ')}.`] : [])
    ]
  }
}

/** A value in a table: numbers stay numbers. */
function shown(value: unknown): unknown {
  return typeof value === 'number' ? value : textOf(value)
}

printAsText(SearchResult)
