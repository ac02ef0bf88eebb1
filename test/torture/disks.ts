import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {movieRecs, promisedRefusal, SHIPPED, temporaries} from './command'
import {pick, promised, type Subject} from './subject'

/** What writes a file of a megabyte or more, by where it goes. */
const WRITERS: Readonly<Record<string, (model: string, out: string) => string[]>> = {
  fit: (_, out) => ['fit', '--engine', 'ease', '--ratings', SHIPPED, '--out', out],
  lists: (model, out) => ['recommend', '--model', model, '--all-users', '-n', '50', '--out', out],
  page: (model, out) => ['page', '--model', model, '--out', out],
  predictions: (_, out) => [
    'evaluate',
    '--engine',
    'baseline',
    '--ratings',
    SHIPPED,
    '--holdout',
    '0.4',
    '--predictions',
    out
  ]
}

/** A disk of 300 KB, where this process may mount one. */
function smallDisk(folder: string): {at: string; close: () => void} | undefined {
  const at = mkdtempSync(path.join(folder, 'disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'none', at], {stdio: 'ignore'})
  } catch {
    return undefined
  }
  return {at, close: () => execFileSync('umount', ['-l', at])}
}

/** A model file to ask. */
async function modelIn(folder: string): Promise<string> {
  const model = path.join(folder, 'm.mrec')
  const {status, err} = await movieRecs(['fit', '--engine', 'baseline', '--ratings', SHIPPED, '--out', model])
  promised(status === 0, err)
  return model
}

/** A disk that fills up, or a limit on the size of files: one line says so, what was there stays, nothing is left. */
export const fullDisks: Subject = {
  name: 'full-disk',
  about: 'files written to a disk that fills up, or beyond a limit of their size',
  skip: () => (process.platform === 'win32' ? 'there is no ulimit' : undefined),
  limit: 120,
  async prepare(folder) {
    const model = await modelIn(folder)
    return async ({random, folder}) => {
      const [name, writer] = pick(random, Object.entries(WRITERS))
      const disk = random.below(2) === 0 ? undefined : smallDisk(folder)
      const at = disk?.at ?? folder
      const limits = `ulimit -f ${100 + random.below(400)}`
      const out = path.join(at, 'out')
      const old = random.below(2) === 0
      if (old) writeFileSync(out, 'old')
      try {
        const ended = await movieRecs(writer(model, out), disk === undefined ? {limits} : {})
        promisedRefusal(ended, `${name} on ${disk === undefined ? limits : 'a full disk'}`)
        promised(
          /is full|larger than files may be/.test(ended.err),
          `${name} says: ${ended.err.slice(0, 600)}`
        )
        promised(old ? readFileSync(out, 'utf8') === 'old' : !existsSync(out), `${name} left half a file.`)
        promised(temporaries(at).length === 0, `${name} left ${temporaries(at).join(', ')}`)
        return 'refused'
      } finally {
        disk?.close()
      }
    }
  }
}

/** A folder or a disk that nothing can be written to is refused before the work. */
export const readOnly: Subject = {
  name: 'read-only',
  about: 'files written where nothing may be written',
  skip: () => (process.platform === 'win32' ? 'folders have no modes' : undefined),
  async prepare(folder) {
    const model = await modelIn(folder)
    return async ({random, folder}) => {
      const [name, writer] = pick(random, Object.entries(WRITERS))
      const at = path.join(folder, 'closed')
      mkdirSync(at)
      const open = closed(at)
      if (open === undefined) return 'held'
      try {
        const begun = performance.now()
        const ended = await movieRecs(writer(model, path.join(at, pick(random, ['out', 'a/b/out']))))
        const seconds = (performance.now() - begun) / 1000
        promisedRefusal(ended, `${name} into a folder that is read-only`)
        promised(
          /read-only|may not be written|cannot be made/.test(ended.err),
          `${name} says: ${ended.err.slice(0, 600)}`
        )
        promised(seconds < 20, `${name} was refused after ${seconds.toFixed(1)} s.`)
        return 'refused'
      } finally {
        open()
      }
    }
  }
}

/** Closes a folder, to root, too; gives what opens it again, nothing where that cannot be done. */
function closed(at: string): (() => void) | undefined {
  if (process.getuid?.() !== 0) {
    chmodSync(at, 0o555)
    return () => chmodSync(at, 0o755)
  }
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', at], {stdio: 'ignore'})
    return () => execFileSync('umount', ['-l', at])
  } catch {
    return undefined
  }
}
