import type {SchemaElement, SchemaTree} from './format'

/**
 * @internal What a column holds, and what it is read into:
 *
 *     int32          Int32Array
 *     int64          Float64Array where a number holds every value exactly, else BigInt64Array or BigUint64Array; unsigned 32 bits, too
 *     float          Float32Array
 *     double         Float64Array; decimals, too
 *     string         string[]; bytes without a meaning are taken for UTF-8
 *     time           Float64Array, seconds since 1970: timestamps of any unit, INT96, dates
 *     list<float>    rows of one length in one Float32Array; lists of double, too, rounded
 *     list<string>   string[], the texts of a row joined by |
 *     other          not read: truth values, times of day, maps, structures, other lists
 */
export type ParquetType =
  | 'int32'
  | 'int64'
  | 'float'
  | 'double'
  | 'string'
  | 'time'
  | 'list<float>'
  | 'list<string>'
  | 'other'

/** @internal A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string
  readonly type: ParquetType
}

/** @internal A column, and where its values stand. */
export interface Leaf extends ParquetColumn {
  /** From the root to the values. */
  readonly path: readonly SchemaTree[]
  readonly element: SchemaElement
  /** The level of a value that is there; 0 where all must be. */
  readonly definition: number
  /** 1 in a list. */
  readonly repetition: number
}

/** @internal The columns of a schema, in its order. */
export function leavesOf(root: SchemaTree): Leaf[] {
  return root.children.map(child => {
    const path = [root, child]
    let node = child
    while (node.children.length === 1) {
      node = node.children[0]
      path.push(node)
    }
    const within = path.slice(1).map(({element}) => element.repetition_type)
    const repetition = within.filter(type => type === 'REPEATED').length
    return {
      name: child.element.name,
      type: node.children.length > 0 ? 'other' : typeIn(node.element, repetition, path.length),
      path,
      element: node.element,
      definition: within.filter(type => type !== 'REQUIRED').length,
      repetition
    }
  })
}

function typeIn(element: SchemaElement, repetition: number, depth: number): ParquetType {
  if (repetition === 1 && (element.type === 'FLOAT' || element.type === 'DOUBLE')) return 'list<float>'
  if (repetition === 1) return typeOf(element) === 'string' ? 'list<string>' : 'other'
  return repetition === 0 && depth === 2 ? typeOf(element) : 'other'
}

function typeOf({type, converted_type, logical_type: logical}: SchemaElement): ParquetType {
  const converted: string = converted_type ?? ''
  if (logical?.type === 'TIMESTAMP' || /^(TIMESTAMP|DATE)/.test(converted) || type === 'INT96') return 'time'
  if (converted === 'DECIMAL') return 'double'
  if (logical?.type === 'TIME' || converted.startsWith('TIME_')) return 'other'
  switch (type) {
    case 'INT32':
      return isUnsigned(converted, 32) ? 'int64' : 'int32'
    case 'INT64':
      return 'int64'
    case 'FLOAT':
      return 'float'
    case 'DOUBLE':
      return 'double'
    case 'BYTE_ARRAY':
      return converted === '' || converted === 'UTF8' || converted === 'ENUM' ? 'string' : 'other'
    default:
      return 'other'
  }
}

/** @internal Whether an annotation says unsigned, of so many bits. */
export function isUnsigned(converted: string | undefined, bits: 32 | 64): boolean {
  return converted === `UINT_${bits}`
}
