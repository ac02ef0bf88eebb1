import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {NAMES} from '../../data/reading/layout'
import {readMovies} from '../../data/reading/readers'
import {ArgumentError, OptionError} from '../../errors'
import {count} from '../../show/numbers'
import type {Work} from '../../work'
import type {OnSpark} from '../elsewhere'
import {sparkHere} from './places'
import {type Done, submit, type Wanted} from './submit'

/** So many ratings come back into the model by default: 12 bytes each, and 24 more while it answers. */
const MOST_KEPT = 50e6

/** What a job has left. */
export interface Results {
  /** On this machine. */
  folder: string
  done: Done
  /** Whether ratings, and what was learned of users, come into the model. */
  keep: boolean
  /** What was guessed. */
  warnings: string[]
}

const MASTER =
  /^(local(\[(\*|\d+)(,\s*\d+)?\])?|local-cluster\[\d+,\d+,\d+\]|spark:\/\/[^/]+:\d+|yarn|k8s:\/\/.+)$/

/** Refuses, before any work, what cannot be meant. */
function checkSource({on, ratings, columns = {}, duplicates = 'error'}: OnSpark): void {
  if (!MASTER.test(on))
    throw new OptionError(
      'on',
      on,
      `on: expected a master of Spark, as local[2], spark://host:7077, yarn or k8s://https://host:443; got "${on}".`
    )
  if ([ratings].flat().length === 0 || [ratings].flat().some(one => typeof one !== 'string' || one === ''))
    throw new ArgumentError(
      'fit on Spark: ratings are paths that its workers see; got none, or an empty one.'
    )
  for (const [role, name] of Object.entries(columns))
    if (!['user', 'movie', 'rating'].includes(role) || typeof name !== 'string')
      throw new OptionError(
        'columns',
        columns,
        `columns: on Spark the columns user, movie and rating are named, by texts; got ${role}: ${String(name)}.`
      )
  if (!['error', 'mean', 'sum'].includes(duplicates))
    throw new OptionError(
      'duplicates',
      duplicates,
      `duplicates: on Spark one of error, mean, sum; got "${duplicates}". Rows have no order there.`
    )
}

/** Whether the rows are clicks: there is no column of ratings. */
export function areClicks({columns}: OnSpark): boolean {
  return columns?.rating === 'none'
}

/** Runs the job, and hands over the folder on this machine in which its results are. */
export async function withResults<T>(
  source: OnSpark,
  asked: Pick<Wanted, 'engine' | 'options'> & Record<string, unknown>,
  work: Work,
  use: (results: Results) => Promise<T>
): Promise<T> {
  checkSource(source)
  if (source.movies !== undefined) await readMovies(source.movies)
  const {on, keep, conf = {}, columns = {}, header = null} = source
  const {duplicates = areClicks(source) ? 'sum' : 'error'} = source
  const spark = await sparkHere(work.beside())
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'movie-recs-spark-'))
  try {
    const place = source.work ?? temporary
    const here = /^(?!file:)[a-z0-9]+:\/\//i.test(place)
      ? undefined
      : path.resolve(place.replace(/^file:(\/\/)?/, ''))
    if (here !== undefined) await mkdir(here, {recursive: true})
    const done = await submit(
      spark,
      on,
      conf,
      {
        ...asked,
        ratings: [source.ratings].flat().map(one => atHome(one, on)),
        columns,
        names: NAMES,
        header,
        duplicates,
        keep: keep !== false || source.work !== undefined,
        work: here ?? place.replace(/\/$/, ''),
        local: here === undefined ? temporary : '',
        pid: process.pid
      },
      work
    )
    const kept = keep ?? done.ratings <= MOST_KEPT
    return await use({folder: here ?? temporary, done, keep: kept, warnings: doubts(done, kept, source)})
  } finally {
    await rm(temporary, {recursive: true, force: true, maxRetries: 3})
  }
}

/** A path of this machine from its root, since Spark may have another folder to begin at, and for its own storage HDFS. */
function atHome(given: string, on: string): string {
  if (/^[a-z0-9]+:\//i.test(given)) return given
  return on.startsWith('local') ? `file://${path.resolve(given)}` : given
}

/** What was guessed, and what was left out. */
function doubts({ratings, texts}: Done, keep: boolean, source: OnSpark): string[] {
  const said: string[] = []
  for (const side of ['user', 'movie'] as const)
    if (texts[side] > 0 && texts[side] < ratings)
      said.push(
        `${count(texts[side])} of ${count(ratings)} ratings have a ${side} id that is no whole number, so that the ids of all ${side}s are taken as texts.`
      )
  if (!keep && source.keep === undefined)
    said.push(
      `${count(ratings)} ratings are more than come back into a model by default (${count(MOST_KEPT)}): it answers for profiles. Name a folder by work for lists for everyone, or ask for them by keep: true.`
    )
  return said
}
