import {type SkippedLine, UnknownIdError} from '../errors'
import {tally} from '../math/statistics'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import {Table} from '../show/table'
import {fold, namesOfTitle, readTitle} from '../text/titles'
import {compareIds, type MovieId, otherKind} from './ids'

/** A movie of the catalogue. `title` is for people ("The Matrix (1999)"), `originalTitle` as in the file. */
export interface Movie {
  movieId: MovieId
  title: string
  originalTitle: string
  year?: number
  genres: readonly string[]
}

/** The catalogue: every listed movie, rated or not, in file order. Immutable. */
export class Movies implements Iterable<Movie> {
  readonly length: number
  /** The lines of its file that were left out because `onBadLine: 'skip'` asked for it. */
  readonly skipped: readonly SkippedLine[]
  private readonly list: readonly Movie[]
  private readonly position: ReadonlyMap<MovieId, number>

  private constructor(list: readonly Movie[], skipped: readonly SkippedLine[] = []) {
    this.list = list
    this.skipped = skipped
    this.length = list.length
    this.position = new Map(list.map((movie, k) => [movie.movieId, k]))
    Object.freeze(this)
  }

  /** A catalogue from movies whose titles are as in the files; article and year are read from the title. */
  static from(
    movies: Iterable<{movieId: MovieId; title: string; genres?: readonly string[]; year?: number}>,
    skipped: readonly SkippedLine[] = []
  ): Movies {
    const list: Movie[] = []
    for (const {movieId, title, genres = [], year} of movies) {
      const read = readTitle(title, movieId)
      const when = year ?? read.year
      list.push(
        Object.freeze({
          movieId,
          title: read.title,
          originalTitle: title,
          ...(when === undefined ? {} : {year: when}),
          genres: Object.freeze([...genres])
        })
      )
    }
    return new Movies(list, Object.freeze([...skipped]))
  }

  /** A catalogue of bare ids, for ratings that came without one. */
  static ofIds(ids: Iterable<MovieId>): Movies {
    const list = [...ids].sort(compareIds)
    return new Movies(
      list.map(movieId =>
        Object.freeze({movieId, title: `Movie ${movieId}`, originalTitle: '', genres: Object.freeze([])})
      )
    )
  }

  [Symbol.iterator](): Iterator<Movie> {
    return this.list[Symbol.iterator]()
  }

  has(movieId: MovieId): boolean {
    return this.positionOf(movieId) >= 0
  }

  get(movieId: MovieId): Movie | undefined {
    const k = this.positionOf(movieId)
    return k < 0 ? undefined : this.list[k]
  }

  /** The movie at a place of the file, from 0. */
  at(position: number): Movie {
    return this.list[position]
  }

  /** Place in file order, -1 where the id is not listed. 15 and '15' are the same id. */
  positionOf(movieId: MovieId): number {
    return this.position.get(movieId) ?? this.position.get(otherKind(movieId) as MovieId) ?? -1
  }

  /** The title for people; "Movie 17" where the catalogue does not list the id. */
  title(movieId: MovieId): string {
    return this.get(movieId)?.title ?? `Movie ${movieId}`
  }

  /** Every genre with its number of movies, most frequent first, ties by name. */
  genres(): Table<{genre: string; movies: number}> {
    const counts = tally(this.list.flatMap(movie => movie.genres))
    return new Table(counts.map(([genre, movies]) => ({genre, movies})))
  }

  /** Movies whose title holds every word of the text, whole-title and leading matches first. Accents and case do not matter. */
  search(text: string, o: {n?: number} = {}): Table<Movie> {
    const wanted = fold(text)
    const words = wanted.split(' ').filter(word => word !== '')
    const found: Array<{movie: Movie; rank: number}> = []
    for (const movie of this.list) {
      const names = [fold(movie.title), fold(movie.originalTitle)]
      if (!words.every(word => names.some(name => name.includes(word)))) continue
      const bare = names.map(name => name.replace(/ \d{4}$/, ''))
      const rank = names.includes(wanted)
        ? 0
        : bare.includes(wanted)
          ? 1
          : names.some(name => name.startsWith(wanted))
            ? 2
            : 3
      found.push({movie, rank})
    }
    found.sort(
      (a, b) =>
        a.rank - b.rank ||
        a.movie.title.length - b.movie.title.length ||
        compareIds(a.movie.movieId, b.movie.movieId)
    )
    return new Table(
      found.slice(0, o.n ?? 20).map(({movie}) => movie),
      {columns: ['movieId', 'title', 'year', 'genres']}
    )
  }

  /**
   * The one movie a person means: by id, by the exact title (shown or original), else by a title (the second one in parentheses, too)
   * without article, and without year where only one movie has it.
   * @throws UnknownIdError with the closest titles where there is none or more than one.
   */
  find(what: MovieId): Movie {
    const byId = this.get(what)
    if (byId !== undefined) return byId
    const wanted = fold(String(what))
    const exact = this.list.filter(
      movie => fold(movie.title) === wanted || fold(movie.originalTitle) === wanted
    )
    if (exact.length === 1) return exact[0]
    const close = exact.length > 1 ? exact : this.called(String(what))
    if (close.length === 1) return close[0]
    const options = (close.length > 0 ? close : [...this.search(String(what), {n: 5})]).slice(0, 5)
    const list = options.map(movie => `${movie.title} [${movie.movieId}]`).join(', ')
    const found =
      close.length > 1 ? `${close.length} movies are called "${what}"` : `No movie is called "${what}"`
    throw new UnknownIdError(
      'movie',
      what,
      `${found}: ${list === '' ? `${this.length} movies are listed` : `name one by its id, as in ${list}`}.`
    )
  }

  /** The movies one of whose titles is this, of its year where it names one. */
  private called(what: string): Movie[] {
    const [name] = namesOfTitle(what)
    const {year} = readTitle(what, '')
    return this.list.filter(
      movie => (year === undefined || movie.year === year) && namesOfTitle(movie.title).includes(name)
    )
  }

  toString(): string {
    return `${count(this.length)} movies`
  }
}

printAsText(Movies, movies => `Movies(${movies})`)
