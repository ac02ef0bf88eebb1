import {compareIds, IdIndex, type MovieId} from '../data/ids'
import {type Movie, Movies} from '../data/movies'
import {Ratings} from '../data/ratings'
import {ArgumentError, UnknownIdError} from '../errors'
import {type Field, joinFields, withPrefix, yearTerms} from '../text/termFields'
import {TermMatrix, tfidf} from '../text/tfidf'
import {wordsOfTitle} from '../text/titles'
import {Engine, type EngineState, type Person, type Term, type Who} from './engine'
import type {EngineSpec, OptionsOf} from './options'
import type {FitRun, Run} from './run'

const OPTIONS = {
  ngrams: {
    kind: 'integer',
    default: 2,
    min: 1,
    max: 5,
    about: 'Terms are genres and runs of up to this many genres, in the order of the file.'
  },
  idf: {
    kind: 'choice',
    default: 'smooth',
    choices: ['smooth', 'plain', 'none'],
    about:
      'How rare terms are favoured, df of the N movies having the term: ln((1 + N) / (1 + df)) + 1 (smooth), ln(N / df) + 1 (plain), or not at all (none).'
  },
  titleWeight: {
    kind: 'number',
    default: 0,
    min: 0,
    about: 'Weight of the words of the title, beside 1 for the genres.'
  },
  yearWeight: {
    kind: 'number',
    default: 0,
    min: 0,
    about: 'Weight of the year of release, beside 1 for the genres.'
  },
  profile: {
    kind: 'choice',
    default: 'liked',
    choices: ['liked', 'centred', 'stars'],
    about:
      'What a rated movie adds to a profile: only its stars above her mean (liked), its stars above it or (against) below it (centred), or its stars (stars).'
  },
  damping: {
    kind: 'number',
    default: 5,
    min: 0,
    about:
      'For profile=liked and centred: ratings of the overall mean added to her own before her mean is taken.'
  },
  popularity: {
    kind: 'number',
    default: 0,
    min: 0,
    about:
      'Weight of how often a movie was rated, added to the score on a scale from 0 to 1: genres alone leave most movies tied.'
  }
} as const

export type ContentBasedOptions = OptionsOf<typeof OPTIONS>

/**
 * Movies by what they are: a movie is a vector of terms, a person the weighted sum of the movies she rated.
 *
 *   x_i           = tf-idf weights of the genres of movie i, norm 1 (math/tfidf); with titleWeight a and yearWeight b
 *                   (genres, sqrt(a) · words of the title, sqrt(b) · year), norm 1
 *   sim(i, j)     = x_i · x_j                                              the cosine
 *   p_u           = sum over i in R(u) of w_ui · x_i                       w_ui = max(0, r_ui - m_u), r_ui - m_u or r_ui
 *   m_u           = (sum of her ratings + damping · mu) / (n_u + damping)   all w_ui = 1 where they all are 0
 *   score(u, i)   = p_u · x_i / |p_u| + popularity · ln(1 + n_i) / ln(1 + max n)
 *
 * The year stands for a place between two decades: 1997 is 0.3 of "around 1990" and 0.7 of "around 2000", so that near years are
 * alike. Cost: one pass over the catalogue; a score, the terms of one movie. Every listed movie can be recommended, rated or not.
 */
export class ContentBased extends Engine<ContentBasedOptions> {
  static readonly spec: EngineSpec<ContentBasedOptions> = {
    name: 'content',
    about: 'Movies alike by genre (and, as options, title and year); needs no ratings to find similar ones.',
    source:
      'Salton and Buckley 1988 (tf-idf, cosine); Lops, de Gemmis, Semeraro 2011, section 3.3 (profiles)',
    fitsOnMovies: true,
    options: OPTIONS
  }

  /** Every listed movie, in the order of ids. */
  private listed: IdIndex<MovieId> = new IdIndex([])
  /** [movies × terms] */
  private vectors: TermMatrix = new TermMatrix([], new Int32Array(1), new Int32Array(0), new Float64Array(0))
  /** [movies that were rated] index in `listed`, -1 for a movie that the catalogue does not list */
  private listedAt: Int32Array = new Int32Array(0)
  /** [movies] popularity · ln(1 + n_i) / ln(1 + max n) */
  private fame: Float64Array = new Float64Array(0)

