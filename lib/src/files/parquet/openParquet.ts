/**
 * Parquet files, and folders of parts as Spark, Dask and polars write them, read column by column, a row group at a time: what is in
 * memory is the chosen columns of one row group.
 *
 * Read are all encodings and pages of version 1 and 2, packed by snappy, gzip, zstd, brotli, LZ4 or not at all; the types of `ParquetType`.
 * Checksums of pages are compared where there are any. In a folder the files called *.parquet count, in the order of their names, and of
 * each the columns are found by name; what begins with _ or a dot does not, and folders in it are not looked into.
 */
import {type FileHandle, open, stat} from 'node:fs/promises'
import {checkPath, ParquetError} from '../../errors'
import {partsIn} from '../parts'
import {remedyFor} from '../remedies'
import {BadRow, type FlatColumn, flatColumn, joinedColumn, type ListColumn, listColumn} from './columns'
import {bytesAt, type Footer, readFooter} from './footer'
import type {ChunkMetadata, ParquetLibraries} from './format'
import {parquetLibraries} from './libraries'
import {pagesOf} from './pages'
import {RowGroup} from './rowGroup'
import type {Leaf, ParquetColumn} from './schema'

/** A file of a table. */
interface Part extends Footer {
  readonly file: string
}

/**
 * @internal Opens a file or a folder of parts: reads what they say of themselves, and no rows.
 * @throws ParquetError for what is no Parquet file, or a cut, damaged or encrypted one; FileError for what is not there
 */
export async function openParquet(path: string): Promise<ParquetTable> {
  checkPath(path)
  const stats = await stat(path).catch(error => {
    throw remedyFor(error, path) ?? error
  })
  const files = stats.isDirectory() ? (await partsIn(path)).filter(file => file.endsWith('.parquet')) : [path]
  if (files.length === 0)
    throw new ParquetError(
      'foreign',
      path,
      0,
      'a folder of Parquet files',
      'a folder in which no name ends in .parquet',
      'Name the folder in which the parts are.'
    )
  const libraries = await parquetLibraries()
  const parts: Part[] = []
  for (const file of files) {
    const footer = await opened(file, handle => readFooter(handle, file, libraries))
    parts.push({file, ...footer})
  }
  return new ParquetTable(path, parts, libraries)
}

/** @internal The rows of a file, or of all parts of a folder in the order of their names. */
export class ParquetTable {
  /** Of the first part. */
  readonly columns: readonly ParquetColumn[]
  readonly rows: number
  /** Rows of each row group. */
  readonly rowGroups: readonly number[]
  /** What the writer of the first part noted, by name. */
  readonly notes: ReadonlyMap<string, string>

  constructor(
    readonly path: string,
    private readonly parts: readonly Part[],
    private readonly libraries: ParquetLibraries
  ) {
    this.columns = parts[0].leaves.map(({name, type}) => ({name, type}))
    this.rows = parts.reduce((sum, part) => sum + part.rows, 0)
    this.rowGroups = parts.flatMap(part => part.groups.map(group => Number(group.num_rows)))
    this.notes = parts[0].notes
  }

  /** Whether there is a column of this name. */
  has(name: string): boolean {
    return this.columns.some(column => column.name === name)
  }

  /**
   * These columns, a row group after the other; `skip` so many row groups at the beginning are not read.
   * @throws ParquetError for a column that is not there or not read, before any row; for rows that cannot be read
   */
  async *groups(
    names: readonly string[],
    {skip = 0}: {skip?: number} = {}
  ): AsyncGenerator<RowGroup, undefined> {
    const chosen = this.parts.map(part => names.map(name => leafIn(part, name)))
    for (const [p, part] of this.parts.entries()) {
      const ahead = Math.min(skip, part.groups.length)
      skip -= ahead
      if (ahead < part.groups.length) yield* this.groupsOf(part, chosen[p], ahead)
    }
  }

  private async *groupsOf(part: Part, leaves: readonly Leaf[], skip: number): AsyncGenerator<RowGroup> {
    const handle = await open(part.file).catch(error => {
      throw remedyFor(error, part.file) ?? error
    })
    try {
      let before = 0
      for (const [k, group] of part.groups.entries()) {
        const rows = Number(group.num_rows)
        if (k >= skip && rows > 0) {
          const columns = new Map<string, ParquetColumn & (FlatColumn | ListColumn)>()
          for (const leaf of leaves) {
            const column = await this.columnOf(part, k, leaf, handle, before)
            columns.set(leaf.name, {name: leaf.name, type: leaf.type, ...column})
          }
          yield new RowGroup(part.file, before, rows, columns)
        }
        before += rows
      }
    } finally {
      await handle.close()
    }
  }

  private async columnOf(
    {file, groups}: Part,
    k: number,
    leaf: Leaf,
    handle: FileHandle,
    before: number
  ): Promise<FlatColumn | ListColumn> {
    const rows = Number(groups[k].num_rows)
    const column = groups[k].columns.find(
      one => one.meta_data?.path_in_schema.join('.') === leaf.path.at(-1)?.path.join('.')
    )?.meta_data
    if (column === undefined) throw damaged(file, leaf.name, 'not one page of it')
    if (column.codec !== 'UNCOMPRESSED' && this.libraries.compressors[column.codec] === undefined)
      throw new ParquetError(
        'compression',
        file,
        0,
        `a column ${leaf.name} packed by ${Object.keys(this.libraries.compressors).join(', ').toLowerCase()} or not at all`,
        String(column.codec),
        'Write it with another compression.'
      )
    const bytes = await chunkOf(handle, column)
    try {
      const pages = pagesOf(bytes, leaf, column, this.libraries)
      if (leaf.type === 'list<float>') return listColumn(pages, leaf, rows, this.libraries)
      return leaf.type === 'list<string>'
        ? joinedColumn(pages, leaf, rows, this.libraries)
        : flatColumn(pages, leaf, rows, this.libraries)
    } catch (error) {
      if (error instanceof BadRow)
        throw new ParquetError(
          'value',
          file,
          before + error.row + 1,
          `${error.expected} (${leaf.name})`,
          error.got
        )
      throw damaged(file, leaf.name, (error as Error).message)
    }
  }
}

/** The bytes of a column of a row group; where fewer are there than should, its pages say so. */
function chunkOf(handle: FileHandle, column: ChunkMetadata): Promise<Buffer<ArrayBuffer>> {
  const places = [column.data_page_offset, column.dictionary_page_offset].map(Number)
  const from = Math.min(...places.filter(place => place > 0))
  return bytesAt(handle, from, Number(column.total_compressed_size))
}

function damaged(file: string, name: string, got: string): ParquetError {
  return new ParquetError(
    'damaged',
    file,
    0,
    `pages of the column ${name} as its footer says`,
    got,
    'Copy or write it again.'
  )
}

/** A column of a part, by its name. */
function leafIn({file, leaves}: Part, name: string): Leaf {
  const leaf = leaves.find(one => one.name === name)
  if (leaf === undefined)
    throw new ParquetError(
      'column',
      file,
      0,
      `a column called "${name}"`,
      `the columns ${leaves.map(one => one.name).join(', ')}`
    )
  if (leaf.type === 'other')
    throw new ParquetError(
      'type',
      file,
      0,
      `numbers, texts, times or lists of numbers in the column ${name}`,
      leaf.element.logical_type?.type ?? leaf.element.converted_type ?? leaf.element.type ?? 'a structure',
      'Write it as one of these.'
    )
  return leaf
}

async function opened<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file).catch(error => {
    throw remedyFor(error, file) ?? error
  })
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}
