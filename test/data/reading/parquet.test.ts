import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {gzipSync} from 'node:zlib'
import {
  AlternatingLeastSquares,
  DataFormatError,
  loadRatings,
  OptionError,
  ParquetError,
  type Ratings,
  type ReadRatingsOptions,
  readMovies,
  readRatings,
  saveEngine
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const FIXTURES = path.join(ROOT, 'test/fixtures/parquet')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-reading-parquet-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const fixture = (name: string): string => path.join(FIXTURES, name)
const ALONE = {movies: 'none', users: 'none'}
const read = (name: string, o: ReadRatingsOptions = ALONE): Promise<Ratings> => readRatings(fixture(name), o)
/** A folder of files with these contents. */
function folderOf(name: string, files: Record<string, string | Buffer>): string {
  const made = path.join(folder, name)
  mkdirSync(made)
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(made, file), content)
  return made
}

/** All that ratings say. */
function told(ratings: Ratings): unknown {
  const {rows, frame, scale, skipped, warnings, clicks, rowsLeftOut} = ratings
  const {userIds, movieIds} = frame
  return {rows, users: userIds.ids, movies: movieIds.ids, scale, skipped, warnings, clicks, rowsLeftOut}
}

async function refusal(name: string, o: ReadRatingsOptions = ALONE): Promise<DataFormatError> {
  const error: unknown = await read(name, o).catch(error => error)
  expect(error).toBeInstanceOf(DataFormatError)
  return error as DataFormatError
}

describe('the same ratings in Parquet and in CSV', () => {
  it.each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'none', 'pages2', 'encodings', 'parts', 'texts'])(
    '%s',
    async name => {
      const csv = await read('ratings.csv')
      expect(csv.length).toBe(60)
      expect(csv.rows.t?.[59]).toBe(1_500_012_004)
      expect(told(await read(name === 'parts' ? name : `${name}.parquet`))).toEqual(told(csv))
    }
  )

  it('give a fitted model of the same bytes', async () => {
    const bytes: Buffer[] = []
    for (const name of ['ratings.csv', 'zstd.parquet', 'parts']) {
      const engine = await new AlternatingLeastSquares({factors: 4, epochs: 3}).fit(await read(name))
      const file = path.join(folder, `${name}.mrec`)
      await saveEngine(engine, file)
      bytes.push(readFileSync(file))
    }
    expect(bytes[1].equals(bytes[0])).toBe(true)
    expect(bytes[2].equals(bytes[0])).toBe(true)
  })

  it('of columns that people name, ids in text and times of their own type', async () => {
    const rows = (
      await read('own.parquet', {...ALONE, columns: {user: 'uid', movie: 'asin', timestamp: 'when'}})
    ).rows
    const guessed = await read('own.parquet')
    const csv = await read('ratings.csv')
    expect(guessed.readAs).toMatch(/own\.parquet: read as: user = uid, movie = asin, rating = stars\.$/)
    expect(rows.r).toEqual(csv.rows.r)
    expect(rows.t).toEqual(csv.rows.t)
    expect(guessed.rows.t).toBeUndefined()
    expect(guessed.frame.userIds.ids).toContain('ü12')
    expect(guessed.frame.movieIds.ids[0]).toBe('B000000100')
    const placed = await read('own.parquet', {...ALONE, columns: {user: 1, movie: 2, rating: 3}})
    expect(told(placed)).toEqual(told(guessed))
  })

  it('taken for clicks', async () => {
    const clicks = await read('own.parquet', {...ALONE, columns: {rating: 'none'}})
    expect(clicks.clicks).toBe(true)
    expect([...new Set(clicks.rows.r)]).toEqual([1])
  })
})

describe('what Spark wrote', () => {
  const byPair = (ratings: Ratings): unknown[] =>
    [...ratings].sort((a, b) => Number(a.userId) - Number(b.userId) || Number(a.movieId) - Number(b.movieId))

  it('sorted by user, in parts, with times of its own type', async () => {
    const spark = await read('spark/ratings')
    expect(byPair(spark)).toEqual(byPair(await read('ratings.csv')))
    expect(spark.warnings).toEqual([])
    const users = [...spark].map(({userId}) => Number(userId))
    expect(users).toEqual([...users].sort((a, b) => a - b))
  })

  it('as packed CSV', async () => {
    expect(told(await read('spark/csv'))).toEqual(told(await read('ratings.csv')))
  })
})

