import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {DataFormatError, loadMovieLens, MemoryError, type Movie, readMovies, readRatings} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {checkMemory, memoryFor} from '#internals'
import {ROOT} from '#paths'

const cases = path.join(ROOT, 'test/fixtures/cases')

const root = mkdtempSync(path.join(tmpdir(), 'movie-recs-catalogue-'))
afterAll(() => rmSync(root, {recursive: true, force: true}))
let made = 0
/** A folder with these files. */
function folder(files: Record<string, string | Buffer>, name = String(made++)): string {
  const dir = path.join(root, name)
  mkdirSync(dir, {recursive: true})
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(dir, file), content)
  return dir
}
async function moviesOf(name: string, content: string | Buffer): Promise<Movie[]> {
  return [...(await readMovies(path.join(folder({[name]: content}), name)))]
}

const flags = (...on: number[]): string =>
  Array.from({length: 19}, (_, k) => (on.includes(k) ? '1' : '0')).join('|')
const DAT = "1::Toy Story (1995)::Animation|Children's|Comedy\n73::Misérables, Les (1995)::Drama|Musical\n"

describe('readMovies', () => {
  it('reads movies.csv with quotes, doubled quotes, CRLF and a byte order mark', async () => {
    const [first, second, third] = await moviesOf(
      'movies.csv',
      '\uFEFFmovieId,title,genres\r\n11,"American President, The (1995)",Comedy|Drama\r\n2,"The ""Burbs"" (1989)",(no genres listed)\r\n3,"Two\r\nlines (1990)",Drama\r\n'
    )
    expect(first).toEqual({
      movieId: 11,
      title: 'The American President (1995)',
      originalTitle: 'American President, The (1995)',
      year: 1995,
      genres: ['Comedy', 'Drama']
    })
    expect(second).toMatchObject({originalTitle: 'The "Burbs" (1989)', genres: []})
    expect(third).toMatchObject({movieId: 3, originalTitle: 'Two\r\nlines (1990)'})
  })

  it.each(['latin1', 'utf8'] as const)('reads movies.dat in %s', async encoding => {
    const movies = await moviesOf('movies.dat', Buffer.from(DAT, encoding))
    expect(movies.map(({movieId, title, genres}) => [movieId, title, genres])).toEqual([
      [1, 'Toy Story (1995)', ['Animation', "Children's", 'Comedy']],
      [73, 'Les Misérables (1995)', ['Drama', 'Musical']]
    ])
  })

  it('reads u.item with its 19 flags', async () => {
    const text = `1|Toy Story (1995)|01-Jan-1995||http://x|${flags(3, 4, 5)}\n267|unknown||||${flags(0)}\n7|Misérables, Les (1995)|01-Jan-1995||http://y|${flags(8, 18)}\n`
    const movies = await moviesOf('u.item', Buffer.from(text, 'latin1'))
    expect(movies.map(({title, genres}) => [title, genres])).toEqual([
      ['Toy Story (1995)', ['Animation', "Children's", 'Comedy']],
      ['unknown', []],
      ['Les Misérables (1995)', ['Drama', 'Western']]
    ])
  })

  it("reads people's own files: other names, other order, years, text ids", async () => {
    const movies = await moviesOf(
      'films.csv',
      'name;item_id;year;genre\nAlien;tt0078748;1979;"Horror, Sci-Fi"\n'
    )
    expect(movies).toEqual([
      {movieId: 'tt0078748', title: 'Alien', originalTitle: 'Alien', year: 1979, genres: ['Horror', 'Sci-Fi']}
    ])
  })

  it.each<[string, string, string | Buffer, number, RegExp]>([
    [
      'too few fields',
      'movies.dat',
      '1::Toy Story (1995)\n',
      1,
      /3 fields divided by '::', got 2 fields.*cut/
    ],
    ['a movie twice', 'movies.dat', '1::A::B\n2::A::B\n1::C::D\n', 3, /every movie once, got movie 1 again/],
    [
      'a negative id',
      'movies.csv',
      'movieId,title,genres\n-1,A,B\n',
      2,
      /id from 0 up, got the negative id "-1"/
    ],
    ['an empty id', 'movies.csv', 'movieId,title,genres\n,A,B\n', 2, /a movie id, got an empty field/],
    [
      'an unquoted comma',
      'movies.csv',
      'movieId,title,genres\n1,Matrix, The (1999),Action\n',
      2,
      /3 fields.*4 fields.*quotes/
    ],
    [
      'a quote left open',
      'movies.csv',
      'movieId,title,genres\n1,"Matrix (1999),Action\n',
      2,
      /quotes around whole fields/
    ],
    ['no header', 'movies.csv', '1,Toy Story,Comedy\n', 1, /a header with the columns movieid, title/],
    ['a header only', 'movies.csv', 'movieId,title,genres\n', 0, /at least one movie/],
    ['an empty file', 'movies.dat', '', 0, /an empty file/],
    [
      'wrong flags',
      'u.item',
      `1|A|||x|${flags(1)}\n2|B|||y|${flags(1).replace('1', '7')}\n`,
      2,
      /19 genre flags, 0 or 1, got "7"/
    ],
    [
      'two encodings in one file',
      'movies.dat',
      Buffer.concat([Buffer.from(DAT, 'utf8'), Buffer.from('5::Amélie::Drama\n', 'latin1')]),
      3,
      /UTF-8 or ISO-8859-1, got the byte 0xe9/
    ],
    [
      'an encoding of Windows',
      'movies.dat',
      Buffer.from([...Buffer.from('1::It'), 0x92, ...Buffer.from('s::Drama\n')]),
      1,
      /got the byte 0x92, as Windows writes it/
    ]
  ])('names %s', async (_, name, content, line, expected) => {
    const file = path.join(folder({[name]: content}), name)
    const error = await readMovies(file).then(
      () => undefined,
      (problem: unknown) => problem
    )
    expect(error).toBeInstanceOf(DataFormatError)
    expect(error).toMatchObject({file, line, message: expect.stringMatching(expected)})
  })

  it('skips and counts bad lines where asked to', async () => {
    const dir = folder({'movies.csv': 'movieId,title,genres\n1,A,B\n2,C\n3,"D,E\n1,F,G\n4,H,I\n'})
    const movies = await readMovies(path.join(dir, 'movies.csv'), {onBadLine: 'skip'})
    expect([...movies].map(({movieId}) => movieId)).toEqual([1, 4])
    expect(movies.skipped.map(({line}) => line)).toEqual([3, 4, 5])
  })
})

