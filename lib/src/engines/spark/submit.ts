import {type ChildProcess, spawn} from 'node:child_process'
import {connect} from 'node:net'
import os from 'node:os'
import path from 'node:path'
import {InterruptedError, SparkError} from '../../errors'
import type {Work} from '../../work'
import {JOB, type Spark} from './places'

/** What the job asks for: the one argument of `job.py`. */
export interface Wanted {
  engine: string
  options: Readonly<Record<string, unknown>>
  ratings: readonly string[]
  columns: Readonly<Record<string, unknown>>
  names: Readonly<Record<string, readonly string[]>>
  header: boolean | null
  duplicates: 'error' | 'mean' | 'sum'
  /** Whether ratings are written, too. */
  keep: boolean
  /** Where Spark writes, and where what it wrote is copied to where that is another file system: '' where it is not. */
  work: string
  local: string
  /** The job ends when this process is gone. */
  pid: number
  [more: string]: unknown
}

/** What the job says at its end. */
export interface Done {
  ratings: number
  users: number
  movies: number
  mu: number
  scale: [min: number, max: number]
  /** How many rows have ids that are no whole numbers. */
  texts: {user: number; movie: number}
  version: string
}

/** A line of the job. */
type Said =
  | {kind: 'progress'; phase: number; phases: number; name: string; done: number; total: number}
  | ({kind: 'done'} & Done)
  | ({kind: 'fault'} & Fault)

/** What the job refuses to go on with. */
interface Fault {
  fault: 'empty' | 'column' | 'row' | 'twice'
  count: number
  example: Array<string | null>
  role: string
  columns: string[]
}

const MARK = 'movie-recs '
/** So much of what the job printed is looked through for what went wrong. */
const TAIL = 1 << 18
/** Milliseconds that a job has to end by itself. */
const GRACE = 8000
/** Milliseconds in which a master answers. */
const ANSWERS = 10_000

/** Runs the job to its end. @throws SparkError, InterruptedError */
export async function submit(
  spark: Spark,
  master: string,
  conf: Readonly<Record<string, string>>,
  wanted: Wanted,
  work: Work
): Promise<Done> {
  await checkMaster(master)
  const settings = Object.entries({...settingsFor(master, wanted), ...conf}).flatMap(([name, value]) => [
    '--conf',
    `${name}=${value}`
  ])
  const argv = ['--master', master, ...settings, JOB, JSON.stringify(wanted)]
  const child = spawn(path.join(spark.home, 'bin/spark-submit'), argv, {
    // A group of its own: Java, Python and executors end together.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SPARK_HOME: spark.home,
      PYSPARK_PYTHON: spark.python,
      PYSPARK_DRIVER_PYTHON: spark.python
    }
  })
  return watched(child, master, work)
}

/** What a laptop needs and a cluster has. */
function settingsFor(master: string, {work}: Wanted): Record<string, string> {
  if (!master.startsWith('local')) return {}
  const memory = Math.max(1, Math.min(16, Math.floor(os.totalmem() / 2 ** 31)))
  return {
    'spark.driver.memory': `${memory}g`,
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.ui.enabled': 'false',
    'spark.local.dir': `${work}/tmp`
  }
}

