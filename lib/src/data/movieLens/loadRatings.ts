import {existsSync, readdirSync, statSync} from 'node:fs'
import path from 'node:path'
import {DataFormatError} from '../../errors'
import type {Ratings} from '../ratings'
import {areParts} from '../reading/parts'
import {type ReadRatingsOptions, readRatings} from '../reading/readers'
import {EDITIONS, type Edition, loadMovieLens, ratingFilesIn} from './movieLens'

/** A name that looks like a path, so that its file is looked for before it is called an unknown edition. */
const PATH = /[\\/]|\.\w+$/

/**
 * Ratings by what a person calls them: an edition of MovieLens that is on this machine ('latest-small', '1m'), or the path of a file of
 * ratings in any layout that reads, or of a folder that holds one.
 * @throws DataFormatError, OptionError as `loadMovieLens` and `readRatings` throw them
 * @example
 * const ratings = await loadRatings('../my-shop/ratings.csv')
 */
export async function loadRatings(
  from: Edition | (string & {}),
  o: ReadRatingsOptions = {}
): Promise<Ratings> {
  if (Object.hasOwn(EDITIONS, from) || (!PATH.test(from) && !existsSync(from)))
    return loadMovieLens(from as Edition, o.onBadLine === undefined ? {} : {onBadLine: o.onBadLine})
  if (!existsSync(from))
    throw new DataFormatError(
      from,
      0,
      'a file or a folder of ratings, or an edition of MovieLens',
      `nothing at that place (from ${path.basename(process.cwd())}/)`,
      `Check the path, or name an edition: ${Object.keys(EDITIONS).join(', ')}.`
    )
  return readRatings(statSync(from).isDirectory() ? filesIn(from) : from, o)
}

/**
 * The rating files of a folder: those of an edition, else those whose names say that they hold ratings, else all: one, or parts of one,
 * whose names differ in numbers alone.
 */
function filesIn(folder: string): string[] {
  const known = ratingFilesIn(folder)
  if (known !== undefined) return known
  const all = readdirSync(folder).filter(
    name => !/^[._]/.test(name) && statSync(path.join(folder, name)).isFile()
  )
  const named = all.filter(name => /rating|review|events|interactions|\.inter\b/i.test(name))
  const found = (named.length > 0 ? named : all).sort()
  if (found.length > 0 && areParts(found))
    return named.length > 0 || found.length === 1 ? found.map(name => path.join(folder, name)) : [folder]
  throw new DataFormatError(
    folder,
    0,
    'one file of ratings, or parts of one',
    found.length === 0 ? 'no file' : `${found.length} files: ${found.slice(0, 5).join(', ')}`,
    'Give the path of the file.'
  )
}