describe('what stands beside a ratings file', () => {
  it('is found by its name: u.item and u.user', async () => {
    const dir = folder({
      'u.data': '7\t1\t5\t900000001\n',
      'u.item': `1|Toy Story (1995)|01-Jan-1995||http://x|${flags(3)}\n2|GoldenEye (1995)|01-Jan-1995||http://y|${flags(1)}\n`,
      'u.user': '7|24|M|technician|85711\n8|53|F|other|94043\n'
    })
    const ratings = await readRatings(path.join(dir, 'u.data'))
    expect(ratings.movies.length).toBe(2)
    expect(ratings.movies.title(1)).toBe('Toy Story (1995)')
    expect(ratings.users?.get(7)).toEqual({userId: 7, age: 24, gender: 'M', occupation: 'technician'})
  })

  it('is found by its name: movies.dat and users.dat', async () => {
    const dir = folder({
      'ratings.dat': '1::73::5::900000001\n',
      'movies.dat': Buffer.from(DAT, 'latin1'),
      'users.dat': '1::F::25::12::48067\n'
    })
    const ratings = await readRatings(path.join(dir, 'ratings.dat'))
    expect(ratings.movies.title(73)).toBe('Les Misérables (1995)')
    expect(ratings.users?.get(1)).toEqual({userId: 1, age: 25, gender: 'F', occupation: 'programmer'})
  })

  it('has ids of the kind that the ratings have', async () => {
    const dir = folder({
      'a.csv': 'user,movie,rating\n1,1,5\n2,x,3\n',
      'b.csv': 'user,movie,rating\n1,1,5\n2,2,3\n',
      'movies.csv': 'movieId,title\n1,One\n2,Two\n',
      'mixed.csv': 'movieId,title\n1,One\n2,Two\nx,Ten\n'
    })
    const texts = await readRatings(path.join(dir, 'a.csv'))
    expect(texts.movies.title('1')).toBe('One')
    const numbers = await readRatings(path.join(dir, 'b.csv'), {movies: path.join(dir, 'mixed.csv')})
    expect([numbers.movies.title(2), numbers.movies.title('x')]).toEqual(['Two', 'Ten'])
  })

  it('is named where it is bad', async () => {
    const dir = folder({'ratings.dat': '1::73::5::900000001\n', 'users.dat': '1::F::old::12::48067\n'})
    const ratings = path.join(dir, 'ratings.dat')
    await expect(readRatings(ratings, {users: path.join(dir, 'users.dat')})).rejects.toThrow(
      /users\.dat:1: expected an age/
    )
  })

  it('steps aside with a word where nobody named it, and is not looked for where nobody wants it', async () => {
    const dir = folder({'ratings.dat': '1::73::5::900000001\n', 'users.dat': '1::F::old::12::48067\n'})
    const read = await readRatings(path.join(dir, 'ratings.dat'))
    expect(read.users).toBeUndefined()
    expect(read.warnings).toEqual([
      expect.stringMatching(/users\.dat:1: expected an age.*left out.*--users none/)
    ])
    expect(await readRatings(path.join(dir, 'ratings.dat'), {users: 'none'})).toMatchObject({warnings: []})
    for (const [file, option] of [
      ['b', 'users'],
      ['c', 'movies']
    ] as const) {
      const beside = await readRatings(path.join(cases, '28-beside', file, 'r.csv'))
      expect(beside.warnings).toEqual([
        expect.stringMatching(new RegExp(`${option}\\.csv:1: expected a header.*--${option} none`))
      ])
      expect(beside.movies.title(4)).toBe('Movie 4')
    }
  })

  it('belongs to an edition of MovieLens, where a fault in it is an error', async () => {
    const base = folder({}, 'faulty')
    folder(
      {'ratings.csv': 'userId,movieId,rating\n1,1,5\n', 'movies.csv': 'a,b\n1,2\n'},
      'faulty/ml-latest-small'
    )
    await expect(loadMovieLens('latest-small', {dir: base})).rejects.toThrow(
      /movies\.csv:1: expected a header/
    )
  })
})

