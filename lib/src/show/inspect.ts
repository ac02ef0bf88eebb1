/** Node's documented name for it, which needs no import: a table also shows itself where there is no Node. */
const CUSTOM = Symbol.for('nodejs.util.inspect.custom')

/** Makes Node's console and a notebook's last expression print the objects of a class as their `toString()`, or as `text` says. */
export function printAsText<T extends object>(
  Class: {prototype: T},
  text: (one: T) => string = String
): void {
  Object.defineProperty(Class.prototype, CUSTOM, {
    value(this: T): string {
      return text(this)
    }
  })
}
