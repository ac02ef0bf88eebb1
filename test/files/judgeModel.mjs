// Reads a model file and asks what it holds, in a thread of its own that can be ended where it hangs. It answers "refused", "answers",
// or what is wrong: an error that is none of the library's, a number that is none.
import {parentPort} from 'node:worker_threads'
import {loadEngine, ModelFileError} from 'movie-recs'
import {questioned, stackOf} from './questions.mjs'

/** @param {string} file @returns {Promise<import('./questions.mjs').Judgement>} */
async function judge(file) {
  let engine
  try {
    engine = await loadEngine(file)
  } catch (error) {
    if (error instanceof ModelFileError) return {outcome: 'refused', what: error.message}
    return {outcome: 'fault', what: `loading: ${stackOf(error)}`}
  }
  return questioned(engine)
}

if (parentPort !== null) {
  const port = parentPort
  port.on('message', file => {
    void judge(file).then(judgement => port.postMessage(judgement))
  })
  port.postMessage('ready')
}
