import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {gzipSync} from 'node:zlib'
import {
  DataFormatError,
  OptionError,
  type RatingRow,
  type Ratings,
  type ReadRatingsOptions,
  readRatings
} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

let made = 0
/** Writes a file into a folder of its own, so that no catalogue stands beside it. */
function file(name: string, content: string | Buffer): string {
  const dir = path.join(folder, String(made++))
  mkdirSync(dir)
  writeFileSync(path.join(dir, name), content)
  return path.join(dir, name)
}

/** The rows of a file as short texts: user movie rating timestamp. */
function rowsOf(ratings: Ratings): string[] {
  return Array.from(ratings as Iterable<RatingRow>, ({userId, movieId, rating, timestamp}) =>
    [userId, movieId, rating, timestamp].filter(value => value !== undefined).join(' ')
  )
}

const THREE = ['1 31 2.5 1260759144', '1 1029 3 1260759179', '7 31 4 851868750']

describe('one column for two roles is refused', () => {
  it.each<[string, string, ReadRatingsOptions]>([
    ['by its name', 'uid,asin,stars\n1,31,2.5\n', {columns: {user: 'uid', movie: 'uid', rating: 'stars'}}],
    ['by two forms of a name', 'uid,asin,stars\n1,31,2.5\n', {columns: {user: 'uid', movie: 'UID'}}],
    ['by a name and its place', 'uid,asin,stars\n1,31,2.5\n', {columns: {user: 1, movie: 'uid'}}],
    ['by its place', '1,31,2.5\n1,32,3\n', {columns: {user: 1, movie: 2, rating: 2}, header: false}],
    ['beside a usual name', 'userId,movieId,rating\n1,31,2.5\n', {columns: {movie: 'userId'}}],
    ['in lines of JSON', '{"user": 1, "item": 2, "stars": 3}\n', {columns: {user: 'user', movie: 'user'}}]
  ])('%s', async (_, text, o) => {
    const failure = await readRatings(file('r.csv', text), o).catch(error => error)
    expect(failure).toBeInstanceOf(OptionError)
    expect(failure.option).toBe('columns')
    expect(failure.message).toMatch(
      /a column of its own for each, got .+ for (user|movie) and for (movie|rating)\. Name another/
    )
  })
})

describe('layouts are found out', () => {
  it.each([
    [
      'CSV with a header',
      'r.csv',
      'userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n7,31,4,851868750\n'
    ],
    [
      'CSV with quotes',
      'r.csv',
      '"userId","movieId","rating","timestamp"\n"1","31","2.5","1260759144"\n"1",1029,"3.0",1260759179\n7,31,4,851868750\n'
    ],
    [
      'a byte order mark and CRLF',
      'r.csv',
      '\uFEFFuserId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n1,1029,3.0,1260759179\r\n7,31,4,851868750\r\n'
    ],
    ['u.data', 'u.data', '1\t31\t2.5\t1260759144\n1\t1029\t3\t1260759179\n7\t31\t4\t851868750\n'],
    ['.dat', 'ratings.dat', '1::31::2.5::1260759144\n1::1029::3::1260759179\n7::31::4::851868750\n'],
    [
      '.dat with CRLF',
      'ratings.dat',
      '1::31::2.5::1260759144\r\n1::1029::3::1260759179\r\n7::31::4::851868750\r\n'
    ],
    ['commas without a header', 'r.csv', '1,31,2.5,1260759144\n1,1029,3,1260759179\n7,31,4,851868750\n'],
    [
      'semicolons',
      'r.csv',
      'user;item;stars;time\n1;31;2.5;1260759144\n1;1029;3;1260759179\n7;31;4;851868750\n'
    ],
    [
      'other order and other columns',
      'r.csv',
      'note,rating,timestamp,movie_id,user_id\n"a, ""b""",2.5,1260759144,31,1\n,3,1260759179,1029,1\nx,4,851868750,31,7\n'
    ],
    [
      'tabs with a header',
      'r.tsv',
      'uid\tasin\tscore\tts\n1\t31\t2.5\t1260759144\n1\t1029\t3\t1260759179\n7\t31\t4\t851868750\n'
    ],
    [
      'ISO dates',
      'r.csv',
      'user,movie,rating,date\n1,31,2.5,2009-12-14T02:52:24Z\n1,1029,3,2009-12-14 02:52:59\n7,31,4,1996-12-29T15:12:30+01:00\n'
    ],
    [
      'blank lines',
      'r.csv',
      '\nuserId,movieId,rating,timestamp\n\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n   \n7,31,4,851868750\n\n\n'
    ]
  ])('%s', async (_, name, content) => {
    const ratings = await readRatings(file(name, content))
    expect(rowsOf(ratings)).toEqual(THREE)
    expect(ratings.skipped).toEqual([])
  })

  it('reads ratings without timestamps', async () => {
    expect(rowsOf(await readRatings(file('r.csv', 'userId,movieId,rating\n1,31,2.5\n7,31,4\n')))).toEqual([
      '1 31 2.5',
      '7 31 4'
    ])
    expect(rowsOf(await readRatings(file('r.dat', '1::31::2.5\n7::31::4\n')))).toEqual(['1 31 2.5', '7 31 4'])
  })
})

