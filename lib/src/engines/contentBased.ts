import {compareIds, IdIndex, type MovieId} from '../data/ids'
import {type Movie, Movies} from '../data/movies'
import {Ratings} from '../data/ratings'
import {ArgumentError, OptionError} from '../errors'
import {log1p} from '../math/logarithms'
import {type Directory, directoryOf, rowOf} from '../models/directory'
import type {TermKind} from '../models/model'
import type {Term} from '../models/recommender'
import {TermModel} from '../models/termModel'
import {count} from '../show/numbers'
import {type Field, joinFields, yearTerms} from '../text/termFields'
import {tfidf} from '../text/tfidf'
import {wordsOfTitle} from '../text/titles'
import type {OnSpark} from './elsewhere'
import {Engine} from './engine'
import type {EngineSpec, OptionsOf, Resolved} from './options'
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
  text: {
    kind: 'text',
    default: '',
    about:
      'Name of a text of the catalogue whose words are terms, too: a plot, a review; read with its column named (movieColumns: {texts: {overview: "plot"}}).'
  },
  textWeight: {
    kind: 'number',
    default: 1,
    min: 0,
    about: 'Weight of the words of that text, beside 1 for the genres.'
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
 *   x_i           = tf-idf weights of the genres of movie i, norm 1 (text/tfidf); with titleWeight a, textWeight b, yearWeight c
 *                   (genres, sqrt(a) · words of the title, sqrt(b) · words of the text, sqrt(c) · year), norm 1
 *   sim(i, j)     = x_i · x_j                                              the cosine
 *   p_u           = sum over i in R(u) of w_ui · x_i                       w_ui = max(0, r_ui - m_u), r_ui - m_u or r_ui
 *   m_u           = (sum of her ratings + damping · mu) / (n_u + damping)   all w_ui = 1 where they all are 0
 *   score(u, i)   = p_u · x_i / |p_u| + popularity · ln(1 + n_i) / ln(1 + max n)
 *
 * The year stands for a place between two decades: 1997 is 0.3 of "around 1990" and 0.7 of "around 2000", so that near years are
 * alike. Cost: one pass over the catalogue; a score, the terms of one movie. Every listed movie can be recommended, rated or not.
 */
export class ContentBased extends Engine<ContentBasedOptions, TermModel> {
  static readonly spec: EngineSpec<ContentBasedOptions> = {
    name: 'content',
    about:
      'Movies alike by genre (and, as options, title, a text and year); needs no ratings to find similar ones.',
    source:
      'Salton and Buckley 1988 (tf-idf, cosine); Lops, de Gemmis, Semeraro 2011, section 3.3 (profiles)',
    model: 'terms',
    updates: 'anew',
    options: OPTIONS
  }

  /** Fits on ratings, or on a catalogue alone: then it knows no users, and answers for profiles. */
  override fit(train: Ratings | Movies | OnSpark, run: FitRun = {}): Promise<this> {
    return super.fit(train instanceof Movies ? unrated(train) : train, run)
  }

  /** Documents, and terms that came up in them: [3,883, 127] for the genres of MovieLens 1M. */
  get shape(): [movies: number, terms: number] {
    return this.model.vectors.shape
  }

  /** The terms of a movie with their weights, the heaviest first. */
  termsOf(movieId: MovieId): Term[] {
    return this.recommender.traits(movieId, i => this.model.termsOf(i))
  }

  /** Cosines of all listed movies, in the order of ids. [movies × movies], row-major: 60 MB for 3,883 movies. */
  cosines(): Float32Array {
    return this.model.vectors.cosines()
  }

  /** @internal */
  protected async learn(train: Ratings, options: Options, run: Run): Promise<TermModel> {
    const listed = listedIn(train)
    const movies = listed.ids.map(movieId => train.movies.get(movieId) as Movie)
    const fields = fieldsOf(movies, options)
    const kinds = fields.flatMap(({kind, rows}) => rows.terms.map(() => kind))
    const {mean, scale} = train
    const {profile, damping} = options
    const mu = Number.isNaN(mean) ? (scale[0] + scale[1]) / 2 : mean
    run.report(1, 1)
    return new TermModel(
      joinFields(fields),
      kinds,
      {profile, damping, mu},
      fameOf(train, listed, options.popularity)
    )
  }

  /** @internal Every listed movie can be recommended, rated or not. */
  protected override directory(train: Ratings): Directory {
    const listed = listedIn(train)
    const place = placesIn(listed, train)
    const rated = directoryOf(train)
    return {
      ...rated,
      items: listed,
      itemsAre: 'are listed',
      ratersOf: i => {
        const at = train.frame.movieIds.indexOf(listed.ids[i])
        return at < 0 ? 0 : rated.ratersOf(at)
      },
      ratingsOf: u => {
        const {i, r} = rowOf(train.byUser, u)
        const kept = Int32Array.from(i.keys()).filter(k => place[i[k]] >= 0)
        return {i: kept.map(k => place[i[k]]), r: Float32Array.from(kept, k => r[k])}
      }
    }
  }

  /** @internal */
  protected override checkTrain(train: Ratings): void {
    if (!(train instanceof Ratings) || train.movies.length === 0)
      throw new ArgumentError(
        `${this.name}: fit expects Ratings or Movies with at least one listed movie. Read some with readRatings() or readMovies().`
      )
  }

  /** @internal */
  protected override fittedOn(): string {
    return this.train.length === 0 && this.train.withheld === undefined
      ? `on ${count(this.movies.length)} movies`
      : super.fittedOn()
  }
}

type Options = Resolved<ContentBasedOptions>

/** Every listed movie, in the order of ids. */
function listedIn(train: Ratings): IdIndex<MovieId> {
  return new IdIndex(Array.from(train.movies, movie => movie.movieId).sort(compareIds))
}

/** [movies that were rated] place among the listed ones, -1 for a movie that the catalogue does not list */
function placesIn(listed: IdIndex<MovieId>, train: Ratings): Int32Array {
  return Int32Array.from(train.frame.movieIds.ids, movieId => listed.indexOf(movieId))
}

/** The fields of movies with their weights and what their terms are; those of weight 0 are not made. */
function fieldsOf(
  movies: readonly Movie[],
  {ngrams, idf, titleWeight, text, textWeight, yearWeight}: Options
): Array<Field & {kind: TermKind}> {
  const genres = movies.map(movie => movie.genres.join(' '))
  const fields: Array<Field & {kind: TermKind}> = [
    {kind: 'genre', weight: 1, rows: tfidf(genres, {ngrams, idf})}
  ]
  if (titleWeight > 0) {
    const titles = movies.map(movie => wordsOfTitle(movie.originalTitle).join(' '))
    fields.push({kind: 'word', weight: titleWeight, rows: tfidf(titles, {ngrams: 1, idf})})
  }
  if (text !== '') {
    const texts = textsOf(movies, text).map(one => wordsOfTitle(one).join(' '))
    if (textWeight > 0) fields.push({kind: 'text', weight: textWeight, rows: tfidf(texts, {ngrams: 1, idf})})
  }
  if (yearWeight > 0)
    fields.push({kind: 'year', weight: yearWeight, rows: yearTerms(movies.map(movie => movie.year))})
  return fields
}

/** [movies] what stands under a name; nothing where a movie has none. @throws OptionError where no movie has it */
function textsOf(movies: readonly Movie[], name: string): string[] {
  const has = ({texts = {}}: Movie): boolean => Object.hasOwn(texts, name)
  if (movies.some(has)) return movies.map(movie => (has(movie) ? (movie.texts?.[name] ?? '') : ''))
  const known = [...new Set(movies.flatMap(({texts = {}}) => Object.keys(texts)))]
  throw new OptionError(
    'text',
    name,
    `Option text of content: expected a text of the catalogue (${known.length === 0 ? 'it has none' : known.join(', ')}), got ${JSON.stringify(name)}. Read the movies with its column: movieColumns: {texts: {${name}: 'plot'}}, or --movies FILE --movie-columns ${name}=plot.`
  )
}

/** [listed] popularity · ln(1 + n_i) / ln(1 + max n) */
function fameOf(train: Ratings, listed: IdIndex<MovieId>, popularity: number): Float64Array {
  const {start} = train.byMovie
  const place = placesIn(listed, train)
  const counts = place.map((_, k) => start[k + 1] - start[k])
  const most = log1p(counts.reduce((max, count) => Math.max(max, count), 0))
  const fame = new Float64Array(listed.length)
  for (const [k, i] of place.entries())
    if (i >= 0 && most > 0) fame[i] = (popularity * log1p(counts[k])) / most
  return fame
}

/** A catalogue as ratings of nobody. The scale is that of half stars: profiles of any edition are within it. */
function unrated(movies: Movies): Ratings {
  const none = new Int32Array(0)
  return new Ratings(
    {u: none, i: none, r: new Float32Array(0)},
    {userIds: new IdIndex([]), movieIds: new IdIndex([]), scale: [0.5, 5], movies}
  )
}
