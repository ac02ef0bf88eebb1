import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ArgumentError,
  type Engine,
  engineByName,
  type FactorModel,
  ParquetError,
  Ratings,
  type StreamListsOptions,
  saveEngine,
  streamLists,
  type UserId,
  type WriteListsOptions,
  writeLists
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {main, openParquet, type RowGroup, writeParquet} from '#internals'
import {ROOT} from '#paths'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-everyone-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
const at = (name: string): string => path.join(folder, name)

const USERS = 1300
const MOVIES = 400

/** Made-up ratings: user u rates every movie that shares a remainder with her. */
function world(idOf: (u: number) => UserId = u => u): Ratings {
  const rows = []
  for (let u = 1; u <= USERS; u++)
    for (let m = u % 23; m < MOVIES; m += 17 + (u % 7))
      rows.push({userId: idOf(u), movieId: m + 1, rating: 1 + ((u * 7 + m * 3) % 9) / 2})
  return Ratings.from(rows)
}

/** The factors of all users, in the order of their ids. */
async function writeUsers(file: string, engine: Engine<any>, rows = 300): Promise<void> {
  const {pu, bu, factors} = engine.model as FactorModel
  const {ids} = engine.train.frame.userIds
  async function* groups(): AsyncGenerator<Record<string, any>> {
    for (let from = 0; from < ids.length; from += rows) {
      const to = Math.min(ids.length, from + rows)
      const values = Float32Array.from(pu.subarray(from * factors, to * factors))
      yield {userId: ids.slice(from, to), bias: bu.slice(from, to), factors: {values, length: factors}}
    }
  }
  const userId = typeof ids[0] === 'string' ? 'string' : 'int32'
  await writeParquet(file, {userId, bias: 'float', factors: 'list<float>'}, groups())
}

/** All ratings, sorted by user, in parts of a folder. */
async function writeRatings(to: string, ratings: Ratings, groups: number[]): Promise<void> {
  mkdirSync(to)
  const rows = [...ratings]
  const userId = typeof rows[0].userId === 'string' ? 'string' : 'int64'
  for (const [part, size] of groups.entries()) {
    const from = groups.slice(0, part).reduce((sum, one) => sum + one, 0)
    const mine = rows.slice(from, part === groups.length - 1 ? undefined : from + size)
    const made = {
      userId: mine.map(row => row.userId as number),
      movieId: mine.map(row => row.movieId as number),
      rating: Float32Array.from(mine, row => row.rating)
    }
    const half = mine.length >> 1
    const cut = (a: number, b?: number): Record<string, any> =>
      Object.fromEntries(Object.entries(made).map(([name, values]) => [name, values.slice(a, b)]))
    const file = path.join(to, `part-0000${part}.snappy.parquet`)
    await writeParquet(file, {userId, movieId: 'int32', rating: 'float'}, [cut(0, half), cut(half)])
  }
}

interface Listed {
  userId: UserId
  movies: unknown[]
}

async function gathered(lists: AsyncIterable<Listed>): Promise<Listed[]> {
  const all: Listed[] = []
  for await (const {userId, movies} of lists) all.push({userId, movies: [...movies]})
  return all
}

/** The rows of a folder of lists, in its order. */
async function rowsIn(of: string): Promise<Array<[UserId, number, number, string, number]>> {
  const rows: Array<[UserId, number, number, string, number]> = []
  const names = ['userId', 'rank', 'movieId', 'title', 'score']
  for await (const group of (await openParquet(of)).groups(names))
    for (let k = 0; k < group.rows; k++) rows.push(names.map(name => valueAt(group, name, k)) as never)
  return rows
}

function valueAt(group: RowGroup, name: string, k: number): unknown {
  return group.column(name).values[k]
}

/** What `recommendAll` says, as rows of such a folder. */
async function rowsOf(engine: Engine<any>, n: number): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const {userId, movies} of engine.recommendAll({n}))
    for (const [k, {movieId, title, score}] of movies.entries())
      rows.push([userId, k + 1, movieId, title, score])
  return rows
}

function fitted(name: string, ratings: Ratings, options: Record<string, unknown>): Promise<Engine<any>> {
  const Class = engineByName(name) as unknown as new (o: Record<string, unknown>) => Engine<any>
  return new Class(options).fit(ratings)
}

let als: Engine<any>
const users = at('users.parquet')
const ratings = at('ratings')
beforeAll(async () => {
  als = await fitted('als', world(), {factors: 6, epochs: 4})
  await writeUsers(users, als)
  await writeRatings(ratings, als.train, [5000, 9000, 0])
})