  /** Fits on ratings, or on a catalogue alone: then it knows no users, and answers for profiles. */
  override fit(train: Ratings | Movies, run: FitRun = {}): Promise<this> {
    return super.fit(train instanceof Movies ? unrated(train) : train, run)
  }

  /** Documents, and terms that came up in them: [3,883, 127] for the genres of MovieLens 1M. */
  get shape(): [movies: number, terms: number] {
    return this.fittedVectors().shape
  }

  /** The terms of a movie with their weights, the heaviest first. */
  termsOf(movieId: MovieId): Term[] {
    const {terms, start, term, weight} = this.fittedVectors()
    const i = this.movieIndex(movieId)
    const found: Term[] = []
    for (let n = start[i]; n < start[i + 1]; n++) found.push({name: terms[term[n]], value: weight[n]})
    return found.sort((a, b) => b.value - a.value)
  }

  /** Cosines of all listed movies, in the order of ids. [movies × movies], row-major: 60 MB for 3,883 movies. */
  cosines(): Float32Array {
    return this.fittedVectors().cosines()
  }

  protected async learn(train: Ratings, run: Run): Promise<void> {
    this.place(train)
    const movies = this.listed.ids.map(movieId => train.movies.get(movieId) as Movie)
    this.vectors = joinFields(this.fields(movies))
    run.report(1, 1)
  }

  /** The fields of a movie with their weights; those of weight 0 are not made. */
  private fields(movies: readonly Movie[]): Field[] {
    const {ngrams, idf, titleWeight, yearWeight} = this.resolved
    const fields = [
      {
        weight: 1,
        rows: tfidf(
          movies.map(movie => movie.genres.join(' ')),
          {ngrams, idf}
        )
      }
    ]
    if (titleWeight > 0) {
      const titles = movies.map(movie => wordsOfTitle(movie.originalTitle).join(' '))
      fields.push({weight: titleWeight, rows: withPrefix('title: ', tfidf(titles, {ngrams: 1, idf}))})
    }
    if (yearWeight > 0) fields.push({weight: yearWeight, rows: yearTerms(movies.map(movie => movie.year))})
    return fields
  }

  protected override checkTrain(train: Ratings): void {
    if (!(train instanceof Ratings) || train.movies.length === 0)
      throw new ArgumentError(
        `${this.name}: fit expects Ratings or Movies with at least one listed movie. Read some with readRatings() or readMovies().`
      )
  }

  override get items(): IdIndex<MovieId> {
    return this.listed
  }

  protected override knows(i: number): boolean {
    return i >= 0
  }

  override person(who: Who): Person {
    const person = super.person(who)
    if (person.u < 0) return person
    const kept = [...person.i.keys()].filter(k => this.listedAt[person.i[k]] >= 0)
    return {
      u: person.u,
      i: Int32Array.from(kept, k => this.listedAt[person.i[k]]),
      r: Float32Array.from(kept, k => person.r[k])
    }
  }

  protected scoresOf(person: Person, items: Int32Array): Float64Array {
    const scores = this.vectors.times(this.profileOf(person))
    return Float64Array.from(items, i => scores[i] + this.fame[i])
  }

  protected similarTo(i: number): Float64Array {
    return this.vectors.cosinesTo(i)
  }

  /** The terms that she and the movie share; none for a person without ratings. */
  protected terms(person: Person, i: number): Term[] {
    const {terms, start, term, weight} = this.vectors
    const profile = this.profileOf(person)
    const shared: Term[] = []
    for (let n = i < 0 ? 0 : start[i]; i >= 0 && n < start[i + 1]; n++) {
      const value = profile[term[n]] * weight[n]
      if (value !== 0) shared.push({name: terms[term[n]], value})
    }
    if (i >= 0 && this.fame[i] > 0) shared.push({name: 'how often it was rated', value: this.fame[i]})
    shared.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    return shared.length > 0 ? shared : [{name: 'nothing in common', value: 0}]
  }

