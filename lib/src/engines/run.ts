import {availableParallelism} from 'node:os'
import type {Ratings} from '../data/ratings'
import {ArgumentError, InterruptedError} from '../errors'

/** One step of long work, for a progress line. */
export interface Progress {
  /** What is being done: "fitting mf", "reading". */
  task: string
  /** Steps done and steps in all, in whatever unit the work counts (epochs, sweeps, blocks). */
  done: number
  total: number
  /** Seconds since the work began. */
  seconds: number
  /** Errors so far, where the engine knows them. */
  train?: number
  validation?: number
}

/** How a fit is run; nothing here changes what is learned. */
export interface FitRun {
  /** Ratings to watch while fitting: their RMSE is in `history`. They are never trained on. */
  validation?: Ratings
  onProgress?: (progress: Progress) => void
  /** Stops the fit within two seconds with an `InterruptedError`. */
  signal?: AbortSignal
  /** Worker threads. The result is the same for any number. @default all cores */
  workers?: number
  /** A file to write the state of the fit to, for engines that can resume. */
  checkpoint?: string
  /** Go on from `checkpoint` where it exists. @default false */
  resume?: boolean
}

/** A fit under way: what engines get to report and to be stopped by. */
export class Run {
  readonly validation: Ratings | undefined
  readonly signal: AbortSignal | undefined
  readonly workers: number
  readonly checkpoint: string | undefined
  readonly resume: boolean
  private readonly started = performance.now()
  private readonly task: string
  private readonly onProgress: ((progress: Progress) => void) | undefined

  constructor(task: string, run: FitRun) {
    const {workers = availableParallelism()} = run
    if (!Number.isInteger(workers) || workers < 1 || workers > 256)
      throw new ArgumentError(`Expected a number of workers from 1 to 256, got ${workers}.`)
    this.task = task
    this.validation = run.validation
    this.signal = run.signal
    this.workers = workers
    this.checkpoint = run.checkpoint
    this.resume = run.resume ?? false
    this.onProgress = run.onProgress
  }

  get seconds(): number {
    return (performance.now() - this.started) / 1000
  }

  /** Tells how far the work is. */
  report(done: number, total: number, errors: {train?: number; validation?: number} = {}): void {
    this.onProgress?.({task: this.task, done, total, seconds: this.seconds, ...errors})
  }

  /** Lets timers, messages and interrupts through; throws where the work was stopped. Call it at least every 200 ms. */
  async breathe(): Promise<void> {
    await new Promise<void>(resolve => setImmediate(resolve))
    this.check()
  }

  /** Throws an `InterruptedError` where the work was stopped. */
  check(): void {
    if (this.signal?.aborted)
      throw new InterruptedError(`${this.task}: stopped after ${this.seconds.toFixed(1)} s.`)
  }
}
