import {ParquetError} from '../../errors'
import type {FlatColumn, ListColumn} from './columns'
import type {ParquetColumn, ParquetType} from './schema'

/** @internal Some rows of a Parquet file, column by column. */
export class RowGroup {
  constructor(
    readonly file: string,
    /** Rows of the file before these. */
    readonly before: number,
    readonly rows: number,
    private readonly columns: ReadonlyMap<string, ParquetColumn & (FlatColumn | ListColumn)>
  ) {}

  /** A column as it is read. */
  column(name: string): ParquetColumn & FlatColumn {
    const column = this.at(name)
    if (!('nulls' in column)) throw this.#mistyped(column, 'a column of single values')
    return column
  }

  /** [rows] A column of numbers, every one there. @throws ParquetError where it is none, has a gap or a number beyond 2^53 */
  numbers(name: string): Int32Array | Float32Array | Float64Array {
    const {values} = this.#whole(name, 'numbers', ['int32', 'int64', 'float', 'double', 'time'])
    if (!(values instanceof BigInt64Array || values instanceof BigUint64Array))
      return values as Int32Array | Float32Array | Float64Array
    const row = values.findIndex(value => !Number.isSafeInteger(Number(value)))
    throw this.refusal(row, name, 'a number up to 2^53', String(values[row]))
  }

  /** [rows] A column of texts, every one there. @throws ParquetError where it is none, or has a gap */
  texts(name: string): string[] {
    return this.#whole(name, 'texts', ['string']).values as string[]
  }

  /** Lists of numbers of one length. @throws ParquetError where the column is none */
  lists(name: string): ListColumn {
    const column = this.at(name)
    if ('nulls' in column) throw this.#mistyped(column, 'lists of numbers')
    return column
  }

  /** What is wrong with a row of this group, counted from 0. */
  refusal(row: number, name: string, expected: string, got: string, remedy = ''): ParquetError {
    return new ParquetError('value', this.file, this.before + row + 1, `${expected} (${name})`, got, remedy)
  }

  private at(name: string): ParquetColumn & (FlatColumn | ListColumn) {
    const column = this.columns.get(name)
    if (column === undefined) throw new Error(`The column ${name} was not asked for.`)
    return column
  }

  #whole(name: string, what: string, types: readonly ParquetType[]): ParquetColumn & FlatColumn {
    const column = this.at(name)
    if (!('nulls' in column) || !types.includes(column.type)) throw this.#mistyped(column, what)
    const gap = column.nulls?.indexOf(1) ?? -1
    if (gap >= 0) throw this.refusal(gap, name, `${what} in every row`, 'none')
    return column
  }

  #mistyped({name, type}: ParquetColumn, what: string): ParquetError {
    return new ParquetError('type', this.file, 0, `${what} in the column ${name}`, type, 'Write it as that.')
  }
}
