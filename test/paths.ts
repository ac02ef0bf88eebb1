import path from 'node:path'

/** The project's folder. */
export const ROOT: string = path.resolve(__dirname, '..')
/** Data that does not ship with the project (MovieLens 1M and 100K, published figures): beside it, where there is any. */
export const SHARED: string = path.resolve(ROOT, '../shared')