describe('ids', () => {
  it('beyond 2^53 are texts of all their digits', async () => {
    expect((await read('large.parquet')).frame.userIds.ids[0]).toBe('9007199254740995')
    const unsigned = (await read('unsigned.parquet')).frame.userIds.ids
    expect(unsigned).toHaveLength(12)
    expect(unsigned[0]).toBe('9223372036854775809')
  })

  it('that are missing or negative are refused with their row', async () => {
    expect((await refusal('nan.parquet')).message).toContain(
      'nan.parquet:5: expected a user id, got an empty field.'
    )
    expect((await refusal('negative.parquet')).message).toContain(
      'negative.parquet:11: expected a user id from 0 up'
    )
  })
})

describe('bad rows', () => {
  it('are refused, or left out and listed by their numbers', async () => {
    const error = await refusal('gaps.parquet')
    expect(error.message).toContain('gaps.parquet:5: expected a rating that is a number, got an empty field.')
    expect(error.line).toBe(5)
    const rest = await read('gaps.parquet', {...ALONE, onBadLine: 'skip'})
    expect(rest.skipped.map(({line}) => line)).toEqual(Array.from({length: 12}, (_, k) => 5 * k + 5))
    expect(rest.rowsLeftOut).toEqual(Array.from({length: 12}, (_, k) => 5 * k + 4))
    const csv = await read('ratings.csv')
    const kept = [...csv].filter((_, k) => k % 5 !== 4)
    expect([...rest]).toEqual(kept)
  })

  it('of no finite rating, or one off the scale', async () => {
    expect((await refusal('infinite.parquet')).message).toContain(
      'infinite.parquet:2: expected a rating that is a number'
    )
    const {message} = await refusal('snappy.parquet', {...ALONE, scale: [1, 4]})
    expect(message).toMatch(/snappy\.parquet:\d+: expected a rating from 1 to 4, got "/)
  })

  it('that come twice are named, and made one where that is asked for', async () => {
    expect((await refusal('twice.parquet')).message).toContain(
      'twice.parquet:31: expected one rating for each pair'
    )
    expect(await read('twice.parquet', {...ALONE, duplicates: 'first'})).toHaveLength(60)
    const holes = path.join(folder, 'holes')
    mkdirSync(holes)
    copyFileSync(fixture('gaps.parquet'), path.join(holes, '1.parquet'))
    copyFileSync(fixture('gaps.parquet'), path.join(holes, '2.parquet'))
    await expect(readRatings(holes, {...ALONE, onBadLine: 'skip'})).rejects.toThrow(
      `2.parquet:1: expected one rating for each pair`
    )
  })
})

describe('columns', () => {
  it('that are not there, or not named so', async () => {
    const error = await refusal('factors.parquet')
    expect(error).toBeInstanceOf(ParquetError)
    expect(error.message).toContain(
      'expected columns that name users, movies and ratings, got id, features. Say which'
    )
    const named = await refusal('snappy.parquet', {...ALONE, columns: {user: 'uid'}})
    expect(named.message).toContain(
      'a column called "uid" (user), got the columns userId, movieId, rating, timestamp'
    )
  })

  it('that hold something else', async () => {
    const lists = {...ALONE, columns: {user: 'id', movie: 'features', rating: 'none'}}
    expect((await refusal('factors.parquet', lists)).message).toContain(
      'single values in the column features'
    )
    const times = {...ALONE, columns: {user: 'uint', movie: 'short', rating: 'ms'}}
    expect((await refusal('kinds.parquet', times)).message).toContain('a rating in the column ms, got times')
    const truth = {...ALONE, columns: {user: 'uint', movie: 'short', rating: 'truth'}}
    expect((await refusal('kinds.parquet', truth)).message).toContain('in the column truth, got BOOLEAN')
    await expect(read('snappy.parquet', {...ALONE, header: false})).rejects.toBeInstanceOf(OptionError)
  })
})

describe('catalogues and users', () => {
  it('in Parquet, beside the ratings or named', async () => {
    const named = await readMovies(fixture('movies.parquet'))
    expect([...named]).toHaveLength(20)
    const [first, second] = [...named]
    expect(first).toMatchObject({movieId: 100, title: 'Film 100, "the\nlong one" (1990)'})
    expect(first.genres).toEqual(['Drama', 'Science Fiction'])
    expect(second.genres).toEqual([])
    expect(second.year).toBe(1991)
    const ratings = await read('snappy.parquet', {})
    expect(ratings.movies.title(103)).toBe(named.title(103))
    expect(ratings.users?.get(3)).toEqual({userId: 3, age: 22, gender: 'F'})
    await expect(readMovies(fixture('moviesTwice.parquet'))).rejects.toThrow(
      'moviesTwice.parquet:3: expected every movie once, got movie 101 again'
    )
    await expect(readMovies(fixture('factors.parquet'))).rejects.toThrow('the columns movieid, title')
  })
})

describe('folders of parts', () => {
  const lines = readFileSync(fixture('ratings.csv'), 'utf8').trim().split('\n')
  const part = (from: number, to: number): string =>
    [lines[0], ...lines.slice(1 + from, 1 + to), ''].join('\n')

  it('of CSV, packed or not, as Spark writes them', async () => {
    const job = 'a3f0bc1e-11d2-4cde-9abc-0123456789ab-c000'
    const made = folderOf('csv', {
      _SUCCESS: '',
      [`.part-00000-${job}.csv.gz.crc`]: 'x',
      [`part-00000-${job}.csv.gz`]: gzipSync(part(0, 20)),
      [`part-00001-${job}.csv.gz`]: gzipSync(part(20, 20)),
      [`part-00002-${job}.csv.gz`]: Buffer.alloc(0),
      [`part-00003-${job}.csv.gz`]: gzipSync(part(20, 60))
    })
    const csv = await read('ratings.csv')
    expect(told(await readRatings(made, ALONE))).toEqual(told(csv))
    expect(told(await loadRatings(made, ALONE))).toEqual(told(csv))
  })

  it('have their catalogue beside them', async () => {
    const made = folderOf('beside', {'movies.csv': 'movieId,title\n103,The One\n'})
    mkdirSync(path.join(made, 'ratings'))
    for (const name of ['part-00000.snappy.parquet', 'part-00001.snappy.parquet', '_SUCCESS'])
      copyFileSync(path.join(fixture('parts'), name), path.join(made, 'ratings', name))
    const ratings = await readRatings(path.join(made, 'ratings'))
    expect(ratings.length).toBe(40)
    expect(ratings.movies.title(103)).toBe('The One')
  })

  it('are refused where they are of different things, empty, or none', async () => {
    const mixed = folderOf('mixed', {
      'ratings.csv': part(0, 5),
      'movies.csv': 'movieId,title\n',
      'README.md': ''
    })
    await expect(readRatings(mixed)).rejects.toThrow(
      'a folder of different files: movies.csv, ratings.csv. Name the file'
    )
    await expect(readRatings(folderOf('none', {_SUCCESS: ''}))).rejects.toThrow('a folder without any')
    await expect(readRatings(folderOf('empty', {'part-0.csv': '', 'part-1.csv': ''}))).rejects.toThrow(
      'a folder of empty files'
    )
    const headers = folderOf('headers', {'part-0.csv': part(0, 0), 'part-1.csv': part(0, 0)})
    await expect(readRatings(headers)).rejects.toThrow('a header and nothing below it')
  })
})

it('Parquet on standard input, or cut, is named for what it is', async () => {
  const bytes = readFileSync(fixture('snappy.parquet'))
  const cut = path.join(folder, 'cut.parquet')
  writeFileSync(cut, bytes.subarray(0, 2000))
  await expect(readRatings(cut)).rejects.toThrow(
    'expected a Parquet file, got one whose end is missing. Copy or write it again.'
  )
  const packed = path.join(folder, 'snappy.parquet.gz')
  writeFileSync(packed, gzipSync(bytes))
  await expect(readRatings(packed)).rejects.toThrow('got a Parquet file. Name the file itself')
})
