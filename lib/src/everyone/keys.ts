import type {UserId} from '../data/ids'
import {ParquetError} from '../errors'
import type {ParquetTable} from '../files/parquet/openParquet'
import type {RowGroup} from '../files/parquet/rowGroup'

/** @internal An id as a column has it: a bigint where a number does not hold it. */
export type Key = number | bigint | string

/** @internal A key as users of the library have it. */
export function idOf(key: Key): UserId {
  return typeof key === 'bigint' ? String(key) : key
}

/** @internal Below 0 where a comes first: numbers by size, texts by code point, as Spark sorts them. */
export function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0
  if (typeof a !== 'string' || typeof b !== 'string') return a < b ? -1 : a > b ? 1 : 0
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** @internal What the ids of a column are: whole numbers or texts. @throws ParquetError where it holds something else */
export function kindOfIds(table: ParquetTable, name: string): 'int32' | 'int64' | 'string' {
  const {type} = table.columns.find(column => column.name === name) ?? {}
  if (type === 'int32' || type === 'int64' || type === 'string') return type
  throw new ParquetError(
    'type',
    table.path,
    0,
    `whole numbers or texts in the column ${name}`,
    String(type),
    'Write ids as these.'
  )
}

/** @internal [rows] The ids of a column. @throws ParquetError where one is missing */
export function keysOf(group: RowGroup, name: string): ArrayLike<Key> {
  const {values, nulls} = group.column(name)
  const gap = nulls?.indexOf(1) ?? -1
  if (gap >= 0) throw group.refusal(gap, name, 'an id in every row', 'none')
  // The same id is the same key, whatever else is in its row group.
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Array.from(values as BigInt64Array, id => (Number.isSafeInteger(Number(id)) ? Number(id) : id))
    : (values as ArrayLike<Key>)
}
