// Goes on with a fit from a checkpoint, in a thread of its own that can be ended where it hangs, and asks what was learned. It answers
// "refused" for an error of the library, "answers", or what is wrong.
import {parentPort} from 'node:worker_threads'
import {engineByName, MovieRecsError, Ratings} from 'movie-recs'
import {questioned, stackOf} from './questions.mjs'

/** @typedef {{engine: string, options: object, rows: import('movie-recs').RatingRow[]}} Fit */

/** @param {string} file @param {Fit} fit @returns {Promise<import('./questions.mjs').Judgement>} */
async function judgeFit(file, {engine: name, options, rows}) {
  const Class = /** @type {new (options: object) => import('movie-recs').Engine<any>} */ (engineByName(name))
  const engine = new Class(options)
  try {
    await engine.fit(Ratings.from(rows), {checkpoint: file, resume: true, workers: 1})
  } catch (error) {
    if (error instanceof MovieRecsError) return {outcome: 'refused', what: error.message}
    return {outcome: 'fault', what: `fitting: ${stackOf(error)}`}
  }
  return questioned(engine)
}

if (parentPort !== null) {
  const port = parentPort
  port.on('message', ({file, more}) => {
    void judgeFit(file, more).then(judgement => port.postMessage(judgement))
  })
  port.postMessage('ready')
}
