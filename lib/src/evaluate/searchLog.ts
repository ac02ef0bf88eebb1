import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {CheckpointError, UnsoundError} from '../errors'
import {checkWritable, writeWhole} from '../files/writeWhole'
import {written} from '../printable'
import {dictionary, list, number, optional, type Read, record, text, whole} from '../sound/values'
import type {Options} from './searchSpace'

/** What a search is of, by the names that people know; another one is refused with what differs. */
export type Identity = Readonly<Record<string, unknown>>

/** One candidate measured at one level. */
export interface Measurement {
  /** Which candidate, from 1. */
  trial: number
  /** What was tried. */
  options: Options
  /** How much of the resource it was given. */
  level: number
  /** The figure on each inner part; none for a fit that failed. */
  values: readonly number[]
  /** Of all its fits, and of these with their measuring. */
  fitSeconds: number
  /** In all, measuring included. */
  seconds: number
  /** Why it has no figure. */
  failed?: string
}

const MEASUREMENT: Read<Measurement> = record<Measurement>({
  trial: whole(1),
  options: dictionary(value => value),
  level: number(0),
  values: list(number()),
  fitSeconds: number(0),
  seconds: number(0),
  failed: optional(text)
})

const VERSION = 1

/** The measurements of a search in a file of JSON lines: the first says what the search is of, the others stand in the order in which they ended. */
export class SearchLog {
  private readonly lines: string[]
  private readonly made: Map<string, Measurement>
  private written: Promise<void> = Promise.resolve()

  private constructor(
    private readonly file: string | undefined,
    of: Identity,
    entries: readonly Measurement[]
  ) {
    this.lines = [{movieRecsSearch: VERSION, of}, ...entries].map(line => JSON.stringify(line))
    this.made = new Map(entries.map(entry => [keyOf(entry.trial, entry.level), entry]))
  }

  /**
   * The log of this search: that of a file to go on from, a new one in a file, or one in memory alone.
   * @throws CheckpointError for the log of another search, one that is there and was not asked to go on from, and what is no log
   */
  static async open(file: string | undefined, of: Identity, resume: boolean): Promise<SearchLog> {
    if (file === undefined) return new SearchLog(undefined, of, [])
    await checkWritable(file)
    if (!existsSync(file)) return new SearchLog(file, of, [])
    if (!resume)
      throw new CheckpointError(
        file,
        `${file} is there already: go on from it with resume: true (--resume), or name another log.`
      )
    return new SearchLog(file, of, entriesOf(file, await readFile(file, 'utf8'), of))
  }

  /** Measurements so far. */
  get length(): number {
    return this.made.size
  }

  /** What was measured of a trial at a level. */
  get(trial: number, level: number): Measurement | undefined {
    return this.made.get(keyOf(trial, level))
  }

  /** Keeps a measurement; resolves when it is on disk. */
  async add(entry: Measurement): Promise<void> {
    this.made.set(keyOf(entry.trial, entry.level), entry)
    this.lines.push(JSON.stringify(entry))
    const {file} = this
    if (file === undefined) return
    const write = (): Promise<void> => writeWhole(file, [`${this.lines.join('\n')}\n`])
    this.written = this.written.then(write, write)
    await this.written.catch((error: NodeJS.ErrnoException) => {
      const what = error.code === 'ENOSPC' ? 'the disk is full' : error.message
      throw new CheckpointError(
        file,
        `The log ${file} could not be written: ${what}. What it held before is untouched: free some space, then go on with resume: true.`
      )
    })
  }

  /** All of them, by trial and level. */
  entries(): Measurement[] {
    return [...this.made.values()].sort((a, b) => a.trial - b.trial || a.level - b.level)
  }
}

function keyOf(trial: number, level: number): string {
  return `${trial}:${level}`
}

function entriesOf(file: string, text: string, of: Identity): Measurement[] {
  const [head, ...rest] = text
    .split('\n')
    .filter(line => line !== '')
    .map((line, n) => parsed(file, line, n + 1))
  const {movieRecsSearch, of: theirs} = Object(head) as {movieRecsSearch?: unknown; of?: Identity}
  if (movieRecsSearch !== VERSION || Object(theirs) !== theirs)
    throw new CheckpointError(file, `${file} is no log of a search. Name another one.`)
  const differing = Object.keys({...theirs, ...of}).filter(
    name => written(theirs?.[name]) !== written(of[name])
  )
  if (differing.length > 0) {
    const said = differing.map(name => `${name} was ${written(theirs?.[name])}, is ${written(of[name])}`)
    throw new CheckpointError(
      file,
      `${file} belongs to another search: ${said.join('; ')}. Name another log.`
    )
  }
  return rest.map((line, n) => {
    try {
      return MEASUREMENT(line)
    } catch (error) {
      if (!(error instanceof UnsoundError)) throw error
      throw new CheckpointError(
        file,
        `${file}:${n + 2} is no measurement of a search: ${error.message}. Delete that line, or name another log.`
      )
    }
  })
}

function parsed(file: string, line: string, n: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new CheckpointError(
      file,
      `${file}:${n} is not sound: it is no JSON. Delete that line, or name another log.`
    )
  }
}
