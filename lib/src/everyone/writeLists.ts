/**
 * Lists for everyone, written as a folder of Parquet files, in the order of the users' factors:
 *
 *     part-00003-of-00016-00000.parquet     the first 250,000 users of the third of sixteen parts
 *     part-00003-of-00016-00001.parquet     the next
 *
 * with the columns userId, rank, movieId, title, score. Each file is written whole or not at all, and says in its footer what it is of. A run that
 * was stopped, or a machine that was lost, is made up for by the same call: files that are there are kept, and those that are missing are
 * made. Where they are of something else, another model say, that is refused.
 */
import {mkdir, readdir, stat} from 'node:fs/promises'
import path from 'node:path'
import {crc32} from 'node:zlib'
import type {Engine} from '../engines/engine'
import {ArgumentError, ParquetError} from '../errors'
import {openParquet} from '../files/parquet/openParquet'
import {type IdType, typeOfIds} from '../files/parquet/typeOfIds'
import {type WrittenGroup, writeParquet} from '../files/parquet/writeParquet'
import {remedyFor} from '../files/remedies'
import {type Key, keyIn, roomForKeys} from './keys'
import {ListStream, type Rows, type StreamedBlock, type StreamListsOptions} from './streamLists'

/** Lists of the users of a file, and how many go into one that is written. */
export interface WriteListsOptions extends StreamListsOptions {
  /** Users in each file that is written: what a run that is stopped loses at most. @default 250000 */
  usersPerFile?: number
}

/** What was written. */
export interface WrittenLists {
  /** Users whose lists were written by this call. */
  readonly users: number
  /** Users whose lists stood there already. */
  readonly kept: number
  /** The files, in the order of the users. */
  readonly files: readonly string[]
  /** Of the ratings beside the users: how many were looked at, and how many of them are of movies that the model does not know. */
  readonly ratings: {readonly seen: number; readonly unknown: number}
}

/** Users in a file. */
const USERS = 250_000
/** Rows of a row group, about. */
const ROWS = 1 << 16
/** The name of what a file says that it is of. */
const NOTE = 'movie-recs.lists'
const NAME = /^part-\d{5}-of-(\d{5})-\d{5}\.parquet$/

interface Piece {
  readonly file: string
  readonly rows: Rows
}

/**
 * Writes the lists of `streamLists` into a folder of Parquet files, which is made where it is missing. Files that are there whole are kept, so that the
 * same call goes on where one was stopped; parts may be written side by side.
 * @throws ArgumentError where files of another division, model or question stand there; otherwise as `streamLists`
 * @example
 * await writeLists(engine, 'lists.parquet', {users: 'userFactors', ratings: 'ratings', part: [3, 16], n: 20})
 */
export async function writeLists(
  engine: Engine<any>,
  folder: string,
  o: WriteListsOptions
): Promise<WrittenLists> {
  const {usersPerFile = USERS, ...which} = o
  if (!Number.isInteger(usersPerFile) || usersPerFile < 1)
    throw new ArgumentError(`Expected usersPerFile to be a whole number from 1 up, got ${usersPerFile}.`)
  const stream = await ListStream.open(engine, which)
  try {
    const [k, of] = o.part ?? [1, 1]
    await checkFolder(folder, of)
    const pieces = piecesOf(folder, stream.rows, usersPerFile, k, of)
    const note = noteOf(stream, o, usersPerFile)
    const missing: Piece[] = []
    for (const piece of pieces) if (!(await isThere(piece, note))) missing.push(piece)
    await writePieces(stream, missing, note)
    const users = missing.reduce((sum, {rows: [from, to]}) => sum + to - from, 0)
    return {
      users,
      kept: stream.rows[1] - stream.rows[0] - users,
      files: pieces.map(({file}) => file),
      ratings: {seen: stream.rated?.seen ?? 0, unknown: stream.rated?.unknown ?? 0}
    }
  } finally {
    await stream.close()
  }
}

/** Makes the folder; refuses one with lists of other parts, which would have users twice. */
async function checkFolder(folder: string, of: number): Promise<void> {
  const stats = await stat(folder).catch(() => undefined)
  if (stats !== undefined && !stats.isDirectory())
    throw new ArgumentError(
      `${folder} is a file, and lists of a file of users are written as a folder of Parquet files. Name another place, or remove it.`
    )
  await mkdir(folder, {recursive: true}).catch(error => {
    throw remedyFor(error, folder) ?? error
  })
  for (const name of await readdir(folder)) {
    const parts = Number(NAME.exec(name)?.[1] ?? of)
    if (parts !== of)
      throw new ArgumentError(
        `${folder} has lists of another division, into ${parts} parts and not ${of}: ${name}. Name another folder, or divide as before.`
      )
  }
}

