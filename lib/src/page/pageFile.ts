import type {MovieId} from '../data/ids'
import type {ModelKind} from '../models/model'
import type {PageAsking} from './asking'
import type {PackedArray} from './numbers'

/** What a page says of itself. */
export interface About {
  title: string
  /** The engine's name, as the command knows it. */
  engine: string
  /** The options that were given: "factors=50", empty for defaults alone. */
  options: string
  /** "MovieLens latest-small", or what its maker calls it. */
  data: string
  /** How the data ask to be cited. */
  cite?: string
  /** Whether the page may be passed on. Where it is not known that it may, it says: for your own use, do not redistribute. */
  redistribute: boolean
  /** Of movie-recs. */
  version: string
  /** Movies that can be recommended. */
  movies: number
  /** Ratings and people that it was learned from. */
  ratings: number
  people: number
  /** What the page's small numbers lose against the engine's own, each measured as the page was made. */
  measured: ReadonlyArray<Measure>
}

/** One figure that was measured as a page was made. */
export interface Measure {
  /** In words, with its unit. */
  what: string
  /** In that unit. */
  value: number
}

/** A model's numbers, without anybody's ratings and without rows of users. */
export interface PageModel {
  kind: ModelKind
  values: Record<string, unknown>
  /** By the names of the model's state. */
  arrays: Record<string, PackedArray>
  /** Of a blend; `own` is the member's own index of each movie of the blend. */
  members?: Array<PageModel & {own?: PackedArray}>
}

/** A movie of the catalogue: id, title as in the file, year or 0, places of its genres in `genres`. */
export type PageMovie = readonly [movieId: MovieId, title: string, year: number, genres: readonly number[]]

/** All but the model. */
export interface PageHeader {
  about: About
  scale: readonly [min: number, max: number]
  /** Of what size the steps of the ratings are: 0.5 where there are half stars. */
  step: number
  genres: readonly string[]
  /** The catalogue, in file order. */
  movies: readonly PageMovie[]
  /** The movies that the model has indices for, in the order of the indices. */
  items: readonly MovieId[]
  itemsAre: string
  /** [items] how many people rated each */
  raters: PackedArray
  /** Whether scores are ratings in stars. */
  rates: boolean
  /** What is predicted of unknown movies instead of the equation without its unknown terms. */
  instead?: number
}

/** What a page carries: learned numbers and titles, no ratings of others. JSON can hold it. */
export interface PageFile {
  version: 1
  header: PageHeader
  model: PageModel
  /** What to ask for next; none where there were no ratings to learn it from. */
  asking?: PageAsking
}
