import {IdIndex, type MovieId} from '../data/ids'
import {Movies} from '../data/movies'
import type {Directory} from '../models/directory'
import type {Filters} from '../models/filters'
import type {Model, RatingModel} from '../models/model'
import {Rater} from '../models/rater'
import {type Profile, Recommender} from '../models/recommender'
import {type About, type PageFile, type PageHeader, unpack} from './pageFile'
import {restorePage} from './restorePage'
import {type ForBoth, together} from './together'

/** How sure a score is. */
export interface Sureness {
  /** Where nine of ten ratings are expected, in stars. */
  interval?: [number, number]
  /** Standard deviation, in stars. */
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
  const {header} = file
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
    sureness: () => undefined,
    rateNext: (profile, n, among) => mostRated(recommender, profile, n, among),
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
    ratingsOf: () => ({i: new Int32Array(0), r: new Float32Array(0)})
  }
}

function mostRated(
  recommender: Recommender,
  profile: Profile,
  n: number,
  among: Iterable<MovieId> | undefined
): MovieId[] {
  const {i} = recommender.person(profile)
  const {allowed} = recommender.wanted(n, among === undefined ? {} : {among})
  const {items, ratersOf} = recommender.directory
  for (const rated of i) allowed[rated] = 0
  return items.ids
    .map((movieId, k) => ({movieId, k}))
    .filter(({k}) => allowed[k] === 1)
    .sort((a, b) => ratersOf(b.k) - ratersOf(a.k) || a.k - b.k)
    .slice(0, n)
    .map(({movieId}) => movieId)
}
