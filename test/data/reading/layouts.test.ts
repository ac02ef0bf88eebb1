import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type RatingRow, type Ratings, readRatings} from 'movie-recs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const LAYOUTS = path.join(ROOT, 'test/fixtures/layouts')
const CASES = path.join(ROOT, 'test/fixtures/cases')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-layouts-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** A file of this content with no catalogue beside it. */
function file(name: string, content: string): string {
  writeFileSync(path.join(folder, name), content)
  return path.join(folder, name)
}

function linesOf(name: string): string[] {
  return readFileSync(name, 'utf8').trim().split('\n')
}

/** What a person gave, or how often she took to something, as texts. */
function rowsOf(ratings: Ratings): string[] {
  return Array.from(ratings as Iterable<RatingRow>, row => `${row.userId} ${row.movieId} ${row.rating}`)
}

/** Invented data in the layouts of data sets that people bring. */
describe('read as it is:', () => {
  it('Last.fm 360K, plays by the name of the artist', async () => {
    const plays = path.join(LAYOUTS, 'usersha1-artmbid-artname-plays.tsv')
    const ratings = await readRatings(plays)
    const expected = linesOf(plays).map(line => {
      const [user, , artist, count] = line.split('\t')
      return `${user} ${artist} ${count}`
    })
    expect(rowsOf(ratings)).toEqual(expected)
    expect(ratings.clicks).toBe(true)
    expect(ratings.warnings).toEqual([])
    expect(ratings.readAs).toMatch(/movie = column 3, clicks counted by column 4\.$/)
    expect(ratings.movies.title('"glass" harbour')).toBe('"glass" harbour')
    expect(ratings.movies.title('404')).toBe('404')
    const told = await readRatings(plays, {columns: {user: 1, movie: 2, rating: 4}, onBadLine: 'skip'})
    expect(told.clicks).toBe(false)
    const nameless = linesOf(plays).filter(line => line.split('\t')[1] === '').length
    expect(nameless).toBeGreaterThan(0)
    expect(told.length + told.skipped.length).toBe(expected.length)
  })

  it('Last.fm 2K, plays below a header', async () => {
    const weights = file(
      'user_artists.dat',
      'userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n3\t51\t4\n'
    )
    const ratings = await readRatings(weights)
    expect(rowsOf(ratings)).toEqual(['2 51 13883', '2 52 11690', '3 51 4'])
    expect(ratings.clicks).toBe(true)
    expect(ratings.readAs).toMatch(/user = userID, movie = artistID, clicks counted by weight\.$/)
    const stars = await readRatings(weights, {columns: {rating: 'weight'}})
    expect(stars.clicks).toBe(false)
  })

  it('Steam, purchases and hours of play', async () => {
    const steam = path.join(LAYOUTS, 'steam-200k.csv')
    const ratings = await readRatings(steam)
    const sums = new Map<string, number>()
    for (const line of linesOf(steam)) {
      const [, user, game, hours] = /^(\d+),"(.*)",(?:purchase|play),([\d.]+),0$/.exec(
        line
      ) as RegExpExecArray
      sums.set(`${user} ${game}`, (sums.get(`${user} ${game}`) ?? 0) + Number(hours))
    }
    const got = Array.from(ratings as Iterable<RatingRow>)
    expect(got.map(({userId, movieId}) => `${userId} ${movieId}`)).toEqual([...sums.keys()])
    for (const {userId, movieId, rating} of got)
      expect(rating).toBeCloseTo(sums.get(`${userId} ${movieId}`) as number, 4)
    expect(ratings.clicks).toBe(true)
    expect(ratings.readAs).toMatch(/1 for a purchase, and hours of play\.$/)
    expect(ratings.warnings).toEqual([expect.stringMatching(/come more than once: the sum is kept/)])
    expect(ratings.movies.title('Farm & Forge, Deluxe')).toBe('Farm & Forge, Deluxe')
  })

  it('MovieTweetings, on a scale 0 to 10, with its titles and users', async () => {
    const tweets = path.join(LAYOUTS, 'movietweetings/ratings.dat')
    const ratings = await readRatings(tweets)
    expect(rowsOf(ratings)).toEqual(linesOf(tweets).map(line => line.split('::').slice(0, 3).join(' ')))
    expect(ratings.scale).toEqual([0, 10])
    expect(ratings.readAs).toMatch(/ratings\.dat: read as: ratings on a scale 0 to 10/)
    expect(ratings.warnings).toEqual([])
    expect(ratings.movies.title('0090001')).toBe('The Tin Sailor (1921)')
    expect(ratings.users?.size).toBe(6)
    const told = await readRatings(tweets, {scale: [0, 10]})
    expect(told.readAs).toBeUndefined()
    expect(rowsOf(told)).toEqual(rowsOf(ratings))
    await expect(readRatings(tweets, {scale: [1, 10]})).rejects.toThrow(/expected a rating from 1 to 10/)
  })

  it.each([
    ['few ratings above 5', '1::2::3::9\n1::3::4::9\n2::2::7::9\n'],
    ['one above 10', '1::2::8::9\n1::3::9::9\n2::2::11::9\n'],
    ['half stars', '1::2::8::9\n1::3::7::9\n2::2::9::9\n3::2::3.5::9\n']
  ])("not as MovieTweetings: %s, which is a bad line of MovieLens'", async (_, text) => {
    await expect(readRatings(file('ratings.dat', text))).rejects.toThrow(
      /expected a rating from 0\.5 to 5, .*--scale 1,10/
    )
  })

  it('Book-Crossing, whose 0 says that there is no rating', async () => {
    const books = path.join(CASES, '09-books/BX-Book-Ratings.csv')
    const lines = linesOf(books).slice(1)
    const noughts = lines.filter(line => line.endsWith(';"0"')).length
    const ratings = await readRatings(books, {movies: 'none'})
    expect(rowsOf(ratings)).toEqual(lines.map(line => line.replaceAll('"', '').replaceAll(';', ' ')))
    expect(ratings.warnings).toEqual([
      expect.stringContaining(`${noughts} of ${lines.length} ratings are 0, which stands for none`)
    ])
    const rated = await readRatings(books, {movies: 'none', scale: [1, 10], onBadLine: 'skip'})
    expect(rated.length).toBe(lines.length - noughts)
    expect(rated.skipped.length).toBe(noughts)
    expect(rated.warnings).toEqual([])
    const clicks = await readRatings(books, {movies: 'none', columns: {rating: 'none'}})
    expect([clicks.length, clicks.clicks, clicks.warnings]).toEqual([lines.length, true, []])
  })

  it('Amazon, ratings without a header, and Jester, rows and matrix, without a word but how they are read', async () => {
    const amazon = file(
      'ratings_Movies.csv',
      'A00INVENTED1,000508954X,5.0,1204100000\nA00INVENTED2,B000INVENT,1.0,1388361600\n'
    )
    expect(rowsOf(await readRatings(amazon))).toEqual([
      'A00INVENTED1 000508954X 5',
      'A00INVENTED2 B000INVENT 1'
    ])
    const [rows, matrix] = await Promise.all(
      ['jester_ratings.dat', 'matrix.csv'].map(name => readRatings(path.join(CASES, '04-jester', name)))
    )
    expect(rows.length).toBe(linesOf(path.join(CASES, '04-jester/jester_ratings.dat')).length)
    expect(rowsOf(matrix)).toEqual(rowsOf(rows))
    expect([rows.warnings, matrix.warnings]).toEqual([[], []])
  })

  it("RecBole's items beside its interactions", async () => {
    const inter = file(
      'ml.inter',
      'user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n'
    )
    const item = file(
      'ml.item',
      'item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n242\tThe Tin Sailor\t1921\tShort Drama\n243\tNight Tram\t1954\tDrama\n244\tBell\t1960\tShort\n'
    )
    const ratings = await readRatings(inter, {movies: item})
    expect(ratings.movies.get(242)).toMatchObject({
      title: 'The Tin Sailor',
      year: 1921,
      genres: ['Short', 'Drama']
    })
  })
})
