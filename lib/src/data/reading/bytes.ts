import {closeSync, fstatSync, openSync, readSync} from 'node:fs'
import {DataFormatError, MemoryError} from '../../errors'

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
    return {file, bytes, from: checkStart(file, bytes, end, what, true), end}
  } finally {
    closeSync(handle)
  }
}

/** So much of a file is read at once: it stays in the processor's cache while it is parsed. */
const WINDOW = 1 << 18
/** So much of what was parsed is kept, to compare a last line with those before it. */
const HISTORY = 4096
const LONGEST_LINE = 1 << 20

/**
 * A file seen through a window that moves over it: whole lines, read into one small buffer. That is faster than to read the file at
 * once, whose every page of memory would be touched for the first time, and a file may have any size.
 */
export class LineWindow implements FileBytes {
  readonly file: string
  /** Bytes of the whole file. */
  readonly size: number
  bytes: Buffer
  from = 0
  /** Behind the last whole line of the window; at the end of the file behind its last byte. */
  end = 0
  private readonly handle: number
  private filled = 0
  private over = false

  /** Opens a file and shows its first lines; refuses what is no text. */
  constructor(file: string, what: string) {
    this.file = file
    this.handle = open(file, what)
    try {
      this.size = fstatSync(this.handle).size
      this.bytes = Buffer.allocUnsafeSlow(WINDOW + PADDING)
      this.fill()
      this.from = checkStart(file, this.bytes, this.end, what, this.end >= this.size)
    } catch (error) {
      closeSync(this.handle)
      throw error
    }
  }

  /** Shows the lines from a place on; gives that place in the moved window. */
  moveTo(at: number): number {
    const kept = Math.max(this.from, at - HISTORY)
    this.bytes.copy(this.bytes, 0, kept, this.filled)
    this.filled -= kept
    this.from = 0
    this.fill()
    return at - kept
  }

  close(): void {
    closeSync(this.handle)
  }

  private fill(): void {
    for (;;) {
      const room = this.bytes.length - PADDING - this.filled
      const got = room === 0 ? 0 : readSync(this.handle, this.bytes, this.filled, room, null)
      this.over = room > 0 && got === 0
      const begun = this.filled
      this.filled += got
      const lineEnd = this.bytes.lastIndexOf(10, this.filled - 1)
      if (this.over) this.end = this.filled
      else if (lineEnd >= begun && got > 0) this.end = lineEnd + 1
      else {
        if (room === got) this.widen()
        continue
      }
      this.bytes.fill(0, this.filled, this.filled + PADDING)
      return
    }
  }

  private widen(): void {
    if (this.bytes.length > LONGEST_LINE)
      throw new DataFormatError(
        this.file,
        0,
        'lines of less than a million bytes',
        'a longer one',
        'Check that this is the ratings file, as text.'
      )
    const wider = Buffer.allocUnsafeSlow(2 * this.bytes.length)
    this.bytes.copy(wider, 0, 0, this.filled)
    this.bytes = wider
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
function checkStart(file: string, bytes: Buffer, end: number, what: string, whole: boolean): number {
  const problem = (got: string, remedy: string): DataFormatError =>
    new DataFormatError(file, 1, what, got, remedy)
  const starts = (...values: number[]): boolean => values.every((value, k) => k < end && bytes[k] === value)
  if (starts(0x50, 0x4b, 3, 4)) throw problem('a zip archive', 'Unpack it first, or save the sheet as CSV.')
  if (starts(0x1f, 0x8b)) throw problem('a gzip archive', 'Unpack it first.')
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) throw problem('text in UTF-16', 'Save it as UTF-8.')
  const from = starts(0xef, 0xbb, 0xbf) ? 3 : 0
  let first = from
  while (first < end && isSpace(bytes[first])) first++
  if (first === end && whole)
    throw new DataFormatError(file, 0, what, 'an empty file', 'Copy or download it again.')
  // In the first line only: further down a zero byte makes one line bad, not the file.
  const zero = bytes.subarray(from, lineEnd(bytes, first, end)).indexOf(0)
  if (zero >= 0) throw problem('a zero byte: text in UTF-16, or no text', 'Save it as UTF-8 text.')
  return from
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}

/** Where the line at a position ends: at its line end, or with the text. */
export function lineEnd(bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(10, at)
  return found < 0 || found > end ? end : found
}

/** How many lines end before a position, plus one. */
export function lineAt({bytes}: FileBytes, position: number): number {
  let line = 1
  for (let at = bytes.indexOf(10); at >= 0 && at < position; at = bytes.indexOf(10, at + 1)) line++
  return line
}
