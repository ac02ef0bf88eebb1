/**
 * Model files. Layout, little-endian: magic "MOVIEREC" (8 bytes), version (u32), length of the header (u32), CRC-32 of all that
 * follows it (u32), 4 bytes of zero, the header (JSON, UTF-8, padded to 8 bytes), then the raw arrays, each padded to 8 bytes.
 * The header names the engine, its options, its plain values, the ids and titles, and every array with type, length and place.
 * Nothing in a file depends on the clock: the same fit writes the same bytes.
 */
import {readFile} from 'node:fs/promises'
import {crc32} from 'node:zlib'
import {IdIndex, type MovieId, type UserId} from '../data/ids'
import {Movies} from '../data/movies'
import {Ratings, type User} from '../data/ratings'
import {ModelFileError} from '../errors'
import {writeWhole} from '../files/writeWhole'
import type {ModelState} from '../models/model'
import type {Engine} from './engine'
import {engineByName} from './registry'
import type {HistoryEntry} from './run'

const MAGIC = 'MOVIEREC'
const VERSION = 1
const PREFIX = 24

const TYPES = {Float32Array, Float64Array, Int32Array, Uint8Array} as const
type TypeName = keyof typeof TYPES
type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array

interface ArrayEntry {
  name: string
  type: TypeName
  length: number
  offset: number
}

interface Header {
  engine: string
  options: Record<string, unknown>
  values: Record<string, unknown>
  history: HistoryEntry[]
  userIds: readonly UserId[]
  movieIds: readonly MovieId[]
  scale: readonly [number, number]
  movies: Array<{movieId: MovieId; title: string; year?: number; genres: readonly string[]}>
  users: User[]
  arrays: ArrayEntry[]
}

/** Writes a fitted engine to a file: to a temporary name beside it first, then renamed, so that a failure leaves no half file. */
export async function saveEngine(engine: Engine<any>, path: string): Promise<void> {
  const {options, state, train} = engine.save()
  const own = Object.entries(state.arrays)
  const shared: Array<[string, NumberArray]> = [
    ['ratings.start', train.byUser.start],
    ['ratings.index', train.byUser.index],
    ['ratings.value', train.byUser.value]
  ]
  if (train.rows.t !== undefined)
    shared.push([
      'ratings.time',
      Float64Array.from(train.byUser.row, row => (train.rows.t as Float64Array)[row])
    ])
  const arrays: ArrayEntry[] = []
  let offset = 0
  for (const [name, values] of [...shared, ...own]) {
    arrays.push({name, type: values.constructor.name as TypeName, length: values.length, offset})
    offset += padded(values.byteLength)
  }
  const header: Header = {
    engine: engine.name,
    options: options as Record<string, unknown>,
    values: state.values,
    history: engine.history.map(({seconds: _, ...entry}) => ({...entry, seconds: 0})),
    userIds: train.frame.userIds.ids,
    movieIds: train.frame.movieIds.ids,
    scale: train.scale,
    movies: Array.from(train.movies, ({movieId, originalTitle, year, genres}) => ({
      movieId,
      title: originalTitle,
      ...(year === undefined ? {} : {year}),
      genres
    })),
    users: train.users === undefined ? [] : [...train.users.values()],
    arrays
  }
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  const head = Buffer.alloc(padded(text.length), 0x20)
  text.copy(head)
  const body = Buffer.alloc(offset)
  for (const [k, [, values]] of [...shared, ...own].entries()) {
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(body, arrays[k].offset)
  }
  const prefix = Buffer.alloc(PREFIX)
  prefix.write(MAGIC, 'latin1')
  prefix.writeUInt32LE(VERSION, 8)
  prefix.writeUInt32LE(head.length, 12)
  prefix.writeUInt32LE(crc32(body, crc32(head)), 16)
  await writeWhole(path, [prefix, head, body])
}

/**
 * Reads a fitted engine back; its scores are those it was saved with.
 * @throws ModelFileError for a file that is foreign, of a newer version, cut or corrupt.
 */
export async function loadEngine(path: string): Promise<Engine<any>> {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new ModelFileError(
        path,
        `There is no model file ${path}. Make one with saveEngine() or movie-recs fit.`
      )
    throw error
  })
  const {header, body} = readParts(path, file)
  const arrays: Record<string, NumberArray> = {}
  for (const entry of header.arrays) arrays[entry.name] = readArray(path, entry, body)
  const Class = engineByName(header.engine)
  if (Class === undefined)
    throw new ModelFileError(
      path,
      `${path} holds a model of engine "${header.engine}", which this version does not have.`
    )
  const {
    'ratings.start': start,
    'ratings.index': index,
    'ratings.value': value,
    'ratings.time': time,
    ...own
  } = arrays
  const train = readRatings(
    header,
    start as Int32Array,
    index as Int32Array,
    value as Float32Array,
    time as Float64Array | undefined
  )
  const engine = new Class(header.options)
  engine.load({
    options: header.options,
    state: {values: header.values, arrays: own} as ModelState,
    train,
    history: header.history
  })
  return engine
}

function readParts(path: string, file: Buffer): {header: Header; body: Buffer} {
  if (file.length < PREFIX || file.toString('latin1', 0, 8) !== MAGIC)
    throw new ModelFileError(
      path,
      `${path} is not a movie-recs model file (it does not begin with ${MAGIC}).`
    )
  const version = file.readUInt32LE(8)
  if (version > VERSION)
    throw new ModelFileError(
      path,
      `${path} has model format ${version}; this version reads up to ${VERSION}. Update movie-recs.`
    )
  const headLength = file.readUInt32LE(12)
  const broken = `${path} is cut or corrupt: its checksum does not match. Save the model again.`
  if (PREFIX + headLength > file.length || crc32(file.subarray(PREFIX)) !== file.readUInt32LE(16))
    throw new ModelFileError(path, broken)
  const header = JSON.parse(file.toString('utf8', PREFIX, PREFIX + headLength)) as Header
  return {header, body: file.subarray(PREFIX + headLength)}
}

function readArray(path: string, entry: ArrayEntry, body: Buffer): NumberArray {
  const Type = TYPES[entry.type]
  if (Type === undefined || entry.offset + entry.length * Type.BYTES_PER_ELEMENT > body.length)
    throw new ModelFileError(
      path,
      `${path}: the array ${entry.name} is not where the header says. Save the model again.`
    )
  const from = body.byteOffset + entry.offset
  return new Type(body.buffer.slice(from, from + entry.length * Type.BYTES_PER_ELEMENT) as ArrayBuffer)
}

function readRatings(
  header: Header,
  start: Int32Array,
  i: Int32Array,
  r: Float32Array,
  t: Float64Array | undefined
): Ratings {
  const u = new Int32Array(r.length)
  for (let user = 0; user + 1 < start.length; user++) u.fill(user, start[user], start[user + 1])
  return new Ratings(
    {u, i, r, ...(t === undefined ? {} : {t})},
    {
      userIds: new IdIndex(header.userIds),
      movieIds: new IdIndex(header.movieIds),
      scale: header.scale,
      movies: Movies.from(header.movies),
      ...(header.users.length === 0 ? {} : {users: new Map(header.users.map(user => [user.userId, user]))})
    }
  )
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
