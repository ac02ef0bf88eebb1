import {loadPackage} from '../errors'

/**
 * A danfojs DataFrame: the object is danfojs' own, and does all that its documentation says. Named here is what notebooks use most,
 * so that the library's types need no types of a package that is optional.
 */
export interface DataFrame {
  /** [rows, columns] */
  readonly shape: number[]
  /** Names of the columns. */
  readonly columns: string[]
  /** Names or numbers of the rows. */
  readonly index: Array<string | number>
  /** Row by row. */
  readonly values: any[]
  /** The first rows. @default 5 */
  head(rows?: number): DataFrame
  /** The last rows. @default 5 */
  tail(rows?: number): DataFrame
  /** Sorted by a column, ascending unless asked otherwise; a new frame unless `inplace`. */
  sortValues(by: string, options?: {ascending?: boolean; inplace?: boolean}): DataFrame
  /** Count, mean, deviation, extremes and median of each column of numbers. */
  describe(): DataFrame
  /** Prints it as text. */
  print(): void
  [member: string]: any
}

/**
 * Columns of equal length as a DataFrame. danfojs is loaded at the first call: it takes half a second and is no dependency of the
 * library itself. What is missing becomes NaN in a column of numbers, lists become text.
 */
export function dataFrame(columns: Readonly<Record<string, ArrayLike<unknown>>>): DataFrame {
  const {DataFrame: Frame} = danfojs()
  // danfojs makes no frame of columns without rows, but of no rows with columns.
  if (Object.values(columns).every(({length}) => length === 0))
    return new Frame([], {columns: Object.keys(columns)}) as DataFrame
  const plain = Object.entries(columns).map(([name, values]): [string, unknown[]] => {
    const numeric = Array.prototype.some.call(values, value => typeof value === 'number')
    return [
      name,
      Array.from(values, value =>
        value === undefined || value === null
          ? numeric
            ? Number.NaN
            : ''
          : Array.isArray(value)
            ? value.join(', ')
            : value
      )
    ]
  })
  return new Frame(Object.fromEntries(plain)) as DataFrame
}

function danfojs(): {DataFrame: new (data: object, o?: {columns: string[]}) => unknown} {
  return loadPackage(
    () => require('danfojs-node'),
    'toDataFrame() needs the package danfojs-node',
    'danfojs-node@1.2.0'
  )
}