describe('long files, which are read piece by piece', () => {
  const count = 60_000
  const rating = (k: number): string => (1 + (k % 9) / 2).toFixed(1)
  const line = (k: number): string =>
    `${1 + (k % 700)},${1 + Math.floor(k / 700) + (k % 7) * 1000},${rating(k)}`
  const lines = Array.from({length: count}, (_, k) => line(k))
  const same = (ratings: Ratings, n: number): void => {
    const got = Array.from(
      ratings as Iterable<RatingRow>,
      row => `${row.userId},${row.movieId},${row.rating.toFixed(1)}`
    )
    expect(got.length).toBe(n)
    expect(got.findIndex((text, k) => text !== lines[k])).toBe(-1)
  }

  it.each(['\n', '\r\n', '\n\n'])('give every row', async end => {
    same(await readRatings(file('r.csv', `userId,movieId,rating${end}${lines.join(end)}${end}`)), count)
  })

  it('know the line of an error, of a second rating and of a cut', async () => {
    const text = `userId,movieId,rating\n${lines.join('\n')}`
    await expect(readRatings(file('r.csv', `${text}\n9,9\n`))).rejects.toMatchObject({line: count + 2})
    await expect(readRatings(file('r.csv', `${text}\n${line(123)}\n`))).rejects.toMatchObject({
      line: count + 2
    })
    await expect(readRatings(file('r.csv', `${text}\n9,9,4`))).rejects.toThrow(/no decimals/)
    const skipped = await readRatings(file('r.csv', `${text}\n9,9\n${line(123)}\n`), {
      onBadLine: 'skip',
      duplicates: 'first'
    })
    same(skipped, count)
    expect(skipped.skipped.map(({line}) => line)).toEqual([count + 2])
    expect(skipped.warnings).toEqual([
      expect.stringMatching(/^1 pair of user and movie comes more than once/)
    ])
  })

  it('may hold no line of a million bytes', async () => {
    const long = `userId,movieId,rating\n1,2,3\n${'7'.repeat(3e6)}`
    await expect(readRatings(file('r.csv', long), {onBadLine: 'skip'})).rejects.toThrow(
      /less than a million bytes/
    )
    const quarter = `user,movie,rating\n1,2,3\n1,${'a'.repeat(600_000)},4\n`
    expect(await readRatings(file('r.csv', quarter))).toHaveLength(2)
  })
})

