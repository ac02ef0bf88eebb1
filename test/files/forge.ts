/**
 * A forger of files of arrays: of a good file it makes bad ones whose sizes and checksums are right, so that only what they say can give
 * them away. The same seed makes the same files. For model files and checkpoints, which share the container.
 */
import {crc32} from 'node:zlib'
import type {Random} from '#internals'

/** A file that was tampered with, and how. */
export interface Forgery {
  what: string
  bytes: Buffer
}

interface Entry {
  name: unknown
  type: unknown
  shape: unknown
  offset: unknown
}

/** A file taken apart. */
export interface Parts {
  prefix: Buffer
  header: unknown
  entries: Entry[]
  /** The bytes of each array, without what pads them. */
  arrays: Buffer[]
}

const PREFIX = 32
const TYPES = {Float32Array, Float64Array, Int32Array, Uint8Array} as const
type TypeName = keyof typeof TYPES

/** Takes a good file apart. */
export function takeApart(bytes: Buffer): Parts {
  const length = bytes.readUInt32LE(12)
  const {header, arrays: entries} = JSON.parse(bytes.toString('utf8', PREFIX, PREFIX + length))
  const arrays = (entries as Array<{type: TypeName; shape: number[]; offset: number}>).map(
    ({type, shape, offset}) => {
      const from = PREFIX + length + offset
      const size = shape.reduce((product, n) => product * n, 1) * TYPES[type].BYTES_PER_ELEMENT
      return Buffer.from(bytes.subarray(from, from + size))
    }
  )
  return {prefix: Buffer.from(bytes.subarray(0, PREFIX)), header, entries, arrays}
}

/** Puts a file together, lengths and checksums mended; the entries are written as they are. */
export function putTogether({prefix, header, entries, arrays}: Parts, text?: Buffer): Buffer {
  const json = text ?? Buffer.from(JSON.stringify({header, arrays: entries}))
  const head = Buffer.concat([json, Buffer.alloc(padded(json.length) - json.length, ' ')])
  const body = Buffer.concat(arrays.flatMap(one => [one, Buffer.alloc(padded(one.length) - one.length)]))
  const made = Buffer.from(prefix)
  made.writeUInt32LE(head.length, 12)
  made.writeBigUInt64LE(BigInt(PREFIX + head.length + body.length), 16)
  made.writeUInt32LE(crc32(body), 24)
  made.writeUInt32LE(crc32(head, crc32(made.subarray(0, 28))), 28)
  return Buffer.concat([made, head, body])
}

/** One forgery of a good file; `others` are good files of other kinds, whose parts may get in. */
export function forge(good: Buffer, others: readonly Buffer[], random: Random): Forgery {
  const parts = takeApart(good)
  const ways = [
    ...[someValue, someValue, someValue, someKey, someNumbers, someNumbers, muchNumbers, muchNumbers],
    ...[someLength, someLength, anEntry, someBytes, twoArrays, aType, anotherFile]
  ]
  const what = ways[random.below(ways.length)](parts, others, random)
  return typeof what === 'string' ? {what, bytes: putTogether(parts)} : what
}

type Way = (parts: Parts, others: readonly Buffer[], random: Random) => string | Forgery

/** What JSON can hold, and what nobody expects; the text of numbers that JavaScript cannot write. */
const VALUES: readonly unknown[] = [
  ...[0, -1, 1, 2, 0.5, 1e9, 2 ** 31, -(2 ** 31), 2 ** 53, 1e300, 1e-300, 5e-324, 'INFINITE', '-INFINITE'],
  ...['', 'x', '1', 'NaN', null, true, false, [], [null], [0], {}, {valueOf: 1, toString: 1}, {length: 1e9}],
  ...['__proto__', 'constructor', 'toString', 'factors', 'als', 'popularity']
]
const KEYS = ['__proto__', 'constructor', 'toString', 'valueOf', 'length', 'F', 'factors', 'then']

