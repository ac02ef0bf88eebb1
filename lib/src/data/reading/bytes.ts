import {closeSync, fstatSync, openSync, readFileSync, readSync} from 'node:fs'
import {gunzipSync} from 'node:zlib'
import {DataFormatError, MemoryError} from '../../errors'
import {remedyFor} from '../../files/remedies'

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
 * @throws DataFormatError where it is missing, empty, or an archive of several files; MemoryError where it is above 2 GB; FileError where the
 *   system refuses it.
 */
export function readBytes(file: string, what: string): FileBytes {
  const source = open(file, what)
  try {
    const {size} = source
    if (size > LARGEST)
      throw new MemoryError(
        `${file} has ${(size / 1e9).toFixed(1)} GB and one file is read at once up to 2.1 GB. Cut it into parts or take a sample.`
      )
    const bytes = Buffer.allocUnsafeSlow(size + PADDING)
    let end = 0
    for (let got = -1; got !== 0 && end < size; end += got) got = source.read(bytes, end, size - end)
    bytes.fill(0, end)
    return {file, bytes, from: checkStart(file, bytes, end, what, true), end}
  } finally {
    source.close()
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
  /** Bytes that have left the window. */
  before = 0
  private readonly source: Source
  private filled = 0
  private over = false

  /** Opens a file, or what was made of it, and shows its first lines; refuses what is no text. */
  constructor(file: string, what: string, made?: Buffer) {
    this.file = file
    this.source = made === undefined ? open(file, what) : ofMemory(made)
    this.size = this.source.size
    try {
      this.bytes = Buffer.allocUnsafeSlow(WINDOW + PADDING)
      this.fill()
      this.from = checkStart(file, this.bytes, this.end, what, this.end >= this.size)
    } catch (error) {
      this.source.close()
      throw error
    }
  }

  /** Shows the lines from a place on; gives that place in the moved window. */
  moveTo(at: number): number {
    const kept = Math.max(this.from, at - HISTORY)
    this.before += kept
    this.bytes.copy(this.bytes, 0, kept, this.filled)
    this.filled -= kept
    this.from = 0
    this.fill()
    return at - kept
  }

  close(): void {
    this.source.close()
  }

  /** Whether it shows the end of the file. */
  get atEnd(): boolean {
    return this.over
  }

  private fill(): void {
    for (;;) {
      const room = this.bytes.length - PADDING - this.filled
      const got = room === 0 ? 0 : this.source.read(this.bytes, this.filled, room)
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

/** Bytes that are read one after the other: of a file as it stands, or of what had to be made of it in memory. */
interface Source {
  readonly size: number
  /** Puts up to `length` bytes at a place and gives how many, 0 at the end. */
  readonly read: (into: Buffer, at: number, length: number) => number
  readonly close: () => void
}

/** Names standard input. */
export const STANDARD_INPUT = '-'
/** Of standard input, which can be read but once. */
let input: Buffer | undefined

/** Opens a file, or standard input; what is packed, in UTF-16 or has CR for line ends is made UTF-8 with LF in memory. */
function open(file: string, what: string): Source {
  const problem = (got: string, remedy: string): DataFormatError =>
    new DataFormatError(file, 0, what, got, remedy)
  if (file === STANDARD_INPUT) {
    input ??= readFileSync(0)
    return ofMemory(asText(input, problem) ?? input)
  }
  try {
    const handle = openSync(file, 'r')
    const stats = fstatSync(handle)
    const close = (): void => closeSync(handle)
    if (!stats.isFile()) {
      close()
      throw problem('a folder or a device', 'Name a file.')
    }
    const start = Buffer.alloc(Math.min(stats.size, SNIFFED))
    readSync(handle, start, 0, start.length, 0)
    if (asText(start, problem, true) === undefined)
      return {
        size: stats.size,
        read: (into, at, length) => readSync(handle, into, at, length, null),
        close
      }
    close()
    const whole = readFileSync(file)
    return ofMemory(asText(whole, problem) ?? whole)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw problem('no file of that name', 'Check the path.')
    if (code === 'EACCES' || code === 'EPERM')
      throw problem('a file that may not be read', 'Change its permissions.')
    throw remedyFor(error, file) ?? error
  }
}

function ofMemory(bytes: Buffer): Source {
  let from = 0
  return {
    size: bytes.length,
    read: (into, at, length) => {
      const copied = bytes.copy(into, at, from, Math.min(bytes.length, from + length))
      from += copied
      return copied
    },
    close: () => {}
  }
}

/** So much of a file is looked at for what it is. */
const SNIFFED = 1 << 16
const [LF, CR] = [10, 13]

/**
 * UTF-8 with LF made of bytes that are packed by gzip, in UTF-16 with its mark, or have CR alone for line ends; undefined where they are
 * none of these. `only` asks whether they are, of a beginning.
 */
function asText(
  bytes: Buffer,
  problem: (got: string, remedy: string) => DataFormatError,
  only = false
): Buffer | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    if (only) return bytes
    const text = unpacked(bytes, problem)
    return asText(text, problem) ?? text
  }
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16LE(0)
  if (mark === 0xfeff || mark === 0xfffe) {
    if (only) return bytes
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2))
    const text = Buffer.from((mark === 0xfeff ? even : Buffer.from(even).swap16()).toString('utf16le'))
    return asText(text, problem) ?? text
  }
  const start = bytes.subarray(0, SNIFFED)
  const first = start.indexOf(CR)
  // A CR at the very end is what is left of CR LF.
  if (start.includes(LF) || first < 0 || first === start.length - 1) return undefined
  return only ? bytes : Buffer.from(bytes.map(byte => (byte === CR ? LF : byte)))
}

function unpacked(bytes: Buffer, problem: (got: string, remedy: string) => DataFormatError): Buffer {
  try {
    return gunzipSync(bytes, {maxOutputLength: LARGEST})
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? problem('a gzip archive of more than 2.1 GB', 'Unpack it first.')
      : problem('a gzip archive that is cut or damaged', 'Copy or download it again.')
  }
}

/** Where the text begins; refuses what is no text in UTF-8 or ISO-8859-1. */
function checkStart(file: string, bytes: Buffer, end: number, what: string, whole: boolean): number {
  const problem = (got: string, remedy: string): DataFormatError =>
    new DataFormatError(file, 1, what, got, remedy)
  const starts = (...values: number[]): boolean => values.every((value, k) => k < end && bytes[k] === value)
  if (starts(0x50, 0x4b, 3, 4)) throw problem('a zip archive', 'Unpack it first, or save the sheet as CSV.')
  if (starts(0x50, 0x41, 0x52, 0x31))
    throw problem('a Parquet file', 'Name the file itself, neither packed nor through a pipe.')
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
