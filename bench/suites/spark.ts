import {execFile} from 'node:child_process'
import {createWriteStream, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {promisify} from 'node:util'
import {
  AlternatingLeastSquares,
  evaluate,
  type Ratings,
  split,
  syntheticRatings,
  writeLists
} from 'movie-recs'
import {sparkHere} from '#dist/engines/spark/places.js'
import type {Bench} from '../harness'
import {readMillionSplit} from '../splits'

const run = promisify(execFile)
const MASTER = 'local[2]'
/** Equal work on both sides; what Spark's convention has no word for is off. */
const OPTIONS = {factors: 50, epochs: 10, regularization: 0.1} as const
const HELD = {...OPTIONS, biases: 'first', shrinkage: 0} as const

/**
 * `als` here, by fit --on, and Spark by itself, with the lists for everyone, on this machine. Spark's lists have rated movies on them: ours beside
 * them do, too.
 */
export async function spark(bench: Bench): Promise<void> {
  const rows: Array<Record<string, string | number>> = []
  const folder = bench.data('ml-1m')
  const worlds: Array<[name: string, parts: () => Promise<{train: Ratings; test: Ratings}>]> = [
    ...(folder === undefined ? [] : [['MovieLens 1M', () => readMillionSplit(folder, 1)] as never]),
    [
      '10 million made up',
      async () =>
        split(syntheticRatings({users: 69_878, movies: 10_677, ratings: 10e6}), {test: 0.1, seed: 1})
    ]
  ]
  for (const [name, parts] of worlds) {
    if (bench.only.length > 0 && !bench.only.some(part => name.includes(part))) continue
    rows.push({ratings: name, ...(await measured(await parts()))})
    console.log(rows[rows.length - 1])
  }
  bench.table(
    `als with ${OPTIONS.factors} factors and ${OPTIONS.epochs} rounds: here, by fit --on ${MASTER}, and Spark by itself`,
    rows
  )
}

async function measured({
  train,
  test
}: {
  train: Ratings
  test: Ratings
}): Promise<Record<string, string | number>> {
  const temporary = mkdtempSync(path.join(tmpdir(), 'movie-recs-bench-'))
  try {
    const file = path.join(temporary, 'ratings.csv')
    await pipeline(Readable.from(linesOf(train)), createWriteStream(file))
    const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
      const begun = performance.now()
      return [await work(), (performance.now() - begun) / 1000]
    }
    const [joint] = await timed(() => new AlternatingLeastSquares(OPTIONS).fit(train))
    const [held, heldSeconds] = await timed(() => new AlternatingLeastSquares(HELD).fit(train))
    const work = path.join(temporary, 'work')
    const [there, thereSeconds] = await timed(() =>
      new AlternatingLeastSquares(OPTIONS).fit({on: MASTER, ratings: file, work})
    )
    const users = path.join(work, 'users')
    // The second time of two, as Spark's: the first warms up.
    const listed = async (name: string, more = {}): Promise<number> => {
      await writeLists(there, path.join(temporary, `${name} first`), {users, ...more})
      return (await timed(() => writeLists(there, path.join(temporary, name), {users, ...more})))[1]
    }
    const listSeconds = await listed('all')
    const newSeconds = await listed('new', {ratings: path.join(work, 'ratings')})
    const peer = await sparkItself([file, String(OPTIONS.factors), String(OPTIONS.epochs)])
    return {
      'RMSE joint': evaluate(joint, test).rmse.toFixed(4),
      'RMSE biases first': evaluate(held, test).rmse.toFixed(4),
      'RMSE fit --on': evaluate(there, test).rmse.toFixed(4),
      'fit here, s': heldSeconds.toFixed(1),
      'fit --on, s': thereSeconds.toFixed(1),
      'ALS.fit of Spark, s': peer.fit.toFixed(1),
      'lists without what was rated, here, s': newSeconds.toFixed(2),
      'lists of all movies, here, s': listSeconds.toFixed(2),
      'recommendForAllUsers, s': peer.lists.toFixed(1),
      'lists, Spark over ours': (peer.lists / listSeconds).toFixed(1)
    }
  } finally {
    rmSync(temporary, {recursive: true, force: true})
  }
}

async function sparkItself(argv: readonly string[]): Promise<{fit: number; lists: number}> {
  const {home, python} = await sparkHere({})
  const settings = [
    '--master',
    MASTER,
    '--conf',
    'spark.driver.memory=8g',
    '--conf',
    'spark.ui.enabled=false'
  ]
  const script = path.resolve('bench/peers/spark_als.py')
  const {stdout} = await run(path.join(home, 'bin/spark-submit'), [...settings, script, ...argv], {
    maxBuffer: 1 << 26,
    env: {...process.env, SPARK_HOME: home, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python}
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {fit: number; lists: number}
}

/** A line for each rating, many at a time. */
function* linesOf(ratings: Ratings): Generator<string> {
  yield 'userId,movieId,rating\n'
  let lines: string[] = []
  for (const {userId, movieId, rating} of ratings) {
    lines.push(`${userId},${movieId},${rating}\n`)
    if (lines.length === 10_000) {
      yield lines.join('')
      lines = []
    }
  }
  yield lines.join('')
}
