/** The state of a fit on disk, from which it goes on. Written whole or not at all: a crash leaves the checkpoint before. */
import type {Ratings} from '../data/ratings'
import {ArrayFileError, CheckpointError} from '../errors'
import {
  type ArrayFormat,
  type Arrays,
  checksum,
  type NumberArray,
  readArrayFile,
  writeArrayFile
} from '../files/arrayFile'

const FORMAT: ArrayFormat = {
  magic: 'MOVIECKP',
  version: 2,
  noun: 'checkpoint',
  ifForeign: 'Name another checkpoint.',
  ifBroken: 'Delete it and fit again.',
  unversioned: '{"of":'
}

export interface Checkpoint<A extends NumberArray = Float32Array> {
  /** What the fit was of: engine, options, data. Another one is refused. */
  of: string
  values: Record<string, unknown>
  arrays: Arrays<A>
}

/** What a checkpoint belongs to: the engine, its options, and a checksum of the ratings. */
export function fingerprint(engine: string, options: object, ratings: Ratings): string {
  const {start, index, value} = ratings.byUser
  return JSON.stringify({engine, options, ratings: checksum([start, index, value])})
}

export async function writeCheckpoint(path: string, checkpoint: Checkpoint<NumberArray>): Promise<void> {
  const {of, values, arrays} = checkpoint
  try {
    await writeArrayFile(path, FORMAT, {header: {of, values}, arrays})
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    const what = code === 'ENOSPC' ? 'the disk is full' : message
    throw new CheckpointError(
      path,
      `The checkpoint ${path} could not be written: ${what}. The one before it is untouched: free some space or name another place, then fit with resume: true.`
    )
  }
}

/** The checkpoint at this path; undefined where there is none. */
export async function readCheckpoint<A extends NumberArray = Float32Array>(
  path: string,
  of: string
): Promise<Checkpoint<A> | undefined> {
  const file = await readArrayFile(path, FORMAT).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error instanceof ArrayFileError ? new CheckpointError(path, error.message) : error
  })
  if (file === undefined) return undefined
  const header = Object(file.header) as Partial<Checkpoint>
  if (typeof header.of !== 'string' || Object(header.values) !== header.values)
    throw new CheckpointError(
      path,
      `${path} is not sound: it does not say what it is a checkpoint of. Delete it and fit again.`
    )
  if (header.of !== of)
    throw new CheckpointError(
      path,
      `${path} belongs to another fit (other ratings or options): ${difference(header.of, of)}. Delete it, or name another checkpoint.`
    )
  return {of, values: header.values as Checkpoint['values'], arrays: file.arrays as Arrays<A>}
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
