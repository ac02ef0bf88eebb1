import {ServiceError} from '../errors'
import type {Packed} from './packed'
import type {Taken, Task} from './task'
import {closed, Thread} from './thread'

/**
 * Questions that a thread has at a time: one that it works at and the next, so that it need not wait for this thread; of short ones as many
 * as it answers in a few milliseconds, since each waking costs both threads as much as a short answer.
 */
const AT_ONCE = {least: 2, most: 16, ms: 4}
/** Times that a thread which died is replaced by one that cannot take the model up: then it is given up. */
const MOST_TRIES = 3

function hasRoom({load, ms}: Thread): boolean {
  const {least, most} = AT_ONCE
  // Before the first answer nothing is known of how long they take.
  return load < least || (load < most && load * ms < AT_ONCE.ms)
}

/** Threads that answer by one model, each with its own engine around the same arrays. One that dies is replaced. */
export class Shift {
  #threads: Thread[] = []
  #starting = new Set<Thread>()
  #over = false
  #packed: Packed | undefined
  #taken: Taken = {name: '', text: ''}
  #failure: ServiceError | undefined
  #onFree: () => void = () => undefined
  #onIdle: () => void = () => undefined

  /** Starts the threads, and reads the model in one of them where it is a file. */
  async start(model: Packed | string, threads: number): Promise<void> {
    if (this.#over) throw closed()
    const crew = [this.#begin()]
    try {
      const [first] = crew
      this.#packed =
        typeof model === 'string' ? ((await first.ask({do: 'read', path: model})) as Packed) : model
      const taking = [this.#take(first)]
      while (crew.length < threads) {
        // To start a thread takes this one several milliseconds: one at a time.
        await new Promise<void>(resolve => setImmediate(resolve))
        if (this.#over) break
        const next = this.#begin()
        crew.push(next)
        taking.push(this.#take(next))
      }
      await Promise.all(taking)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Who answers. */
  get taken(): Taken {
    return this.#taken
  }

  /** How many threads can answer now. */
  get size(): number {
    return this.#threads.length
  }

  /** Why no thread will answer any more. */
  get failure(): ServiceError | undefined {
    return this.#failure
  }

  /** Called when a thread can take a question, or none ever will. */
  set onFree(listener: () => void) {
    this.#onFree = listener
  }

  /** Whether a thread can take a question now. */
  get free(): boolean {
    return this.#threads.some(hasRoom)
  }

  /** Asks the thread that has least to do. */
  async ask(task: Task): Promise<any> {
    const [thread] = [...this.#threads].sort((a, b) => a.load - b.load)
    try {
      return await thread.ask(task)
    } finally {
      this.#onFree()
      if (this.idle) this.#onIdle()
    }
  }

  get idle(): boolean {
    return this.#threads.every(({load}) => load === 0)
  }

  /** Ends the threads once all that they were asked is answered. */
  async retire(): Promise<void> {
    if (!this.idle) await new Promise<void>(resolve => (this.#onIdle = resolve))
    await this.stop()
  }

  /** Ends the threads at once. */
  async stop(): Promise<void> {
    this.#over = true
    const all = [...this.#threads, ...this.#starting]
    this.#threads = []
    this.#starting.clear()
    await Promise.all(all.map(thread => thread.stop()))
  }

  /** @internal The threads that answer: for a test of what happens when one dies. */
  get threads(): readonly Thread[] {
    return this.#threads
  }

  #begin(): Thread {
    const thread = new Thread(dead => this.#bury(dead))
    this.#starting.add(thread)
    return thread
  }

  async #take(thread: Thread): Promise<void> {
    this.#taken = await thread.ask({do: 'take', packed: this.#packed as Packed})
    this.#starting.delete(thread)
    if (this.#over || !thread.alive) return
    this.#threads.push(thread)
    this.#onFree()
  }

  /** One who dies at work is replaced; of one who dies before, whoever started it hears. */
  #bury(dead: Thread): void {
    if (!this.#threads.includes(dead)) return
    this.#threads = this.#threads.filter(one => one !== dead)
    void this.#replace()
  }

  async #replace(): Promise<void> {
    let cause: unknown
    for (let tries = 0; tries < MOST_TRIES && !this.#over; tries++) {
      const thread = this.#begin()
      try {
        return await this.#take(thread)
      } catch (error) {
        cause = error
        this.#starting.delete(thread)
        await thread.stop()
      }
    }
    if (this.#over || this.#threads.length > 0 || this.#starting.size > 0) return
    const why =
      'No thread is left, and none can be started anew. Give the process more memory, or swap in a smaller model.'
    this.#failure = new ServiceError('died', why, {cause})
    this.#onFree()
  }
}
