import {loadEngine} from '../engines/modelFile/load'
import {InterruptedError} from '../errors'
import type {StreamListsOptions} from '../everyone/streamLists'
import {writeLists} from '../everyone/writeLists'
import {count} from '../show/numbers'
import {type Io, needed, number, text, UsageError, type Values} from './command'
import {columnNames, ENGINE_OPTIONS, FILE_OPTIONS, watched} from './inputs'

/** Options of lists whose users come from a file of factors. */
export const STREAM_OPTIONS = {
  'users-from': {type: 'string'},
  part: {type: 'string'}
} as const

/** Of the options of files and engines, those that have an effect there. */
const TAKEN = ['ratings', 'columns', 'workers']

/** Writes the lists of --users-from, or of its --part, beside --ratings. */
export async function writeStreamed(
  values: Values,
  out: string,
  {n, ...list}: Pick<StreamListsOptions, 'n' | 'genres' | 'except' | 'years' | 'minRatings'>,
  io: Io
): Promise<void> {
  const users = needed(values, 'users-from', 'the factors of users, in Parquet')
  const model = needed(values, 'model', 'the model that has the factors of movies')
  const idle = Object.keys({...ENGINE_OPTIONS, ...FILE_OPTIONS}).find(
    name => values[name] !== undefined && !TAKEN.includes(name)
  )
  if (idle !== undefined)
    throw new UsageError(`--users-from goes with a fitted --model: leave --${idle} out.`)
  const ratings = ratingsBeside(values)
  if (ratings === undefined) {
    if (values.columns !== undefined) throw new UsageError('--columns are of --ratings: leave --columns out.')
    if (values['include-rated'] !== true)
      io.note('Without --ratings nobody knows who rated what: movies that were rated stay on the lists.')
  } else if (values['include-rated'] === true)
    throw new UsageError('--include-rated leaves rated movies on the lists: leave it out, or --ratings.')
  const part = partFrom(text(values, 'part'))
  const columns = text(values, 'columns')
  const workers = number(values, 'workers', {whole: true, min: 1, max: 256})
  const engine = await loadEngine(model)
  const how = {
    ...list,
    users,
    n,
    ...(ratings === undefined ? {} : {ratings}),
    ...(columns === undefined ? {} : {columns: columnNames('columns', columns, ['user', 'movie'])}),
    ...(workers === undefined ? {} : {workers}),
    ...(part === undefined ? {} : {part})
  }
  const written = await watched(run => writeLists(engine, out, {...how, ...run}), io).catch(error => {
    if (error instanceof InterruptedError)
      io.note('What is written whole stays: the same command goes on from there.')
    throw error
  })
  const {seen, unknown} = written.ratings
  if (unknown > 0)
    io.note(
      `${count(unknown)} of ${count(seen)} ratings beside the users are of movies that the model does not know.`
    )
  const before = written.kept === 0 ? '' : ` Those of ${count(written.kept)} users stood there already.`
  io.note(
    `Wrote lists of ${count(written.users)} users to ${out}, ${count(written.files.length)} files.${before}`
  )
}

function ratingsBeside(values: Values): string | undefined {
  const files = values.ratings as string[] | undefined
  if (files === undefined) return undefined
  if (files.length > 1 || files[0] === '')
    throw new UsageError('--ratings beside --users-from is one Parquet file, or a folder of parts.')
  return files[0]
}

/** "3/16" */
function partFrom(given: string | undefined): [number, number] | undefined {
  if (given === undefined) return undefined
  const [, k, of] = /^\s*([1-9]\d*)\s*\/\s*([1-9]\d*)\s*$/.exec(given) ?? []
  if (of === undefined || Number(k) > Number(of))
    throw new UsageError(`--part takes a part of how many, as in 3/16; got "${given}".`)
  return [Number(k), Number(of)]
}
