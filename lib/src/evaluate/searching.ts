import timers from 'node:timers'
import type {Split} from '../data/split'
import type {Engine} from '../engines/engine'
import {resolveOptions} from '../engines/options'
import {ArgumentError, DivergedError, InterruptedError, MemoryError} from '../errors'
import {pow} from '../math/exponential'
import {Work, type WorkOptions} from '../work'
import {figureOf} from './aim'
import {climb, costOf, kept} from './halving'
import {type Measurement, SearchLog} from './searchLog'
import type {SearchOptions, SearchPlan} from './searchPlan'
import {byFigure, byLevel, figureOfTrial, SearchResult, type Trial, topOf} from './searchResult'
import type {Options} from './searchSpace'

/** As they are when the library is loaded: what a test framework puts in their place later would never come back. */
const {clearInterval, setInterval} = timers

/** Candidates of a bracket in which none is discarded. */
const BATCH = 64
/** Milliseconds between two looks at the clock. */
const TICK = 100
/** A fit may take this much longer than its like. */
const MARGIN = 1.2

/** One fit and what it is measured on: a candidate at a level, on one inner part. */
interface Task {
  trial: Trial
  level: number
  split: Split
  fold: number
}

/** What one fit came to. */
interface Outcome {
  value: number
  fitSeconds: number
  seconds: number
  failed?: string
}

/** A search under way. */
export class Searching<O extends object, E extends Engine<any, any>> {
  private readonly work: Work
  private readonly trials: Trial[] = []
  private readonly leftOut: string[] = []
  /** Neither discarded nor measured to the end when time was up. */
  private readonly undecided = new Set<number>()
  /** Fits under way, and how much of the resource each has had. */
  private readonly active = new Map<AbortController, number>()
  /** Of the resource, over all inner parts. */
  private spent = 0
  private planned = 0
  private log!: SearchLog
  /** The best so far of those that were given most. */
  private best: Trial | undefined
  /** No further fit is begun. */
  private closing = false

  constructor(
    private readonly plan: SearchPlan<O, E>,
    private readonly o: Pick<SearchOptions<O>, 'minutes' | 'refit' | 'log' | 'resume' | keyof WorkOptions>
  ) {
    this.work = new Work(`searching ${plan.Class.spec.name}`, o)
  }

  /** The candidates, bracket by bracket, and the fit of the best. */
  async run(candidates: Iterator<Options>, count: number): Promise<SearchResult<E>> {
    const {work, o, plan} = this
    work.check()
    this.log = await SearchLog.open(o.log, plan.identity, o.resume === true)
    const stop = (): void => this.abort()
    o.signal?.addEventListener('abort', stop)
    const clock = setInterval(() => {
      if (work.seconds >= this.deadline()) this.abort()
    }, TICK)
    try {
      await this.brackets(candidates, count)
      work.check()
      clearInterval(clock)
      return await this.result()
    } catch (error) {
      throw error instanceof InterruptedError ? this.stopped() : error
    } finally {
      clearInterval(clock)
      o.signal?.removeEventListener('abort', stop)
    }
  }

  /** What was found, with the last fit. */
  private async result(): Promise<SearchResult<E>> {
    const {best, o, work, plan} = this
    const {Class, fixed, aim, searched, parts, resource} = plan
    if (best === undefined) throw this.nothing()
    const engine = new Class({...fixed, ...best.options} as O)
    const refitted = o.refit !== false && (await this.refit(engine, best))
    return new SearchResult({
      engine,
      refitted,
      aim,
      best,
      trials: this.trials.filter(one => one.measured.length > 0),
      searched,
      resource: {name: resource.name, levels: resource.levels},
      parts,
      leftOut: this.leftOut,
      undecided: [...this.undecided],
      seconds: work.seconds
    })
  }

  private async brackets(candidates: Iterator<Options>, count: number): Promise<void> {
    const {eta, splits, resource} = this.plan
    const {levels} = resource
    const size = levels.length > 1 ? pow(eta, levels.length - 1) : Math.min(count, BATCH)
    for (let first = 0; first < count; first += size) {
      const bracket = take(candidates, Math.min(size, count - first)).map(
        (options, k): Trial => ({trial: first + k + 1, options, measured: []})
      )
      if (bracket.length === 0) return
      const rest = count - first
      const more = Number.isFinite(rest) ? Math.floor(rest / size) : 1
      const last = Number.isFinite(rest) ? rest - more * size : 0
      this.planned =
        this.spent + splits.length * (more * costOf(levels, size, eta) + costOf(levels, last, eta))
      this.trials.push(...bracket)
      await this.bracket(bracket)
      if (this.closing) {
        const begun = this.trials.filter(one => one.measured.length > 0).length
        if (Number.isFinite(count) && begun < count)
          this.leftOut.push(`measuring ${count - begun} of ${count} candidates at all`)
        return
      }
    }
  }