/** JSON whose numbers may be infinite, and whose keys may be any. */
function written(value: unknown): Buffer {
  const text = JSON.stringify(value)
  return Buffer.from(text.replaceAll('"-INFINITE"', '-1e999').replaceAll('"INFINITE"', '1e999'))
}

/** A value of the header becomes another one. */
const someValue: Way = (parts, _, random) => {
  const {owner, key, path} = somePlace(parts.header, random)
  const made = VALUES[random.below(VALUES.length)]
  const number = owner[key]
  owner[key] =
    typeof number === 'number' && random.below(3) === 0 ? number * [-1, 2, 0.5, 1e6][random.below(4)] : made
  const {header, entries} = parts
  const what = `${path} is ${JSON.stringify(owner[key])}`
  return {what, bytes: putTogether(parts, written({header, arrays: entries}))}
}

/** A key of the header is missing, or there is one more. */
const someKey: Way = (parts, _, random) => {
  const {owner, key, path} = somePlace(parts.header, random)
  if (random.below(2) === 0) {
    if (Array.isArray(owner)) owner.splice(Number(key), 1)
    else delete owner[key]
    return `${path} is left out`
  }
  const name = KEYS[random.below(KEYS.length)]
  const value = VALUES[random.below(VALUES.length)]
  if (Array.isArray(owner)) owner.splice(Number(key), 0, structuredClone(value))
  else Object.defineProperty(owner, name, {value, enumerable: true, configurable: true})
  return `beside ${path} stands ${name}: ${JSON.stringify(value)}`
}

/** A place in a tree of JSON: each step goes to any of the keys, so that long lists weigh no more than short ones. */
function somePlace(root: unknown, random: Random): {owner: any; key: string; path: string} {
  let owner = root as any
  let path = 'header'
  for (;;) {
    const keys = Object.keys(owner)
    if (keys.length === 0) return {owner, key: 'x', path: `${path}.x`}
    const key = keys[random.below(keys.length)]
    path = `${path}.${key}`
    const next = owner[key]
    if (typeof next !== 'object' || next === null || Object.keys(next).length === 0 || random.below(6) === 0)
      return {owner, key, path}
    owner = next
  }
}

const NUMBERS = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 1, 0.5, 2 ** 31 - 1],
  ...[-(2 ** 31), 1e30, -1e30, 1e300, 1e15, -1e15, 1e-30, 255]
]

/** Numbers of an array become others: one, all, or their order. */
const someNumbers: Way = (parts, _, random) => {
  const {name, view, k} = someArray(parts, random)
  if (view.length === 0) return someLength(parts, [], random)
  const at = random.below(view.length)
  const value = NUMBERS[random.below(NUMBERS.length)]
  switch (random.below(6)) {
    case 0:
      view.fill(value)
      break
    case 1:
      view.reverse()
      break
    case 2:
      view.set([view[at]], random.below(view.length))
      break
    default:
      view[at] = value
  }
  parts.arrays[k] = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  return `${name}[${at}] and its like become ${value}, or stand elsewhere`
}

/** Numbers of several arrays become others. */
const muchNumbers: Way = (parts, others, random) =>
  Array.from({length: 2 + random.below(4)}, () => someNumbers(parts, others, random)).join('; ')

/** An array is shorter or longer, and says so. */
const someLength: Way = (parts, _, random) => {
  const {name, view, k, entry} = someArray(parts, random)
  const length = [0, view.length - 1, view.length + 1, 2 * view.length, random.below(view.length + 1)][
    random.below(5)
  ]
  const made = new (view.constructor as typeof Float64Array)(Math.max(0, length))
  made.set(view.subarray(0, made.length) as Float64Array)
  parts.arrays[k] = Buffer.from(made.buffer)
  entry.shape = [made.length]
  layOut(parts)
  return `${name} has ${made.length} numbers instead of ${view.length}`
}

