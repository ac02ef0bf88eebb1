/**
 * One container of named arrays, for model files and checkpoints alike. Little-endian, in this order:
 *
 *     byte  0  magic, 8 letters: the kind of file
 *           8  version of that kind, u32
 *          12  length of the header, u32
 *          16  length of the file, u64
 *          24  CRC-32 of all that follows the header, u32
 *          28  CRC-32 of bytes 0 to 27 and the header, u32
 *          32  header: JSON {header, arrays: [{name, type, shape, offset}]}, UTF-8, spaces up to the next 8 bytes
 *              arrays, one behind the other in the header's order, each with zeros up to the next 8 bytes; `offset` counts from
 *              the end of the header
 *
 * The two checksums cover every byte of the file, each other included. There are two so that the head is known to be whole
 * before anything in it is believed: each array is then read once, straight into memory of its own. A model of 120 MB needs
 * 120 MB to load, and an array that is dropped is freed, which a view on a buffer of the whole file would not be.
 * Nothing depends on the clock: the same content gives the same bytes.
 */
import {constants} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {crc32} from 'node:zlib'
import {ArrayFileError, checkPath} from '../errors'
import {shown, written} from '../printable'
import type {NumberArray, TypeName} from '../sound/arrays'
import {remedyFor} from './remedies'
import {writeWhole} from './writeWhole'

const AT = {version: 8, headerLength: 12, fileLength: 16, arraysSum: 24, headSum: 28} as const
const PREFIX = 32
/** Bytes that are read and summed at a time: they are still in the cache when they are summed. */
const CHUNK = 1 << 22

const TYPES: Readonly<Record<TypeName, {readonly BYTES_PER_ELEMENT: number}>> = {
  Float32Array,
  Float64Array,
  Int32Array,
  Uint8Array
}

/** Named arrays: weights, an optimiser's memory. */
export type Arrays<A extends NumberArray = Float32Array> = Record<string, A>

/** A kind of file, and what to do about one that is refused. */
export interface ArrayFormat {
  /** 8 letters. */
  magic: string
  version: number
  /** As in "is not a movie-recs model file". */
  noun: string
  /** The remedy for a file that is something else. */
  ifForeign: string
  /** The remedy for one that is older, cut, corrupt or not sound. */
  ifBroken: string
  /** What a file of format 1 has at byte 16, for a kind whose first format had no version. */
  unversioned?: string
}

export interface ArrayFileContent {
  /** What JSON can hold; the reader's caller knows what it should be. */
  header: unknown
  arrays: Arrays<NumberArray>
  /** Rows and columns by the array's name; an array that is not named here is one row of its length. */
  shapes?: Record<string, readonly number[]>
}

interface Entry {
  name: string
  type: TypeName
  shape: readonly number[]
  offset: number
}

type Refuse = (reason: ArrayFileError['reason'], what: string, remedy?: string) => ArrayFileError

/** Writes a file whole or not at all. The arrays are not copied: they must not change before it is written. */
export async function writeArrayFile(
  path: string,
  format: ArrayFormat,
  {header, arrays, shapes = {}}: ArrayFileContent
): Promise<void> {
  const entries = entriesOf(arrays, shapes)
  const body = Object.values(arrays).flatMap(array => [bytesOf(array), paddingOf(array)])
  const room = body.reduce((sum, part) => sum + part.length, 0)
  checkEntries(entries, room, refusing(path, format))
  const text = Buffer.from(JSON.stringify({header, arrays: entries}), 'utf8')
  const head = Buffer.alloc(padded(text.length), ' ')
  text.copy(head)
  const prefix = prefixOf(format, head, body, room)
  await writeWhole(path, [prefix, head, ...body.filter(part => part.length > 0)])
}

/**
 * Reads a file back; its arrays own their memory, which other threads can have, too, where it is to be `shared`.
 * @throws ArrayFileError for a file that is foreign, of another version, cut, corrupt, or whose arrays are not where it says; FileError where
 *   the system refuses it.
 */
export async function readArrayFile(
  path: string,
  format: ArrayFormat,
  {shared = false}: {shared?: boolean} = {}
): Promise<Required<ArrayFileContent>> {
  checkPath(path)
  try {
    // Nobody may ever write to a pipe that is named instead of a file: it is opened without waiting, and is no such file.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    return await readFrom(file, refusing(path, format), format, shared)
  } catch (error) {
    throw remedyFor(error, path) ?? error
  }
}

