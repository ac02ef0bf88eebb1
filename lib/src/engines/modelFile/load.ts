import {ArrayFileError, MemoryError, ModelFileError, MovieRecsError} from '../../errors'
import {readArrayFile} from '../../files/arrayFile'
import {remedyFor} from '../../files/remedies'
import type {ModelKind} from '../../models/model'
import {shown} from '../../printable'
import type {Engine, EngineClass} from '../engine'
import {resolveOptions} from '../options'
import {isRatingEngine, RatingEngine} from '../ratingEngine'
import {engineByName} from '../registry'
import {FORMAT, type ModelContent} from './format'
import {HEADER, type Header} from './header'
import {ratingsOf} from './ratings'

/** The class of an engine. */
export interface LoadableEngine<E extends Engine<any, any>> {
  readonly name: string
  /** What its engines are made like. */
  readonly prototype: E
}

/**
 * Reads a fitted engine back; its scores are those it was saved with. With a class behind the path the engine is of that class, or the file is
 * refused: `RatingEngine` for any that predicts stars. All that the file says is looked at before it is used, each number, index and size
 * against the others, so that a file which was made to harm is refused, too.
 * @throws ModelFileError for a file that is foreign, of another version, cut, corrupt, not sound, or of another class; FileError for one that
 * may not be read.
 * @example
 * const engine = await loadEngine('model.mrec', RatingEngine)
 * engine.predict(15, 2858)
 */
export async function loadEngine(path: string): Promise<Engine<any>>
export async function loadEngine(path: string, as: typeof RatingEngine): Promise<RatingEngine>
export async function loadEngine<E extends Engine<any, any>>(path: string, as: LoadableEngine<E>): Promise<E>
export async function loadEngine(path: string, as?: LoadableEngine<Engine<any, any>>): Promise<Engine<any>> {
  const engine = engineOf(path, await readContent(path))
  const rates = as === (RatingEngine as unknown)
  if (as === undefined || (rates ? isRatingEngine(engine) : engine instanceof (as as EngineClass)))
    return engine
  throw new ModelFileError(
    path,
    rates
      ? `${path} holds ${engine}, which ranks movies and predicts no stars. Load it without a class, and ask recommend().`
      : `${path} holds a ${engine.constructor.name}, and ${as.name} was asked for. Load it as what it is, or without a class.`
  )
}

/** @internal What a model file holds; its arrays in memory that threads can share where that is asked for. */
export function readContent(path: string, o: {shared?: boolean} = {}): Promise<ModelContent> {
  return readArrayFile(path, FORMAT, o).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new ModelFileError(path, `There is no model file ${path}. ${FORMAT.ifForeign}`)
    throw error instanceof ArrayFileError
      ? new ModelFileError(path, error.message)
      : (remedyFor(error, path) ?? error)
  })
}

/** @internal The engine that a model file holds; `path` is for messages. @throws ModelFileError for a content that is not sound */
export function engineOf(path: string, {header: said, arrays: all}: ModelContent): Engine<any> {
  try {
    const header = HEADER(said)
    const {train, since} = ratingsOf(header, all)
    const own = Object.entries(all).filter(([name]) => !/^(?:ratings|since)\./.test(name))
    const engine = engineFor(path, header)
    engine.load({
      options: header.options,
      kind: header.model as ModelKind,
      state: {values: header.values, arrays: Object.fromEntries(own)},
      train,
      history: header.history,
      ...(since === undefined ? {} : {since})
    })
    return engine
  } catch (error) {
    if (!(error instanceof MovieRecsError) || error instanceof ModelFileError || error instanceof MemoryError)
      throw error
    const fault = error.message.replace(/\.$/, '')
    throw new ModelFileError(path, `${path} is not sound: ${fault}. ${FORMAT.ifBroken}`)
  }
}

function engineFor(path: string, {engine: name, options}: Header): Engine<any> {
  const Class = engineByName(name)
  if (Class === undefined)
    throw new ModelFileError(
      path,
      `${path} holds a model of engine ${shown(name)}, which this version does not have.`
    )
  return new Class(resolveOptions(Class.spec, options))
}
