import type {ParquetLibraries} from './format'
import type {Page} from './pages'
import type {Leaf} from './schema'
import {type FlatValues, valuesOf} from './values'

/** @internal A column of a row group. */
export interface FlatColumn {
  /** [rows] 0, '' or NaN where there is none */
  readonly values: FlatValues
  /** [rows] 1 where there is no value; undefined where all are there */
  readonly nulls: Uint8Array | undefined
}

/** @internal Lists of one length. */
export interface ListColumn {
  /** [rows × length], row-major */
  readonly values: Float32Array
  readonly length: number
}

/** @internal A row that is not what the others are. */
export class BadRow extends Error {
  constructor(
    /** From 0, in its row group. */
    readonly row: number,
    readonly expected: string,
    readonly got: string
  ) {
    super(`expected ${expected}, got ${got}`)
  }
}

/** @internal The values of all pages of a column without lists. */
export function flatColumn(
  pages: Iterable<Page>,
  leaf: Leaf,
  rows: number,
  libraries: ParquetLibraries
): FlatColumn {
  let values = roomFor(leaf, rows)
  let nulls: Uint8Array | undefined
  let row = 0
  let dictionary: Page['dictionary']
  let words: FlatValues | undefined
  for (const page of pages) {
    if (row + page.count > rows) throw new Error(`more than ${rows} values`)
    if (page.dictionary !== dictionary || words === undefined) {
      dictionary = page.dictionary
      words = dictionary === undefined ? undefined : valuesOf(dictionary, leaf, libraries)
    }
    const here = words === undefined ? valuesOf(page.values, leaf, libraries) : looked(page.values, words)
    values = widened(values, here)
    if (page.definition === undefined) put(values, here, row)
    else {
      nulls ??= new Uint8Array(rows)
      spread(values, here, page.definition, leaf, nulls, row)
    }
    row += page.count
  }
  if (row !== rows) throw new Error(`${row} of ${rows} values`)
  return {values, nulls}
}

function roomFor({type}: Leaf, rows: number): FlatValues {
  if (type === 'int32') return new Int32Array(rows)
  if (type === 'float') return new Float32Array(rows)
  return type === 'string' ? new Array<string>(rows).fill('') : new Float64Array(rows)
}

/** Values by their places in a dictionary. */
function looked(places: ArrayLike<unknown>, words: FlatValues): FlatValues {
  const Kind = words.constructor as new (length: number) => FlatValues
  const values = new Kind(places.length)
  for (let n = 0; n < places.length; n++) {
    const place = places[n] as number
    if (!(place < words.length)) throw new Error(`word ${place} of a dictionary of ${words.length}`)
    values[n] = words[place]
  }
  return values
}

/** Room for whole numbers of 64 bits, too, from the first page on that has one which a number does not hold. */
function widened(values: FlatValues, here: FlatValues): FlatValues {
  const wide = here instanceof BigInt64Array || here instanceof BigUint64Array
  if (!wide || !(values instanceof Float64Array)) return values
  const Kind = here.constructor as BigInt64ArrayConstructor
  return Kind.from(values as unknown as ArrayLike<number>, BigInt as never)
}

function put(values: FlatValues, here: FlatValues, at: number): void {
  if (Array.isArray(values)) for (let n = 0; n < here.length; n++) values[at + n] = here[n] as string
  else if (values.constructor === here.constructor) values.set(here as never, at)
  else for (let n = 0; n < here.length; n++) values[at + n] = BigInt(here[n])
}

/** Values with gaps between them. */
function spread(
  values: FlatValues,
  here: FlatValues,
  definition: ArrayLike<number>,
  {definition: there, type}: Leaf,
  nulls: Uint8Array,
  at: number
): void {
  const none = type === 'float' || type === 'double' || type === 'time' ? Number.NaN : undefined
  const big = values instanceof BigInt64Array || values instanceof BigUint64Array
  for (let n = 0, k = 0; n < definition.length; n++) {
    if (definition[n] === there) values[at + n] = big ? BigInt(here[k++]) : here[k++]
    else {
      nulls[at + n] = 1
      if (none !== undefined) values[at + n] = none
    }
  }
}

/** @internal Lists of texts, those of a row joined by |. */
export function joinedColumn(
  pages: Iterable<Page>,
  leaf: Leaf,
  rows: number,
  libraries: ParquetLibraries
): FlatColumn {
  const values: string[] = []
  for (const {values: raw, dictionary, definition, repetition, count} of pages) {
    const here =
      dictionary === undefined
        ? valuesOf(raw, leaf, libraries)
        : looked(raw, valuesOf(dictionary, leaf, libraries))
    let seen = 0
    for (let n = 0; n < count; n++) {
      const begins = repetition[n] === 0
      if (begins) values.push('')
      if (definition !== undefined && definition[n] < leaf.definition) continue
      const last = values.length - 1
      values[last] = begins ? String(here[seen]) : `${values[last]}|${here[seen]}`
      seen++
    }
  }
  if (values.length !== rows) throw new Error(`${values.length} of ${rows} lists`)
  return {values, nulls: undefined}
}

/** @internal The lists of all pages of a column, each as long as the first. @throws BadRow where one is not, or has a gap */
export function listColumn(
  pages: Iterable<Page>,
  leaf: Leaf,
  rows: number,
  libraries: ParquetLibraries
): ListColumn {
  const flat = {...leaf, type: leaf.element.type === 'DOUBLE' ? 'double' : 'float'} as const
  let values = new Float32Array(0)
  let length = 0
  let row = -1
  let held = 0
  const close = (): void => {
    if (row === 0) {
      length = held
      values = grown(values, rows * length)
    }
    if (row >= 0 && held !== length)
      throw new BadRow(row, `a list of ${length} numbers, as in the first row`, `one of ${held}`)
  }
  for (const {values: raw, dictionary, definition, repetition, count} of pages) {
    const here =
      dictionary === undefined
        ? valuesOf(raw, flat, libraries)
        : looked(raw, valuesOf(dictionary, flat, libraries))
    for (let n = 0; n < count; n++) {
      if (repetition[n] === 0) {
        close()
        row++
        held = 0
        if (row >= rows) throw new Error(`more than ${rows} lists`)
      }
      if (definition !== undefined && definition[n] < leaf.definition)
        throw new BadRow(
          row,
          'a list of numbers',
          definition[n] < leaf.definition - 1 ? 'none' : 'a gap in one'
        )
      if (row === 0 && held === values.length) values = grown(values, 2 * held + 16)
      // A list that is too long is refused where it ends.
      if (row === 0 || held < length) values[row * length + held] = here[n] as number
      held++
    }
  }
  close()
  if (row + 1 !== rows) throw new Error(`${row + 1} of ${rows} lists`)
  return {values: values.subarray(0, rows * length), length}
}

function grown(values: Float32Array, size: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(size)
  larger.set(values.subarray(0, Math.min(size, values.length)))
  return larger
}
