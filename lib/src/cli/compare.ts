import type {EngineClass} from '../engines/engine'
import {RatingEngine} from '../engines/ratingEngine'
import {engineByName} from '../engines/registry'
import {crossValidate} from '../evaluate/protocols'
import {progressLine} from '../show/progressLine'
import {Table} from '../show/table'
import {type Command, needed, number, UsageError, type Values} from './command'
import {engineOptions, FILE_OPTIONS, ratingFiles, ratingsFrom} from './inputs'

export const compareCommand: Command = {
  name: 'compare',
  about: 'Cross-validates several engines on the same folds.',
  usage: [
    'compare --engines baseline,mf,item-neighbours --ratings r.csv [--set mf.factors=50 ...] [--folds 5] [--seed 1] [--json]'
  ],
  options: {
    ...FILE_OPTIONS,
    engines: {type: 'string'},
    set: {type: 'string', multiple: true},
    folds: {type: 'string'},
    seed: {type: 'string'},
    workers: {type: 'string'},
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    const names = needed(values, 'engines', 'names with commas between').split(',')
    const classes = names.map(name => {
      const Class = engineByName(name)
      if (Class === undefined || !(Class.prototype instanceof RatingEngine))
        throw new UsageError(`There is no engine "${name}" that predicts stars: see movie-recs engines.`)
      return Class
    })
    const options = optionsByEngine(classes, values)
    const folds = number(values, 'folds', {whole: true, min: 2}) ?? 5
    const seed = number(values, 'seed', {whole: true, min: 0}) ?? 1
    const workers = number(values, 'workers', {whole: true, min: 1, max: 256})
    const ratings = await ratingsFrom(ratingFiles(values), values, io)
    const line = progressLine()
    const rows = []
    try {
      for (const Class of classes) {
        const make = (): RatingEngine<any> => new Class(options.get(Class)) as RatingEngine<any>
        const table = await crossValidate(make, ratings, {
          folds,
          seed,
          signal: io.signal,
          onProgress: line.update,
          ...(workers === undefined ? {} : {workers})
        })
        const [mean, sd] = table.slice(-2)
        rows.push({
          engine: Class.spec.name,
          rmse: mean.rmse,
          rmseSd: sd.rmse,
          mae: mean.mae,
          maeSd: sd.mae,
          fitSeconds: mean.fitSeconds
        })
      }
    } finally {
      line.clear()
    }
    if (values.json === true)
      return io.out(JSON.stringify({folds, seed, ratings: ratings.length, engines: rows}, undefined, 2))
    io.out(new Table(rows, {decimals: {rmse: 4, rmseSd: 4, mae: 4, maeSd: 4, fitSeconds: 2}}).toString())
  }
}

/** The options of each engine, of --set mf.factors=50. */
function optionsByEngine(
  classes: readonly EngineClass[],
  values: Values
): ReadonlyMap<EngineClass, Record<string, unknown>> {
  const pairs = (values.set as string[] | undefined) ?? []
  const own = (name: string): string[] =>
    pairs.filter(pair => pair.startsWith(`${name}.`)).map(pair => pair.slice(name.length + 1))
  const stray = pairs.find(pair => !classes.some(({spec}) => pair.startsWith(`${spec.name}.`)))
  if (stray !== undefined)
    throw new UsageError(
      `--set ${stray}: expected one of the engines that are compared and a point before it, as in ${classes[0].spec.name}.${Object.keys(classes[0].spec.options)[0]}=….`
    )
  return new Map(classes.map(Class => [Class, engineOptions(Class, {set: own(Class.spec.name)})]))
}
