import type {Ratings} from '../data/ratings'
import type {Model} from '../models/model'
import {list, number, optional, orNull, type Read, record, whole} from '../sound/values'
import {Work, type WorkOptions} from '../work'

/** How a fit is run; nothing here changes what is learned. */
export interface FitRun extends WorkOptions {
  /** Ratings to watch while fitting: their RMSE is in `history`. They are never trained on. */
  validation?: Ratings
  /** A file to write the state of the fit to, for engines that can resume. */
  checkpoint?: string
  /** Go on from `checkpoint` where it exists. @default false */
  resume?: boolean
}

/** One step of the learning curve. */
export interface HistoryEntry {
  /** From 1. */
  epoch: number
  /** Seconds since the fit began; 0 in an engine from a file. */
  seconds: number
  /** Error on the training part, in stars, where it is known. */
  train?: number
  /** Error on the validation part, in stars, where there is one. */
  validation?: number
}

/** An error of the learning curve; JSON has null for one that there is not. */
const ERROR = optional(orNull(number())) as Read<number>

/** @internal A learning curve, as a file has it. */
export const HISTORY: Read<HistoryEntry[]> = list(
  record<HistoryEntry>({epoch: whole(), seconds: number(0), train: ERROR, validation: ERROR})
)

/** A fit under way: what engines report to, are stopped by, and leave their learning curve in. */
export class Run extends Work {
  readonly validation: Ratings | undefined
  readonly checkpoint: string | undefined
  readonly resume: boolean
  /** The learning curve so far. */
  readonly history: HistoryEntry[] = []
  /** What can be used though the fit is stopped: the best whole model so far. */
  usable: Model | undefined

  constructor(task: string, {validation, checkpoint, resume = false, ...work}: FitRun = {}) {
    super(task, work)
    this.validation = validation
    this.checkpoint = checkpoint
    this.resume = resume
  }

  /** An epoch is over: it goes into the learning curve and is told. */
  epoch(epoch: number, epochs: number, errors: {train?: number; validation?: number} = {}): void {
    this.history.push({epoch, seconds: this.seconds, ...errors})
    this.report(epoch, epochs, errors)
  }
}
