import * as errors from '../errors'

/** An error on its way from one thread to another, which would lose its class. */
export interface Carried {
  type: string
  message: string
  stack: string | undefined
  fields: Record<string, unknown>
  cause?: Carried
}

/** An error as it can be sent. */
export function carried(error: unknown): Carried {
  const {message, stack, cause, ...fields} =
    error instanceof Error ? own(error) : own(new Error(String(error)))
  return {
    type: error instanceof Error ? error.constructor.name : 'Error',
    message: String(message),
    stack: stack as string | undefined,
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, sendable(value)])),
    ...(cause === undefined ? {} : {cause: carried(cause)})
  }
}

/** The error that was sent: of the same class, where that is the library's or the language's, with the same fields. */
export function arrived({type, message, stack, fields, cause}: Carried): Error {
  const known: Record<string, unknown> = {Error, EvalError, RangeError, SyntaxError, TypeError, ...errors}
  const Class = known[type]
  const error = new Error(message, cause === undefined ? undefined : {cause: arrived(cause)})
  if (isErrorClass(Class)) Object.setPrototypeOf(error, Class.prototype)
  if (stack !== undefined) error.stack = stack
  return Object.assign(error, fields)
}

function isErrorClass(value: unknown): value is {prototype: Error} {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error)
}

/** All that an error has of its own, listed or not. */
function own(error: Error): Record<string, unknown> {
  const names = Object.getOwnPropertyNames(error)
  return Object.fromEntries(names.map(name => [name, (error as unknown as Record<string, unknown>)[name]]))
}

function sendable(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return String(value)
  }
}
