import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

/**
 * What collects this thread's garbage at once; undefined where it cannot be had. The flag is the process's, and stays: another thread may be
 * starting.
 */
export function garbageCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc')
  return runInNewContext('globalThis.gc') as (() => void) | undefined
}

/** Memories and bytes of them that may wait for the next collection: those of a few small fits, or of one large. */
const MOST = 4
const MOST_BYTES = 1 << 28

/** A memory that was handed out. */
export interface Held {
  readonly memory: WeakRef<object>
  /** How large it has become. */
  bytes: number
}

let held: Held[] = []
let most = MOST
let mostBytes = MOST_BYTES
let collect: (() => void) | undefined

/**
 * Notes a new memory. V8 does not count shared memory, so it sees no reason to collect that of past fits: where much may be waiting it is
 * told to. What is in use then is not looked at again before there is twice as much.
 */
export function hold(memory: object): Held {
  const one = {memory: new WeakRef(memory), bytes: 0}
  held.push(one)
  if (held.length > most || bytesHeld() > mostBytes) {
    collect ??= garbageCollector() ?? (() => undefined)
    collect()
    held = held.filter(({memory}) => memory.deref() !== undefined)
    most = Math.max(MOST, 2 * held.length)
    mostBytes = Math.max(MOST_BYTES, 2 * bytesHeld())
  }
  return one
}

function bytesHeld(): number {
  return held.reduce((sum, {bytes}) => sum + bytes, 0)
}
