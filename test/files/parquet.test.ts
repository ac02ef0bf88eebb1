import {copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {FileError, ParquetError} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {openParquet, type RowGroup, writeParquet} from '#internals'
import {ROOT} from '#paths'

const FIXTURES = path.join(ROOT, 'test/fixtures/parquet')
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-parquet-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const fixture = (name: string): string => path.join(FIXTURES, name)
/** The rows of ratings.csv, which `make.py` wrote beside the Parquet files. */
const ROWS = readFileSync(fixture('ratings.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map(line => line.split(',').map(Number))
const [USERS, MOVIES, STARS, TIMES] = [0, 1, 2, 3].map(k => ROWS.map(row => row[k]))

async function groupsOf(file: string, names?: string[]): Promise<RowGroup[]> {
  const table = await openParquet(file)
  const groups: RowGroup[] = []
  for await (const group of table.groups(names ?? table.columns.map(({name}) => name))) groups.push(group)
  return groups
}

async function numbersIn(file: string, name: string): Promise<number[]> {
  return (await groupsOf(file, [name])).flatMap(group => [...group.numbers(name)])
}

const refusal = async (work: Promise<unknown>): Promise<ParquetError> => {
  const error: unknown = await work.catch(error => error)
  expect(error).toBeInstanceOf(ParquetError)
  return error as ParquetError
}

describe('files that pyarrow wrote', () => {
  it.each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'none', 'pages2', 'encodings', 'parts'])(
    '%s: every number of every column',
    async name => {
      const file = fixture(name === 'parts' ? name : `${name}.parquet`)
      const table = await openParquet(file)
      expect(table.columns).toEqual([
        {name: 'userId', type: 'int32'},
        {name: 'movieId', type: 'int32'},
        {name: 'rating', type: 'float'},
        {name: 'timestamp', type: 'int64'}
      ])
      expect(table.rows).toBe(60)
      expect(await numbersIn(file, 'userId')).toEqual(USERS)
      expect(await numbersIn(file, 'movieId')).toEqual(MOVIES)
      expect(await numbersIn(file, 'rating')).toEqual(STARS)
      expect(await numbersIn(file, 'timestamp')).toEqual(TIMES)
    }
  )

  it('row groups come one by one, of the columns that are asked for, from the one on that is asked for', async () => {
    const table = await openParquet(fixture('snappy.parquet'))
    expect(table.rowGroups).toEqual([25, 25, 10])
    const seen: Array<[number, number]> = []
    for await (const {before, rows} of table.groups(['rating'], {skip: 1})) seen.push([before, rows])
    expect(seen).toEqual([
      [25, 25],
      [50, 10]
    ])
    const [group] = await groupsOf(fixture('snappy.parquet'), ['rating'])
    expect(() => group.numbers('userId')).toThrow('not asked for')
  })

  it('parts come in the order of their names, and one can go on from any', async () => {
    const table = await openParquet(fixture('parts'))
    const files: string[] = []
    for await (const {file, before} of table.groups(['userId'], {skip: 1}))
      files.push(`${path.basename(file)}:${before}`)
    expect(files).toEqual(['part-00001.snappy.parquet:0', 'part-00002.snappy.parquet:0'])
  })

  it('kinds of numbers, texts and times', async () => {
    const file = fixture('kinds.parquet')
    for (const name of ['uint', 'uint64', 'short']) expect(await numbersIn(file, name)).toEqual(USERS)
    for (const name of ['double', 'decimal']) expect(await numbersIn(file, name)).toEqual(STARS)
    for (const name of ['ms', 'us', 'ns']) expect(await numbersIn(file, name)).toEqual(TIMES)
    expect(await numbersIn(fixture('int96.parquet'), 't')).toEqual(TIMES)
    expect(await numbersIn(file, 'date')).toEqual(TIMES.map(time => time - (time % 86_400)))
    const [group] = await groupsOf(file, ['text', 'bytes'])
    expect(group.texts('text')).toEqual(USERS.map(user => `user ${user}`))
    expect(group.texts('bytes')).toEqual(USERS.map(user => `ü${user}`))
  })

  it('whole numbers that a number does not hold stay what they are', async () => {
    const [{values}] = (await groupsOf(fixture('large.parquet'), ['userId'])).map(one => one.column('userId'))
    expect([...(values as BigInt64Array)]).toEqual(USERS.map(user => 2n ** 53n + 2n * BigInt(user) + 1n))
    const [unsigned] = (await groupsOf(fixture('unsigned.parquet'), ['userId'])).map(one =>
      one.column('userId')
    )
    expect([...(unsigned.values as BigUint64Array)]).toEqual(USERS.map(user => 2n ** 63n + BigInt(user)))
    const [mixed] = (await groupsOf(fixture('mixed.parquet'))).map(one => one.column('n'))
    const expected = Array.from({length: 60}, (_, k) =>
      k === 6 ? 0n : k > 30 ? 2n ** 60n + BigInt(k) : BigInt(k)
    )
    expect([...(mixed.values as BigInt64Array)]).toEqual(expected)
    expect(mixed.nulls?.indexOf(1)).toBe(6)
    const [group] = await groupsOf(fixture('large.parquet'))
    expect(() => group.numbers('userId')).toThrow(
      'large.parquet:1: expected a number up to 2^53 (userId), got 9007199254740995.'
    )
  })

  it('gaps are marked, and refused where every value is needed', async () => {
    const groups = await groupsOf(fixture('gaps.parquet'))
    const marks = groups.flatMap(one => [...(one.column('rating').nulls ?? new Uint8Array(one.rows))])
    expect(marks).toEqual(STARS.map((_, k) => Number(k % 5 === 4)))
    const values = groups.flatMap(one => [...one.column('rating').values])
    expect(values).toEqual(STARS.map((stars, k) => (k % 5 === 4 ? Number.NaN : stars)))
    expect(() => groups[1].numbers('rating')).toThrow(
      'gaps.parquet:30: expected numbers in every row (rating), got none.'
    )
  })

  it.each(['factors', 'factorsDouble', 'factorsFixed'])('%s: lists in one array', async name => {
    const groups = await groupsOf(fixture(`${name}.parquet`))
    const lists = groups.map(one => one.lists('features'))
    expect(lists.map(({length}) => length)).toEqual(lists.map(() => 4))
    expect(lists.flatMap(({values}) => [...values])).toEqual(Array.from({length: 40}, (_, k) => k / 8))
  })

  it('factors that Spark learned, in parts beside its own files', async () => {
    const table = await openParquet(fixture('spark/userFactors'))
    expect(table.columns).toEqual([
      {name: 'id', type: 'int32'},
      {name: 'features', type: 'list<float>'}
    ])
    const ids = await numbersIn(fixture('spark/userFactors'), 'id')
    expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({length: 12}, (_, u) => u + 1))
    const groups = await groupsOf(fixture('spark/userFactors'), ['features'])
    expect(groups.length).toBeGreaterThan(1)
    for (const {length, values} of groups.map(one => one.lists('features'))) {
      expect(length).toBe(3)
      expect(values.every(value => Number.isFinite(value) && value !== 0)).toBe(true)
    }
  })

  it.each([
    [
      'factorsShort',
      'factorsShort.parquet:7: expected a list of 4 numbers, as in the first row (features), got one of 2.'
    ],
    ['factorsNone', 'factorsNone.parquet:7: expected a list of numbers (features), got none.'],
    ['factorsGap', 'factorsGap.parquet:7: expected a list of numbers (features), got a gap in one.']
  ])('%s is refused', async (name, said) => {
    expect((await refusal(groupsOf(fixture(`${name}.parquet`)))).message).toContain(said)
  })
})

