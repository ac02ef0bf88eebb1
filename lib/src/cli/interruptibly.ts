import vm from 'node:vm'
import {InterruptedError} from '../errors'

/**
 * Does work that is done at once, without a breath in which Ctrl-C could be heard: Node ends it in its midst then. Nothing in it may
 * leave something half done behind, since not even `finally` is run.
 * @throws InterruptedError for Ctrl-C
 */
export function interruptibly<T>(work: () => T): T {
  const done: T[] = []
  try {
    vm.runInNewContext('work()', {work: () => void done.push(work())}, {breakOnSigint: true})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error
    throw new InterruptedError('Stopped by an interrupt.')
  }
  return done[0]
}
