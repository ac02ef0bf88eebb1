import {type WrittenGroup, type WrittenType, type WrittenValues, writeParquet} from './writeParquet'

/** Rows of a row group. */
const ROWS = 1 << 16

/** @internal A row, in the order of its columns. */
export type WrittenRow = ReadonlyArray<number | string>

/** @internal Writes rows to a Parquet file as they are made, whole or not at all; so many become a row group. */
export function writeParquetRows(
  file: string,
  columns: Readonly<Record<string, Exclude<WrittenType, 'list<float>'>>>,
  rows: AsyncIterable<WrittenRow> | Iterable<WrittenRow>,
  size: number = ROWS
): Promise<void> {
  const types = Object.entries(columns)
  async function* groups(): AsyncGenerator<WrittenGroup> {
    let group = types.map((): Array<number | string> => [])
    const taken = (): WrittenGroup =>
      Object.fromEntries(types.map(([name], k) => [name, group[k] as WrittenValues]))
    for await (const row of rows) {
      for (let k = 0; k < types.length; k++) group[k].push(types[k][1] === 'string' ? String(row[k]) : row[k])
      if (group[0].length < size) continue
      yield taken()
      group = types.map(() => [])
    }
    if (group[0].length > 0) yield taken()
  }
  return writeParquet(file, columns, groups())
}