describe('what is refused', () => {
  const copy = (name: string): string => {
    const file = path.join(folder, name)
    copyFileSync(fixture(name), file)
    return file
  }

  it('columns that are not there, and those that are of another type', async () => {
    const table = await openParquet(fixture('kinds.parquet'))
    const missing = await refusal(table.groups(['usr']).next())
    expect(missing.reason).toBe('column')
    expect(missing.message).toContain('a column called "usr", got the columns uint, uint64, short')
    for (const name of ['truth', 'point'])
      expect((await refusal(table.groups([name]).next())).reason).toBe('type')
    const [group] = await groupsOf(fixture('kinds.parquet'), ['text', 'uint'])
    expect(() => group.numbers('text')).toThrow('numbers in the column text, got string')
    expect(() => group.texts('uint')).toThrow('texts in the column uint, got int64')
    expect(() => group.lists('uint')).toThrow('lists of numbers in the column uint, got int64')
  })

  it('other files, folders without parts, and what is not there', async () => {
    expect((await refusal(openParquet(fixture('ratings.csv')))).reason).toBe('foreign')
    expect((await refusal(openParquet(path.join(ROOT, 'test/files')))).reason).toBe('foreign')
    await expect(openParquet(fixture('nowhere.parquet'))).rejects.toBeInstanceOf(FileError)
  })

  it('a file cut anywhere', async () => {
    const file = copy('snappy.parquet')
    for (let size = readFileSync(file).length - 1; size >= 0; size -= 97) {
      truncateSync(file, size)
      expect(['cut', 'foreign']).toContain((await refusal(openParquet(file))).reason)
    }
  })

  it('a page that is not what was written, by its checksum, and any damage by an error of its own', async () => {
    const whole = readFileSync(fixture('pages2.parquet'))
    const damaged = path.join(folder, 'damaged.parquet')
    // The footer begins behind the pages: its length stands in front of the last four letters.
    const pages = whole.length - 8 - whole.readUInt32LE(whole.length - 8)
    let noticed = 0
    for (let at = 4; at < pages; at += 13) {
      const bytes = Buffer.from(whole)
      bytes[at] ^= 0x55
      writeFileSync(damaged, bytes)
      const error = await groupsOf(damaged).catch(error => error)
      if (!Array.isArray(error)) {
        expect(error).toBeInstanceOf(ParquetError)
        expect(error.reason).toBe('damaged')
        noticed++
      }
    }
    // What is not noticed stands in headers, as statistics do.
    expect(noticed).toBeGreaterThan(0.6 * ((pages - 4) / 13))
  })

  it('compression that is not read', async () => {
    const bytes = readFileSync(fixture('snappy.parquet'))
    // In thrift's compact form: field 4 of a column, an i32, snappy (1, zigzag 2); LZO is 3, zigzag 6.
    const file = path.join(folder, 'lzo.parquet')
    const from = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
    const name = bytes.indexOf('userId', bytes.indexOf('userId', from) + 6)
    const at = bytes.indexOf(Buffer.from([0x15, 0x02]), name)
    bytes[at + 1] = 6
    writeFileSync(file, bytes)
    const error = await refusal(groupsOf(file, ['userId']))
    expect(error.reason).toBe('compression')
    expect(error.message).toContain('got LZO. Write it with another compression.')
  })
})

