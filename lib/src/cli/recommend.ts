import type {Engine} from '../engines/engine'
import {typeOfIds} from '../files/parquet/typeOfIds'
import {checkWritable} from '../files/writeWhole'
import {count} from '../show/numbers'
import {progressLine} from '../show/progressLine'
import {Table} from '../show/table'
import {type Command, type Io, needed, number, UsageError, type Values} from './command'
import {STREAM_OPTIONS, writeStreamed} from './everyone'
import {checkWho, ENGINE_OPTIONS, FILE_OPTIONS, fittedEngine, WHO_OPTIONS, whoFrom} from './inputs'
import {interruptibly} from './interruptibly'
import {type ListRow, writeListFile} from './listFile'

export const recommendCommand: Command = {
  name: 'recommend',
  about: 'Lists the best movies for a user, for ratings typed in, or for everyone.',
  usage: [
    'recommend --engine item-neighbours --ratings r.csv [--movies movies.csv] --user 15 [-n 20] [--explain] [--json]',
    'recommend --model model.mrec --profile "2858=5,1=2" [-n 20] [--genre Drama] [--diversity 0.3] [--include-rated]',
    'recommend --model model.mrec --user 15 --years 1990-1999 --min-ratings 20 --except 2858 --except 1',
    'recommend --engine popularity --ratings r.csv',
    'recommend --model model.mrec --all-users -n 20 --out lists.csv        (or lists.parquet)',
    'recommend --model model.mrec --all-users --users-from factors.parquet [--part 3/16] [--ratings ratings.parquet] --out lists.parquet'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    model: {type: 'string'},
    ...WHO_OPTIONS,
    n: {type: 'string', short: 'n'},
    genre: {type: 'string', multiple: true},
    except: {type: 'string', multiple: true},
    years: {type: 'string'},
    'min-ratings': {type: 'string'},
    unknown: {type: 'string'},
    diversity: {type: 'string'},
    'include-rated': {type: 'boolean'},
    explain: {type: 'boolean'},
    'all-users': {type: 'boolean'},
    ...STREAM_OPTIONS,
    out: {type: 'string'},
    json: {type: 'boolean'}
  },
  help: {
    out: ['FILE', 'to write the lists of --all-users to: CSV, or Parquet where the name ends in .parquet']
  },
  async run(values, _words, io) {
    const list = listOptions(values)
    if (values['all-users'] === true) {
      for (const name of Object.keys(WHO_OPTIONS))
        if (values[name] !== undefined) throw new UsageError(`--all-users stands alone: leave --${name} out.`)
      if (values.unknown !== undefined)
        throw new UsageError('--all-users is of the users that the model knows: leave --unknown out.')
      for (const name of ['explain', 'json'])
        if (values[name] === true)
          throw new UsageError(`--all-users writes a file of lists: leave --${name} out.`)
      const out = needed(values, 'out', 'the file to write the lists to, a CSV or, by its name, a .parquet')
      if (values['users-from'] !== undefined) {
        if (list.diversity !== 0)
          throw new UsageError('--users-from makes lists of the best scores: leave --diversity out.')
        const {n, genres, except, years, minRatings} = list
        return writeStreamed(values, out, {n, genres, except, years, minRatings}, io)
      }
      if (values.part !== undefined)
        throw new UsageError('--part is of the users of --users-from: leave --part out.')
      await checkWritable(out)
      return writeLists(await fittedEngine(values, io), out, list, io)
    }
    for (const name of Object.keys(STREAM_OPTIONS))
      if (values[name] !== undefined)
        throw new UsageError(`--${name} goes with --all-users: leave --${name} out.`)
    if (values.out !== undefined)
      throw new UsageError('--out goes with --all-users; a single list is printed: leave --out out.')
    // What most people rated is the same for everyone; which engine a model is of is known once it is read.
    const nobody = Object.keys(WHO_OPTIONS).every(name => values[name] === undefined)
    const impersonal = (name: unknown): boolean => name === 'popularity'
    if (!nobody || (values.model === undefined && !impersonal(values.engine))) checkWho(values)
    const engine = await fittedEngine(values, io)
    if (nobody && !impersonal(engine.name)) checkWho(values)
    const who = nobody ? [] : await whoFrom(values, engine, io)
    const rows = interruptibly(() => engine.recommend(who, list))
    if (rows[0]?.fallback !== undefined && !nobody)
      io.note(
        'Nothing is known of whom this list is for: it is what most people rated, and its scores are how many they are.'
      )
    if (values.explain !== true)
      return io.out(values.json === true ? JSON.stringify(rows, undefined, 2) : rows.toString())
    const explained = rows.map(row => {
      if (row.fallback !== undefined)
        return {...row, terms: [], sentence: `${row.title} was rated by ${count(row.score)} people.`}
      const {terms, sentence} = interruptibly(() => engine.explain(who, row.movieId))
      return {...row, terms, sentence}
    })
    if (values.json === true) return io.out(JSON.stringify(explained, undefined, 2))
    io.out(
      new Table(explained, {
        columns: ['movieId', 'title', 'score', 'sentence'],
        decimals: {score: 4}
      }).toString()
    )
  }
}