describe('lists of users in a file', () => {
  it.each([
    ['als', {factors: 6, epochs: 4}],
    ['als', {factors: 5, epochs: 3, feedback: 'implicit'}],
    ['mf', {factors: 6, epochs: 4}]
  ])('%s %j: those of recommendAll, score for score', async (name, options) => {
    const engine = await fitted(name, world(), options)
    const file = at(`${name}-${JSON.stringify(options).length}.parquet`)
    await writeUsers(file, engine)
    const streamed = await gathered(streamLists(engine, {users: file, ratings, n: 7}))
    expect(streamed).toHaveLength(USERS)
    expect(streamed).toEqual(await gathered(engine.recommendAll({n: 7})))
    const all = await gathered(streamLists(engine, {users: file, n: 7}))
    expect(all).toEqual(await gathered(engine.recommendAll({n: 7, includeRated: true})))
    expect(all).not.toEqual(streamed)
  })

  it('of a model that was saved without its ratings and users', async () => {
    const file = at('without.mrec')
    await saveEngine(als, file, {ratings: false})
    const {loadEngine} = await import('movie-recs')
    const lists = await gathered(streamLists(await loadEngine(file), {users, ratings, n: 5}))
    expect(lists).toEqual(await gathered(als.recommendAll({n: 5})))
  })

  it('whose ids are texts', async () => {
    const named = await fitted(
      'als',
      world(u => `user ${u}`),
      {factors: 4, epochs: 3}
    )
    await writeUsers(at('named.parquet'), named)
    await writeRatings(at('named'), sortedByUser(named.train), [4000, 0])
    const lists = await gathered(streamLists(named, {users: at('named.parquet'), ratings: at('named'), n: 4}))
    expect(lists).toEqual(await gathered(named.recommendAll({n: 4})))
  })

  it('only of the movies that are asked for', async () => {
    const which = {n: 3, minRatings: 40, except: [1, 2, 3]}
    const lists = await gathered(streamLists(als, {users, ratings, ...which}))
    expect(lists).toEqual(await gathered(als.recommendAll(which)))
  })

  it('part by part they are all lists', async () => {
    const all = await gathered(streamLists(als, {users, ratings, n: 3}))
    for (const of of [1, 3, 16]) {
      const parts: Listed[] = []
      for (let k = 1; k <= of; k++)
        parts.push(...(await gathered(streamLists(als, {users, ratings, n: 3, part: [k, of]}))))
      expect(parts).toEqual(all)
    }
    expect(await gathered(streamLists(als, {users, n: 3, part: [2, 5000]}))).toEqual([])
  })

  it('of people of whom only factors are known, ties to the smaller id', async () => {
    const implicit = await fitted('als', world(), {factors: 4, epochs: 2, feedback: 'implicit'})
    const values = new Float32Array(4 * 70)
    await writeParquet(at('zeros.parquet'), {id: 'int32', features: 'list<float>'}, [
      {id: Int32Array.from({length: 70}, (_, k) => k), features: {values, length: 4}}
    ])
    const lists = await gathered(streamLists(implicit, {users: at('zeros.parquet'), n: 3}))
    expect(lists).toHaveLength(70)
    // The kernel cannot tell these scores apart, so each of them is the plain way's.
    for (const {movies} of lists)
      expect(movies).toMatchObject([1, 2, 3].map(movieId => ({movieId, score: 0})))
  })

  it('stops where it is asked to, and says how far it is', async () => {
    const stop = new AbortController()
    const told: number[] = []
    const lists = streamLists(als, {
      users,
      n: 3,
      signal: stop.signal,
      onProgress: ({done, total}) => told.push(done / total)
    })
    await gathered(lists)
    expect(told.at(-1)).toBe(1)
    stop.abort()
    await expect(gathered(streamLists(als, {users, signal: stop.signal}))).rejects.toMatchObject({
      name: 'AbortError'
    })
  })
})

/** Rows in the order of the users' ids. */
function sortedByUser(of: Ratings): Ratings {
  return Ratings.from([...of].sort((a, b) => (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0)))
}

