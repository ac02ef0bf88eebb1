import {ArgumentError, Movies, typedProfile} from 'movie-recs'
import {describe, expect, it} from 'vitest'

const movies = Movies.from([
  {movieId: 1, title: 'Matrix, The (1999)'},
  {movieId: 2, title: "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"},
  {movieId: 3, title: 'Heat (1995)'},
  {movieId: 4, title: 'Heat (1986)'},
  {movieId: 5, title: 'Pulp Fiction (1994)'}
])

describe('typedProfile', () => {
  it('takes titles whatever their case, article and accents, and ids', () => {
    const {profile, found, unmatched} = typedProfile(
      {'the matrix': 5, Amélie: 4.5, 'Heat (1995)': 3, '5': 2},
      movies
    )
    // A key that is a number comes first, as in every object.
    expect(profile).toEqual([
      {movieId: 5, rating: 2},
      {movieId: 1, rating: 5},
      {movieId: 2, rating: 4.5},
      {movieId: 3, rating: 3}
    ])
    expect(found[1]).toMatchObject({typed: 'the matrix', title: 'The Matrix (1999)', rating: 5})
    expect(unmatched).toHaveLength(0)
  })

  it('tells what it does not find, and guesses nothing', () => {
    const {profile, unmatched} = typedProfile({'Pulp Ficton': 5, Heat: 4, Zzzzz: 1}, movies)
    expect(profile).toEqual([])
    expect(unmatched.map(({remedy}) => remedy)).toEqual([
      'Did you mean Pulp Fiction (1994) [5]?',
      '2 movies have it: Heat (1995) or Heat (1986)?',
      'Nothing is called nearly so: look for a word of it by movies.search().'
    ])
  })

  it('refuses ratings off the scale, and one movie twice', () => {
    expect(() => typedProfile({Matrix: 6}, movies)).toThrow(
      'expected a rating from 0.5 to 5 for "Matrix", got 6'
    )
    expect(() => typedProfile({Matrix: 0.5}, movies, [1, 5])).toThrow(ArgumentError)
    expect(() => typedProfile({Matrix: 5, 'The Matrix': 4}, movies)).toThrow('are the same movie')
  })
})