/** Two arrays of one type change places. */
const twoArrays: Way = (parts, _, random) => {
  const {entries, arrays} = parts
  const [a, b] = [random.below(entries.length), random.below(entries.length)]
  const names = [entries[a].name, entries[b].name]
  if (random.below(2) === 0) {
    entries[a].name = names[1]
    entries[b].name = names[0]
  } else {
    const [first, second] = [{...entries[a]}, {...entries[b]}]
    Object.assign(entries[a], {type: second.type, shape: second.shape})
    Object.assign(entries[b], {type: first.type, shape: first.shape})
    const kept = arrays[a]
    arrays[a] = arrays[b]
    arrays[b] = kept
    layOut(parts)
  }
  return `${names.join(' and ')} change places`
}

/** An array is missing, there twice under another name, or of another type. */
const aType: Way = (parts, _, random) => {
  const {name, view, k, entry} = someArray(parts, random)
  const way = random.below(3)
  if (way === 0) {
    parts.entries.splice(k, 1)
    parts.arrays.splice(k, 1)
  } else if (way === 1) {
    parts.entries.push({
      ...entry,
      name: [...KEYS, 'left', 'start', 'v', 'gram', 'yj', 'fit.bu'][random.below(14)]
    })
    parts.arrays.push(Buffer.from(parts.arrays[k]))
  } else {
    const names = Object.keys(TYPES) as TypeName[]
    const type = names[random.below(names.length)]
    const made = TYPES[type].from(view as Float64Array)
    entry.type = type
    parts.arrays[k] = Buffer.from(made.buffer)
  }
  layOut(parts)
  return `${name} is ${['missing', 'there under another name, too', 'of another type'][way]}`
}

/** What the file says of where an array stands is wrong. */
const anEntry: Way = (parts, _, random) => {
  const entry = parts.entries[random.below(parts.entries.length)]
  const key = (['name', 'type', 'shape', 'offset'] as const)[random.below(4)]
  const value = VALUES[random.below(VALUES.length)]
  const what = `${key} of ${entry.name} is ${JSON.stringify(value)}`
  entry[key] = key === 'shape' && random.below(2) === 0 ? [value] : value
  return {what, bytes: putTogether(parts, written({header: parts.header, arrays: parts.entries}))}
}

/** Some bytes of the header or of arrays are others. */
const someBytes: Way = (parts, _, random) => {
  const text = Buffer.from(JSON.stringify({header: parts.header, arrays: parts.entries}))
  const {name, k} = someArray(parts, random)
  const inHeader = random.below(2) === 0
  const where = inHeader ? text : parts.arrays[k]
  for (let n = random.below(4); n >= 0 && where.length > 0; n--)
    where[random.below(where.length)] = inHeader ? 32 + random.below(95) : random.below(256)
  return {what: `bytes of ${inHeader ? 'the header' : name} are others`, bytes: putTogether(parts, text)}
}

/** A part of the file is that of another one. */
const anotherFile: Way = (parts, others, random) => {
  if (others.length === 0) return someValue(parts, others, random)
  const other = takeApart(others[random.below(others.length)])
  const [own, theirs] = [parts, other].map(({header}) => header as Record<string, unknown>)
  const key = ['engine', 'model', 'options', 'values', 'arrays', 'engine and model'][random.below(6)]
  if (key === 'arrays') Object.assign(parts, {entries: other.entries, arrays: other.arrays})
  else for (const name of key.split(' and ')) own[name] = theirs[name]
  return `${key} of ${theirs.engine}`
}

function someArray(
  {entries, arrays}: Parts,
  random: Random
): {name: string; view: Float32Array | Float64Array | Int32Array | Uint8Array; k: number; entry: Entry} {
  const k = random.below(entries.length)
  const entry = entries[k]
  const Type = TYPES[entry.type as TypeName]
  const copy = Uint8Array.from(arrays[k])
  return {name: String(entry.name), view: new Type(copy.buffer), k, entry}
}

/** Says of each array that it stands behind the one before. */
export function layOut({entries, arrays}: Parts): void {
  let offset = 0
  for (const [k, entry] of entries.entries()) {
    entry.offset = offset
    offset += padded(arrays[k].length)
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
