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
 *   gaps      whole numbers by their differences: 7 bits a byte, the lowest first, signs in the lowest bit
 */
export type Writing = 'whole' | 'single' | 'half' | 'byte' | 'gaps'

/** A typed array as text. */
export interface PackedArray {
  /** What it is when it is unpacked. */
  type: 'Float32Array' | 'Float64Array' | 'Int32Array' | 'Uint8Array'
  /** @default 'whole' */
  as?: Writing
  length: number
  /** Base64. */
  bytes: string
  /** Of halves: what they are multiplied by. */
  scale?: number
  /** Of bytes: how many share a scale, and the scales, base64 of single precision. */
  block?: number
  scales?: string
}

const TYPES = {Float32Array, Float64Array, Int32Array, Uint8Array} as const

/** Halves are scaled so that the largest is this: the middle of their range is where they have most digits to spare. */
const LARGEST_HALF = 2 ** 15
const LARGEST_BYTE = 127
/** Bytes that are turned to text at a time: what a call takes as its arguments. */
const CHUNK = 1 << 13

/** @internal An array as text. `block` is how many values share a scale where they are written as bytes. */
export function pack(array: NumberArray, as: Writing = 'whole', block = 64): PackedArray {
  const packed = {type: array[Symbol.toStringTag] as PackedArray['type'], as, length: array.length}
  switch (as) {
    case 'whole':
      return {...packed, bytes: textOf(array)}
    case 'single':
      return {...packed, bytes: textOf(Float32Array.from(array))}
    case 'gaps':
      return {...packed, bytes: textOf(gapsOf(array))}
    case 'half': {
      const scale = largestOf(array, 0, array.length) / LARGEST_HALF || 1
      return {...packed, scale, bytes: textOf(Uint16Array.from(array, value => halfOf(value / scale)))}
    }
    case 'byte': {
      const scales = new Float32Array(Math.ceil(array.length / block))
      for (let b = 0; b < scales.length; b++)
        scales[b] = largestOf(array, b * block, Math.min(array.length, (b + 1) * block)) / LARGEST_BYTE
      const bytes = Int8Array.from(array, (value, k) =>
        Math.round(value / (scales[Math.floor(k / block)] || 1))
      )
      return {...packed, block, scales: textOf(scales), bytes: textOf(bytes)}
    }
  }
}

/** @internal The array of a text. */
export function unpack(packed: PackedArray): NumberArray {
  const {type, as = 'whole', length, scale = 1, block = 1, scales = ''} = packed
  const bytes = bytesOf(packed.bytes)
  if (as === 'whole') return new TYPES[type](bytes.buffer)
  const array = new TYPES[type](length)
  if (as === 'single') array.set(new Float32Array(bytes.buffer))
  if (as === 'gaps') readGaps(bytes, array)
  if (as === 'half') {
    const halves = new Uint16Array(bytes.buffer)
    for (let k = 0; k < length; k++) array[k] = scale * sizeOf(halves[k])
  }
  if (as === 'byte') {
    const steps = new Int8Array(bytes.buffer)
    const sizes = new Float32Array(bytesOf(scales).buffer)
    for (let k = 0; k < length; k++) array[k] = sizes[Math.floor(k / block)] * steps[k]
  }
  return array
}

/** How many characters it takes. */
export function lengthOf({bytes, scales = ''}: PackedArray): number {
  return bytes.length + scales.length
}

function textOf({buffer, byteOffset, byteLength}: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}

function bytesOf(packed: string): Uint8Array<ArrayBuffer> {
  const text = atob(packed)
  const bytes = new Uint8Array(text.length)
  for (let k = 0; k < bytes.length; k++) bytes[k] = text.charCodeAt(k)
  return bytes
}

function largestOf(values: NumberArray, from: number, to: number): number {
  let largest = 0
  for (let k = from; k < to; k++) largest = Math.max(largest, Math.abs(values[k]))
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

function gapsOf(array: NumberArray): Uint8Array {
  const bytes: number[] = []
  let before = 0
  for (const value of array) {
    const gap = value - before
    let left = gap < 0 ? -2 * gap - 1 : 2 * gap
    for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
    bytes.push(left)
    before = value
  }
  return Uint8Array.from(bytes)
}

function readGaps(bytes: Uint8Array, array: NumberArray): void {
  let [at, value] = [0, 0]
  for (let k = 0; k < array.length; k++) {
    let [left, unit] = [0, 1]
    for (; bytes[at] >= 128; unit *= 128) left += (bytes[at++] - 128) * unit
    left += bytes[at++] * unit
    value += left % 2 === 1 ? -(left + 1) / 2 : left / 2
    array[k] = value
  }
}
