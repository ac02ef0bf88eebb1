import type {MovieId, UserId} from '../data/ids'
import {ArgumentError, checkCount, UnknownIdError} from '../errors'
import {topN} from '../math/topN'
import type {Table} from '../show/table'
import {nearestName} from '../text/slips'
import {type Asker, askerOf, isProfile, leftOutOf, nobodyKnown, type Who} from './asker'
import type {Directory} from './directory'
import {allowedBy, type Filters} from './filters'
import {type ListsWanted, listable, listsByScores} from './lists'
import {isHeard, type Model, type Part, type Person, type TermKind} from './model'
import {type Recommendation, Recommendations, type Similar, similarTable} from './recommendations'
import {sentenceOf} from './sentences'

export type {Profile, Who} from './asker'

/** How alike some movies are, each with each. */
export interface SimilarityMatrix {
  movieIds: readonly MovieId[]
  titles: readonly string[]
  /** values[a][b] for the movies a and b */
  values: ReadonlyArray<ReadonlyArray<number>>
}

/** One addend of a score. */
export interface Term {
  /** What it stands for. */
  kind: TermKind
  /** What it adds to the score, in the unit of the score. */
  value: number
  /** For people: a title, a genre, "user 12", "mean". */
  name: string
  /** The movie she rated, where that is the reason. */
  movieId?: MovieId
  /** The user who rated it, where that is the reason. */
  userId?: UserId
  /** The stars that she, or that user, gave. */
  rating?: number
}

/** A score as a sum: the values of `terms` add up to `score` within 1e-5. */
export interface Explanation {
  /** Unclipped, as `recommend` ranks by it. */
  score: number
  /** The addends, which sum to it. */
  terms: Term[]
  /** The largest of them, for people. */
  sentence: string
  /** Movies of the profile that the engine knows nothing of, where there are any: the sentence names them. */
  leftOut?: readonly MovieId[]
}

/** How many movies to list, and which. */
export interface RecommendOptions extends Filters {
  /** Length of the list. @default 10 */
  n?: number
  /** List what she has rated, too. @default false */
  includeRated?: boolean
  /** What somebody gets of whom nothing is known: an error, or what most people rated. @default 'error' */
  unknown?: 'error' | 'popular'
  /**
   * From 0, the best scores, to 1, the most different movies: maximal marginal relevance (Carbonell and Goldstein 1998) on the
   * engine's own similarity, over the best 10 n. @default 0
   */
  diversity?: number
}

/** @internal Puts ids, titles, filters, order and sentences around a model of any kind. */
export class Recommender<M extends Model = Model> {
  #knownItems: Uint8Array | undefined
  #fileOrder: Int32Array | undefined

  constructor(
    readonly model: M,
    readonly directory: Directory
  ) {}

  /**
   * The `n` best movies for a known user or for ratings typed in now; what she has rated is left out. Ties go to the smaller id. Who has typed in
   * nothing yet gets what most people rated, and so does somebody unknown on request (`unknown`). Movies of a profile that nothing is
   * known of are left out of it, which the list tells.
   */
  recommend(who: Who, o: RecommendOptions = {}): Recommendations {
    const {n = 10, diversity = 0, unknown = 'error'} = o
    checkCount('n', n)
    if (unknown !== 'error' && unknown !== 'popular')
      throw new ArgumentError(`unknown: expected 'error' or 'popular', got ${JSON.stringify(unknown)}.`)
    if (!(diversity >= 0 && diversity <= 1))
      throw new ArgumentError(`Expected a diversity from 0 to 1, got ${diversity}.`)
    const {person, leftOut} = askerOf(who, this.directory)
    if (person.i.length === 0 && unknown !== 'popular' && !(isProfile(who) && who.length === 0))
      throw this.unknownUser(who)
    if (!this.hears(person))
      return new Recommendations(this.popular(n, o, person), leftOutOf(leftOut, this.directory))
    const length = diversity > 0 ? 10 * n : n
    const {movies, scores} = listsByScores(this.model, [person], this.wanted(length, o))
    const rows = this.rows(movies, scores)
    const listed = diversity > 0 ? this.diversify(rows, n, diversity) : rows
    return new Recommendations(listed, leftOutOf(leftOut, this.directory))
  }

