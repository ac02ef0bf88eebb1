/** What the arrays of a file must be: type, length by the sizes it has to do with, and what its numbers may be. */
import {UnsoundError} from '../errors'
import {LARGEST, range} from './values'

/** Arrays that a file can hold. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array
/** @internal */
export type TypeName = NumberArray[typeof Symbol.toStringTag]

/** @internal Sizes by their names: users, movies, factors. A check learns those that only an array's length tells. */
export type Sizes = Map<string, number>

/** @internal Sizes that are multiplied, by their names or as they are: ['movies', 'factors']. */
export type Size = ReadonlyArray<string | number>

/** @internal One array. */
export interface ArrayShape {
  readonly types: readonly TypeName[]
  /** Its length is their product. */
  readonly size: Size
  /** Numbers beside that product. @default 0 */
  readonly more?: number
  readonly optional?: true
  /** Looks at its numbers. @throws UnsoundError */
  readonly check: (array: NumberArray, of: Found) => void
}

/** What has been found before: sizes, and the arrays that were declared before. */
interface Found {
  readonly sizes: Sizes
  readonly arrays: Readonly<Record<string, NumberArray>>
}

const REAL: readonly TypeName[] = ['Float32Array', 'Float64Array']

/** @internal Numbers in single or in double precision, or in either, between these. @default from -1e15 to 1e15 */
export function numbers(
  type: 'single' | 'double' | 'either',
  size: Size,
  {min = -LARGEST, max = LARGEST}: {min?: number; max?: number} = {}
): ArrayShape {
  const types = type === 'either' ? REAL : [REAL[type === 'single' ? 0 : 1]]
  return {types, size, check: array => checkRange(array, min, max)}
}

/** @internal Where the rows of a sparse table begin, and where the last one ends: at the length `entries`. [rows + 1] */
export function starts(rows: string, entries: string): ArrayShape {
  return {
    types: ['Int32Array'],
    size: [rows],
    more: 1,
    check: (start, {sizes}) => {
      if (start[0] !== 0) throw new UnsoundError('[0]', '0', String(start[0]))
      for (let row = 1; row < start.length; row++)
        if (start[row] < start[row - 1])
          throw new UnsoundError(`[${row}]`, `at least ${start[row - 1]}`, String(start[row]))
      const last = start.length - 1
      const length = sizes.get(entries)
      if (length === undefined) sizes.set(entries, start[last])
      else if (start[last] !== length)
        throw new UnsoundError(`[${last}]`, `${length} (${entries})`, String(start[last]))
    }
  }
}

/** @internal Indices below a size, from 0 or from -1 for none; ascending in each row where the rows' starts are named, or in all. */
export function indices(
  size: Size,
  below: string,
  {from = 0, rows, ascending = false}: {from?: 0 | -1; rows?: string; ascending?: boolean} = {}
): ArrayShape {
  return {
    types: ['Int32Array'],
    size,
    check: (index, {sizes, arrays}) => {
      checkRange(index, from, (sizes.get(below) as number) - 1)
      if (rows !== undefined) checkRows(index, arrays[rows])
      if (ascending) checkRows(index, [0, index.length])
    }
  }
}

/** @internal Whole numbers between these. */
export function counts(size: Size, min = 0, max: number = 2 ** 31 - 1): ArrayShape {
  return {types: ['Int32Array'], size, check: array => checkRange(array, min, max)}
}

/** @internal Whole numbers, each larger than the one before. */
export function ascendingCounts(size: Size): ArrayShape {
  return {types: ['Int32Array'], size, check: array => checkRows(array, [0, array.length])}
}

/** @internal Any bytes. */
export function bytes(size: Size): ArrayShape {
  return {types: ['Uint8Array'], size, check: () => {}}
}

/** @internal Numbers of either size whose meaning only its owner can look at. */
export function looked(
  type: 'single' | 'double',
  size: Size,
  check: (array: NumberArray) => void
): ArrayShape {
  return {types: [REAL[type === 'single' ? 0 : 1]], size, check}
}

/** @internal An array that may be missing. */
export function maybe(shape: ArrayShape): ArrayShape {
  return {...shape, optional: true}
}

/** @internal The same under longer names: "0.bi" for bi. */
export function under<T>(prefix: string, all: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [prefix + name, one]))
}

/** @internal Those that stand under such names, by what is behind the prefix. */
export function behind<T>(prefix: string, all: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, one]) => [name.slice(prefix.length), one])
  )
}

/** @internal Looks at one array. @throws UnsoundError */
export function checkArray(shape: ArrayShape, array: NumberArray, found: Found): void {
  const type = array[Symbol.toStringTag]
  if (!shape.types.includes(type))
    throw new UnsoundError(
      '',
      `${article(shape.types[0])} ${shape.types.join(' or ')}`,
      `${article(type)} ${type}`
    )
  checkLength(shape, array.length, found.sizes)
  shape.check(array, found)
}

function article(type: TypeName): string {
  return type.startsWith('I') ? 'an' : 'a'
}

/** The length of an array by its sizes; one that is not known yet follows from it, once or squared. */
function checkLength({size, more = 0}: ArrayShape, found: number, sizes: Sizes): void {
  let product = 1
  const unknown: string[] = []
  for (const one of size) {
    const known = typeof one === 'number' ? one : sizes.get(one)
    if (known === undefined) unknown.push(one as string)
    else product *= known
  }
  const left = product === 0 ? 0 : (found - more) / product
  const own = unknown.length === 2 ? Math.sqrt(left) : left
  const fits = unknown.length === 0 ? product === found - more : Number.isInteger(own) && own >= 0
  if (product === 0 ? found === more : fits) {
    for (const name of unknown) sizes.set(name, own)
    return
  }
  const words = `${size.join(' × ')}${more === 0 ? '' : ` + ${more}`}`
  const expected = unknown.length === 0 ? `${product + more} numbers (${words})` : `${words} numbers`
  throw new UnsoundError('', expected, String(found))
}

/** The first number that is outside stands in the refusal; NaN is outside everything. */
function checkRange(array: NumberArray, min: number, max: number): void {
  let k = 0
  // Four at a time: half the time of a model whose file is one large array.
  for (; k + 4 <= array.length; k += 4) {
    const a = array[k]
    const b = array[k + 1]
    const c = array[k + 2]
    const d = array[k + 3]
    if (!(a >= min && a <= max && b >= min && b <= max && c >= min && c <= max && d >= min && d <= max)) break
  }
  for (; k < array.length; k++) {
    if (array[k] >= min && array[k] <= max) continue
    const what = array instanceof Int32Array ? 'a whole number' : 'a number'
    throw new UnsoundError(`[${k}]`, `${what} ${range(min, max)}`, String(array[k]))
  }
}

/** Each number of a row larger than the one before. The rows' starts have been looked at. */
function checkRows(index: NumberArray, start: ArrayLike<number>): void {
  for (let row = 0; row + 1 < start.length; row++)
    for (let k = start[row] + 1; k < start[row + 1]; k++)
      if (index[k] <= index[k - 1])
        throw new UnsoundError(
          `[${k}]`,
          `more than ${index[k - 1]}, which stands before it`,
          String(index[k])
        )
}
