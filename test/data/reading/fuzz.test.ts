import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import {DataFormatError, OptionError, type RatingRow, readMovies, readRatings} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-fuzz-'))
mkdirSync(path.join(folder, 'movies'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** For a longer search: FUZZ_RUNS=25000 npx vitest run test/data/reading/fuzz --testTimeout 300000 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400)
const file = path.join(folder, 'ratings')
const movieFile = path.join(folder, 'movies', 'movies')

interface Row {
  user: number
  movie: number
  rating: number
  timestamp: number
}

/** Rows whose pairs differ. */
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(
  fc.record({
    user: fc.nat({max: 2_000_000_000}),
    movie: fc.nat({max: 9999}),
    rating: fc.integer({min: 1, max: 10}).map(half => half / 2),
    timestamp: fc.integer({min: 100_000_000, max: 4_000_000_000})
  }),
  {minLength: 1, maxLength: 60, selector: ({user, movie}) => `${user} ${movie}`}
)

type Writer = (rows: readonly Row[], timed: boolean, end: string) => string
const joined =
  (separator: string, header: string): Writer =>
  (all, timed, end) =>
    [
      ...(header === ''
        ? []
        : [(timed ? header : header.split(separator).slice(0, 3).join(separator)) + end]),
      ...all.map(
        ({user, movie, rating, timestamp}) =>
          [user, movie, rating, ...(timed ? [timestamp] : [])].join(separator) + end
      )
    ].join('')
const LAYOUTS: readonly Writer[] = [
  joined('::', ''),
  joined('\t', ''),
  joined(',', ''),
  joined(',', 'userId,movieId,rating,timestamp'),
  joined(';', 'user;item;stars;time'),
  joined(',', '"uid","asin","score","ts"'),
  joined(' ', ''),
  joined('\t\t', ''),
  joined('\t', 'user_id:token\titem_id:token\trating:float\ttimestamp:float'),
  (all, timed, end) =>
    all
      .map(({user, movie, rating, timestamp}) => ({user, movie, rating, ...(timed ? {timestamp} : {})}))
      .map(row => JSON.stringify(row) + end)
      .join('')
]
const written: fc.Arbitrary<{all: Row[]; timed: boolean; text: string}> = fc
  .record({
    all: rows,
    timed: fc.boolean(),
    layout: fc.constantFrom(...LAYOUTS),
    end: fc.constantFrom('\n', '\r\n')
  })
  .map(({all, timed, layout, end}) => ({all, timed, text: layout(all, timed, end)}))

/** Counts and scales of other data sets, whose rows are known by their look. */
const KNOWN: readonly Writer[] = [
  (all, _, end) =>
    all
      .map(({user, movie, rating}) => `${String(user).padStart(40, 'a')}\t\t"${movie}" b\t${rating}${end}`)
      .join(''),
  (all, _, end) =>
    all.map(({user, movie, rating}) => `${user},"${movie}, b",play,${rating},0${end}`).join(''),
  (all, timed, end) =>
    all
      .map(
        ({user, movie, rating, timestamp}) =>
          `${user}::${movie}::${2 * rating}${timed ? `::${timestamp}` : ''}${end}`
      )
      .join('')
]
const known: fc.Arbitrary<{text: string}> = fc
  .record({
    all: rows,
    timed: fc.boolean(),
    layout: fc.constantFrom(...KNOWN),
    end: fc.constantFrom('\n', '\r\n')
  })
  .map(({all, timed, layout, end}) => ({text: layout(all, timed, end)}))

/** Bytes that were a ratings file before somebody cut, repeated, replaced or inserted some. */
const mutated: fc.Arbitrary<Buffer> = fc
  .record({
    text: fc.oneof({weight: 3, arbitrary: written}, known).map(({text}) => Buffer.from(text)),
    changes: fc.array(
      fc.record({
        at: fc.double({min: 0, max: 1, noNaN: true}),
        length: fc.nat({max: 8}),
        put: fc.oneof(
          fc.uint8Array({maxLength: 6}).map(bytes => Buffer.from(bytes)),
          fc
            .constantFrom(
              '"',
              '\n',
              '\r',
              '::',
              '\t',
              ',',
              '-',
              '.',
              '\0',
              '\uFEFF',
              'é',
              '\n\n',
              '1e9',
              'NaN'
            )
            .map(text => Buffer.from(text))
        )
      }),
      {maxLength: 4}
    )
  })
  .map(({text, changes}) => {
    let bytes = text
    for (const {at, length, put} of changes) {
      const from = Math.floor(at * bytes.length)
      bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)])
    }
    return bytes
  })

/** Lines that hold more than white space, ended by LF, or by CR where there is no LF before the end. */
function filledLines(bytes: Buffer): number {
  const [a, b] = bytes
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  const text =
    a === 0xff && b === 0xfe
      ? even.toString('utf16le')
      : a === 0xfe && b === 0xff
        ? Buffer.from(even).swap16().toString('utf16le')
        : bytes.toString('utf8')
  const bare = text.replace(/^\uFEFF/, '')
  const ends = !bare.includes('\n') && /\r./s.test(bare) ? '\r' : '\n'
  return bare.split(ends).filter(line => line.trim() !== '').length
}

