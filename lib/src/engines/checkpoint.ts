/** The state of a fit on disk, from which it goes on. Written whole or not at all: a crash leaves the checkpoint before. */
import type {Ratings} from '../data/ratings'
import {ArrayFileError, CheckpointError, UnsoundError} from '../errors'
import {type ArrayFormat, type Arrays, checksum, readArrayFile, writeArrayFile} from '../files/arrayFile'
import {remedyFor} from '../files/remedies'
import {written} from '../printable'
import type {NumberArray} from '../sound/arrays'
import {checkState, type StateShape} from '../sound/state'

const FORMAT: ArrayFormat = {
  magic: 'MOVIECKP',
  version: 2,
  noun: 'checkpoint',
  ifForeign: 'Name another checkpoint.',
  ifBroken: 'Delete it and fit again.',
  unversioned: '{"of":'
}

export interface Checkpoint<A extends NumberArray = Float32Array, V extends object = object> {
  /** What the fit was of: engine, options, data. Another one is refused. */
  of: string
  values: V
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

/**
 * The checkpoint at this path; undefined where there is none. All of it is looked at before it is used.
 * @throws CheckpointError for a file that is none, is of another fit, or has not the shape of this one
 */
export async function readCheckpoint<V extends object, A extends NumberArray = Float32Array>(
  path: string,
  of: string,
  shape: StateShape<V>,
  sizes: Readonly<Record<string, number>> = {}
): Promise<Checkpoint<A, V> | undefined> {
  const file = await readArrayFile(path, FORMAT).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error instanceof ArrayFileError
      ? new CheckpointError(path, error.message)
      : (remedyFor(error, path) ?? error)
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
  const {values} = header
  try {
    checkState(shape, {values, arrays: file.arrays}, sizes)
  } catch (error) {
    if (!(error instanceof UnsoundError)) throw error
    throw new CheckpointError(path, `${path} is not sound: ${error.message}. Delete it and fit again.`)
  }
  return {of, values: values as V, arrays: file.arrays as Arrays<A>}
}

/** What differs between a fit and this one; of one that says nothing of itself, that it does not. */
function difference(theirs: string, ours: string): string {
  const [a, b] = [theirs, ours].map(partsOf)
  const names = Object.keys(b).filter(name => written(a[name]) !== written(b[name]))
  return names.length === 0
    ? 'what it says of itself is written otherwise'
    : names.map(name => `${name} was ${written(a[name])}, is ${written(b[name])}`).join(', ')
}

/** The parts of a fingerprint by their names; none of what is no fingerprint. */
function partsOf(text: string): Record<string, unknown> {
  try {
    const {engine, options, ratings} = Object(JSON.parse(text))
    return Object.assign(Object.create(null), {engine, ...options, ratings})
  } catch {
    return Object.create(null)
  }
}
