import type {OnSpark} from '../engines/elsewhere'
import type {Engine} from '../engines/engine'
import {type Io, text, UsageError, type Values} from './command'
import {columnsFrom, engineClass, engineOptions, FILE_OPTIONS, fitWithProgress, ratingFiles} from './inputs'

/** Options of a fit on Spark. */
export const SPARK_OPTIONS = {
  on: {type: 'string'},
  work: {type: 'string'},
  conf: {type: 'string', multiple: true}
} as const

/** What the reader here knows of files, and Spark's does not. */
const HERE_ALONE = Object.keys(FILE_OPTIONS).filter(
  name => !['ratings', 'movies', 'columns', 'no-header', 'duplicates'].includes(name)
)

/** Refuses, before any work, what has no effect. */
export function checkSpark(values: Values): void {
  const idle =
    values.on === undefined
      ? ['work', 'conf'].find(name => values[name] !== undefined)
      : [...HERE_ALONE, 'checkpoint', 'resume', 'workers'].find(name => values[name] !== undefined)
  if (idle === undefined) return
  throw new UsageError(
    values.on === undefined
      ? `--${idle} is for a fit on Spark: name its master by --on, or leave --${idle} out.`
      : `--${idle} has no effect on Spark. Leave it out.`
  )
}

/** The engine that --on, --work and --conf have Spark learn; notes what was guessed. */
export async function fittedOnSpark(values: Values, io: Io): Promise<Engine<any>> {
  const Class = engineClass(values)
  const engine = new Class(engineOptions(Class, values))
  const movies = text(values, 'movies')
  const work = text(values, 'work')
  const columns = columnsFrom(values)
  const source: OnSpark = {
    on: text(values, 'on') as string,
    ratings: ratingFiles(values),
    ...(movies === undefined ? {} : {movies}),
    ...(columns === undefined ? {} : {columns}),
    ...(values['no-header'] === true ? {header: false} : {}),
    ...(values.duplicates === undefined ? {} : {duplicates: values.duplicates as 'error' | 'mean' | 'sum'}),
    ...(work === undefined ? {} : {work}),
    ...(values['without-ratings'] === true ? {keep: false} : {}),
    conf: settings(values.conf as string[] | undefined)
  }
  await fitWithProgress(run => engine.fit(source, run), values, io)
  for (const warning of engine.train.warnings) io.note(warning)
  return engine
}

function settings(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map(pair => {
      const at = pair.indexOf('=')
      if (at < 1)
        throw new UsageError(`--conf takes name=value, as in spark.executor.memory=8g; got "${pair}".`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    })
  )
}
