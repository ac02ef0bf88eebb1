/** What the values of a file must be, each said once: what JSON holds is read by a declaration, or refused by name. */
import {UnsoundError} from '../errors'
import {shown} from '../printable'

/** The largest size of a number that a model reckons with: products of several stay numbers. */
export const LARGEST = 1e15

/** @internal Gives a value of JSON as what it should be. @throws UnsoundError */
export interface Read<T> {
  (value: unknown): T
  /** Of a field that may be missing. */
  readonly optional?: true
}

/** @internal A number between these. @default from -1e15 to 1e15 */
export function number(min: number = -LARGEST, max: number = LARGEST): Read<number> {
  return checked(
    `a number ${range(min, max)}`,
    value => typeof value === 'number' && value >= min && value <= max
  )
}

/** @internal "from 0 to 1e15" */
export function range(min: number, max: number): string {
  const [least, most] = [min, max].map(one => {
    const short = one.toExponential().replace('e+', 'e')
    return short.length < String(one).length ? short : String(one)
  })
  return `from ${least} to ${most}`
}

/** @internal A number that something is divided by. */
export function positive(max: number = LARGEST): Read<number> {
  return number(1 / LARGEST, max)
}

/** @internal A whole number between these. */
export function whole(min = 0, max: number = LARGEST): Read<number> {
  return checked(
    `a whole number ${range(min, max)}`,
    (value): value is number =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max
  )
}

/** @internal Any text. */
export const text: Read<string> = checked('a text', value => typeof value === 'string')

/** @internal Yes or no. */
export const flag: Read<boolean> = checked('true or false', value => typeof value === 'boolean')

/** @internal One of these. */
export function oneOf<const T>(...values: readonly T[]): Read<T> {
  return checked(`one of ${values.map(shown).join(', ')}`, value => values.includes(value as T))
}

/** @internal What passes a test of one's own, called `words` in messages. */
export function checked<T>(words: string, fits: (value: unknown) => boolean): Read<T> {
  return value => {
    if (fits(value)) return value as T
    throw new UnsoundError('', words, shown(value))
  }
}

/** @internal A field that may be missing. */
export function optional<T>(of: Read<T>): Read<T> {
  return Object.assign((value: unknown) => of(value), {optional: true} as const)
}

/** @internal The same, or null: what JSON writes for NaN. */
export function orNull<T>(of: Read<T>): Read<T | null> {
  return value => (value === null ? null : of(value))
}

/** @internal A list whose elements all are that; of this length, where one is given. */
export function list<T>(of: Read<T>, length?: number): Read<T[]> {
  return value => {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length))
      throw new UnsoundError('', length === undefined ? 'a list' : `a list of ${length}`, shown(value))
    let k = 0
    try {
      for (; k < value.length; k++) of(value[k])
    } catch (error) {
      throw within(`[${k}]`, error)
    }
    return value
  }
}

/** @internal Two numbers of a kind. */
export function pair<T>(of: Read<T>): Read<readonly [T, T]> {
  return list(of, 2) as unknown as Read<readonly [T, T]>
}

/** @internal Numbers, each larger than the one before. */
export function ascending(of: Read<number>): Read<number[]> {
  const each = list(of)
  return value => {
    const numbers = each(value)
    const k = numbers.findIndex((one, k) => k > 0 && one <= numbers[k - 1])
    if (k < 0) return numbers
    throw new UnsoundError(`[${k}]`, `more than ${numbers[k - 1]}`, shown(numbers[k]))
  }
}

/** @internal An object by whatever names: each value is that. */
export function dictionary<T>(of: Read<T>): Read<Record<string, T>> {
  return value => {
    for (const [name, one] of Object.entries(objectOf(value))) inside(name, () => of(one))
    return value as Record<string, T>
  }
}

/** @internal An object with these fields and no others. */
export function record<T extends object>(fields: {readonly [K in keyof T]-?: Read<T[K]>}): Read<T> {
  const known = new Map(Object.entries(fields as Record<string, Read<unknown>>))
  return value => {
    const object = objectOf(value)
    for (const [name, of] of known)
      if (Object.hasOwn(object, name)) inside(name, () => of(object[name]))
      else if (of.optional !== true) throw new UnsoundError(name, 'a value', 'nothing')
    for (const name of Object.keys(object))
      if (!known.has(name)) throw new UnsoundError(name, 'no such field', shown(object[name]))
    return value as T
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new UnsoundError('', 'an object', shown(value))
}

/** @internal Looks at something that stands under a name, which a refusal says. */
export function inside<T>(name: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw within(name, error)
  }
}

function within(outer: string, error: unknown): unknown {
  return error instanceof UnsoundError ? error.within(outer) : error
}
