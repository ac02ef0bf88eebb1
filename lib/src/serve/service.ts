import {availableParallelism} from 'node:os'
import type {MovieId} from '../data/ids'
import type {Engine} from '../engines/engine'
import {ArgumentError, checkCount, InterruptedError, ServiceError} from '../errors'
import type {DetailedPrediction} from '../models/rater'
import {Recommendations, type Similar, similarTable} from '../models/recommendations'
import type {Explanation, RecommendOptions, Who} from '../models/recommender'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import type {Table} from '../show/table'
import type {StopSignal} from '../work'
import {packEngine} from './packed'
import {Shift} from './shift'
import type {SentList, Task} from './task'
import {closed} from './thread'

/** How a model is served. */
export interface ServeOptions {
  /** Threads that answer, from 1 to 64. @default all cores */
  workers?: number
  /** Calls that wait for a thread, at most: what comes then is refused as busy. @default 1000 */
  queue?: number
}

/** How a call is watched. */
export interface CallOptions {
  /** Gives up the call: it is rejected at once with an `InterruptedError`. `AbortSignal.timeout(500)` gives it half a second. */
  signal?: StopSignal
}

/** A call that waits for a thread. */
interface Call {
  task: Task
  resolve: (answer: any) => void
  reject: (error: Error) => void
  forget: () => void
}

/**
 * Answers of an engine from threads of their own, so that this one stays free: the same values, and the same errors, as promises. Calls are
 * taken up in their order by whichever thread is free. Another model can be swapped in under way. It does not keep the process
 * alive while nothing is asked.
 */
export class Service {
  readonly #workers: number
  readonly #queue: number
  readonly #calls = new Set<Call>()
  #shift: Shift
  #coming: Shift | undefined
  #retiring: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined
  #onDrained: () => void = () => undefined

  /** @internal Use `serveEngine`. */
  constructor(shift: Shift, workers: number, queue: number) {
    this.#workers = workers
    this.#queue = queue
    this.#shift = shift
    shift.onFree = () => this.#hand()
  }

  /** The one name of the engine that answers: "ease". */
  get name(): string {
    return this.#shift.taken.name
  }

  /** How many threads can answer now; less than asked for while one that died is replaced. */
  get workers(): number {
    return this.#shift.size
  }

  /** How many calls wait for a thread. */
  get waiting(): number {
    return this.#calls.size
  }

  /**
   * As `engine.recommend`.
   * @throws also ArgumentError for an `except` that is a function: a thread cannot ask it
   */
  async recommend(who: Who, o: RecommendOptions & CallOptions = {}): Promise<Recommendations> {
    const {signal, ...which} = o
    const {rows, ...told}: SentList = await this.#call({do: 'recommend', who, o: listed(which)}, signal)
    return new Recommendations(rows, told)
  }

