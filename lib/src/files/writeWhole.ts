import {randomBytes} from 'node:crypto'
import {constants, readFileSync, type Stats} from 'node:fs'
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat
} from 'node:fs/promises'
import path from 'node:path'
import {ArgumentError, checkPath} from '../errors'
import {remedyFor} from './remedies'

/** What is written: at once, or as it is made. */
export type Parts = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>

/** Bytes of text that are gathered before they are written. */
const GATHER = 1 << 20

/**
 * Writes parts whole or not at all: to a temporary name in the same folder, flushed, then renamed. A link is followed, and what it leads to keeps
 * its mode; what is no file (a device, a pipe) is written to and stays what it is. What killed processes left behind of this name is removed.
 * @throws FileError that names the remedy; whatever stood there is untouched then.
 */
export async function writeWhole(file: string, parts: Parts): Promise<void> {
  checkPath(file)
  try {
    const {place, there} = await destination(file)
    if (there !== undefined && !there.isFile()) return await writeThrough(place, parts)
    await dropOrphans(place)
    await writeBeside(place, there, parts)
  } catch (error) {
    throw remedyFor(error, file) ?? error
  }
}

/** A link's end, which need not be there, and what stands there. */
async function destination(file: string): Promise<{place: string; there: Stats | undefined}> {
  const there = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (there !== undefined) return {place: there.isFile() ? await realpath(file) : file, there}
  const target = await readlink(file).catch(() => undefined)
  return {place: target === undefined ? file : path.resolve(path.dirname(file), target), there}
}

async function writeThrough(place: string, parts: Parts): Promise<void> {
  const handle = await open(place, constants.O_WRONLY)
  try {
    await writeParts(handle, parts)
  } finally {
    await handle.close()
  }
}

async function writeBeside(place: string, there: Stats | undefined, parts: Parts): Promise<void> {
  const temporary = `${place}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'wx')
    try {
      await writeParts(handle, parts)
      if (there !== undefined) await handle.chmod(there.mode & 0o7777)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, place)
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => undefined)
    throw error
  }
}

async function writeParts(handle: FileHandle, parts: Parts): Promise<void> {
  let gathered = ''
  const flush = async (): Promise<void> => {
    if (gathered !== '') await handle.writeFile(gathered)
    gathered = ''
  }
  for await (const part of parts) {
    if (typeof part === 'string' && gathered.length + part.length < GATHER) gathered += part
    else {
      await flush()
      await handle.writeFile(part)
    }
  }
  await flush()
}

/** Removes the temporary files of this name whose process is gone. */
async function dropOrphans(place: string): Promise<void> {
  const name = path.basename(place)
  const folder = path.dirname(place)
  for (const other of await readdir(folder).catch(() => [])) {
    if (!other.startsWith(`${name}.`)) continue
    const pid = /^\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(other.slice(name.length))?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(folder, other), {force: true})
  }
}

/**
 * Whether a process is there; one of another user counts. One that has ended does not, even where nobody has asked for its status, as in
 * a container whose first process asks for none.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return true
  }
}

/**
 * Makes the folder of a file, and refuses a file that nothing can be written to, before the work that would fill it.
 * @throws ArgumentError or FileError that names what is in the way.
 */
export async function checkWritable(file: string): Promise<void> {
  checkPath(file)
  const refuse = (what: string): never => {
    throw new ArgumentError(`${file} cannot be written: ${what}. Name another place.`)
  }
  if (file.includes('\0')) refuse('there is a NUL byte in its name')
  const {place, there} = await destination(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return {place: file, there: undefined}
    throw remedyFor(error, file) ?? error
  })
  if (there?.isDirectory()) refuse('it is a folder')
  if (there?.isSocket()) refuse('it is a socket')
  if (there !== undefined && !there.isFile())
    return access(place, constants.W_OK).catch(() => refuse('it may not be written to'))
  const folder = path.dirname(path.resolve(place))
  await mkdir(folder, {recursive: true}).catch(({code}: NodeJS.ErrnoException) =>
    refuse(
      code === 'EEXIST' || code === 'ENOTDIR'
        ? `a file stands where the folder ${path.dirname(file)} would`
        : `the folder ${path.dirname(file)} cannot be made${code === 'EROFS' ? ', its disk is read-only' : ''}`
    )
  )
  await access(folder, constants.W_OK).catch(({code}: NodeJS.ErrnoException) =>
    refuse(
      code === 'EROFS'
        ? `the disk of ${path.dirname(file)} is read-only`
        : `the folder ${path.dirname(file)} may not be written to`
    )
  )
}
