import path from 'node:path'
import {MovieRecsError} from '../errors'

const CUSTOM = Symbol.for('nodejs.util.inspect.custom')
const LIBRARY = path.dirname(__dirname)
/** Frames that say nothing about what a person wrote: of the kernel, of Node, and places in a cell after it was translated. */
const MACHINERY = /(?:[\\/]tslab[\\/]dist[\\/]|node:|evalmachine\.<anonymous>|^\s+at (?:new )?<anonymous>$)/
const INTERRUPTED = /^(?:Interrupted asynchronously|Script execution was interrupted)/

/**
 * Errors as a cell prints them: first the message, then where a file of the reader's own threw it. Node would begin with a line of
 * whatever source threw, which for this library is a line of a built file.
 */
export function printErrorsForPeople(): void {
  Object.defineProperty(Error.prototype, CUSTOM, {
    configurable: true,
    value(this: Error): string {
      return describeError(this)
    }
  })
}

/** The message of an error, those of its causes, and the frames that help. */
export function describeError(error: Error): string {
  if (INTERRUPTED.test(error.message))
    return 'Interrupted: this cell was stopped. What earlier cells made is still there.'
  const {name, message, stack = '', cause} = error
  const head = message === '' ? name : `${name}: ${message}`
  const own = error instanceof MovieRecsError
  const frames = stack
    .split('\n')
    .filter(line => /^\s+at /.test(line) && !MACHINERY.test(line) && !(own && line.includes(LIBRARY)))
  const errors = error instanceof AggregateError ? error.errors : []
  const because = [...errors, ...(cause === undefined ? [] : [cause])].map(
    one => `Caused by ${one instanceof Error ? describeError(one) : String(one)}`
  )
  return [head, ...frames, ...because].join('\n')
}
