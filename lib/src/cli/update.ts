import {stat} from 'node:fs/promises'
import {loadEngine} from '../engines/modelFile/load'
import {saveEngine} from '../engines/modelFile/save'
import {OUTDATED} from '../engines/update'
import {UpdateError} from '../errors'
import {checkWritable} from '../files/writeWhole'
import {percent} from '../show/numbers'
import {type Command, needed} from './command'
import {FILE_OPTIONS, fitWithProgress, ratingFiles, ratingsFrom} from './inputs'
import {interruptibly} from './interruptibly'

export const updateCommand: Command = {
  name: 'update',
  about: 'Takes new ratings into a model file, without a fit where the engine can.',
  usage: ['update --model model.mrec --ratings new.csv [--movies movies.csv] --out newer.mrec [--json]'],
  options: {
    model: {type: 'string'},
    ...FILE_OPTIONS,
    workers: {type: 'string'},
    out: {type: 'string'},
    json: {type: 'boolean'}
  },
  help: {
    ratings: ['FILE', 'the new ratings, in any layout; parts of one by giving it again'],
    scale: ['FROM,TO', 'ends of the ratings; those of the model where it is not given'],
    out: ['FILE', 'the model file to write; it may be --model itself']
  },
  async run(values, _words, io) {
    const model = needed(values, 'model', 'the model file to update')
    const files = ratingFiles(values)
    const out = needed(values, 'out', 'the model file to write')
    await checkWritable(out)
    const engine = await interruptibly(() => loadEngine(model))
    const {updates} = engine.spec
    if (updates === undefined)
      throw new UpdateError(
        `${model}: ${engine.name} takes in no new ratings. Fit again on all of them: movie-recs fit --engine ${engine.name} --ratings OLD --ratings NEW --out ${out}.`
      )
    const {clicks, scale} = engine.train
    const read = clicks || values.scale !== undefined ? values : {...values, scale: scale.join(',')}
    const ratings = await ratingsFrom(files, read, io)
    const updated = await fitWithProgress(run => engine.update(ratings, run), values, io)
    for (const warning of updated.warnings) io.note(warning)
    await saveEngine(engine, out)
    const {size} = await stat(out)
    if (updated.sinceFit.share > OUTDATED)
      io.note(
        `${percent(updated.sinceFit.share)} of the ratings are newer than the fit, more than ${percent(OUTDATED, 0)}: fit again on all of them.`
      )
    if (values.json === true)
      return io.out(
        JSON.stringify({engine: engine.name, updates, ...updated, file: out, bytes: size}, undefined, 2)
      )
    io.out(`${updated}`)
    io.out(
      updates === 'anew'
        ? `${engine.name} was learned anew from all ${engine.train}, as a fit would.`
        : `${engine.name} on ${engine.train}.`
    )
    io.out(`written to ${out}: ${(size / 1e6).toFixed(1)} MB, ${updated.seconds.toFixed(1)} s`)
  }
}
