import {readFileSync} from 'node:fs'
import {ArgumentError} from '../errors'
import {Table, type TableOptions} from '../show/table'

type Cell = string | number | null

/**
 * A table of a record of measurements, as bench/results.json keeps them (`{tables: [{title, rows}]}`): the first one whose title begins so, which is its caption.
 * Texts that are numbers become numbers, shown with as many decimals as the most exact of their column; what is empty stays empty.
 * @throws ArgumentError where the file is no such record, or has no such table
 */
export function recordedTable(
  file: string,
  title: string,
  look: TableOptions = {}
): Table<Readonly<Record<string, Cell>>> {
  const tables = tablesOf(file)
  const found = tables.find(table => table.title.startsWith(title))
  if (found === undefined)
    throw new ArgumentError(
      `${file} has no table "${title}…". It has ${tables.map(table => table.title).join('; ')}.`
    )
  const decimals: Record<string, number> = {}
  const rows = found.rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([column, cell]) => {
        const text = String(cell)
        if (text.trim() === '') return [column, null]
        if (!/^-?\d+(\.\d+)?$/.test(text)) return [column, cell]
        const point = text.indexOf('.')
        decimals[column] = Math.max(decimals[column] ?? 0, point < 0 ? 0 : text.length - point - 1)
        return [column, Number(text)]
      })
    )
  )
  const {year: _counted, ...exact} = decimals
  return new Table(rows, {caption: found.title, ...look, decimals: {...exact, ...look.decimals}})
}

function tablesOf(file: string): Array<{title: string; rows: Array<Record<string, string | number>>}> {
  let record: any
  try {
    record = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ArgumentError(
      `${file}: expected a record of measurements, got ${(error as Error).message}. Give the path of bench/results.json.`
    )
  }
  if (!Array.isArray(record?.tables))
    throw new ArgumentError(`${file}: expected a record with tables, got none.`)
  return record.tables
}
