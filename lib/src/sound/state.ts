import {UnsoundError} from '../errors'
import {type ArrayShape, checkArray, type NumberArray, type Sizes} from './arrays'
import {inside, type Read} from './values'

/** @internal Values and arrays by their names, as a file has them. */
export interface NamedState {
  readonly values: unknown
  readonly arrays: Readonly<Record<string, NumberArray>>
}

/** @internal What values and arrays must be, said once. */
export interface StateShape<V extends object> {
  readonly values: Read<V>
  /** Sizes that values tell. */
  readonly sizes?: (values: V) => Readonly<Record<string, number>>
  /** The arrays of a state that has these values, in the order in which they are looked at; `has` tells which there are. */
  readonly arrays: (values: V, has: (name: string) => boolean) => Readonly<Record<string, ArrayShape>>
  /** What no value and no array says alone. @throws UnsoundError */
  readonly whole?: (values: V, arrays: Readonly<Record<string, NumberArray>>, sizes: Sizes) => void
}

/**
 * @internal Looks at all of a state before any of it is used: linear in its length, and nothing is allocated by what it claims.
 * @throws UnsoundError which names the field, what it should be and what it is
 */
export function checkState<V extends object>(
  shape: StateShape<V>,
  state: NamedState,
  known: Readonly<Record<string, number>>
): void {
  const values = inside('values', () => shape.values(state.values))
  const sizes: Sizes = new Map(Object.entries({...known, ...shape.sizes?.(values)}))
  const {arrays} = state
  const has = (name: string): boolean => Object.hasOwn(arrays, name)
  const declared = new Map(Object.entries(shape.arrays(values, has)))
  for (const [name, one] of declared) {
    if (has(name)) inside(name, () => checkArray(one, arrays[name], {sizes, arrays}))
    else if (one.optional !== true) throw new UnsoundError(name, 'an array', 'nothing')
  }
  for (const name of Object.keys(arrays))
    if (!declared.has(name))
      throw new UnsoundError(name, 'no such array', `one of ${arrays[name].length} numbers`)
  shape.whole?.(values, arrays, sizes)
}
