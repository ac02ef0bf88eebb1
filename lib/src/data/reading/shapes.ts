import {DataFormatError} from '../../errors'
import type {FileBytes} from './bytes'
import {isNumber, quote} from './fields'
import {bareLayout, findColumns, firstLines, notAHeader, type RatingLayout, ROLES, told} from './layout'
import type {RatingColumnNames} from './ratingColumns'

/** Files that are no rows of user, movie and rating, and can be made such. */
type Shape = 'blocks' | 'json' | 'matrix'

/** Rows made of a file of another shape, and how they are laid out. */
export interface Reshaped {
  readonly text: Buffer
  readonly layout: RatingLayout
}

/** Where Jester's matrix has no rating. */
const NO_RATING = 99

/** The shape of a file, by its first lines; undefined where its lines are rows. */
export function shapeOf(text: FileBytes): Shape | undefined {
  const lines = firstLines(text, 10).map(({text}) => text.trim())
  if (/^\d+:$/.test(lines[0])) return 'blocks'
  if (/^\{.*\}$/.test(lines[0])) return 'json'
  return lines.every(line => isRowOfMatrix(line.split(','))) ? 'matrix' : undefined
}

/** Jester's: how many ratings there are, and then a rating or 99 for each joke. */
function isRowOfMatrix(fields: readonly string[]): boolean {
  if (fields.length < 6 || !fields.every(isNumber)) return false
  return fields.slice(1).filter(field => Number(field) !== NO_RATING).length === Number(fields[0])
}

/** Makes rows of a file; line n becomes line n, but for a matrix. */
export function reshape(
  shape: Shape,
  {file, bytes, from, end}: FileBytes,
  columns: RatingColumnNames,
  scale: readonly [min: number, max: number]
): Reshaped {
  const lines = bytes.toString('utf8', from, end).split(/\r?\n/)
  if (shape === 'blocks') return ofBlocks(lines)
  return shape === 'json' ? ofJson(file, lines, columns) : ofMatrix(file, lines, scale)
}

/** The Netflix Prize: "1:", and below it user, rating and date of each rating of movie 1. */
function ofBlocks(lines: readonly string[]): Reshaped {
  let movie = ''
  const rows = lines.map(line => {
    const block = /^\s*(\d+):\s*$/.exec(line)
    if (block === null) return line.trim() === '' ? '' : `${movie},${line}`
    movie = block[1]
    return ''
  })
  // A movie, a user and a rating there must be, whatever the first row has.
  const fields = Math.max(3, rows.find(row => row !== '')?.split(',').length ?? 4)
  const place = {user: 1, movie: 0, rating: 2, timestamp: fields > 3 ? 3 : -1}
  const guess = `read as: blocks of a movie, as "1:", with rows of user, rating${fields > 3 ? ', date' : ''}.`
  return made(rows, bareLayout(',', fields, place, guess))
}

/** An object a line. A line that is none stays as it is, and is a bad line of the rows. */
function ofJson(file: string, lines: readonly string[], columns: RatingColumnNames): Reshaped {
  const objects = lines.map(objectIn)
  const keys = Object.keys(objects.find(one => one !== undefined) ?? {})
  const found = findColumns(file, 1, keys, columns)
  if (found === undefined) throw notAHeader(file, 1, keys)
  const roles = ROLES.filter(role => found[role] >= 0)
  const rows = objects.map((one, n) =>
    one === undefined ? lines[n] : roles.map(role => fieldOf(one[keys[found[role]]])).join('\t')
  )
  const place = {user: -1, movie: -1, rating: -1, timestamp: -1}
  for (const [k, role] of roles.entries()) place[role] = k
  const guess = told(found, k => keys[k])
  return made(rows, bareLayout('\t', roles.length, place, guess))
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function fieldOf(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : ''
}

function ofMatrix(
  file: string,
  lines: readonly string[],
  [lowest, highest]: readonly [number, number]
): Reshaped {
  const rows: string[] = []
  let user = 0
  for (const [n, line] of lines.entries()) {
    if (line.trim() === '') continue
    user++
    const fields = line.split(',')
    const off = fields
      .slice(1)
      .find(field => Number(field) !== NO_RATING && !(Number(field) >= lowest && Number(field) <= highest))
    if (!isRowOfMatrix(fields) || off !== undefined)
      throw new DataFormatError(
        file,
        n + 1,
        off === undefined
          ? 'a count of ratings, and then a rating or 99 for each movie'
          : `ratings from ${lowest} to ${highest}, or 99 for none`,
        quote(off ?? line),
        'Correct the line, or give the scale, as in scale: [-10, 10] or --scale -10,10.'
      )
    for (const [movie, field] of fields.slice(1).entries())
      if (Number(field) !== NO_RATING) rows.push(`${user},${movie + 1},${field}`)
  }
  const place = {user: 0, movie: 1, rating: 2, timestamp: -1}
  const guess = 'read as: a matrix, a user a line: the count of ratings, and a rating or 99 for each movie.'
  return made([...rows, ''], bareLayout(',', 3, place, guess))
}

function made(rows: readonly string[], layout: RatingLayout): Reshaped {
  return {text: Buffer.from(rows.join('\n')), layout}
}
