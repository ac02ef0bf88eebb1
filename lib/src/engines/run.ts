import type {Ratings} from '../data/ratings'
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

/** A fit under way: what engines get to report and to be stopped by. */
export class Run extends Work {
  readonly validation: Ratings | undefined
  readonly checkpoint: string | undefined
  readonly resume: boolean

  constructor(task: string, {validation, checkpoint, resume = false, ...work}: FitRun) {
    super(task, work)
    this.validation = validation
    this.checkpoint = checkpoint
    this.resume = resume
  }
}
