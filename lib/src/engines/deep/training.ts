/**
 * How a network is trained, whatever it is made of: epochs with early stopping, the best weights kept, a checkpoint from which a
 * fit goes on to the same result, and a stop that keeps what was learned.
 */
import type {Ratings} from '../../data/ratings'
import {CheckpointError, DivergedError} from '../../errors'
import type {Arrays} from '../../files/arrayFile'
import {Random} from '../../math/random'
import {type Checkpoint, fingerprint, readCheckpoint, writeCheckpoint} from '../checkpoint'
import type {HistoryEntry} from '../engine'
import type {Run} from '../run'

/** A checkpoint is written after the first epoch and then no more often than this. */
const CHECKPOINT_SECONDS = 5

/** A network under training. Its random draws depend on its seed and the epoch only, so that any epoch can be gone on from. */
export interface Network {
  /** One pass over the training ratings; gives the RMSE on them, as seen on the way. `told` hears how much of it is done. */
  epoch(epoch: number, told: (share: number) => void): Promise<number>
  /** RMSE on the ratings that are watched. */
  error(): Promise<number>
  /** A copy of the weights. */
  weights(): Arrays
  /** A copy of what else learning goes on from: the optimiser's memory. */
  memory(): Arrays
  restore(weights: Arrays, memory: Arrays): void
}

export interface Stage {
  epochs: number
  /** Stop when the watched error has not fallen for this many epochs; 0 runs them all. Needs `watched`. */
  patience: number
  /** True where the network watches an error. */
  watched: boolean
  /** True where this stage is the one the learning curve is of. */
  recorded: boolean
}

export interface Trained {
  weights: Arrays
  /** Epochs until the weights that were kept. */
  epochs: number
}

interface Position {
  stage: number
  epoch: number
  bestEpoch: number
  /** Null where nothing was watched yet: JSON has no infinity. */
  bestError: number | null
  done: number[]
  steps: HistoryEntry[]
}

/** The stages of one fit: the search for the number of epochs, then the fit on all ratings. */
export class Training {
  readonly steps: HistoryEntry[] = []
  private readonly of: string
  private readonly run: Run
  private readonly totalEpochs: number
  private readonly finished: Trained[] = []
  private best: Trained | undefined
  private resumed: Checkpoint | undefined
  private at = 0
  private past = 0
  private written = Number.NEGATIVE_INFINITY

  private constructor(of: string, run: Run, totalEpochs: number) {
    this.of = of
    this.run = run
    this.totalEpochs = totalEpochs
  }

  /** Reads the checkpoint where the run resumes one. */
  static async open(
    engine: string,
    options: object,
    train: Ratings,
    run: Run,
    totalEpochs: number
  ): Promise<Training> {
    const needed = run.checkpoint !== undefined
    const training = new Training(needed ? fingerprint(engine, options, train) : '', run, totalEpochs)
    if (run.checkpoint !== undefined && run.resume)
      training.resumed = await readCheckpoint(run.checkpoint, training.of)
    return training
  }

  /** The best complete weights so far, for a fit that is stopped: of a finished stage, else of the one under way. */
  get usable(): Arrays | undefined {
    return this.finished.at(-1)?.weights ?? this.best?.weights
  }

  /** Trains a network through one stage; a stage that the checkpoint has behind it is taken from there. */
  async stage(make: () => Network, stage: Stage): Promise<Trained> {
    const saved = this.resumed?.values as unknown as Position | undefined
    if (saved !== undefined && this.at < saved.stage) return this.takeFinished(saved, stage)
    const network = make()
    this.best = undefined
    let bestError = Number.POSITIVE_INFINITY
    let epoch = 0
    if (saved !== undefined && saved.stage === this.at && this.resumed !== undefined) {
      network.restore(part(this.resumed.arrays, 'weights.'), part(this.resumed.arrays, 'memory.'))
      epoch = saved.epoch
      bestError = saved.bestError ?? bestError
      const best = part(this.resumed.arrays, 'best.')
      if (saved.bestEpoch === epoch) this.best = {weights: network.weights(), epochs: epoch}
      else if (saved.bestEpoch > 0) this.best = {weights: best, epochs: saved.bestEpoch}
      this.steps.push(...saved.steps)
      this.resumed = undefined
    }
    const begun = this.run.seconds - (this.steps.at(-1)?.seconds ?? 0)
    let late = epoch - (this.best?.epochs ?? epoch)
    try {
      while (epoch < stage.epochs && (stage.patience === 0 || late < stage.patience)) {
        epoch++
        const train = await network.epoch(epoch, share => this.tell(epoch - 1 + share))
        if (!Number.isFinite(train)) throw diverged(epoch)
        const validation = stage.watched ? await network.error() : undefined
        if (stage.patience > 0 && (validation as number) < bestError) {
          this.best = {weights: network.weights(), epochs: epoch}
          bestError = validation as number
          late = 0
        } else late++
        if (stage.recorded)
          this.steps.push({
            epoch,
            seconds: this.run.seconds - begun,
            train,
            ...(validation === undefined ? {} : {validation})
          })
        this.tell(epoch, {train, ...(validation === undefined ? {} : {validation})})
        if (this.run.seconds - this.written > CHECKPOINT_SECONDS) await this.write(network, epoch, bestError)
        await this.run.breathe()
      }
    } catch (error) {
      const whole = error instanceof CheckpointError ? epoch : epoch - 1
      if (!(error instanceof DivergedError) && whole > 0)
        this.best ??= {weights: network.weights(), epochs: whole}
      throw error
    }
    this.past += stage.epochs
    const trained = this.best ?? {weights: network.weights(), epochs: epoch}
    this.finished.push(trained)
    this.at++
    this.best = undefined
    await this.writeFinished()
    return trained
  }

