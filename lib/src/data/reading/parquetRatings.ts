import {OptionError, ParquetError} from '../../errors'
import {openParquet} from '../../files/parquet/openParquet'
import type {RowGroup} from '../../files/parquet/rowGroup'
import {orSkip} from './fields'
import {findColumns, NONE, namedLayout, type RatingLayout, ROLES, type Role} from './layout'
import {addRow, type Cursor, IdColumn, type ParsedRatings, type ParseOptions, readRow} from './parseRatings'
import type {RatingColumnNames} from './ratingColumns'

/** The ratings of a Parquet file, and how its columns were taken. */
export interface ParquetRatings {
  readonly layout: RatingLayout
  readonly how: ParseOptions
  readonly parsed: ParsedRatings
}

/** Ids below this are kept as they are, as `IdColumn` has it. */
const SMALL_IDS = 1e9

/**
 * Reads the ratings of a Parquet file, a row group at a time. Rows whose ids are small whole numbers are copied column by column; all others
 * become the fields of a line and are read as one, so that what is refused in a text is refused here, and named by its row.
 * @throws ParquetError, DataFormatError
 */
export async function parseParquet(
  file: string,
  columns: RatingColumnNames,
  header: boolean | undefined,
  howFor: (layout: RatingLayout) => ParseOptions
): Promise<ParquetRatings> {
  if (header === false)
    throw new OptionError(
      'header',
      header,
      `${file}: a Parquet file names its columns. Leave header: false (--no-header) out.`
    )
  const table = await openParquet(file)
  const names = table.columns.map(({name}) => name)
  const place = findColumns(file, 0, names, columns)
  if (place === undefined) throw noColumns(file, names)
  const layout = namedLayout(',', names, place, columns)
  const roles = ROLES.filter(role => place[role] >= 0)
  const nameOf = (role: Role): string => names[place[role]]
  const how = howFor(layout)
  const reading = new Reading(file, table.rows, roles, nameOf, how)
  for await (const group of table.groups([...new Set(roles.map(nameOf))])) reading.take(group)
  return {layout, how, parsed: reading.out}
}

function noColumns(file: string, names: readonly string[]): ParquetError {
  return new ParquetError(
    'column',
    file,
    0,
    'columns that name users, movies and ratings',
    names.join(', '),
    `Say which they are: --columns user=uid,movie=asin,rating=stars (columns: {user: 'uid', …}). Rows without ratings are read as clicks by --columns rating=${NONE}.`
  )
}

class Reading {
  readonly out: ParsedRatings
  /** How the fields of a row that is read as a line are laid out. */
  private readonly line: RatingLayout
  private readonly kinds: Pick<Cursor, 'kind'> = {kind: {user: undefined, movie: undefined}}

  constructor(
    private readonly file: string,
    rows: number,
    private readonly roles: readonly Role[],
    private readonly nameOf: (role: Role) => string,
    private readonly how: ParseOptions
  ) {
    const timed = roles.includes('timestamp')
    this.out = {
      length: 0,
      users: new IdColumn(rows),
      movies: new IdColumn(rows),
      r: new Float32Array(rows),
      t: timed ? new Float64Array(rows) : undefined,
      lines: undefined,
      skipped: [],
      bad: [],
      warnings: []
    }
    const place = {user: -1, movie: -1, rating: -1, timestamp: -1}
    for (const [k, role] of roles.entries()) place[role] = k
    this.line = {
      separator: ',',
      header: true,
      fields: roles.length,
      place,
      movieLens: false,
      guess: undefined
    }
  }

  take(group: RowGroup): void {
    if (this.isPlain(group)) this.copy(group)
    else this.readLines(group)
  }

  /** Whether every row has two small whole ids, a rating on the scale and a time. */
  private isPlain(group: RowGroup): boolean {
    const {users, movies} = this.out
    if (users.texts !== undefined || movies.texts !== undefined) return false
    const [lowest, highest] = this.how.scale
    return this.roles.every(role => {
      const {values, nulls, type} = group.column(this.nameOf(role))
      if (nulls !== undefined || Array.isArray(values) || values instanceof BigInt64Array) return false
      if (values instanceof BigUint64Array) return false
      if (role === 'timestamp') return all(values, Number.isFinite)
      if (type === 'time') return false
      return role === 'rating'
        ? all(values, r => r >= lowest && r <= highest && Number.isFinite(Math.fround(r)))
        : all(values, id => id >= 0 && id < SMALL_IDS && Number.isInteger(id))
    })
  }

  private copy(group: RowGroup): void {
    const {out, roles, nameOf} = this
    const {users, movies, r, t, length} = out
    for (const role of roles) {
      const to = {user: users.values, movie: movies.values, rating: r, timestamp: t}[role]
      to?.set(group.numbers(nameOf(role)), length)
    }
    if (!roles.includes('rating')) r.fill(1, length, length + group.rows)
    this.kinds.kind.user ??= 'number'
    this.kinds.kind.movie ??= 'number'
    out.length += group.rows
  }

  private readLines(group: RowGroup): void {
    const {out, how, file} = this
    const columns = this.roles.map(role => textsOf(group, this.nameOf(role), role, file))
    for (let row = 0; row < group.rows; row++) {
      const bad = out.skipped.length
      const line = group.before + row + 1
      orSkip({file, skip: how.skip, skipped: out.skipped}, line, problem => {
        const fields = columns.map(text => text(row))
        addRow(readRow(fields.join(','), fields, problem, this.line, how, this.kinds), out, line)
      })
      if (out.skipped.length > bad) out.bad.push(out.length + out.bad.length)
    }
  }
}

function all(values: ArrayLike<number>, isGood: (value: number) => boolean): boolean {
  for (let n = 0; n < values.length; n++) if (!isGood(values[n])) return false
  return true
}

/** What stands in each row of a column, as a text would have it; '' where nothing does, or NaN, which data frames have for it. */
function textsOf(group: RowGroup, name: string, role: Role, file: string): (row: number) => string {
  const {values, nulls, type} = group.column(name)
  if (type === 'time' && role !== 'timestamp')
    throw new ParquetError(
      'type',
      file,
      0,
      `a ${role} in the column ${name}`,
      'times',
      'Name another column.'
    )
  return row => (nulls?.[row] === 1 || Number.isNaN(values[row]) ? '' : String(values[row]))
}
