import {randomBytes} from 'node:crypto'
import {constants} from 'node:fs'
import {access, mkdir, open, rename, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {ArgumentError} from '../errors'

/** Writes parts to a temporary name in the same folder, flushes, renames. */
export async function writeWhole(file: string, parts: ReadonlyArray<Uint8Array | string>): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'wx')
    try {
      for (const part of parts) await handle.writeFile(part)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, {force: true})
    throw error
  }
}

/**
 * Makes the folder of a file, and refuses a file that nothing can be written to, before the work that would fill it.
 * @throws ArgumentError that names what is in the way.
 */
export async function checkWritable(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file))
  const refuse = (what: string): never => {
    throw new ArgumentError(`${file} cannot be written: ${what}. Name another place.`)
  }
  await mkdir(folder, {recursive: true}).catch(({code}: NodeJS.ErrnoException) =>
    refuse(
      code === 'EEXIST' || code === 'ENOTDIR'
        ? `a file stands where the folder ${path.dirname(file)} would`
        : `the folder ${path.dirname(file)} cannot be made`
    )
  )
  await access(folder, constants.W_OK).catch(() =>
    refuse(`the folder ${path.dirname(file)} may not be written to`)
  )
  const there = await stat(file).catch(() => undefined)
  if (there?.isDirectory()) refuse('it is a folder')
}
