import {plain} from '../data/reading/layout'
import {ArgumentError, ParquetError} from '../errors'
import {GroupCursor} from '../files/parquet/groupCursor'
import {openParquet, type ParquetTable} from '../files/parquet/openParquet'
import type {IdType} from '../files/parquet/typeOfIds'
import type {Person, Place} from '../models/model'
import {type Key, keysOf, kindOfIds} from './keys'

/** @internal Somebody whose factors came from a file. */
export interface PlacedUser extends Person {
  readonly key: Key
  readonly place: Place
}

/** Names of the columns, in the form in which names are compared; the first are this library's, the others Spark's. */
const NAMES = {user: ['userid', 'user', 'id'], factors: ['factors', 'features'], bias: ['bias']}
const NO_MOVIES = new Int32Array(0)
const NO_STARS = new Float32Array(0)

/**
 * @internal The factors of users in a Parquet file or a folder of parts: columns `userId`, `factors` (a list of floats) and perhaps `bias`, or Spark's `id`
 * and `features`. What is in memory is one row group.
 */
export class UserFactors {
  readonly kind: IdType
  private readonly cursor: GroupCursor

  private constructor(
    readonly table: ParquetTable,
    private readonly columns: {
      readonly user: string
      readonly factors: string
      readonly bias: string | undefined
    },
    /** The length of the model's rows of factors. */
    private readonly length: number
  ) {
    const {user, factors, bias} = columns
    this.kind = kindOfIds(table, user)
    this.cursor = new GroupCursor(table, [user, factors, ...(bias === undefined ? [] : [bias])])
  }

  /** @throws ParquetError for a file that has not what is needed */
  static async open(path: string, length: number): Promise<UserFactors> {
    const table = await openParquet(path)
    const named = (names: readonly string[]): string | undefined =>
      names
        .map(name => table.columns.find(column => plain(column.name) === name)?.name)
        .find(name => name !== undefined)
    const needed = (names: readonly string[], as: string): string => {
      const name = named(names)
      if (name !== undefined) return name
      const got = `the columns ${table.columns.map(one => one.name).join(', ')}`
      throw new ParquetError(
        'column',
        path,
        0,
        `a column ${as}`,
        got,
        'Name the file of the factors of users.'
      )
    }
    return new UserFactors(
      table,
      {
        user: needed(NAMES.user, 'userId or id'),
        factors: needed(NAMES.factors, 'factors or features'),
        bias: named(NAMES.bias)
      },
      length
    )
  }

  get rows(): number {
    return this.table.rows
  }

  /** The users of these rows, in blocks of at most `size`; those of a row group in memory stay there for the next call. */
  async *blocks(from: number, to: number, size: number): AsyncGenerator<PlacedUser[], undefined> {
    const {cursor, columns, length, table} = this
    for (let row = from; row < to; ) {
      const k = cursor.holding(row)
      const start = cursor.starts[k]
      const group = await cursor.at(k)
      const keys = keysOf(group, columns.user)
      const lists = group.lists(columns.factors)
      if (lists.length !== length)
        throw new ArgumentError(
          `${group.file}: expected ${length} factors of each user, as the model has of each movie, got ${lists.length}. Name the factors that were learned with this model.`
        )
      const biases = columns.bias === undefined ? undefined : group.numbers(columns.bias)
      const end = Math.min(to, start + table.rowGroups[k])
      while (row < end) {
        const block: PlacedUser[] = []
        for (; row < end && block.length < size; row++) {
          const n = row - start
          const bias = biases?.[n] ?? 0
          checkFinite(
            lists.values,
            n * length,
            length,
            bias,
            key => group.refusal(n, key, 'finite numbers', 'NaN or infinity'),
            columns
          )
          const place = {bias, p: lists.values, from: n * length}
          block.push({u: -1, i: NO_MOVIES, r: NO_STARS, key: keys[n], place})
        }
        yield block
      }
    }
  }

  /** Who stands in a row. */
  async keyAt(row: number): Promise<Key> {
    const k = this.cursor.holding(row)
    return keysOf(await this.cursor.at(k), this.columns.user)[row - this.cursor.starts[k]]
  }

  close(): Promise<void> {
    return this.cursor.close()
  }
}

function checkFinite(
  p: Float32Array,
  from: number,
  length: number,
  bias: number,
  refusal: (name: string) => Error,
  {factors, bias: biases = factors}: {readonly factors: string; readonly bias: string | undefined}
): void {
  let sum = 0
  for (let f = from; f < from + length; f++) sum += Math.abs(p[f])
  if (!Number.isFinite(sum)) throw refusal(factors)
  if (!Number.isFinite(bias)) throw refusal(biases)
}
