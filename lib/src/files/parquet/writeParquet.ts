import {ArgumentError} from '../../errors'
import {writeWhole} from '../writeWhole'
import type {ListColumn} from './columns'
import type {Decoded, SchemaElement} from './format'

/** @internal What a column that is written holds. Every value is there. */
export type WrittenType = 'int32' | 'int64' | 'float' | 'double' | 'string' | 'list<float>'

/** @internal The values of a column, in its type: numbers (bigints for int64), texts, lists of one length. */
export type WrittenValues = ArrayLike<number> | BigInt64Array | readonly string[] | ListColumn

/** @internal Rows by the names of their columns. */
export type WrittenGroup = Readonly<Record<string, WrittenValues>>

/**
 * @internal Writes a Parquet file, packed by snappy, whole or not at all: each group of rows becomes a row group and is forgotten, so that a file
 * of any length takes the memory of one. What comes out of `groups` must have all columns, of one length. `notes` stand in the footer.
 */
export async function writeParquet(
  file: string,
  columns: Readonly<Record<string, WrittenType>>,
  groups: AsyncIterable<WrittenGroup> | Iterable<WrittenGroup>,
  notes: Readonly<Record<string, string>> = {}
): Promise<void> {
  const {ByteWriter, ParquetWriter} = await import('hyparquet-writer')
  async function* parts(): AsyncGenerator<Uint8Array> {
    const bytes = new ByteWriter(1 << 16)
    const taken = (): Uint8Array => {
      const part = bytes.getBytes().slice()
      bytes.index = 0
      return part
    }
    const writer = new ParquetWriter({
      writer: bytes,
      schema: schemaOf(columns) as never,
      createdBy: 'movie-recs',
      kvMetadata: Object.entries(notes).map(([key, value]) => ({key, value}))
    })
    for await (const group of groups) {
      const columnData = Object.entries(columns).map(([name, type]) => sourceOf(name, type, group[name]))
      const rows = columnData[0].data.length
      if (rows === 0) continue
      await writer.write({columnData, rowGroupSize: rows})
      yield taken()
    }
    await writer.finish()
    yield taken()
  }
  await writeWhole(file, parts())
}

function schemaOf(columns: Readonly<Record<string, WrittenType>>): SchemaElement[] {
  const names = Object.entries(columns)
  return [
    {name: 'schema', num_children: names.length},
    ...names.flatMap(([name, type]) => elementsOf(name, type))
  ]
}

function elementsOf(name: string, type: WrittenType): SchemaElement[] {
  const required = {name, repetition_type: 'REQUIRED'} as const
  switch (type) {
    case 'int32':
      return [{...required, type: 'INT32'}]
    case 'int64':
      return [{...required, type: 'INT64'}]
    case 'float':
      return [{...required, type: 'FLOAT'}]
    case 'double':
      return [{...required, type: 'DOUBLE'}]
    case 'string':
      return [{...required, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: {type: 'STRING'}}]
    case 'list<float>':
      return [
        {...required, num_children: 1, converted_type: 'LIST', logical_type: {type: 'LIST'}},
        {name: 'list', repetition_type: 'REPEATED', num_children: 1},
        {name: 'element', repetition_type: 'REQUIRED', type: 'FLOAT'}
      ]
  }
}

interface Source {
  name: string
  data: Decoded
  encoding?: 'PLAIN'
  statistics: boolean
}

function sourceOf(name: string, type: WrittenType, values: WrittenValues): Source {
  if (type === 'list<float>') {
    const {values: all, length} = values as ListColumn
    const rows = Array.from({length: all.length / length}, (_, row) =>
      Array.from(all.subarray(row * length, (row + 1) * length))
    )
    return {name, data: rows, encoding: 'PLAIN', statistics: false}
  }
  const data = values as ArrayLike<number>
  // The least and the largest are worth their time where rows are looked for by them: ids.
  const statistics = type === 'int32' || type === 'int64'
  if (type === 'int64' && !(values instanceof BigInt64Array))
    return {
      name,
      data: BigInt64Array.from(data as ArrayLike<unknown> as ArrayLike<bigint>, wholeIn64),
      statistics
    }
  return {name, data: data as never, statistics}
}

/** @throws ArgumentError for a number that 64 bits with a sign do not hold */
function wholeIn64(value: bigint | number | string): bigint {
  const whole = BigInt(value)
  if (whole !== BigInt.asIntN(64, whole))
    throw new ArgumentError(`Expected whole numbers below 2^63 for Parquet, got ${whole}. Give ids as texts.`)
  return whole
}
