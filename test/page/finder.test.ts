import {loadMovieLens, type Movies, type Ratings} from 'movie-recs'
import {beforeAll, expect, it} from 'vitest'
import {Finder} from '#internals'

let ratings: Ratings
let movies: Movies
let finder: Finder
beforeAll(async () => {
  ratings = await loadMovieLens('latest-small')
  movies = ratings.movies
  const {byMovie, frame} = ratings
  finder = new Finder(movies, ({movieId}) => {
    const i = frame.movieIds.indexOf(movieId)
    return i < 0 ? 0 : byMovie.start[i + 1] - byMovie.start[i]
  })
})
const first = (text: string): string | undefined => finder.find(text)[0]?.title

it.each([
  ['matrix', 'The Matrix (1999)'],
  ['the matrix', 'The Matrix (1999)'],
  ['Matrix, The', 'The Matrix (1999)'],
  ['shawshenk', 'The Shawshank Redemption (1994)'],
  ['shawshank redemtion', 'The Shawshank Redemption (1994)'],
  ['amelie', "Amelie (Le Fabuleux destin d'Amélie Poulain) (2001)"],
  ['amélie poulain', "Amelie (Le Fabuleux destin d'Amélie Poulain) (2001)"],
  ['se7en', 'Seven (a.k.a. Se7en) (1995)'],
  ['starwars', 'Star Wars: Episode IV - A New Hope (1977)'],
  ['star wars', 'Star Wars: Episode IV - A New Hope (1977)'],
  ['spiderman', 'Spider-Man (2002)'],
  ['fargp', 'Fargo (1996)'],
  ['frago', 'Fargo (1996)'],
  ['gump forest', 'Forrest Gump (1994)'],
  ['heat 1995', 'Heat (1995)'],
  ['pulp f', 'Pulp Fiction (1994)'],
  ['godf', 'The Godfather (1972)']
])('finds what is meant by "%s"', (typed, title) => {
  expect(first(typed)).toBe(title)
})

it('finds every movie by its whole title', () => {
  const sample = [...movies].filter((_, k) => k % 97 === 0)
  expect(sample.length).toBeGreaterThan(90)
  const missed = sample.filter(movie => !finder.find(movie.title, 20).includes(movie))
  expect(missed.map(({title}) => title)).toEqual([])
})

it('forgives one slip in a title of one word, and finds nothing where nothing is near', () => {
  const words = [...movies]
    .filter(({title}) => /^\p{L}{5,} \(\d{4}\)$/u.test(title))
    .filter((_, k) => k % 20 === 0)
  expect(words.length).toBeGreaterThan(20)
  const missed = words.filter(({title}) => {
    const word = title.slice(0, -7)
    const slip = `${word.slice(0, 2)}${word.slice(3)}`
    // With the year no other title is nearer.
    return !finder.find(`${slip} ${title.slice(-5, -1)}`, 20).some(found => found.title === title)
  })
  expect(missed.map(({title}) => title)).toEqual([])
  expect(finder.find('zzzyqx')).toEqual([])
  expect(finder.find('  ')).toEqual([])
})
