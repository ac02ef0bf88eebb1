import {isParquet} from '../../files/parquet/footer'
import {openParquet} from '../../files/parquet/openParquet'
import type {RowGroup} from '../../files/parquet/rowGroup'
import type {Line, NamedRows} from './readCatalogue'

/** The rows of a catalogue in Parquet, numbered from 1, times as ISO dates, lists of texts joined by |; undefined for a file of another kind. Columns of anything else are empty. */
export async function parquetRows(file: string): Promise<NamedRows | undefined> {
  if (!(await isParquet(file))) return undefined
  const table = await openParquet(file)
  const header = table.columns.map(({name}) => name)
  const read = table.columns
    .filter(({type}) => type !== 'other' && type !== 'list<float>')
    .map(({name}) => name)
  const lines: Line[] = []
  for await (const group of table.groups(read)) {
    const columns = header.map(name => (read.includes(name) ? textsOf(group, name) : () => ''))
    for (let row = 0; row < group.rows; row++)
      lines.push({line: group.before + row + 1, fields: columns.map(text => text(row))})
  }
  return {header, separator: ',', lines}
}

/** The last second that has a date. */
const LAST = 8.64e12

function textsOf(group: RowGroup, name: string): (row: number) => string {
  const {values, nulls, type} = group.column(name)
  return row => {
    const value = values[row]
    if (nulls?.[row] === 1 || Number.isNaN(value)) return ''
    if (type !== 'time') return String(value)
    return Math.abs(Number(value)) <= LAST ? new Date(1000 * Number(value)).toISOString().slice(0, 10) : ''
  }
}
