import {IdIndex, type MovieId} from '../data/ids'
import {Movies} from '../data/movies'
import type {Directory} from '../models/directory'
import type {Filters} from '../models/filters'
import {listable} from '../models/lists'
import type {Model, RatingModel} from '../models/model'
import {Rater} from '../models/rater'
import {type Profile, Recommender} from '../models/recommender'
import {askingOf} from './asking'
import {unpack} from './numbers'
import type {About, PageFile, PageHeader} from './pageFile'
import {restorePage} from './restorePage'
import {type ForBoth, together} from './together'

/** How sure a score is. */
export interface Sureness {
  /** Where nine of ten ratings are expected, in stars. */
  interval?: [lo: number, hi: number]
  /** Standard deviation, in stars, of models that know no interval. */
  sd?: number
}

/** A page that answers. It runs in a browser and needs nothing of Node. */
export interface OpenPage {
  about: About
  /** The library's own: what it answers is what the engine answers. */
  recommender: Recommender
  /** Of what size the steps of the ratings are: 0.5 where there are half stars. */
  step: number
  /** How sure a score is, where the model knows; undefined elsewhere. */
  sureness(profile: Profile, movieId: MovieId): Sureness | undefined
  /** What to rate next to teach it most, the best first. */
  rateNext(profile: Profile, n: number, among?: Iterable<MovieId>): MovieId[]
  /** Something for both, the best first. */
  together(a: Profile, b: Profile, o: {n: number} & Filters): ForBoth[]
}

/** Opens what `writePage` wrote. */
export function openPage(file: PageFile): OpenPage {
  const {header, asking} = file
  const raters = unpack(header.raters) as Int32Array
  const model = restorePage(file.model, raters)
  const directory = directoryOf(header, raters)
  const recommender = header.rates
    ? new Rater(model as RatingModel, directory, header.instead)
    : new Recommender<Model>(model, directory)
  return {
    about: header.about,
    recommender,
    step: header.step,
    sureness: (profile, movieId) => surenessOf(recommender, profile, movieId),
    rateNext:
      asking === undefined ? (...of) => firstListed(recommender, ...of) : askingOf(recommender, asking),
    together: (a, b, o) => together(recommender, a, b, o)
  }
}

function directoryOf({scale, genres, movies, items, itemsAre}: PageHeader, raters: Int32Array): Directory {
  const catalogue = movies.map(([movieId, title, year, places]) => ({
    movieId,
    title,
    ...(year === 0 ? {} : {year}),
    genres: places.map(place => genres[place])
  }))
  return {
    items: new IdIndex(items),
    movies: Movies.from(catalogue),
    scale,
    itemsAre,
    ratersOf: i => raters[i],
    userIds: new IdIndex([]),
    withheld: true,
    ratingsOf: () => ({i: new Int32Array(0), r: new Float32Array(0)})
  }
}

/** The interval of a prediction, by models that have one. */
function surenessOf(recommender: Recommender, profile: Profile, movieId: MovieId): Sureness | undefined {
  if (!(recommender instanceof Rater) || !recommender.model.predicts) return undefined
  const {interval} = recommender.predict(profile, movieId)
  return interval === undefined ? undefined : {interval}
}

/** Without ratings in training there is nothing to choose by: the catalogue's own order. */
function firstListed(
  recommender: Recommender,
  profile: Profile,
  n: number,
  among?: Iterable<MovieId>
): MovieId[] {
  const {i} = recommender.person(profile)
  const {allowed} = recommender.wanted(n, among === undefined ? {} : {among})
  const {ids} = recommender.directory.items
  return Array.from(
    listable({allowed, without: () => i}, {u: -1, i, r: new Float32Array(0)}).slice(0, n),
    k => ids[k]
  )
}
