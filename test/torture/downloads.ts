import {createHash} from 'node:crypto'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import http from 'node:http'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import type {Random} from '#internals'
import {zip} from '../data/movieLens/zip'
import {type Circumstances, type Ended, LIBRARY, ran} from './command'
import {pick, promised, type Subject, type Try} from './subject'

const ROWS = Array.from(
  {length: 60_000},
  (_, k) => `${1 + (k % 900)}::${1 + ((k * 7919) % 3000)}::${1 + (k % 5)}::${978300760 + k * 31}\n`
)
const RATINGS = ROWS.join('')
const ARCHIVE = zip([
  {name: 'ml-1m/', content: '', mode: 0o40755},
  {name: 'ml-1m/ratings.dat', content: RATINGS},
  {name: 'ml-1m/movies.dat', content: '1::Toy Story (1995)::Animation|Comedy\n'},
  {name: 'ml-1m/users.dat', content: '1::F::1::10::48067\n'},
  {name: 'ml-1m/README', content: 'terms'}
])
const MD5 = createHash('md5').update(ARCHIVE).digest('hex')

/** How a server behaves: its pace in milliseconds a piece, and after how many bytes it breaks off. */
interface Manners {
  pace: number
  breaksAt: number
}
let manners: Manners = {pace: 0, breaksAt: Number.POSITIVE_INFINITY}

/** A server on this machine that has the archive, gives parts of it, and behaves as it is told. */
async function served(): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const bytes = ARCHIVE.subarray(from)
    const total = {'content-length': bytes.length, etag: '"one"'}
    const range = {'content-range': `bytes ${from}-${ARCHIVE.length - 1}/${ARCHIVE.length}`}
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? {...total, ...range} : total)
    const {pace, breaksAt} = manners
    const piece = Math.ceil(ARCHIVE.length / 20)
    for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
      if (at > breaksAt) return response.destroy()
      response.write(bytes.subarray(at, at + piece))
      if (pace > 0) await new Promise(resolve => setTimeout(resolve, pace))
    }
    response.end()
  })
  server.unref()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function wholeIn(folder: string): void {
  const file = path.join(folder, 'ml-1m/ratings.dat')
  promised(existsSync(file) && readFileSync(file, 'utf8') === RATINGS, 'The ratings are not whole.')
  const left = readdirSync(folder).filter(name => name.startsWith('.'))
  promised(left.length === 0, `There is left: ${left.join(', ')}`)
}

/** Fetches the archive by the library, whose md5 the command line has no option for, and says what the command line would. */
function fetched(mirror: string, dir: string, o: Circumstances = {}): Promise<Ended> {
  const script = `require(process.argv[1]).downloadMovieLens('1m', ${JSON.stringify({dir, mirror, md5: MD5})}).then(
    () => undefined, error => { console.error('movie-recs: ' + error.message); process.exitCode = 1 })`
  return ran([process.execPath, '-e', script, LIBRARY], o)
}

/** A download that is killed or breaks off goes on, or begins anew, and is whole in the end. */
export const downloads: Subject = {
  name: 'kill-download',
  about: 'a download from a slow or broken server, killed at any moment, and once more',
  async prepare() {
    const mirror = await served()
    return async ({random, folder}) => {
      manners = behaves(random)
      const first = await fetched(mirror, folder, {killAfter: 100 + random.below(1500)})
      if (existsSync(path.join(folder, 'ml-1m')))
        promised(
          readFileSync(path.join(folder, 'ml-1m/ratings.dat'), 'utf8') === RATINGS,
          'A kill left half an edition.'
        )
      manners = {pace: 0, breaksAt: Number.POSITIVE_INFINITY}
      const again = await fetched(mirror, folder)
      promised(again.status === 0, `After a kill: ${again.err.slice(0, 600)}`)
      wholeIn(folder)
      return first.status === 0 ? 'held' : 'recovered'
    }
  }
}

function behaves(random: Random): Manners {
  return {
    pace: pick(random, [0, 20, 60]),
    breaksAt: pick(random, [Number.POSITIVE_INFINITY, random.below(ARCHIVE.length)])
  }
}

/** Two that get one edition at once: both have it in the end, and neither says that anything is wrong. */
export async function twoDownloads(): Promise<(one: Try) => Promise<void>> {
  const mirror = await served()
  return async ({random, folder}) => {
    manners = {pace: pick(random, [0, 10]), breaksAt: Number.POSITIVE_INFINITY}
    const both: Ended[] = await Promise.all([fetched(mirror, folder), fetched(mirror, folder)])
    for (const {status, err} of both) promised(status === 0, `One of two downloads: ${err.slice(0, 600)}`)
    wholeIn(folder)
  }
}
