import {createWriteStream} from 'node:fs'
import path from 'node:path'
import {Transform} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {crc32} from 'node:zlib'
import {type Entry, openPromise, type ZipFile} from 'yauzl'
import {DownloadError, InterruptedError} from '../../errors'
import {count} from '../../show/numbers'
import {diskError} from './fetchFile'

/** @internal The files of MovieLens archives that are worth having; anything else stays where it is. */
export const KNOWN: RegExp =
  /^(README(\.(txt|html|md))?|ratings\.(csv|dat)|movies\.(csv|dat)|users\.dat|tags\.(csv|dat)|links\.csv|genome-(scores|tags)\.csv|u\.(data|item|user|genre|info|occupation)|u[1-5ab]\.(base|test))$/i

const FILE_TYPE = 0o170000
const SYMBOLIC_LINK = 0o120000

/** @internal How an archive is unpacked. */
export interface UnpackOptions {
  /** The most bytes that may come out. */
  largest: number
  /** Called with bytes written and bytes in all. */
  onBytes?: (done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * @internal Unpacks the known files of a zip archive into a folder, flat, each with its checksum verified. Refuses an archive with a
 * name that leads elsewhere, a link, a password, two files of one name, or more bytes than the edition can have.
 */
export async function unpack(archive: string, folder: string, o: UnpackOptions): Promise<string[]> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(archive, {lazyEntries: true, strictFileNames: true, autoClose: false})
    const entries = await chosen(archive, zip, o.largest)
    const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
    let done = 0
    for (const entry of entries) {
      await extract(archive, zip, entry, path.join(folder, path.posix.basename(entry.fileName)), o, bytes => {
        done += bytes
        o.onBytes?.(done, total)
      })
    }
    return entries.map(entry => path.posix.basename(entry.fileName))
  } catch (error) {
    if (o.signal?.aborted) throw new InterruptedError('Unpacking was stopped. Run the command again.')
    if (error instanceof DownloadError) throw error
    const {code, syscall, message} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && syscall === 'open')
      throw new DownloadError('archive', `There is no archive ${archive}. Check the path.`)
    throw diskError(error) ?? refuse(archive, `cannot be unpacked (${message})`)
  } finally {
    zip?.close()
  }
}

function refuse(archive: string, why: string): DownloadError {
  return new DownloadError(
    'archive',
    `${archive} ${why}. It may be cut or is not the publisher's archive: get it again.`
  )
}

/** The entries to unpack; every entry is looked at, also those that stay in the archive. */
async function chosen(archive: string, zip: ZipFile, largest: number): Promise<Entry[]> {
  const entries: Entry[] = []
  const names = new Set<string>()
  let total = 0
  for await (const entry of zip.eachEntry()) {
    const {fileName} = entry
    if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK)
      throw refuse(archive, `holds a link (${JSON.stringify(fileName)})`)
    const parts = fileName.split('/')
    const name = parts[parts.length - 1]
    if (parts.length > 2 || parts[0] === '__MACOSX' || !KNOWN.test(name)) continue
    if (entry.isEncrypted()) throw refuse(archive, 'asks for a password')
    if (names.has(name.toLowerCase())) throw refuse(archive, `holds ${name} twice`)
    names.add(name.toLowerCase())
    total += entry.uncompressedSize
    if (total > largest)
      throw refuse(archive, `would unpack to more than ${count(Math.ceil(largest / 1e6))} MB`)
    entries.push(entry)
  }
  return entries
}

async function extract(
  archive: string,
  zip: ZipFile,
  entry: Entry,
  to: string,
  o: UnpackOptions,
  onBytes: (bytes: number) => void
): Promise<void> {
  let checksum = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      checksum = crc32(chunk, checksum)
      onBytes(chunk.length)
      next(null, chunk)
    }
  })
  // yauzl itself fails where more or fewer bytes come out than the entry says.
  const stream = await zip.openReadStreamPromise(entry)
  await pipeline(stream, counted, createWriteStream(to, {flags: 'wx'}), {signal: o.signal})
  if (checksum !== entry.crc32) throw refuse(archive, `is damaged: ${entry.fileName} has a wrong checksum`)
}
