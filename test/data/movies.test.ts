import {Movies, readMovies, UnknownIdError} from 'movie-recs'
import {describe, expect, it} from 'vitest'

/** The shown title and the year of one original title. */
function shown(title: string): [string, number | undefined] {
  const movie = Movies.from([{movieId: 5, title}]).at(0)
  expect(movie.originalTitle).toBe(title)
  return [movie.title, movie.year]
}

describe('titles', () => {
  it.each([
    ['Matrix, The (1999)', 'The Matrix (1999)', 1999],
    ["Bug's Life, A (1998)", "A Bug's Life (1998)", 1998],
    ["Enfer, L' (1994)", "L'Enfer (1994)", 1994],
    [
      'City of Lost Children, The (Cité des enfants perdus, La) (1995)',
      'The City of Lost Children (La Cité des enfants perdus) (1995)',
      1995
    ],
    ["Avventura, L' (Adventure, The) (1960)", "L'Avventura (The Adventure) (1960)", 1960],
    [
      'Macbeth (a.k.a. Tragedy of Macbeth, The) (1971)',
      'Macbeth (a.k.a. The Tragedy of Macbeth) (1971)',
      1971
    ],
    ['2001: A Space Odyssey (1968)', '2001: A Space Odyssey (1968)', 1968],
    ['1984 (Nineteen Eighty-Four) (1984)', '1984 (Nineteen Eighty-Four) (1984)', 1984],
    ['Bye Bye, Love (1995)', 'Bye Bye, Love (1995)', 1995],
    ['I Love You, Man (2009)', 'I Love You, Man (2009)', 2009],
    ['Fawlty Towers (1975-1979)', 'Fawlty Towers (1975-1979)', 1975],
    ['Doctor Who (2005-)', 'Doctor Who (2005-)', 2005],
    ['War of the Worlds (2005) (1953)', 'War of the Worlds (2005) (1953)', 1953],
    [' Toy Story (1995) ', 'Toy Story (1995)', 1995],
    ['Babylon 5', 'Babylon 5', undefined],
    ['Matrix, The', 'The Matrix', undefined],
    ['NA', 'Untitled (5)', undefined],
    ['', 'Movie 5', undefined],
    ['<script>alert(1)</script>', '<script>alert(1)</script>', undefined]
  ])('%s', (original, title, year) => {
    expect(shown(original)).toEqual([title, year])
  })
})

describe('search', () => {
  const movies = Movies.from([
    {movieId: 1, title: 'Matrix Reloaded, The (2003)', genres: ['Action']},
    {movieId: 2, title: 'Matrix, The (1999)', genres: ['Action', 'Sci-Fi']},
    {movieId: 3, title: 'Misérables, Les (1995)', genres: ['Drama']},
    {movieId: 4, title: 'Misérables, Les (1998)', genres: ['Drama']},
    {movieId: 5, title: 'Wall-E (2008)'},
    {movieId: 6, title: 'Animatrix, The (2003)'}
  ])
  const found = (text: string): unknown[] => movies.search(text).column('movieId')

  it('puts the whole title first and minds neither case, accents, articles nor punctuation', () => {
    expect(found('the matrix')).toEqual([2, 1, 6])
    expect(found('MATRIX the')).toEqual([2, 6, 1])
    expect(found('miserables')).toEqual([3, 4])
    expect(found('les misérables 1998')).toEqual([4])
    expect(found('wall e')).toEqual([5])
    expect(found('nothing like it')).toEqual([])
    expect(movies.search('matrix', {n: 1})).toHaveLength(1)
  })

  it('finds the one movie a person means, or says which ones there are', () => {
    expect(movies.find('The Matrix (1999)').movieId).toBe(2)
    expect(movies.find('Matrix, The (1999)').movieId).toBe(2)
    expect(movies.find('the matrix').movieId).toBe(2)
    expect(movies.find(4).movieId).toBe(4)
    expect(movies.find('4').movieId).toBe(4)
    expect(() => movies.find('Les Misérables')).toThrow(/2 movies are called .*\[3\].*\[4\]/)
    expect(() => movies.find('Reloaded')).toThrow(
      /No movie is called "Reloaded".*The Matrix Reloaded \(2003\) \[1\]/
    )
    expect(() => movies.find('zzz')).toThrow(UnknownIdError)
    expect(() => movies.find('zzz')).toThrow(/^No movie is called "zzz". 6 movies are listed: check/)
  })

  it.each([
    ['a letter replaced', 'Les Miserablas', [3, 4]],
    ['two letters exchanged', 'The Martix', [2]],
    ['a letter left out, no article', 'animatix', [6]],
    ['a letter too many', 'Wall-Ee (2008)', [5]],
    ['another year, the nearest first', 'Les Misérables (1997)', [4, 3]],
    ['another word', 'Metal Reloaded', []],
    ['an id that is not there', '9', []]
  ])('suggests titles that are nearly what was written: %s', (_, written, near) => {
    expect(movies.near(written).column('movieId')).toEqual(near)
  })

  it('asks whether one of three was meant', () => {
    expect(() => movies.find('Les Miserablas')).toThrow(
      /^No movie is called "Les Miserablas". Did you mean Les Misérables \(1995\) \[3\] or Les Misérables \(1998\) \[4\]\?$/
    )
    const many = Movies.from([1, 2, 3, 4].map(movieId => ({movieId, title: `Heat (199${movieId})`})))
    expect(many.near('Heet')).toHaveLength(3)
    expect(many.near('Heet', {n: 1})[0].movieId).toBe(1)
  })

  it('counts genres', () => {
    expect([...movies.genres()]).toEqual([
      {genre: 'Action', movies: 2},
      {genre: 'Drama', movies: 2},
      {genre: 'Sci-Fi', movies: 1}
    ])
  })
})

describe('the shipped catalogue', () => {
  it('holds 9,066 movies, five of them without a title', async () => {
    const movies = await readMovies('data/ml-latest-small/movies.csv')
    expect(movies.length).toBe(9066)
    expect([...movies].filter(movie => movie.originalTitle === 'NA').map(movie => movie.title)).toEqual(
      [108548, 108583, 143410, 151307, 162376].map(id => `Untitled (${id})`)
    )
    expect(movies.title(11)).toBe('The American President (1995)')
    expect([...movies].every(movie => !movie.genres.includes('(no genres listed)'))).toBe(true)
  })

  it('finds by a second title, and by a title without its article', () => {
    const movies = Movies.from([
      {movieId: 1, title: 'Crouching Tiger, Hidden Dragon (Wo hu cang long) (2000)'},
      {movieId: 2, title: 'Graduate, The (1967)'},
      {movieId: 3, title: 'Heat (1995)'},
      {movieId: 4, title: 'Heat (1986)'}
    ])
    expect(movies.find('Crouching Tiger, Hidden Dragon').movieId).toBe(1)
    expect(movies.find('Wo hu cang long (2000)').movieId).toBe(1)
    expect(movies.find('graduate').movieId).toBe(2)
    expect(movies.find('heat (1986)').movieId).toBe(4)
    expect(() => movies.find('Heat')).toThrow(/2 movies are called "Heat"/)
    expect(() => movies.find('Heat (1972)')).toThrow(/No movie is called/)
  })
})
