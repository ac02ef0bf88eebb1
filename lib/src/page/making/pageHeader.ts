import type {Movies} from '../../data/movies'
import type {Engine} from '../../engines/engine'
import {optionText} from '../../engines/options'
import {RatingEngine} from '../../engines/ratingEngine'
import {Rater} from '../../models/rater'
import {pack} from '../numbers'
import type {About, PageHeader, PageMovie} from '../pageFile'
import {stepOf} from '../scale'

/** What a page says of itself and of its data. */
export type PageWords = Pick<About, 'title' | 'data' | 'cite' | 'redistribute'>

/** All that a page says beside its model. */
export function pageHeaderOf(
  engine: Engine<any, any>,
  raters: Int32Array,
  words: PageWords,
  measured: About['measured']
): PageHeader {
  const {model, train, recommender} = engine
  const {items, movies, scale, itemsAre} = recommender.directory
  const known = [...items.ids.keys()].filter(i => model.knows(i)).length
  const genres = [...movies.genres()].map(({genre}) => genre)
  // A model file has all options, an engine those that were given: what differs from the defaults is the same.
  const options = Object.entries<unknown>(engine.options)
    .map(([name, value]) => [name, optionText(value), optionText(engine.spec.options[name].default)])
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `${name}=${value}`)
  // Of a model that was saved without its ratings the ends of the scale are known.
  const {withheld} = train
  const stars = withheld === undefined ? train.byMovie.value : Float32Array.from(scale)
  return {
    about: {
      ...words,
      engine: engine.name,
      options: options.join(', '),
      version: (require('../../../package.json') as {version: string}).version,
      movies: known,
      ratings: withheld?.ratings ?? train.length,
      people: withheld?.users ?? train.userCount,
      measured
    },
    scale,
    step: stepOf(stars, scale),
    genres,
    movies: listed(movies, genres),
    items: items.ids,
    itemsAre,
    raters: pack(raters, 'gaps'),
    rates: engine instanceof RatingEngine,
    ...insteadOf(engine)
  }
}

function insteadOf({recommender}: Engine<any, any>): {instead?: number} {
  const instead = recommender instanceof Rater ? recommender.instead : undefined
  return instead === undefined ? {} : {instead}
}

function listed(movies: Movies, genres: readonly string[]): PageMovie[] {
  const place = new Map(genres.map((genre, k) => [genre, k]))
  return Array.from(movies, ({movieId, originalTitle, year, genres: own}) => [
    movieId,
    originalTitle,
    year ?? 0,
    own.map(genre => place.get(genre) as number)
  ])
}
