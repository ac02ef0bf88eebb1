import {DataFormatError, type SkippedLine} from '../../errors'

export type Separator = '::' | '\t\t' | '\t' | ',' | ';' | '|' | ' '

/** What is wrong with a line, to be thrown. */
export type Problem = (expected: string, got: string, remedy: string) => DataFormatError | BadLine

/** What is wrong with a line that is left out: no `Error`, whose stack takes longer than reading the line. */
export class BadLine {
  constructor(
    readonly expected: string,
    readonly got: string
  ) {}
}

/** What is wrong with a line, as an error that names its place. */
export function problemAt(file: string, line: number): Problem {
  return (expected, got, remedy) => new DataFormatError(file, line, expected, got, remedy)
}

const leftOut: Problem = (expected, got) => new BadLine(expected, got)

/** How bad lines of a file are met: with an error, or left out and noted. */
export interface Meeting {
  readonly file: string
  readonly skip: boolean
  readonly skipped: SkippedLine[]
}

/** Does the work of one line; a bad one is noted and left out where `skip` asks for it. */
export function orSkip({file, skip, skipped}: Meeting, line: number, work: (problem: Problem) => void): void {
  if (!skip) {
    work(problemAt(file, line))
    return
  }
  try {
    work(leftOut)
  } catch (error) {
    if (!(error instanceof BadLine)) throw error
    skipLine(skipped, line, error.expected, error.got)
  }
}

export function skipLine(skipped: SkippedLine[], line: number, expected: string, got: string): void {
  skipped.push(Object.freeze({line, reason: `expected ${expected}, got ${got}`}))
}

/** A file without one line that could be read. */
export function nothingIn(file: string, what: string, skipped: readonly SkippedLine[]): DataFormatError {
  return new DataFormatError(
    file,
    skipped[0]?.line ?? 0,
    `at least one ${what}`,
    skipped.length === 0 ? 'a header and nothing below it' : `only bad lines (${skipped[0].reason})`,
    'Copy or download the file again.'
  )
}

/** Quotes that are not closed, or that stand in the middle of a field. */
export function brokenQuotes(text: string, problem: Problem): ReturnType<Problem> {
  return problem(
    'quotes around whole fields',
    quote(text),
    'Close the quote and double the quotes inside; the file may be cut.'
  )
}

export function expectFields(
  fields: readonly string[],
  wanted: number,
  separator: Separator,
  problem: Problem
): void {
  if (fields.length === wanted) return
  throw problem(
    `${wanted} fields divided by ${separator.startsWith('\t') ? 'tabs' : separator === ' ' ? 'spaces' : `'${separator}'`}`,
    `${fields.length === 1 ? '1 field' : `${fields.length} fields`}: ${quote(fields.join(separator))}`,
    fields.length < wanted
      ? 'The file may be cut: copy or download it again.'
      : 'Put fields that hold the separator in quotes.'
  )
}

/** The id in a field: any text but a negative number. */
export function readId(field: string, of: 'user' | 'movie', problem: Problem): string {
  const id = field.trim()
  if (id === '') throw problem(`a ${of} id`, fieldText(id), 'Fill it in, or leave the line out.')
  if (/^-\d+(\.\d+)?$/.test(id))
    throw problem(
      `a ${of} id from 0 up`,
      `the negative id ${quote(id)}`,
      'Renumber the ids, or leave the line out.'
    )
  return id
}

/** The place in a header of the first of these names that is in it, -1 where none is. Both in the form in which names are compared. */
export function placeOfName(header: readonly string[], names: readonly string[]): number {
  const name = names.find(one => header.includes(one))
  return name === undefined ? -1 : header.indexOf(name)
}

/** Whether a text is a decimal number, and nothing that only JavaScript takes for one. */
export function isNumber(text: string): boolean {
  return /^\s*[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)
}

/** A text for an error message: in quotes, controls escaped, at most 60 characters. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text
  return JSON.stringify(short)
}

/** A field for an error message. */
export function fieldText(field: string): string {
  return field.trim() === '' ? 'an empty field' : quote(field)
}
