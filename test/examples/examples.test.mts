import {execFile} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {loadEngine, MatrixFactorization} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'
import {bundled, examples} from '../../scripts/example.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-examples-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** Runs an example in a folder that has nothing of the project in it. */
async function run(name: string, ...args: string[]): Promise<{status: number; out: string; notes: string}> {
  const program = await bundled(name)
  return new Promise(resolve =>
    execFile(process.execPath, [program, ...args], {cwd: folder}, (error, out, notes) =>
      resolve({status: error === null ? 0 : Number(error.code), out, notes})
    )
  )
}

const [head, ...rows] = readFileSync(path.join(ROOT, 'data/ml-latest-small/ratings.csv'), 'utf8')
  .trimEnd()
  .split('\n')
const byTime = rows.toSorted((a, b) => Number(a.split(',')[3]) - Number(b.split(',')[3]))
const csv = (lines: readonly string[]): void =>
  writeFileSync(path.join(folder, 'ratings.csv'), [head, ...lines, ''].join('\n'))
const bytes = (): Buffer => readFileSync(path.join(folder, 'model.mrec'))

describe('examples', () => {
  it('are listed, each with how it is run', () => {
    const index = readFileSync(path.join(ROOT, 'examples/README.md'), 'utf8')
    for (const name of examples()) expect(index).toContain(`[${name}.ts](${name}.ts)`)
  })

  it('train and recommend', async () => {
    const {status, out, notes} = await run('train-and-recommend')
    expect([status, notes]).toEqual([0, ''])
    expect(Number(/RMSE ([\d.]+)/.exec(out)?.[1])).toBeLessThan(0.87)
    const years = [...out.matchAll(/\((19\d\d)\) +[\d.]+ +\1/g)].map(([, year]) => Number(year))
    expect(years.length).toBeGreaterThan(3)
    for (const year of years) expect(year).toBeGreaterThanOrEqual(1990)
    expect(out).toMatch(/because you gave American Beauty \(1999\) 5/)
  })

  it('make a model file of a CSV with names of its own', async () => {
    const lines = rows.slice(0, 20_000).map(row => row.split(',').slice(0, 3).join(';'))
    writeFileSync(path.join(folder, 'mine.csv'), ['uid;film;stars', ...lines, 'x;y;zero'].join('\n'))
    const {status, out, notes} = await run('own-csv-to-model', 'mine.csv', 'mine.mrec')
    expect([status, notes]).toEqual([0, ''])
    expect(out).toMatch(/read as: user = uid, movie = film, rating = stars/)
    expect(out).toMatch(/20,000 ratings, .*; 1 bad lines left out/)
    const [plain, better] = [...out.matchAll(/(?:baseline|mf): RMSE ([\d.]+)/g)].map(([, rmse]) => +rmse)
    expect(better).toBeLessThan(plain)
    expect((await loadEngine(path.join(folder, 'mine.mrec'))).train.length).toBe(20_000)
    expect((await run('own-csv-to-model')).notes).toMatch(/Name the file of ratings/)
  })

  it('compare two engines', async () => {
    const {status, out, notes} = await run('compare-two-engines')
    expect([status, notes]).toEqual([0, ''])
    const [ease, als] = [...out.matchAll(/^(?:ease|als): nDCG@10 ([\d.]+)/gm)].map(([, ndcg]) => Number(ndcg))
    expect(Math.min(ease, als)).toBeGreaterThan(0.15)
    expect(out).toMatch(/is better than \w+ by 0\.\d+ \(95 % between -?0\.\d+ and 0\.\d+, p /)
  })

  it('fit again every night, and keep the model where something is wrong', async () => {
    const nightly = (): ReturnType<typeof run> => run('nightly', 'ratings.csv', 'model.mrec')
    const old = byTime.slice(0, 90_000)
    csv(old)
    expect(await nightly()).toMatchObject({status: 0, out: expect.stringMatching(/^model.mrec is now /)})
    const first = bytes()
    expect((await nightly()).out).toMatch(/no rating has come/)
    csv(byTime.slice(0, 40_000))
    expect(await nightly()).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/^kept the model: ratings.csv has 50000 ratings fewer/)
    })
    // All stars turned round but those of the last day.
    const turned = old.map(row => row.replace(/,([\d.]+),(\d+)$/, (_, stars, t) => `,${5.5 - stars},${t}`))
    csv([...turned, ...byTime.slice(90_000, 92_000)])
    expect(await nightly()).toMatchObject({
      status: 1,
      notes: expect.stringMatching(/^kept the model: the new one is worse: RMSE on 2000 new ratings/)
    })
    expect(bytes().equals(first)).toBe(true)
    csv(byTime.slice(0, 92_000))
    expect(await nightly()).toMatchObject({status: 0, out: expect.stringMatching(/model.mrec is now /)})
    const model = await loadEngine(path.join(folder, 'model.mrec'), MatrixFactorization)
    expect(model.train.length).toBe(92_000)
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })
})