  /** Lists of so many movies by these options, for `listsByScores` and what is faster. @throws for a movie or genre there is not. */
  wanted(n: number, o: Filters & Pick<RecommendOptions, 'includeRated'> = {}): ListsWanted {
    checkNames('recommend', o, LISTING)
    const none = new Int32Array(0)
    const allowed = allowedBy(this.directory, this.knownItems(), o)
    return {n, allowed, without: o.includeRated === true ? () => none : person => person.i}
  }

  /** [movies] 1 where the model knows a movie; the model stays what it is, so it is asked once. */
  private knownItems(): Uint8Array {
    if (this.#knownItems === undefined) {
      this.#knownItems = new Uint8Array(this.directory.items.length)
      for (let i = 0; i < this.#knownItems.length; i++) this.#knownItems[i] = Number(this.model.knows(i))
    }
    return this.#knownItems
  }

  /** Whether anything that she rated counts for the model. Who is not heard gets what most people rated. */
  hears(person: Person): boolean {
    return isHeard(this.model, person)
  }

  /** What most people rated, but for what she has. */
  private popular(
    n: number,
    o: Filters & Pick<RecommendOptions, 'includeRated'>,
    person: Person
  ): Recommendation[] {
    const {movies, scores} = this.mostRated(this.wanted(n, o), person)
    return this.rows(movies, scores).map(row => ({...row, fallback: 'popular'}))
  }

  /** The same as a list of indices, by how many people rated each. */
  mostRated(wanted: ListsWanted, person: Person): {movies: Int32Array; scores: Float64Array} {
    const raters = Float64Array.from(wanted.allowed, (_, i) => this.directory.ratersOf(i))
    const movies = topN(raters, wanted.n, listable(wanted, person))
    return {movies, scores: Float64Array.from(movies, i => raters[i])}
  }

  /** A list of indices, -1 behind its end, with ids and titles. */
  rows(movies: Int32Array, scores: Float64Array): Recommendation[] {
    const rows: Recommendation[] = []
    for (let k = 0; k < movies.length && movies[k] >= 0; k++) rows.push(this.row(movies[k], scores[k]))
    return rows
  }

  /** The `n` movies most like this one, by the model's own similarity; ties in file order. The movie itself on request. */
  similar(movieId: MovieId, o: {n?: number; includeSelf?: boolean} = {}): Table<Similar> {
    const {n = 10, includeSelf = false} = o
    checkNames('similar', o, {n: true, includeSelf: true})
    checkCount('n', n)
    const {items, movies} = this.directory
    const i = this.knownMovie(movieId)
    const scores = this.model.similar(i)
    const candidates = Int32Array.from({length: items.length}, (_, j) => j).filter(
      j => (includeSelf || j !== i) && this.model.knows(j) && scores[j] > Number.NEGATIVE_INFINITY
    )
    const best = topN(scores, n, candidates, this.fileOrder())
    return similarTable(
      Array.from(best, j => ({movieId: items.ids[j], title: movies.title(items.ids[j]), score: scores[j]}))
    )
  }

  /** How alike these movies are, each with each. */
  similarities(movieIds: Iterable<MovieId>): SimilarityMatrix {
    const ids = [...movieIds]
    const indices = ids.map(movieId => this.knownMovie(movieId))
    const alike = this.alikeAmong(Int32Array.from(indices))
    const values = indices.map((_, k) => Array.from(alike(k), value => (Number.isFinite(value) ? value : 0)))
    return {movieIds: ids, titles: ids.map(movieId => this.directory.movies.title(movieId)), values}
  }

  /** Why this score: terms that sum to it, and one sentence. */
  explain(who: Who, movieId: MovieId): Explanation {
    const {person, leftOut} = this.known(who)
    const i = this.indexOf(movieId)
    if (i < 0 && !this.directory.movies.has(movieId)) throw this.unknownMovie(movieId)
    const terms = this.model
      .parts(person, i)
      .filter(part => !(isOwn(part, i) && part.value === 0))
      .map(part => this.term(part, i))
    const score = terms.reduce((sum, {value}) => sum + value, 0)
    const movie = this.directory.movies.get(movieId)
    const sentence = sentenceOf({
      title: this.directory.movies.title(movieId),
      genres: movie?.genres ?? [],
      year: movie?.year,
      unit: this.model.unit,
      score,
      terms,
      stranger: person.i.length === 0,
      unrated: !this.model.knows(i)
    })
    return this.without(leftOut, {score, terms, sentence})
  }

  /** An explanation that tells what was left out of the profile. */
  protected without(leftOut: readonly MovieId[], {sentence, ...rest}: Explanation): Explanation {
    const {note} = leftOutOf(leftOut, this.directory)
    return note === undefined ? {...rest, sentence} : {...rest, sentence: `${sentence} ${note}`, leftOut}
  }

  /** What a model says of a movie by itself, with names. */
  traits(movieId: MovieId, of: (i: number) => Part[]): Term[] {
    const i = this.knownMovie(movieId)
    return of(i).map(part => this.term(part, i))
  }

  knowsUser(userId: UserId): boolean {
    return this.person(userId).i.length > 0
  }

  knowsMovie(movieId: MovieId): boolean {
    return this.model.knows(this.indexOf(movieId))
  }

  /** Dense index of a movie, -1 where the model does not know it. */
  indexOf(movieId: MovieId): number {
    return this.directory.items.indexOf(movieId)
  }

  /** A user's training ratings, or a profile's, in dense indices. A stranger has none. @throws UnknownIdError for a movie that is not listed */
  person(who: Who): Person {
    const {person, leftOut} = askerOf(who, this.directory)
    for (const movieId of leftOut) if (!this.directory.movies.has(movieId)) throw this.unknownMovie(movieId)
    return person
  }

  /** The same, movies that nothing is known of left out. @throws UnknownIdError for a profile of which nothing is left */
  known(who: Who): Asker {
    const asker = askerOf(who, this.directory)
    if (asker.leftOut.length > 0 && asker.person.i.length === 0) throw this.unknownUser(who)
    return asker
  }

  /** Why nothing can be said for somebody. */
  unknownUser(who: Who): Error {
    return nobodyKnown(who, this.directory)
  }

  /** These users' training ratings. @throws for one that has none. */
  *people(users: Iterable<UserId>): Iterable<Person> {
    for (const userId of users) {
      const person = this.person(userId)
      if (person.i.length === 0) throw this.unknownUser(userId)
      yield person
    }
  }

  private unknownMovie(movieId: MovieId): UnknownIdError {
    const {items, itemsAre} = this.directory
    return new UnknownIdError(
      'movie',
      movieId,
      `Unknown movieId ${movieId}: ${items.describe('movie')} ${itemsAre}.`
    )
  }

  private knownMovie(movieId: MovieId): number {
    const i = this.indexOf(movieId)
    if (!this.model.knows(i)) throw this.unknownMovie(movieId)
    return i
  }

  /** Maximal marginal relevance: the next movie has the best (1 - diversity) · score - diversity · similarity to those chosen. */
  private diversify(ranked: Recommendation[], n: number, diversity: number): Recommendation[] {
    if (ranked.length === 0) return ranked
    const high = ranked[0].score
    const spread = high - ranked[ranked.length - 1].score || 1
    const alike = this.alikeAmong(Int32Array.from(ranked, row => this.indexOf(row.movieId)))
    const left = Array.from(ranked.keys())
    const nearest = new Float64Array(ranked.length)
    const chosen: Recommendation[] = []
    while (chosen.length < n && left.length > 0) {
      let at = 0
      let bestGain = Number.NEGATIVE_INFINITY
      for (let k = 0; k < left.length; k++) {
        const place = left[k]
        const gain =
          (1 - diversity) * (1 - (high - ranked[place].score) / spread) - diversity * nearest[place]
        if (gain > bestGain) {
          bestGain = gain
          at = k
        }
      }
      const [next] = left.splice(at, 1)
      chosen.push(ranked[next])
      const similarity = alike(next)
      for (const place of left) nearest[place] = Math.max(nearest[place], Math.min(1, similarity[place]))
    }
    return chosen
  }

  /** How alike each of these movies, by its place among them, and each of them are. */
  private alikeAmong(items: Int32Array): (place: number) => ArrayLike<number> {
    const {model} = this
    if (model.alike !== undefined) return model.alike(items)
    return place => {
      const row = model.similar(items[place])
      return Float64Array.from(items, i => row[i])
    }
  }

  private row(i: number, score: number): Recommendation {
    const {items, movies} = this.directory
    const movieId = items.ids[i]
    const movie = movies.get(movieId)
    if (movie === undefined) return {movieId, title: movies.title(movieId), score}
    const {title, year, genres} = movie
    return year === undefined ? {movieId, title, score, genres} : {movieId, title, score, year, genres}
  }

  /** A part with ids and a name. The movie in question is no reason for itself: her own rating of it goes to the rest. */
  private term(part: Part, asked: number): Term {
    const {kind, value, i, u, rating, name} = part
    const {items, movies, userIds} = this.directory
    if (isOwn(part, asked)) return {kind: 'rest', value, name: 'your own rating of it'}
    const stars = rating === undefined ? {} : {rating}
    if (i !== undefined) {
      const movieId = items.ids[i]
      return {kind, value, name: movies.title(movieId), movieId, ...stars}
    }
    if (u !== undefined)
      return {kind, value, name: `user ${userIds.ids[u]}`, userId: userIds.ids[u], ...stars}
    return {kind, value, name: name ?? NAMES[kind] ?? kind}
  }

  /** Rank of every item by its place in the catalogue's file; unlisted ones last. */
  private fileOrder(): Int32Array {
    const {items, movies} = this.directory
    this.#fileOrder ??= Int32Array.from(items.ids, movieId => {
      const position = movies.positionOf(movieId)
      return position < 0 ? movies.length : position
    })
    return this.#fileOrder
  }
}

/** Whether it is her own rating of the movie that is asked about. */
function isOwn({kind, i}: Part, asked: number): boolean {
  return kind === 'rated' && i === asked
}

/** What terms are called that have no name of their own. */
const NAMES: Partial<Record<TermKind, string>> = {
  mean: 'mean of all ratings',
  user: 'how you rate',
  movie: 'how it is rated',
  popularity: 'people who rated it',
  rest: 'what no rating accounts for'
}

/** The options that `recommend` takes. */
const LISTING: Readonly<Record<keyof RecommendOptions, true>> = {
  n: true,
  includeRated: true,
  unknown: true,
  among: true,
  except: true,
  genres: true,
  years: true,
  minRatings: true,
  diversity: true
}

/** @throws ArgumentError for an option that there is not: it would have no effect */
function checkNames(question: string, o: object, known: Readonly<Record<string, true>>): void {
  for (const name of Object.keys(o)) {
    if (Object.hasOwn(known, name)) continue
    const names = Object.keys(known)
    const near = nearestName(name, names, 2)
    throw new ArgumentError(
      `Unknown option ${name} of ${question}: ${near === undefined ? `its options are ${names.join(', ')}.` : `did you mean ${near}?`}`
    )
  }
}
