import {existsSync, statSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {DataFormatError, MemoryError, OptionError} from '../../errors'
import {count} from '../../show/numbers'
import type {Ratings} from '../ratings'
import {readRatingFiles} from '../reading/readers'

/** The editions of MovieLens by the names the publisher gives them. */
export type Edition = 'latest-small' | '100k' | '1m' | '10m' | '20m' | '25m' | '32m'

/** @internal What is known of an edition. */
export interface EditionFacts {
  /** Folder inside the publisher's archive. */
  readonly folder: string
  /** The most bytes its archive may unpack to: about twice what it has. */
  readonly largest: number
  /** Ratings in the whole edition; undefined where editions differ. */
  readonly ratings?: number
  /** Of the archive; undefined where the publisher replaces it from time to time. */
  readonly md5?: string
}

/** @internal */
export const EDITIONS: Readonly<Record<Edition, EditionFacts>> = {
  'latest-small': {folder: 'ml-latest-small', largest: 20e6},
  '100k': {folder: 'ml-100k', largest: 40e6, ratings: 100_000, md5: '0e33842e24a9c977be4e0107933c0723'},
  '1m': {folder: 'ml-1m', largest: 60e6, ratings: 1_000_209, md5: 'c4d9eecfca2ab87c1945afe126590906'},
  '10m': {folder: 'ml-10M100K', largest: 800e6, ratings: 10_000_054, md5: 'ce571fd55effeba0271552578f2648bd'},
  '20m': {folder: 'ml-20m', largest: 2e9, ratings: 20_000_263, md5: 'cd245b17a1ae2cc31bb14903e1204af3'},
  '25m': {folder: 'ml-25m', largest: 3e9, ratings: 25_000_095, md5: '6b51fb2759a8657d3bfcbfc42b592ada'},
  '32m': {folder: 'ml-32m', largest: 3e9, ratings: 32_000_204, md5: 'd472be332d4daa821edc399621853b57'}
}

/** @internal The data that come with the package, beside their terms. */
export const SHIPPED: string = path.join(__dirname, '../../ml-latest-small')

/** Where an edition is looked for and how it is read. */
export interface LoadMovieLensOptions {
  /** The folder that holds `ml-1m` or `1m`. @default $MOVIE_RECS_DATA (relative to where the command was typed), else data/ here or in a folder above; latest-small, of October 2016, comes with the package */
  dir?: string
  /** `skip` leaves bad lines out and lists them in `ratings.skipped`. @default 'error' */
  onBadLine?: 'error' | 'skip'
}

/** Any of these makes a folder an edition; the first that is there is read. */
const RATING_FILES: ReadonlyArray<readonly string[]> = [
  ['ratings.dat'],
  ['ratings.csv'],
  ['u.data'],
  ['u1.base', 'u1.test']
]

/**
 * Loads an edition of MovieLens from this machine: from `dir`, else $MOVIE_RECS_DATA, else `data/`; `latest-small` else from the package,
 * which has it as of October 2016.
 * @throws DataFormatError that names the remedy where it is not there or not whole.
 * @example
 * const ratings = await loadMovieLens('latest-small')
 */
export async function loadMovieLens(edition: Edition, o: LoadMovieLensOptions = {}): Promise<Ratings> {
  const facts = factsOf(edition)
  const found = findEdition(edition, o.dir)
  if (found === undefined)
    throw new DataFormatError(
      path.join(o.dir ?? 'data', `ml-${edition}`),
      0,
      `MovieLens ${edition}`,
      notFound(o.dir),
      `Get it with: npx movie-recs data ${edition}, or set MOVIE_RECS_DATA to the folder that holds ml-${edition}.`
    )
  checkMemory(edition, found)
  const ratings = await readRatingFiles(found, {onBadLine: o.onBadLine}, {edition: true})
  const lines = ratings.length + ratings.skipped.length
  if (facts.ratings !== undefined && lines !== facts.ratings)
    throw new DataFormatError(
      found[0],
      0,
      `the ${count(facts.ratings)} ratings of MovieLens ${edition}`,
      count(lines),
      `The file is cut or is another edition. Get it again with: npx movie-recs data ${edition}, or read it with readRatings.`
    )
  return ratings
}

/** @internal What is known of an edition. */
export function factsOf(edition: string): EditionFacts {
  if (!Object.hasOwn(EDITIONS, edition))
    throw new OptionError(
      'edition',
      edition,
      `Unknown edition ${JSON.stringify(edition)}: expected one of ${Object.keys(EDITIONS).join(', ')}.`
    )
  return EDITIONS[edition as Edition]
}

/**
 * @internal The rating files of an edition that is on this machine, undefined where it is not. `elsewhere` also looks where `dir`
 * does not say; `itself` takes `dir` for the folder of the edition whatever its name.
 */
export function findEdition(
  edition: Edition,
  dir?: string,
  elsewhere = true,
  itself = false
): string[] | undefined {
  const names = [...new Set([`ml-${edition}`, EDITIONS[edition].folder, edition])]
  for (const place of elsewhere ? placesFor(dir) : [dir ?? '.']) {
    const folders = names.map(name => path.join(place, name))
    if (itself || names.includes(path.basename(path.resolve(place)))) folders.push(place)
    for (const one of folders) {
      const files = ratingFilesIn(one)
      if (files !== undefined) return files
    }
  }
  return edition === 'latest-small' && dir === undefined && elsewhere ? ratingFilesIn(SHIPPED) : undefined
}

/** Where an edition was looked for in vain; what MOVIE_RECS_DATA says is told by its name. */
function notFound(dir: string | undefined): string {
  const named = process.env.MOVIE_RECS_DATA ?? ''
  const lacks = named === '' || placesNamed(named).some(existsSync) ? '' : ', which is not there'
  const said = named === '' ? '' : ` (MOVIE_RECS_DATA is ${JSON.stringify(named)}${lacks})`
  return `none in ${placesFor(dir).join(', ') || 'data'}${said}`
}

/**
 * The folder that MOVIE_RECS_DATA names. A relative one begins where the command was typed, which npm keeps in INIT_CWD since it runs
 * scripts in the folder of their package; then where the process runs.
 */
function placesNamed(named: string): string[] {
  if (path.isAbsolute(named)) return [named]
  const bases = [process.env.INIT_CWD ?? '', process.cwd()].filter(base => base !== '')
  return [...new Set(bases.map(base => path.resolve(base, named)))].map(
    place => path.relative(process.cwd(), place) || '.'
  )
}

/** @internal The rating files in a folder, by the names that the editions give them; undefined where there are none. */
export function ratingFilesIn(folder: string): string[] | undefined {
  return RATING_FILES.map(set => set.map(name => path.join(folder, name))).find(set => set.every(existsSync))
}

/** The folders that are searched, in turn. */
function placesFor(dir: string | undefined): string[] {
  const places: string[] = []
  if (dir !== undefined) places.push(dir)
  const named = process.env.MOVIE_RECS_DATA
  if (named !== undefined && named !== '') places.push(...placesNamed(named))
  for (let here = process.cwd(); ; here = path.dirname(here)) {
    const data = path.join(here, 'data')
    if (existsSync(data)) places.push(path.relative(process.cwd(), data) || '.')
    if (path.dirname(here) === here) return places
  }
}

/** Bytes in memory for each byte of a ratings file: a line of about 25 takes 20 in the rows, 24 by user and by movie, and room to work. */
const BYTES_PER_BYTE = 3
const BYTES_PER_LINE = 25

/** @internal Refuses an edition that would not fit, before it is read. */
export function checkMemory(edition: string, files: readonly string[], free: number = freeMemory()): void {
  const needed = BYTES_PER_BYTE * files.reduce((sum, file) => sum + statSync(file).size, 0)
  if (needed <= free) return
  throw new MemoryError(
    `MovieLens ${edition} needs about ${gigabytes(needed)} of memory and ${gigabytes(free)} are free. Close other programs, or take a smaller edition.`
  )
}

/** @internal A sentence where an edition will not fit into the memory of this machine, undefined where it will. */
export function memoryFor(edition: Edition, free: number = freeMemory()): string | undefined {
  const {ratings = 0} = EDITIONS[edition]
  const needed = BYTES_PER_BYTE * BYTES_PER_LINE * ratings
  if (needed <= free) return undefined
  return `MovieLens ${edition} needs about ${gigabytes(needed)} of memory to be read and ${gigabytes(free)} are free: it can be fetched here, but not loaded.`
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function freeMemory(): number {
  const {availableMemory} = process as {availableMemory?: () => number}
  if (process.platform === 'linux') return availableMemory?.() ?? os.freemem()
  return os.totalmem() * 0.8
}