async function readFrom(
  file: FileHandle,
  refuse: Refuse,
  format: ArrayFormat,
  shared: boolean
): Promise<Required<ArrayFileContent>> {
  try {
    const stats = await file.stat()
    if (!stats.isFile() && !stats.isDirectory())
      throw refuse(
        'foreign',
        `is a pipe or a device, and no movie-recs ${format.noun} file`,
        format.ifForeign
      )
    const {size} = stats
    const prefix = Buffer.alloc(PREFIX)
    await fill(prefix, file, 0)
    checkPrefix(prefix, size, format, refuse)
    const head = Buffer.alloc(prefix.readUInt32LE(AT.headerLength))
    await fill(head, file, PREFIX)
    if (headSum(prefix, head) !== prefix.readUInt32LE(AT.headSum))
      throw refuse('corrupt', 'is cut or corrupt: the checksum of its header does not match')
    const {header, arrays: listed} = parse(head, refuse)
    const from = PREFIX + head.length
    const entries = checkEntries(listed, size - from, refuse)
    const {arrays, sum} = await readArrays(file, from, entries, shared)
    if (sum !== prefix.readUInt32LE(AT.arraysSum))
      throw refuse('corrupt', 'is cut or corrupt: the checksum of its arrays does not match')
    return {header, arrays, shapes: byName(entries.map(({name, shape}) => [name, shape]))}
  } finally {
    await file.close()
  }
}

/** CRC-32 of the bytes of arrays in a row, a piece at a time: zlib counts the bytes of one in 32 bits. */
export function checksum(parts: Iterable<NumberArray>): number {
  let sum = 0
  for (const part of parts) {
    const bytes = bytesOf(part)
    for (let at = 0; at < bytes.length; at += CHUNK) sum = crc32(bytes.subarray(at, at + CHUNK), sum)
  }
  return sum
}

function refusing(path: string, {ifBroken}: ArrayFormat): Refuse {
  return (reason, what, remedy = ifBroken) => new ArrayFileError(path, reason, `${path} ${what}. ${remedy}`)
}

function prefixOf(
  {magic, version}: ArrayFormat,
  head: Buffer,
  body: readonly Uint8Array[],
  room: number
): Buffer {
  const prefix = Buffer.alloc(PREFIX)
  prefix.write(magic, 'latin1')
  prefix.writeUInt32LE(version, AT.version)
  prefix.writeUInt32LE(head.length, AT.headerLength)
  prefix.writeBigUInt64LE(BigInt(PREFIX + head.length + room), AT.fileLength)
  prefix.writeUInt32LE(checksum(body), AT.arraysSum)
  prefix.writeUInt32LE(headSum(prefix, head), AT.headSum)
  return prefix
}

/** The checksum of all before it and of the header behind it. */
function headSum(prefix: Buffer, head: Buffer): number {
  return checksum([prefix.subarray(0, AT.headSum), head])
}

/** Nothing is allocated by a size of the prefix before the file is found to have it. */
function checkPrefix(prefix: Buffer, size: number, format: ArrayFormat, refuse: Refuse): void {
  const {magic, noun, ifForeign} = format
  if (prefix.toString('latin1', 0, magic.length) !== magic)
    throw refuse('foreign', `is not a movie-recs ${noun} file (it does not begin with ${magic})`, ifForeign)
  if (size < PREFIX) throw refuse('cut', `is cut or corrupt: it ends after ${size} bytes`)
  checkVersion(prefix, format, refuse)
  const said = prefix.readBigUInt64LE(AT.fileLength)
  if (said !== BigInt(size)) throw refuse('cut', `is cut or corrupt: it has ${size} bytes of ${said}`)
  const length = prefix.readUInt32LE(AT.headerLength)
  if (length > size - PREFIX || length % 8 !== 0)
    throw refuse('corrupt', `is cut or corrupt: its header cannot have ${length} bytes`)
}

function checkVersion(prefix: Buffer, {version, noun, unversioned}: ArrayFormat, refuse: Refuse): void {
  const first =
    unversioned !== undefined && prefix.toString('latin1', 16, 16 + unversioned.length) === unversioned
  const found = first ? 1 : prefix.readUInt32LE(AT.version)
  if (found > version)
    throw refuse(
      'version',
      `has ${noun} format ${found}; this version reads format ${version}`,
      'Update movie-recs.'
    )
  if (found < version)
    throw refuse(
      'version',
      `was written by an older movie-recs (format ${found}); this version reads format ${version}`
    )
}

function parse(head: Buffer, refuse: Refuse): {header: unknown; arrays: unknown} {
  try {
    return Object(JSON.parse(head.toString('utf8')))
  } catch {
    throw refuse('shape', 'has a header that is no JSON')
  }
}