describe('what Spark writes', () => {
  it('id and features, in parts, are users without biases', async () => {
    const implicit = await fitted('als', world(), {factors: 4, epochs: 3, feedback: 'implicit'})
    const {pu} = implicit.model as FactorModel
    const spark = at('userFactors')
    mkdirSync(spark)
    writeFileSync(path.join(spark, '_SUCCESS'), '')
    // Spark divides users by a hash of their ids.
    for (const part of [0, 1]) {
      const mine = Array.from({length: USERS}, (_, u) => u).filter(u => u % 2 === part)
      const values = Float32Array.from(mine.flatMap(u => [...pu.subarray(4 * u, 4 * u + 4)]))
      const rows = {id: mine.map(u => u + 1), features: {values, length: 4}}
      await writeParquet(
        path.join(spark, `part-0000${part}.snappy.parquet`),
        {id: 'int32', features: 'list<float>'},
        [rows]
      )
    }
    const lists = await gathered(streamLists(implicit, {users: spark, n: 4}))
    const expected = await gathered(implicit.recommendAll({n: 4, includeRated: true}))
    expect(lists.sort((a, b) => Number(a.userId) - Number(b.userId))).toEqual(expected)
    await expect(gathered(streamLists(implicit, {users: spark, ratings}))).rejects.toThrow(
      /not sorted: user 2 stands behind user 1299, .*Sort both by user/
    )
  })
})

describe('what is refused', () => {
  const refusal = async (o: StreamListsOptions, engine = als): Promise<Error> => {
    const error: unknown = await gathered(streamLists(engine, o)).catch(error => error)
    expect(error).toBeInstanceOf(Error)
    return error as Error
  }

  it('ratings that are not sorted, with the user', async () => {
    mkdirSync(at('unsorted'))
    const rows = [...als.train]
    const late = rows.findIndex(row => row.userId === 700)
    const moved = [...rows.slice(0, late - 3), rows[late + 60], ...rows.slice(late - 3)]
    const file = path.join(at('unsorted'), 'part-0.parquet')
    await writeParquet(file, {userId: 'int32', movieId: 'int32'}, [
      {userId: moved.map(row => row.userId as number), movieId: moved.map(row => row.movieId as number)}
    ])
    const error = await refusal({users, ratings: at('unsorted')})
    expect(error).toBeInstanceOf(ParquetError)
    expect(error.message).toContain(
      `part-0.parquet:${late - 1}: expected users in ascending order (userId), got user 699 behind user 702`
    )
    expect(error.message).toContain('Sort the ratings by user.')
  })

  it('factors of another length, no factors, other ids, and engines without factors', async () => {
    const other = await fitted('als', world(), {factors: 7, epochs: 2})
    expect((await refusal({users}, other)).message).toContain(
      'expected 7 factors of each user, as the model has of each movie, got 6'
    )
    const wrong = await refusal({users: path.join(ratings, 'part-00000.snappy.parquet')})
    expect(wrong.message).toContain('a column factors or features, got the columns userId, movieId, rating')
    const texts = path.join(ROOT, 'test/fixtures/parquet/own.parquet')
    const named = {users, ratings: texts, columns: {user: 'uid', movie: 'asin'}}
    expect((await refusal(named)).message).toContain(
      'the ids of users are texts, and those of the factors numbers'
    )
    const popularity = await fitted('popularity', world(), {})
    expect(await refusal({users}, popularity)).toBeInstanceOf(ArgumentError)
    expect((await refusal({users}, popularity)).message).toContain(
      'popularity makes no lists of factors of users'
    )
    expect((await refusal({users, part: [4, 3]})).message).toContain('the third of sixteen, got [4, 3]')
  })

  it('numbers that are none', async () => {
    const values = new Float32Array(12).fill(1)
    values[7] = Number.NaN
    await writeParquet(at('nan.parquet'), {id: 'int32', features: 'list<float>'}, [
      {id: [1, 2], features: {values, length: 6}}
    ])
    expect((await refusal({users: at('nan.parquet')})).message).toContain(
      'nan.parquet:2: expected finite numbers (features)'
    )
  })
})