/** What a reader may throw: that the file is bad, or that it must be asked which column is which. */
function isTyped(error: unknown): boolean {
  return error instanceof DataFormatError || (error instanceof OptionError && error.option === 'columns')
}

/** Nothing but typed errors comes out, and with `skip` every line is a row, the header, or listed. */
async function readsOrSays(bytes: Buffer): Promise<void> {
  writeFileSync(file, bytes)
  try {
    const ratings = await readRatings(file, {duplicates: 'error'})
    expect([0, 1]).toContain(filledLines(bytes) - ratings.length)
  } catch (error) {
    if (!isTyped(error)) throw error
    if (error instanceof DataFormatError) expect(error.file).toBe(file)
  }
  try {
    const ratings = await readRatings(file, {onBadLine: 'skip', duplicates: 'error'})
    expect([0, 1]).toContain(filledLines(bytes) - ratings.length - ratings.skipped.length)
    for (const value of ratings.rows.r) expect(Number.isFinite(value)).toBe(true)
  } catch (error) {
    if (!isTyped(error)) throw error
  }
}

describe('readRatings', () => {
  it('gives back every row of every layout', async () => {
    await fc.assert(
      fc.asyncProperty(written, async ({all, timed, text}) => {
        writeFileSync(file, text)
        const ratings = await readRatings(file)
        const got = Array.from(ratings as Iterable<RatingRow>)
        expect(got).toEqual(
          all.map(({user, movie, rating, timestamp}) => ({
            userId: user,
            movieId: movie,
            rating,
            ...(timed ? {timestamp} : {})
          }))
        )
      }),
      {numRuns: RUNS}
    )
  })

  it('finds a file cut anywhere, or warns, or loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.double({min: 0, max: 1, noNaN: true}), async ({all, text}, share) => {
        const cut = text.slice(0, Math.floor(share * text.length))
        writeFileSync(file, cut)
        try {
          const ratings = await readRatings(file)
          const whole = cut.endsWith('\n')
          expect(ratings.warnings.length).toBe(whole ? 0 : 1)
          const got = Array.from(
            ratings as Iterable<RatingRow>,
            ({userId, movieId}) => `${userId} ${movieId}`
          )
          expect(got).toEqual(all.slice(0, got.length).map(({user, movie}) => `${user} ${movie}`))
        } catch (error) {
          if (!isTyped(error)) throw error
        }
      }),
      {numRuns: RUNS}
    )
  })

  it('answers changed files with rows or typed errors, and loses no line', async () => {
    await fc.assert(fc.asyncProperty(mutated, readsOrSays), {numRuns: RUNS})
  })

  it('answers any bytes with rows or typed errors', async () => {
    const bytes = fc.uint8Array({maxLength: 300}).map(array => Buffer.from(array))
    const texts = fc
      .array(
        fc.constantFrom(
          '1',
          '23',
          ',',
          ',',
          ';',
          '::',
          '\t',
          '\n',
          '\n',
          '"',
          'a',
          '.',
          '-',
          ' ',
          '\r',
          'rating',
          'user'
        ),
        {maxLength: 80}
      )
      .map(parts => Buffer.from(parts.join('')))
    await fc.assert(fc.asyncProperty(fc.oneof(bytes, texts), readsOrSays), {numRuns: 2 * RUNS})
  })
})

describe('readMovies', () => {
  const MOVIES = [
    'movieId,title,genres\n1,Toy Story (1995),Adventure|Children\n2,"Usual ""S"", The (1995)",Crime\n',
    '1::Toy Story (1995)::Animation|Comedy\n2::Misérables, Les (1995)::Drama|Musical\n',
    `1|Toy Story (1995)|01-Jan-1995||http://x|${'0|'.repeat(18)}1\n2|GoldenEye (1995)|01-Jan-1995||http://y|${'1|'.repeat(18)}0\n`
  ]
  const changed = fc
    .record({
      text: fc.constantFrom(...MOVIES),
      encoding: fc.constantFrom<BufferEncoding>('utf8', 'latin1'),
      at: fc.double({min: 0, max: 1, noNaN: true}),
      length: fc.nat({max: 9}),
      put: fc.uint8Array({maxLength: 5})
    })
    .map(({text, encoding, at, length, put}) => {
      const bytes = Buffer.from(text, encoding)
      const from = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)])
    })

  it('answers changed files and any bytes with movies or typed errors', async () => {
    const bytes = fc.uint8Array({maxLength: 200}).map(array => Buffer.from(array))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(changed, bytes),
        fc.constantFrom<'error' | 'skip'>('error', 'skip'),
        async (content, onBadLine) => {
          writeFileSync(movieFile, content)
          try {
            const movies = await readMovies(movieFile, {onBadLine})
            expect(movies.length).toBeGreaterThan(0)
            for (const movie of movies) expect(movie.title).not.toBe('')
          } catch (error) {
            if (!isTyped(error)) throw error
          }
        }
      ),
      {numRuns: 2 * RUNS}
    )
  })

  it('does not hang on ten thousand quotes that are never closed', async () => {
    const bad = `movieId,title,genres\n${'1,"a,b\n'.repeat(10_000)}2,Good,Drama\n`
    writeFileSync(movieFile, bad)
    const movies = await readMovies(movieFile, {onBadLine: 'skip'})
    expect(movies.has(2)).toBe(true)
  })
})
