import {type Downloaded, downloadMovieLens} from '../data/movieLens/download'
import {EDITIONS, type Edition, memoryFor, SHIPPED} from '../data/movieLens/movieLens'
import {progressLine} from '../show/progressLine'
import {type Command, text, UsageError} from './command'

export const dataCommand: Command = {
  name: 'data',
  about: 'Fetches an edition of MovieLens.',
  usage: ['data 1m [--dir data] [--from ml-1m.zip | --from FOLDER] [--mirror URL] [--json]'],
  options: {dir: {type: 'string'}, from: {type: 'string'}, mirror: {type: 'string'}, json: {type: 'boolean'}},
  async run(values, words, io) {
    const known = Object.keys(EDITIONS).join(', ')
    if (words.length !== 1) throw new UsageError(`Name one edition: ${known}.`)
    const edition = words[0].replace(/^ml-/, '') as Edition
    if (!Object.hasOwn(EDITIONS, edition))
      throw new UsageError(`There is no edition "${words[0]}": ${known}.`)
    const short = memoryFor(edition)
    if (short !== undefined) io.note(short)
    const line = progressLine()
    const got = await downloadMovieLens(edition, {
      dir: text(values, 'dir'),
      from: text(values, 'from'),
      mirror: text(values, 'mirror'),
      onProgress: line.update,
      signal: io.signal
    }).finally(line.clear)
    if (values.json === true) return io.out(JSON.stringify(got, undefined, 2))
    const size = `${(got.bytes / 1e6).toFixed(1)} MB`
    if (got.folder === SHIPPED)
      return io.out(
        `MovieLens ${edition} as of October 2016 comes with movie-recs (${size}): --ratings ${edition} and loadMovieLens('${edition}') read it. For the publisher's own of today: movie-recs data ${edition} --dir data.`
      )
    io.out(
      got.alreadyThere
        ? `MovieLens ${edition} is already in ${got.folder} (${size}); remove that folder to fetch it again.`
        : `MovieLens ${edition} is in ${got.folder}: ${got.files.join(', ')} (${size}; ${origin(got)}).`
    )
  }
}

/** Why it can be trusted. */
function origin({md5, checked}: Downloaded): string {
  if (md5 === undefined) return 'copied'
  return `md5 ${md5}, ${checked ? 'as published' : 'no published one to compare with'}`
}
