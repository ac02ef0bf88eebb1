import {availableParallelism} from 'node:os'
import timers from 'node:timers'
import {ArgumentError, InterruptedError} from './errors'

/** As it is when the library is loaded: what a test framework puts in its place later would never come back. */
const {setImmediate} = timers

/** One step of long work, for a progress line. */
export interface Progress {
  /** What is being done: "fitting mf", "reading". */
  task: string
  /** Steps done and steps in all, in whatever unit the work counts (epochs, sweeps, blocks). */
  done: number
  /** Steps in all, in the same unit. */
  total: number
  /** Seconds since the work began. */
  seconds: number
  /** Errors so far, where the engine knows them. */
  train?: number
  /** The same on the validation part. */
  validation?: number
  /** In the last step of learning that stopped before all its epochs: after which, and of how many. */
  early?: {epoch: number; epochs: number}
}

/**
 * What stops long work: the part of an `AbortSignal` that is needed, written out so that who uses these types needs neither Node's
 * (`@types/node`) nor the browser's. Pass the signal of an `AbortController`.
 */
export interface StopSignal {
  /** Whether the work is to stop. */
  readonly aborted: boolean
  /** As an `EventTarget` has it. */
  addEventListener(type: 'abort', listener: () => void): void
  /** As an `EventTarget` has it. */
  removeEventListener(type: 'abort', listener: () => void): void
}

/** How long work is watched and stopped; nothing here changes its result. */
export interface WatchOptions {
  /** Called with every step that is done. */
  onProgress?: (progress: Progress) => void
  /** Stops the work within two seconds with an `InterruptedError`. */
  signal?: StopSignal
}

/** How long work is watched, stopped and shared out; nothing here changes its result. */
export interface WorkOptions extends WatchOptions {
  /** Worker threads. The result is the same for any number. @default all cores */
  workers?: number
}

/** How a part of some work is run whose own steps are not told. */
export function untold({signal}: WatchOptions): WatchOptions {
  return signal === undefined ? {} : {signal}
}

let around: (() => StopSignal | undefined) | undefined

/** Says what stops all work that begins from now on, beside signals of its own: the notebook module does, for the cell that runs. */
export function setSurroundings(of: (() => StopSignal | undefined) | undefined): void {
  around = of
}

/** A signal that is aborted as soon as one of two is. */
class EitherSignal implements StopSignal {
  constructor(
    readonly one: StopSignal,
    readonly other: StopSignal
  ) {}

  get aborted(): boolean {
    return this.one.aborted || this.other.aborted
  }

  addEventListener(type: 'abort', listener: () => void): void {
    for (const signal of [this.one, this.other]) signal.addEventListener(type, listener)
  }

  removeEventListener(type: 'abort', listener: () => void): void {
    for (const signal of [this.one, this.other]) signal.removeEventListener(type, listener)
  }
}

/** What stops some work: its own signal, and what surrounds it. Work of work has both already. */
function stopOf(own: StopSignal | undefined): StopSignal | undefined {
  const other = around?.()
  if (own === undefined || other === undefined) return own ?? other
  return own === other || (own instanceof EitherSignal && own.other === other)
    ? own
    : new EitherSignal(own, other)
}

/** Milliseconds of work from one breath to the next. */
const BREATH = 50

/** Long work under way: what it reports through and is stopped by. */
export class Work {
  readonly signal: StopSignal | undefined
  readonly workers: number
  private readonly started = performance.now()
  private breathed = this.started
  private readonly task: string
  private readonly onProgress: ((progress: Progress) => void) | undefined

  constructor(task: string, {signal, workers = availableParallelism(), onProgress}: WorkOptions = {}) {
    if (!Number.isInteger(workers) || workers < 1 || workers > 256)
      throw new ArgumentError(`Expected a number of workers from 1 to 256, got ${workers}.`)
    this.task = task
    this.signal = stopOf(signal)
    this.workers = workers
    this.onProgress = onProgress
  }

  get seconds(): number {
    return (performance.now() - this.started) / 1000
  }

  /** Tells how far the work is. */
  report(done: number, total: number, more: Pick<Progress, 'train' | 'validation' | 'early'> = {}): void {
    this.onProgress?.({task: this.task, done, total, seconds: this.seconds, ...more})
  }

  /** How part `k`, counted from 0, of `parts` equal ones is run, where that is work of its own: its steps are told as steps of this work. */
  part(k: number, parts: number): WorkOptions {
    return {
      workers: this.workers,
      ...(this.signal === undefined ? {} : {signal: this.signal}),
      onProgress: ({done, total}) => this.report(Math.round(100 * (k + done / total)) / 100, parts)
    }
  }

  /** How work of another name that comes before or after is run: its steps are told as its own. */
  beside(): WorkOptions {
    const {workers, signal, onProgress} = this
    return {
      workers,
      ...(signal === undefined ? {} : {signal}),
      ...(onProgress === undefined ? {} : {onProgress})
    }
  }

  /** True where it is time to breathe: for loops whose steps are too short to breathe after each. */
  get outOfBreath(): boolean {
    return performance.now() - this.breathed > BREATH
  }

  /** Lets timers, messages and interrupts through; throws where the work was stopped. Call it at least every 200 ms. */
  async breathe(): Promise<void> {
    await new Promise<void>(resolve => setImmediate(resolve))
    this.breathed = performance.now()
    this.check()
  }

  /** Does work in steps that yield the share done, which is told, and breathes between them. */
  async through<T>(
    steps: Generator<number, T>,
    told: (share: number) => void = share => this.report(Math.round(100 * share), 100)
  ): Promise<T> {
    this.check()
    for (;;) {
      const {done, value} = steps.next()
      if (done === true) return value
      if (!this.outOfBreath) continue
      told(value)
      await this.breathe()
    }
  }

  /** Throws an `InterruptedError` where the work was stopped. */
  check(): void {
    if (this.signal?.aborted)
      throw new InterruptedError(`${this.task}: stopped after ${this.seconds.toFixed(1)} s.`)
  }
}
