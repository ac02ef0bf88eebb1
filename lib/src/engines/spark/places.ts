import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {InterruptedError, SparkError} from '../../errors'
import {withLock} from '../../files/lock'
import {Work, type WorkOptions} from '../../work'

const run = promisify(execFile)

/** The version that `lib/spark/requirements.txt` has, and what it runs by. */
const VERSION = '4.1.4'
const LEAST_JAVA = 17
const LEAST_PYTHON = 310

/** The Python job and its requirements, in the package. */
const JOB_FOLDER = path.join(__dirname, '../../../spark')
export const JOB: string = path.join(JOB_FOLDER, 'job.py')

/** A Spark to submit to, and the Python that its job runs by. */
export interface Spark {
  /** SPARK_HOME */
  readonly home: string
  readonly python: string
}

/**
 * Spark and what it needs: of $SPARK_HOME where that is set, else of an environment that is made at the first use (456 MB from the Python package
 * index, every package by its hash), in $MOVIE_RECS_CACHE or the user's cache folder.
 * @throws SparkError where Java or Python is missing or too old, or the packages cannot be had
 */
export async function sparkHere(o: WorkOptions): Promise<Spark> {
  if (process.platform === 'win32')
    throw new SparkError(
      'spark',
      'Jobs are given to Spark from Linux and macOS. On Windows run the command in the Windows Subsystem for Linux.'
    )
  await checkJava()
  const given = process.env.SPARK_HOME
  if (given !== undefined && given !== '') return ofHome(given)
  const folder = path.join(cacheFolder(), `spark-${VERSION}`)
  const spark = await installed(folder)
  return spark ?? install(folder, o)
}

async function ofHome(home: string): Promise<Spark> {
  if (!existsSync(path.join(home, 'bin/spark-submit')))
    throw new SparkError(
      'spark',
      `SPARK_HOME is ${home}, which has no bin/spark-submit. Name Spark's own folder, or unset it: one is fetched then.`
    )
  const python = process.env.PYSPARK_DRIVER_PYTHON ?? process.env.PYSPARK_PYTHON ?? 'python3'
  await run(python, ['-c', 'import numpy']).catch(() => {
    throw new SparkError(
      'python',
      `${python}, by which jobs of the Spark in SPARK_HOME run, has no numpy, which Spark's learning needs. Install it (${python} -m pip install numpy), or name another Python by PYSPARK_PYTHON.`
    )
  })
  return {home, python}
}

function cacheFolder(): string {
  const {MOVIE_RECS_CACHE: named, XDG_CACHE_HOME: usual} = process.env
  return named ?? path.join(usual ?? path.join(os.homedir(), '.cache'), 'movie-recs')
}

/** The environment of a folder; undefined where there is none that is whole. */
async function installed(folder: string): Promise<Spark | undefined> {
  const wanted = await readFile(path.join(JOB_FOLDER, 'requirements.txt'), 'utf8')
  const has = await readFile(path.join(folder, 'ready.txt'), 'utf8').catch(() => '')
  if (has !== wanted) return undefined
  const [version] = (await readdir(path.join(folder, 'lib')).catch(() => [])).filter(name =>
    name.startsWith('python3')
  )
  const home = path.join(folder, 'lib', version ?? '', 'site-packages/pyspark')
  const python = path.join(folder, 'bin/python')
  return existsSync(path.join(home, 'bin/spark-submit')) && existsSync(python) ? {home, python} : undefined
}

async function checkJava(): Promise<void> {
  const home = process.env.JAVA_HOME
  const java = home === undefined || home === '' ? 'java' : path.join(home, 'bin/java')
  const said = await run(java, ['-version']).catch(() => undefined)
  if (said === undefined)
    throw new SparkError(
      'java',
      `Spark runs on Java ${LEAST_JAVA} or later, and there is no ${home === undefined || home === '' ? 'java on PATH' : java}. Install one (Debian, Ubuntu: sudo apt install openjdk-17-jre-headless; else https://adoptium.net), or name it by JAVA_HOME.`
    )
  const [, first = '0', second = '0'] = /version "(\d+)(?:\.(\d+))?/.exec(said.stderr) ?? []
  const version = first === '1' ? Number(second) : Number(first)
  if (version < LEAST_JAVA)
    throw new SparkError(
      'java',
      `Spark ${VERSION} runs on Java ${LEAST_JAVA} or later, and ${java} is Java ${version}. Install a later one, and name it by JAVA_HOME.`
    )
}

