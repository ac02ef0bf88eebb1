/** @internal What is used of the types of `hyparquet`, an ES module, whose types a file like this one cannot name in the syntax of TypeScript 5.0. */
export type Physical =
  | 'BOOLEAN'
  | 'INT32'
  | 'INT64'
  | 'INT96'
  | 'FLOAT'
  | 'DOUBLE'
  | 'BYTE_ARRAY'
  | 'FIXED_LEN_BYTE_ARRAY'

/** @internal A column or a part of one, as a schema has it. */
export interface SchemaElement {
  type?: Physical
  type_length?: number
  repetition_type?: 'REQUIRED' | 'OPTIONAL' | 'REPEATED'
  name: string
  num_children?: number
  converted_type?: string
  scale?: number
  logical_type?: {type: string; unit?: 'MILLIS' | 'MICROS' | 'NANOS'}
}

/** @internal */
export interface SchemaTree {
  children: SchemaTree[]
  count: number
  element: SchemaElement
  path: string[]
}

/** @internal A column of a row group. */
export interface ChunkMetadata {
  type: Physical
  path_in_schema: string[]
  codec: string
  num_values: bigint
  total_compressed_size: bigint
  data_page_offset: bigint
  dictionary_page_offset?: bigint
}

/** @internal What a file says of itself. */
export interface FileMetadata {
  num_rows: bigint
  row_groups: Array<{num_rows: bigint; columns: Array<{meta_data?: ChunkMetadata}>}>
  key_value_metadata?: Array<{key: string; value?: string}>
}

/** @internal */
export type Decoded =
  | Uint8Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array
  | any[]

/** @internal */
export interface Reader {
  view: DataView
  offset: number
}

/** @internal */
export interface DataHeader {
  num_values: number
  encoding: string
}

/** @internal */
export interface PageHeader {
  uncompressed_page_size: number
  compressed_page_size: number
  crc?: number
  data_page_header?: DataHeader
  dictionary_page_header?: {num_values: number}
  data_page_header_v2?: DataHeader
}

/** @internal */
export interface DataPage {
  definitionLevels: number[] | undefined
  repetitionLevels: number[]
  dataPage: Decoded
}

/** @internal */
export type Compressors = Record<string, (bytes: Uint8Array, unpacked: number) => Uint8Array>

/** @internal */
export interface ColumnDecoder {
  type: Physical
  element: SchemaElement
  schemaPath: readonly SchemaTree[]
  codec: string
  compressors: Compressors
}

/** @internal What reads Parquet. `hyparquet` gives pages; to gather them in typed arrays is ours, since it makes arrays of arrays of lists. */
export interface ParquetLibraries {
  parquetMetadata(end: Uint8Array, o: {geoparquet: boolean}): FileMetadata
  parquetSchema(metadata: FileMetadata): SchemaTree
  parquetHeader(reader: Reader): PageHeader
  decompressPage(page: Uint8Array, unpacked: number, codec: string, compressors: Compressors): Uint8Array
  readDataPage(page: Uint8Array, header: DataHeader, decoder: ColumnDecoder): DataPage
  readDataPageV2(page: Uint8Array, header: PageHeader, decoder: ColumnDecoder): DataPage
  readPlain(reader: Reader, type: Physical, count: number, length: number | undefined): Decoded
  parseDecimal(bytes: Uint8Array): number
  readonly compressors: Compressors
}
