import {DataFormatError, type SkippedLine} from '../../errors'

export type Separator = '::' | '\t\t' | '\t' | ',' | ';' | '|' | ' '

/** What is wrong with a line, as an error that names its place. */
export type Problem = (expected: string, got: string, remedy: string) => DataFormatError

export function problemAt(file: string, line: number): Problem {
  return (expected, got, remedy) => new DataFormatError(file, line, expected, got, remedy)
}

/** Does the work of one line; a bad line is noted and left out where `skip` asks for it. */
export function orSkip(skip: boolean, skipped: SkippedLine[], line: number, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!skip || !(error instanceof DataFormatError)) throw error
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
export function brokenQuotes(text: string, problem: Problem): DataFormatError {
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

/**
 * The fields of one line, quotes taken off where they are `quoted`; undefined where a quote is not closed or stands in the middle of a
 * field.
 */
export function splitLine(text: string, separator: Separator, quoted = true): string[] | undefined {
  const fields = fieldsOf(text, separator, quoted)
  return Array.isArray(fields) ? fields : undefined
}

/** A quoted field may run over lines, but not for longer than this: a quote that is never closed is a bad line, not the end. */
export const LONGEST_RECORD: number = 1 << 16

/** One record of a file: a line, or more where a quoted field runs over them. */
export interface TextRecord {
  /** Without the line end. */
  readonly text: string
  readonly lines: number
  /** Undefined where quotes are broken: then it is the first line alone. */
  readonly fields: string[] | undefined
}

/** The record that begins with a line; `next` gives the lines below it, without LF, and undefined at the end. */
export function readRecord(
  line: string,
  next: () => string | undefined,
  separator: Separator,
  quoted = true
): TextRecord {
  const first = withoutCr(line)
  let fields = fieldsOf(first, separator, quoted)
  let text = line
  let lines = 1
  while (isOpen(fields) && text.length < LONGEST_RECORD) {
    const more = next()
    if (more === undefined) break
    text += `\n${more}`
    lines++
    if (more.includes('"')) fields = fieldsOf(withoutCr(text), separator, quoted, fields)
  }
  return Array.isArray(fields)
    ? {text: withoutCr(text), lines, fields}
    : {text: first, lines: 1, fields: undefined}
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Where a text ends inside a quoted field: the fields before, what is read of this one, and the place from which it goes on. */
interface OpenField {
  readonly fields: string[]
  readonly field: string
  readonly at: number
}

function isOpen(fields: string[] | OpenField | undefined): fields is OpenField {
  return fields !== undefined && !Array.isArray(fields)
}

/**
 * The fields of a text, of which a part may have been read; undefined where a quote stands in the middle of a field. By hand, since
 * csv-parse 7 knows one way of escaping a quote in a file, takes all that stands behind a quote never closed for one bad record, and needs
 * seven times as long.
 */
function fieldsOf(
  text: string,
  separator: Separator,
  quoted: boolean,
  open?: OpenField
): string[] | OpenField | undefined {
  if (!quoted || separator === '::' || separator === '|' || !text.includes('"')) return text.split(separator)
  const fields: string[] = open?.fields ?? []
  let field = open?.field
  for (let at = open?.at ?? 0; ; ) {
    if (field === undefined) {
      const opening = openingQuote(text, at, separator)
      if (opening < 0) {
        const next = text.indexOf(separator, at)
        fields.push(next < 0 ? text.slice(at) : text.slice(at, next))
        if (next < 0) return fields
        at = next + 1
        continue
      }
      at = opening + 1
      field = ''
    }
    const next = text.indexOf('"', at)
    if (next < 0) return {fields, field, at}
    const after = text[next + 1]
    if (next > at && text[next - 1] === '\\' && after !== undefined && after !== separator) {
      // Some escape a quote by a backslash where others double it.
      field += `${text.slice(at, next - 1)}"`
      at = next + 1
      continue
    }
    field += text.slice(at, next)
    at = next + 1
    if (text[at] === '"') {
      field += '"'
      at++
      continue
    }
    fields.push(field)
    field = undefined
    if (at === text.length) return fields
    if (text[at] !== separator) return undefined
    at++
  }
}

/** The quote that opens a field, behind spaces, too; -1 where none does. */
function openingQuote(text: string, at: number, separator: Separator): number {
  let from = at
  while (separator !== ' ' && text[from] === ' ') from++
  return text[from] === '"' ? from : -1
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