function entriesOf(arrays: Arrays<NumberArray>, shapes: Record<string, readonly number[]>): Entry[] {
  let offset = 0
  return Object.entries(arrays).map(([name, view]) => {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : [view.length]
    if (lengthOf(shape) !== view.length)
      throw new RangeError(
        `The array "${name}" has ${view.length} numbers, which are not ${shape.join(' × ')}.`
      )
    const entry = {name, type: view[Symbol.toStringTag], shape, offset}
    offset += padded(view.byteLength)
    return entry
  })
}

/** The entries of a header whose arrays fill the room behind it, each beginning where the one before ends. */
function checkEntries(listed: unknown, room: number, refuse: Refuse): Entry[] {
  if (!Array.isArray(listed)) throw refuse('shape', 'has a header without a list of arrays')
  const names = new Set<unknown>()
  let end = 0
  for (const entry of listed) {
    const {name} = Object(entry) as Partial<Entry>
    const fault = names.has(name) ? 'is listed twice' : faultOf(Object(entry), end, room)
    if (fault !== undefined) throw refuse('shape', `is not sound: its array ${shown(name)} ${fault}`)
    names.add(name)
    end += padded(bytesFor(entry))
  }
  if (end !== room) throw refuse('shape', `is not sound: its arrays take ${end} bytes of ${room}`)
  return listed
}

/** What is wrong with an entry that should begin at `end`. Being there, it is aligned, inside, and overlaps no other. */
function faultOf({name, type, shape, offset}: Partial<Entry>, end: number, room: number): string | undefined {
  // Whoever copies the arrays by name would set a prototype.
  if (typeof name !== 'string' || name === '__proto__') return 'has a name that no array may have'
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type))
    return `has the type ${written(type)}: expected ${Object.keys(TYPES).join(', ')}`
  if (lengthOf(shape) === undefined)
    return `has the shape ${written(shape)}: expected whole numbers from 0 up`
  if (offset !== end) return `begins at byte ${written(offset)}: expected ${end}, where the one before ends`
  const bytes = bytesFor({type, shape: shape as number[]})
  if (padded(bytes) > room - end) return `needs ${bytes} bytes: the file has ${room - end} left`
  return undefined
}

/** How many numbers a shape holds; undefined where it is none, or more than can be counted. */
function lengthOf(shape: unknown): number | undefined {
  if (!Array.isArray(shape)) return undefined
  const isLength = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0
  const length = shape.every(isLength) ? shape.reduce((product, n) => product * n, 1) : Number.NaN
  return isLength(length) ? length : undefined
}

function bytesFor({type, shape}: Pick<Entry, 'type' | 'shape'>): number {
  return (lengthOf(shape) as number) * TYPES[type].BYTES_PER_ELEMENT
}

async function readArrays(
  file: FileHandle,
  from: number,
  entries: readonly Entry[],
  shared: boolean
): Promise<{arrays: Arrays<NumberArray>; sum: number}> {
  let sum = 0
  const read: Array<[string, NumberArray]> = []
  for (const {name, type, shape, offset} of entries) {
    const bytes = bytesFor({type, shape})
    const Type = TYPES[type] as unknown as new (buffer: ArrayBufferLike) => NumberArray
    const array = new Type(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes))
    const padding = paddingOf(array)
    sum = await fill(array, file, from + offset, sum)
    sum = await fill(padding, file, from + offset + array.byteLength, sum)
    read.push([name, array])
  }
  return {arrays: byName(read), sum}
}

/** Fills an array with the bytes of a file from `at` on, and carries a checksum on; a file that ends early leaves zeros. */
async function fill(array: NumberArray, file: FileHandle, at: number, before = 0): Promise<number> {
  const bytes = bytesOf(array)
  let sum = before
  for (let done = 0; done < bytes.length; ) {
    const {bytesRead} = await file.read(bytes, done, Math.min(CHUNK, bytes.length - done), at + done)
    if (bytesRead === 0) break
    sum = crc32(bytes.subarray(done, done + bytesRead), sum)
    done += bytesRead
  }
  return sum
}

/** A record without a prototype: a name that is not in the file is undefined, whatever it is. */
function byName<V>(entries: Iterable<readonly [string, V]>): Record<string, V> {
  const record: Record<string, V> = Object.create(null)
  for (const [name, value] of entries) record[name] = value
  return record
}

function bytesOf({buffer, byteOffset, byteLength}: NumberArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function paddingOf({byteLength}: NumberArray): Uint8Array {
  return new Uint8Array(padded(byteLength) - byteLength)
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
