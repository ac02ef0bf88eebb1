import type {IdIndex, MovieId} from '../data/ids'
import {findColumns, NONE} from '../data/reading/layout'
import type {RatingColumnNames} from '../data/reading/ratingColumns'
import {ArgumentError, ParquetError} from '../errors'
import {GroupCursor} from '../files/parquet/groupCursor'
import {openParquet, type ParquetTable} from '../files/parquet/openParquet'
import type {IdType} from '../files/parquet/typeOfIds'
import {compareKeys, idOf, type Key, keysOf, kindOfIds} from './keys'

/** Who rated the movies of a row group. */
interface Rows {
  readonly users: ArrayLike<Key>
  readonly movies: ArrayLike<Key>
  readonly rows: number
  readonly refuse: (row: number, before: Key) => ParquetError
}

/**
 * @internal Ratings sorted by user, read beside users in the same order: what each of them rated. What is in memory is one row group. Users must
 * ascend, which is looked at in every row that is read.
 */
export class RatedBeside {
  /** Ratings of movies that the model does not know, of all that were of users asked for. */
  unknown = 0
  seen = 0
  private readonly cursor: GroupCursor
  private readonly groups: readonly number[]
  private readonly text: boolean
  /** The place among `groups`, its rows, and the row in it that comes next. */
  private g = -1
  private here: Rows | undefined
  private row = 0
  private last: Key | undefined
  private asked: Key | undefined
  /** The movies found so far of the user who is looked for, the first `count` of these. */
  private found = new Int32Array(1024)
  private count = 0

  private constructor(
    table: ParquetTable,
    private readonly user: string,
    private readonly movie: string,
    private readonly items: IdIndex<MovieId>
  ) {
    this.text = kindOfIds(table, user) === 'string'
    kindOfIds(table, movie)
    this.cursor = new GroupCursor(table, [user, movie])
    this.groups = [...table.rowGroups.keys()].filter(k => table.rowGroups[k] > 0)
  }

  /** @throws ParquetError, ArgumentError for ratings that are none, or whose users are of another kind than `kind` */
  static async open(
    path: string,
    columns: RatingColumnNames,
    items: IdIndex<MovieId>,
    kind: IdType
  ): Promise<RatedBeside> {
    const table = await openParquet(path)
    const names = table.columns.map(({name}) => name)
    const place = findColumns(path, 0, names, {...columns, rating: NONE, timestamp: NONE})
    if (place === undefined)
      throw new ParquetError(
        'column',
        path,
        0,
        'columns that name users and movies',
        names.join(', '),
        "Say which they are: --columns user=uid,movie=asin (columns: {user: 'uid', movie: 'asin'})."
      )
    const rated = new RatedBeside(table, names[place.user], names[place.movie], items)
    if (rated.text !== (kind === 'string'))
      throw new ArgumentError(
        `${path}: the ids of users are ${rated.text ? 'texts' : 'numbers'}, and those of the factors ${rated.text ? 'numbers' : 'texts'}. Write both as the same.`
      )
    return rated
  }

  /** Goes to the ratings of a user, past or ahead: the row groups before hers are not read but for their first user. */
  async seek(key: Key): Promise<void> {
    const first = new GroupCursor(this.cursor.table, [this.user])
    let [low, high] = [0, this.groups.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const users = keysOf(await first.at(this.groups[middle]), this.user)
      if (compareKeys(users[0], key) < 0) low = middle
      else high = middle - 1
    }
    await first.close()
    this.g = low - 1
    this.here = undefined
    this.last = undefined
    this.asked = undefined
  }

  /** What each of these users rated, as indices of movies in the order of the rows. @throws ArgumentError where they do not ascend, from call to call */
  async of(keys: readonly Key[]): Promise<Int32Array[]> {
    const lists: Int32Array[] = []
    for (const key of keys) {
      if (this.asked !== undefined && compareKeys(key, this.asked) <= 0)
        throw new ArgumentError(
          `The factors of users are not sorted: user ${idOf(key)} stands behind user ${idOf(this.asked)}, and ratings are read beside them in ascending order. Sort both by user, each user once, or leave the ratings out.`
        )
      this.asked = key
      this.count = 0
      for (;;) {
        if (this.here === undefined || this.row === this.here.rows) {
          if (!(await this.next())) break
          continue
        }
        if (!this.walk(this.here, key)) break
      }
      lists.push(this.found.slice(0, this.count))
    }
    return lists
  }

  /** Takes rows up to the first one of a later user, or to the end of the group: true there. */
  private walk(here: Rows, key: Key): boolean {
    const {users, rows, movies: rated} = here
    for (; this.row < rows; this.row++) {
      const user = users[this.row]
      if (user !== this.last) {
        if (this.last !== undefined && compareKeys(user, this.last) < 0)
          throw here.refuse(this.row, this.last)
        if (compareKeys(user, key) > 0) return false
        this.last = user
      }
      if (user !== key) continue
      const i = this.items.indexOf(idOf(rated[this.row]))
      this.seen++
      if (i < 0) this.unknown++
      else this.add(i)
    }
    return true
  }

  private add(i: number): void {
    if (this.count === this.found.length) {
      const more = new Int32Array(2 * this.count)
      more.set(this.found)
      this.found = more
    }
    this.found[this.count++] = i
  }

  private async next(): Promise<boolean> {
    if (this.g + 1 >= this.groups.length) return false
    const group = await this.cursor.at(this.groups[++this.g])
    const refuse = (row: number, before: Key): ParquetError =>
      group.refusal(
        row,
        this.user,
        'users in ascending order',
        `user ${idOf(keysOf(group, this.user)[row])} behind user ${idOf(before)}`,
        'Sort the ratings by user.'
      )
    this.here = {users: keysOf(group, this.user), movies: keysOf(group, this.movie), rows: group.rows, refuse}
    this.row = 0
    return true
  }

  close(): Promise<void> {
    return this.cursor.close()
  }
}