function piecesOf(folder: string, [from, to]: Rows, size: number, k: number, of: number): Piece[] {
  const digits = (count: number): string => String(count).padStart(5, '0')
  const pieces: Piece[] = []
  for (let at = from; at < to; at += size) {
    const name = `part-${digits(k)}-of-${digits(of)}-${digits(pieces.length)}.parquet`
    pieces.push({file: path.join(folder, name), rows: [at, Math.min(to, at + size)]})
  }
  return pieces
}

/** What lists are of, as a text: the same for the same model, files and question. */
function noteOf({form, users, wanted}: ListStream, o: WriteListsOptions, size: number): string {
  const {qi, bi, mu} = form
  const sum = (array: ArrayBufferView, before = 0): number =>
    crc32(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), before)
  return JSON.stringify({
    model: [mu, sum(bi, sum(qi))],
    n: wanted.n,
    movies: sum(wanted.allowed),
    users: users.rows,
    ratings: o.ratings !== undefined,
    usersPerFile: size
  })
}

/** Whether a piece is there whole. @throws ArgumentError where it is of something else */
async function isThere({file}: Piece, note: string): Promise<boolean> {
  const there = await stat(file).catch(() => undefined)
  if (there === undefined) return false
  const table = await openParquet(file).catch(error => {
    if (error instanceof ParquetError) return undefined
    throw error
  })
  const found = table?.notes.get(NOTE)
  if (found === note) return true
  if (table === undefined) return false
  throw new ArgumentError(
    `${file} has lists of something else: it says ${found ?? 'nothing of it'}, and these are ${note}. Name another folder, or remove it.`
  )
}

async function writePieces(stream: ListStream, pieces: readonly Piece[], note: string): Promise<void> {
  const lists = stream.lists(pieces.map(({rows}) => rows))
  const {items} = stream.recommender.directory
  const movieId = typeOfIds(items.ids)
  const columns = {
    userId: stream.users.kind,
    rank: 'int32',
    movieId,
    title: 'string',
    score: 'double'
  } as const
  const shaped = new ListRows(stream, columns)
  try {
    for (const {file, rows} of pieces)
      await writeParquet(file, columns, shaped.groups(lists, rows[1] - rows[0]), {[NOTE]: note})
  } finally {
    await lists.return(undefined)
  }
}

/** Lists as columns. */
class ListRows {
  private readonly ids: readonly Key[]
  private readonly titles: readonly string[]

  constructor(
    private readonly stream: ListStream,
    private readonly types: {readonly userId: IdType; readonly movieId: IdType}
  ) {
    const {items, movies} = stream.recommender.directory
    this.ids = items.ids.map(id => keyIn(types.movieId, id))
    this.titles = items.ids.map(id => movies.title(id))
  }

  /** The next so many users, some blocks at a time. */
  async *groups(lists: AsyncIterator<StreamedBlock, undefined>, users: number): AsyncGenerator<WrittenGroup> {
    let blocks: StreamedBlock[] = []
    let rows = 0
    for (let seen = 0; seen < users; ) {
      const {value: block} = await lists.next()
      if (block === undefined) throw new Error(`lists of ${seen} of ${users} users`)
      blocks.push(block)
      rows += block.movies.length
      seen += block.people.length
      if (rows < ROWS && seen < users) continue
      yield this.columns(blocks, rows)
      blocks = []
      rows = 0
    }
  }

  /** Blocks that have at most so many rows: fewer where a list is shorter. */
  private columns(blocks: readonly StreamedBlock[], most: number): WrittenGroup {
    const {ids, titles, types} = this
    const {n} = this.stream.wanted
    const [userId, movieId] = [types.userId, types.movieId].map(type => roomForKeys(type, most))
    const rank = new Int32Array(most)
    const title = new Array<string>(most)
    const score = new Float64Array(most)
    let row = 0
    for (const {people, movies, scores} of blocks)
      for (const [k, {key}] of people.entries()) {
        const user = keyIn(types.userId, key)
        for (let place = 0; place < n && movies[k * n + place] >= 0; place++, row++) {
          const i = movies[k * n + place]
          userId[row] = user as never
          rank[row] = place + 1
          movieId[row] = ids[i] as never
          title[row] = titles[i]
          score[row] = scores[k * n + place]
        }
      }
    const columns = Object.entries({userId, rank, movieId, title, score})
    return Object.fromEntries(columns.map(([name, column]) => [name, column.slice(0, row)]))
  }
}
