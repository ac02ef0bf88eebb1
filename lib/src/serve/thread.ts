import type {Worker} from 'node:worker_threads'
import {ArgumentError, ServiceError} from '../errors'
import {startThread} from '../kernels/threads'
import {arrived} from './carried'
import type {Reply, Sent, Task} from './task'

interface Waiting {
  resolve: (answer: any) => void
  reject: (error: Error) => void
  /** Whether it is a question of a user, not of reading or taking up a model. */
  asks: boolean
}

/** One thread that answers for a model. It keeps the process alive only while it is asked something. */
export class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #ms = Number.NaN
  #over: ServiceError | undefined

  /** `onDeath` hears where it ends without having been stopped, after those who waited have. */
  constructor(onDeath: (thread: Thread) => void = () => undefined) {
    const worker = startThread('serve/worker.js')
    this.#worker = worker
    let cause: Error | undefined
    worker.on('message', reply => this.#hear(reply))
    worker.once('error', error => {
      cause = error
    })
    worker.once('messageerror', error => {
      cause = error
      void worker.terminate()
    })
    worker.once('exit', code => {
      if (this.#over !== undefined) return
      this.#end(died(cause?.message ?? `it left with exit code ${code}`, cause))
      onDeath(this)
    })
  }

  /** How many questions are with it. */
  get load(): number {
    return this.#waiting.size
  }

  /** Milliseconds that its last answers took, each counting for a tenth of what is left; NaN before the first. */
  get ms(): number {
    return this.#ms
  }

  get alive(): boolean {
    return this.#over === undefined
  }

  /** Resolves with its answer, or rejects with the error that it threw there. */
  ask(task: Task): Promise<any> {
    if (this.#over !== undefined) return Promise.reject(this.#over)
    const id = this.#asked++
    try {
      this.#worker.postMessage({id, task} satisfies Sent)
    } catch (cause) {
      const why = (cause as Error).message
      return Promise.reject(
        new ArgumentError(
          `${task.do}: what is asked cannot be sent to another thread: ${why} Pass plain values.`,
          {
            cause
          }
        )
      )
    }
    if (this.#waiting.size === 0) this.#worker.ref()
    const asks = task.do !== 'read' && task.do !== 'take'
    return new Promise((resolve, reject) => this.#waiting.set(id, {resolve, reject, asks}))
  }

  /** Ends it at once; who still waits for an answer gets an error. */
  async stop(): Promise<void> {
    this.#end(closed())
    await this.#worker.terminate()
  }

  /** As if it had died: for a test of what happens then. */
  async kill(): Promise<void> {
    await this.#worker.terminate()
  }

  #hear(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    if (waiting?.asks) this.#ms = Number.isNaN(this.#ms) ? reply.ms : 0.9 * this.#ms + 0.1 * reply.ms
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('error' in reply) waiting?.reject(arrived(reply.error))
    else waiting?.resolve(reply.answer)
  }

  #end(why: ServiceError): void {
    this.#over ??= why
    for (const {reject} of this.#waiting.values()) reject(this.#over)
    this.#waiting.clear()
  }
}

/** Why nothing is answered any more. */
export function closed(): ServiceError {
  return new ServiceError('closed', 'The service is closed. Make another by serveEngine().')
}

function died(why: string, cause?: Error): ServiceError {
  return new ServiceError(
    'died',
    `The thread that was to answer died: ${why}. Another takes its place: ask again. If it happens again, give the process more memory.`,
    {cause}
  )
}