describe('a catalogue and ratings', () => {
  it('of other ids do not join, and the count is said', async () => {
    const file = path.join(cases, '01-metadata/ratings_small.csv')
    const movies = path.join(cases, '01-metadata/movies_metadata.csv')
    const ratings = await readRatings(file, {movies})
    expect(ratings.warnings).toEqual([
      expect.stringMatching(
        /^0 of 9 rated movies are listed in movies_metadata\.csv: its column id, .*4 are equal by chance/
      )
    ])
    expect(ratings.movies.title(31)).toBe('Movie 31')
    const told = await readRatings(file, {movies, movieColumns: {id: 'id'}})
    expect(told.movies.title(31)).toBe('Class of Chalk')
    expect(told.warnings).toEqual([expect.stringMatching(/^4 of 9 rated movies are listed/)])
  })

  it('that share few ids are joined, and the count is said', async () => {
    const dir = folder({
      'r.csv': 'user,movie,rating\n1,1,5\n1,2,5\n1,3,4\n',
      'movies.csv': 'movieId,title\n1,One\n9,Nine\n'
    })
    const few = await readRatings(path.join(dir, 'r.csv'))
    expect(few.warnings).toEqual([expect.stringMatching(/^1 of 3 rated movies are listed in movies\.csv/)])
    expect(few.movies.title(1)).toBe('One')
  })

  it('has its columns by name', async () => {
    const dir = folder({'b.csv': 'ISBN;Book-Title;Published\n034545104X;"Flesh; bone";2002\n'})
    const books = await readMovies(path.join(dir, 'b.csv'), {
      columns: {id: 'ISBN', title: 'Book-Title', year: 'Published'}
    })
    expect(books.get('034545104X')).toMatchObject({originalTitle: 'Flesh; bone', year: 2002})
    await expect(readMovies(path.join(dir, 'b.csv'), {columns: {id: 'isbn13'}})).rejects.toThrow(
      /a column called "isbn13" \(id\), got the columns ISBN, Book-Title, Published/
    )
  })

  it('has no columns by name where it has no header', async () => {
    const dat = path.join(folder({'movies.dat': '1::Heat (1995)::Crime\n'}), 'movies.dat')
    for (const columns of [{title: 'Name'}, {texts: {overview: 'plot'}}])
      await expect(readMovies(dat, {columns})).rejects.toThrow(
        /movies\.dat:1: expected a header with a column called "(Name|plot)", got rows/
      )
  })

  it('takes a column without a name for nothing', async () => {
    const dir = folder({'m.csv': ',movieId,title\n0,7,Seven\n'})
    const movies = await readMovies(path.join(dir, 'm.csv'))
    expect(movies.get(7)).toEqual({movieId: 7, title: 'Seven', originalTitle: 'Seven', genres: []})
  })

  it('may be in UTF-16, as spreadsheets save it', async () => {
    const movies = await moviesOf('movies.csv', Buffer.from('\uFEFFmovieId,title\r\n1,Amélie\r\n', 'utf16le'))
    expect(movies).toEqual([expect.objectContaining({movieId: 1, title: 'Amélie'})])
  })

  it('has quotes doubled or escaped by a backslash', async () => {
    const rows = [
      String.raw`"The \"Small\" House; a Café"`,
      '"The ""Burbs"""',
      String.raw`"Drive C:\"`,
      String.raw`"He said \"no\""`
    ]
    const dir = folder({
      'm.csv': `id;title;genres\n${rows.map((title, n) => `${n};${title};War`).join('\n')}\n`
    })
    expect([...(await readMovies(path.join(dir, 'm.csv')))].map(movie => movie.originalTitle)).toEqual([
      'The "Small" House; a Café',
      'The "Burbs"',
      'Drive C:\\',
      'He said "no"'
    ])
  })

  it.each([
    ['a|b', ['Action|War', 'War'], [['Action', 'War'], ['War']]],
    ['a, b', ['Science Fiction, War', 'War'], [['Science Fiction', 'War'], ['War']]],
    [
      'a b',
      ['Action War', 'War', 'Comedy Action', 'Comedy'],
      [['Action', 'War'], ['War'], ['Comedy', 'Action'], ['Comedy']]
    ],
    ['one of two words', ['Science Fiction', 'War'], [['Science Fiction'], ['War']]],
    ['lists', ["['Action', \"Children's\"]", '[]'], [['Action', "Children's"], []]],
    ['lists of JSON', ['["Action","War"]'], [['Action', 'War']]],
    [
      'objects',
      ["[{'id': 878, 'name': 'Science Fiction'}, {'id': 28, 'name': 'Action'}]"],
      [['Science Fiction', 'Action']]
    ],
    ['objects of JSON', ['[{"id": 1, "name": "Action"}]'], [['Action']]]
  ])('has genres as %s', async (_, texts, genres) => {
    const rows = texts.map((text, n) => `${n};M${n};"${text.replaceAll('"', '""')}"`)
    const dir = folder({'m.csv': `id;title;genres\n${rows.join('\n')}\n`})
    const movies = await readMovies(path.join(dir, 'm.csv'))
    expect([...movies].map(movie => movie.genres)).toEqual(genres)
  })
})

