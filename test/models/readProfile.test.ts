import {readFileSync} from 'node:fs'
import path from 'node:path'
import {ArgumentError, loadMovieLens, Movies, readProfile} from 'movie-recs'
import {describe, expect, it} from 'vitest'
import {ROOT} from '#paths'

const movies = Movies.from([
  {movieId: 1, title: 'Graduate, The (1967)'},
  {movieId: 2, title: 'Crouching Tiger, Hidden Dragon (Wo hu cang long) (2000)'},
  {movieId: 3, title: 'Heat (1995)'},
  {movieId: 4, title: 'Heat (1986)'},
  {movieId: 5, title: 'Fargo (1996)'},
  {movieId: 6, title: 'Seven (a.k.a. Se7en) (1995)'},
  {movieId: 7, title: 'Misérables, Les (1995)'},
  {movieId: 8, title: "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"},
  {movieId: 300, title: 'Quiz Show (1994)'},
  {movieId: 9, title: '300 (2007)'}
])

/** What a file says, as id and stars. */
function read(
  text: string,
  o?: Parameters<typeof readProfile>[2]
): {rated: string[]; unmatched: string[]; said: string} {
  const {profile, unmatched, said} = readProfile(text, movies, o)
  return {rated: profile.map(({movieId, rating}) => `${movieId} ${rating}`), unmatched, said: said.join(' ')}
}

describe('readProfile', () => {
  it("reads Letterboxd's export", () => {
    const text = readFileSync(path.join(ROOT, 'test/fixtures/cases/11-letterboxd/ratings.csv'), 'utf8')
    expect(read(text)).toEqual({rated: ['1 4.5', '2 4', '3 5', '5 3.5'], unmatched: [], said: ''})
  })

  it("reads IMDb's export, whose ratings are of ten", () => {
    const text = `Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres
tt0114369,9,2024-01-01,Se7en,Se7en,https://www.imdb.com/title/tt0114369,Movie,8.6,127,1995,"Crime, Drama"
tt0211915,7,2024-01-02,Amélie,Le fabuleux destin d'Amélie Poulain,https://www.imdb.com/title/tt0211915,Movie,8.3,122,2001,Comedy
tt9999999,1,2024-01-03,Nobody Knows This,Nobody Knows This,https://www.imdb.com,Movie,1.2,90,2020,Drama
`
    expect(read(text)).toEqual({
      rated: ['6 4.5', '8 3.5'],
      unmatched: ['Nobody Knows This (2020)'],
      said: 'Ratings of 10 at most are read as shares of 5: 10 is 5.'
    })
    expect(read(text, {scale: [1, 10]}).rated).toEqual(['6 9', '8 7'])
    expect(read(text, {scale: [1, 10]}).said).toBe('')
  })

  it.each([
    ['title and year', 'title,year,stars\nThe Graduate,1967,4\n', '1 4'],
    ['case and accents', 'title;year;stars\nLES MISERABLES;1995;4,5\n', '7 4.5'],
    ['the article behind', 'title,year,stars\n"Graduate, The",1967,4\n', '1 4'],
    ['no article', 'title,year,stars\nGraduate,1967,4\n', '1 4'],
    ['the second title', 'title,year,stars\nWo hu cang long,2000,3\n', '2 3'],
    ['the year in the title', 'title,rating\nHeat (1986),3\n', '4 3'],
    ['a year off by one', 'title,year,stars\nFargo,1997,3\n', '5 3'],
    ['a title that one movie has', 'name,rating\nFargo,3\n', '5 3'],
    ['a title that is a number', 'name,year,rating\n300,2007,3\n', '9 3'],
    ['an id', 'movieId,rating\n300,3\n', '300 3'],
    ['a quote behind a space', 'name, year, rating, review\n"Fargo", 1996, 3, "a, b"\n', '5 3'],
    ['a review over lines', 'name,year,rating,review\nFargo,1996,3,"so\n300,2007,1,x\nso"\n', '5 3']
  ])('matches by %s', (_, text, rated) => {
    expect(read(text)).toMatchObject({rated: [rated], unmatched: []})
  })

  it('lists what it does not find, or finds twice, and never takes another movie', () => {
    const text =
      'title,year,stars\nHeat,,4\nHeat,1972,4\nFargo,1996,\nHeat,1995,2\nHeat,1995,3\nSevens,1995,1\n'
    expect(read(text)).toEqual({
      rated: ['3 3'],
      unmatched: ['Heat', 'Heat (1972)', 'Sevens (1995)'],
      said: '1 movies are rated again: the last rating is kept. 1 movies without a rating are left out.'
    })
    expect(read('movieId,rating\n77,3\n')).toMatchObject({rated: [], unmatched: ['77']})
  })

  it('keeps to the scale', () => {
    expect(read('title,year,stars\nFargo,1996,0.5\n', {scale: [1, 5]}).rated).toEqual(['5 1'])
    expect(read('title,year,stars\nFargo,1996,80\n', {of: 100}).rated).toEqual(['5 4'])
  })

  it.each([
    ['no header', 'Fargo,1996,4\n', /a first line with a title/],
    ['nothing', '', /a first line with a title/],
    [
      'a rating that is none',
      'title,year,stars\nFargo,1996,good\n',
      /Line 2: expected a rating that is a number/
    ],
    [
      'a rating off its scale',
      'title,year,stars\nFargo,1996,80\n',
      /Line 2: expected a rating from 0 to 10.*of: 100/
    ],
    ['a row cut', 'title,year,stars\nFargo,1996\n', /Line 2: expected 3 fields, got 2/],
    ['an open quote', 'title,year,stars\n"Fargo,1996,3\n', /Line 2: .*a quote that is not closed/]
  ])('refuses %s', (_, text, message) => {
    expect(() => readProfile(text, movies)).toThrow(ArgumentError)
    expect(() => readProfile(text, movies)).toThrow(message)
  })

  it('finds every movie of the shipped edition by its title for people and its year, but those that two share', async () => {
    const {movies} = await loadMovieLens('latest-small', {dir: 'data'})
    const dated = [...movies].filter(({year}) => year !== undefined)
    const field = (text: string): string => `"${text.replaceAll('"', '""')}"`
    const rows = dated.map(({title, year}) => `${field(title.replace(/ \(\d{4}\)$/, ''))},${year},4`)
    const {profile, unmatched} = readProfile(`title,year,stars\n${rows.join('\n')}\n`, movies)
    const own = new Set(profile.map(({movieId}) => movieId))
    expect(dated.filter(({movieId}) => own.has(movieId)).length).toBe(own.size)
    expect(unmatched.length / dated.length).toBeLessThan(0.01)
  })
})
