import {type FileHandle, open} from 'node:fs/promises'
import {ParquetError} from '../../errors'
import type {FileMetadata, ParquetLibraries} from './format'
import {type Leaf, leavesOf} from './schema'

/** @internal The letters that a Parquet file begins and ends with. */
export const MAGIC = 'PAR1'
const ENCRYPTED = 'PARE'
/** So much of the end is read at first: most footers are shorter. */
const END = 1 << 16

/** @internal Whether a file begins as Parquet does; false for what cannot be read. */
export async function isParquet(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined)
  try {
    const begin = await handle?.read(Buffer.alloc(4), 0, 4, 0)
    return begin !== undefined && [MAGIC, ENCRYPTED].includes(begin.buffer.toString('latin1'))
  } catch {
    return false
  } finally {
    await handle?.close()
  }
}

/** @internal What a file says of itself. */
export interface Footer {
  readonly leaves: readonly Leaf[]
  readonly groups: FileMetadata['row_groups']
  readonly rows: number
  /** What its writer noted, by name. */
  readonly notes: ReadonlyMap<string, string>
}

/** @internal Reads the end of a file. @throws ParquetError for what is no Parquet file, or a cut, damaged or encrypted one */
export async function readFooter(
  handle: FileHandle,
  file: string,
  {parquetMetadata, parquetSchema}: ParquetLibraries
): Promise<Footer> {
  const {size} = await handle.stat()
  const refuse = (reason: ParquetError['reason'], got: string, remedy: string): ParquetError =>
    new ParquetError(reason, file, 0, 'a Parquet file', got, remedy)
  const again = 'Copy or write it again.'
  const begin = await bytesAt(handle, 0, Math.min(4, size))
  if (begin.toString('latin1') === ENCRYPTED)
    throw refuse('encrypted', 'an encrypted one', 'Write it without encryption.')
  if (begin.toString('latin1') !== MAGIC)
    throw refuse('foreign', size === 0 ? 'an empty file' : 'another kind of file', 'Check the path.')
  let end = await bytesAt(handle, Math.max(0, size - END), Math.min(END, size))
  if (size < 12 || end.toString('latin1', end.length - 4) !== MAGIC)
    throw refuse('cut', 'one whose end is missing', again)
  const length = end.readUInt32LE(end.length - 8) + 8
  if (length > size - 4) throw refuse('damaged', 'one whose footer is longer than the file', again)
  if (length > end.length) end = await bytesAt(handle, size - length, length)
  try {
    const metadata = parquetMetadata(Uint8Array.from(end), {geoparquet: false})
    return {
      leaves: leavesOf(parquetSchema(metadata)),
      groups: metadata.row_groups,
      rows: Number(metadata.num_rows),
      notes: new Map(metadata.key_value_metadata?.map(({key, value = ''}) => [key, value]))
    }
  } catch (error) {
    throw refuse('damaged', `one whose footer cannot be read (${(error as Error).message})`, again)
  }
}

/** @internal So many bytes from a place on; fewer where the file ends. */
export async function bytesAt(
  handle: FileHandle,
  from: number,
  length: number
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  for (let got = -1; got !== 0 && filled < length; filled += got)
    got = (await handle.read(bytes, filled, length - filled, from + filled)).bytesRead
  return bytes.subarray(0, filled)
}