describe('loadMovieLens', () => {
  const rows = (from: number, count: number): string =>
    Array.from(
      {length: count},
      (_, k) => `${1 + ((from + k) % 900)}\t${1 + Math.floor((from + k) / 900)}\t4\t880000000\n`
    ).join('')

  it('joins the published halves of 100k, under either folder name', async () => {
    const base = folder({}, 'halves')
    folder({'u1.base': rows(0, 80_000), 'u1.test': rows(80_000, 20_000)}, 'halves/100k')
    const ratings = await loadMovieLens('100k', {dir: base})
    expect(ratings.length).toBe(100_000)
    expect(await loadMovieLens('100k', {dir: path.join(base, '100k')})).toHaveLength(100_000)
  })

  it('sees that an edition is cut', async () => {
    const base = folder({}, 'cut')
    folder({'u.data': rows(0, 99_999)}, 'cut/ml-100k')
    await expect(loadMovieLens('100k', {dir: base})).rejects.toThrow(
      /the 100,000 ratings of MovieLens 100k, got 99,999\. .*movie-recs data 100k/
    )
  })

  it('looks in $MOVIE_RECS_DATA, then in data/ here and above', async () => {
    const base = folder({}, 'named')
    folder({'ratings.csv': 'userId,movieId,rating\n1,1,5\n'}, 'named/ml-latest-small')
    const before = process.env.MOVIE_RECS_DATA
    try {
      process.env.MOVIE_RECS_DATA = base
      expect(await loadMovieLens('latest-small')).toHaveLength(1)
      delete process.env.MOVIE_RECS_DATA
      expect(await loadMovieLens('latest-small')).toHaveLength(100_004)
    } finally {
      if (before === undefined) delete process.env.MOVIE_RECS_DATA
      else process.env.MOVIE_RECS_DATA = before
    }
  })

  it('takes a relative $MOVIE_RECS_DATA from where the command was typed, and names it where it does not help', async () => {
    const base = folder({}, 'typed')
    folder({'ratings.csv': 'userId,movieId,rating\n1,1,5\n'}, 'typed/mine/ml-latest-small')
    const {MOVIE_RECS_DATA, INIT_CWD} = process.env
    try {
      Object.assign(process.env, {MOVIE_RECS_DATA: 'mine', INIT_CWD: base})
      expect(await loadMovieLens('latest-small')).toHaveLength(1)
      await expect(loadMovieLens('32m')).rejects.toThrow(
        /\(MOVIE_RECS_DATA is "mine"\).*npx movie-recs data 32m, or set MOVIE_RECS_DATA to the folder that holds ml-32m\./
      )
      process.env.MOVIE_RECS_DATA = 'nowhere'
      await expect(loadMovieLens('32m')).rejects.toThrow('(MOVIE_RECS_DATA is "nowhere", which is not there)')
    } finally {
      for (const [name, value] of Object.entries({MOVIE_RECS_DATA, INIT_CWD}))
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
    }
  })

  it('says before it reads that an edition does not fit into memory', () => {
    const dir = folder({'ratings.csv': 'x'.repeat(1000)})
    const files = [path.join(dir, 'ratings.csv')]
    expect(() => checkMemory('32m', files, 2999)).toThrow(MemoryError)
    expect(() => checkMemory('32m', files, 2999)).toThrow(/MovieLens 32m needs about .* smaller edition/)
    expect(() => checkMemory('32m', files, 3000)).not.toThrow()
    expect(memoryFor('32m', 2e9)).toMatch(/32m needs about 2\.4 GB of memory to be read and 2\.0 GB are free/)
    expect(memoryFor('1m', 2e9)).toBeUndefined()
  })

  it('names the command where an edition is not here', async () => {
    await expect(loadMovieLens('32m', {dir: folder({})})).rejects.toThrow(
      /MovieLens 32m.*Get it with: npx movie-recs data 32m/
    )
    await expect(loadMovieLens('2m' as '1m')).rejects.toThrow(
      /Unknown edition "2m": expected one of latest-small, 100k/
    )
  })
})

