import {availableParallelism} from 'node:os'
import path from 'node:path'
import {Worker} from 'node:worker_threads'
import type {WorkerMessage, WorkerSetup} from './worker'

/** Threads without work, kept for the next fit: to start one takes as long as a small fit. They do not keep the process alive. */
const idle: Worker[] = []
const dead = new WeakSet<Worker>()

/** A thread that works with these kernels on this memory from now on. */
export function engage(setup: WorkerSetup): Worker {
  const worker = idle.pop() ?? start()
  worker.postMessage({setup} satisfies WorkerMessage)
  return worker
}

/** Gives back a thread that has no call under way; it lets go of the memory. */
export function dismiss(worker: Worker): void {
  worker.unref()
  if (dead.has(worker)) return
  if (idle.length >= availableParallelism()) {
    void worker.terminate()
    return
  }
  worker.postMessage({setup: undefined} satisfies WorkerMessage)
  idle.push(worker)
}

function start(): Worker {
  const worker = new Worker(path.join(__dirname, 'worker.js'), {env: {}, execArgv: []})
  worker.unref()
  worker.setMaxListeners(0)
  const gone = (): void => {
    dead.add(worker)
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
  }
  // Whoever works with it listens, too.
  worker.on('error', gone)
  worker.on('exit', gone)
  return worker
}
