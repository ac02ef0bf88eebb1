import type {UserId} from '../data/ids'
import {ParquetError} from '../errors'
import type {ParquetTable} from '../files/parquet/openParquet'
import type {RowGroup} from '../files/parquet/rowGroup'
import type {IdType} from '../files/parquet/typeOfIds'

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
export function kindOfIds(table: ParquetTable, name: string): IdType {
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

/** @internal A key as a column of this type has it. */
export function keyIn(type: IdType, key: Key): Key {
  return type === 'int64' ? BigInt(key) : type === 'string' ? String(key) : key
}

/** @internal Room for the keys of so many rows of a column. */
export function roomForKeys(type: IdType, rows: number): Int32Array | BigInt64Array | string[] {
  if (type === 'string') return new Array<string>(rows)
  return type === 'int64' ? new BigInt64Array(rows) : new Int32Array(rows)
}
