import type {ParquetLibraries} from './format'

let loading: Promise<ParquetLibraries> | undefined

/** @internal They are ES modules, and nobody waits for them who reads no Parquet: loaded at the first call. */
export function parquetLibraries(): Promise<ParquetLibraries> {
  loading ??= load()
  return loading
}

async function load(): Promise<ParquetLibraries> {
  const [metadata, pages, headers, plain, convert, {compressors}, zlib] = await Promise.all([
    import('hyparquet/src/metadata.js'),
    import('hyparquet/src/datapage.js'),
    import('hyparquet/src/column.js'),
    import('hyparquet/src/plain.js'),
    import('hyparquet/src/convert.js'),
    import('hyparquet-compressors'),
    import('node:zlib')
  ])
  const parts: unknown = {
    ...metadata,
    ...pages,
    ...headers,
    ...plain,
    ...convert,
    compressors: {
      ...compressors,
      GZIP: (bytes: Uint8Array, maxOutputLength: number) => zlib.gunzipSync(bytes, {maxOutputLength}),
      BROTLI: (bytes: Uint8Array, maxOutputLength: number) =>
        zlib.brotliDecompressSync(bytes, {maxOutputLength})
    }
  }
  return parts as ParquetLibraries
}
