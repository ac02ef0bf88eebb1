/**
 * The state of a fit on disk, little-endian: magic "MOVIECKP" (8 bytes), length of the header (u32), CRC-32 of all that follows
 * it (u32), the header (JSON, UTF-8, padded to 8 bytes), then arrays in the order of the header. Written whole or not at
 * all: a crash leaves the checkpoint before.
 */
import {readFile} from 'node:fs/promises'
import {crc32} from 'node:zlib'
import type {Ratings} from '../data/ratings'
import {CheckpointError} from '../errors'
import {writeWhole} from '../files/writeWhole'

const MAGIC = 'MOVIECKP'
const PREFIX = 16

const TYPES = {Float32Array, Float64Array, Int32Array, Uint8Array} as const
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array

/** Named arrays: weights, an optimiser's memory. */
export type Arrays<A extends NumberArray = Float32Array> = Record<string, A>

export interface Checkpoint<A extends NumberArray = Float32Array> {
  /** What the fit was of: engine, options, data. Another one is refused. */
  of: string
  values: Record<string, unknown>
  arrays: Arrays<A>
}

/** What a checkpoint belongs to: the engine, its options, and a checksum of the ratings. */
export function fingerprint(engine: string, options: object, ratings: Ratings): string {
  const {start, index, value} = ratings.byUser
  const bytes = [start, index, value].map(
    view => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  )
  const sum = bytes.reduce((before, view) => crc32(view, before), 0)
  return JSON.stringify({engine, options, ratings: sum})
}

export async function writeCheckpoint(path: string, checkpoint: Checkpoint<NumberArray>): Promise<void> {
  const {of, values} = checkpoint
  const entries = Object.entries(checkpoint.arrays)
  const arrays = entries.map(([name, array]) => ({name, type: array.constructor.name, length: array.length}))
  const text = Buffer.from(JSON.stringify({of, values, arrays}), 'utf8')
  const head = Buffer.alloc(Math.ceil(text.length / 8) * 8, 0x20)
  text.copy(head)
  const parts = entries
    .map(([, array]) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .filter(part => part.length > 0)
  const prefix = Buffer.alloc(PREFIX)
  prefix.write(MAGIC, 'latin1')
  prefix.writeUInt32LE(head.length, 8)
  prefix.writeUInt32LE(
    parts.reduce((before, part) => crc32(part, before), crc32(head)),
    12
  )
  try {
    await writeWhole(path, [prefix, head, ...parts])
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    const what = code === 'ENOSPC' ? 'the disk is full' : message
    throw new CheckpointError(
      path,
      `The checkpoint ${path} could not be written: ${what}. The one before it is untouched, and the best weights so far are kept; free some space or name another place, then fit with resume: true.`
    )
  }
}

/** The checkpoint at this path; undefined where there is none. */
export async function readCheckpoint<A extends NumberArray = Float32Array>(
  path: string,
  of: string
): Promise<Checkpoint<A> | undefined> {
  let file: Buffer
  try {
    file = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (file.length < PREFIX || file.toString('latin1', 0, 8) !== MAGIC)
    throw new CheckpointError(
      path,
      `${path} is not a checkpoint of movie-recs (it does not begin with ${MAGIC}).`
    )
  const from = PREFIX + file.readUInt32LE(8)
  if (from > file.length || crc32(file.subarray(PREFIX)) !== file.readUInt32LE(12))
    throw new CheckpointError(
      path,
      `${path} is cut or corrupt: its checksum does not match. Delete it and fit again.`
    )
  const header = JSON.parse(file.toString('utf8', PREFIX, from)) as Checkpoint & {
    arrays: Array<{name: string; type: keyof typeof TYPES; length: number}>
  }
  if (header.of !== of)
    throw new CheckpointError(
      path,
      `${path} belongs to another fit (other ratings or options): ${difference(header.of, of)}. Delete it, or name another checkpoint.`
    )
  const arrays: Record<string, NumberArray> = {}
  let at = file.byteOffset + from
  for (const {name, type, length} of header.arrays) {
    const bytes = length * TYPES[type].BYTES_PER_ELEMENT
    arrays[name] = new TYPES[type](file.buffer.slice(at, at + bytes) as ArrayBuffer)
    at += bytes
  }
  return {of, values: header.values, arrays: arrays as Arrays<A>}
}

function difference(theirs: string, ours: string): string {
  const [a, b] = [theirs, ours].map(text => {
    const {engine, options, ratings} = JSON.parse(text) as {
      engine: string
      options: object
      ratings: number
    }
    return {engine, ...options, ratings} as Record<string, unknown>
  })
  const names = Object.keys(b).filter(name => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
  return names.map(name => `${name} was ${JSON.stringify(a[name])}, is ${JSON.stringify(b[name])}`).join(', ')
}