describe('what is written', () => {
  it('comes back, row group by row group', async () => {
    const file = path.join(folder, 'written.parquet')
    const texts = ['', 'Amélie', '"quoted", 東京', 'least', 'largest']
    const ends = [-(2 ** 31), 2 ** 31 - 1]
    const wideEnds = [-(2n ** 63n), 2n ** 63n - 1n]
    async function* groups(): AsyncGenerator<Record<string, any>> {
      for (let k = 0; k < 3; k++)
        yield {
          id: Int32Array.of(k, -k, 7, ...ends),
          large: BigInt64Array.of(BigInt(k), 2n ** 60n, -1n, ...wideEnds),
          score: Float32Array.of(0.5, -1.5, 2.25, 0, 0),
          exact: Float64Array.of(0.1, 1e300, k, 0, 0),
          title: texts,
          factors: {values: Float32Array.of(k, 1, 2, 3, 4, 5, 6, 7, 8, 9), length: 2}
        }
    }
    const types = {
      id: 'int32',
      large: 'int64',
      score: 'float',
      exact: 'double',
      title: 'string',
      factors: 'list<float>'
    } as const
    await writeParquet(file, types, groups(), {of: 'a test'})
    const table = await openParquet(file)
    expect(table.columns).toEqual(Object.entries(types).map(([name, type]) => ({name, type})))
    expect([table.rows, table.rowGroups, table.notes.get('of')]).toEqual([15, [5, 5, 5], 'a test'])
    for (const [k, group] of (await groupsOf(file)).entries()) {
      expect([...group.numbers('id')]).toEqual([k, -k + 0, 7, ...ends])
      expect([...group.column('large').values]).toEqual([BigInt(k), 2n ** 60n, -1n, ...wideEnds])
      expect([...group.numbers('score')]).toEqual([0.5, -1.5, 2.25, 0, 0])
      expect([...group.numbers('exact')]).toEqual([0.1, 1e300, k, 0, 0])
      expect(group.texts('title')).toEqual(texts)
      expect(group.lists('factors')).toMatchObject({
        values: Float32Array.of(k, 1, 2, 3, 4, 5, 6, 7, 8, 9),
        length: 2
      })
    }
  })

  it('leaves what stood there where it fails', async () => {
    const file = path.join(folder, 'kept.parquet')
    await writeParquet(file, {id: 'int32'}, [{id: Int32Array.of(1)}])
    async function* failing(): AsyncGenerator<{id: Int32Array}> {
      yield {id: Int32Array.of(2)}
      throw new Error('no more')
    }
    await expect(writeParquet(file, {id: 'int32'}, failing())).rejects.toThrow('no more')
    expect(await numbersIn(file, 'id')).toEqual([1])
  })
})