  /** A rung after the other, each with the best of the one before. */
  private async bracket(bracket: readonly Trial[]): Promise<void> {
    const {eta, resource, aim} = this.plan
    let here = bracket
    for (const level of climb(resource.levels, bracket.length, eta)) {
      await this.rung(here, level)
      const done = here.filter(one => topOf(one)?.level === level)
      if (this.closing && done.length < here.length) {
        const of = resource.levels[resource.levels.length - 1]
        this.leftOut.push(
          `measuring ${here.length - done.length} of ${here.length} candidates with ${level} of ${of} ${resource.name}`
        )
        for (const {trial} of here) this.undecided.add(trial)
        return
      }
      here = done
        .filter(one => topOf(one)?.failed === undefined)
        .sort((a, b) => byFigure(aim, a, b))
        .slice(0, kept(here.length, eta))
    }
  }

  /** Measures candidates at a level, as many side by side as threads are left by each. */
  private async rung(trials: readonly Trial[], level: number): Promise<void> {
    const {log, work} = this
    const {splits, resource} = this.plan
    const tasks: Task[] = []
    for (const trial of trials) {
      const known = log.get(trial.trial, level)
      if (known !== undefined) {
        this.measured(trial, known)
      } else
        for (const [fold, one] of splits.entries())
          tasks.push({trial, level, fold, split: resource.part(one, level)})
    }
    const together = Math.min(tasks.length, this.sideBySide(trials))
    const workers = Math.max(1, Math.floor(work.workers / Math.max(1, together)))
    const outcomes = new Map<Trial, Outcome[]>()
    const queue = tasks.values()
    const lane = async (): Promise<void> => {
      for (const task of queue) {
        if (this.closing || this.wouldOverrun(task)) return
        const outcome = await this.measure(task, workers)
        if (outcome === undefined) return
        const all = outcomes.get(task.trial) ?? []
        outcomes.set(task.trial, all)
        all[task.fold] = outcome
        if (Object.keys(all).length === splits.length) await this.keep(task, all)
      }
    }
    const lanes = Array.from({length: together}, () =>
      lane().catch(error => {
        this.abort()
        throw error
      })
    )
    const ended = await Promise.allSettled(lanes)
    const failed = ended.find(one => one.status === 'rejected')
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
    work.check()
  }

  /** How many fits run side by side: as many as it takes to keep all threads busy, one where a fit does so itself. */
  private sideBySide(trials: readonly Trial[]): number {
    const {Class, fixed} = this.plan
    const {spec} = Class
    const {workers} = this.work
    const busy = trials.map(({options}) => {
      const resolved = resolveOptions(spec, {...fixed, ...options} as O)
      return spec.threads?.(resolved) ?? workers
    })
    return Math.max(1, Math.floor(workers / Math.max(1, ...busy)))
  }

  /** Fits and measures; undefined where it was stopped because time is up. */
  private async measure(task: Task, workers: number): Promise<Outcome | undefined> {
    const {active, work} = this
    const {Class, fixed, resource, aim, lists} = this.plan
    const {trial, level, split} = task
    const stop = new AbortController()
    active.set(stop, 0)
    const run: WorkOptions = {
      workers,
      signal: stop.signal,
      onProgress: ({done, total}) => {
        active.set(stop, level * Math.min(1, done / total))
        this.tell()
      }
    }
    const begun = work.seconds
    try {
      const engine = new Class({...fixed, ...trial.options, ...resource.options(level)} as O)
      await engine.fit(split.train, run)
      const fitSeconds = work.seconds - begun
      const value = await figureOf(engine, aim, split, {...lists, workers, signal: stop.signal})
      return {value, fitSeconds, seconds: work.seconds - begun}
    } catch (error) {
      if (error instanceof InterruptedError && this.closing) return undefined
      if (!(error instanceof DivergedError || error instanceof MemoryError)) throw error
      const seconds = work.seconds - begun
      return {value: Number.NaN, fitSeconds: seconds, seconds, failed: error.message}
    } finally {
      active.delete(stop)
    }
  }

  /** All inner parts of a candidate are measured: it goes into the log. */
  private async keep({trial, level}: Task, all: readonly Outcome[]): Promise<void> {
    const failed = all.find(one => one.failed !== undefined)?.failed
    const measurement: Measurement = {
      trial: trial.trial,
      options: trial.options,
      level,
      values: failed === undefined ? all.map(one => one.value) : [],
      fitSeconds: all.reduce((sum, one) => sum + one.fitSeconds, 0),
      seconds: all.reduce((sum, one) => sum + one.seconds, 0),
      ...(failed === undefined ? {} : {failed})
    }
    this.measured(trial, measurement)
    await this.log.add(measurement)
    this.tell()
  }

