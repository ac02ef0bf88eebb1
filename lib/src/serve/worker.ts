import {parentPort} from 'node:worker_threads'
import type {Engine} from '../engines/engine'
import {RatingEngine} from '../engines/ratingEngine'
import {ArgumentError} from '../errors'
import {type Carried, carried} from './carried'
import {packFile, unpack} from './packed'
import type {Reply, Sent, SentList, Taken, Task} from './task'

/** Milliseconds, and people at most, that a model is tried on before it is said to be ready: the first calls would be the slowest. */
const WARM_UP = 200
const WARM_UP_PEOPLE = 50

let engine: Engine<any> | undefined

function answerTo(task: Task): unknown {
  if (task.do === 'read') return packFile(task.path)
  if (task.do === 'take') return take(unpack(task.packed))
  if (engine === undefined) throw new ArgumentError('This thread has no model yet.')
  switch (task.do) {
    case 'recommend': {
      const list = engine.recommend(task.who, task.o)
      const note = list.note === '' ? undefined : list.note
      return {rows: [...list], leftOut: list.leftOut, note} satisfies SentList
    }
    case 'similar':
      return [...engine.similar(task.movieId, task.o)]
    case 'explain':
      return engine.explain(task.who, task.movieId)
    case 'predict':
      if (!(engine instanceof RatingEngine))
        throw new ArgumentError(`${engine.name} ranks movies and predicts no stars. Use recommend().`)
      return engine.predictDetailed(task.who, task.movieId, task.o)
  }
}

function take(fresh: Engine<any>): Taken {
  warmUp(fresh)
  engine = fresh
  return {name: fresh.name, text: String(fresh)}
}

function warmUp(fresh: Engine<any>): void {
  const end = performance.now() + WARM_UP
  const {ids} = fresh.train.frame.userIds
  const step = Math.max(1, Math.floor(ids.length / WARM_UP_PEOPLE))
  for (let u = 0; u < ids.length && performance.now() < end; u += step)
    if (fresh.knowsUser(ids[u])) fresh.recommend(ids[u])
}

if (parentPort !== null) {
  const port = parentPort
  port.on('message', async ({id, task}: Sent) => {
    const begun = performance.now()
    let said: {answer: unknown} | {error: Carried}
    try {
      said = {answer: await answerTo(task)}
    } catch (error) {
      said = {error: carried(error)}
    }
    port.postMessage({id, ms: performance.now() - begun, ...said} satisfies Reply)
  })
}