// The copies of MovieLens that may not be passed on are not in every checkout.
describe.skipIf(!existsSync('../shared/data/ml-1m'))('MovieLens 1M, where it is at hand', () => {
  it('has the counts of ratings.dat, and its movies and users', async () => {
    const ratings = await loadMovieLens('1m', {dir: '../shared/data'})
    expect(String(ratings)).toBe('1,000,209 ratings, 6,040 users × 3,706 movies')
    const stars = [0, 0, 0, 0, 0, 0]
    for (const rating of ratings.rows.r) stars[rating]++
    expect(stars.slice(1)).toEqual([56_174, 107_557, 261_197, 348_971, 226_310])
    expect(ratings.mean).toBeCloseTo(3.581564, 6)
    const {start, value} = ratings.byMovie
    const beauty = ratings.frame.movieIds.indexOf(2858)
    const values = value.slice(start[beauty], start[beauty + 1])
    expect(values.length).toBe(3428)
    expect(values.reduce((sum, rating) => sum + rating, 0) / 3428).toBeCloseTo(4.3174, 4)
    expect(ratings.movies.length).toBe(3883)
    expect(ratings.users?.size).toBe(6040)
    expect([...ratings.movies].some(movie => movie.title.includes('\uFFFD'))).toBe(false)
  })
})
