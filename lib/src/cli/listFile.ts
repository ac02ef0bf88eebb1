import type {IdType} from '../files/parquet/typeOfIds'
import {writeParquetRows} from '../files/parquet/writeRows'
import {writeWhole} from '../files/writeWhole'
import {csvField} from '../show/csv'

/** A movie on somebody's list: userId, rank from 1, movieId, title, score. */
export type ListRow = readonly [
  userId: number | string,
  rank: number,
  movieId: number | string,
  title: string,
  score: number
]

/** Whether a file is to be Parquet, by its name. */
export function isParquetName(file: string): boolean {
  return /\.parquet$/i.test(file)
}

/** Writes lists as they are made, whole or not at all: Parquet by a name in .parquet, else CSV. */
export function writeListFile(
  file: string,
  rows: AsyncIterable<ListRow>,
  userId: IdType,
  movieId: IdType
): Promise<void> {
  if (!isParquetName(file)) return writeWhole(file, linesOf(rows))
  const columns = {userId, rank: 'int32', movieId, title: 'string', score: 'double'} as const
  return writeParquetRows(file, columns, rows)
}

async function* linesOf(rows: AsyncIterable<ListRow>): AsyncGenerator<string> {
  yield 'userId,rank,movieId,title,score\n'
  for await (const [userId, rank, movieId, title, score] of rows)
    yield `${[userId, rank, movieId, title, score.toFixed(6)].map(csvField).join(',')}\n`
}
