import {closeSync, fstatSync, openSync, readSync} from 'node:fs'
import {DataFormatError, MemoryError} from '../errors'

/** A line that was left out because `onBadLine: 'skip'` asked for it. `line` counts from 1. */
export interface SkippedLine {
  readonly line: number
  readonly reason: string
}

/** The bytes of a text file. Behind `end` stand zero bytes, so that a parser may look ahead without asking. */
export interface FileBytes {
  readonly file: string
  readonly bytes: Buffer
  /** Where the text begins: behind a byte order mark. */
  readonly from: number
  readonly end: number
}

const PADDING = 16
const LARGEST = 2 ** 31 - 1 - PADDING

/**
 * Reads a whole file and looks at what it is before anybody parses it.
 * @throws DataFormatError where it is missing, empty, an archive or in UTF-16; MemoryError where it is above 2 GB.
 */
export function readBytes(file: string, what: string): FileBytes {
  const handle = open(file, what)
  try {
    const {size} = fstatSync(handle)
    if (size > LARGEST)
      throw new MemoryError(
        `${file} has ${(size / 1e9).toFixed(1)} GB and one file is read at once up to 2.1 GB. Cut it into parts or take a sample.`
      )
    const bytes = Buffer.allocUnsafeSlow(size + PADDING)
    let end = 0
    for (let got = -1; got !== 0 && end < size; end += got)
      got = readSync(handle, bytes, end, size - end, null)
    bytes.fill(0, end)
    return {file, bytes, from: checkStart(file, bytes, end, what), end}
  } finally {
    closeSync(handle)
  }
}

function open(file: string, what: string): number {
  const problem = (got: string, remedy: string): DataFormatError =>
    new DataFormatError(file, 0, what, got, remedy)
  try {
    const handle = openSync(file, 'r')
    if (!fstatSync(handle).isFile()) {
      closeSync(handle)
      throw problem('a folder or a device', 'Name a file.')
    }
    return handle
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw problem('no file of that name', 'Check the path.')
    if (code === 'EACCES' || code === 'EPERM')
      throw problem('a file that may not be read', 'Change its permissions.')
    throw error
  }
}

/** Where the text begins; refuses what is no text in UTF-8 or ISO-8859-1. */
function checkStart(file: string, bytes: Buffer, end: number, what: string): number {
  const problem = (got: string, remedy: string): DataFormatError =>
    new DataFormatError(file, 1, what, got, remedy)
  const starts = (...values: number[]): boolean => values.every((value, k) => k < end && bytes[k] === value)
  if (starts(0x50, 0x4b, 3, 4)) throw problem('a zip archive', 'Unpack it first, or save the sheet as CSV.')
  if (starts(0x1f, 0x8b)) throw problem('a gzip archive', 'Unpack it first.')
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) throw problem('text in UTF-16', 'Save it as UTF-8.')
  const from = starts(0xef, 0xbb, 0xbf) ? 3 : 0
  let first = from
  while (first < end && isSpace(bytes[first])) first++
  if (first === end) throw new DataFormatError(file, 0, what, 'an empty file', 'Copy or download it again.')
  const zero = bytes.subarray(from, Math.min(end, 4096)).indexOf(0)
  if (zero >= 0) throw problem('a zero byte: text in UTF-16, or no text', 'Save it as UTF-8 text.')
  return from
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}

/** How many lines end before a position, plus one. */
export function lineAt({bytes}: FileBytes, position: number): number {
  let line = 1
  for (let at = bytes.indexOf(10); at >= 0 && at < position; at = bytes.indexOf(10, at + 1)) line++
  return line
}