  private measured(trial: Trial, one: Measurement): void {
    const {trials} = this
    const {aim, splits} = this.plan
    trial.measured.push(one)
    this.spent += one.level * splits.length
    this.best = trials.filter(each => figureOfTrial(each) !== undefined).sort((a, b) => byLevel(aim, a, b))[0]
  }

  /** Fits the best on all ratings, where there is time for it. */
  private async refit(engine: E, best: Trial): Promise<boolean> {
    const {work, o} = this
    const needed = this.secondsOfRefit(best)
    const left = (o.minutes ?? Number.POSITIVE_INFINITY) * 60 - work.seconds
    if (needed > left) {
      this.leftOut.push(
        `the fit on all ratings, which takes about ${needed.toFixed(1)} s of which ${Math.max(0, left).toFixed(1)} s are left`
      )
      return false
    }
    const {workers, signal, onProgress} = o
    await engine.fit(this.plan.train, {
      ...(workers === undefined ? {} : {workers}),
      ...(signal === undefined ? {} : {signal}),
      ...(onProgress === undefined ? {} : {onProgress})
    })
    return true
  }

  /** When the last fit must have begun, in seconds from the beginning. */
  private deadline(): number {
    const {minutes, refit} = this.o
    if (minutes === undefined) return Number.POSITIVE_INFINITY
    const {best} = this
    const reserve = refit === false || best === undefined ? 0 : MARGIN * this.secondsOfRefit(best)
    // Where a single fit would take most of it, there is no time for both.
    return 60 * minutes - (reserve > 30 * minutes ? 0 : reserve)
  }

  /** What a fit on all ratings takes, by what it took on the inner part. */
  private secondsOfRefit(best: Trial): number {
    const {splits, train, resource} = this.plan
    const {level, fitSeconds} = topOf(best) as Measurement
    const full = resource.levels[resource.levels.length - 1]
    const once = (fitSeconds / splits.length) * (full / level)
    return (once * train.length) / splits[0].train.length
  }

  private wouldOverrun({trial, level}: Task): boolean {
    const before = topOf(trial)
    const expected =
      before === undefined ? 0 : (before.seconds / this.plan.splits.length) * (level / before.level)
    if (this.work.seconds + expected < this.deadline()) return false
    this.closing = true
    return true
  }

  private abort(): void {
    this.closing = true
    for (const stop of this.active.keys()) stop.abort()
  }

  private stopped(): InterruptedError {
    const {log, o, work} = this
    const where =
      o.log === undefined
        ? 'Name a log to be able to go on.'
        : `${log.length} of its measurements ${log.length === 1 ? 'is' : 'are'} in ${o.log}: go on from there with resume: true (--resume).`
    return new InterruptedError(
      `search of ${this.plan.Class.spec.name}: stopped after ${work.seconds.toFixed(1)} s. ${where}`
    )
  }

  private nothing(): Error {
    const {minutes} = this.o
    const {name} = this.plan.Class.spec
    const failed = this.trials.map(one => topOf(one)?.failed).filter(one => one !== undefined)
    return new ArgumentError(
      failed.length > 0
        ? `search of ${name}: no candidate could be fitted; the first: ${failed[0]}`
        : `search of ${name}: not one candidate was measured within ${minutes} minutes. Give it more time, or fewer ratings.`
    )
  }

  /** How far it is: in the resource, or in seconds where time is the end of it. */
  private tell(): void {
    const {work, o, plan, best, spent, planned, active} = this
    const begun = this.trials.filter(one => one.measured.length > 0).length
    const value = best === undefined ? undefined : figureOfTrial(best)
    const found = value === undefined ? {} : {validation: value}
    const task = `searching ${plan.Class.spec.name}, ${begun} tried`
    const running = [...active.values()].reduce((sum, one) => sum + one, 0)
    const [unit, done, total] =
      o.minutes === undefined
        ? [plan.resource.name, Math.floor(spent + running), Math.max(1, planned)]
        : ['seconds', Math.floor(work.seconds), Math.ceil(60 * o.minutes)]
    o.onProgress?.({
      task: `${task}, ${unit}`,
      // The last step is done when it is measured, too.
      done: Math.min(done, spent < planned ? total - 1 : total),
      total,
      seconds: work.seconds,
      ...found
    })
  }
}

function take<T>(from: Iterator<T>, most: number): T[] {
  const taken: T[] = []
  while (taken.length < most) {
    const {value, done} = from.next()
    if (done === true) break
    taken.push(value)
  }
  return taken
}
