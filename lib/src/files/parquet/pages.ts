import {crc32} from 'node:zlib'
import type {ChunkMetadata, DataHeader, Decoded, PageHeader, ParquetLibraries} from './format'
import type {Leaf} from './schema'

/** @internal The values of some rows of a column, as they stand in a page. */
export interface Page {
  /** Values that are there, or their places in `dictionary`. */
  readonly values: Decoded
  readonly dictionary: Decoded | undefined
  /** Values, those that are not there included. */
  readonly count: number
  /** [count] how much of each value is there, `leaf.definition` where all of it is; undefined where all are there */
  readonly definition: ArrayLike<number> | undefined
  /** [count] 0 where a row begins; empty where each value is a row */
  readonly repetition: ArrayLike<number>
}

/** @internal Takes a column of a row group apart, page by page. What is not sound throws an error that the caller words. */
export function* pagesOf(
  bytes: Uint8Array<ArrayBuffer>,
  leaf: Leaf,
  column: ChunkMetadata,
  libraries: ParquetLibraries
): Generator<Page> {
  const {compressors, decompressPage, parquetHeader, readDataPage, readDataPageV2, readPlain} = libraries
  const {codec, type} = column
  const total = Number(column.num_values)
  const decoder = {type, codec, element: leaf.element, schemaPath: leaf.path, compressors}
  const reader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0}
  let dictionary: Decoded | undefined
  for (let seen = 0; seen < total; ) {
    const header = parquetHeader(reader)
    const page = bodyOf(bytes, reader.offset, header)
    reader.offset += page.length
    const {dictionary_page_header: named, data_page_header: first, data_page_header_v2: second} = header
    if (named !== undefined) {
      const plain = decompressPage(page, header.uncompressed_page_size, codec, compressors)
      dictionary = readPlain(
        {view: new DataView(plain.buffer, plain.byteOffset, plain.byteLength), offset: 0},
        type,
        named.num_values,
        leaf.element.type_length
      )
      continue
    }
    const data = first ?? second
    if (data === undefined) continue
    if (!(data.num_values >= 0 && seen + data.num_values <= total))
      throw new Error(`a page of ${data.num_values} values, ${total - seen} of which are missing`)
    seen += data.num_values
    const {definitionLevels, repetitionLevels, dataPage} =
      first === undefined
        ? readDataPageV2(page, header, decoder)
        : readDataPage(
            decompressPage(page, header.uncompressed_page_size, codec, compressors),
            first,
            decoder
          )
    yield {
      values: dataPage,
      dictionary: isIndexed(data) ? (dictionary ?? []) : undefined,
      count: data.num_values,
      definition: dataPage.length === data.num_values ? undefined : definitionLevels,
      repetition: repetitionLevels
    }
  }
}

function isIndexed({encoding}: Pick<DataHeader, 'encoding'>): boolean {
  return encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY'
}

/** The bytes behind a header, which are all there and, where it has their checksum, what was written. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>, from: number, header: PageHeader): Uint8Array {
  const {compressed_page_size: size, uncompressed_page_size: unpacked, crc} = header
  if (!(size >= 0 && from + size <= bytes.length && unpacked >= 0))
    throw new Error('a page that is longer than its column')
  const body = bytes.subarray(from, from + size)
  if (crc !== undefined && crc32(body) !== crc >>> 0) throw new Error('a page whose checksum does not match')
  return body
}
