import {stat} from 'node:fs/promises'
import path from 'node:path'
import {DataFormatError} from '../../errors'
import {partsIn} from '../../files/parts'
import {STANDARD_INPUT} from './bytes'

/** Names of files that can be parts of ratings. */
const DATA = /\.(parquet|csv|tsv|txt|dat|data|jsonl?|inter)(\.gz)?$/i

/** Files that are read as one: a folder stands for its parts, in the order of their names. */
export async function filesOfParts(given: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const one of given) {
    const stats = one === STANDARD_INPUT ? undefined : await stat(one).catch(() => undefined)
    files.push(...(stats?.isDirectory() ? await partsOf(one) : [one]))
  }
  return files
}

/** The files of a folder that Spark, Dask or polars wrote, or a person who cut a large file: all of one name, but for numbers. */
async function partsOf(folder: string): Promise<string[]> {
  const all = (await partsIn(folder)).filter(file => DATA.test(file))
  const refuse = (got: string, remedy: string): DataFormatError =>
    new DataFormatError(folder, 0, 'a file of ratings, or a folder of its parts', got, remedy)
  if (all.length === 0)
    throw refuse('a folder without any', 'Name the file, or the folder in which the parts are.')
  if (!areParts(all)) {
    const names = all.slice(0, 5).map(file => path.basename(file))
    throw refuse(
      `a folder of different files: ${names.join(', ')}${all.length > names.length ? ', …' : ''}`,
      'Name the file of ratings.'
    )
  }
  const filled: string[] = []
  for (const file of all) if ((await stat(file)).size > 0) filled.push(file)
  if (filled.length === 0) throw refuse('a folder of empty files', 'Write it again.')
  return filled
}

/** Whether files are called as parts of one are: alike, but for numbers. */
export function areParts(files: readonly string[]): boolean {
  return new Set(files.map(patternOf)).size === 1
}

/** A name without what differs between parts of one: numbers, and what Spark calls a job. */
function patternOf(file: string): string {
  return path
    .basename(file)
    .toLowerCase()
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '#')
    .replace(/\d+/g, '#')
}
