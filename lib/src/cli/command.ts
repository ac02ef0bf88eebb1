import type {ParseArgsConfig} from 'node:util'
import {rangeText} from '../engines/options'

/** Options as the command line gave them: texts, or lists of texts for those that may come more than once. */
export type Values = Record<string, string | boolean | string[] | undefined>

/** What a command gets beside its options. */
export interface Io {
  /** Prints a line of the answer. */
  out: (text: string) => void
  /** Prints a line beside the answer: progress, warnings. */
  note: (text: string) => void
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

/** One word of the command line. */
export interface Command {
  name: string
  /** One sentence. */
  about: string
  /** The line after "movie-recs", one form a line. */
  usage: readonly string[]
  options: NonNullable<ParseArgsConfig['options']>
  /** What stands behind options in its help where they do something else than in other commands. */
  help?: Readonly<Record<string, readonly [value: string, about: string]>>
  run: (values: Values, words: readonly string[], io: Io) => Promise<void>
}

/** A command line that cannot be understood: exit status 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The text of an option, undefined where it was not given. */
export function text(values: Values, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** The text of an option that must be there. */
export function needed(values: Values, name: string, what: string): string {
  const value = text(values, name)
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing: ${what}.`)
  return value
}

/** A number given as an option. */
export function number(
  values: Values,
  name: string,
  o: {whole?: boolean; min?: number; max?: number} = {}
): number | undefined {
  const value = text(values, name)
  if (value === undefined) return undefined
  const parsed = value.trim() === '' ? Number.NaN : Number(value)
  const {whole = false, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY} = o
  if (!Number.isFinite(parsed) || (whole && !Number.isInteger(parsed)) || parsed < min || parsed > max) {
    throw new UsageError(
      `--${name} takes ${whole ? 'a whole' : 'a'} number${rangeText(min, max)}, got "${value}".`
    )
  }
  return parsed
}
