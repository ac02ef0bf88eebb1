import {deflateSync, inflateSync} from 'fflate'
import {log2} from '../math/logarithms'
import type {ModelState} from '../models/model'

/** @internal */
type NumberArray = ModelState['arrays'][string]

/**
 * How the numbers of an array are written:
 *
 *   whole     as they are in memory, little-endian
 *   single    in single precision, of which doubles lose what is behind the seventh digit
 *   half      as value / scale in half precision: three digits, for values down to a millionth of the largest
 *   byte      as steps of 1/127 of the largest of each block of `block` values, which `scales` has
 *   steps     as steps of half of the smallest that is not 0 of each block of `block` values, which `scales` has
 *   gaps      whole numbers by their differences
 *
 * Steps and gaps are written 7 bits a byte, the lowest first, signs in the lowest bit.
 */
export type Writing = 'whole' | 'single' | 'half' | 'byte' | 'steps' | 'gaps'

/** A typed array as text. */
export interface PackedArray {
  /** What it is when it is unpacked. */
  type: 'Float32Array' | 'Float64Array' | 'Int32Array' | 'Uint8Array'
  /** @default 'whole' */
  as?: Writing
  length: number
  /** The first bytes of all numbers, then their second bytes and so on, deflated (RFC 1951), in base64. */
  bytes: string
  /** Of halves: what they are multiplied by. */
  scale?: number
  /** Of bytes and steps: how many share a scale, and the scales in single precision, as text like `bytes`. */
  block?: number
  scales?: string
}

const TYPES = {Float32Array, Float64Array, Int32Array, Uint8Array} as const

/** Halves are scaled so that the largest is this: the middle of their range is where they have most digits to spare. */
const LARGEST_HALF = 2 ** 15
const LARGEST_BYTE = 127
/** What is a smaller share of the largest than this is taken for 0 where a step is chosen. */
const TINY = 2 ** -40
/** How many values share a scale, unless it is said. */
const BLOCK = 64
/** Bytes that are turned to text at a time: what a call takes as its arguments. */
const CHUNK = 1 << 13

/** @internal An array as text. `block` is how many values share a scale where they are written as bytes or steps. */
export function pack(array: NumberArray, as: Writing = 'whole', block: number = BLOCK): PackedArray {
  const packed = {type: array[Symbol.toStringTag] as PackedArray['type'], as, length: array.length}
  switch (as) {
    case 'whole':
      return {...packed, bytes: textOf(array)}
    case 'single':
      return {...packed, bytes: textOf(Float32Array.from(array))}
    case 'gaps':
      return {...packed, bytes: textOf(wholesOf(gapsOf(array)))}
    case 'half': {
      const scale = largestOf(array) / LARGEST_HALF || 1
      return {...packed, scale, bytes: textOf(Uint16Array.from(array, value => halfOf(value / scale)))}
    }
    case 'byte':
    case 'steps': {
      const {scales, steps} = scaled(array, as, block)
      const bytes = textOf(as === 'byte' ? Int8Array.from(steps) : wholesOf(steps))
      return {...packed, block, scales: textOf(scales), bytes}
    }
  }
}

/** @internal An array rounded to what is read back where it is written as steps. */
export function inSteps(array: Float32Array): Float32Array {
  const {scales, steps} = scaled(array, 'steps', BLOCK)
  const rounded = new Float32Array(array.length)
  unscale(rounded, steps, scales, BLOCK)
  return rounded
}

/** @internal The array of a text. */
export function unpack(packed: PackedArray): NumberArray {
  const {type, as = 'whole', length, scale = 1, block = 1, scales = ''} = packed
  if (as === 'whole') return new TYPES[type](bytesOf(packed.bytes, TYPES[type].BYTES_PER_ELEMENT))
  const array = new TYPES[type](length)
  if (as === 'single') array.set(new Float32Array(bytesOf(packed.bytes, 4)))
  if (as === 'gaps') {
    const gaps = readWholes(bytesOf(packed.bytes, 1), length)
    for (let k = 0, value = 0; k < length; k++) array[k] = value += gaps[k]
  }
  if (as === 'half') {
    const halves = new Uint16Array(bytesOf(packed.bytes, 2))
    for (let k = 0; k < length; k++) array[k] = scale * sizeOf(halves[k])
  }
  if (as === 'byte' || as === 'steps') {
    const bytes = bytesOf(packed.bytes, 1)
    const steps = as === 'byte' ? new Int8Array(bytes) : readWholes(bytes, length)
    unscale(array, steps, new Float32Array(bytesOf(scales, 4)), block)
  }
  return array
}

