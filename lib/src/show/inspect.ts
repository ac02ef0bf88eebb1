import {inspect} from 'node:util'

/** Makes Node's console and a notebook's last expression print the objects of a class as their `toString()`, or as `text` says. */
export function printAsText<T extends object>(
  Class: {prototype: T},
  text: (one: T) => string = String
): void {
  Object.defineProperty(Class.prototype, inspect.custom, {
    value(this: T): string {
      return text(this)
    }
  })
}
