/**
 * How a network is trained, whatever it is made of: early stopping on a part of the ratings finds the number of epochs, then as many on
 * all of them; a checkpoint from which a fit goes on to the same result, and a stop that keeps what was learned.
 */
import type {Ratings} from '../../data/ratings'
import {CheckpointError, DivergedError, UnsoundError} from '../../errors'
import type {Arrays} from '../../files/arrayFile'
import {Random} from '../../math/random'
import type {FactorModel} from '../../models/factorModel'
import {type ArrayShape, behind, under} from '../../sound/arrays'
import type {StateShape} from '../../sound/state'
import {list, number, orNull, record, whole} from '../../sound/values'
import type {Progress} from '../../work'
import {type Checkpoint, fingerprint, readCheckpoint, writeCheckpoint} from '../checkpoint'
import {holdOut} from '../heldOut'
import {HISTORY, type HistoryEntry, type Run} from '../run'

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
  /** Lets go of threads and of memory that is not collected. */
  close(): void
}

/** Ratings below this number are not divided: a part of them would say nothing. */
const FEW = 20

/** The options that say how long a network is trained, and on what. */
export interface TrainingOptions {
  epochs: number
  /** Stop the search when the watched error has not fallen for this many epochs; 0 runs all epochs on all ratings. */
  patience: number
  /** Share of the ratings that the search watches. */
  validationShare: number
  seed: number
  /** Networks that are fitted on all ratings; with 0 that of the search is kept, where there was one. */
  networks: number
}

interface Stage {
  epochs: number
  patience: number
  /** True where the network watches an error. */
  watched: boolean
  /** True where this stage is the one the learning curve is of. */
  recorded: boolean
}

interface Trained {
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
  history: HistoryEntry[]
}

/** The arrays of a network, by their names: what a checkpoint has of it. */
export interface NetworkShape {
  readonly weights: Readonly<Record<string, ArrayShape>>
  readonly memory: Readonly<Record<string, ArrayShape>>
}

/** What a checkpoint holds of a fit of so many stages and epochs. */
function positionShape(network: NetworkShape, stages: number, epochs: number): StateShape<Position> {
  return {
    values: record<Position>({
      stage: whole(0, stages),
      epoch: whole(0, epochs),
      bestEpoch: whole(0, epochs),
      bestError: orNull(number(0)),
      done: list(whole(1, epochs)),
      history: HISTORY
    }),
    arrays: ({stage, epoch, bestEpoch}) => ({
      ...(epoch === 0 ? {} : {...under('weights.', network.weights), ...under('memory.', network.memory)}),
      ...(bestEpoch === 0 || bestEpoch === epoch ? {} : under('best.', network.weights)),
      ...Object.assign({}, ...Array.from({length: stage}, (_, k) => under(`done${k}.`, network.weights)))
    }),
    whole: ({stage, epoch, bestEpoch, done, history}) => {
      const expect = (field: string, sound: boolean, expected: string, got: number): void => {
        if (!sound) throw new UnsoundError(`values.${field}`, expected, String(got))
      }
      expect('done', done.length === stage, `a list of ${stage}, as stage says`, done.length)
      expect('bestEpoch', bestEpoch <= epoch, `at most ${epoch}, as epoch says`, bestEpoch)
      expect('epoch', stage < stages || epoch === 0, '0 behind the last stage', epoch)
      expect('history', history.length <= stages * epochs, `at most ${stages * epochs} steps`, history.length)
    }
  }
}

/** One fit: what makes a network of ratings, and the stages it goes through. */
export class Training {
  private readonly of: string
  private readonly totalEpochs: number
  private readonly finished: Trained[] = []
  private best: Trained | undefined
  private resumed: Checkpoint<Float32Array, Position> | undefined
  private at = 0
  private past = 0
  /** Where the search for the number of epochs had enough. */
  private early: Progress['early']
  private written = Number.NEGATIVE_INFINITY

  constructor(
    engine: string,
    options: object,
    private readonly train: Ratings,
    private readonly run: Run,
    private readonly o: TrainingOptions,
    private readonly shape: NetworkShape
  ) {
    this.of = run.checkpoint === undefined ? '' : fingerprint(engine, options, train)
    this.totalEpochs = o.epochs * this.stages
  }

  /**
   * Trains networks and makes a model of their weights; `ratings` are those they were trained on. A fit that is stopped leaves in the
   * run what can be used of it.
   */
  async fit(
    make: (ratings: Ratings, watched: Ratings | undefined, network: number) => Network | Promise<Network>,
    modelOf: (weights: readonly Arrays[], ratings: Ratings) => FactorModel
  ): Promise<FactorModel> {
    const {run, train, o, searches, networks} = this
    const {rest, part} = searches
      ? holdOut(train, o.validationShare, new Random(o.seed, 0xca))
      : {rest: train, part: undefined}
    if (run.checkpoint !== undefined && run.resume)
      this.resumed = await readCheckpoint(
        run.checkpoint,
        this.of,
        positionShape(this.shape, this.stages, o.epochs),
        {users: train.frame.userIds.length, movies: train.frame.movieIds.length}
      )
    const fitted: Arrays[] = []
    try {
      let {epochs} = o
      if (searches) {
        const recorded = run.validation === undefined || networks === 0
        const stage = {epochs, patience: o.patience, watched: true, recorded}
        const found = await this.stage(() => make(rest, part, 0), stage)
        epochs = found.epochs
        if (networks === 0) fitted.push(found.weights)
      }
      for (let network = 0; network < networks; network++) {
        const watched = network === 0 ? run.validation : undefined
        const recorded = network === 0 && (!searches || run.validation !== undefined)
        const stage = {epochs, patience: 0, watched: watched !== undefined, recorded}
        fitted.push((await this.stage(() => make(train, watched, network), stage)).weights)
      }
      const model = modelOf(fitted, networks === 0 ? rest : train)
      this.done()
      return model
    } catch (error) {
      // The first stage has searched on the rest, those after it learn from all ratings.
      if (this.usable !== undefined)
        run.usable = modelOf([this.usable], this.finished.length > 1 ? train : rest)
      throw error
    }
  }

