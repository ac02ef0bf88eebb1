import {brief, printable} from '../printable'
import {type DataFrame, dataFrame} from './dataFrame'
import {show} from './display'
import {escapeHtml} from './html'
import {printAsText} from './inspect'
import {count} from './numbers'

/** How a column is shown: its heading and its number of decimals; columns without one are shown as they are. */
export interface TableOptions {
  /** The columns to show, in their order. @default all */
  columns?: readonly string[]
  /** What columns are called, where it is not their name. */
  headings?: Record<string, string>
  /** Digits behind the point, by column. */
  decimals?: Record<string, number>
  /** A heading. */
  caption?: string
  /** What the reader should know of the rows: shown below them. */
  note?: string
}

/**
 * A short list of rows that knows how to show itself: an array in every respect, printed as aligned text, as an HTML table
 * in a notebook (`show()`), as plain rows in JSON. Frozen: `map`, `filter` and `slice` give ordinary arrays.
 */
export class Table<Row extends object = Record<string, unknown>> extends Array<Row> {
  /** The columns that are shown, in their order. */
  readonly columns: readonly string[]
  /** Its heading, empty for none. */
  readonly caption: string
  /** What stands below the table: what should be known of its rows. Empty for nothing. */
  readonly note: string
  private readonly look: TableOptions

  /** @internal What is made of a table, by `map` say, is an ordinary array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  constructor(rows: Iterable<Row> = [], look: TableOptions = {}) {
    super()
    for (const row of rows) this.push(row)
    this.columns = look.columns ?? columnsOf(this)
    this.caption = look.caption ?? ''
    this.note = look.note ?? ''
    this.look = look
    // The presentation is not part of the rows: hidden from JSON, spreads and comparisons.
    for (const key of ['columns', 'caption', 'note', 'look'])
      Object.defineProperty(this, key, {enumerable: false})
    Object.freeze(this)
  }

  /** The table itself: it is an array of its rows. */
  get rows(): ReadonlyArray<Row> {
    return this
  }

  /** The values of one column. */
  column<K extends keyof Row>(name: K): Array<Row[K]> {
    return Array.from(this, row => row[name])
  }

  /** The first rows, shown in the same way. */
  head(n = 5): Table<Row> {
    return new Table(this.slice(0, n), {...this.look, columns: this.columns})
  }

  /** Rows as plain objects: what JSON.stringify writes. */
  toJSON(): Row[] {
    return Array.from(this)
  }

  /** The rows as a danfojs DataFrame, for all that danfojs can do with it. */
  toDataFrame(): DataFrame {
    return dataFrame(
      Object.fromEntries(
        this.columns.map(column => [column, this.map(row => (row as Record<string, unknown>)[column])])
      )
    )
  }

  /** A danfojs DataFrame as a table, for showing it; names of its rows, as `describe()` makes them, are the first column. */
  static ofDataFrame(frame: DataFrame, look: TableOptions = {}): Table {
    const named = frame.index.some((name: unknown) => typeof name === 'string')
    const rows = frame.values.map((values, r) => ({
      ...(named ? {'': frame.index[r]} : {}),
      ...Object.fromEntries(frame.columns.map((column, c) => [column, values[c]]))
    }))
    return new Table(rows, {columns: named ? ['', ...frame.columns] : frame.columns, ...look})
  }

  override toString(): string {
    const headings = this.columns.map(column => this.heading(column))
    const cells = Array.from(this, row => this.columns.map(column => inLine(this.cell(row, column))))
    const widths = headings.map((heading, c) => Math.max(width(heading), ...cells.map(row => width(row[c]))))
    const numeric = this.columns.map(column => this.isNumeric(column))
    const line = (row: readonly string[]): string =>
      row
        .map((text, c) =>
          numeric[c] ? ' '.repeat(widths[c] - width(text)) + text : text + ' '.repeat(widths[c] - width(text))
        )
        .join('  ')
        .trimEnd()
    const body = [line(headings), widths.map(w => '─'.repeat(w)).join('  '), ...cells.map(line)]
    return [this.caption, ...body, this.note].filter(text => text !== '').join('\n')
  }

  /** An HTML table; every text is escaped, so a title can never become markup. */
  toHTML(): string {
    const numeric = this.columns.map(column => this.isNumeric(column))
    const align = (c: number): string => ` style="text-align:${numeric[c] ? 'right' : 'left'}"`
    // A column of names has no heading: an empty one would be read out as one that says nothing.
    const head = this.columns.map((column, c) => {
      const heading = escapeHtml(this.heading(column))
      return heading === '' ? '<td></td>' : `<th scope="col"${align(c)}>${heading}</th>`
    })
    const body = Array.from(
      this,
      row =>
        `<tr>${this.columns.map((column, c) => `<td${align(c)}>${escapeHtml(this.cell(row, column))}</td>`).join('')}</tr>`
    )
    const caption = this.caption === '' ? '' : `<caption>${escapeHtml(this.caption)}</caption>`
    const foot =
      this.note === ''
        ? ''
        : `<tfoot><tr><td colspan="${this.columns.length}" style="text-align:left">${escapeHtml(this.note)}</td></tr></tfoot>`
    return `<table class="movie-recs">${caption}<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody>${foot}</table>`
  }

  /** Draws the table in the notebook cell that runs. */
  show(): void {
    show({'text/html': this.toHTML(), 'text/plain': this.toString()})
  }

  private heading(column: string): string {
    return this.look.headings?.[column] ?? column
  }

  private isNumeric(column: string): boolean {
    return (
      this.length > 0 &&
      this.every(row => {
        const value = (row as Record<string, unknown>)[column]
        return value === undefined || value === null || typeof value === 'number'
      })
    )
  }

  private cell(row: Row, column: string): string {
    const value = (row as Record<string, unknown>)[column]
    if (value === undefined || value === null) return ''
    if (typeof value === 'number') return formatNumber(value, this.look.decimals?.[column], column)
    if (Array.isArray(value)) return printable(value.map(String).join(', '))
    return printable(String(value))
  }
}

printAsText(Table)

function columnsOf(rows: ReadonlyArray<object>): string[] {
  const names = new Set<string>()
  for (const row of rows) for (const name of Object.keys(row)) names.add(name)
  return [...names]
}

function formatNumber(value: number, decimals: number | undefined, column: string): string {
  if (decimals !== undefined)
    return value.toLocaleString('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals})
  if (Number.isInteger(value)) return /id$|year/i.test(column) ? String(value) : count(value)
  return Math.abs(value) >= 0.001 || value === 0 ? value.toFixed(4) : value.toPrecision(3)
}

/** Characters of a cell in text, at most. */
const WIDEST = 200

/** A cell's text on one line of a terminal. */
function inLine(text: string): string {
  return brief(text.replaceAll(/[\n\t]/g, ' '), WIDEST)
}

/** Columns a text takes on a terminal: combining marks none, East Asian wide characters two. */
function width(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{Mn}/u.test(character)) continue
    columns += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(character) ? 2 : 1
  }
  return columns
}
