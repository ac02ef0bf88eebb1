import {spawn} from 'node:child_process'
import {readdirSync} from 'node:fs'
import path from 'node:path'
import {ROOT} from '#paths'
import {promised} from './subject'

/** The built library, for programs that require it. */
export const LIBRARY: string = path.join(ROOT, 'lib/dist/index.js')
/** Ratings that ship. */
export const SHIPPED: string = path.join(ROOT, 'data/ml-latest-small/ratings.csv')

/** What became of a program. */
export interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}

export interface Circumstances {
  /** Milliseconds after which it gets SIGKILL. */
  killAfter?: number
  /** What the shell says before it becomes the program, as in "ulimit -n 30". */
  limits?: string
  cwd?: string
  env?: NodeJS.ProcessEnv
}

/** Runs a program to its end, or to a SIGKILL. */
export function ran(argv: readonly string[], o: Circumstances = {}): Promise<Ended> {
  const {limits, killAfter, cwd = ROOT, env = process.env} = o
  const [program, ...args] = limits === undefined ? argv : ['sh', '-c', `${limits}; exec "$@"`, 'sh', ...argv]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {cwd, env, stdio: ['ignore', 'pipe', 'pipe']})
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
    const [out, err]: Buffer[][] = [[], []]
    child.stdout.on('data', chunk => out.push(chunk))
    child.stderr.on('data', chunk => err.push(chunk))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      resolve({status, signal, out: String(Buffer.concat(out)), err: String(Buffer.concat(err))})
    })
  })
}

/** Runs the command line. */
export function movieRecs(args: readonly string[], o: Circumstances = {}): Promise<Ended> {
  return ran([process.execPath, path.join(ROOT, 'lib/bin/movie-recs.js'), ...args], o)
}

/** A failure as promised: status 1, and one line that names no bug and has no stack. */
export function promisedRefusal({status, signal, err}: Ended, what: string): void {
  const lines = err.trim().split('\n')
  const said = lines.filter(line => line.startsWith('movie-recs: '))
  promised(
    status === 1 && signal === null,
    `${what} ended with ${status ?? signal}, not with 1: ${err.slice(0, 600)}`
  )
  promised(
    said.length === 1 && !/\bis a bug\b|^\s+at /m.test(err),
    `${what} did not say so in one line: ${err.slice(0, 600)}`
  )
}

/** Names of the temporary files in a folder. */
export function temporaries(folder: string): string[] {
  return readdirSync(folder).filter(name => name.endsWith('.tmp'))
}
