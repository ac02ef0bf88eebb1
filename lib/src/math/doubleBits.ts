const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
/** Which of the two words has sign and exponent. */
const HIGH: number = new Uint8Array(Uint16Array.of(1).buffer)[0]
const LOW: number = 1 - HIGH

/** The upper half of a double: its sign, eleven bits of exponent, the first twenty of what follows the leading 1. */
export function highWord(x: number): number {
  double[0] = x
  return words[HIGH] | 0
}

/** The double with another upper half. */
export function withHighWord(x: number, high: number): number {
  double[0] = x
  words[HIGH] = high
  return double[0]
}

/** The double of these halves. */
export function ofWords(high: number, low: number): number {
  words[HIGH] = high
  words[LOW] = low
  return double[0]
}

/** The double with zeros in its lower half: its product with another such one has no error. */
export function withoutLowWord(x: number): number {
  double[0] = x
  words[LOW] = 0
  return double[0]
}

/** 2**k for k from -1022 to 1023. */
export function powerOf2(k: number): number {
  return ofWords((k + 1023) << 20, 0)
}
