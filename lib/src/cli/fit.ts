import {stat} from 'node:fs/promises'
import {saveEngine} from '../engines/modelFile'
import {checkWritable} from '../files/writeWhole'
import {type Command, needed, text, UsageError, type Values} from './command'
import {ENGINE_OPTIONS, engineClass, FILE_OPTIONS, fittedEngine} from './inputs'

export const fitCommand: Command = {
  name: 'fit',
  about: 'Fits an engine and writes it to a model file.',
  usage: [
    'fit --engine bayesian --ratings r.csv [--movies movies.csv] [--set factors=50 ...] --out model.mrec [--json]',
    'fit --engine bayesian --ratings r.csv --out model.mrec --checkpoint fit.ckpt [--resume]'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    out: {type: 'string'},
    checkpoint: {type: 'string'},
    resume: {type: 'boolean'},
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    checkCheckpoint(values)
    const out = needed(values, 'out', 'the model file to write')
    await checkWritable(out)
    const begun = performance.now()
    const engine = await fittedEngine(values, io)
    const fitSeconds = (performance.now() - begun) / 1000
    await saveEngine(engine, out)
    const {size} = await stat(out)
    if (values.json === true)
      return io.out(
        JSON.stringify(
          {engine: engine.name, options: engine.save().options, file: out, bytes: size, fitSeconds},
          undefined,
          2
        )
      )
    io.out(`${engine}`)
    io.out(`written to ${out}: ${(size / 1e6).toFixed(1)} MB, ${fitSeconds.toFixed(1)} s`)
  }
}

/** Refuses, before any file is read, a checkpoint that nobody would write or go on from. */
function checkCheckpoint(values: Values): void {
  const {name, resumes = false} = engineClass(values).spec
  const checkpoint = text(values, 'checkpoint')
  if (checkpoint !== undefined && !resumes)
    throw new UsageError(
      `--checkpoint: the fit of ${name} writes no checkpoint and cannot be resumed. Leave it out.`
    )
  if (values.resume === true && checkpoint === undefined)
    throw new UsageError('--resume needs the checkpoint to go on from: name it with --checkpoint FILE.')
}