  /** As `engine.similar`. */
  async similar(
    movieId: MovieId,
    o: {n?: number; includeSelf?: boolean} & CallOptions = {}
  ): Promise<Table<Similar>> {
    const {signal, ...which} = o
    return similarTable(await this.#call({do: 'similar', movieId, o: which}, signal))
  }

  /** As `engine.explain`. */
  async explain(who: Who, movieId: MovieId, {signal}: CallOptions = {}): Promise<Explanation> {
    return this.#call({do: 'explain', who, movieId}, signal)
  }

  /** As `predict` of an engine that predicts stars. @throws ArgumentError where the engine only ranks */
  async predict(who: Who, movieId: MovieId, o: {timestamp?: number} & CallOptions = {}): Promise<number> {
    return (await this.predictDetailed(who, movieId, o)).rating
  }

  /** As `predictDetailed` of such an engine. */
  async predictDetailed(
    who: Who,
    movieId: MovieId,
    o: {timestamp?: number} & CallOptions = {}
  ): Promise<DetailedPrediction> {
    const {signal, ...when} = o
    return this.#call({do: 'predict', who, movieId, o: when}, signal)
  }

  /**
   * Lets another model answer: a fitted engine as it is now, or a model file. The one before answers until threads with the new one are
   * ready; calls that it was asked by then it answers. Meanwhile both are in memory. A model that cannot be had changes nothing.
   * @throws ModelFileError for a file that is no model, ArgumentError while another model is swapped in, ServiceError once it is closed
   */
  async swap(model: Engine<any> | string): Promise<this> {
    if (this.#closing !== undefined) throw closed()
    if (this.#coming !== undefined)
      throw new ArgumentError('Another model is being swapped in already. Await that, then swap again.')
    const next = new Shift()
    this.#coming = next
    try {
      await start(next, model, this.#workers)
    } finally {
      this.#coming = undefined
    }
    if (this.#closing !== undefined) {
      await next.stop()
      throw closed()
    }
    const before = this.#shift
    this.#shift = next
    next.onFree = () => this.#hand()
    this.#hand()
    this.#retiring = Promise.all([this.#retiring, before.retire()]).then(() => undefined)
    return this
  }

  /** Ends the threads once all that was asked is answered; a model that is being swapped in is given up, and new calls are refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#coming?.stop()
    if (this.#calls.size > 0) await new Promise<void>(resolve => (this.#onDrained = resolve))
    await Promise.all([this.#retiring, this.#shift.retire()])
  }

  /** "Ease() on 671 users × 9,066 movies, served by 2 threads" */
  toString(): string {
    return `${this.#shift.taken.text}, served by ${count(this.workers)} thread${this.workers === 1 ? '' : 's'}`
  }

  /** @internal The threads that answer now: for a test of what happens when one dies. */
  get shift(): Shift {
    return this.#shift
  }

  #call(task: Task, signal: StopSignal | undefined): Promise<any> {
    const stopped = (): Error => new InterruptedError(`${task.do}: given up by its signal.`)
    if (this.#closing !== undefined) return Promise.reject(closed())
    if (signal?.aborted) return Promise.reject(stopped())
    if (this.#calls.size >= this.#queue)
      return Promise.reject(
        new ServiceError(
          'busy',
          `${count(this.#calls.size)} calls wait already. Ask again later, or serve with more workers or a longer queue.`
        )
      )
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#calls.delete(call)
        reject(stopped())
        if (this.#calls.size === 0) this.#onDrained()
      }
      const forget = (): void => signal?.removeEventListener('abort', stop)
      const call: Call = {task, resolve, reject, forget}
      signal?.addEventListener('abort', stop)
      this.#calls.add(call)
      this.#hand()
    })
  }

  /** Hands calls that wait to threads that are free. */
  #hand(): void {
    const {failure} = this.#shift
    for (const call of this.#calls) {
      if (failure === undefined && !this.#shift.free) return
      this.#calls.delete(call)
      const {task, resolve, reject, forget} = call
      const answer = failure === undefined ? this.#shift.ask(task) : Promise.reject(failure)
      answer.then(resolve, reject).finally(forget)
    }
    this.#onDrained()
  }
}

/**
 * Serves a model from threads of its own: a fitted engine as it is now, or a model file, which this thread never reads (a big one would
 * keep it busy for seconds). All that the model is made of is in memory once, for all threads; what an engine makes of it to answer (titles,
 * ratings by movie, rows of neighbours) each thread has for itself.
 * @throws ModelFileError for a file that is no model, NotFittedError for an engine without one, ArgumentError for an engine of your own
 * @example
 * const service = await serveEngine('model.mrec', {workers: 2})
 * const list = await service.recommend(15, {n: 10, signal: AbortSignal.timeout(500)})
 */
export async function serveEngine(model: Engine<any> | string, o: ServeOptions = {}): Promise<Service> {
  const {workers = availableParallelism(), queue = 1000} = o
  checkCount('workers', workers)
  checkCount('queue', queue)
  if (workers > 64) throw new ArgumentError(`Expected a number of workers from 1 to 64, got ${workers}.`)
  const shift = new Shift()
  await start(shift, model, workers)
  return new Service(shift, workers, queue)
}

async function start(shift: Shift, model: Engine<any> | string, workers: number): Promise<void> {
  await shift.start(typeof model === 'string' ? model : await packEngine(model), workers)
}

/** The options of a list with what is iterable as arrays, which can be sent. */
function listed({among, except, genres, ...rest}: RecommendOptions): RecommendOptions {
  if (typeof except === 'function')
    throw new ArgumentError(
      'except: a function cannot be asked from another thread. Give the ids of the movies to leave out.'
    )
  return {
    ...rest,
    ...(among === undefined ? {} : {among: [...among]}),
    ...(except === undefined ? {} : {except: [...except]}),
    ...(genres === undefined ? {} : {genres: typeof genres === 'string' ? genres : [...genres]})
  }
}

printAsText(Service)
