import type {Separator} from './fields'

/** A quoted field may run over lines, but not for longer than this: a quote that is never closed is a bad line, not the end. */
export const LONGEST_RECORD: number = 1 << 16

/** One record of a file: a line, or more where a quoted field runs over them. */
export interface TextRecord {
  /** Without the line end. */
  readonly text: string
  readonly lines: number
  /** Undefined where quotes are broken: then it is the first line alone. */
  readonly fields: string[] | undefined
  /** The place of the line below it. */
  readonly below: number
}

/** A line without LF, and the place of the one below it. */
export interface LineAt {
  readonly text: string
  readonly below: number
}

/** The line at a place, counted in characters or bytes; undefined at the end, or where nothing more can be seen. */
export type Lines = (place: number) => LineAt | undefined

/** The lines of a text that is in memory. */
export function linesIn(text: string): Lines {
  return place => {
    if (place > text.length) return undefined
    const end = text.indexOf('\n', place)
    return end < 0
      ? {text: text.slice(place), below: text.length + 1}
      : {text: text.slice(place, end), below: end + 1}
  }
}

/**
 * Reads records, one below the other. A line whose quote stays open is a bad line by itself, and the one below it begins a record again, which
 * may be as long: so that no line is read again for each of those above it, what becomes of an open quote is remembered. It depends on the
 * lines below alone, not on where the quote was opened. Takes time in proportion to the text, whatever stands in it.
 */
export class Records {
  /** A quote that is open at a line from `from` to `to` is open at `to`, where it is `broken` or where nobody has read on. */
  private readonly open = {from: 0, to: -1, broken: false}

  constructor(
    private readonly lines: Lines,
    private readonly separator: Separator,
    private readonly quoted = true
  ) {}

  /** The record that begins at a place. Records are asked for in the order of the file. */
  at(start: number): TextRecord {
    const {text: line, below} = this.lines(start) ?? {text: '', below: start + 1}
    const text = withoutCr(line)
    const fields = fieldsOf(text, this.separator, this.quoted)
    if (fields !== 'open') return {text, lines: 1, below, fields: fields === 'broken' ? undefined : fields}
    const end = this.close(start, below)
    return end === undefined ? {text, lines: 1, below, fields: undefined} : this.over(start, end)
  }

  /** Where the record ends whose quote is open at the line below the first; undefined where it is not closed. */
  private close(start: number, below: number): number | undefined {
    const {open, lines, separator} = this
    if (below < open.from || below > open.to) Object.assign(open, {from: below, to: below, broken: false})
    while (!open.broken && open.to - 1 - start < LONGEST_RECORD) {
      const line = lines(open.to)
      if (line === undefined) return undefined
      const fields = fieldsOf(withoutCr(line.text), separator, true, true)
      if (Array.isArray(fields)) return line.below
      if (fields === 'broken') open.broken = true
      else open.to = line.below
    }
    return undefined
  }

  /** The record over the lines from one place to another, whose quotes are known to be closed there. */
  private over(start: number, end: number): TextRecord {
    const parts: string[] = []
    for (let place = start; place < end; ) {
      const {text, below} = this.lines(place) as LineAt
      parts.push(text)
      place = below
    }
    const text = withoutCr(parts.join('\n'))
    const fields = fieldsOf(text, this.separator, this.quoted) as string[]
    return {text, lines: parts.length, below: end, fields}
  }
}

/**
 * The fields of one line, quotes taken off where they are `quoted`; undefined where a quote is not closed or stands in the middle of a
 * field.
 */
export function splitLine(text: string, separator: Separator, quoted = true): string[] | undefined {
  const fields = fieldsOf(text, separator, quoted)
  return Array.isArray(fields) ? fields : undefined
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/**
 * The fields of a text that begins a record, or is `inside` a quoted field; `open` where it ends in one, `broken` where a quote stands in
 * the middle of a field. By hand, since csv-parse 7 knows one way of escaping a quote in a file, takes all that stands behind a quote never
 * closed for one bad record, and needs seven times as long.
 */
function fieldsOf(
  text: string,
  separator: Separator,
  quoted: boolean,
  inside = false
): string[] | 'open' | 'broken' {
  if (inside && !text.includes('"')) return 'open'
  if (!quoted || separator === '::' || separator === '|' || !text.includes('"')) return text.split(separator)
  const fields: string[] = []
  let field = inside ? '' : undefined
  for (let at = 0; ; ) {
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
    if (next < 0) return 'open'
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
    if (text[at] !== separator) return 'broken'
    at++
  }
}

/** The quote that opens a field, behind spaces, too; -1 where none does. */
function openingQuote(text: string, at: number, separator: Separator): number {
  let from = at
  while (separator !== ' ' && text[from] === ' ') from++
  return text[from] === '"' ? from : -1
}
