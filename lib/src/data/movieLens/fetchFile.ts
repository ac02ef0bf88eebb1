/**
 * One file from a server, by node:http and node:https: the global `fetch` takes neither certificates of the caller (`ca`) nor a limit
 * of silence (`patience`).
 */
import {existsSync, rmSync, statSync} from 'node:fs'
import {open} from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import {rootCertificates} from 'node:tls'
import {DownloadError, InterruptedError} from '../../errors'

/** @internal One file to fetch. */
export interface FetchOptions {
  /** Called with bytes there and bytes in all (0 where the server does not say). */
  onBytes?: (done: number, total: number) => void
  signal?: AbortSignal
  /** Certificates to trust beside the usual ones. */
  ca?: string
  /** Milliseconds without a byte after which the server is taken for dead. @default 30000 */
  patience?: number
  /** The most bytes that the file may have: a server that sends more is left. @default 4e9 */
  largest?: number
}

const MOST_REDIRECTS = 5
const OTHER_WAYS =
  'fetch the archive with a browser and name it by --from, or name another server by --mirror'

/**
 * @internal Fetches `url` into `file`. Where a part of it is there, only the rest is asked for; a server that cannot give the rest
 * makes it start again. What came stays in the file, so that the next call can go on.
 */
export async function fetchFile(url: string, file: string, o: FetchOptions = {}): Promise<void> {
  const have = existsSync(file) ? statSync(file).size : 0
  const {response, at} = await request(url, have, o)
  const {statusCode = 0, headers} = response
  const range = headers['content-range'] ?? ''
  const rest = statusCode === 206 && range.startsWith(`bytes ${have}-`)
  if (statusCode !== 200 && !rest) {
    response.destroy()
    const partial = have > 0 && (statusCode === 416 || statusCode === 206)
    if (!partial) throw statusError(at, statusCode)
    if (statusCode === 416 && range === `bytes */${have}`) return
    rmSync(file, {force: true})
    return fetchFile(url, file, o)
  }
  const begin = rest ? have : 0
  const length = Number(headers['content-length'] ?? 0)
  const total = length > 0 ? begin + length : 0
  const {largest = 4e9} = o
  const most = total > 0 ? Math.min(total, largest) : largest
  if (total > largest) {
    response.destroy()
    throw tooMuch(at, total, largest)
  }
  let done = begin
  o.onBytes?.(done, total)
  try {
    const handle = await open(file, rest ? 'a' : 'w')
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        done += chunk.length
        if (done > most) throw tooMuch(at, done, most)
        await handle.appendFile(chunk)
        o.onBytes?.(done, total)
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, at, o.signal)
  } finally {
    response.destroy()
  }
  if (total > 0 && done < total)
    throw new DownloadError(
      'unreachable',
      `${at} ended after ${done} of ${total} bytes. Run the command again: it goes on where it stopped.`
    )
}

/** @internal The text at an address, undefined where there is none. */
export async function fetchText(url: string, o: FetchOptions = {}): Promise<string | undefined> {
  try {
    const {response} = await request(url, 0, o)
    if (response.statusCode !== 200) {
      response.destroy()
      return undefined
    }
    let text = ''
    for await (const chunk of response) {
      text += String(chunk)
      if (text.length > 10_000) break
    }
    return text
  } catch (error) {
    if (error instanceof InterruptedError) throw error
    return undefined
  }
}

interface Answer {
  response: http.IncomingMessage
  /** The address that answered, after redirects. */
  at: string
}

async function request(url: string, from: number, o: FetchOptions, redirects = 0): Promise<Answer> {
  const target = parse(url)
  const {ca, patience = 30_000, signal} = o
  const headers = {'accept-encoding': 'identity', ...(from > 0 ? {range: `bytes=${from}-`} : {})}
  const trusted = ca === undefined ? {} : {ca: [...rootCertificates, ca]}
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const {get} = target.protocol === 'https:' ? https : http
    const sent = get(target, {headers, ...trusted, agent: false, signal}, resolve)
    sent.setTimeout(patience, () =>
      sent.destroy(Object.assign(new Error(`no byte for ${patience / 1000} s`), {code: 'ETIMEDOUT'}))
    )
    sent.on('error', error => reject(explain(error, url, signal)))
  })
  const {location} = response.headers
  const {statusCode = 0} = response
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return {response, at: url}
  response.destroy()
  if (redirects === MOST_REDIRECTS)
    throw new DownloadError('status', `${url} leads in circles. To get on, ${OTHER_WAYS}.`)
  if (!URL.canParse(location, target.href))
    throw new DownloadError(
      'status',
      `${url} sends on to an address that is none: ${JSON.stringify(location.slice(0, 100))}. To get on, ${OTHER_WAYS}.`
    )
  return request(new URL(location, target).href, from, o, redirects + 1)
}

function parse(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target?.protocol !== 'https:' && target?.protocol !== 'http:')
    throw new DownloadError(
      'unreachable',
      `${url} is no address of a server. Write it as in https://host/folder/.`
    )
  return target
}

function tooMuch(url: string, bytes: number, most: number): DownloadError {
  return new DownloadError(
    'archive',
    `${url} sends ${bytes} bytes or more where at most ${most} were expected: it is not the archive. To get on, ${OTHER_WAYS}.`
  )
}

function statusError(url: string, status: number): DownloadError {
  const what =
    status === 404
      ? 'has no such file (HTTP 404). Check the mirror'
      : status >= 500
        ? `is out of order (HTTP ${status}). Try again later`
        : `refuses it (HTTP ${status}). Try again later`
  return new DownloadError('status', `${url} ${what}, or ${OTHER_WAYS}.`)
}

const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/

/** An error of the network or the disk, in words that name the remedy. */
function explain(error: NodeJS.ErrnoException, url: string, signal: AbortSignal | undefined): Error {
  const {code = '', message} = error
  if (signal?.aborted || error instanceof InterruptedError)
    return new InterruptedError(
      'The download was stopped. Run the command again: it goes on where it stopped.'
    )
  if (error instanceof DownloadError) return error
  const {host} = new URL(url)
  if (code === 'CERT_HAS_EXPIRED')
    return new DownloadError(
      'certificate',
      `The certificate of ${host} has expired (this has happened to the publisher before). Try again in a few days; until then ${OTHER_WAYS}. The archive is checked by its md5 either way.`
    )
  if (CERTIFICATE.test(code))
    return new DownloadError(
      'certificate',
      `The certificate of ${host} is not trusted (${code}). Behind a company's proxy set NODE_EXTRA_CA_CERTS to its certificate; otherwise ${OTHER_WAYS}.`
    )
  const disk = diskError(error)
  if (disk !== undefined) return disk
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new DownloadError(
      'unreachable',
      `The name ${host} cannot be found (${code}). Check the connection, or ${OTHER_WAYS}.`
    )
  return new DownloadError(
    'unreachable',
    `${host} broke off or cannot be reached (${code || message}). Check the connection and run the command again: it goes on where it stopped. Otherwise ${OTHER_WAYS}.`
  )
}

/** @internal A full disk or a missing permission, in words; undefined for any other error. */
export function diskError(error: unknown): DownloadError | undefined {
  const {code, path: where = 'the folder'} = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DownloadError(
      'disk',
      'The disk is full. Free some space, or name a folder on another disk by --dir.'
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new DownloadError(
      'permission',
      `${where} may not be written to (${code}). Name another folder by --dir.`
    )
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new DownloadError(
      'permission',
      `${where} is in the way: a file where a folder should be. Name another folder by --dir.`
    )
  return undefined
}
