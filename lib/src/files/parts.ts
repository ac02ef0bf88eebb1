import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {remedyFor} from './remedies'

/** The names that programs which write a folder of parts give to what is no part: _SUCCESS, _metadata, .part-0.csv.crc. */
const BESIDE = /^[._]/

/** The files of a folder that are parts of its data, in the order of their names. Folders in it are not looked into. */
export async function partsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(error => {
    throw remedyFor(error, folder) ?? error
  })
  return entries
    .filter(entry => !entry.isDirectory() && !BESIDE.test(entry.name))
    .map(({name}) => path.join(folder, name))
    .sort((a, b) => (a < b ? -1 : 1))
}
