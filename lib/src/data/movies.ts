import {type SkippedLine, UnknownIdError} from '../errors'
import {tally} from '../math/statistics'
import {printAsText} from '../show/inspect'
import {count} from '../show/numbers'
import {Table} from '../show/table'
import {fold, namesOfTitle, readTitle, slipsBetween} from '../text/titles'
import {compareIds, type MovieId, otherKind} from './ids'

/** A movie of the catalogue. `title` is for people ("The Matrix (1999)"), `originalTitle` as in the file. */
export interface Movie {
  movieId: MovieId
  /** For people: "The Matrix (1999)". */
  title: string
  /** As it stands in the file: "Matrix, The (1999)". */
  originalTitle: string
  /** Of release, where the title or the file says it. */
  year?: number
  genres: readonly string[]
  /** Other texts of the file, a plot for example, by the names they were asked for. */
  texts?: Readonly<Record<string, string>>
}

/** The catalogue: every listed movie, rated or not, in file order. Immutable. */
export class Movies implements Iterable<Movie> {
  /** How many are listed, rated or not. */
  readonly length: number
  /** The lines of its file that were left out because `onBadLine: 'skip'` asked for it. */
  readonly skipped: readonly SkippedLine[]
  private readonly list: readonly Movie[]
  private readonly position: ReadonlyMap<MovieId, number>
  #names: ReadonlyArray<readonly string[]> | undefined

  private constructor(list: readonly Movie[], skipped: readonly SkippedLine[] = []) {
    this.list = list
    this.skipped = skipped
    this.length = list.length
    this.position = new Map(list.map((movie, k) => [movie.movieId, k]))
    Object.freeze(this)
  }

  /** A catalogue from movies whose titles are as in the files; article and year are read from the title. */
  static from(
    movies: Iterable<{
      movieId: MovieId
      title: string
      genres?: readonly string[]
      year?: number
      texts?: Readonly<Record<string, string>>
    }>,
    skipped: readonly SkippedLine[] = []
  ): Movies {
    const list: Movie[] = []
    for (const {movieId, title, genres = [], year, texts} of movies) {
      const read = readTitle(title, movieId)
      const when = year ?? read.year
      list.push(
        Object.freeze({
          movieId,
          title: read.title,
          originalTitle: title,
          ...(when === undefined ? {} : {year: when}),
          genres: Object.freeze([...genres]),
          ...(texts === undefined ? {} : {texts: Object.freeze({...texts})})
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

  /** Every movie, in the order of the file. */
  [Symbol.iterator](): Iterator<Movie> {
    return this.list[Symbol.iterator]()
  }

  /** Whether a movie is listed; 15 and '15' are the same. */
  has(movieId: MovieId): boolean {
    return this.positionOf(movieId) >= 0
  }

  /** The movie of this id; undefined where it is not listed. */
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
   * @throws UnknownIdError with the nearest titles where there is none, with all where there is more than one.
   */
  find(what: MovieId): Movie {
    const meant = this.meant(what)
    if (meant.length === 1) return meant[0]
    throw new UnknownIdError(
      'movie',
      what,
      meant.length === 0
        ? `No movie is called "${what}". ${this.didYouMean(String(what)) || `${count(this.length)} movies are listed: check the title, or give an id.`}`
        : `${meant.length} movies are called "${what}": name one by its id, as in ${meant.slice(0, 5).map(nameWithId).join(', ')}.`
    )
  }

  /**
   * Movies whose title is nearly this, the nearest first: a slip in four characters is forgiven, and case, accents, articles and a year
   * that is another are none.
   */
  near(title: string, o: {n?: number} = {}): Table<Movie> {
    const written = namesOfTitle(title)
    const {year = Number.NaN} = readTitle(title, '')
    const found: Array<{movie: Movie; slips: number; years: number}> = []
    for (const [k, movie] of this.list.entries()) {
      const slips = slipsBetween(written, this.names[k])
      const years = Math.abs((movie.year ?? Number.NaN) - year)
      if (slips !== undefined) found.push({movie, slips, years: Number.isNaN(years) ? 1000 : years})
    }
    found.sort(
      (a, b) => a.slips - b.slips || a.years - b.years || compareIds(a.movie.movieId, b.movie.movieId)
    )
    return new Table(
      found.slice(0, o.n ?? 3).map(({movie}) => movie),
      {columns: ['movieId', 'title', 'year', 'genres']}
    )
  }

  /** @internal "Did you mean Toy Story (1995) [1]?" of the titles that hold all its words, then of nearly the same ones; '' where there is none. */
  didYouMean(title: string): string {
    const options = new Set([...this.search(title, {n: 3}), ...this.near(title)])
    return options.size === 0 ? '' : `Did you mean ${[...options].slice(0, 3).map(nameWithId).join(' or ')}?`
  }

  /** @internal The movies that `find` would take for this: one where it is clear. */
  meant(what: MovieId): readonly Movie[] {
    const byId = this.get(what)
    if (byId !== undefined) return [byId]
    const wanted = fold(String(what))
    const exact = this.list.filter(
      movie => fold(movie.title) === wanted || fold(movie.originalTitle) === wanted
    )
    return exact.length > 0 ? exact : this.called(String(what))
  }

  /** The movies one of whose titles is this, of its year where it names one. */
  private called(what: string): Movie[] {
    const [name] = namesOfTitle(what)
    const {year} = readTitle(what, '')
    return this.list.filter(
      (movie, k) => (year === undefined || movie.year === year) && this.names[k].includes(name)
    )
  }

  /** What each movie may be called. Made on first use. */
  private get names(): ReadonlyArray<readonly string[]> {
    this.#names ??= this.list.map(movie => namesOfTitle(movie.title))
    return this.#names
  }

  toString(): string {
    return `${count(this.length)} movies`
  }
}

/** "Toy Story (1995) [1]" */
function nameWithId({title, movieId}: Movie): string {
  return `${title} [${movieId}]`
}

printAsText(Movies, movies => `Movies(${movies})`)