  private get searches(): boolean {
    return this.o.patience > 0 && this.train.length >= FEW
  }

  private get stages(): number {
    return Number(this.searches) + this.networks
  }

  private get networks(): number {
    return this.searches ? this.o.networks : Math.max(1, this.o.networks)
  }

  /** The best complete weights so far, for a fit that is stopped: of a finished stage, else of the one under way. */
  private get usable(): Arrays | undefined {
    return this.finished.at(-1)?.weights ?? this.best?.weights
  }

  /** Trains a network through one stage; a stage that the checkpoint has behind it is taken from there. */
  private async stage(make: () => Network | Promise<Network>, stage: Stage): Promise<Trained> {
    const saved = this.resumed?.values
    if (saved !== undefined && this.at < saved.stage) return this.takeFinished(saved, stage)
    const network = await make()
    try {
      return await this.through(network, stage, saved)
    } finally {
      network.close()
    }
  }

  private async through(network: Network, stage: Stage, saved: Position | undefined): Promise<Trained> {
    let {epoch, bestError} = this.takeUp(network, saved)
    const begun = this.run.seconds - (this.run.history.at(-1)?.seconds ?? 0)
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
          this.run.history.push({
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
    if (epoch < stage.epochs) this.early = {epoch, epochs: stage.epochs}
    this.past += stage.epochs
    const trained = this.best ?? {weights: network.weights(), epochs: epoch}
    this.finished.push(trained)
    this.at++
    this.best = undefined
    await this.writeFinished()
    return trained
  }

  /** Where a network begins: at the start, or where the checkpoint stood in this stage. */
  private takeUp(network: Network, saved: Position | undefined): {epoch: number; bestError: number} {
    this.best = undefined
    if (saved === undefined || saved.stage !== this.at || this.resumed === undefined)
      return {epoch: 0, bestError: Number.POSITIVE_INFINITY}
    const {arrays} = this.resumed
    const {epoch, bestEpoch, bestError} = saved
    network.restore(behind('weights.', arrays), behind('memory.', arrays))
    if (bestEpoch === epoch) this.best = {weights: network.weights(), epochs: epoch}
    else if (bestEpoch > 0) this.best = {weights: behind('best.', arrays), epochs: bestEpoch}
    this.run.history.push(...saved.history)
    this.resumed = undefined
    return {epoch, bestError: bestError ?? Number.POSITIVE_INFINITY}
  }

  /** Tells that the fit is over: early stopping leaves epochs out. */
  private done(): void {
    const {train, validation} = this.run.history.at(-1) ?? {}
    this.past = this.totalEpochs
    this.tell(0, {
      ...(train === undefined ? {} : {train}),
      ...(validation === undefined ? {} : {validation}),
      ...(this.early === undefined ? {} : {early: this.early})
    })
  }

  private tell(epochs: number, errors: Pick<Progress, 'train' | 'validation' | 'early'> = {}): void {
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
        history: this.run.history
      },
      {...under('weights.', current), ...under('memory.', network.memory()), ...under('best.', best)}
    )
  }

  private async writeFinished(): Promise<void> {
    const done = this.finished.map(({epochs}) => epochs)
    await this.save(
      {stage: this.at, epoch: 0, bestEpoch: 0, bestError: null, done, history: this.run.history},
      {}
    )
  }

  private async save(position: Position, arrays: Arrays): Promise<void> {
    if (this.run.checkpoint === undefined) return
    const finished = this.finished.map(({weights}, k) => under(`done${k}.`, weights))
    await writeCheckpoint(this.run.checkpoint, {
      of: this.of,
      values: {...position},
      arrays: Object.assign({}, arrays, ...finished)
    })
    this.written = this.run.seconds
  }

  private takeFinished(saved: Position, stage: Stage): Trained {
    const weights = behind(`done${this.at}.`, (this.resumed as Checkpoint<Float32Array, Position>).arrays)
    const trained = {weights, epochs: saved.done[this.at]}
    this.finished.push(trained)
    this.at++
    this.past += stage.epochs
    if (this.at === saved.stage && saved.epoch === 0) {
      this.run.history.push(...saved.history)
      this.resumed = undefined
    }
    return trained
  }
}

function diverged(epoch: number): DivergedError {
  return new DivergedError(
    `The error became NaN in epoch ${epoch}: the steps are too large. Lower learningRate (or raise regularization).`,
    'learningRate'
  )
}