describe('columns', () => {
  const cases = path.join(ROOT, 'test/fixtures/cases')

  it('without a header are asked about where products stand first, and are read as told', async () => {
    const amazon = path.join(cases, '08-amazon/item-first-no-header.csv')
    await expect(readRatings(amazon)).rejects.toThrow(OptionError)
    await expect(readRatings(amazon)).rejects.toThrow(
      /--columns user=2,movie=1,rating=3,timestamp=4 .* or --columns user=1,movie=2,rating=3,timestamp=4/
    )
    const ratings = await readRatings(amazon, {columns: {user: 2, movie: 1, rating: 3, timestamp: 4}})
    expect(ratings.length).toBe(readFileSync(amazon, 'utf8').trim().split('\n').length)
    expect(rowsOf(ratings)[0]).toBe('A00INVENTED01 0005089549 5 1204100000')
    const other = await readRatings(amazon, {columns: {user: '1', movie: '2', rating: '3'}})
    expect(rowsOf(other)[0]).toBe('0005089549 A00INVENTED01 5')
    expect(other.readAs).toBeUndefined()
  })

  it('by their places cost no row, with a header or without', async () => {
    const places = {user: 1, movie: 3, rating: 4}
    const rows = 'u1,x,7,4\nu2,y,8,2\n'
    expect(rowsOf(await readRatings(file('r.csv', rows), {columns: places}))).toEqual(['u1 7 4', 'u2 8 2'])
    const headed = file('r.csv', `who,note,what,how\n${rows}`)
    expect(await readRatings(headed, {columns: places})).toHaveLength(2)
    expect(await readRatings(headed, {columns: {user: 'who', movie: 3, rating: 'how'}})).toHaveLength(2)
    await expect(readRatings(headed, {columns: places, header: false})).rejects.toThrow(
      /:1: expected a rating/
    )
    await expect(readRatings(file('r.csv', rows), {columns: {...places, rating: 9}})).rejects.toThrow(
      /expected 9 columns, .*Count the columns from 1/
    )
  })

  it('are never named after data', async () => {
    await expect(readRatings(file('r.csv', 'u1,x,seven,good\nu2,y,eight,bad\n'))).rejects.toThrow(
      /--columns user=uid,movie=asin,rating=stars.*--no-header --columns user=1,movie=2,rating=3/
    )
  })

  it('say how they are read where that is a guess', async () => {
    const headed = await readRatings(
      file('r.csv', 'reviewerID,asin,overall,unixReviewTime\na,b,4,1500000000\n')
    )
    expect(headed.readAs).toMatch(
      /r\.csv: read as: user = reviewerID, movie = asin, rating = overall, timestamp = unixReviewTime\.$/
    )
    const bare = await readRatings(file('r.csv', 'a,b,4\nc,d,5\n'))
    expect(bare.readAs).toMatch(/read as: user = column 1, movie = column 2, rating = column 3\.$/)
    for (const text of [
      'userId,movieId,rating\n1,2,3\n',
      'user,item,rating\n1,2,3\n',
      '1::2::3::4\n',
      '1\t2\t3\t4\n'
    ])
      expect((await readRatings(file('r', text))).readAs).toBeUndefined()
  })

  it('may be divided by spaces or doubled tabs, and be named as RecBole names them', async () => {
    expect(rowsOf(await readRatings(file('r.txt', '1 2 3.5\n1 3 4\n')))).toEqual(['1 2 3.5', '1 3 4'])
    const jester = await readRatings(path.join(cases, '04-jester/jester_ratings.dat'), {scale: [-10, 10]})
    expect(rowsOf(jester)[0]).toBe('1 1 -2.369999885559082')
    const inter = 'user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n'
    expect(rowsOf(await readRatings(file('ml.inter', inter)))).toEqual(['196 242 3 881250949'])
  })
})