/** How many characters it takes. */
export function lengthOf({bytes, scales = ''}: PackedArray): number {
  return bytes.length + scales.length
}

/** Bytes of numbers that are alike, as those of their exponents are, stand together, where they take few bits. */
function textOf(array: NumberArray | Uint16Array | Int8Array): string {
  const {buffer, byteOffset, byteLength, length} = array
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  const sorted = new Uint8Array(byteLength)
  for (let at = 0, b = 0; b < array.BYTES_PER_ELEMENT; b++)
    for (let k = b; at < (b + 1) * length; k += array.BYTES_PER_ELEMENT) sorted[at++] = bytes[k]
  const deflated = deflateSync(sorted)
  let text = ''
  for (let at = 0; at < deflated.length; at += CHUNK)
    text += String.fromCharCode(...deflated.subarray(at, at + CHUNK))
  return btoa(text)
}

/** The bytes of numbers of this size. */
function bytesOf(packed: string, size: number): ArrayBuffer {
  const text = atob(packed)
  const deflated = new Uint8Array(text.length)
  for (let k = 0; k < deflated.length; k++) deflated[k] = text.charCodeAt(k)
  const sorted = inflateSync(deflated)
  const bytes = new Uint8Array(sorted.length)
  for (let at = 0, b = 0; b < size; b++) for (let k = b; k < bytes.length; k += size) bytes[k] = sorted[at++]
  return bytes.buffer
}

/** A scale for each block, and how many of it each value is. */
function scaled(
  array: NumberArray,
  as: 'byte' | 'steps',
  block: number
): {scales: Float32Array; steps: Float64Array} {
  const scales = Float32Array.from({length: Math.ceil(array.length / block)}, (_, b) => {
    const part = array.subarray(b * block, (b + 1) * block)
    return as === 'byte' ? largestOf(part) / LARGEST_BYTE : stepOf(part)
  })
  const steps = new Float64Array(array.length)
  for (let k = 0; k < steps.length; k++)
    steps[k] = Math.round(array[k] / (scales[Math.floor(k / block)] || 1)) || 0
  return {scales, steps}
}

/** Writes the values that are so many of their block's scale. */
function unscale(
  array: NumberArray,
  steps: Int8Array | Float64Array,
  scales: Float32Array,
  block: number
): void {
  for (let b = 0, k = 0; b < scales.length; b++)
    for (const end = Math.min(array.length, (b + 1) * block); k < end; k++) array[k] = scales[b] * steps[k]
}

/** Half of the smallest. */
function stepOf(part: NumberArray): number {
  const tiny = TINY * largestOf(part)
  let smallest = Number.POSITIVE_INFINITY
  for (const value of part) if (Math.abs(value) > tiny) smallest = Math.min(smallest, Math.abs(value))
  return smallest === Number.POSITIVE_INFINITY ? 0 : smallest / 2
}

function largestOf(values: NumberArray): number {
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  return largest
}

/** The bits of a half: sign, five bits of exponent, ten of what follows the leading 1. Rounding up into the next exponent is a carry. */
function halfOf(value: number): number {
  const size = Math.abs(value)
  const exponent = size === 0 ? -14 : Math.max(-14, Math.floor(log2(size)))
  return (value < 0 ? 0x8000 : 0) + (exponent + 14) * 1024 + Math.round(size * 2 ** (10 - exponent))
}

/** The value of each exponent's last place. */
const PLACES = Float64Array.from({length: 32}, (_, e) => 2 ** (Math.max(1, e) - 25))

function sizeOf(half: number): number {
  const exponent = (half >> 10) & 31
  const size = ((half & 1023) + (exponent === 0 ? 0 : 1024)) * PLACES[exponent]
  return half >= 0x8000 ? -size : size
}

function gapsOf(array: NumberArray): Float64Array {
  const gaps = new Float64Array(array.length)
  for (let k = 0, before = 0; k < gaps.length; before = array[k++]) gaps[k] = array[k] - before
  return gaps
}

function wholesOf(values: Float64Array): Uint8Array {
  const bytes: number[] = []
  for (const value of values) {
    let left = value < 0 ? -2 * value - 1 : 2 * value
    for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
    bytes.push(left)
  }
  return Uint8Array.from(bytes)
}

function readWholes(written: ArrayBuffer, length: number): Float64Array {
  const bytes = new Uint8Array(written)
  const values = new Float64Array(length)
  for (let k = 0, at = 0; k < length; k++) {
    let left = bytes[at] & 127
    for (let unit = 128; bytes[at++] >= 128; unit *= 128) left += (bytes[at] & 127) * unit
    values[k] = left % 2 === 1 ? -(left + 1) / 2 : left / 2
  }
  return values
}
