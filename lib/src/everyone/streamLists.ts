import type {UserId} from '../data/ids'
import type {RatingColumnNames} from '../data/reading/ratingColumns'
import type {Engine} from '../engines/engine'
import {blockSize, listingOf, listsOfBlocks} from '../engines/lists/lists'
import {ArgumentError, checkCount} from '../errors'
import type {Filters} from '../models/filters'
import type {ListBlock, ListsWanted} from '../models/lists'
import type {FactorForm} from '../models/model'
import type {Recommendation} from '../models/recommendations'
import type {Recommender} from '../models/recommender'
import {Work, type WorkOptions} from '../work'
import {idOf} from './keys'
import {RatedBeside} from './rated'
import {type PlacedUser, UserFactors} from './users'

/** Whose lists are made from factors in a file, and which movies they have. */
export interface StreamListsOptions extends Filters, WorkOptions {
  /**
   * The factors of users, learned with the model: a Parquet file, or a folder of parts, with the columns `userId`, `factors` (a list of floats) and
   * perhaps `bias`; or `id` and `features`, as Spark's ALS writes them.
   */
  users: string
  /**
   * Ratings in Parquet, a file or a folder of parts, sorted by user as `users` is: what somebody rated is left out of her list. @default
   * nothing is left out
   */
  ratings?: string
  /** The columns of users and movies in `ratings` where their names are not usual ones. */
  columns?: Pick<RatingColumnNames, 'user' | 'movie'>
  /** Length of a list. @default 10 */
  n?: number
  /** The k-th of so many equal parts of the users, as in `[3, 16]`: parts are made side by side, on one machine or many. @default all */
  part?: readonly [k: number, of: number]
}

/**
 * Lists for the users of a file of factors, in its order: for more people than fit in memory, whom the model itself need not know. Movies' factors
 * are in memory, users' factors come a row group at a time, and the lists are those of `recommendAll` of a model that has both.
 * @throws ArgumentError for an engine whose lists are not made of factors; ParquetError for files that have not what is needed, or ratings that are
 * not sorted by user
 * @example
 * for await (const {userId, movies} of streamLists(engine, {users: 'userFactors', ratings: 'ratings'})) send(userId, movies)
 */
export async function* streamLists(
  engine: Engine<any>,
  o: StreamListsOptions
): AsyncIterableIterator<{userId: UserId; movies: Recommendation[]}> {
  const stream = await ListStream.open(engine, o)
  const {n} = stream.wanted
  try {
    for await (const {people, movies, scores} of stream.lists([stream.rows]))
      for (const [k, {key}] of people.entries()) {
        const [from, to] = [k * n, (k + 1) * n]
        yield {
          userId: idOf(key),
          movies: stream.recommender.rows(movies.subarray(from, to), scores.subarray(from, to))
        }
      }
  } finally {
    await stream.close()
  }
}

/** @internal Lists of people from a file. */
export type StreamedBlock = Omit<ListBlock, 'people'> & {readonly people: readonly PlacedUser[]}

/** @internal Rows of the users' file: from one up to, and without, another. */
export type Rows = readonly [from: number, to: number]

/** @internal Users, their ratings and a model, opened and compared. */
export class ListStream {
  private constructor(
    readonly recommender: Recommender,
    readonly form: FactorForm,
    readonly users: UserFactors,
    readonly rated: RatedBeside | undefined,
    readonly wanted: ListsWanted,
    /** The users that are asked for. */
    readonly rows: Rows,
    private readonly work: Work
  ) {}

  static async open(engine: Engine<any>, o: StreamListsOptions): Promise<ListStream> {
    const {
      users: path,
      ratings,
      columns = {},
      n = 10,
      part = [1, 1],
      signal,
      workers,
      onProgress,
      ...filters
    } = o
    checkCount('n', n)
    checkPart(part)
    const {recommender} = engine
    const form = recommender.model.listForm?.()
    if (form?.kind !== 'factors')
      throw new ArgumentError(
        `${engine.name} makes no lists of factors of users. als, mf and truncated-svd do, and what Spark's ALS learned.`
      )
    const work = new Work(`recommending by ${engine.name}`, {
      ...(signal === undefined ? {} : {signal}),
      ...(workers === undefined ? {} : {workers}),
      ...(onProgress === undefined ? {} : {onProgress})
    })
    const none = new Int32Array(0)
    const all = recommender.wanted(n, filters)
    const users = await UserFactors.open(path, form.factors)
    const rated =
      ratings === undefined
        ? undefined
        : await RatedBeside.open(ratings, columns, recommender.directory.items, users.kind)
    const wanted = rated === undefined ? {...all, without: () => none} : all
    return new ListStream(recommender, form, users, rated, wanted, rowsOfPart(users.rows, part), work)
  }

  /** The lists of these rows, which ascend; no block has people of two of them. */
  async *lists(rows: readonly Rows[]): AsyncGenerator<StreamedBlock, undefined> {
    const {wanted, work} = this
    const listing = listingOf(this.recommender.model, wanted, work)
    const total = rows.reduce((sum, [from, to]) => sum + to - from, 0)
    if (listing === undefined || total === 0) return
    let done = 0
    for await (const block of listsOfBlocks(
      this.blocks(rows, blockSize(listing, wanted)),
      wanted,
      work,
      listing
    )) {
      yield block as StreamedBlock
      done += block.people.length
      work.report(done, total)
    }
  }

  private async *blocks(
    rows: readonly Rows[],
    size: number
  ): AsyncGenerator<readonly PlacedUser[], undefined> {
    const {users, rated} = this
    for (const [from, to] of rows) {
      await rated?.seek(await users.keyAt(from))
      for await (const block of users.blocks(from, to, size)) {
        if (rated === undefined) yield block
        else {
          const movies = await rated.of(block.map(({key}) => key))
          yield block.map(({u, r, key, place}, k) => ({u, i: movies[k], r, key, place}))
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.users.close()
    await this.rated?.close()
  }
}

/** The k-th of so many parts of these rows; parts are equal but for one row. */
function rowsOfPart(rows: number, [k, of]: readonly [number, number]): Rows {
  return [Math.floor((rows * (k - 1)) / of), Math.floor((rows * k) / of)]
}

function checkPart(part: readonly [number, number]): void {
  const [k, of] = part
  if (!(part.length === 2 && Number.isInteger(k) && Number.isInteger(of) && k >= 1 && k <= of))
    throw new ArgumentError(`Expected a part as [3, 16], the third of sixteen, got [${part.join(', ')}].`)
}
