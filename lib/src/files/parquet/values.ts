import type {Decoded, ParquetLibraries} from './format'
import {isUnsigned, type Leaf} from './schema'

/** @internal The values of a column without lists. [rows] */
export type FlatValues = Int32Array | Float32Array | Float64Array | BigInt64Array | BigUint64Array | string[]

/** @internal Values as a file has them, in the array that their type is read into. */
export function valuesOf(
  raw: Decoded,
  leaf: Leaf,
  {parseDecimal}: Pick<ParquetLibraries, 'parseDecimal'>
): FlatValues {
  const {type, element} = leaf
  switch (type) {
    case 'int32':
      return raw instanceof Int32Array ? raw : Int32Array.from(raw as number[])
    case 'float':
      return raw instanceof Float32Array ? raw : Float32Array.from(raw as number[])
    case 'double':
      if (element.converted_type !== 'DECIMAL')
        return raw instanceof Float64Array ? raw : Float64Array.from(raw as number[])
      return decimalsOf(raw as ArrayLike<number | bigint | Uint8Array>, element.scale ?? 0, parseDecimal)
    case 'int64':
      return isUnsigned(element.converted_type, 32)
        ? Float64Array.from(raw as Int32Array, value => value >>> 0)
        : numbersOf(bigintsOf(raw), isUnsigned(element.converted_type, 64))
    case 'time':
      return secondsOf(raw, leaf)
    default:
      return Array.from(raw as Uint8Array[], bytes =>
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
      )
  }
}

/** Numbers that stand in the file as so many of their last decimal, the `scale`-th. */
function decimalsOf(
  raw: ArrayLike<number | bigint | Uint8Array>,
  scale: number,
  parse: ParquetLibraries['parseDecimal']
): Float64Array {
  const one = Number(`1e${scale}`)
  return Float64Array.from(raw, value => (value instanceof Uint8Array ? parse(value) : Number(value)) / one)
}

function bigintsOf(raw: Decoded): BigInt64Array {
  return raw instanceof BigInt64Array ? raw : BigInt64Array.from(raw as bigint[])
}

const TWO_32 = 2 ** 32

/** Whole numbers of 64 bits as numbers, read half by half, which is ten times as fast as by bigint; as they are where one is too large. */
function numbersOf(values: BigInt64Array, unsigned: boolean): Float64Array | BigInt64Array | BigUint64Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  const numbers = new Float64Array(values.length)
  for (let n = 0; n < numbers.length; n++) {
    const high = halves[2 * n + 1]
    const value = (unsigned ? high >>> 0 : high) * TWO_32 + (halves[2 * n] >>> 0)
    if (!Number.isSafeInteger(value))
      return unsigned ? new BigUint64Array(values.buffer, values.byteOffset, values.length) : values
    numbers[n] = value
  }
  return numbers
}

const DAY = 86_400
/** The day of 1970-01-01 in INT96, which counts Julian days. */
const EPOCH = 2_440_588
const UNITS = {MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9}

function secondsOf(raw: Decoded, {element}: Leaf): Float64Array {
  if (element.type === 'INT96')
    return Float64Array.from(raw as bigint[], value => {
      const days = Number(value >> 64n) - EPOCH
      return days * DAY + Number(BigInt.asUintN(64, value)) / 1e9
    })
  if (element.type === 'INT32') return Float64Array.from(raw as Int32Array, days => days * DAY)
  const {logical_type: logical, converted_type: converted} = element
  const unit = logical?.unit ?? (converted === 'TIMESTAMP_MICROS' ? 'MICROS' : 'MILLIS')
  return Float64Array.from(bigintsOf(raw), value => Number(value) / UNITS[unit])
}
