import {Movies, type RatingRow, Ratings} from 'movie-recs'
import {Random} from '#internals'

/**
 * A small world with planted tastes: users are drawn to one of three genres, some movies are better than others, some users more
 * generous. Whole stars 1 to 5, timestamps, and a catalogue with genres, years and plots that also lists two movies nobody rated.
 */
export function smallWorld(
  o: {users?: number; movies?: number; share?: number; seed?: number} = {}
): Ratings {
  const {users = 36, movies = 27, share = 0.6, seed = 7} = o
  const random = new Random(seed)
  const rows: RatingRow[] = []
  for (let u = 0; u < users; u++) {
    const generosity = 0.4 * random.normal()
    for (let i = 0; i < movies; i++) {
      const quality = 0.5 * Math.sin(1 + i)
      const taste = u % 3 === i % 3 ? 1 : -0.5
      const stars = Math.round(3.2 + generosity + quality + taste + 0.4 * random.normal())
      if (random.uniform() < share) {
        rows.push({
          userId: 10 + 3 * u,
          movieId: 100 + 2 * i,
          rating: Math.min(5, Math.max(1, stars)),
          timestamp: 1e9 + 86400 * random.below(400)
        })
      }
    }
  }
  return Ratings.from(rows, catalogue(movies + 2))
}

export function catalogue(movies: number): Movies {
  const genres = ['Drama', 'Comedy', 'Science Fiction']
  return Movies.from(
    Array.from({length: movies}, (_, i) => ({
      movieId: 100 + 2 * i,
      title: `${['River', 'Mountain', 'Planet'][i % 3]} Story ${i} (${1980 + i})`,
      genres: i % 4 === 0 ? [genres[i % 3], 'Adventure'] : [genres[i % 3]],
      texts: {
        overview: `A ${['heist', 'wedding', 'storm', 'trial'][i % 4]} and what came of it in ${1980 + i}.`
      }
    }))
  )
}

/**
 * Users like the movies of their own parity (5 stars) and dislike the others (1 star). Withheld for user u: movie u, which she
 * would like, and movie u + 1, which she would not. Any personal engine must put the first above the second.
 */
export function checkerboard(size: number, o: {likesOnly?: boolean} = {}): Ratings {
  const rows: RatingRow[] = []
  for (let u = 0; u < size; u++) {
    for (let i = 0; i < size; i++) {
      const likes = u % 2 === i % 2
      if (i === u || i === (u + 1) % size || (o.likesOnly && !likes)) continue
      rows.push({userId: u, movieId: i, rating: likes ? 5 : 1, timestamp: 1e9 + 86400 * i})
    }
  }
  const movies = Movies.from(
    Array.from({length: size}, (_, i) => ({
      movieId: i,
      title: `Film ${i} (2000)`,
      genres: [i % 2 === 0 ? 'Drama' : 'Comedy']
    }))
  )
  return Ratings.from(rows, movies)
}