describe('bytes', () => {
  const text = 'user,movie,rating\nzoë,1,4\nal,2,5\n'
  const packed = gzipSync(text)
  const swapped = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()

  it.each<[string, Buffer]>([
    ['packed by gzip', packed],
    ['in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['in UTF-16 with the high byte first', swapped],
    ['with CR for line ends', Buffer.from(text.replaceAll('\n', '\r'))],
    ['in UTF-16 with CR, packed', gzipSync(Buffer.from(`\uFEFF${text.replaceAll('\n', '\r')}`, 'utf16le'))]
  ])('%s are read as they are', async (_, bytes) => {
    expect(rowsOf(await readRatings(file('r.csv', bytes)))).toEqual(['zoë 1 4', 'al 2 5'])
  })

  it('of an archive that is cut are refused', async () => {
    await expect(readRatings(file('r.csv.gz', packed.subarray(0, 30)))).rejects.toThrow(
      /r\.csv\.gz: .*a gzip archive that is cut or damaged/
    )
  })

  it('come from standard input', async () => {
    const command = [
      path.join(ROOT, 'lib/bin/movie-recs.js'),
      'evaluate',
      '--engine',
      'baseline',
      '--ratings',
      '-'
    ]
    const lines = Array.from({length: 40}, (_, n) => `${n % 8},${Math.floor(n / 8)},${1 + (n % 5)}`)
    const run = spawnSync(process.execPath, [...command, '--holdout', '0.2'], {
      input: `userId,movieId,rating\n${lines.join('\n')}\n`,
      encoding: 'utf8'
    })
    expect(run.stderr).toBe('')
    expect(run.stdout).toMatch(/on 8 test ratings/)
  })
})

describe('other shapes', () => {
  const cases = path.join(ROOT, 'test/fixtures/cases')

  it("are the Netflix Prize's blocks, and its titles", async () => {
    const blocks = path.join(cases, '07-netflix/combined_data_1.txt')
    const ratings = await readRatings(blocks, {movies: path.join(cases, '07-netflix/movie_titles.csv')})
    const lines = readFileSync(blocks, 'utf8').split('\n')
    expect(ratings.length).toBe(lines.filter(line => line.includes(',')).length)
    // 2005-08-11 is 13,006 days after 1970-01-01.
    expect(rowsOf(ratings)[0]).toBe(`1400001 1 3 ${13_006 * 86_400}`)
    expect(rowsOf(ratings)[3].startsWith('1400001 2 4 ')).toBe(true)
    expect(ratings.readAs).toMatch(/blocks of a movie/)
    expect([...ratings.movies].map(movie => movie.originalTitle)).toContain("Vera, the Baker's Daughter")
    expect(ratings.movies.get(3)).toMatchObject({originalTitle: 'Painter, Actor, and Fool', year: 1997})
    expect(ratings.movies.get(4)?.year).toBeUndefined()
    const bad = file('blocks.txt', '1:\n7,3,2005-08-11\n8,x,2005-08-11\n2:\n7,4,2005-08-12\n')
    await expect(readRatings(bad)).rejects.toMatchObject({line: 3})
    expect(rowsOf(await readRatings(bad, {onBadLine: 'skip'})).map(row => row.slice(0, 5))).toEqual([
      '7 1 3',
      '7 2 4'
    ])
    const short = file('short.txt', '1:\n14|k|3\n')
    await expect(readRatings(short)).rejects.toThrow(/short.txt:2: expected 3 fields divided by ','/)
  })

  it('are lines of JSON, packed or not', async () => {
    for (const name of ['Movies_5.json', 'Movies_5.json.gz']) {
      const ratings = await readRatings(path.join(cases, '08-amazon', name))
      expect(rowsOf(ratings).slice(0, 2)).toEqual([
        'A00INVENTED01 0005089549 5 1204100000',
        'A00INVENTED02 0005089549 1 1388361600'
      ])
      expect(ratings).toHaveLength(3)
      expect(ratings.readAs).toMatch(
        /user = reviewerID, movie = asin, rating = overall, timestamp = unixReviewTime/
      )
    }
    const own = file(
      'r.json',
      '{"who":"a \\"b\\"","what":1,"stars":4}\n{"who":"c","what":2}\nno\n{"who":"d","what":2,"stars":3}\n'
    )
    const columns = {user: 'who', movie: 'what'}
    await expect(readRatings(own, {columns})).rejects.toMatchObject({line: 2})
    const kept = await readRatings(own, {columns, onBadLine: 'skip'})
    expect(rowsOf(kept)).toEqual(['a "b" 1 4', 'd 2 3'])
    expect(kept.skipped.map(({line}) => line)).toEqual([2, 3])
    await expect(readRatings(own)).rejects.toThrow(/expected a header that names a user/)
  })

  it("are Jester's matrix, the same ratings as its rows", async () => {
    const scale = [-10, 10] as const
    const matrix = await readRatings(path.join(cases, '04-jester/matrix.csv'), {scale})
    const rows = await readRatings(path.join(cases, '04-jester/jester_ratings.dat'), {scale})
    expect(rowsOf(matrix)).toEqual(rowsOf(rows))
    const off = file('m.csv', '2,1,2,99,99,99\n3,1,2,30,99,99\n')
    await expect(readRatings(off, {scale})).rejects.toThrow(
      /m\.csv:2: expected ratings from -10 to 10, or 99 for none, got "30"/
    )
  })

  it('may be in ISO-8859-1, which is said', async () => {
    const latin = file('r.csv', Buffer.from('user,movie,rating\nanna,1,3\nrené,2,4\n', 'latin1'))
    const ratings = await readRatings(latin)
    expect(rowsOf(ratings)).toEqual(['anna 1 3', 'rené 2 4'])
    expect(ratings.warnings).toEqual([expect.stringMatching(/r\.csv:3: .*read as ISO-8859-1/)])
    const books = await readRatings(path.join(cases, '09-books/BX-Book-Ratings-odd.csv'), {
      movies: path.join(cases, '09-books/BX-Books.csv')
    })
    expect(books.length).toBe(
      readFileSync(path.join(cases, '09-books/BX-Book-Ratings-odd.csv'), 'latin1').trim().split('\n').length -
        1
    )
    expect(books.movies.get('0446520802')?.originalTitle).toBe('The "Small" House; a Café')
  })
})

describe('several files', () => {
  it('are parts of one, whatever kind their ids are', async () => {
    const [one, two] = [
      file('a.csv', 'user,movie,rating\n1,10,4\n2,x,5\n'),
      file('b.tsv', '3\t10\t2\n1\t11\t1\n')
    ]
    expect(rowsOf(await readRatings([one, two]))).toEqual(['1 10 4', '2 x 5', '3 10 2', '1 11 1'])
    expect((await readRatings([one, two])).frame.movieIds.ids).toEqual(['10', '11', 'x'])
    const numbers = file('c.csv', 'user,movie,rating\n7,10,4\n')
    expect((await readRatings([two, numbers])).frame.movieIds.ids).toEqual([10, 11])
    await expect(readRatings([one, file('d.csv', 'user,movie,rating\n5,5,5\n2,x,1\n')])).rejects.toThrow(
      /d\.csv:3: .*second rating of user 2 for movie x/
    )
    await expect(readRatings([])).rejects.toThrow(/an empty list/)
  })
})

describe('a record', () => {
  const reviews = path.join(ROOT, 'test/fixtures/cases/32-multiline/reviews.csv')

  it('may run over lines, one of which looks like a row', async () => {
    for (const onBadLine of ['error', 'skip'] as const) {
      const ratings = await readRatings(reviews, {onBadLine})
      expect(rowsOf(ratings)).toEqual(['1 10 4', '1 11 2', '2 10 5', '2 11 3', '3 11 4'])
      expect(ratings.skipped).toEqual([])
    }
  })

  it('keeps the numbers of the lines behind it', async () => {
    const text = 'user,movie,rating,review\n1,2,3,"a\nb\n\nc"\n1,3,x,d\n'
    await expect(readRatings(file('r.csv', text))).rejects.toMatchObject({line: 6})
  })

  it('may have quotes inside, doubled or escaped, in lines of either end, and spaces before its quotes', async () => {
    const row = String.raw`1, "2","3", "say \"a\" first
and ""b"", she said
9,9,1,fake"`
    for (const end of ['\n', '\r\n']) {
      const text = `user, movie,rating,review\n${row}\n1,3,4,c\n`.replaceAll('\n', end)
      const ratings = await readRatings(file('r.csv', text), {onBadLine: 'skip'})
      expect(rowsOf(ratings)).toEqual(['1 2 3', '1 3 4'])
      expect(ratings.skipped).toEqual([])
    }
  })

  it('of lines that are never closed costs no more than its lines', async () => {
    const open = String.raw`1,2,3,"a \"b`
    const text = `user,movie,rating,review\n1,9,3,x\n${`${open}\n`.repeat(20_000)}2,3,4,c\n`
    const begun = performance.now()
    const ratings = await readRatings(file('r.csv', text), {onBadLine: 'skip'})
    expect(rowsOf(ratings)).toEqual(['1 9 3', '2 3 4'])
    expect(ratings.skipped).toHaveLength(20_000)
    expect(performance.now() - begun).toBeLessThan(5000)
  })

  it('that is bad is listed line by line, and no row is made of its inside', async () => {
    const text = 'user,movie,rating,review\n1,2,nine,"a\n3,10,1,fake\n\nb"\n1,3,4,c\n'
    const ratings = await readRatings(file('r.csv', text), {onBadLine: 'skip'})
    expect(rowsOf(ratings)).toEqual(['1 3 4'])
    expect(ratings.skipped.map(({line}) => line)).toEqual([2, 3, 5])
  })

  it('whose quote is never closed is one bad line', async () => {
    const text = 'user,movie,rating,review\n1,2,3,"a\n1,3,4,b\n1,4,5,c\n'
    await expect(readRatings(file('r.csv', text))).rejects.toThrow(
      /r\.csv:2: expected quotes around whole fields/
    )
    const ratings = await readRatings(file('r.csv', text), {onBadLine: 'skip'})
    expect(rowsOf(ratings)).toEqual(['1 3 4', '1 4 5'])
    expect(ratings.skipped.map(({line}) => line)).toEqual([2])
  })

  it('has its user, movie and rating in one line each', async () => {
    await expect(readRatings(file('r.csv', 'user,movie,rating\n1,"a\nb",3\n'))).rejects.toThrow(
      /r\.csv:2: expected a movie in one line/
    )
  })

  it('may lie across what is read at once', async () => {
    const row = (n: number): string => `${n},${n % 7},4,"${'x'.repeat(90)}\n9,9,9,fake\n${'y'.repeat(60)}"\n`
    const text = `user,movie,rating,review\n${Array.from({length: 4000}, (_, n) => row(n)).join('')}`
    const ratings = await readRatings(file('r.csv', text), {onBadLine: 'skip'})
    expect(ratings).toHaveLength(4000)
    expect(ratings.skipped).toEqual([])
    await expect(readRatings(file('r.csv', `${text}1,2\n`))).rejects.toMatchObject({line: 12_002})
  })
})

describe("people's own files", () => {
  it('takes their column names and keeps text ids', async () => {
    const path = file('r.csv', 'who,what,how\nzoe,B00X,9\n"al, b",0042,10\n')
    const ratings = await readRatings(path, {
      columns: {user: 'who', movie: 'what', rating: 'how'},
      scale: [1, 10]
    })
    expect(rowsOf(ratings)).toEqual(['zoe B00X 9', 'al, b 0042 10'])
    expect(ratings.scale).toEqual([1, 10])
  })

  it('keeps a column of digits and texts as texts, in order of the file', async () => {
    const ratings = await readRatings(
      file('r.csv', 'user_id,asin,stars\n1,1594032653,5\n2,B00ABC,1\n1,000,2\n')
    )
    expect(rowsOf(ratings)).toEqual(['1 1594032653 5', '2 B00ABC 1', '1 000 2'])
    expect(Array.from(ratings as Iterable<RatingRow>, row => typeof row.movieId)).toEqual([
      'string',
      'string',
      'string'
    ])
  })

  it('keeps whole numbers above a thousand million exact', async () => {
    const ratings = await readRatings(
      file('r.csv', 'user,movie,rating\n9007199254740991,3000000000,5\n2,4000000000,1\n')
    )
    expect(rowsOf(ratings)).toEqual(['9007199254740991 3000000000 5', '2 4000000000 1'])
  })
})

describe('bad input', () => {
  const good = '1::31::3::900000001\n'
  it.each<[string, string, string | Buffer, number, RegExp, RegExp]>([
    ['too few fields', 'r.dat', `${good}1::32::3\n${good}`, 2, /4 fields divided by '::'/, /3 fields/],
    ['too many fields', 'r.csv', 'userId,movieId,rating\n1,31,3\n1,32,3,4\n', 3, /3 fields/, /4 fields/],
    [
      'a rating that is not a number',
      'r.dat',
      `${good}1::32::good::900000001\n`,
      2,
      /rating that is a number/,
      /"good"/
    ],
    [
      'an empty rating',
      'r.csv',
      'userId,movieId,rating\n1,31,\n1,2,3\n',
      2,
      /rating that is a number/,
      /empty/
    ],
    ['NaN', 'r.csv', 'user,movie,rating\n1,31,NaN\n', 2, /number/, /"NaN"/],
    ['infinity', 'r.csv', 'user,movie,rating\n1,31,1e999\n', 2, /finite/, /1e999/],
    ['a rating off the scale', 'r.dat', `${good}1::32::6::900000001\n`, 2, /from 0.5 to 5/, /"6"/],
    [
      'a rating below the scale',
      'u.data',
      '1\t2\t3\t900000001\n1\t3\t0\t900000001\n',
      2,
      /from 0.5 to 5/,
      /"0"/
    ],
    ['a negative id', 'r.csv', 'userId,movieId,rating\n1,31,3\n-4,31,3\n', 3, /user id from 0 up/, /"-4"/],
    ['a negative movie id', 'r.csv', 'user,asin,stars\nanna,-31,3\n', 2, /movie id from 0 up/, /"-31"/],
    ['an empty id', 'r.csv', 'user,asin,stars\n,31,3\n', 2, /user id/, /empty/],
    ['a text among numbers', 'r.dat', `${good}x7::32::3::900000001\n`, 2, /whole number/, /"x7"/],
    [
      'a second rating for a pair',
      'r.dat',
      `${good}\n2::31::3::900000001\n1::31::4::900000001\n`,
      4,
      /one rating for each pair/,
      /user 1 for movie 31/
    ],
    ['an empty file', 'r.csv', '', 0, /ratings/, /empty file/],
    ['blank lines only', 'r.csv', '\n \r\n\n', 0, /ratings/, /empty file/],
    ['a header only', 'r.csv', 'userId,movieId,rating\n', 0, /at least one rating/, /nothing below/],
    ['a file cut in a line', 'r.dat', `${good}1::32::`, 2, /4 fields/, /3 fields/],
    ['a file cut in a timestamp', 'r.dat', `${good}1::32::4::9000`, 2, /last line/, /fewer digits/],
    [
      'a file cut in a rating',
      'r.csv',
      'userId,movieId,rating\n1,31,3.0\n1,33,2.5\n1,32,4',
      4,
      /last line/,
      /no decimals/
    ],
    [
      'a file cut behind the point',
      'r.csv',
      'userId,movieId,rating\n1,31,3.0\n1,32,4.',
      3,
      /number/,
      /"4\."/
    ],
    [
      'UTF-16 without a mark',
      'r.csv',
      Buffer.from('userId,movieId,rating\n1,31,3\n', 'utf16le'),
      1,
      /ratings/,
      /zero byte/
    ],
    [
      'text ids in ISO-8859-1 below others in UTF-8',
      'r.csv',
      Buffer.concat([Buffer.from('user,movie,rating\nannä,1,3\n'), Buffer.from('rené,2,3\n', 'latin1')]),
      3,
      /UTF-8/,
      /ren/
    ],
    ['a zero byte', 'r.csv', 'userId,movieId,rating\n1,31,3\n1,\0,3\n', 3, /UTF-8/, /bytes that are none/],
    ['a zip archive', 'r.csv', Buffer.from('PK\u0003\u0004rest', 'latin1'), 1, /ratings/, /zip/],
    [
      'a header that is not one',
      'r.csv',
      'foo,bar,baz\n1,31,3\n',
      1,
      /header that names/,
      /foo \| bar \| baz/
    ],
    [
      'a header with a column too few',
      'r.csv',
      'userId,movieId,text\n1,31,nice\n',
      1,
      /header that names/,
      /text/
    ],
    ['one column', 'r.csv', 'userId\n1\n2\n', 1, /three fields/, /userId/],
    [
      'a header in the middle',
      'r.csv',
      'userId,movieId,rating\n1,31,3\nuserId,movieId,rating\n',
      3,
      /whole number/,
      /userId/
    ],
    ['an open quote', 'r.csv', 'userId,movieId,rating\n1,"31,3\n1,2,3\n', 2, /quotes/, /31/],
    [
      'a timestamp that is none',
      'r.csv',
      'userId,movieId,rating,timestamp\n1,31,3,today\n',
      2,
      /timestamp/,
      /today/
    ],
    ['an empty timestamp', 'r.csv', 'userId,movieId,rating,timestamp\n1,31,3,\n', 2, /timestamp/, /empty/]
  ])('%s', async (_, name, content, line, expected, got) => {
    const where = file(name, content)
    const error = await readRatings(where).then(
      () => undefined,
      (problem: unknown) => problem
    )
    expect(error).toBeInstanceOf(DataFormatError)
    const typed = error as DataFormatError
    expect(typed.file).toBe(where)
    expect(typed.line).toBe(line)
    expect(typed.expected).toMatch(expected)
    expect(typed.got).toMatch(got)
    expect(typed.message).toMatch(line > 0 ? `${where}:${line}: expected ` : `${where}: expected `)
    expect(typed.message).toMatch(/\. [A-Z].*\.$/)
  })

  it('names a missing file, a missing column and a wrong option', async () => {
    await expect(readRatings(path.join(folder, 'none.csv'))).rejects.toThrow(
      /none\.csv: expected .* no file of that name/
    )
    await expect(readRatings(folder)).rejects.toThrow(/a folder/)
    await expect(readRatings(file('r.csv', 'a,b,c\n1,2,3\n'), {columns: {user: 'uid'}})).rejects.toThrow(
      /r\.csv:1: expected a column called "uid".*got the columns a, b, c/
    )
    await expect(readRatings('r.csv', {onBadLine: 'drop' as 'skip'})).rejects.toThrow(OptionError)
    await expect(readRatings('r.csv', {scale: [5, 1]})).rejects.toThrow(OptionError)
  })

  it('skips and counts bad lines where asked to', async () => {
    const content =
      '1::31::3::900000001\n1::32::3\n1::33::9::900000001\n2::31::4::900000002\n1::31::5::900000003\n-2::1::3::900000003\n3::1::1::9'
    await expect(readRatings(file('r.dat', content), {onBadLine: 'skip'})).rejects.toMatchObject({line: 5})
    const ratings = await readRatings(file('r.dat', content), {onBadLine: 'skip', duplicates: 'first'})
    expect(rowsOf(ratings)).toEqual(['1 31 3 900000001', '2 31 4 900000002'])
    expect(ratings.skipped.map(({line}) => line)).toEqual([2, 3, 6, 7])
    expect(ratings.skipped[1].reason).toBe('expected a rating from 0.5 to 5, got "9"')
  })

  it('looks at nothing behind the end of a file of one line, whatever stood there in memory', async () => {
    const one = file('one.csv', '1,3,4.5')
    for (let k = 0; k < 100; k++) {
      for (let n = 0; n < 8; n++) Buffer.allocUnsafeSlow((1 << 18) + 16).fill('\n')
      if (k % 10 === 0) await new Promise(resolve => setImmediate(resolve))
      expect(await readRatings(one)).toHaveLength(1)
    }
  })

  it('warns of a last line without a line end, which may be whole', async () => {
    const ratings = await readRatings(file('r.dat', '1::31::3::900000001\n1::32::3::900000002'))
    expect(ratings.length).toBe(2)
    expect(ratings.warnings).toEqual([expect.stringMatching(/r\.dat:2: the last line has no line end/)])
  })
})
