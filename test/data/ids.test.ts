import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {
  ArgumentError,
  ContentBased,
  evaluate,
  ItemNeighbours,
  Movies,
  Popularity,
  Ratings,
  readMovies,
  readRatings
} from 'movie-recs'
import {afterAll, describe, expect, it} from 'vitest'
import {IdIndex, idsAsWritten} from '#internals'
import {ROOT} from '#paths'
import {smallWorld} from '../contract/world'

const cases = path.join(ROOT, 'test/fixtures/cases')
const folder = mkdtempSync(path.join(tmpdir(), 'movie-recs-ids-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** A file with these lines, in a folder of its own: nothing stands beside it. */
function file(name: string, ...lines: string[]): string {
  const place = path.join(mkdtempSync(path.join(folder, 'f-')), name)
  writeFileSync(place, `${lines.join('\n')}\n`)
  return place
}

describe('an id is what is written', () => {
  it('and a column is of numbers only where all of it are', () => {
    expect(idsAsWritten(['1', '20', '3'])).toEqual([1, 20, 3])
    expect(idsAsWritten(['1', '007'])).toEqual(['1', '007'])
    expect(idsAsWritten(['1', 'tt0114709'])).toEqual(['1', 'tt0114709'])
    expect(idsAsWritten(['1', '9223372036854775807'])).toEqual(['1', '9223372036854775807'])
    expect(idsAsWritten(['31.0', '7.0'])).toEqual([31, 7])
    expect(idsAsWritten(['31.0', '7'])).toEqual(['31.0', '7'])
    expect(idsAsWritten(['31.5'])).toEqual(['31.5'])
    expect(idsAsWritten([])).toEqual([])
  })

  it('with .0 behind every id of the column, as data frames write whole numbers', async () => {
    const ratings = await readRatings(
      file('r.csv', 'userId,movieId,rating', '1.0,31.0,4', '2.0,31.0,3', '2.0,7.0,5')
    )
    expect([...ratings].map(row => [row.userId, row.movieId])).toEqual([
      [1, 31],
      [2, 31],
      [2, 7]
    ])
    const mixed = await readRatings(file('r.csv', 'userId,movieId,rating', '1,31.0,4', '2,7,3'))
    expect([...mixed].map(row => row.movieId)).toEqual(['31.0', '7'])
  })

  it('with 64 bits exact', async () => {
    for (const name of ['header.csv', 'u.data']) {
      const ratings = await readRatings(path.join(cases, '15-bigids', name))
      expect([...ratings].slice(0, 2).map(row => row.userId)).toEqual(['12', '9223372036854775807'])
      expect(ratings.of('9223372036854775807').length).toBe(1)
      expect(ratings.of(12).length).toBe(1)
    }
  })

  it('so that leading zeros keep two ids apart', async () => {
    const ratings = await readRatings(file('r.csv', 'user,movie,rating', '007,1,4', '7,1,2'))
    expect(ratings.userCount).toBe(2)
    expect(ratings.of('007')[0].rating).toBe(4)
    expect(ratings.of(7)[0].rating).toBe(2)
    expect(ratings.of('7')[0].rating).toBe(2)
  })
})

describe("15 and '15' are the same id wherever two sources meet", () => {
  it('train with text ids, test with ids of digits only', async () => {
    const [train, test, quoted] = await Promise.all(
      ['train.csv', 'test.csv', 'test-quoted-as-text.csv'].map(name =>
        readRatings(path.join(cases, '02-id-kinds', name))
      )
    )
    const engine = await new ItemNeighbours().fit(train)
    const {rmse, fallbacks} = evaluate(engine, test)
    expect(rmse).toBeCloseTo(0.587, 4)
    expect(fallbacks['unknown movie']).toBe(0)
    // The same test ratings beside one whose movie makes the column one of texts.
    expect(evaluate(engine, quoted).fallbacks).toMatchObject({'unknown movie': 0, 'unknown user': 1})
  })

  it('ratings and catalogue', async () => {
    const texts = await readRatings(file('r.csv', 'user,item,stars', 'a,1,4', 'b,tt2,3'))
    const movies = await readMovies(file('movies.csv', 'movieId,title,genres', '1,Alien (1979),Horror'))
    expect(movies.title('1')).toBe('Alien (1979)')
    expect(movies.has(1)).toBe(true)
    expect(movies.positionOf('01')).toBe(-1)
    const joined = Ratings.from([...texts], movies)
    expect(joined.of('a')[0].title).toBe('Alien (1979)')
    const content = await new ContentBased().fit(joined)
    expect(content.recommend('a', {n: 5, includeRated: true})[0]).toMatchObject({title: 'Alien (1979)'})
  })

  it('engine and profile, and a query string', async () => {
    const engine = await new ItemNeighbours({k: 5}).fit(smallWorld())
    expect(engine.recommend('10')).toEqual(engine.recommend(10))
    expect(engine.predict('10', '100')).toBe(engine.predict(10, 100))
    expect(engine.similar('100')).toEqual(engine.similar(100))
    expect(engine.explain('10', '100')).toEqual(engine.explain(10, 100))
    expect(engine.recommend([{movieId: '100', rating: 5}], {among: ['102', 104]})).toEqual(
      engine.recommend([{movieId: 100, rating: 5}], {among: [102, 104]})
    )
    expect(() =>
      engine.recommend([
        {movieId: 100, rating: 5},
        {movieId: '100', rating: 4}
      ])
    ).toThrow(/rated twice/)
    expect(engine.knowsUser('10')).toBe(true)
    expect(engine.knowsUser('010')).toBe(false)
    expect(engine.knowsMovie('100')).toBe(true)
    expect(engine.knowsMovie(100 + 2 * 27)).toBe(false)
  })

  it('in one list of rows, too', async () => {
    const rows = [
      {userId: 1, movieId: 15, rating: 4},
      {userId: 2, movieId: '15', rating: 3},
      {userId: '2', movieId: 'x', rating: 5}
    ]
    const ratings = Ratings.from(rows)
    expect(ratings.userCount).toBe(2)
    expect(ratings.movieCount).toBe(2)
    expect([...ratings].map(row => [row.userId, row.movieId])).toEqual([
      [1, '15'],
      [2, '15'],
      [2, 'x']
    ])
    expect(() => Ratings.from([...rows, {userId: 1, movieId: '15', rating: 1}])).toThrow(/a second time/)
    const engine = await new Popularity().fit(ratings)
    expect(engine.knowsMovie(15)).toBe(true)
  })
})

describe('what is no id', () => {
  it('is refused by name, with what to do', () => {
    const rate = (userId: unknown) => (): Ratings =>
      Ratings.from([{userId: userId as string, movieId: 1, rating: 3}])
    expect(rate({_id: 'a'})).toThrow(/Row 0: expected ids .* got an object\. .*\.toString\(\)/)
    expect(rate(12n)).toThrow(/the bigint 12\. Give it as a text/)
    expect(rate(2 ** 60)).toThrow(/which a number does not hold exactly/)
    for (const id of [-1, Number.NaN, '', undefined, null]) expect(rate(id)).toThrow(ArgumentError)
    expect(rate('9223372036854775807')().userCount).toBe(1)
  })
})

describe('IdIndex', () => {
  it('finds ids of either kind, by table and by map', () => {
    for (const ids of [
      [3, 15, 20],
      [3, 15, 2 ** 40],
      ['15', '3', 'x']
    ]) {
      const index = new IdIndex(ids as Array<number | string>)
      const at = ids.findIndex(id => String(id) === '15')
      expect(index.indexOf(15)).toBe(at)
      expect(index.indexOf('15')).toBe(at)
      for (const other of ['015', '15.0', ' 15', 16, '16', 15.5, -1]) expect(index.indexOf(other)).toBe(-1)
    }
    expect(Movies.ofIds([15]).get('15')?.movieId).toBe(15)
  })
})
