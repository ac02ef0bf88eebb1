import {randomBytes} from 'node:crypto'
import {open, readFile, rm, stat} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {InterruptedError} from '../errors'
import {isAlive} from './writeWhole'

/** Milliseconds from one look at somebody else's lock to the next. */
const LOOK = 200
/** Milliseconds in which somebody who thinks a lock abandoned, too, would have taken it. */
const SETTLE = 50
/** Milliseconds after which a lock that is still empty will stay so. */
const WRITTEN = 5000

/** What happens while another process has the lock. */
export interface LockOptions {
  signal?: AbortSignal | undefined
  onWait?: () => void
}

/**
 * Runs work while this process alone holds the lock at a path: a file with its number, which is removed at the end. While another process that is
 * alive holds it, this one waits; the lock of a process that is gone is taken over.
 * @throws InterruptedError for a stop while waiting
 */
export async function withLock<T>(path: string, o: LockOptions, work: () => Promise<T>): Promise<T> {
  const own = `${process.pid} ${randomBytes(8).toString('hex')}`
  while (!(await taken(path, own))) {
    if (o.signal?.aborted)
      throw new InterruptedError(`Waiting for another process was stopped. Run the command again.`)
    o.onWait?.()
    await sleep(LOOK)
  }
  try {
    return await work()
  } finally {
    await rm(path, {force: true})
  }
}

async function taken(path: string, own: string): Promise<boolean> {
  const holder = await holderOf(path)
  const abandoned = holder !== undefined && (await isAbandoned(path, holder))
  if (holder !== undefined && !abandoned) return false
  if (abandoned) await rm(path, {force: true})
  try {
    const handle = await open(path, 'wx')
    await handle.writeFile(own)
    await handle.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  if (abandoned) await sleep(SETTLE)
  return (await holderOf(path)) === own
}

/** Who holds a lock: number and mark; undefined where nobody does. */
function holderOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Whether the holder of a lock is gone. One that is empty is just being written, or its holder died while it did that. */
async function isAbandoned(path: string, holder: string): Promise<boolean> {
  if (holder !== '') return !isAlive(Number.parseInt(holder, 10))
  const there = await stat(path).catch(() => undefined)
  return there !== undefined && Date.now() - there.mtimeMs > WRITTEN
}
