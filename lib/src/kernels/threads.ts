import {existsSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import path from 'node:path'
import {Worker} from 'node:worker_threads'
import {MovieRecsError} from '../errors'
import {bundledWithout} from './wasm'
import type {WorkerMessage, WorkerSetup} from './worker'

/** Threads without work, kept for the next fit: to start one takes as long as a small fit. They do not keep the process alive. */
const idle: Worker[] = []
const dead = new WeakSet<Worker>()
/** Who hears when a thread dies at work. */
const employers = new WeakMap<Worker, (error: MovieRecsError) => void>()

/** A thread that works with these kernels on this memory from now on; `onDeath` hears if it ends before it is dismissed. */
export function engage(setup: WorkerSetup, onDeath: (error: MovieRecsError) => void): Worker {
  const worker = idle.pop() ?? start()
  employers.set(worker, onDeath)
  worker.postMessage({setup} satisfies WorkerMessage)
  return worker
}

/** Gives back a thread that has no call under way; it lets go of the memory. */
export function dismiss(worker: Worker): void {
  employers.delete(worker)
  if (dead.has(worker)) return
  if (idle.length >= availableParallelism()) {
    void worker.terminate()
    return
  }
  worker.postMessage({setup: undefined} satisfies WorkerMessage)
  idle.push(worker)
}

/** A thread that runs a file of the package, as in `kernels/worker.js`. It does not keep the process alive. */
export function startThread(name: string): Worker {
  const file = path.join(__dirname, '..', name)
  if (!existsSync(file)) throw bundledWithout(name)
  const worker = new Worker(file, {env: {}, execArgv: []})
  worker.unref()
  return worker
}

function start(): Worker {
  const worker = startThread('kernels/worker.js')
  worker.once('error', error => bury(worker, error.message, error))
  worker.once('exit', code => bury(worker, `it left with exit code ${code}`))
  return worker
}

function bury(worker: Worker, why: string, cause?: Error): void {
  dead.add(worker)
  if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
  const tell = employers.get(worker)
  employers.delete(worker)
  tell?.(
    new MovieRecsError(
      `A worker thread died at work: ${why}. If it happens again, free some memory or use fewer workers.`,
      {cause}
    )
  )
}
