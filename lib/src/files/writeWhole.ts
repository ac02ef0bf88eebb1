import {randomBytes} from 'node:crypto'
import {open, rename, rm} from 'node:fs/promises'

/** Writes parts to a temporary name in the same folder, flushes, renames. */
export async function writeWhole(path: string, parts: ReadonlyArray<Uint8Array | string>): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true})
    throw error
  }
}
