import {createHash} from 'node:crypto'
import {createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs'
import {copyFile, statfs} from 'node:fs/promises'
import path from 'node:path'
import {DownloadError, InterruptedError} from '../../errors'
import {withLock} from '../../files/lock'
import {remedyFor} from '../../files/remedies'
import {isAlive} from '../../files/writeWhole'
import {count} from '../../show/numbers'
import type {Progress, StopSignal} from '../../work'
import {diskError, fetchFile, fetchText} from './fetchFile'
import {type Edition, type EditionFacts, factsOf, findEdition} from './movieLens'
import {KNOWN, unpack} from './unpack'

/** Where an edition comes from and where it goes. */
export interface DownloadOptions {
  /** The folder that gets `ml-1m`. @default 'data' */
  dir?: string
  /**
   * On this machine, instead of the publisher's server: an archive, a folder with the unpacked files, or a folder that holds either.
   * It is left as it is.
   */
  from?: string
  /** Another server: the address of the folder that holds ml-1m.zip, or of the archive itself. */
  mirror?: string
  /** The md5 that the archive must have. @default the publisher's, where it is known */
  md5?: string
  /** Called with bytes done and bytes in all. */
  onProgress?: (progress: Progress) => void
  /** Stops with an InterruptedError; the next call goes on where this one stopped. */
  signal?: StopSignal
  /** Certificates to trust beside the usual ones, as PEM text. */
  ca?: string
  /** Milliseconds without a byte after which a server is taken for dead. @default 30000 */
  patience?: number
}

/** The same for Node's own functions, which ask for the whole of the signal that callers have. */
type Download = Omit<DownloadOptions, 'signal'> & {signal?: AbortSignal}

/** An edition on this machine. */
export interface Downloaded {
  edition: Edition
  /** Where it is. */
  folder: string
  /** Names of the files in the folder. */
  files: string[]
  /** Bytes of these files. */
  bytes: number
  /** True where it was there before and nothing was done. */
  alreadyThere: boolean
  /** The md5 of the archive; a folder has none. */
  md5?: string
  /** Whether the md5 was compared with a published one. */
  checked: boolean
}

const PUBLISHER = 'https://files.grouplens.org/datasets/movielens/'

/**
 * Puts an edition of MovieLens into `dir`: from a copy that is there, an archive or a folder on this machine, a mirror or the publisher.
 * The archive's md5 is checked (of a folder the number of its ratings), only known files are taken, and the folder appears at once, whole, under its final name.
 * Of two calls for one folder the second waits for the first, and takes what that one got.
 * @throws DownloadError that names the remedy.
 * @example
 * await downloadMovieLens('1m', {from: 'ml-1m.zip'})
 */
export async function downloadMovieLens(
  edition: Edition,
  options: DownloadOptions = {}
): Promise<Downloaded> {
  const o = options as Download
  const facts = factsOf(edition)
  const there = findEdition(edition, o.dir, o.dir === undefined)
  if (there !== undefined) return describe(edition, path.dirname(there[0]), true)
  const dir = o.dir ?? 'data'
  const folder = path.join(dir, `ml-${edition}`)
  if (existsSync(folder))
    throw new DownloadError(
      'permission',
      `${folder} is there but holds no ratings. Move it away, or name another folder by --dir.`
    )
  try {
    mkdirSync(dir, {recursive: true})
    const waiting = reporter(`waiting for another process that gets ml-${edition}`, o)
    const lock = {signal: o.signal, onWait: () => waiting(0, 1)}
    return await withLock(path.join(dir, `.ml-${edition}.lock`), lock, async () =>
      existsSync(folder) ? describe(edition, folder, true) : await make(edition, facts, dir, o)
    )
  } catch (error) {
    if (error instanceof DownloadError || error instanceof InterruptedError) throw error
    throw diskError(error) ?? remedyFor(error) ?? error
  }
}

/** Fetches, checks and unpacks an edition into a folder that then gets its name. */
async function make(edition: Edition, facts: EditionFacts, dir: string, o: Download): Promise<Downloaded> {
  const folder = path.join(dir, `ml-${edition}`)
  const made = path.join(dir, `.ml-${edition}.${process.pid}.unpacking`)
  try {
    dropLeftovers(dir, edition)
    const unpacked = o.from === undefined ? undefined : unpackedIn(edition, o.from)
    if (unpacked !== undefined) {
      await copyEdition(edition, unpacked, made, o)
      renameSync(made, folder)
      return describe(edition, folder, false)
    }
    const {archive, md5, checked} =
      o.from === undefined
        ? await fetchArchive(edition, facts, dir, o)
        : await localArchive(facts, archiveIn(edition, o.from), o)
    await checkSpace(dir, archive)
    mkdirSync(made)
    await unpack(archive, made, {
      largest: facts.largest,
      signal: o.signal,
      onBytes: reporter(`unpacking ml-${edition}`, o)
    })
    if (findEdition(edition, made, false, true) === undefined)
      throw new DownloadError(
        'archive',
        `${archive} holds no ratings of MovieLens. Name the archive of MovieLens ${edition}.`
      )
    renameSync(made, folder)
    if (o.from === undefined) rmSync(archive, {force: true})
    return {...describe(edition, folder, false), md5, checked}
  } finally {
    rmSync(made, {recursive: true, force: true})
  }
}

interface Archive {
  archive: string
  md5: string
  checked: boolean
}

/** The rating files of an edition that stands unpacked in `from`, or is it; undefined where there is none. */
function unpackedIn(edition: Edition, from: string): string[] | undefined {
  return isFolder(from) ? findEdition(edition, from, false, true) : undefined
}

/** The archive that `from` is, or that it holds under the publisher's name. */
function archiveIn(edition: Edition, from: string): string {
  if (!isFolder(from)) return from
  const archive = path.join(from, `ml-${edition}.zip`)
  if (existsSync(archive)) return archive
  throw new DownloadError(
    'archive',
    `The folder ${from} holds neither MovieLens ${edition} unpacked (ml-${edition}) nor ml-${edition}.zip. Name the folder of its ratings, or the archive, by --from.`
  )
}

function isFolder(place: string): boolean {
  return statSync(place, {throwIfNoEntry: false})?.isDirectory() ?? false
}

/** Copies the known files beside the ratings, once these are as many as the edition has. */
async function copyEdition(
  edition: Edition,
  ratingFiles: readonly string[],
  to: string,
  o: Download
): Promise<void> {
  const {ratings} = factsOf(edition)
  if (ratings !== undefined) {
    let lines = 0
    for (const file of ratingFiles) lines += await ratingLines(file)
    if (lines !== ratings)
      throw new DownloadError(
        'archive',
        `${ratingFiles.join(' and ')} has ${count(lines)} ratings, MovieLens ${edition} has ${count(ratings)}: it is cut or another edition. Name another folder by --from.`
      )
  }
  const from = path.dirname(ratingFiles[0])
  const names = readdirSync(from).filter(name => KNOWN.test(name) && !isFolder(path.join(from, name)))
  const sizes = names.map(name => statSync(path.join(from, name)).size)
  const report = reporter(`copying ml-${edition}`, o)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  mkdirSync(to)
  let done = 0
  for (const [k, name] of names.entries()) {
    if (o.signal?.aborted) throw new InterruptedError('Copying was stopped. Run the command again.')
    await copyFile(path.join(from, name), path.join(to, name))
    done += sizes[k]
    report(done, total)
  }
}

/** Lines of a file of ratings that hold something, without the header of a CSV file. */
async function ratingLines(file: string): Promise<number> {
  const NEWLINE = 10
  let lines = file.endsWith('.csv') ? -1 : 0
  let last = NEWLINE
  for await (const chunk of createReadStream(file, {highWaterMark: 1 << 20}) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++
    last = chunk[chunk.length - 1]
  }
  return last === NEWLINE ? lines : lines + 1
}

async function localArchive(facts: EditionFacts, archive: string, o: Download): Promise<Archive> {
  if (!existsSync(archive) || !statSync(archive).isFile())
    throw new DownloadError('archive', `There is no archive ${archive}. Check the path given by --from.`)
  const wanted = o.md5 ?? facts.md5
  const md5 = await md5Of(archive, o.signal)
  if (wanted !== undefined && md5 !== wanted)
    throw new DownloadError(
      'checksum',
      `${archive} has the md5 ${md5}, not the publisher's ${wanted}: it is cut or another archive. Get it again.`
    )
  return {archive, md5, checked: wanted !== undefined}
}

/** Fetches the archive next to where it will be unpacked, going on where an earlier call stopped. */
async function fetchArchive(
  edition: Edition,
  facts: EditionFacts,
  dir: string,
  o: Download
): Promise<Archive> {
  const name = `ml-${edition}.zip`
  const url = addressOf(name, o.mirror)
  const archive = path.join(dir, `.${name}.part`)
  const wanted = o.md5 ?? facts.md5 ?? (await publishedMd5(url, o))
  // Without a known md5 nobody can tell whether the rest belongs to the part that is there.
  if (wanted === undefined) rmSync(archive, {force: true})
  const onBytes = reporter(`downloading ${name}`, o)
  const resumed = existsSync(archive)
  await fetchFile(url, archive, {...o, onBytes, largest: facts.largest})
  let md5 = await md5Of(archive, o.signal)
  if (resumed && wanted !== undefined && md5 !== wanted) {
    rmSync(archive, {force: true})
    await fetchFile(url, archive, {...o, onBytes, largest: facts.largest})
    md5 = await md5Of(archive, o.signal)
  }
  if (wanted !== undefined && md5 !== wanted) {
    rmSync(archive, {force: true})
    throw new DownloadError(
      'checksum',
      `${url} gave an archive with the md5 ${md5}, not the publisher's ${wanted}. It was thrown away: try again, or name another archive by --from or --mirror.`
    )
  }
  return {archive, md5, checked: wanted !== undefined}
}

function addressOf(name: string, mirror = PUBLISHER): string {
  if (/\.zip([?#].*)?$/.test(mirror)) return mirror
  return `${mirror}${mirror.endsWith('/') ? '' : '/'}${name}`
}

/** The md5 that stands beside an archive on the server, for editions that are replaced from time to time. */
async function publishedMd5(url: string, o: Download): Promise<string | undefined> {
  const text = await fetchText(`${url}.md5`, o)
  return text === undefined ? undefined : /\b[0-9a-f]{32}\b/i.exec(text)?.[0].toLowerCase()
}

async function md5Of(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of createReadStream(file, {highWaterMark: 1 << 20})) {
    if (signal?.aborted) throw new InterruptedError('The download was stopped. Run the command again.')
    hash.update(chunk as Buffer)
  }
  return hash.digest('hex')
}

/** Archives of text unpack to about five times their size. */
const UNPACKS_TO = 5

async function checkSpace(dir: string, archive: string): Promise<void> {
  const {bavail, bsize} = await statfs(dir)
  const needed = UNPACKS_TO * statSync(archive).size
  if (bavail * bsize >= needed) return
  const megabytes = (bytes: number): string => `${count(Math.ceil(bytes / 1e6))} MB`
  throw new DownloadError(
    'disk',
    `Unpacking takes about ${megabytes(needed)} and ${dir} has ${megabytes(bavail * bsize)} free. Free some space, or name a folder on another disk by --dir.`
  )
}

/** Removes what a call that was killed left behind; those of living processes stay. */
function dropLeftovers(dir: string, edition: Edition): void {
  for (const name of readdirSync(dir)) {
    const pid = new RegExp(`^\\.ml-${edition}\\.(\\d+)\\.unpacking$`).exec(name)?.[1]
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(path.join(dir, name), {recursive: true, force: true})
  }
}

function reporter(task: string, o: Download): (done: number, total: number) => void {
  const begun = performance.now()
  return (done, total) =>
    o.onProgress?.({task, done, total: Math.max(done, total), seconds: (performance.now() - begun) / 1000})
}

function describe(edition: Edition, folder: string, alreadyThere: boolean): Downloaded {
  const files = readdirSync(folder).filter(name => statSync(path.join(folder, name)).isFile())
  const bytes = files.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
  return {edition, folder, files: files.sort(), bytes, alreadyThere, checked: false}
}