  /** Tells that the fit is over: early stopping leaves epochs out. */
  done(): void {
    const {train, validation} = this.steps.at(-1) ?? {}
    this.past = this.totalEpochs
    this.tell(0, {...(train === undefined ? {} : {train}), ...(validation === undefined ? {} : {validation})})
  }

  private tell(epochs: number, errors: {train?: number; validation?: number} = {}): void {
    this.run.report(Math.round((this.past + epochs) * 10) / 10, this.totalEpochs, errors)
  }

  private async write(network: Network, epoch: number, bestError: number): Promise<void> {
    if (this.run.checkpoint === undefined) return
    const current = network.weights()
    const best = this.best?.epochs === epoch ? {} : (this.best?.weights ?? {})
    await this.save(
      {
        stage: this.at,
        epoch,
        bestEpoch: this.best?.epochs ?? 0,
        bestError: Number.isFinite(bestError) ? bestError : null,
        done: this.finished.map(({epochs}) => epochs),
        steps: this.steps
      },
      {...named('weights.', current), ...named('memory.', network.memory()), ...named('best.', best)}
    )
  }

  private async writeFinished(): Promise<void> {
    const done = this.finished.map(({epochs}) => epochs)
    await this.save({stage: this.at, epoch: 0, bestEpoch: 0, bestError: null, done, steps: this.steps}, {})
  }

  private async save(position: Position, arrays: Arrays): Promise<void> {
    if (this.run.checkpoint === undefined) return
    const finished = this.finished.map(({weights}, k) => named(`done${k}.`, weights))
    await writeCheckpoint(this.run.checkpoint, {
      of: this.of,
      values: {...position},
      arrays: Object.assign({}, arrays, ...finished)
    })
    this.written = this.run.seconds
  }

  private takeFinished(saved: Position, stage: Stage): Trained {
    const weights = part((this.resumed as Checkpoint).arrays, `done${this.at}.`)
    const trained = {weights, epochs: saved.done[this.at]}
    this.finished.push(trained)
    this.at++
    this.past += stage.epochs
    if (this.at === saved.stage && saved.epoch === 0) {
      this.steps.push(...saved.steps)
      this.resumed = undefined
    }
    return trained
  }
}

/**
 * Divides ratings into a part to learn from and a part to watch. Drawn by user, so that the order of rows does not matter; rows
 * come out by user and movie.
 */
export function carve(train: Ratings, share: number, seed: number): {fitted: Ratings; watched: Ratings} {
  const {row} = train.byUser
  const random = new Random(seed, 0xca)
  const aside = Uint8Array.from(row, () => (random.uniform() < share ? 1 : 0))
  if (aside.every(one => one === 0)) aside[aside.length - 1] = 1
  return {
    fitted: train.select(row.filter((_, k) => aside[k] === 0)),
    watched: train.select(row.filter((_, k) => aside[k] === 1))
  }
}

function diverged(epoch: number): DivergedError {
  return new DivergedError(
    `The error became NaN in epoch ${epoch}: the steps are too large. Lower learningRate (or raise regularization).`,
    'learningRate'
  )
}

function named(prefix: string, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [prefix + name, array]))
}

function part(arrays: Arrays, prefix: string): Arrays {
  return Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array])
  )
}