  protected override sentence(
    _person: Person,
    movieId: MovieId,
    score: number,
    terms: readonly Term[]
  ): string {
    const names = (some: readonly Term[]): string =>
      some
        .slice(0, 3)
        .map(term => term.name)
        .join(', ')
    const liked = terms.filter(term => term.value > 0)
    const disliked = terms.filter(term => term.value < 0)
    const why = [
      ...(liked.length === 0 ? [] : [`${names(liked)} speak for it`]),
      ...(disliked.length === 0 ? [] : [`${names(disliked)} against it`])
    ].join(', ')
    const title = this.movies.title(movieId)
    return `${title} scores ${score.toFixed(2)}: ${why === '' ? 'it shares no term with what was rated' : why}.`
  }

  protected dump(): EngineState {
    const {terms, start, term, weight} = this.vectors
    return {values: {terms: [...terms]}, arrays: {start, term, weight}}
  }

  protected restore(state: EngineState, train: Ratings): void {
    const {start, term, weight} = state.arrays
    this.place(train)
    this.vectors = new TermMatrix(
      state.values.terms as string[],
      start as Int32Array,
      term as Int32Array,
      weight as Float64Array
    )
  }

  protected override fittedOn(): string {
    return this.train.length === 0
      ? `on ${this.listed.length.toLocaleString('en-US')} movies`
      : super.fittedOn()
  }

  protected override unknownMovie(movieId: MovieId): UnknownIdError {
    return new UnknownIdError(
      'movie',
      movieId,
      `Unknown movieId ${movieId}: ${this.listed.describe('movie')} are listed.`
    )
  }

  /** p_u / |p_u|; all 0 where nothing she rated says anything. [terms] */
  private profileOf({i, r}: Person): Float64Array {
    const {terms, start, term, weight} = this.vectors
    const weights = this.weigh(r)
    const profile = new Float64Array(terms.length)
    for (let k = 0; k < i.length; k++) {
      const w = weights[k]
      for (let n = start[i[k]]; n < start[i[k] + 1]; n++) profile[term[n]] += w * weight[n]
    }
    const norm = Math.sqrt(profile.reduce((sum, one) => sum + one * one, 0))
    return norm < 1e-12 ? profile.fill(0) : profile.map(one => one / norm)
  }

  /** w_ui; where all her ratings are the mean (data of likes only), every one counts the same. [rated] */
  private weigh(r: Float32Array): Float64Array {
    const {profile, damping} = this.resolved
    const stars = Float64Array.from(r)
    if (profile === 'stars') return stars
    const {mean, scale} = this.train
    const mu = Number.isNaN(mean) ? (scale[0] + scale[1]) / 2 : mean
    const sum = stars.reduce((total, one) => total + one, damping * mu)
    const centred = stars.map(one => one - sum / (r.length + damping))
    const weights = profile === 'liked' ? centred.map(one => Math.max(0, one)) : centred
    return weights.every(w => Math.abs(w) < 1e-9) ? weights.fill(1) : weights
  }

  /** Lays out what follows from the ratings and the catalogue alone. */
  private place(train: Ratings): void {
    this.listed = new IdIndex(Array.from(train.movies, movie => movie.movieId).sort(compareIds))
    this.listedAt = Int32Array.from(train.frame.movieIds.ids, movieId => this.listed.indexOf(movieId))
    const {start} = train.byMovie
    const counts = this.listedAt.map((_, k) => start[k + 1] - start[k])
    const most = Math.log1p(counts.reduce((max, count) => Math.max(max, count), 0))
    this.fame = new Float64Array(this.listed.length)
    for (const [k, i] of this.listedAt.entries())
      if (i >= 0 && most > 0) this.fame[i] = (this.resolved.popularity * Math.log1p(counts[k])) / most
  }

  private fittedVectors(): TermMatrix {
    void this.train // throws where the engine is not fitted
    return this.vectors
  }
}

/** A catalogue as ratings of nobody. The scale is that of half stars: profiles of any edition are within it. */
function unrated(movies: Movies): Ratings {
  const none = new Int32Array(0)
  return new Ratings(
    {u: none, i: none, r: new Float32Array(0)},
    {userIds: new IdIndex([]), movieIds: new IdIndex([]), scale: [0.5, 5], movies}
  )
}