describe('lists that are written', () => {
  const options: WriteListsOptions = {users, ratings, n: 5, usersPerFile: 200}

  it('are those of recommendAll, in files of so many users', async () => {
    const out = at('written')
    const written = await writeLists(als, out, options)
    expect(written).toMatchObject({users: USERS, kept: 0, ratings: {seen: als.train.length, unknown: 0}})
    expect(written.files).toHaveLength(7)
    expect(await rowsIn(out)).toEqual(await rowsOf(als, 5))
  })

  it('go on where they were stopped: what is there whole is kept', async () => {
    const out = at('stopped')
    const stop = new AbortController()
    const first = writeLists(als, out, {
      ...options,
      signal: stop.signal,
      onProgress: ({done}) => done >= 600 && stop.abort()
    })
    await expect(first).rejects.toMatchObject({name: 'AbortError'})
    const kept = readdirSync(out)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThan(7)
    expect(kept.every(name => name.endsWith('.parquet'))).toBe(true)
    const bytes = kept.map(name => readFileSync(path.join(out, name)))
    // A file in the middle that was lost, and one that is cut, are made again.
    rmSync(path.join(out, kept[0]))
    writeFileSync(path.join(out, kept[1]), bytes[1].subarray(0, 50))
    const written = await writeLists(als, out, options)
    expect(written.kept).toBe(200 * (kept.length - 2))
    expect(written.users + written.kept).toBe(USERS)
    expect(kept.map(name => readFileSync(path.join(out, name)))).toEqual(bytes)
    expect(await rowsIn(out)).toEqual(await rowsOf(als, 5))
    expect(await writeLists(als, out, options)).toMatchObject({users: 0, kept: USERS})
  })

  it('of parts stand beside each other, and not beside lists of something else', async () => {
    const out = at('parts')
    await Promise.all([1, 2, 3].map(k => writeLists(als, out, {...options, part: [k, 3]})))
    expect(await rowsIn(out)).toEqual(await rowsOf(als, 5))
    await expect(writeLists(als, out, options)).rejects.toThrow('another division, into 3 parts and not 1')
    await expect(writeLists(als, out, {...options, n: 6, part: [1, 3]})).rejects.toThrow(
      'lists of something else'
    )
    const other = await fitted('als', world(), {factors: 6, epochs: 5})
    await expect(writeLists(other, out, {...options, part: [1, 3]})).rejects.toThrow(
      'lists of something else'
    )
    await expect(writeLists(als, users, options)).rejects.toThrow('is a file, and lists of a file of users')
  })
})

describe('movie-recs recommend --users-from', () => {
  const model = at('als.mrec')
  beforeAll(() => saveEngine(als, model))

  function cli(...argv: string[]): Promise<{status: number; notes: string}> {
    return cliUntil(new AbortController().signal, ...argv)
  }

  async function cliUntil(signal: AbortSignal, ...argv: string[]): Promise<{status: number; notes: string}> {
    const notes: string[] = []
    const status = await main(argv, {out: text => notes.push(text), note: text => notes.push(text), signal})
    return {status, notes: notes.join('\n')}
  }

  it('writes the lists of a part beside ratings', async () => {
    const out = at('cli.parquet')
    const args = [
      'recommend',
      '--model',
      model,
      '--all-users',
      '--users-from',
      users,
      '-n',
      '4',
      '--out',
      out
    ]
    for (const part of ['1/2', '2/2'])
      expect(await cli(...args, '--ratings', ratings, '--part', part)).toEqual({
        status: 0,
        notes: `Wrote lists of 650 users to ${out}, 1 files.`
      })
    expect(await rowsIn(out)).toEqual(await rowsOf(als, 4))
    const again = await cli(...args, '--ratings', ratings, '--part', '2/2')
    expect(again.notes).toContain('Wrote lists of 0 users')
    expect(again.notes).toContain('Those of 650 users stood there already.')
  })

  it('says that rated movies stay without ratings', async () => {
    const args = ['recommend', '--model', model, '--all-users', '--users-from', users, '--out', at('stay')]
    expect((await cli(...args)).notes).toContain('movies that were rated stay on the lists')
    expect((await cli(...args.slice(0, -1), at('stay2'), '--include-rated')).notes).not.toContain(
      'stay on the lists'
    )
  })

  it('says that it goes on where it was stopped', async () => {
    const args = ['recommend', '--model', model, '--all-users', '--users-from', users, '--out', at('halted')]
    const {status, notes} = await cliUntil(AbortSignal.abort(), ...args)
    expect(status).toBe(130)
    expect(notes).toContain('What is written whole stays: the same command goes on from there.')
    expect(readdirSync(at('halted'))).toEqual([])
  })

  it('refuses what has no effect', async () => {
    const args = ['recommend', '--model', model, '--all-users', '--users-from', users, '--out', at('refused')]
    for (const [more, said] of [
      [['--part', '4/3'], /--part takes a part of how many/],
      [['--diversity', '0.5'], /leave --diversity out/],
      [['--movies', 'x.csv'], /leave --movies out/],
      [['--ratings', ratings, '--include-rated'], /leave it out, or --ratings/],
      [['--columns', 'user=u'], /leave --columns out/],
      [['--ratings', ratings, '--ratings', ratings], /one Parquet file, or a folder/]
    ] as const) {
      const {status, notes} = await cli(...args, ...more)
      expect(notes).toMatch(said)
      expect(status).toBe(2)
    }
    expect((await cli('recommend', '--model', model, '--user', '1', '--part', '1/2')).notes).toContain(
      'goes with --all-users'
    )
    expect(
      (await cli('recommend', '--model', model, '--all-users', '--part', '1/2', '--out', at('p'))).notes
    ).toContain('leave --part out')
  })
})
