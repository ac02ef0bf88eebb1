// What can go wrong on Spark: each is a SparkError whose message says what to do, and leaves nothing running.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {AlternatingLeastSquares, MatrixFactorization, type OnSpark} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {OWN_JOB} from './ownJob'

const folder = mkdtempSync(path.join(os.tmpdir(), 'movie-recs-test-faults-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const fitted = (source: Partial<OnSpark>): Promise<unknown> =>
  new AlternatingLeastSquares({factors: 2, epochs: 2}).fit({
    on: 'local[2]',
    ratings: file('good.csv', GOOD),
    conf: QUICK,
    ...source
  })
/** What takes Spark longest with a handful of rows is to compile for many. */
const QUICK = {'spark.sql.shuffle.partitions': '1', 'spark.sql.codegen.wholeStage': 'false'}
const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}
const GOOD = `userId,movieId,rating\n${Array.from({length: 60}, (_, n) => `${n % 12},${(n * 7) % 11},${1 + (n % 5)}\n`).join('')}`

describe('before any work', () => {
  it.each([
    [{on: 'mesos://host'}, /expected a master of Spark/],
    [{ratings: []}, /paths that its workers see/],
    [{movies: path.join(folder, 'none.csv')}, /no file of that name/],
    [{duplicates: 'first' as never}, /one of error, mean, sum/]
  ])('refuses %o', async (source, message) => {
    await expect(fitted(source)).rejects.toThrow(message)
  })

  it('refuses options that Spark has not, and engines that do not learn there', async () => {
    const source = {on: 'local[2]', ratings: 'r.csv'}
    await expect(new AlternatingLeastSquares({steps: 3}).fit(source)).rejects.toThrow(/steps/)
    await expect(new AlternatingLeastSquares({shrinkage: 3}).fit(source)).rejects.toThrow(/on Spark it is 0/)
    await expect(new MatrixFactorization().fit(source)).rejects.toThrow(/does not learn on Spark/)
  })

  it('says that nobody answers at a master within seconds', async () => {
    await expect(fitted({on: 'spark://127.0.0.1:9'})).rejects.toThrow(
      /Nobody answers at spark:\/\/127.0.0.1:9/
    )
  })
})

describe('in the job', () => {
  it('names a path that is not there', async () => {
    await expect(fitted({ratings: path.join(folder, 'none-*.csv')})).rejects.toMatchObject({
      name: 'SparkError',
      reason: 'ratings',
      message: expect.stringMatching(/no ratings at .*none-\*\.csv/)
    })
  })

  it('counts rows that are no ratings, and shows one', async () => {
    await expect(fitted({ratings: file('bad.csv', `${GOOD}7,,3\n8,x1,much\n`)})).rejects.toMatchObject({
      reason: 'ratings',
      message: expect.stringMatching(/^2 rows of the ratings/)
    })
  })

  it('refuses pairs that come twice, and takes their mean where asked', async () => {
    const twice = file('twice.csv', `${GOOD}${GOOD.split('\n')[1]}\n`)
    await expect(fitted({ratings: twice})).rejects.toThrow(/1 rows have a pair .* user 0 and movie 0/)
    await fitted({ratings: twice, duplicates: 'mean'})
  })

  it('stops within seconds, Java and all', async () => {
    const stop = new AbortController()
    const engine = new AlternatingLeastSquares({factors: 2, epochs: 2})
    const began = engine.fit(
      {on: 'local[2]', ratings: file('good.csv', GOOD)},
      {signal: stop.signal, onProgress: () => stop.abort()}
    )
    await expect(began).rejects.toThrow(/stopped after/)
    expect(execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})).not.toMatch(new RegExp(OWN_JOB))
    expect(readdirSync(os.tmpdir()).filter(name => name.startsWith('movie-recs-spark-'))).toEqual([])
  })
})
