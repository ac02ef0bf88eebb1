import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {main, openParquet} from '#internals'
import {ROOT} from '#paths'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-cli-parquet-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const fixture = (name: string): string => path.join(ROOT, 'test/fixtures/parquet', name)

/** Runs a command line that succeeds, and gives what it prints. */
async function cli(...argv: string[]): Promise<string> {
  const out: string[] = []
  const notes: string[] = []
  const {signal} = new AbortController()
  const status = await main(argv, {out: text => out.push(text), note: text => notes.push(text), signal})
  expect(status, notes.join('\n')).toBe(0)
  return out.join('\n')
}

/** The rows of a Parquet file, as texts. */
async function rowsOf(file: string): Promise<string[][]> {
  const table = await openParquet(file)
  const rows: string[][] = []
  for await (const group of table.groups(table.columns.map(({name}) => name)))
    for (let k = 0; k < group.rows; k++)
      rows.push(table.columns.map(({name}) => String(group.column(name).values[k])))
  return rows
}

function linesOf(file: string): string[][] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.slice(1).map(line => line.split(','))
}

describe('movie-recs with Parquet', () => {
  const ALONE = ['--movies', 'none', '--users', 'none']

  it('measures the same on the same ratings, a folder of parts included', async () => {
    const measured = async (name: string): Promise<unknown> => {
      const work = ['--engine', 'mf', '--set', 'factors=4', '--set', 'epochs=3', '--holdout', '0.2', '--json']
      return JSON.parse(await cli('evaluate', '--ratings', fixture(name), ...ALONE, ...work)).rmse
    }
    const csv = await measured('ratings.csv')
    expect(csv).toBeGreaterThan(0)
    expect(await measured('gzip.parquet')).toBe(csv)
    expect(await measured('parts')).toBe(csv)
  })

  it('writes predictions as it does in CSV', async () => {
    const [parquet, csv] = ['p.parquet', 'p.csv'].map(name => path.join(folder, name))
    for (const out of [parquet, csv])
      await cli(
        ...['evaluate', '--engine', 'baseline', '--ratings', fixture('own.parquet'), '--holdout', '0.3'],
        ...['--predictions', out, ...ALONE]
      )
    const {columns} = await openParquet(parquet)
    expect(columns.map(({name, type}) => `${name} ${type}`)).toEqual([
      'user string',
      'movie string',
      'actual float',
      'predicted float',
      'fallback string'
    ])
    const rows = await rowsOf(parquet)
    expect(rows).toHaveLength(18)
    expect(
      rows.map(([user, movie, actual, predicted, fallback]) => [
        user,
        movie,
        actual,
        Number(predicted).toFixed(6),
        fallback
      ])
    ).toEqual(linesOf(csv))
  })

  it('writes lists as it does in CSV', async () => {
    const [parquet, csv] = ['l.parquet', 'l.csv'].map(name => path.join(folder, name))
    for (const out of [parquet, csv])
      await cli(
        ...['recommend', '--engine', 'als', '--set', 'factors=4', '--ratings', fixture('snappy.parquet')],
        ...['--all-users', '-n', '3', '--out', out, ...ALONE]
      )
    const {columns} = await openParquet(parquet)
    expect(columns.map(({name, type}) => `${name} ${type}`)).toEqual([
      'userId int32',
      'rank int32',
      'movieId int32',
      'title string',
      'score double'
    ])
    const rows = await rowsOf(parquet)
    expect(rows).toHaveLength(36)
    expect(rows.map(row => [...row.slice(0, 4), Number(row[4]).toFixed(6)])).toEqual(linesOf(csv))
  })
})