/** A standalone master that does not answer is told at once: Spark itself asks it for a minute. */
async function checkMaster(master: string): Promise<void> {
  const [, host, port] = /^spark:\/\/([^:,/]+):(\d+)$/.exec(master) ?? []
  if (host === undefined) return
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), host)
    const refuse = (why: string): void => {
      socket.destroy()
      reject(
        new SparkError(
          'master',
          `Nobody answers at ${master} (${why}). Start the master (sbin/start-master.sh), or check its address.`
        )
      )
    }
    socket.setTimeout(ANSWERS, () => refuse(`not within ${ANSWERS / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message))
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}

function watched(child: ChildProcess, master: string, work: Work): Promise<Done> {
  let tail = ''
  let rest = ''
  let far = 0
  let done: Done | undefined
  let fault: Fault | undefined
  const keep = (text: string): void => {
    tail = (tail + text).slice(-TAIL)
  }
  const hear = (line: string): void => {
    if (!line.startsWith(MARK)) {
      keep(`${line}\n`)
      return
    }
    const said = JSON.parse(line.slice(MARK.length)) as Said
    if (said.kind === 'progress') {
      // A phase has jobs one after the other, each of which counts from none.
      const part = said.total === 0 ? 0 : said.done / said.total
      far = Math.max(far, Math.round(100 * (said.phase + Math.min(0.99, part))) / 100)
      work.report(far, said.phases)
    } else if (said.kind === 'done') done = said
    else fault = said
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    for (const line of lines) hear(line)
  })
  child.stderr?.setEncoding('utf8').on('data', keep)
  const end = stopper(child)
  work.signal?.addEventListener('abort', end)
  process.once('exit', end)
  return new Promise<Done>((resolve, reject) => {
    child.once('error', error =>
      reject(new SparkError('spark', `spark-submit cannot be run: ${error.message}.`))
    )
    child.once('close', status => {
      if (work.signal?.aborted)
        reject(new InterruptedError(`fitting on ${master}: stopped after ${work.seconds.toFixed(1)} s.`))
      else if (fault !== undefined) reject(refusal(fault))
      else if (status === 0 && done !== undefined) resolve(done)
      else reject(failure(tail, master, status))
    })
  }).finally(() => {
    work.signal?.removeEventListener('abort', end)
    process.removeListener('exit', end)
  })
}

/** Ends the job, and whatever of it does not end by itself. */
function stopper(child: ChildProcess): () => void {
  const group = -(child.pid as number)
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(group, signal)
    } catch {} // It has ended.
  }
  return () => {
    kill('SIGTERM')
    const hard = setTimeout(kill, GRACE, 'SIGKILL')
    child.once('close', () => clearTimeout(hard))
  }
}

function refusal({fault, count, example, role, columns}: Fault): SparkError {
  const messages: Record<Fault['fault'], () => string> = {
    empty: () => 'There is not one row in the ratings. Check the path.',
    column: () =>
      `The ratings have no column for the ${role}: they have ${columns.join(', ')}. Name it by columns: {${role}: '…'}, or --columns ${role}=….`,
    row: () =>
      `${count} rows of the ratings have an empty id or a rating that is no number: the first is user ${example[0]}, movie ${example[1]}, rating ${example[2]}. Mend or leave out these rows; Spark reads them all or none.`,
    twice: () =>
      `${count} rows have a pair of user and movie that came before: user ${example[0]} and movie ${example[1]}, for one. Take the mean of each pair's ratings with duplicates: 'mean' (--duplicates mean), or leave rows out.`
  }
  return new SparkError('ratings', messages[fault]())
}

const FAILURES: ReadonlyArray<
  [pattern: RegExp, reason: SparkError['reason'], remedy: (found: string) => string]
> = [
  [
    /PATH_NOT_FOUND\] Path does not exist: (\S+?)\.? |Input path does not exist: (\S+)/,
    'ratings',
    found => `There are no ratings at ${found}. Check the path; Spark's workers must see it, too.`
  ],
  [
    /All masters are unresponsive|Failed to connect to master ([^\s,]+)|Could not parse Master URL/,
    'master',
    () => 'The master does not answer. Check its address, and that it runs the same version of Spark.'
  ],
  [
    /OutOfMemoryError[^\n]*|GC overhead limit|Java heap space/,
    'memory',
    found =>
      `Spark ran out of memory (${found}). Give it more by conf: {'spark.driver.memory': …, 'spark.executor.memory': …} (--conf spark.executor.memory=8g), or lower factors.`
  ],
  [
    /(?:Class|No FileSystem for scheme "?)\s*(\S*(?:s3a|S3AFileSystem|GoogleHadoopFS|abfs)\S*)/,
    'spark',
    found =>
      `This Spark has no access to that storage (${found}). Add its package: --conf spark.jars.packages=org.apache.hadoop:hadoop-aws:3.4.1, for s3a.`
  ],
  [
    /AccessDenied[^\n]*|AccessControlException[^\n]*|Permission denied[^\n]*/,
    'spark',
    found => `Spark may not read or write there: ${found}. Check the permissions and keys.`
  ],
  [
    /No space left on device/,
    'spark',
    () => "A disk of Spark's is full. Free some space, or name another folder by work."
  ],
  [
    /UnsupportedClassVersionError|JAVA_GATEWAY_EXITED|UnsupportedOperationException: getSubject/,
    'java',
    () => 'Java did not start Spark: it runs on Java 17 or 21. Name one by JAVA_HOME.'
  ]
]

/** The failure of a job, by what it printed. */
function failure(tail: string, master: string, status: number | null): SparkError {
  for (const [pattern, reason, remedy] of FAILURES) {
    const match = pattern.exec(tail)
    if (match !== null)
      return new SparkError(reason, remedy(match.slice(1).find(one => one !== undefined) ?? match[0]))
  }
  const lines = tail.split('\n').filter(line => line.trim() !== '')
  const last = lines.findLast(line => /error|exception/i.test(line)) ?? lines.at(-1) ?? 'it printed nothing'
  return new SparkError(
    'job',
    `The job on ${master} ended with status ${status}: ${last.trim().slice(0, 600)}`
  )
}