/** A Python that Spark takes. */
async function findPython(): Promise<string> {
  const names = ['python3', 'python', ...[13, 12, 11, 10].map(minor => `python3.${minor}`)]
  const ask = 'import sys, venv, ensurepip; print(sys.version_info[0] * 100 + sys.version_info[1])'
  const seen: string[] = []
  for (const name of process.env.PYTHON ? [process.env.PYTHON, ...names] : names) {
    const version = await run(name, ['-c', ask]).then(
      ({stdout}) => Number(stdout),
      () => undefined
    )
    if (version === undefined) continue
    if (version >= LEAST_PYTHON) return name
    seen.push(`${name} is Python ${Math.floor(version / 100)}.${version % 100}`)
  }
  throw new SparkError(
    'python',
    `Spark ${VERSION} takes Python 3.10 or later with its module venv, and ${seen.length === 0 ? 'there is none on PATH' : seen.join(', ')}. Install one (Debian, Ubuntu: sudo apt install python3-venv), or name it by PYTHON.`
  )
}

/** Makes the environment, whose `ready.txt` is written last; one process at a time. */
async function install(folder: string, o: WorkOptions): Promise<Spark> {
  const python = await findPython()
  await mkdir(path.dirname(folder), {recursive: true})
  const work = new Work(`installing Spark ${VERSION}, 456 MB, once`, o)
  const tell = setInterval(() => work.report(0, 1), 500)
  const stop = new AbortController()
  const onAbort = (): void => stop.abort()
  o.signal?.addEventListener('abort', onAbort)
  const step = (file: string, argv: readonly string[]): Promise<unknown> =>
    run(file, argv, {signal: stop.signal, maxBuffer: 1 << 26})
  try {
    return await withLock(`${folder}.lock`, {signal: stop.signal}, async () => {
      const there = await installed(folder)
      if (there !== undefined) return there
      await rm(folder, {recursive: true, force: true})
      await step(python, ['-m', 'venv', folder])
      const pip = (...more: string[]): Promise<unknown> =>
        step(path.join(folder, 'bin/python'), [
          ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--require-hashes'],
          ...more
        ])
      const requirements = path.join(JOB_FOLDER, 'requirements.txt')
      const builders = path.join(folder, 'build.txt')
      await writeFile(builders, only(await readFile(requirements, 'utf8'), /^(setuptools|wheel|packaging)==/))
      await pip('-r', builders)
      await pip('--no-build-isolation', '-r', requirements)
      await writeFile(`${folder}/ready.tmp`, await readFile(requirements))
      await rename(`${folder}/ready.tmp`, `${folder}/ready.txt`)
      const made = await installed(folder)
      if (made === undefined) throw new Error(`there is no spark-submit in ${folder}`)
      return made
    })
  } catch (error) {
    if (stop.signal.aborted)
      throw new InterruptedError(
        `installing Spark: stopped after ${work.seconds.toFixed(1)} s. It is begun again at the next fit.`
      )
    throw new SparkError(
      'install',
      `Spark ${VERSION} could not be installed in ${folder}: ${lastLine(error)}. Check the connection and the space on the disk and fit again, or name a Spark by SPARK_HOME.`
    )
  } finally {
    clearInterval(tell)
    o.signal?.removeEventListener('abort', onAbort)
  }
}

/** The requirements that begin so, with their hashes. */
function only(requirements: string, which: RegExp): string {
  return requirements
    .split(/\n(?=\S)/)
    .filter(one => which.test(one))
    .join('\n')
}

function lastLine(error: unknown): string {
  const {stderr = '', message} = error as {stderr?: string; message: string}
  const lines = stderr.split(/\r?\n/).filter(line => line.trim() !== '')
  return (lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? message).trim()
}
