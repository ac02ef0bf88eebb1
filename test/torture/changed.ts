import type {Random} from '#internals'
import {pick} from './subject'

const PIECES = [
  '"',
  '""',
  '\n',
  '\r',
  '\r\n',
  '::',
  '\t',
  ',',
  ';',
  '|',
  '-',
  '.',
  '\0',
  '\uFEFF',
  'é',
  '\u202E',
  '1e9',
  'NaN',
  '{',
  '['
]

/** Bytes of which somebody cut, repeated, replaced or inserted some, in one to six places. */
export function changed(bytes: Buffer, random: Random): Buffer {
  let made = bytes
  for (let left = 1 + random.below(6); left > 0; left--) made = changedOnce(made, random)
  return made
}

function changedOnce(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1)
  const length = random.below(pick(random, [2, 20, 400]))
  const [before, piece, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length)
  ]
  switch (random.below(6)) {
    case 0:
      return Buffer.from(before)
    case 1:
      return Buffer.concat([before, after])
    case 2:
      return Buffer.concat([before, ...Array.from({length: 1 + random.below(40)}, () => piece), after])
    case 3:
      return Buffer.concat([before, Buffer.from(pick(random, PIECES).repeat(1 + random.below(30))), after])
    case 4:
      return Buffer.concat([before, noise(random, length), after])
    default:
      return flipped(bytes, random)
  }
}

/** Bytes with one bit of one of them changed. */
export function flipped(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes
  const made = Buffer.from(bytes)
  made[random.below(made.length)] ^= 1 << random.below(8)
  return made
}

/** Bytes of no meaning. */
export function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({length}, () => random.below(256)))
}