interface ListOptions {
  n: number
  diversity: number
  includeRated: boolean
  genres?: string[]
  except?: string[]
  years?: [number, number]
  minRatings?: number
  unknown?: 'popular'
}

function listOptions(values: Values): ListOptions {
  const genres = values.genre as string[] | undefined
  const except = values.except as string[] | undefined
  const minRatings = number(values, 'min-ratings', {whole: true, min: 0})
  const years = yearsOf(values.years as string | undefined)
  if (values.unknown !== undefined && values.unknown !== 'popular' && values.unknown !== 'error')
    throw new UsageError(`--unknown takes error or popular, got "${values.unknown}".`)
  return {
    n: number(values, 'n', {whole: true, min: 1}) ?? 10,
    diversity: number(values, 'diversity', {min: 0, max: 1}) ?? 0,
    includeRated: values['include-rated'] === true,
    ...(genres === undefined ? {} : {genres}),
    ...(except === undefined ? {} : {except}),
    ...(years === undefined ? {} : {years}),
    ...(minRatings === undefined ? {} : {minRatings}),
    ...(values.unknown === 'popular' ? {unknown: 'popular'} : {})
  }
}

/** "1990-1999", "1994", "1990-" or "-1999". */
function yearsOf(typed: string | undefined): [number, number] | undefined {
  if (typed === undefined) return undefined
  const [, from, dash, to] = /^\s*(\d{4})?\s*(-)?\s*(\d{4})?\s*$/.exec(typed) ?? []
  if (from === undefined && to === undefined)
    throw new UsageError(`--years takes years as in 1990-1999, 1990- or -1999, got "${typed}".`)
  const last = dash === undefined ? (from ?? to) : to
  return [Number(from ?? Number.NEGATIVE_INFINITY), Number(last ?? Number.POSITIVE_INFINITY)]
}

/** Every user's list, as they are made. */
async function writeLists(engine: Engine<any>, out: string, list: ListOptions, io: Io): Promise<void> {
  const total = engine.train.userCount
  const line = progressLine()
  const begun = performance.now()
  let done = 0
  async function* rows(): AsyncGenerator<ListRow> {
    for await (const {userId, movies} of engine.recommendAll({...list, signal: io.signal})) {
      for (const [k, {movieId, title, score}] of movies.entries())
        yield [userId, k + 1, movieId, title, score]
      line.update({task: 'writing lists', done: ++done, total, seconds: (performance.now() - begun) / 1000})
    }
  }
  try {
    const {userIds, movieIds} = engine.train.frame
    await writeListFile(out, rows(), typeOfIds(userIds.ids), typeOfIds(movieIds.ids))
  } finally {
    line.clear()
  }
  io.note(`Wrote lists of ${count(done)} users to ${out}.`)
}
