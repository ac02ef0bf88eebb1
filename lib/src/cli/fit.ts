import {stat} from 'node:fs/promises'
import type {Engine} from '../engines/engine'
import {saveEngine} from '../engines/modelFile/save'
import {Neighbours} from '../engines/neighbours/neighbours'
import {checkWritable} from '../files/writeWhole'
import {count} from '../show/numbers'
import {type Command, needed, text, UsageError, type Values} from './command'
import {ENGINE_OPTIONS, engineClass, FILE_OPTIONS, fittedEngine} from './inputs'
import {checkSpark, fittedOnSpark, SPARK_OPTIONS} from './onSpark'

export const fitCommand: Command = {
  name: 'fit',
  about: 'Fits an engine and writes it to a model file.',
  usage: [
    'fit --engine bayesian --ratings r.csv [--movies movies.csv] [--set factors=50 ...] --out model.mrec [--json]',
    'fit --engine bayesian --ratings r.csv --out model.mrec --checkpoint fit.ckpt [--resume]',
    'fit --engine mf --ratings r.csv --out model.mrec --without-ratings',
    'fit --engine als --on local[2] | spark://host:7077 | yarn | k8s://… --ratings s3a://…/part-* --out model.mrec [--work s3a://…] [--conf spark.executor.memory=8g ...]'
  ],
  options: {
    ...ENGINE_OPTIONS,
    ...FILE_OPTIONS,
    out: {type: 'string'},
    checkpoint: {type: 'string'},
    resume: {type: 'boolean'},
    'without-ratings': {type: 'boolean'},
    ...SPARK_OPTIONS,
    json: {type: 'boolean'}
  },
  async run(values, _words, io) {
    checkCheckpoint(values)
    checkWithout(values)
    checkSpark(values)
    const out = needed(values, 'out', 'the model file to write')
    await checkWritable(out)
    const begun = performance.now()
    const engine = values.on === undefined ? await fittedEngine(values, io) : await fittedOnSpark(values, io)
    const fitSeconds = (performance.now() - begun) / 1000
    const ratings = values['without-ratings'] !== true && engine.train.withheld === undefined
    await saveEngine(engine, out, {ratings})
    const {size} = await stat(out)
    if (values.json === true)
      return io.out(
        JSON.stringify(
          {
            engine: engine.name,
            options: engine.save().options,
            file: out,
            bytes: size,
            fitSeconds,
            ratings: ratings ? engine.train.length : 0
          },
          undefined,
          2
        )
      )
    io.out(`${engine}`)
    io.out(`written to ${out}: ${(size / 1e6).toFixed(1)} MB, ${fitSeconds.toFixed(1)} s`)
    io.note(holds(engine, ratings))
  }
}

/** Refuses, before any work, to leave out the ratings of models that are made of them. */
function checkWithout(values: Values): void {
  const Class = engineClass(values)
  if (values['without-ratings'] === true && Class.prototype instanceof Neighbours)
    throw new UsageError(
      `--without-ratings: ${Class.spec.name} answers out of the ratings themselves. Leave it out, or fit mf, als, bayesian or slim.`
    )
}

/** What a model file has of people. */
function holds({train}: Engine<any>, ratings: boolean): string {
  if (!ratings)
    return 'It has no ratings and knows no users: ask for --profile or --profile-file, as in movie-recs recommend --model FILE --profile "2858=5".'
  return train.length === 0
    ? 'It has no ratings: it was fitted on movies alone.'
    : `It holds the ${count(train.length)} ratings of ${count(train.userCount)} users that it was fitted on: pass it on as you would them, or write it --without-ratings.`
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
