import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {
  DownloadError,
  type DownloadOptions,
  downloadMovieLens,
  InterruptedError,
  loadMovieLens,
  OptionError
} from 'movie-recs'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {fetchFile, main} from '#internals'
import {ROOT} from '#paths'
import {cert, key} from './expiredCertificate'
import {type ZipEntry, zip} from './zip'

let root = ''
let count = 0
const servers: Array<http.Server | https.Server> = []
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'movie-recs-download-'))
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
afterAll(() => rmSync(root, {recursive: true, force: true}))

/** A folder that is not there yet. */
function fresh(): string {
  return path.join(root, String(count++))
}

function local(bytes: Buffer, name = 'local.zip'): string {
  const dir = fresh()
  mkdirSync(dir)
  writeFileSync(path.join(dir, name), bytes)
  return path.join(dir, name)
}

async function serve(answer: http.RequestListener, tls = false): Promise<string> {
  const server = tls ? https.createServer({cert, key}, answer) : http.createServer(answer)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/movielens/`
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex')
const RATINGS = 'userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n7,31,4.0,851868750\n'
const MOVIES = 'movieId,title,genres\n31,"Usual Suspects, The (1995)",Crime|Mystery|Thriller\n'
const FILES: ZipEntry[] = [
  {name: 'ml-latest-small/', content: '', mode: 0o40755},
  {name: 'ml-latest-small/ratings.csv', content: RATINGS},
  {name: 'ml-latest-small/movies.csv', content: MOVIES},
  {name: 'ml-latest-small/README.txt', content: 'terms'},
  {name: 'ml-latest-small/install.sh', content: 'echo no'},
  {name: '__MACOSX/._ratings.csv', content: 'junk'}
]
const BYTES = RATINGS.length + MOVIES.length + 'terms'.length
const GOOD = zip(FILES)

/** What a call throws. */
async function failure(o: DownloadOptions, edition: '1m' | 'latest-small' = 'latest-small'): Promise<Error> {
  return downloadMovieLens(edition, o).then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: Error) => error
  )
}

async function reason(o: DownloadOptions, edition: '1m' | 'latest-small' = 'latest-small'): Promise<string> {
  const error = await failure(o, edition)
  expect(error).toBeInstanceOf(DownloadError)
  expect(error.message).toMatch(/\. |: /)
  if (o.dir !== undefined && existsSync(o.dir))
    expect(readdirSync(o.dir).filter(name => !name.endsWith('.part'))).toEqual([])
  return `${(error as DownloadError).reason}: ${error.message}`
}

describe('an archive on this machine', () => {
  it('is unpacked, known files only, and loads', async () => {
    const dir = fresh()
    const from = local(GOOD)
    const got = await downloadMovieLens('latest-small', {dir, from})
    expect(got).toMatchObject({alreadyThere: false, checked: false, md5: md5(GOOD)})
    expect(got.files).toEqual(['README.txt', 'movies.csv', 'ratings.csv'])
    expect(readdirSync(dir)).toEqual(['ml-latest-small'])
    expect(existsSync(from)).toBe(true)
    const ratings = await loadMovieLens('latest-small', {dir})
    expect(String(ratings)).toBe('2 ratings, 2 users × 1 movies')
    expect(ratings.movies.title(31)).toBe('The Usual Suspects (1995)')
    const again = await downloadMovieLens('latest-small', {dir, from: 'is not looked at'})
    expect(again).toMatchObject({alreadyThere: true, folder: path.join(dir, 'ml-latest-small')})
  })

  it('must have the md5 of its edition', async () => {
    expect(await reason({dir: fresh(), from: local(GOOD)}, '1m')).toMatch(
      /^checksum: .*not the publisher's c4d9eecf.*again/
    )
    const dir = fresh()
    await expect(downloadMovieLens('1m', {dir, from: local(GOOD), md5: md5(GOOD)})).resolves.toMatchObject({
      checked: true
    })
  })

  it.each<[string, Buffer | ZipEntry[], RegExp]>([
    [
      'a path that leaves the folder',
      [...FILES, {name: '../evil.csv', content: 'x'}],
      /invalid relative path/
    ],
    ['an absolute path', [...FILES, {name: '/tmp/ratings.csv', content: 'x'}], /absolute path/],
    [
      'a path of Windows',
      [...FILES, {name: 'ml-latest-small\\..\\..\\evil', content: 'x'}],
      /invalid characters/
    ],
    [
      'a link',
      [...FILES, {name: 'ml-latest-small/tags.csv', content: '/etc/passwd', mode: 0o120777}],
      /holds a link/
    ],
    [
      'a file that is there twice',
      [...FILES, {name: 'other/ratings.csv', content: 'x'}],
      /ratings\.csv twice/
    ],
    [
      'more than the edition can have',
      [...FILES, {name: 'ml-latest-small/tags.csv', content: Buffer.alloc(21e6)}],
      /more than 20 MB/
    ],
    [
      'a size that is a lie',
      [FILES[1], {name: 'a/tags.csv', content: Buffer.alloc(1e6), claimedSize: 10}],
      /cannot be unpacked/
    ],
    ['a wrong checksum', [{...FILES[1], claimedCrc: 7}], /wrong checksum/],
    ['a password', [{...FILES[1], encrypted: true}], /password/],
    ['no ratings', [FILES[2]], /holds no ratings/],
    ['a cut archive', GOOD.subarray(0, GOOD.length - 300), /cannot be unpacked/],
    ['no archive', Buffer.from('<html>not found</html>'), /cannot be unpacked/],
    ['nothing', Buffer.alloc(0), /cannot be unpacked/]
  ])('is refused for %s', async (_, content, expected) => {
    const dir = fresh()
    const from = local(Buffer.isBuffer(content) ? content : zip(content))
    const told = await reason({dir, from})
    expect(told).toMatch(/^archive: /)
    expect(told).toMatch(expected)
    expect(existsSync(path.join(root, 'evil.csv'))).toBe(false)
  })

  it('must be there', async () => {
    expect(await reason({dir: fresh(), from: path.join(root, 'none.zip')})).toMatch(
      /^archive: There is no archive .*none\.zip/
    )
  })
})

describe('a folder on this machine', () => {
  const unpacked = (name: string, ratings = RATINGS, file = 'ratings.csv'): string => {
    const base = fresh()
    mkdirSync(path.join(base, name), {recursive: true})
    for (const [one, text] of Object.entries({[file]: ratings, 'movies.csv': MOVIES, 'install.sh': 'no'}))
      writeFileSync(path.join(base, name, one), text)
    return base
  }

  it('that holds the edition, or is it, is copied, known files only', async () => {
    const base = unpacked('ml-latest-small')
    for (const from of [base, path.join(base, 'ml-latest-small')]) {
      const dir = fresh()
      const steps: number[] = []
      const onProgress = ({done, total}: {done: number; total: number}): number => steps.push(done / total)
      const got = await downloadMovieLens('latest-small', {dir, from, onProgress})
      expect(got).toMatchObject({alreadyThere: false, checked: false, files: ['movies.csv', 'ratings.csv']})
      expect(steps.at(-1)).toBe(1)
      expect(readdirSync(dir)).toEqual(['ml-latest-small'])
      expect(await loadMovieLens('latest-small', {dir})).toHaveLength(2)
    }
    expect(existsSync(path.join(base, 'ml-latest-small/ratings.csv'))).toBe(true)
  })

  it('that holds the archive under its name is as good', async () => {
    const from = path.dirname(local(GOOD, 'ml-latest-small.zip'))
    expect(await downloadMovieLens('latest-small', {dir: fresh(), from})).toMatchObject({md5: md5(GOOD)})
  })

  it('with other ratings, or with none, is refused and leaves nothing', async () => {
    const from = unpacked('ml-1m', '1::1::5::1\n1::2::4::2', 'ratings.dat')
    expect(await reason({dir: fresh(), from}, '1m')).toMatch(
      /archive: .*ratings\.dat has 2 ratings, MovieLens 1m has 1,000,209: it is cut or another edition/
    )
    expect(await reason({dir: fresh(), from: unpacked('other')})).toMatch(
      /archive: The folder .* holds neither MovieLens latest-small unpacked \(ml-latest-small\) nor ml-latest-small\.zip/
    )
  })
})

describe('a server', () => {
  it('gives the archive with progress; nothing is left beside the folder', async () => {
    const mirror = await serve((request, answer) => {
      if (request.url === '/movielens/ml-latest-small.zip.md5')
        answer.end(`MD5 (ml-latest-small.zip) = ${md5(GOOD)}\n`)
      else if (request.url === '/movielens/ml-latest-small.zip')
        answer.writeHead(302, {location: '/files/x'}).end()
      else answer.setHeader('content-length', GOOD.length).end(GOOD)
    })
    const dir = fresh()
    const seen: string[] = []
    const got = await downloadMovieLens('latest-small', {
      dir,
      mirror,
      onProgress: ({task, done, total}) => seen.push(`${task} ${done} ${total}`)
    })
    expect(got).toMatchObject({checked: true, md5: md5(GOOD)})
    expect(readdirSync(dir)).toEqual(['ml-latest-small'])
    expect(seen).toContain(`downloading ml-latest-small.zip ${GOOD.length} ${GOOD.length}`)
    expect(seen[seen.length - 1]).toBe(`unpacking ml-latest-small ${BYTES} ${BYTES}`)
  })

  it('that breaks off is asked for the rest the next time', async () => {
    const ranges: Array<string | undefined> = []
    const mirror = await serve((request, answer) => {
      const {range} = request.headers
      ranges.push(range)
      const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
      if (range === undefined) {
        answer.writeHead(200, {'content-length': GOOD.length})
        answer.write(GOOD.subarray(0, 200))
        setTimeout(() => answer.destroy(), 50)
      } else {
        const headers = {
          'content-range': `bytes ${from}-${GOOD.length - 1}/${GOOD.length}`,
          'content-length': GOOD.length - from
        }
        answer.writeHead(206, headers).end(GOOD.subarray(from))
      }
    })
    const o = {dir: fresh(), mirror, md5: md5(GOOD)}
    expect(await reason(o)).toMatch(/^unreachable: .*broke off.*goes on where it stopped/)
    expect(readdirSync(o.dir)).toEqual(['.ml-latest-small.zip.part'])
    await expect(downloadMovieLens('latest-small', o)).resolves.toMatchObject({checked: true})
    expect(ranges).toEqual([undefined, 'bytes=200-'])
    expect(readFileSync(path.join(o.dir, 'ml-latest-small/ratings.csv'), 'utf8')).toBe(RATINGS)
  })

  it.each<[string, (answer: http.ServerResponse) => void]>([
    ['has no ranges', answer => answer.end(GOOD)],
    [
      'gives another range',
      answer => answer.writeHead(206, {'content-range': `bytes 3-9/${GOOD.length}`}).end('1234567')
    ],
    [
      'finds the part too long',
      answer => answer.writeHead(416, {'content-range': `bytes */${GOOD.length}`}).end()
    ],
    [
      'goes on in another archive',
      answer => answer.writeHead(206, {'content-range': 'bytes 3-9/10'}).end('4567890')
    ]
  ])('that %s gives all of it again', async (_, answerRange) => {
    const mirror = await serve((request, answer) => {
      if (request.headers.range === undefined) answer.end(GOOD)
      else answerRange(answer)
    })
    const dir = fresh()
    mkdirSync(dir)
    writeFileSync(path.join(dir, '.ml-latest-small.zip.part'), 'old')
    await expect(downloadMovieLens('latest-small', {dir, mirror, md5: md5(GOOD)})).resolves.toMatchObject({
      checked: true
    })
  })

  it('that has all of the part already is not asked twice', async () => {
    const mirror = await serve((_, answer) => {
      answer.writeHead(416, {'content-range': `bytes */${GOOD.length}`}).end()
    })
    const dir = fresh()
    mkdirSync(dir)
    writeFileSync(path.join(dir, '.ml-latest-small.zip.part'), GOOD)
    await expect(downloadMovieLens('latest-small', {dir, mirror, md5: md5(GOOD)})).resolves.toMatchObject({
      checked: true
    })
  })

  it('that gives other bytes than published is told by the md5, and they are thrown away', async () => {
    const mirror = await serve((_, answer) => void answer.end(GOOD))
    const dir = fresh()
    expect(await reason({dir, mirror}, '1m')).toMatch(
      /^checksum: .*not the publisher's c4d9eecf.*thrown away/
    )
    expect(readdirSync(dir)).toEqual([])
  })

  it('with an expired certificate is refused, with the ways round', async () => {
    const mirror = await serve((_, answer) => void answer.end(GOOD), true)
    expect(await reason({dir: fresh(), mirror, ca: cert}, '1m')).toMatch(
      /^certificate: .*127\.0\.0\.1:\d+ has expired.*--from.*--mirror.*md5/
    )
  })

  it('with a certificate nobody knows is refused', async () => {
    const mirror = await serve((_, answer) => void answer.end(GOOD), true)
    expect(await reason({dir: fresh(), mirror}, '1m')).toMatch(
      /^certificate: .*(has expired|not trusted).*--from/
    )
  })

  it.each([
    [404, /^status: .*HTTP 404.*mirror/],
    [403, /^status: .*HTTP 403.*--from/],
    [503, /^status: .*HTTP 503.*later/]
  ])('that answers %i is named with its remedy', async (status, expected) => {
    const mirror = await serve((_, answer) => void answer.writeHead(status).end())
    expect(await reason({dir: fresh(), mirror}, '1m')).toMatch(expected)
  })

  it('that leads in circles, is silent, is not there or has no address', async () => {
    const circle = await serve((request, answer) => void answer.writeHead(302, {location: request.url}).end())
    expect(await reason({dir: fresh(), mirror: circle}, '1m')).toMatch(/^status: .*circles/)
    const silent = await serve(() => undefined)
    expect(await reason({dir: fresh(), mirror: silent, patience: 100}, '1m')).toMatch(
      /^unreachable: .*ETIMEDOUT/
    )
    expect(await reason({dir: fresh(), mirror: 'http://127.0.0.1:1/'}, '1m')).toMatch(
      /^unreachable: .*ECONNREFUSED/
    )
    expect(await reason({dir: fresh(), mirror: 'http://no-such-name.invalid/'}, '1m')).toMatch(
      /^unreachable: .*no-such-name\.invalid/
    )
    expect(await reason({dir: fresh(), mirror: 'data/here'}, '1m')).toMatch(/^unreachable: .*no address/)
  })

  it('is let go when the work is stopped, and the part stays', async () => {
    const stop = new AbortController()
    const mirror = await serve((_, answer) => {
      answer.writeHead(200, {'content-length': GOOD.length})
      answer.write(GOOD.subarray(0, 200))
    })
    const dir = fresh()
    const o = {
      dir,
      mirror,
      signal: stop.signal,
      onProgress: ({done}: {done: number}) => done >= 200 && stop.abort()
    }
    const error = await failure(o, '1m')
    expect(error).toBeInstanceOf(InterruptedError)
    expect(error.message).toMatch(/Run the command again/)
    expect(readdirSync(dir)).toEqual(['.ml-1m.zip.part'])
  })
})

describe('the folder', () => {
  it.skipIf(!existsSync('/dev/full'))('on a full disk is named with its remedy', async () => {
    const mirror = await serve((_, answer) => void answer.end(GOOD))
    await expect(fetchFile(mirror, '/dev/full')).rejects.toThrow(/disk is full.*--dir/)
  })

  it('that may not be made is named', async () => {
    const blocked = local(Buffer.from('a file'), 'data')
    expect(await reason({dir: path.join(blocked, 'deep'), from: local(GOOD)})).toMatch(/^permission: .*--dir/)
  })

  it('that holds something else is left alone', async () => {
    const dir = fresh()
    mkdirSync(path.join(dir, 'ml-latest-small'), {recursive: true})
    const error = await failure({dir, from: local(GOOD)})
    expect(error.message).toMatch(/holds no ratings. Move it away/)
    expect(readdirSync(dir)).toEqual(['ml-latest-small'])
  })

  it('loses what a killed call left behind', async () => {
    const dir = fresh()
    mkdirSync(path.join(dir, '.ml-latest-small.999999999.unpacking'), {recursive: true})
    await downloadMovieLens('latest-small', {dir, from: local(GOOD)})
    expect(readdirSync(dir)).toEqual(['ml-latest-small'])
  })

  it('is made for known editions only', async () => {
    await expect(downloadMovieLens('2m' as '1m')).rejects.toThrow(OptionError)
  })
})

describe('movie-recs data', () => {
  async function cli(...argv: string[]): Promise<{status: number; out: string; notes: string}> {
    const out: string[] = []
    const notes: string[] = []
    const io = {out: (text: string) => out.push(text), note: (text: string) => notes.push(text)}
    const status = await main(argv, {...io, signal: new AbortController().signal})
    return {status, out: out.join('\n'), notes: notes.join('\n')}
  }

  it('tells what it did, once as JSON', async () => {
    const dir = fresh()
    const first = await cli('data', 'latest-small', '--dir', dir, '--from', local(GOOD), '--json')
    expect(first).toMatchObject({status: 0, notes: ''})
    expect(JSON.parse(first.out)).toMatchObject({edition: 'latest-small', alreadyThere: false, bytes: BYTES})
    const second = await cli('data', 'ml-latest-small', '--dir', dir)
    expect(second.out).toMatch(/already in .*remove that folder/)
  })

  it('names what is wrong in one line', async () => {
    expect(await cli('data')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/Name one edition: latest-small, 100k/)
    })
    expect(await cli('data', '3m')).toMatchObject({
      status: 2,
      notes: expect.stringMatching(/no edition "3m"/)
    })
    const failed = await cli('data', '1m', '--dir', fresh(), '--from', local(GOOD))
    expect(failed.status).toBe(1)
    expect(failed.notes.split('\n')).toHaveLength(1)
  })
})

describe('a server that means no good', () => {
  it('is left when it sends without end', async () => {
    let sent = 0
    const mirror = await serve((request, response) => {
      if (request.url?.endsWith('.md5')) return response.writeHead(404).end()
      const chunk = Buffer.alloc(1 << 20)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on('drain', more)
      more()
    })
    expect(await reason({dir: fresh(), mirror})).toMatch(/^archive: .*at most 20000000 were expected/)
    expect(sent).toBeLessThan(60e6)
  })

  it('is not asked for more than it announces to be too much', async () => {
    const mirror = await serve((request, response) => {
      if (request.url?.endsWith('.md5')) return response.writeHead(404).end()
      response.writeHead(200, {'content-length': 5e9}).write('PK')
    })
    expect(await reason({dir: fresh(), mirror})).toMatch(/^archive: .*sends 5000000000 bytes/)
  })

  it('is told of an address that is none', async () => {
    const mirror = await serve((_, response) => response.writeHead(302, {location: 'http://[oops'}).end())
    expect(await reason({dir: fresh(), mirror})).toMatch(/^status: .*address that is none: "http:\/\/\[oops"/)
  })
})

it('waits for another process that gets the same edition, and takes what that one got', async () => {
  let asked = 0
  const mirror = await serve((request, response) => {
    if (request.url?.endsWith('.md5')) return response.writeHead(404).end()
    asked++
    setTimeout(() => response.end(GOOD), 300)
  })
  const bin = path.join(ROOT, 'lib/bin/movie-recs.js')
  for (let time = 0; time < 3; time++) {
    const dir = fresh()
    asked = 0
    const argv = [bin, 'data', 'latest-small', '--dir', dir, '--mirror', mirror]
    const both = await Promise.all([1, 2, 3].map(() => promisify(execFile)(process.execPath, argv)))
    expect(asked).toBe(1)
    expect(both.filter(({stdout}) => /already|there/i.test(stdout)).length).toBeGreaterThan(0)
    expect(readdirSync(dir)).toEqual(['ml-latest-small'])
  }
})
